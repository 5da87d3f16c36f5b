"""The figures of an evaluation, their intervals, and the table that shows them.

Input: for each paper or record the counts of every figure. Output: micro-averaged
precision, recall and F1 with a 95% bootstrap interval of F1 (500 rounds, fixed
seed). Rates, draws and table are those of the scoring tool that comes with the
annotated data, digit for digit.
"""

import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

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
    """All figures of one evaluation, and what they are of."""

    heading: str
    figures: tuple[Figure, ...]
    errors: tuple[ErrorList, ...]


def make_figures(counts: Sequence[Counts]) -> tuple[Figure, ...]:
    """Return the figures of the counts of all papers, in the order of the first paper's counts."""
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


def rank_errors(errors: Mapping[str, Counter[str]]) -> tuple[ErrorList, ...]:
    """Return the errors by kind, the most frequent of a kind first."""
    return tuple(ErrorList(kind, tuple(errors[kind].most_common())) for kind in sorted(errors))


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
        evaluation.heading,
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
