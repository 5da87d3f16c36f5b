"""Numbers with units."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.numbers import find_numbers


def found(text: str) -> list[str]:
    """Return the values as written."""
    return [text[number.start : number.end] for number in find_numbers(text)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("reaches 79.8% accuracy", ["79.8%"]),
        ("a gain of 15 percentage points", ["15 percentage points"]),
        ("by 3.5 points, or .5 absolute points", ["3.5 points", ".5 absolute points"]),
        ("saves 33\\% and is 3\\times or 2.6times faster", ["33\\%", "3\\times", "2.6times"]),
        ("is 2.5\u00d7 and 10x and 4 times and 20-fold faster", ["2.5\u00d7", "10x", "4 times", "20-fold"]),
        ("44.7 chrF and 45.8 chrF", ["44.7", "45.8"]),
        ("0.4/0.6 BLEU", ["0.4", "0.6"]),
        ("1/3 of the energy", ["1/3"]),
        ("12/14 tasks", ["12", "14"]),
        ("30-40%, 4.1%-4.3%, 1% - 10%", ["30-40%", "4.1%-4.3%", "1% - 10%"]),
        ("8.9--15.5% points and 2.8\u20137.2", ["8.9--15.5% points", "2.8\u20137.2"]),
        ("is 3x to 13x and 1.5x-2x smaller", ["3x to 13x", "1.5x-2x"]),
        ("rises from 83% to 90.3%", ["83%", "90.3%"]),
        ("ranging from 65% to 79%", ["65% to 79%"]),
        ("between 1.5times and 1.7times", ["1.5times and 1.7times"]),
        ("28.4 and 41.8 BLEU", ["28.4", "41.8"]),
        ("(+0.3% mIoU) and \u21911.2", ["0.3%", "1.2"]),
        ("runs at 65 FPS in 71 milliseconds with 3.8MB", ["65 FPS", "71 milliseconds", "3.8MB"]),
        ("40 dB, 571M MACs, 1.26 bits/char", ["40 dB", "571M", "1.26 bits/char"]),
        ("1,024 of 12,345.5", ["1,024", "12,345.5"]),
        ("\\sim4 times less", ["4 times"]),
        ("half the cost, twice as fast", ["half", "twice"]),
        (
            "two orders of magnitude, three times, tenfold",
            ["two orders of magnitude", "three times", "tenfold"],
        ),
    ],
)
def test_values_as_written(text: str, values: list[str]) -> None:
    """Units stay, signs go, ranges are one value, lists are several."""
    assert found(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "GPT-4 and ResNet-50",
        "v1.5, WMT14 and F1",
        "mAP@0.5",
        "512x512 pixels",
        "a 4-bit model",
        "the 2nd place",
        "12.115.3",
        "10^-3 and 10^{-4} and F_{0.5}",
        "https://example.org/2401.1 and www.example.org/5",
        "halfway doubly",
    ],
)
def test_names_hold_no_values(text: str) -> None:
    """Digits inside names, versions, sizes in pixels and addresses are no values."""
    assert found(text) == []


@pytest.mark.parametrize(
    ("written", "number", "unit"),
    [
        ("79.80%", "79.80", "%"),
        ("79.8\\%", "79.8", "%"),
        ("15 percentage points", "15", "%"),
        ("3 points", "3", "points"),
        ("2.6 times", "2.6", "x"),
        ("1,024 MB", "1024", "MB"),
        ("40dB", "40", "dB"),
        ("1/4", "0.25", None),
        ("1/3", None, None),
        ("3-4%", None, "%"),
        ("twice", "2", "x"),
        ("orders of magnitude", None, "x"),
        ("two orders of magnitude", "100", "x"),
        ("44.70", "44.70", None),
    ],
)
def test_value_is_parsed(written: str, number: str | None, unit: str | None) -> None:
    """A value is parsed to a Decimal with all its digits, and a unit."""
    value = find_numbers(written)[0]
    assert (None if value.number is None else str(value.number), value.unit) == (number, unit)


def test_sign_is_noted() -> None:
    """A plus before a number marks a difference."""
    assert [number.signed for number in find_numbers("+2.5 and 2.5")] == [True, False]


def test_part_of_a_text() -> None:
    """Offsets refer to the whole text when a part is searched."""
    text = "5% and 6% and 7%"
    assert [(number.start, number.end) for number in find_numbers(text, 3, 10)] == [(7, 9)]


@given(
    st.text(alphabet=st.one_of(st.sampled_from("0123456789.,/-%x to\u0663\u2013\U0001f9ea"), st.characters()))
)
def test_numbers_are_ordered_slices(text: str) -> None:
    """Values are not empty, trimmed, in order and disjoint."""
    at = 0
    for number in find_numbers(text):
        assert at <= number.start < number.end <= len(text)
        assert text[number.start : number.end].strip() == text[number.start : number.end]
        at = number.end


@pytest.mark.parametrize(
    "unit", ["1", "1 ", "1-", "1,000", "1/", "-", "10 GPU ", "http://a 1 ", "1 to ", "one "]
)
def test_long_text_takes_linear_time(unit: str) -> None:
    """A hundred kilobytes of hostile text are read in well under four seconds."""
    text = unit * (100_000 // len(unit))
    begin = time.perf_counter()
    find_numbers(text)
    assert time.perf_counter() - begin < 4
