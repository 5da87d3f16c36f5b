"""Score extractions against annotated abstracts.

Input: a JSON Lines file of annotated records and a function from papers to
extractions. Output: an `Evaluation`, printed by `format_evaluation`. Records are
joined by their normalised title. The figures are micro-averaged over papers:

================  =================================================================
entity            same type, and one form in common after normalisation
entity/TYPE       the same for one type
entity-untyped    the type ignored
edge              an entity match and, on it, each (entity, role) pair
value             a numeric claim: the same number and unit class
claim             value, and the same metric and direction
tuple             claim, and the same subject, dataset and baseline
comparison        a qualitative claim: overlapping evidence, same direction
comparison-tuple  ... and the same subject, dataset and baseline
================  =================================================================

Each has a 95% bootstrap interval of F1 over papers (500 rounds, fixed seed).
Every step, its order included, follows the scoring tool that comes with the
annotated data, so that both print the same digits; a test compares them.
"""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg.errors import RecordError
from kg.evaluate.agreement import (
    Aliases,
    claim_level,
    comparison_level,
    forms,
    match_entities,
    match_results,
    normalise_title,
)
from kg.evaluate.gold import read_gold
from kg.records import ExtractedEntity, ExtractedResult, Extraction, Paper
from kg.schema import ENTITY_TYPES

_ROUNDS: Final = 500

Counts = dict[str, tuple[int, int, int]]
"""Figure -> true positives, predicted, gold."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the evaluation; all numbers but the counts are in [0, 1]."""

    name: str
    precision: float
    recall: float
    f1: float
    low: float  # 95% of F1
    high: float
    gold: int
    predicted: int


@dataclass(frozen=True, slots=True)
class ErrorList:
    """Errors of one kind, the most frequent first."""

    kind: str
    errors: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures of one evaluation."""

    papers: int
    found: int  # papers of the gold file that were extracted
    figures: tuple[Figure, ...]
    errors: tuple[ErrorList, ...]


def evaluate(gold: Path, extract: Callable[[Iterable[Paper]], Iterable[Extraction]]) -> Evaluation:
    """Extract the texts of annotated abstracts and score the extractions.

    Raises:
        RecordError: The file holds no annotated records, or a malformed one; names the line.
    """
    annotated = tuple(read_gold(gold))
    if not annotated:
        raise RecordError(str(gold), "no annotated records in it", "name a JSON Lines file of them")
    return score((record for _, record in annotated), extract(paper for paper, _ in annotated))


def score(gold: Iterable[Extraction], predicted: Iterable[Extraction]) -> Evaluation:
    """Score predicted extractions against gold ones.

    A gold paper that was not extracted counts as one with nothing in it; an
    extracted paper that is not in gold is left out.
    """
    gold_of = {normalise_title(extraction.title): extraction for extraction in gold}
    predicted_of = {normalise_title(extraction.title): extraction for extraction in predicted}
    errors: dict[str, Counter[str]] = defaultdict(Counter)
    empty = Extraction("", "", (), ())
    counts = [
        _score_paper(extraction, predicted_of.get(title, empty), errors)
        for title, extraction in sorted(gold_of.items(), key=lambda item: item[0])
    ]
    ranked = tuple(ErrorList(kind, tuple(errors[kind].most_common())) for kind in sorted(errors))
    return Evaluation(len(gold_of), sum(title in predicted_of for title in gold_of), _figures(counts), ranked)


def _figures(counts: Sequence[Counts]) -> tuple[Figure, ...]:
    rng = random.Random(0)  # noqa: S311 -- a bootstrap needs no secret numbers
    figures = []
    for name in counts[0] if counts else ():
        rows = [count[name] for count in counts]
        boot = sorted(_rates(rng.choices(rows, k=len(rows)))[2] for _ in range(_ROUNDS))
        low, high = boot[int(_ROUNDS * 0.025)], boot[int(_ROUNDS * 0.975)]
        gold, predicted = sum(row[2] for row in rows), sum(row[1] for row in rows)
        figures.append(Figure(name, *_rates(rows), low, high, gold, predicted))
    return tuple(figures)


def _rates(rows: Iterable[tuple[int, int, int]]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of summed counts."""
    hits, predicted, gold = map(sum, zip(*rows, strict=True))
    precision = hits / predicted if predicted else 0.0
    recall = hits / gold if gold else 0.0
    total = precision + recall
    return precision, recall, (2 * precision * recall / total if total else 0.0)


