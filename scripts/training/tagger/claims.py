"""Annotated claims as something the network learns: numbers, sentences, links to mentions."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from results import Annotated, grouped, right
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - the name everybody uses

from kg.extract.encoder import WINDOW, Words
from kg.extract.linear import Linear
from kg.extract.outputs import (
    CLAIMED,
    COMPARES,
    DIRECTION,
    FILLS,
    KEY,
    KIND,
    LINK,
    NUMBER_KINDS,
    QUERY,
    SLOTS,
)
from kg.extract.reading import Claim, Reading
from kg.extract.slots import find_candidates, link_cues, mention_offsets
from kg.records import ExtractedResult
from kg.schema import DIRECTIONS

WEIGHTS: Final = {"claimed": 0.3, "kind": 0.3, "direction": 0.3, "compares": 0.5, "fills": 0.5}
"""Of the parts of the loss, beside 1 for tags and for roles."""

_MOST_MENTIONS: Final = 12  # of one candidate that are looked at
_NEVER: Final = -1e4

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Claims:
    """The claims of a text; all words are those of the network, within its first window.

    Attributes:
        numbers: For each number its word, its kind (-1: not claimed) and direction (the last is none).
        sentences: First word of each sentence, and first word after it.
        compares: For each sentence 1 for each direction in which it compares without a number.
        anchors: For each link first word and first word after it that ask, and the direction they compare in.
        slots: Number of the slot of each link.
        mentions: For each link and candidate the words where mentions begin; -1 is none.
        fills: For each link and candidate 1 if it fills the slot, 0 if not, -1 where there is none.
        by_cues: For each link and candidate what the cues say, as log odds.
    """

    numbers: Ints
    sentences: Ints
    compares: NDArray[np.float32]
    anchors: Ints
    slots: Ints
    mentions: Ints
    fills: Ints
    by_cues: NDArray[np.float32]


def read_claims(words: Words, paper: Annotated, cues: Linear) -> Claims:
    """Return the claims of an annotated text; links whose filler is no candidate are left out.

    Args:
        words: The text.
        paper: Its annotation.
        cues: The model of the cues of links, which has not seen the text.
    """
    groups = grouped(paper)
    numbers, sentences, compares = _sentences(words, paper, [claim for claim, _ in groups])
    links = [link for claim, results in groups for link in _read_links(words, paper, claim, results, cues)]
    most = max((len(link.candidates) for link in links), default=0)
    mentions = np.full((len(links), most, _MOST_MENTIONS), -1)
    fills = np.full((len(links), most), -1)
    by_cues = np.zeros((len(links), most), np.float32)
    for row, link in enumerate(links):
        for column, (group, filled, score) in enumerate(link.candidates):
            mentions[row, column, : len(group)] = group
            fills[row, column], by_cues[row, column] = int(filled), score
    return Claims(
        np.array(numbers, np.int64).reshape(-1, 3),
        np.array(sentences, np.int64).reshape(-1, 2),
        np.array(compares, np.float32).reshape(-1, len(DIRECTIONS)),
        np.array([link.anchor for link in links], np.int64).reshape(-1, 3),
        np.array([link.slot for link in links], np.int64),
        mentions,
        fills,
        by_cues,
    )


def _sentences(
    words: Words, paper: Annotated, claims: Sequence[Claim]
) -> tuple[list[tuple[int, int, int]], list[tuple[int, int]], list[list[bool]]]:
    """Return `Claims.numbers`, `Claims.sentences` and `Claims.compares`."""
    reading = paper.reading
    claimed = {(claim.sentence, claim.word): claim for claim in claims if claim.word is not None}
    numbers, sentences, compares = [], [], []
    for place, (first, stop) in enumerate(reading.bounds):
        if stop <= first or (ends := _ends(words, reading, place)) is None:
            continue
        for index in range(first, stop):
            if reading.words[index].number is not None:
                claim = claimed.get((place, index))
                kind = -1 if claim is None else NUMBER_KINDS.index(claim.kind)
                direction = _direction(None if claim is None else claim.direction)
                numbers.append((_at(words, reading.words[index].start), kind, direction))
        said = {claim.direction for claim in claims if claim.sentence == place and claim.word is None}
        sentences.append(ends)
        compares.append([direction in said for direction in DIRECTIONS])
    return numbers, sentences, compares


@dataclass(frozen=True)
class _Link:
    anchor: tuple[int, int, int]
    slot: int
    candidates: list[tuple[list[int], float, float]]  # where mentions begin, 1 if it fills, what cues say


def _read_links(
    words: Words, paper: Annotated, claim: Claim, results: Sequence[ExtractedResult], cues: Linear
) -> Iterator[_Link]:
    reading, length = paper.reading, _length(words)
    ends = _ends(words, reading, claim.sentence)
    if ends is None or (claim.word is None and claim.direction is None):
        return
    if claim.word is not None:
        begin = _at(words, reading.words[claim.word].start)
        anchor = begin, begin + 1, 0
    else:
        anchor = *ends, _direction(claim.direction)
    for number, slot in enumerate(SLOTS):
        candidates = find_candidates(reading, claim, slot)
        truth, missed = right(paper, results, slot, candidates)
        begins = [
            [_at(words, offset) for offset in mention_offsets(reading, candidate)] for candidate in candidates
        ]
        near = [[word for word in group if word < length][:_MOST_MENTIONS] for group in begins]
        said = [cues.scores(each)[0] for each in link_cues(reading, claim, slot, candidates)]
        kept = [link for link in zip(near, truth, said, strict=True) if link[0]]
        if kept and not missed:
            yield _Link(anchor, number, kept)


def _ends(words: Words, reading: Reading, place: int) -> tuple[int, int] | None:
    """Return first word and first word after a sentence, if it lies within the first window."""
    first, stop = reading.bounds[place]
    end = _at(words, reading.words[stop - 1].end - 1) + 1
    return (_at(words, reading.words[first].start), end) if end <= _length(words) else None


def _length(words: Words) -> int:
    return int((words.first < WINDOW).sum())


def _at(words: Words, offset: int) -> int:
    return int(np.searchsorted(words.starts, offset, side="right")) - 1


def _direction(direction: str | None) -> int:
    return len(DIRECTIONS) if direction is None else DIRECTIONS.index(direction)


def claim_loss(scores: Sequence[tuple[Tensor, Claims]]) -> Tensor:
    """Return the loss of a batch: for each part the mean over its numbers, sentences or links, weighted.

    Args:
        scores: For each text the columns of its words within the first window, and its claims.
    """
    parts: dict[str, list[Tensor]] = {name: [] for name in WEIGHTS}
    for columns, claims in scores:
        _numbers(columns, claims, parts)
        if len(claims.sentences):
            sums = _inside(claims.sentences, columns[:, COMPARES]).logsumexp(1)
            truth = torch.from_numpy(claims.compares)
            parts["compares"].append(F.binary_cross_entropy_with_logits(sums, truth, reduction="none").sum(1))
        if len(claims.slots):
            parts["fills"].append(_links(columns, claims))
    return sum(
        (torch.cat(each).mean() * WEIGHTS[name] for name, each in parts.items() if each), torch.zeros(())
    )


def _numbers(columns: Tensor, claims: Claims, parts: dict[str, list[Tensor]]) -> None:
    words, kinds, directions = torch.from_numpy(claims.numbers).unbind(1)
    claimed = kinds >= 0
    if len(words):
        odds = columns[words, CLAIMED].squeeze(1)
        parts["claimed"].append(
            F.binary_cross_entropy_with_logits(odds, claimed.to(odds.dtype), reduction="none")
        )
    if claimed.any():
        of_claims = columns[words[claimed]]
        for name, part, truth in (("kind", KIND, kinds), ("direction", DIRECTION, directions)):
            parts[name].append(F.cross_entropy(of_claims[:, part], truth[claimed], reduction="none"))


def _inside(ends: Ints, columns: Tensor) -> Tensor:
    """Return the columns once for each stretch of words, what is outside of it as good as never."""
    begin, end = torch.from_numpy(ends).unbind(1)
    at = torch.arange(len(columns))
    inside = (at >= begin[:, None]) & (at < end[:, None])
    return torch.where(inside[:, :, None], columns[None], torch.tensor(_NEVER, dtype=columns.dtype))


def _links(columns: Tensor, claims: Claims) -> Tensor:
    """Return the loss of each link: what fills above zero, the others below (ZLPR: Su et al. 2022)."""
    count = len(columns)
    queries, keys = (columns[:, part].reshape(count, len(SLOTS), LINK) for part in (QUERY, KEY))
    slots, directions = torch.from_numpy(claims.slots), torch.from_numpy(claims.anchors[:, 2])
    comparing = _inside(claims.anchors[:, :2], columns[:, COMPARES])
    weights = comparing[torch.arange(len(slots)), :, directions].softmax(1)
    query = torch.einsum("ln,nld->ld", weights, queries[:, slots])
    of_words = torch.einsum("ld,nld->ln", query, keys[:, slots]) / math.sqrt(LINK)
    of_words = of_words + columns[:, FILLS].t()[slots]
    mentions = torch.from_numpy(claims.mentions)
    each = of_words.gather(1, mentions.clamp(min=0).flatten(1)).view(mentions.shape)
    never = torch.tensor(_NEVER, dtype=each.dtype)
    # Beside the cues, so that the network learns what they miss.
    scores = torch.where(mentions >= 0, each, never).logsumexp(2) + torch.from_numpy(claims.by_cues)
    fills, zero = torch.from_numpy(claims.fills), torch.zeros(len(slots), 1, dtype=each.dtype)
    wrong = torch.cat([zero, torch.where(fills == 0, scores, never)], 1).logsumexp(1)
    missing = torch.cat([zero, torch.where(fills == 1, -scores, never)], 1).logsumexp(1)
    return wrong + missing


def digest_of(claims: Claims | None) -> bytes:
    """Return bytes that differ for different claims."""
    return (
        b""
        if claims is None
        else b"".join(part.astype(np.float32).tobytes() for part in vars(claims).values())
    )
