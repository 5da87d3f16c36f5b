"""The network in PyTorch: a BERT encoder that also sees spelling, and one linear layer.

Written out rather than taken from a library, because the exported graph is the product:
one product for query, key and value, no mask, no pooler.
"""

import contextlib
import ctypes
import hashlib
import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, distributed, nn
from torch.nn import functional as F  # noqa: N812 - the name that every PyTorch reader expects

from kg.extract.encoder import CLS, SEP, SHAPES, WINDOW, Words
from kg.extract.outputs import COMPARES, FILLS, ROLE, TAG, WIDTH
from tagger.claims import Claims, claim_loss, digest_of

PIECES, POSITIONS = 30522, 512  # of BERT uncased


@dataclass(frozen=True)
class Size:
    """Shape of an encoder."""

    width: int
    heads: int
    inner: int
    layers: int


SIZES: Final = {
    "minilm": Size(384, 12, 1536, 6),
    "bge-small": Size(384, 12, 1536, 12),
    "bert-base": Size(768, 12, 3072, 12),
}
"""Of the encoders that ``tagger.bases`` loads."""


@dataclass(frozen=True)
class Example:
    """A text as pieces, and what is to be said of its words.

    Attributes:
        words: The text.
        tags: For each word, the probability of each tag: 0 or 1 by annotation, any by teachers.
        roles: For each entity, its words that begin a mention, and 1 for each of its roles.
        soft: For each word, the probability of each role by teachers.
        claims: What it claims, where that is annotated.
    """

    words: Words
    tags: NDArray[Any]
    roles: tuple[tuple[tuple[int, ...], NDArray[np.float32]], ...] = ()
    soft: NDArray[np.float32] | None = None
    claims: Claims | None = None


@dataclass(frozen=True)
class Recipe:
    """How a network is trained: AdamW, warm-up over a tenth of the steps, then linear decay.

    Attributes:
        epochs: Times that each example is seen.
        rate: Highest learning rate; what begins from nothing learns three times as fast, at least at 3e-4.
        size: Texts of a batch.
        seed: Of order and dropout.
    """

    epochs: int
    rate: float
    size: int = 16
    seed: int = 1


class Layer(nn.Module):  # type: ignore[misc]  # PyTorch is not there when types are checked
    """One transformer layer, normalised after each half as in BERT."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.size = size
        self.qkv = nn.Linear(size.width, 3 * size.width)
        self.out = nn.Linear(size.width, size.width)
        self.norm1 = nn.LayerNorm(size.width, eps=1e-12)
        self.up = nn.Linear(size.width, size.inner)
        self.down = nn.Linear(size.inner, size.width)
        self.norm2 = nn.LayerNorm(size.width, eps=1e-12)
        self.drop = nn.Dropout(0.1)

    def forward(self, hidden: Tensor, mask: Tensor | None) -> Tensor:
        """Return the next hidden states; ``mask`` is added to the attention scores."""
        batch, length, width = hidden.shape
        each = width // self.size.heads
        qkv = self.qkv(hidden).view(batch, length, 3, self.size.heads, each).permute(2, 0, 3, 1, 4)
        # Autocast would take the softmax to fp32 and back, the dearest step on a CPU.
        plain = (
            torch.autocast(hidden.device.type, enabled=False) if self.training else contextlib.nullcontext()
        )
        with plain:
            scores = qkv[0] @ (qkv[1] * (1 / math.sqrt(each))).transpose(-1, -2)
            if mask is not None:
                scores = scores + mask.to(scores.dtype)
            mixed = (scores.softmax(-1) @ qkv[2]).transpose(1, 2).reshape(batch, length, width)
        hidden = self.norm1(hidden + self.drop(self.out(mixed)))
        return self.norm2(hidden + self.drop(self.down(F.gelu(self.up(hidden)))))


class Network(nn.Module):  # type: ignore[misc]  # as above
    """Encoder and columns of ``kg.extract.outputs``: all of them, or only those of entities.

    The shape embedding starts at zero: training begins as the public encoder.
    """

    def __init__(self, size: Size, columns: int = ROLE.stop) -> None:
        super().__init__()
        self.pieces = nn.Embedding(PIECES, size.width)
        self.positions = nn.Embedding(POSITIONS, size.width)
        self.shapes = nn.Embedding(SHAPES, size.width)
        self.norm = nn.LayerNorm(size.width, eps=1e-12)
        self.drop = nn.Dropout(0.1)
        self.layers = nn.ModuleList(Layer(size) for _ in range(size.layers))
        self.head = nn.Linear(size.width, columns)
        nn.init.zeros_(self.shapes.weight)

    def forward(self, ids: Tensor, shapes: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return one score an output for every piece."""
        positions = self.positions.weight[: ids.shape[1]]
        hidden = self.drop(self.norm(self.pieces(ids) + positions + self.shapes(shapes)))
        for layer in self.layers:
            hidden = layer(hidden, mask)
        return self.head(self.drop(hidden))


