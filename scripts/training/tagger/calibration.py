"""Fit what turns the network's outputs into confidences and decisions.

All figures are fitted on predictions for papers that the predicting network has not
seen: training papers that were held out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

import kg.extract.abbreviations
import kg.extract.sentences  # noqa: F401 -- registers the component
from kg.evaluate import score
from kg.evaluate.agreement import match_entities
from kg.extract.decode import FEATURES, Candidate, candidates, choose, confidence
from kg.extract.encoder import Tagged, Words, tagged
from kg.extract.linear import Linear
from kg.extract.priors import PriorTable
from kg.extract.roles import allowed, mention_scores, pool, read_cues, read_roles
from kg.records import ExtractedEntity, Extraction, Paper
from kg.schema import ENTITY_TYPES, ROLES

BIASES = (0.0, 1.0, 2.0, 3.0)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Unseen:
    """A paper read by a network that has not seen it."""

    doc: Doc  # sentences and abbreviations
    tagged: Tagged
    gold: Extraction
    known: PriorTable  # counted without the paper

    def candidates(self, bias: float) -> list[Candidate]:
        """Return the names found."""
        pairs = [(pair.long, pair.short) for pair in self.doc._.kg_abbreviations]
        return candidates(self.doc.text, self.tagged, pairs, bias, self.known)

    def entities(self, settings: dict[str, Any]) -> tuple[ExtractedEntity, ...]:
        """Return the entities without roles."""
        return choose(self.doc.text, self.tagged.words, self.candidates(settings["bias"]), settings)

    def extraction(self, settings: dict[str, Any], cues: Linear) -> Extraction:
        """Return the entities with their roles."""
        entities = read_roles(
            self.doc.text,
            self.doc._.kg_sentences,
            self.entities(settings),
            cues,
            tagged=self.tagged,
            settings=settings["roles"],
        )
        return Extraction(self.gold.title, self.gold.id, entities, ())


@cache
def _pipeline() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("kg_sentences")
    nlp.add_pipe("kg_abbreviations")
    return nlp


def read_unseen(
    papers: Iterable[tuple[Paper, Extraction]],
    words: Iterable[Words],
    scores: Iterable[NDArray[np.float32]],
    known: PriorTable,
) -> list[Unseen]:
    """Return papers with their annotation, and what the network's outputs for their words say."""
    return [
        Unseen(_pipeline()(paper.text), tagged(of_paper, outputs), gold, known)
        for (paper, gold), of_paper, outputs in zip(papers, words, scores, strict=True)
    ]


def calibrate(papers: Sequence[Unseen]) -> dict[str, Any]:
    """Return the decoder's settings that give the best entity F1 on unseen papers."""
    best: dict[str, Any] = {"f1": -1.0}
    for bias in BIASES:
        settings = _settings(papers, bias)
        scored = f1(papers, settings)
        print(f"bias {bias}: F1 {scored:.4f}, threshold {settings['threshold']}", flush=True)
        if scored > best["f1"]:
            best = settings | {"f1": round(scored, 4)}
    return best


def f1(papers: Sequence[Unseen], settings: dict[str, Any]) -> float:
    """Return the entity F1 of the decoder with these settings."""
    hits = predicted = gold = 0
    for paper in papers:
        entities = paper.entities(settings)
        hits += len(match_entities(paper.gold.entities, entities, typed=True))
        predicted += len(entities)
        gold += len(paper.gold.entities)
    return 2 * hits / max(1, predicted + gold)


def _settings(papers: Sequence[Unseen], bias: float) -> dict[str, Any]:
    found = [(paper, paper.candidates(bias)) for paper in papers]
    flat = [candidate for _, group in found for candidate in group]
    right = np.concatenate([_right(paper, group) for paper, group in found])
    settings: dict[str, Any] = {"bias": bias, "features": list(FEATURES)} | _regression(flat, right)
    sure = np.array([confidence(candidate, settings) for candidate in flat])
    total = sum(len(paper.gold.entities) for paper in papers)
    return settings | {"threshold": _threshold(sure, right, total)}


