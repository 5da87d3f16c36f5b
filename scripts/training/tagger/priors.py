"""Count in how many texts a name stands, and in how many of them it is annotated: ``kg.extract.priors``."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.extract.decode import tag_path, trim
from kg.extract.priors import Counts, PriorTable, digest
from kg.extract.spans import Text
from kg.schema import ENTITY_TYPES

LEAST = 2
"""Texts that must have a name for it to be counted; so the table holds no name of any one text."""

Reading = tuple[Text, NDArray[Any]]
"""A text and the probabilities of the tags of its words."""


def count_names(annotated: Sequence[Reading], read: Sequence[Reading]) -> PriorTable:
    """Return the counts of the names of all texts.

    Args:
        annotated: Texts with the annotation as tags.
        read: Texts with tags by teachers.
    """
    ours, theirs = ([_names(*reading) for reading in readings] for readings in (annotated, read))
    often = Counter(key for names in (*ours, *theirs) for key in names)
    order = sorted((key for key in often if often[key] >= LEAST), key=digest)
    return PriorTable(
        np.array([digest(key) for key in order], np.uint64),
        _count(order, annotated, ours),
        _count(order, read, theirs),
    )


def save(table: PriorTable, path: Path) -> None:
    """Write the counts."""
    np.savez_compressed(path, keys=table.keys, annotated=table.annotated, read=table.read)


def _names(text: Text, tags: NDArray[Any]) -> dict[str, str]:
    """Return the type of each key on the likeliest tag path."""
    begins = tags[:, 1 : 1 + 2 * len(ENTITY_TYPES) : 2]
    return {
        text.key(trimmed): ENTITY_TYPES[int(begins[span[0]].argmax())]
        for span in tag_path(tags, 0.0, text.lines)
        if (trimmed := trim(text, span))
    }


def _count(keys: Sequence[str], readings: Sequence[Reading], named: Iterable[dict[str, str]]) -> Counts:
    row = {key: at for at, key in enumerate(keys)}
    sought = frozenset(keys)
    counts = np.zeros((len(keys), 1 + len(ENTITY_TYPES)), np.uint16)
    for (text, _), names in zip(readings, named, strict=True):
        mine = {key: type_ for key, type_ in names.items() if key in row}
        for key in {text.key(span) for span in text.occurrences(sought)} | mine.keys():
            counts[row[key], 0] += 1
        for key, type_ in mine.items():
            counts[row[key], 1 + ENTITY_TYPES.index(type_)] += 1
    return counts