def start_from(base: dict[str, Tensor], size: Size, seed: int) -> Network:
    """Return the network with the weights of a public encoder and a fresh last layer."""
    torch.manual_seed(seed)
    network = Network(size)
    state = network.state_dict()
    state["pieces.weight"] = base["embeddings.word_embeddings.weight"]
    # All our pieces are of the first sentence kind, so its vector joins the positions.
    kind = base["embeddings.token_type_embeddings.weight"][0]
    state["positions.weight"] = base["embeddings.position_embeddings.weight"] + kind
    names = {"norm": "embeddings.LayerNorm"}
    for index in range(size.layers):
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


def with_claims(state: dict[str, Tensor], size: Size) -> Network:
    """Return the network of a state with all columns; those of claims fresh where the state lacks them.

    Fresh ones are always the same: the mean of copies that begin with other links has no links.
    """
    torch.manual_seed(1)
    network = Network(size, WIDTH)
    fresh = network.state_dict()
    for name, weights in state.items():
        if name.startswith("head"):
            fresh[name][: len(weights)] = weights
        else:
            fresh[name] = weights
    if len(state["head.bias"]) < WIDTH:
        fresh["head.bias"][COMPARES] = -5.0  # a sentence has many words, and most compare nothing
        fresh["head.bias"][FILLS] = -1.0
    network.load_state_dict(fresh)
    return network


def keep_memory() -> None:
    """Keep freed blocks below 32 MiB in the process: returning each costs a third of a CPU run."""
    with contextlib.suppress(OSError, AttributeError):  # another C library has no mallopt
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(-3, 32 << 20)  # M_MMAP_THRESHOLD
        libc.mallopt(-1, 2**31 - 1)  # M_TRIM_THRESHOLD


