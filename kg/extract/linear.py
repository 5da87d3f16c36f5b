"""Small linear models over cues: what `kg_roles` and `kg_results` decide with.

A model is a JSON file in ``cues/``: its labels, and for each cue one weight a label, in
hundredths, so that sums are exact whatever the order of the cues. A cue is a string
that the component makes from the text ("R1=outperforms": the next word). The files are
written by ``scripts/train`` (coreference, roles, results).
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear model; a cue without weights counts nothing."""

    labels: tuple[str, ...]
    weights: Mapping[str, tuple[int, ...]]  # in hundredths

    def scores(self, cues: Iterable[str]) -> list[float]:
        """Return the sum of the weights of the cues for each label."""
        rows = [row for cue in cues if (row := self.weights.get(cue)) is not None]
        if not rows:
            return [0.0] * len(self.labels)
        return [sum(column) / 100 for column in zip(*rows, strict=True)]


@cache
def load_linear(name: str) -> Linear:
    """Return the model of that name that ships with the package."""
    record = json.loads((files("kg.extract") / "cues" / f"{name}.json").read_text(encoding="utf-8"))
    return Linear(tuple(record["labels"]), {cue: tuple(row) for cue, row in record["weights"].items()})


def sigmoid(score: float) -> float:
    """Return the probability of a score by itself.

    >>> sigmoid(0.0), sigmoid(-1000.0)
    (0.5, 0.0)
    """
    return 1 / (1 + math.exp(-score)) if score > -500 else 0.0


def softmax(scores: Iterable[float]) -> list[float]:
    """Return the probabilities of scores of which one is right.

    >>> softmax([1.0, 1.0])
    [0.5, 0.5]
    """
    values = list(scores)
    top = max(values)
    powers = [math.exp(value - top) for value in values]
    return [power / sum(powers) for power in powers]
