r"""Find numbers with their units, and parse them.

A value is copied as written, unit kept and sign dropped: "2.6x", "33\%",
"15 percentage points", "30-40%", "1/3", "two orders of magnitude". Beside it
stand a `Decimal`, where it is one number, and its unit: ``%``, ``x``, ``points``
or as written. Digits inside names ("GPT-4", "v1.5", "WMT14") are no numbers;
which numbers are claims is decided in ``kg.extract.results``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final


@dataclass(frozen=True, slots=True)
class Number:
    """A value that stands in the text at [start, end)."""

    start: int
    end: int
    number: Decimal | None  # None for ranges, endless fractions and vague words
    unit: str | None
    signed: bool = False  # a plus, a minus or an arrow stands before it


_DIGITS: Final = r"(?:\d{1,3}(?:,\d{3})++(?!\d)|\d++)(?:\.\d++)?|\.\d++"
_UNITS: Final = {
    "%": r"\s?\$?\\?%(?:\s(?:percentage\s|absolute\s)?points?)?|\s?-?percent(?:age)?(?:[\s-]points?)?|\s?pp",
    "x": r"\s?\$?\\times\$?|\s?\u00d7|\s?[xX](?:-fold)?|\s?-?times|\s?-?folds?",
    "points": r"\s?-?(?:absolute\s)?(?:points?|pts)",
    "measure": (  # kept as written
        r"\s?-?(?:dBm?|[GMT]?Hz|[KMGT]i?B(?:/s)?|Go|(?:[GMTP]|(?:Gig|Meg|Ter|Pet)a)?FLOP[sS]?|G?MACs?|FPS|fps|"
        r"frames per second|km/h|mm|cm|mJ|kWh|ms|ns|bits?/\w{1,9}|bpc|bpd|bpp|tokens/s(?:ec)?|"
        r"(?:milli|micro)?seconds?(?: per \w{1,9})?|secs?|minutes?|mins?|(?:[GTC]PU |GPU-)?(?:hours?|days?)|"
        r"hrs?|weeks?|[KkMBGTs])"
    ),
}
_UNIT: Final = "|".join(f"(?P<u{index}>{unit})" for index, unit in enumerate(_UNITS.values()))
_ATOM: Final = re.compile(
    r"(?<![\w.,@#^\u00b1])(?<![\^_][-{])(?<!\^\{-)(?<!(?<!\d)[A-Za-z_]-)"  # "1.5x-2x", but not "GPT-4"
    r"(?P<sign>(?:[+\u2191\u2193\u2212-]|\\?(?:up|down)arrow)\s?)?(?:\\?(?:sim|approx|textasciitilde)\s?)?"
    rf"(?P<number>{_DIGITS})(?:(?:{_UNIT})(?!\w))?+(?!\w|\.\d|-[A-Za-z]|\^)"
)
_LONGEST: Final = 30  # digits; longer ones are no measurement
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+")
_BETWEEN: Final = re.compile(r"\s?(?:--?|[\u2013\u2014~])\s?|\s(?:to|and)\s")

_FACTORS: Final = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twenty": 20,
    "fifty": 50,
    "hundred": 100,
    "one hundred": 100,
    "a hundred": 100,
    "a thousand": 1000,
}  # fmt: skip -- a table
_FRACTIONS: Final = {
    "half": "0.5",
    "halves": "0.5",
    "halved": "0.5",
    "halve": "0.5",
    "halving": "0.5",
    "a half": "0.5",
    "one half": "0.5",
    "a quarter": "0.25",
    "one quarter": "0.25",
    "a fifth": "0.2",
    "one fifth": "0.2",
    "a tenth": "0.1",
    "one tenth": "0.1",
    "twice": "2",
    "double": "2",
    "doubles": "2",
    "doubled": "2",
    "doubling": "2",
    "triple": "3",
    "triples": "3",
    "tripled": "3",
    "tripling": "3",
    "an order of magnitude": "10",
    "one order of magnitude": "10",
    "two orders of magnitude": "100",
    "three orders of magnitude": "1000",
}  # fmt: skip -- a table
_WORDS: Final = re.compile(
    r"(?<![\w-])(?:"
    r"(?:(?:an?|one|two|three|four|several|a few|many|multiple)\s)?orders?[\s-]of[\s-]magnitudes?|"
    rf"(?P<factor>{'|'.join(sorted(_FACTORS, key=len, reverse=True))})(?:[\s-]?folds?|[\s-]times)|"
    r"(?:one|a)[\s-](?:half|third|quarter|fifth|tenth)|two[\s-]thirds|three[\s-]quarters|"
    r"half|halve[sd]?|halving|twice|double[sd]?|doubling|triple[sd]?|tripling)(?![\w-])",
    re.IGNORECASE,
)


def find_numbers(text: str, start: int = 0, end: int | None = None) -> tuple[Number, ...]:
    r"""Return the numbers of ``text[start:end]``, in order.

    >>> text = "33\\% fewer, 1.5-2x as fast, +0.4/0.6 BLEU, 1/3 of the cost of GPT-4"
    >>> [(text[n.start : n.end], n.unit) for n in find_numbers(text)]
    [('33\\%', '%'), ('1.5-2x', 'x'), ('0.4', None), ('0.6', None), ('1/3', None)]
    """
    stop = len(text) if end is None else end
    found = [*_join(text, list(_atoms(text, start, stop))), *_words(text, start, stop)]
    return tuple(sorted(found, key=lambda number: number.start))


def _atoms(text: str, start: int, end: int) -> Iterator[Number]:
    masked = _ADDRESS.sub(lambda address: "_" * len(address[0]), text)
    for found in _ATOM.finditer(masked, start, end):
        if len(found["number"]) > _LONGEST:
            continue
        unit = None
        for index, name in enumerate(_UNITS):
            if (as_written := found[f"u{index}"]) is not None:
                unit = as_written.strip(" -") if name == "measure" else name
        number = Decimal(found["number"].replace(",", ""))
        yield Number(found.start("number"), found.end(), number, unit, found["sign"] is not None)


def _join(text: str, atoms: list[Number]) -> Iterator[Number]:
    """Join ranges and fractions of two numbers into one value."""
    at = 0
    while at < len(atoms):
        first = atoms[at]
        at += 1
        if at < len(atoms) and (joined := _pair(text, first, atoms[at])) is not None:
            at += 1
            yield joined
        else:
            yield first


def _pair(text: str, first: Number, second: Number) -> Number | None:
    gap = text[first.end : second.start]
    if gap == "/" and first.unit is None and _is_fraction(text, first, second):
        assert first.number is not None  # noqa: S101 -- atoms have one
        assert second.number is not None  # noqa: S101 -- atoms have one
        quotient = first.number / second.number
        exact = quotient * second.number == first.number and len(quotient.as_tuple().digits) < 10
        return Number(first.start, second.end, quotient if exact else None, None, first.signed)
    if first.unit not in (None, second.unit) or _BETWEEN.fullmatch(gap) is None:
        return None
    before = text[max(0, first.start - 16) : first.start].lower().split()
    word = before[-1].strip("(") if before else ""
    if (gap == " and " and word != "between") or (
        gap == " to " and word == "from" and "rang" not in before[-2:][0]
    ):
        return None  # "from 83% to 90%" names the value before and the value after
    return Number(first.start, second.end, None, second.unit, first.signed)


def _is_fraction(text: str, first: Number, second: Number) -> bool:
    """Tell "1/3 of the energy" from the list "12/14 tasks"."""
    digits = text[first.start : first.end] + text[second.start : second.end]
    if not digits.replace(",", "").isdigit() or not second.number or not first.number:
        return False
    return first.number < second.number and (first.number == 1 or text.startswith(" of ", second.end))


def _words(text: str, start: int, end: int) -> Iterator[Number]:
    for found in _WORDS.finditer(text, start, end):
        words = " ".join(found[0].lower().replace("-", " ").split())
        if found["factor"] is not None:
            value: Decimal | None = Decimal(_FACTORS[found["factor"].lower()])
        else:
            value = Decimal(_FRACTIONS[words]) if words in _FRACTIONS else None
        yield Number(*found.span(), value, "x")