def give_memory_back() -> None:
    """Return all freed blocks: batches differ in size, so what is kept would grow to 12 GB."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def fastest_type(device: str) -> torch.dtype:
    """Return the number type for matrix products: bfloat16 where the processor multiplies it itself."""
    fast = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()  # noqa: SLF001 - the only way to ask
    return torch.bfloat16 if device != "cpu" or fast else torch.float32


def grouped(texts: Sequence[Words], size: int, rng: random.Random | None = None) -> list[list[int]]:
    """Return the texts in batches; neighbours in length share a batch.

    Args:
        texts: The texts.
        size: Texts of a batch.
        rng: Shuffles: texts within stretches of 16 batches, then the batches.
    """
    order = list(range(len(texts)))
    stretch = max(1, len(order))
    if rng:
        rng.shuffle(order)
        stretch = 16 * size
    groups = []
    for begin in range(0, len(order), stretch):
        near = sorted(order[begin : begin + stretch], key=lambda i: len(texts[i].ids))
        groups += [near[i : i + size] for i in range(0, len(near), size)]
    if rng:
        rng.shuffle(groups)
    return groups


def inputs(texts: Sequence[Words]) -> tuple[Tensor, Tensor, Tensor]:
    """Return ids, shapes and attention mask of one batch: the first window of each text."""
    length = min(WINDOW, max(len(words.ids) for words in texts)) + 2
    ids = torch.zeros(len(texts), length, dtype=torch.long)
    shapes = torch.zeros_like(ids)
    for row, words in enumerate(texts):
        used = min(WINDOW, len(words.ids))
        ids[row, 0], ids[row, used + 1] = CLS, SEP
        ids[row, 1 : used + 1] = torch.from_numpy(words.ids[:used])
        shapes[row, 1 : used + 1] = torch.from_numpy(words.shapes[:used])
    return ids, shapes, torch.where(ids == 0, -1e4, 0.0)[:, None, None, :]


def fit(
    network: Network, examples: Sequence[Example], recipe: Recipe, checkpoint: Path, rank: int = 0
) -> Network:
    """Train the network on the examples and return it; a checkpoint of an earlier run goes on.

    Equal arguments on an equal machine give equal weights. Where ``torch.distributed`` is
    initialised, all its processes call this: each takes a part of every batch.

    Args:
        network: Changed in place.
        examples: To learn from.
        recipe: How.
        checkpoint: File; the process of rank 0 writes it after each epoch.
        rank: Number of this process among those that train together.
    """
    ranks = distributed.get_world_size() if distributed.is_initialized() else 1
    device = "cuda" if torch.cuda.is_available() else "cpu"
    keep_memory()
    dtype = fastest_type(device)
    network.to(device).train()
    fresh = [*network.head.parameters(), *network.shapes.parameters()]
    known = {id(parameter) for parameter in fresh}
    old = [parameter for parameter in network.parameters() if id(parameter) not in known]
    groups = [{"params": old, "lr": recipe.rate}, {"params": fresh, "lr": max(3 * recipe.rate, 3e-4)}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    texts = [example.words for example in examples]
    epochs = [
        grouped(texts, recipe.size, random.Random(recipe.seed + epoch))  # noqa: S311 - shuffling
        for epoch in range(recipe.epochs)
    ]
    steps = sum(map(len, epochs))
    warm = max(1, steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, (steps - step) / max(1, steps - warm))
    )
    saved: dict[str, Any] = {}
    key = f"{recipe}, {ranks} processes, from {_digest(network, examples)}"
    if checkpoint.exists():
        saved = torch.load(checkpoint, map_location=device, weights_only=True)
    begin = saved["epochs"] if saved.get("recipe") == key else 0  # what began otherwise is begun anew
    if begin:
        network.load_state_dict(saved["network"])
        if begin < recipe.epochs:
            optimizer.load_state_dict(saved["optimizer"])
            schedule.load_state_dict(saved["schedule"])
    for epoch in range(begin, recipe.epochs):
        torch.manual_seed(recipe.seed + epoch + 1000 * rank)
        clock, total = time.perf_counter(), 0.0
        for step, group in enumerate(epochs[epoch]):
            if step % 8 == 0:
                give_memory_back()
            batch = [examples[i] for i in group[rank::ranks] or group]
            ids, shapes, mask = inputs([example.words for example in batch])
            with torch.autocast(device, dtype, enabled=dtype != torch.float32):
                scores = network(ids.to(device), shapes.to(device), mask.to(device))
            loss = loss_of(scores.float().cpu(), batch)
            loss.backward()
            average_gradients(network, ranks)
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            total += loss.item()
        if rank:
            continue
        print(
            f"{checkpoint.stem} epoch {epoch + 1}/{recipe.epochs} loss {total / len(epochs[epoch]):.4f} "
            f"{time.perf_counter() - clock:.0f} s",
            flush=True,
        )
        state = {"recipe": key, "network": network.state_dict(), "epochs": epoch + 1}
        if epoch + 1 < recipe.epochs:
            state |= {"optimizer": optimizer.state_dict(), "schedule": schedule.state_dict()}
        _write(state, checkpoint)
    network.cpu().eval()
    return network


def _digest(network: Network, examples: Sequence[Example]) -> str:
    """Return 8 hexadecimal digits of the weights that a training begins with, and of what it learns."""
    digest = hashlib.sha256()
    for weights in network.state_dict().values():
        digest.update(weights.cpu().numpy().tobytes())
    for example in examples:
        digest.update(example.words.ids.tobytes() + example.tags.astype(np.float16).tobytes())
        for mentions, roles in example.roles:
            digest.update(repr(mentions).encode() + roles.tobytes())
        if example.soft is not None:
            digest.update(example.soft.astype(np.float16).tobytes())
        digest.update(digest_of(example.claims))
    return digest.hexdigest()[:8]


def _write(state: dict[str, Any], checkpoint: Path) -> None:
    """Replace the checkpoint; a run stopped while writing keeps the older one."""
    partial = checkpoint.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(checkpoint)


def average_gradients(network: Network, ranks: int) -> None:
    """Give every process the mean of the gradients of all: one message for all parameters."""
    if ranks == 1:
        return
    gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    together = torch.cat([gradient.flatten().cpu() for gradient in gradients])
    distributed.all_reduce(together)
    together /= ranks
    for gradient, mean in zip(gradients, together.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(mean.view_as(gradient))


def loss_of(scores: Tensor, batch: Sequence[Example]) -> Tensor:
    """Return the loss of a batch: mean over words for tags, over entities and roles for roles; of claims."""
    tag_scores, tag_targets, role_scores, role_targets, weights, claims = [], [], [], [], [], []
    for row, example in enumerate(batch):
        first = example.words.first[example.words.first < WINDOW]
        ours = scores[row, torch.from_numpy(first + 1)]
        targets = torch.from_numpy(example.tags[: len(first)].astype(np.float32))
        tag_scores.append(ours[:, TAG])
        tag_targets.append(targets)
        if example.soft is not None:
            role_scores.append(ours[:, ROLE])
            role_targets.append(torch.from_numpy(example.soft[: len(first)].astype(np.float32)))
            weights.append(targets[:, 1::2].sum(-1))  # how surely a mention begins here
        if example.claims is not None:
            claims.append((ours, example.claims))
        for mentions, roles in example.roles:
            inside = [word for word in mentions if word < len(first)]
            if inside:
                role_scores.append(ours[inside, ROLE].logsumexp(0, keepdim=True))
                role_targets.append(torch.from_numpy(roles)[None])
                weights.append(torch.ones(1))
    loss = F.cross_entropy(torch.cat(tag_scores), torch.cat(tag_targets))
    if role_scores:
        weight = torch.cat(weights)
        each = F.binary_cross_entropy_with_logits(
            torch.cat(role_scores), torch.cat(role_targets), reduction="none"
        )
        loss = loss + (each.mean(-1) * weight).sum() / weight.sum().clamp(min=1e-6)
    return loss + claim_loss(claims)


@torch.inference_mode()  # type: ignore[untyped-decorator]  # as above
def predict(network: Network, texts: Sequence[Words]) -> list[NDArray[np.float32]]:
    """Return the outputs for each word of each text, in the order of the texts.

    Only the first window of a text is read; words behind it are "O" without a role.
    """
    dtype = fastest_type("cpu")
    nothing = np.full(network.head.out_features, -10.0, np.float32)
    nothing[0] = 10.0
    out = [np.tile(nothing, (len(words.first), 1)) for words in texts]
    for group in grouped(texts, 16):
        with torch.autocast("cpu", dtype, enabled=dtype != torch.float32):
            scores = network(*inputs([texts[i] for i in group])).float().numpy()
        for row, i in enumerate(group):
            first = texts[i].first[texts[i].first < WINDOW]
            out[i][: len(first)] = scores[row, first + 1]
    return out
