"""What the network puts out for each word of a text: names and places of the columns.

First the tags and roles of entities, then what claims need. A number is judged at its
first word, a sentence over all its words. A slot of a claim is filled by a mention whose
key at its first word fits the query at the number, or at the words that compare.
"""

from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Final

from kg.schema import DIRECTIONS, ENTITY_TYPES, ROLES

TAGS: Final = ("O", *(f"{bio}-{type_}" for type_ in ENTITY_TYPES for bio in "BI"))
"""What a word can be: ``TAGS[1 + 2 * k]`` begins type k, the next one continues it."""

NUMBER_KINDS: Final = ("absolute", "delta", "relative", "factor")
"""Kinds of a claim with a number."""

SLOTS: Final = ("subject", "metric", "dataset", "task", "baseline")
"""Slots of a claim that an entity may fill."""

LINK: Final = 32
"""Length of the query and of the key of one slot."""


def _places(*lengths: int) -> Iterator[slice]:
    return (slice(*ends) for ends in pairwise(accumulate((0, *lengths))))


(TAG, ROLE, CLAIMED, KIND, DIRECTION, COMPARES, QUERY, KEY, FILLS) = _places(
    len(TAGS),
    len(ROLES),
    1,  # log odds that a number is claimed
    len(NUMBER_KINDS),
    len(DIRECTIONS) + 1,  # the last is none
    len(DIRECTIONS),  # log odds that a comparison hangs on the word; a sentence sums their odds
    len(SLOTS) * LINK,
    len(SLOTS) * LINK,
    len(SLOTS),  # log odds that a mention fills a slot, whatever the claim
)
"""Columns of each part."""

WIDTH: Final = FILLS.stop
"""Number of columns."""
