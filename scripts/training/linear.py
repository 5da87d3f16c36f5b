"""Fit the small linear models of ``kg.extract.linear``: logistic regression with numpy alone."""

import json
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.extract.linear import Linear

Floats = NDArray[np.float64]
FOLDS = 5


def vocabulary(rows: Sequence[Collection[str]], papers: Sequence[int], at_least: int) -> list[str]:
    """Return the cues that stand in so many papers, sorted.

    Args:
        rows: Cues of every example.
        papers: The paper of every example; counting papers keeps out what only one of them says.
        at_least: Number of papers.
    """
    seen = {(cue, paper) for row, paper in zip(rows, papers, strict=True) for cue in row}
    counts = Counter(cue for cue, _ in seen)
    return sorted(cue for cue, count in counts.items() if count >= at_least)


def fit(rows: Sequence[Collection[str]], truth: Floats, cues: Sequence[str], penalty: float) -> Floats:
    """Return weights (cues x labels) of one logistic regression a label.

    Args:
        rows: Cues of every example.
        truth: 0 or 1, examples x labels.
        cues: Cues that get a weight.
        penalty: Half of it times the sum of the squared weights is added to the log loss.
    """
    position = {cue: index for index, cue in enumerate(cues)}
    columns = [sorted(position[cue] for cue in set(row) if cue in position) for row in rows]
    column = np.array([index for row in columns for index in row])
    lengths = np.array([len(row) for row in columns])
    if not lengths.all():
        raise ValueError("every example needs a cue with a weight; add a bias")
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])

    def loss(weights: Floats, wanted: Floats) -> tuple[float, Floats]:
        score = np.add.reduceat(weights[column], starts)
        wrong = 1 / (1 + np.exp(-np.clip(score, -60, 60))) - wanted
        gradient = np.bincount(column, np.repeat(wrong, lengths), len(cues)) + penalty * weights
        value = np.logaddexp(0, score).sum() - wanted @ score + penalty / 2 * weights @ weights
        return float(value), gradient

    return np.stack([_minimise(loss, truth[:, label], len(cues)) for label in range(truth.shape[1])], axis=1)


def _minimise(
    loss: Callable[[Floats, Floats], tuple[float, Floats]], wanted: Floats, size: int, steps: int = 80
) -> Floats:
    """Minimise with L-BFGS (Nocedal 1980), a memory of 8 and a backtracking line search."""
    weights = np.zeros(size)
    value, gradient = loss(weights, wanted)
    memory: deque[tuple[Floats, Floats]] = deque(maxlen=8)
    for _ in range(steps):
        step = -_direction(gradient, memory)
        length = 1.0 if memory else min(1.0, 1 / float(np.abs(gradient).sum() + 1e-12))
        slope = float(gradient @ step)
        while True:
            trial = weights + length * step
            new_value, new_gradient = loss(trial, wanted)
            if new_value <= value + 1e-4 * length * slope or length < 1e-8:
                break
            length /= 2
        moved, change = trial - weights, new_gradient - gradient
        if moved @ change > 1e-10:
            memory.append((moved, change))
        done = abs(value - new_value) <= 1e-6 * max(abs(value), 1.0)
        weights, value, gradient = trial, new_value, new_gradient
        if done:
            break
    return weights


def _direction(gradient: Floats, memory: Sequence[tuple[Floats, Floats]]) -> Floats:
    out, scales = gradient.copy(), []
    for moved, change in reversed(memory):
        scale = (moved @ out) / (moved @ change)
        out -= scale * change
        scales.append(scale)
    if memory:
        moved, change = memory[-1]
        out *= (moved @ change) / (change @ change)
    for (moved, change), scale in zip(memory, reversed(scales), strict=True):
        out += (scale - (change @ out) / (moved @ change)) * moved
    return out


def as_model(labels: Sequence[str], cues: Sequence[str], weights: Floats, least: float) -> Linear:
    """Return the model as it ships: weights in hundredths, without cues whose weights are all small.

    Args:
        labels: Columns of the weights.
        cues: Rows of the weights.
        weights: cues x labels.
        least: Size below which a weight is small.
    """
    rounded = np.rint(weights * 100).astype(int)
    kept = np.abs(weights).max(axis=1) >= least
    rows = zip(cues, rounded.tolist(), kept, strict=True)
    return Linear(tuple(labels), {cue: tuple(row) for cue, row, keep in rows if keep})


def folds(groups: Sequence[int]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield (training, test) positions so that no group stands on both sides."""
    for fold in range(FOLDS):
        train = [index for index, group in enumerate(groups) if group % FOLDS != fold]
        test = [index for index, group in enumerate(groups) if group % FOLDS == fold]
        yield train, test


def write(path: Path, model: Linear) -> None:
    """Write a model, one cue a line, sorted."""
    rows = (f"  {json.dumps(cue)}: {list(row)}" for cue, row in sorted(model.weights.items()))
    body = ",\n".join(rows)
    text = f'{{"labels": {json.dumps(model.labels)},\n "weights": {{\n{body}\n}}}}\n'
    path.write_text(text, encoding="utf-8")
