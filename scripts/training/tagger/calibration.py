"""Fit what turns the features of a candidate into a confidence and a decision.

All figures are fitted on predictions for papers that the predicting network has not
seen: training papers that were held out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.evaluate.agreement import match_entities
from kg.extract.decode import FEATURES, Candidate, candidates, choose, confidence
from kg.extract.encoder import Words
from kg.records import ExtractedEntity, Mention
from kg.schema import ENTITY_TYPES

BIASES = (0.0, 1.0, 2.0)


@dataclass(frozen=True)
class Unseen:
    """A paper tagged by a network that has not seen it."""

    text: str
    words: Words
    probs: NDArray[np.float32]
    abbreviations: Sequence[tuple[Mention, Mention]]
    gold: Sequence[ExtractedEntity]


def calibrate(papers: Sequence[Unseen]) -> dict[str, Any]:
    """Return the decoder's settings that give the best entity F1 on unseen papers."""
    best: dict[str, Any] = {"f1": -1.0}
    for bias in BIASES:
        settings = _settings(papers, bias)
        scored = f1(papers, settings)
        print(f"bias {bias}: F1 {scored:.4f}, thresholds {settings['thresholds']}", flush=True)
        if scored > best["f1"]:
            best = settings | {"f1": round(scored, 4)}
    return best


def f1(papers: Sequence[Unseen], settings: dict[str, Any]) -> float:
    """Return the entity F1 of the decoder with these settings."""
    hits = predicted = gold = 0
    for paper in papers:
        found = candidates(paper.text, paper.words, paper.probs, paper.abbreviations, settings["bias"])
        entities = choose(paper.text, paper.words, found, settings)
        hits += len(match_entities(paper.gold, entities, typed=True))
        predicted += len(entities)
        gold += len(paper.gold)
    return 2 * hits / max(1, predicted + gold)


def _settings(papers: Sequence[Unseen], bias: float) -> dict[str, Any]:
    found = [
        (paper, candidates(paper.text, paper.words, paper.probs, paper.abbreviations, bias))
        for paper in papers
    ]
    flat = [candidate for _, group in found for candidate in group]
    right = np.concatenate([_right(paper, group) for paper, group in found])
    settings: dict[str, Any] = {"bias": bias, "features": list(FEATURES)} | _regression(flat, right)
    sure = np.array([confidence(candidate, settings) for candidate in flat])
    kinds = np.array([ENTITY_TYPES.index(candidate.type) for candidate in flat])
    total = sum(len(paper.gold) for paper in papers)
    return settings | {"thresholds": _thresholds(sure, kinds, right, total)}


def _right(paper: Unseen, group: Sequence[Candidate]) -> NDArray[np.float64]:
    """Return 1 for each candidate that matches a gold entity of its type, 0 for the others."""
    entities = []
    for candidate in group:
        forms = {
            paper.text[paper.words.starts[first] : paper.words.ends[last - 1]]
            for first, last in candidate.spans
        }
        names = tuple(sorted(forms))
        entities.append(ExtractedEntity(candidate.type, names[0], names, (), 1.0))
    matched = {j for _, j in match_entities(paper.gold, entities, typed=True)}
    return np.array([j in matched for j in range(len(group))], np.float64)


def _regression(flat: Sequence[Candidate], right: NDArray[np.float64]) -> dict[str, Any]:
    """Fit a logistic regression with one bias a type (Newton's method, a little ridge)."""
    rows = np.array([candidate.features for candidate in flat])
    kinds = np.array([ENTITY_TYPES.index(candidate.type) for candidate in flat])
    inputs = np.hstack([rows, np.eye(len(ENTITY_TYPES))[kinds]])
    weights = np.zeros(inputs.shape[1])
    for _ in range(25):
        guess = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (right - guess) - 1e-2 * weights
        curve = (inputs * (guess * (1 - guess))[:, None]).T @ inputs + 1e-2 * np.eye(len(weights))
        weights += np.linalg.solve(curve, slope)
    rounded = [round(float(weight), 5) for weight in weights]
    split = len(FEATURES)
    return {
        "weights": rounded[:split],
        "biases": dict(zip(ENTITY_TYPES, rounded[split:], strict=True)),
    }


def _thresholds(
    sure: NDArray[np.float64], kinds: NDArray[np.int64], right: NDArray[np.float64], gold: int
) -> dict[str, float]:
    """Return a threshold a type; each in turn is moved to the best F1 of all types together."""
    grid = np.round(np.arange(0.2, 0.8, 0.02), 2)
    levels = np.full(len(ENTITY_TYPES), 0.4)
    for _ in range(3):
        for kind in range(len(ENTITY_TYPES)):
            scores = []
            for level in grid:
                levels[kind] = level
                kept = sure >= levels[kinds]
                scores.append(2 * right[kept].sum() / (kept.sum() + gold))
            levels[kind] = grid[int(np.argmax(scores))]
    return dict(zip(ENTITY_TYPES, (round(float(level), 2) for level in levels), strict=True))


def reliability(
    pairs: Sequence[tuple[float, bool]], bins: int = 10
) -> tuple[float, list[tuple[float, float, int]]]:
    """Return the expected calibration error, and for each bin mean confidence, precision and size."""
    rows = []
    for number in range(bins):
        inside = [(sure, right) for sure, right in pairs if min(int(sure * bins), bins - 1) == number]
        if inside:
            rows.append(
                (
                    sum(sure for sure, _ in inside) / len(inside),
                    sum(right for _, right in inside) / len(inside),
                    len(inside),
                )
            )
    error = sum(abs(sure - right) * size for sure, right, size in rows) / max(1, len(pairs))
    return error, rows
