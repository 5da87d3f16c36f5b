"""What the network says of numbers, sentences and links, on made-up columns."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from kg.extract.doc import Sentence
from kg.extract.encoder import Tagged, load_encoder, split
from kg.extract.outputs import (
    CLAIMED,
    COMPARES,
    DIRECTION,
    FILLS,
    KEY,
    KIND,
    LINK,
    NUMBER_KINDS,
    QUERY,
    ROLE,
    SLOTS,
    TAG,
    TAGS,
    WIDTH,
)
from kg.extract.reading import (
    comparison_query,
    fit_of_mentions,
    fits,
    number_query,
    read_text,
    said_of_number,
    said_of_sentence,
)
from kg.schema import DIRECTIONS, ROLES

TEXT = "FooNet\nFooNet beats BERT by 5.2% on BazBank. It is good."
CLAIM, LAST = (7, 44), (45, 56)

Columns = NDArray[np.float32]


@pytest.fixture
def columns() -> Columns:
    """Return columns for the words of the text, all zero but what compares, which is unlikely."""
    words = split(TEXT, load_encoder().tokenizer)
    zero = np.zeros((len(words.first), WIDTH), np.float32)
    zero[:, COMPARES] = -20
    return zero


def tagged(columns: Columns) -> Tagged:
    """Return what a network with these columns says of the text."""
    words = split(TEXT, load_encoder().tokenizer)
    return Tagged(words, columns[:, TAG], columns[:, ROLE], columns[:, CLAIMED.start :])


def word(form: str) -> int:
    """Return the number of the network's word that begins with the first occurrence of a form."""
    words = split(TEXT, load_encoder().tokenizer)
    return int(np.searchsorted(words.starts, TEXT.index(form), side="right")) - 1


def test_parts_are_all_columns_once() -> None:
    """The parts follow each other without a gap and have the lengths of what they say."""
    parts = (TAG, ROLE, CLAIMED, KIND, DIRECTION, COMPARES, QUERY, KEY, FILLS)
    assert [column for part in parts for column in range(part.start, part.stop)] == list(range(WIDTH))
    lengths = [part.stop - part.start for part in parts[:6]]
    assert lengths == [len(TAGS), len(ROLES), 1, len(NUMBER_KINDS), len(DIRECTIONS) + 1, len(DIRECTIONS)]


def test_number_is_judged_at_its_first_word(columns: Columns) -> None:
    """Log odds, kinds and directions are those of the word in which the number begins."""
    at = word("5.2")
    columns[at, CLAIMED], columns[at, KIND.start + 1], columns[at, DIRECTION.start] = 3, 4, 5
    said = said_of_number(tagged(columns), TEXT.index("5.2"))
    assert (said.claimed, said.kinds.tolist(), said.directions.tolist()) == (3, [0, 4, 0, 0], [5, 0, 0, 0, 0])


def test_sentence_sums_the_odds_of_its_own_words(
    columns: Columns,
) -> None:
    """Two words that compare count together, those of other sentences not at all."""
    better = COMPARES.start + DIRECTIONS.index("better")
    columns[[word("beats"), word("by")], better] = 1
    assert said_of_sentence(tagged(columns), *CLAIM)[0] == pytest.approx(1 + math.log(2), abs=1e-4)
    assert said_of_sentence(tagged(columns), *LAST)[0] < -15


@pytest.mark.parametrize("asks", ["5.2", "beats"])
def test_mention_whose_key_fits_the_query_fills(asks: str, columns: Columns) -> None:
    """Query and key are those of one slot; mentions of one entity sum their odds; the number or words ask."""
    slot = SLOTS.index("baseline")
    column = slot * LINK
    columns[word(asks), QUERY.start + column] = 4 * math.sqrt(LINK)
    columns[word("beats"), COMPARES.start] = 9
    columns[word("BERT"), KEY.start + column] = 1
    columns[word("BazBank"), KEY.start + column + 1] = 1
    columns[:, FILLS.start + slot] = -1
    read = tagged(columns)
    by_number = number_query(read, TEXT.index("5.2"))
    query = by_number if asks == "5.2" else comparison_query(read, *CLAIM, 0)
    of_words = fits(read, query, slot)
    assert fit_of_mentions(read, of_words, [TEXT.index("BERT")]) == pytest.approx(3, abs=1e-3)
    assert fit_of_mentions(read, of_words, [TEXT.index("BazBank")]) == pytest.approx(-1)
    twice = fit_of_mentions(read, of_words, [TEXT.index("BERT"), TEXT.index("BERT")])
    assert twice == pytest.approx(3 + math.log(2), abs=1e-3)
    assert fits(read, query, SLOTS.index("dataset"))[word("BERT")] == 0


def test_reading_without_entities() -> None:
    """Numbers are found, and every sentence has its words."""
    reading = read_text(TEXT, [Sentence(0, 6), Sentence(*CLAIM), Sentence(*LAST)], [])
    assert [TEXT[number.start : number.end] for number in reading.numbers] == ["5.2%"]
    assert [reading.words[first].text for first, _ in reading.bounds] == ["foonet", "foonet", "it"]