def _score_paper(gold: Extraction, predicted: Extraction, errors: dict[str, Counter[str]]) -> Counts:
    counts = _score_entities(gold.entities, predicted.entities, errors)
    aliases: dict[str, set[str]] = defaultdict(set)
    for entity in gold.entities + predicted.entities:
        names = forms(entity)
        for name in names:
            aliases[name] |= names
    return counts | _score_results(gold.results, predicted.results, aliases, errors)


def _score_entities(
    gold: Sequence[ExtractedEntity],
    predicted: Sequence[ExtractedEntity],
    errors: dict[str, Counter[str]],
) -> Counts:
    pairs = match_entities(gold, predicted, typed=True)
    counts = {"entity": (len(pairs), len(predicted), len(gold))}
    for type_ in ENTITY_TYPES:
        counts[f"entity/{type_}"] = (
            sum(gold[i].type == type_ for i, _ in pairs),
            sum(entity.type == type_ for entity in predicted),
            sum(entity.type == type_ for entity in gold),
        )
    untyped = match_entities(gold, predicted, typed=False)
    counts["entity-untyped"] = (len(untyped), len(predicted), len(gold))
    counts["edge"] = (
        sum(len(set(gold[i].roles) & set(predicted[j].roles)) for i, j in pairs),
        sum(len(set(entity.roles)) for entity in predicted),
        sum(len(set(entity.roles)) for entity in gold),
    )
    for kind, entities, matched in (
        ("missed", gold, {i for i, _ in pairs}),
        ("spurious", predicted, {j for _, j in pairs}),
    ):
        for index, entity in enumerate(entities):
            if index not in matched:
                errors[f"{kind} {entity.type}"][entity.name] += 1
    return counts


def _score_results(
    gold: Sequence[ExtractedResult],
    predicted: Sequence[ExtractedResult],
    aliases: Aliases,
    errors: dict[str, Counter[str]],
) -> Counts:
    counts: Counts = {}
    left = [result for result in gold if result.value is not None]
    right = [result for result in predicted if result.value is not None]
    pairs = match_results(left, right, aliases, claim_level)
    for level, name in ((1, "value"), (2, "claim"), (3, "tuple")):
        counts[name] = (sum(agreement >= level for agreement, _ in pairs), len(right), len(left))
    matched = {index for _, index in pairs}
    for index, result in enumerate(left):
        if index not in matched:
            errors["missed value"][f"{result.value} | {result.evidence[:90]}"] += 1
    left = [result for result in gold if result.value is None]
    right = [result for result in predicted if result.value is None]
    pairs = match_results(left, right, aliases, comparison_level)
    for level, name in ((1, "comparison"), (2, "comparison-tuple")):
        counts[name] = (sum(agreement >= level for agreement, _ in pairs), len(right), len(left))
    return counts


def format_evaluation(evaluation: Evaluation, *, errors: int = 0, as_json: bool = False) -> str:
    """Return the table of figures, with that many errors of each kind, or the figures as JSON."""
    if as_json:
        names = {"precision": "p", "recall": "r"}
        rows = {
            figure.name: {
                names.get(key, key): getattr(figure, key)
                for key in ("precision", "recall", "f1", "low", "high", "gold", "predicted")
            }
            for figure in evaluation.figures
        }
        return json.dumps(rows, indent=1)
    lines = [
        f"{evaluation.papers} gold papers, {evaluation.found} of them found in the predictions",
        f"{'figure':18}{'P':>7}{'R':>7}{'F1':>7}  95% of F1      gold  pred",
    ]
    lines += (
        f"{figure.name:18}{figure.precision:7.3f}{figure.recall:7.3f}{figure.f1:7.3f}"
        f"  {figure.low:.3f}-{figure.high:.3f}{figure.gold:8}{figure.predicted:6}"
        for figure in evaluation.figures
    )
    for row in evaluation.errors if errors else ():
        shown = (f"{what}" + (f" ({count})" if count > 1 else "") for what, count in row.errors[:errors])
        lines += ["", f"{row.kind}: " + "; ".join(shown)]
    return "\n".join(lines)
