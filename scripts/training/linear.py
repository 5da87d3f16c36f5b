"""Fit the small linear models of ``kg.extract.linear``: logistic regression with numpy alone."""

import json
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FOLDS = 5


def vocabulary(rows: Sequence[Collection[str]], at_least: int) -> list[str]:
    """Return the cues that stand in so many rows, sorted."""
    counts = Counter(cue for row in rows for cue in set(row))
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


def predict(rows: Sequence[Collection[str]], cues: Sequence[str], weights: Floats) -> Floats:
    """Return scores, examples x labels."""
    position = {cue: index for index, cue in enumerate(cues)}
    return np.stack(
        [weights[[position[cue] for cue in set(row) if cue in position]].sum(axis=0) for row in rows]
    )


def folds(groups: Sequence[int]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield (training, test) positions so that no group stands on both sides."""
    for fold in range(FOLDS):
        train = [index for index, group in enumerate(groups) if group % FOLDS != fold]
        test = [index for index, group in enumerate(groups) if group % FOLDS == fold]
        yield train, test


def write(path: Path, labels: Sequence[str], cues: Sequence[str], weights: Floats, least: float) -> None:
    """Write a model, without cues whose weights are all below ``least`` in size; one cue a line."""
    rows = [
        f"  {json.dumps(cue, ensure_ascii=True)}: [{', '.join(f'{weight:.2f}' for weight in row)}]"
        for cue, row in zip(cues, weights, strict=True)
        if np.abs(row).max() >= least
    ]
    body = ",\n".join(rows)
    path.write_text(
        f'{{"labels": {json.dumps(list(labels))},\n "weights": {{\n{body}\n}}}}\n', encoding="utf-8"
    )
