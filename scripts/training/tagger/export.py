"""Write the trained network as ONNX with int8 weights, small enough to ship."""

import logging
from pathlib import Path

import numpy as np
import torch
from onnxruntime import InferenceSession
from onnxruntime.quantization import QuantType, quantize_dynamic

from kg.extract.encoder import SHAPES
from tagger.network import Network


def export(network: Network, path: Path) -> None:
    """Write the network for one text a call, inputs ``ids`` and ``shapes``, output ``outputs``.

    Weights are int8, one scale an output channel; activations are scaled at run time.
    7 of the 8 bits are used, so that processors without VNNI do not overflow.

    Raises:
        RuntimeError: onnxruntime does not reproduce PyTorch before quantisation.
    """
    full = path.with_suffix(".fp32.onnx")
    ids, shapes = torch.randint(1000, 20000, (1, 50)), torch.randint(0, SHAPES, (1, 50))
    torch.onnx.export(
        network,
        (ids, shapes),
        str(full),
        input_names=["ids", "shapes"],
        output_names=["outputs"],
        dynamic_axes={"ids": {1: "length"}, "shapes": {1: "length"}, "outputs": {1: "length"}},
        opset_version=17,
        dynamo=False,
    )
    session = InferenceSession(str(full), providers=["CPUExecutionProvider"])
    for length in (3, 50, 512):
        ids, shapes = torch.randint(1000, 20000, (1, length)), torch.randint(0, SHAPES, (1, length))
        (ours,) = session.run(["outputs"], {"ids": ids.numpy(), "shapes": shapes.numpy()})
        with torch.inference_mode():
            difference = float(np.abs(ours - network(ids, shapes).numpy()).max())
        if difference > 1e-3:
            raise RuntimeError(f"ONNX differs from PyTorch by {difference} at length {length}")
    logging.getLogger().setLevel(logging.ERROR)  # advice on pre-processing, which changes nothing here
    quantize_dynamic(str(full), str(path), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    full.unlink()
