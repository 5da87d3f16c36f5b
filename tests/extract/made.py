"""Made-up counts of names."""

from collections.abc import Mapping

import numpy as np

from kg.extract.priors import PriorTable, digest
from kg.schema import ENTITY_TYPES

Row = tuple[int, ...]
"""Texts that hold a name, and those that have it with each type."""


def count(names: Mapping[str, tuple[Row, Row]]) -> PriorTable:
    """Return a table: for each key the counts of annotated texts and of texts that teachers read."""
    order = sorted(names, key=digest)
    empty = np.zeros((0, 1 + len(ENTITY_TYPES)))
    return PriorTable(
        np.array([digest(key) for key in order], np.uint64),
        *(np.array([names[key][table] for key in order] or empty, np.uint16) for table in (0, 1)),
    )
