"""Lists of numbers beside lists of mentions."""

import pytest

from kg.extract.doc import Sentence
from kg.extract.lists import aligned_entity
from kg.extract.reading import Claim, read_text
from kg.records import ExtractedEntity, Mention

DATASETS = ("FooBank", "BarBank", "BazBank", "QuxBank")


def items(text: str) -> list[str | None]:
    """Return for each number of a text the dataset that stands at the same place of its list."""
    entities = [
        ExtractedEntity("Dataset", name, (name,), (), 1.0, (Mention(at, at + len(name)),))
        for name in DATASETS
        if (at := text.find(name)) >= 0
    ]
    reading = read_text(text, [Sentence(0, len(text))], entities)
    found = []
    for at, word in enumerate(reading.words):
        if word.number is not None:
            index = aligned_entity(reading, Claim(0, at, "absolute", None, 1.0), ("Dataset",))
            found.append(None if index is None else entities[index].name)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("28.4 and 41.8 BLEU on FooBank and BarBank", ["FooBank", "BarBank"]),
        ("0.4/0.6 BLEU on FooBank/BarBank", ["FooBank", "BarBank"]),
        ("on FooBank, BarBank, and BazBank 1.5%, 2.5%, and 3.5%", ["FooBank", "BarBank", "BazBank"]),
        ("by 5% and 7% on the FooBank and the BarBank, respectively", ["FooBank", "BarBank"]),
        (
            "1% and 2% on FooBank and BarBank, 3% and 4% on BazBank and QuxBank, respectively",
            ["FooBank", "BarBank", "BazBank", "QuxBank"],
        ),
    ],
)
def test_items_at_the_same_place_belong_together(text: str, expected: list[str | None]) -> None:
    """A number goes with the mention at its place."""
    assert items(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "28.4 and 41.8 BLEU on FooBank",
        "28.4 on FooBank and BarBank",
        "28.4 and 41.8 on FooBank, BarBank and BazBank",
        "28.4 BLEU and 5% on FooBank and BarBank",
        "1% and 2% on FooBank and BarBank, but not on BazBank and QuxBank",
        "28.4 on FooBank and 41.8 on BarBank",
        "28.4 and 41.8 on FooBank FooBank",
    ],
)
def test_lists_that_do_not_fit_say_nothing(text: str) -> None:
    """Lists of other lengths, mixed units and several lists without "respectively" decide nothing."""
    assert set(items(text)) == {None}


def test_comparison_stands_in_no_list() -> None:
    """A claim without a number has no place."""
    reading = read_text("better on FooBank", [Sentence(0, 17)], [])
    assert aligned_entity(reading, Claim(0, None, "qualitative", "better", 1.0), ("Dataset",)) is None
