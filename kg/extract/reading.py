"""A text as the models of claims see it, and what the network says of its numbers and sentences."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.extract.context import Word, cut_words, read_words
from kg.extract.doc import Sentence
from kg.extract.encoder import Tagged
from kg.extract.numbers import Number, find_numbers
from kg.extract.outputs import CLAIMED, COMPARES, DIRECTION, FILLS, KEY, KIND, LINK, QUERY, SLOTS
from kg.records import ExtractedEntity

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its parts.

    Attributes:
        text: The text.
        sentences: Its sentences, the title first.
        entities: Its entities, with roles.
        numbers: Its numbers.
        words: Its words; mentions and numbers are one word each.
        bounds: First word of each sentence, and first word after it.
        tagged: What the network says of its words; None lets the cues decide alone.
    """

    text: str
    sentences: Sequence[Sentence]
    entities: Sequence[ExtractedEntity]
    numbers: tuple[Number, ...]
    words: tuple[Word, ...]
    bounds: tuple[tuple[int, int], ...]
    tagged: Tagged | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A number that is claimed, or a comparison without one."""

    sentence: int  # position in the list of sentences
    word: int | None  # position of the number in the list of words; None for comparisons
    kind: str
    direction: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class SaidOfNumber:
    """Scores of the network for a number: log odds that it is claimed, then its kinds and directions."""

    claimed: float
    kinds: Floats
    directions: Floats  # the last is none


def read_text(
    text: str,
    sentences: Sequence[Sentence],
    entities: Sequence[ExtractedEntity],
    tagged: Tagged | None = None,
) -> Reading:
    """Return what the models look at."""
    numbers = find_numbers(text)
    words = read_words(text, entities, numbers)
    bounds = tuple(cut_words(words, sentence) for sentence in sentences)
    return Reading(text, sentences, entities, numbers, words, bounds, tagged)


def said_of_number(tagged: Tagged, offset: int) -> SaidOfNumber:
    """Return what the network says of the number that begins there."""
    row = tagged.claims[_at(tagged, offset)].astype(np.float64)
    return SaidOfNumber(float(row[_claims(CLAIMED)][0]), row[_claims(KIND)], row[_claims(DIRECTION)])


def said_of_sentence(tagged: Tagged, start: int, end: int) -> Floats:
    """Return the log odds of ``kg.schema.DIRECTIONS`` that a sentence compares so, without a number."""
    return np.asarray(np.logaddexp.reduce(_comparing(tagged, start, end), axis=0))


def number_query(tagged: Tagged, offset: int) -> Floats:
    """Return what the slots of the number that begins there look for, one row a slot."""
    row = tagged.claims[_at(tagged, offset), _claims(QUERY)].astype(np.float64)
    return row.reshape(len(SLOTS), LINK)


def comparison_query(tagged: Tagged, start: int, end: int, direction: int) -> Floats:
    """Return what the slots of a comparison look for: the mean over its words, by how much each compares."""
    scores = _comparing(tagged, start, end)[:, direction]
    weights = np.exp(scores - np.logaddexp.reduce(scores))
    rows = tagged.claims[_words(tagged, start, end), _claims(QUERY)].astype(np.float64)
    return np.asarray(weights @ rows).reshape(len(SLOTS), LINK)


def fits(tagged: Tagged, query: Floats, slot: int) -> Floats:
    """Return for each word of the network how well a mention that begins there fills a slot, as log odds."""
    keys = tagged.claims[:, _claims(KEY)].reshape(-1, len(SLOTS), LINK)[:, slot]
    scores = keys @ query[slot] / math.sqrt(LINK) + tagged.claims[:, _claims(FILLS)][:, slot]
    return np.asarray(scores, np.float64)


def fit_of_mentions(tagged: Tagged, of_words: Floats, offsets: Sequence[int]) -> float:
    """Return how well what is mentioned there fills a slot: log of the summed odds of its mentions."""
    return float(np.logaddexp.reduce(of_words[[_at(tagged, offset) for offset in offsets]]))


def _claims(part: slice) -> slice:
    return slice(part.start - CLAIMED.start, part.stop - CLAIMED.start)


def _at(tagged: Tagged, offset: int) -> int:
    return int(np.searchsorted(tagged.words.starts, offset, side="right")) - 1


def _words(tagged: Tagged, start: int, end: int) -> slice:
    return slice(_at(tagged, start), _at(tagged, end - 1) + 1)


def _comparing(tagged: Tagged, start: int, end: int) -> Floats:
    return tagged.claims[_words(tagged, start, end), _claims(COMPARES)].astype(np.float64)
