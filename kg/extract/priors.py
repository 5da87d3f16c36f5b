"""How often a name was annotated in other texts that hold it: what a small encoder forgets.

Input: keys of names (``kg.extract.spans``). Output: which types the counts favour, and
five numbers that the confidence of an entity is computed from. The table holds hashes of
keys and no text, and of each text only that it holds a key, in whatever case: "mAP" and
"map" are one. It is written by ``scripts/train entities``, from the annotated papers
and from what the teachers of the network read in texts without annotation.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kg.extract.encoder import NAMES, WEIGHTS
from kg.schema import ENTITY_TYPES

FEATURES: Final = (
    "annotated type",  # log odds that an annotated text which holds the name has it, with this type
    "annotated texts",  # log of the number of annotated texts that hold it
    "annotated",  # log odds that they have it at all
    "read type",  # the first one of the texts that teachers read
    "read texts",  # the second one of them
)

READ_WEIGHT: Final = 0.3
"""What a text that teachers read counts against an annotated one, for the type.

Tuned on 486 annotated papers that neither network nor counts had seen, the decoder fitted on the same
papers: entity F1 is .7884 where the counts have no say in the type, .7913 with 0.3.
"""

Counts = NDArray[np.uint16]
"""One row a key: the number of texts that hold it, then of those that have it with each type."""


@dataclass(frozen=True, slots=True)
class PriorTable:
    """A table of counts.

    Attributes:
        keys: `digest` of each key, ascending.
        annotated: Counts of annotated texts.
        read: Counts of texts that teachers read.
    """

    keys: NDArray[np.uint64]
    annotated: Counts
    read: Counts

    def of(self, keys: Iterable[str]) -> "Prior":
        """Return the counts of the best known of the keys of a name; zeros where none is known."""
        rows = [row for key in sorted(keys) if (row := self._row(key)) is not None]
        if not rows:
            return Prior(_UNKNOWN, _UNKNOWN)
        best = max(rows, key=lambda row: (self.annotated[row, 0], self.read[row, 0]))
        return Prior(self.annotated[best].astype(np.int64), self.read[best].astype(np.int64))

    def _row(self, key: str) -> int | None:
        sought = digest(key)
        at = int(np.searchsorted(self.keys, sought))
        return at if at < len(self.keys) and self.keys[at] == sought else None


@dataclass(frozen=True, slots=True)
class Prior:
    """The counts of one name: rows of a `PriorTable`."""

    annotated: NDArray[np.int64]
    read: NDArray[np.int64]

    def log_types(self) -> NDArray[np.float64]:
        """Return how likely the counts make each type: the logarithm, up to a constant."""
        return np.asarray(np.log(self.annotated[1:] + READ_WEIGHT * self.read[1:] + 0.5), np.float64)

    def features(self, type_: str) -> tuple[float, ...]:
        """Return `FEATURES` for a type."""
        column = 1 + ENTITY_TYPES.index(type_)
        return (
            _log_odds(self.annotated[column], self.annotated[0]),
            float(np.log1p(self.annotated[0])),
            _log_odds(self.annotated[1:].sum(), self.annotated[0]),
            _log_odds(self.read[column], self.read[0]),
            float(np.log1p(self.read[0])),
        )


_UNKNOWN: Final = np.zeros(1 + len(ENTITY_TYPES), np.int64)


def digest(key: str) -> np.uint64:
    """Return the hash that stands for a key: 8 bytes of BLAKE2b."""
    return np.uint64(int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little"))


def _log_odds(has: int, holds: int) -> float:
    # Half a text more on the one side and one on the other: nothing known is no better than unlikely.
    return float(np.log((has + 0.5) / (holds - has + 1)))


@cache
def load_priors(folder: Path = WEIGHTS) -> PriorTable:
    """Return the table of a folder of weights."""
    with np.load(folder / NAMES) as table:
        return PriorTable(table["keys"], table["annotated"], table["read"])
