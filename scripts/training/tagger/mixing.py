"""Fit how network and cues decide together on claims, on papers that neither has seen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from results import Annotated, grouped, right, use

from kg.evaluate import score
from kg.extract.claims import JudgedNumber, find_claims, judge_numbers, judge_sentence
from kg.extract.linear import Linear
from kg.extract.outputs import NUMBER_KINDS, SLOTS
from kg.extract.reading import Claim, Reading, read_text
from kg.extract.results import CUES_ALONE, Ranked, find_results, group_of, make_results, rank_fillers
from kg.extract.slots import find_candidates, judge_candidates, read_query
from kg.records import ExtractedResult, Extraction
from kg.schema import DIRECTIONS
from tagger.calibration import Unseen, logistic

FIGURES: Final = ("value", "claim", "tuple", "comparison", "comparison-tuple")
"""Whose sum the least probabilities are chosen for."""

SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)
STEPS: Final = (-0.2, -0.1, -0.05, 0.05, 0.1, 0.2)
ROUNDS: Final = 3

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Possible:
    """A paper with all its claims that are at all likely, and what may fill their slots."""

    paper: Annotated
    extraction: Extraction
    claims: list[tuple[Claim, list[Ranked]]]


def fit_claims(
    papers: Sequence[Unseen], settings: dict[str, Any], roles: Linear, cues: Mapping[str, Linear]
) -> dict[str, Any]:
    """Return the weights of network and cues in each decision, and the least probabilities.

    Args:
        papers: Papers that neither the network nor the cues were trained on.
        settings: Of the decoder and of the roles.
        roles: The linear model of the roles.
        cues: The linear models of claims.
    """
    use(cues)
    extractions = [paper.extraction(settings, roles) for paper in papers]
    read = [
        (Annotated(paper.gold, _reading(paper, extraction)), extraction)
        for paper, extraction in zip(papers, extractions, strict=True)
    ]
    mix = _weights([paper for paper, _ in read])
    low = dict.fromkeys(CUES_ALONE["least"], 0.0) | {"claimed": 0.1, "compares": 0.1}
    possible = [
        Possible(
            paper,
            extraction,
            [
                (claim, rank_fillers(paper.reading, claim, mix))
                for claim in find_claims(paper.reading, mix | {"least": low})
            ],
        )
        for paper, extraction in read
    ]
    least, figures = _least(possible)
    print(f"claims: {figures}, from {least}", flush=True)
    return mix | {"least": least, "f1": figures}


def with_results(paper: Unseen, extraction: Extraction, settings: dict[str, Any]) -> Extraction:
    """Return the extraction of a paper with its results."""
    return replace(extraction, results=find_results(_reading(paper, extraction), settings["claims"]))


def _reading(paper: Unseen, extraction: Extraction) -> Reading:
    return read_text(paper.doc.text, paper.doc._.kg_sentences, extraction.entities, paper.tagged)


def _weights(papers: Sequence[Annotated]) -> dict[str, Any]:
    numbers: list[tuple[JudgedNumber, Claim | None]] = []
    sentences: list[tuple[list[tuple[float, float | None]], set[str | None]]] = []
    links: dict[tuple[str, str], list[tuple[float, float | None, float]]] = {
        (slot, group): [] for slot in SLOTS for group in ("number", "comparison")
    }
    for paper in papers:
        groups = grouped(paper)
        claimed = {(claim.sentence, claim.word): claim for claim, _ in groups}
        for place, (first, stop) in enumerate(paper.reading.bounds):
            if stop > first:
                judged = judge_numbers(paper.reading, place)
                numbers += [(number, claimed.get((place, number.word))) for number in judged]
                said = {
                    claim.direction for claim, _ in groups if (claim.sentence, claim.word) == (place, None)
                }
                sentences.append((judge_sentence(paper.reading, place), said))
        for claim, results in groups:
            for slot, row in _judged_links(paper, claim, results):
                links[slot, group_of(claim)].append(row)
    known = [(number, claim) for number, claim in numbers if claim is not None]
    kinds = [NUMBER_KINDS.index(claim.kind) for _, claim in known]
    directions = [_direction(claim.direction) for _, claim in known]
    return {
        "claimed": _log_odds([(*number.claimed, float(claim is not None)) for number, claim in numbers]),
        "kind": _shares([number.kinds for number, _ in known], kinds),
        "direction": _shares([number.directions for number, _ in known], directions),
        "compares": {
            direction: _log_odds([(*scores[at], float(direction in said)) for scores, said in sentences])
            for at, direction in enumerate(DIRECTIONS)
        },
        "slots": {
            slot: {group: _log_odds(links[slot, group]) for group in ("number", "comparison")}
            for slot in SLOTS
        },
    }


def _judged_links(
    paper: Annotated, claim: Claim, results: Sequence[ExtractedResult]
) -> Iterator[tuple[str, tuple[float, float | None, float]]]:
    query = read_query(paper.reading, claim)
    for slot in SLOTS:
        candidates = find_candidates(paper.reading, claim, slot)
        truth, _ = right(paper, results, slot, candidates)
        judged = judge_candidates(paper.reading, claim, slot, candidates, query)
        for scores, fills in zip(judged, truth, strict=True):
            yield slot, (*scores, fills)


def _direction(direction: str | None) -> int:
    return len(DIRECTIONS) if direction is None else DIRECTIONS.index(direction)


def _log_odds(rows: Sequence[tuple[float, float | None, float]]) -> dict[str, float]:
    """Return the weights of a logistic regression on (cues, network, 0 or 1)."""
    table = np.array(rows, np.float64)
    table = np.hstack([table[:, :2], np.ones((len(table), 1)), table[:, 2:]])
    return dict(zip(("cues", "network", "bias"), logistic(table[:, :3], table[:, 3]), strict=True))


def _shares(scores: Sequence[tuple[Floats, Floats | None]], truth: Sequence[int]) -> dict[str, float]:
    """Return the shares of cues and network that make the right label likeliest."""
    by_cues, by_network = (np.array(column) for column in zip(*scores, strict=True))

    def likelihood(cues: float, network: float) -> float:
        mixed = cues * by_cues + network * by_network
        return float((mixed[np.arange(len(truth)), truth] - np.logaddexp.reduce(mixed, axis=1)).mean())

    _, cues, network = max((likelihood(*shares), *shares) for shares in product(SHARES, SHARES))
    return {"cues": cues, "network": network}


def _least(possible: Sequence[Possible]) -> tuple[dict[str, float], dict[str, float]]:
    """Return the least probabilities, one moved after the other, and the figures with them."""
    least = dict(CUES_ALONE["least"])
    figures = _figures(possible, least)
    for _ in range(ROUNDS):
        before = dict(least)
        for name in least:
            for step in STEPS:
                trial = least | {name: round(min(0.95, max(0.02, before[name] + step)), 2)}
                tried = _figures(possible, trial)
                if sum(tried.values()) > sum(figures.values()):
                    least, figures = trial, tried
        if least == before:
            break
    return least, figures


def _figures(possible: Sequence[Possible], least: Mapping[str, float]) -> dict[str, float]:
    gold = [each.paper.gold for each in possible]
    predicted = [replace(each.extraction, results=tuple(_results(each, least))) for each in possible]
    figures = score(gold, predicted).figures
    return {figure.name: round(figure.f1, 4) for figure in figures if figure.name in FIGURES}


def _results(each: Possible, least: Mapping[str, float]) -> Iterator[ExtractedResult]:
    for claim, ranked in each.claims:
        if claim.confidence >= least["claimed" if claim.word is not None else "compares"]:
            yield from make_results(each.paper.reading, claim, ranked, least)
