"""Phrases that may fill a slot of a claim without being an entity."""

import pytest

from kg.extract.context import Word, read_words
from kg.extract.numbers import find_numbers
from kg.extract.phrases import Phrase, find_quantities, find_rivals
from kg.records import ExtractedEntity, Mention

NAMES = {"FooNet": "Model", "BazBank": "Dataset", "accuracy": "Metric"}


def words_of(text: str) -> tuple[Word, ...]:
    """Return the words of a text in which some names are entities."""
    entities = [
        ExtractedEntity(type_, name, (name,), (), 1.0, (Mention(at, at + len(name)),))
        for name, type_ in NAMES.items()
        if (at := text.find(name)) >= 0
    ]
    return read_words(text, entities, find_numbers(text))


def written(text: str, words: tuple[Word, ...], phrases: list[Phrase]) -> list[str]:
    """Return phrases as the text has them."""
    return [text[words[phrase.first].start : words[phrase.stop - 1].end] for phrase in phrases]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FooNet needs 2.6x fewer training steps than before", ["training steps"]),
        ("it runs 173 times faster on BazBank", ["faster"]),
        ("up to 3.5x faster decoding", ["faster decoding"]),
        ("with only 50% of the original vocabulary on BazBank", ["original vocabulary"]),
        ("it saves 40% memory savings", ["memory"]),
        ("it cuts the peak memory by 10%", ["peak memory"]),
        ("a 30% reduction in wall-clock time", ["wall-clock time"]),
        ("a total score of 65.1%", ["total score"]),
        ("72.1 BLEU against 70.0", ["BLEU"]),
        ("top-1 of FooNet: 80.2%", ["top-1"]),
        ("FooNet improves accuracy by 5%", []),
        ("FooNet has 24 layers", ["layers"]),
    ],
)
def test_quantities(text: str, expected: list[str]) -> None:
    """What a number may be of is found beside it, beside a change, or in the registry."""
    words = words_of(text)
    assert written(text, words, find_quantities(text, words, 0, len(words))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FooNet outperforms strong baselines on BazBank", ["strong baselines"]),
        ("5% better than the previous state of the art", ["previous state of the art"]),
        ("2.4 points over the 7B baseline", ["7B baseline"]),
        ("FooNet beats the 21 previous methods over BazBank", ["21 previous methods"]),
        ("compared to training from scratch on BazBank", ["training from scratch"]),
        ("outperforms both neural models and kernel methods", ["neural models", "kernel methods"]),
        ("surpassing all the other systems", ["other systems"]),
        ("it is evaluated on BazBank", []),
    ],
)
def test_rivals(text: str, expected: list[str]) -> None:
    """A rival without a name is what the text says it is, without article, number words kept."""
    words = words_of(text)
    assert written(text, words, find_rivals(words, 0, len(words))) == expected


def test_no_phrase_overlaps_a_mention_or_another() -> None:
    """Each word belongs to one phrase at most, and to none if it is of an entity."""
    text = "FooNet reduces memory by 30% memory savings of 2x less memory, at 5% of the accuracy cost savings"
    words = words_of(text)
    places = [
        at for each in find_quantities(text, words, 0, len(words)) for at in range(each.first, each.stop)
    ]
    assert len(places) == len(set(places)) > 0
    assert all(words[at].entity is None and words[at].number is None for at in places)