def _right(paper: Unseen, group: Sequence[Candidate]) -> NDArray[np.float64]:
    """Return 1 for each candidate that matches a gold entity of its type, 0 for the others."""
    entities = []
    for candidate in group:
        forms = {
            paper.doc.text[paper.tagged.words.starts[first] : paper.tagged.words.ends[last - 1]]
            for first, last in candidate.spans
        }
        names = tuple(sorted(forms))
        entities.append(ExtractedEntity(candidate.type, names[0], names, (), 1.0))
    matched = {j for _, j in match_entities(paper.gold.entities, entities, typed=True)}
    return np.array([j in matched for j in range(len(group))], np.float64)


def _regression(flat: Sequence[Candidate], right: Floats) -> dict[str, Any]:
    """Fit a logistic regression with one bias a type."""
    rows = np.array([candidate.features for candidate in flat])
    kinds = np.array([ENTITY_TYPES.index(candidate.type) for candidate in flat])
    weights = logistic(np.hstack([rows, np.eye(len(ENTITY_TYPES))[kinds]]), right)
    split = len(FEATURES)
    return {
        "weights": weights[:split],
        "biases": dict(zip(ENTITY_TYPES, weights[split:], strict=True)),
    }


def logistic(inputs: Floats, right: Floats) -> list[float]:
    """Return the weights of a logistic regression, rounded (Newton's method, a little ridge)."""
    weights = np.zeros(inputs.shape[1])
    for _ in range(25):
        guess = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (right - guess) - 1e-2 * weights
        curve = (inputs * (guess * (1 - guess))[:, None]).T @ inputs + 1e-2 * np.eye(len(weights))
        weights += np.linalg.solve(curve, slope)
    return [round(float(weight), 5) for weight in weights]


def _threshold(sure: NDArray[np.float64], right: NDArray[np.float64], gold: int) -> float:
    """Return the confidence from which a candidate is kept: half of the best F1 (Lipton et al. 2014).

    One for all types: fitted on half of the papers, thresholds a type gave .784 on the other half, one
    for all .786 (mean of three cuts).
    """
    hits = right[np.argsort(-sure)].cumsum()
    return round(float((2 * hits / (np.arange(1, len(hits) + 1) + gold)).max()) / 2, 3)


def fit_roles(papers: Sequence[Unseen], settings: dict[str, Any], cues: Linear) -> dict[str, Any]:
    """Return how network and cues are mixed, and the least probability of a role, for the best edge F1.

    Args:
        papers: Papers that neither the network nor the cues were trained on.
        settings: Of the decoder.
        cues: The linear model of the cues.
    """
    inputs: dict[str, list[list[float]]] = {role: [] for role in ROLES}
    truth: dict[str, list[float]] = {role: [] for role in ROLES}
    for paper in papers:
        entities = paper.entities(settings)
        of_entities = read_cues(paper.doc.text, paper.doc._.kg_sentences, entities)
        for i, j in match_entities(paper.gold.entities, entities, typed=True):
            by_cues = cues.scores(of_entities[j].all())
            starts = [mention.start for mention in of_entities[j].mentions]
            by_network = pool(mention_scores(starts, paper.tagged))
            kind = np.eye(len(ENTITY_TYPES))[ENTITY_TYPES.index(entities[j].type)]
            for role in allowed(entities[j].type):
                at = ROLES.index(role)
                inputs[role].append([by_cues[at], by_network[at], *kind])
                truth[role].append(float(role in paper.gold.entities[i].roles))
    names = ("cues", "network", *ENTITY_TYPES)
    mix = {
        role: dict(zip(names, logistic(np.array(inputs[role]), np.array(truth[role])), strict=True))
        for role in ROLES
    }
    scored = {}
    for threshold in (0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65):
        tried = settings | {"roles": {"mix": mix, "threshold": threshold}}
        scored[threshold] = edge_f1([(paper.gold, paper.extraction(tried, cues)) for paper in papers])
        print(f"roles from {threshold}: edge F1 {scored[threshold]:.4f}", flush=True)
    best = max(scored, key=lambda threshold: scored[threshold])
    return {"mix": mix, "threshold": best, "f1": round(scored[best], 4)}


def edge_f1(pairs: Sequence[tuple[Extraction, Extraction]]) -> float:
    """Return F1 of (entity, role) of annotated and predicted extractions."""
    figures = score([gold for gold, _ in pairs], [predicted for _, predicted in pairs]).figures
    return next(figure.f1 for figure in figures if figure.name == "edge")


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
