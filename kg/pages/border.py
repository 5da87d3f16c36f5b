"""Find the border between a title and the abstract that follows it with nothing between.

Input: the words of both, joined. Output: how likely each gap between two words is the
border. Assumes English. Ignores on purpose: what other pages say (``kg.pages.oneline``
weighs that).

A log-linear model chooses one gap among the first `LONGEST_TITLE`: the score of a gap is
the sum of the weights of its features (`_gap`), plus, for each word before it, the weights
of that word in a title (`_word`). Weights are bytes in a table that a CRC of the feature's
name indexes, so the file holds no text. ``scripts/training/borders.py`` trains it and
prints what it scores.
"""

import itertools
import math
import re
import zlib
from array import array
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

WEIGHTS: Final = Path(__file__).with_name("border.bin")
TABLE_BITS: Final = 17  # 128 KiB; 16 bits cost a few errors more in 1,000, 18 bits gain nothing
UNIT: Final = 1 / 32  # of a weight; weights lie within -127 and 127 units

LONGEST_TITLE: Final = 45  # words; the longest of 6,800 titles has 36
_SPAN: Final = 120  # words of the record that the features look at, besides counts of pairs
_TEXT: Final = 4000  # characters within which pairs of words are counted

_FINITE: Final = frozenset(
    "is are was were be has have had can could may might will would should do does did"  # noqa: SIM905  # legible
    " we our i this these those there it remains remain become becomes became plays play"
    " requires require provides provide".split()
)
"""Verbs and pronouns that open or carry a sentence and seldom stand in a title."""

_FUNCTION: Final = frozenset(
    "a an the of for in on with and or to by from via at as is are be using through"  # noqa: SIM905  # legible
    " under over into without"
    " beyond between towards toward than not its their your how why what when".split()
)
"""Words that a title does not capitalise, or that cannot end one."""

_TITLE_TAIL: Final = 12  # words before "(ABC)" among which its long form may begin


class Features(NamedTuple):
    """Indices into the table of weights: one row for each gap, the first after the first word."""

    words: list[list[int]]  # of the word before the gap; they count for all later gaps too
    gaps: list[list[int]]


class _Text(NamedTuple):
    """The beginning of a record, prepared for the features."""

    words: list[str]
    lower: list[str]
    shapes: list[str]
    tails: list[str]
    pairs: "Counter[tuple[str, str]]"  # in the whole record
    counts: "Counter[str]"
    finite: list[int]  # positions of finite verbs and pronouns
    stops: list[int]  # positions of words that end a sentence
    long_forms: list[tuple[int, int]]  # first word of a long form, position of its "(ABC)"
    plain: list[int]  # number of lower-case content words before each position
    content: list[int]  # number of content words before each position


def border_features(text: str) -> Features:
    """Return the features of every possible border in a joined title and abstract."""
    prepared = _prepare(text)
    gaps = range(1, min(LONGEST_TITLE, len(prepared.words) - 1) + 1)
    words = [[_index(name) for name in _word(prepared, gap - 1)] for gap in gaps]
    return Features(words, [[_index(name) for name in _gap(prepared, gap)] for gap in gaps])


def border_probabilities(text: str) -> list[float]:
    """Return how likely the border lies after the first word, after the second, and so on.

    >>> found = border_probabilities("A Survey of Parsing In this paper, we survey how sentences are parsed.")
    >>> max(range(len(found)), key=found.__getitem__) + 1
    4
    """
    weights = _load_weights()
    scores, title = [], 0
    for word, gap in zip(*border_features(text), strict=True):
        title += sum(weights[index] for index in word)
        scores.append((title + sum(weights[index] for index in gap)) * UNIT)
    if not scores:
        return []
    best = max(scores)
    exponents = [math.exp(score - best) for score in scores]
    total = sum(exponents)
    return [exponent / total for exponent in exponents]


@cache
def _load_weights() -> "array[int]":
    weights = array("b")
    weights.frombytes(WEIGHTS.read_bytes())
    return weights


def _index(name: str) -> int:
    return zlib.crc32(name.encode("utf-8", "surrogatepass")) & ((1 << TABLE_BITS) - 1)


# --- preparing the text ------------------------------------------------------------------------


def _prepare(text: str) -> _Text:
    every = text[:_TEXT].split()
    every_lower = [_core(word).lower() for word in every]
    words, lower = every[:_SPAN], every_lower[:_SPAN]
    shapes = [_shape(word) for word in words]
    content = [word not in _FUNCTION and word[:1].isalpha() for word in lower]
    plain = [is_content and shape == "x" for is_content, shape in zip(content, shapes, strict=True)]
    tails = [word[-1] if word[-1] in ".,:;?!)" else "" for word in words]
    return _Text(
        words,
        lower,
        shapes,
        tails,
        Counter(itertools.pairwise(every_lower)),
        Counter(every_lower),
        [i for i, word in enumerate(lower) if word in _FINITE],
        [i for i, tail in enumerate(tails) if tail and tail in ".?!"],
        _long_forms(words),
        _running(plain),
        _running(content),
    )


def _running(flags: Sequence[bool]) -> list[int]:
    totals = [0]
    for flag in flags:
        totals.append(totals[-1] + flag)
    return totals


def _core(word: str) -> str:
    return word.strip(".,:;?!()[]{}\"'`“”‘’$*")  # noqa: RUF001  # curly quotes are meant


def _shape(word: str) -> str:
    """Return a letter for how a word is written: X Title, x lower, A CAPITALS, C camelCase, ..."""
    core = _core(word)
    if not core:
        return "-"
    opened = "(" if word[0] in "([" else ""
    if core[0].isdigit():
        shape = "0"
    elif len(core) > 1 and core.isupper():
        shape = "A"
    elif core.islower():
        shape = "x"
    elif core[0].isupper() and core[1:].islower():
        shape = "X"
    elif core[0].isupper() and "-" in core:
        shape = "H" if all(part[0].isupper() for part in core.split("-") if part) else "h"
    else:
        shape = "m" if core[0].islower() else "C"
    return opened + shape


def _long_forms(words: list[str]) -> list[tuple[int, int]]:
    """Return where the long form of each "(ABC)" begins: its initials spell ABC."""
    found = []
    for end, word in enumerate(words):
        match = re.match(r"\(([A-Za-z][\w-]*?)s?\)", word)
        if not match or sum(char.isupper() for char in match[1]) < 2:
            continue
        short = re.sub(r"[^a-z]", "", match[1].lower())
        starts = [
            start for start in range(max(0, end - _TITLE_TAIL), end) if _initials(words[start:end]) == short
        ]
        if starts:
            found.append((starts[-1], end))
    return found


def _initials(words: list[str]) -> str:
    parts = [part for word in words for part in re.split(r"[-/]", _core(word))]
    return "".join(part[0].lower() for part in parts if part and part.lower() not in _FUNCTION)


# --- features ----------------------------------------------------------------------------------


def _word(text: _Text, i: int) -> list[str]:
    """Name the features of a word that stands in the title."""
    word, shape, tail = text.lower[i], text.shapes[i], text.tails[i]
    before, before_shape = (text.lower[i - 1], text.shapes[i - 1]) if i else ("<s>", "<")
    return [
        f"u|{word}",
        f"c|{_core(text.words[i])}{tail}",
        f"b|{before}|{word}",
        f"s|{before_shape}{shape}{tail}",
        f"f|{shape}{word[-3:]}",
        f"F|{word in _FINITE}{shape}",
    ]


def _gap(text: _Text, gap: int) -> list[str]:
    """Name the features of a gap: the words around it, the title's style, what is repeated."""
    return _around(text, gap) + _style(text, gap) + _repeated(text, gap)


def _around(text: _Text, gap: int) -> list[str]:
    def at(items: list[str], offset: int) -> str:
        return items[gap + offset] if 0 <= gap + offset < len(items) else "<>"

    last, first, second = at(text.lower, -1), at(text.lower, 0), at(text.lower, 1)
    before_last, third = at(text.lower, -2), at(text.lower, 2)
    shape_before, shape_last = at(text.shapes, -2), at(text.shapes, -1) + at(text.tails, -1)
    s0, s1, s2, s3 = (at(text.shapes, offset) for offset in range(4))
    t0, t1, t2 = (at(text.tails, offset) for offset in range(3))
    k0, k1, k2, k3 = (_kind(at(text.lower, offset)) for offset in range(4))
    k_last = _kind(last)
    long_form = "at" if any(start == gap for start, _ in text.long_forms) else ""
    split_form = "split" if any(start < gap <= end for start, end in text.long_forms) else ""
    return [
        f"p1{last}",
        f"p2{before_last}",
        f"n0{first}",
        f"n1{second}",
        f"n2{third}",
        f"n3{at(text.lower, 3)}",
        f"n4{at(text.lower, 4)}",
        f"pp{before_last}|{last}",
        f"nn{first}|{second}",
        f"nnn{first}|{second}|{third}",
        f"x{last}|{first}",
        f"mm{second}|{third}",
        f"c0{_core(at(text.words, 0))}",
        f"c-1{_core(at(text.words, -1))}{at(text.tails, -1)}",
        f"S1{shape_before}{shape_last}{s0}",
        f"S2{shape_last}{s0}{s1}{t0}",
        f"S3{s0}{t0}{s1}{t1}{s2}{t2}{s3}",
        f"S4{shape_last}{s0}{t0}{s1}{t1}{s2}",
        f"S5{s0}{s1}{t0}",
        f"T{at(text.tails, -1)}|{s0}",
        f"sf{last[-3:]}|{s0}",
        f"sg{at(text.shapes, -1)}{first[-3:]}{s1}",
        f"sh{first[-3:]}|{second[-3:]}",
        f"si{s0}{second[-2:]}{s1}{s2}",
        f"q1{k_last}{shape_last}{s0}",
        f"q2{k0}{k1}{k2}{k3}{s0}",
        f"q3{k_last}{k0}{k1}",
        f"q4{k0}{s0}{k1}{s1}{k2}{s2}{k3}{s3}",
        f"q5{last}{s0}{k1}",
        f"ac{long_form}{split_form}",
        f"acx{long_form}{split_form}{s0}",
        f"aw{long_form}{last}",
    ]


def _kind(word: str) -> str:
    return "f" if word in _FUNCTION else "v" if word in _FINITE else "-"


def _style(text: _Text, gap: int) -> list[str]:
    """Compare how the title is capitalised with the words after the gap, and look for a verb there."""
    shape, after = text.shapes[gap], text.shapes[gap + 1] if gap + 1 < len(text.shapes) else "<>"
    plain, content = text.plain[gap], text.content[gap]
    style = 0 if plain == 0 else 1 if plain == 1 else 2 if plain * 2 < content else 3
    end, start = min(len(text.words), gap + 9), min(len(text.words), gap + 1)
    next_plain = text.plain[end] - text.plain[start]
    next_content = text.content[end] - text.content[start]
    verb = next((i - gap for i in text.finite if i >= gap), 99)
    stop = next((i for i in text.stops if i >= gap), len(text.words))
    return [
        f"len{gap}",
        f"lb{gap // 3}",
        f"st1{style}|{shape}{after}",
        f"st2{style}|{min(next_plain, 7)}|{shape}",
        f"st3{style}|{min(plain, 7)}",
        f"st4{style}|{min(next_content - next_plain, 6)}|{shape}",
        f"fd{min(verb, 15)}|{shape}",
        f"fv{text.lower[gap + verb] if verb < 30 else '-'}{min(verb, 12)}",
        f"ft{sum(i < gap for i in text.finite)}",
        f"se{min((stop - gap) // 4, 10)}",
        f"es{sum(i < gap - 1 for i in text.stops)}|{shape}",
    ]


def _repeated(text: _Text, gap: int) -> list[str]:
    """Look for words and pairs of words that stand on both sides, or that the gap would tear apart."""
    lower, shape = text.lower, text.shapes[gap]
    title = lower[:gap]
    last, first = lower[gap - 1], lower[gap]
    opening = (first, lower[gap + 1] if gap + 1 < len(lower) else "<>")
    closing = (lower[gap - 2] if gap > 1 else "", last)
    torn = (last, first)
    shared = sum(word in title and word not in _FUNCTION for word in lower[gap : gap + 8])

    def again(pair: tuple[str, str]) -> int:
        return min(2, text.pairs[pair] - 1)

    return [
        f"r1{opening in itertools.pairwise(title)}{shape}",
        f"r2{first in title and first not in _FUNCTION}{shape}",
        f"r3{again(opening)}{again(closing)}{again(torn)}",
        f"r4{first == last}{shape}",
        f"r5{min(2, text.counts[last] - 1)}{min(2, text.counts[first] - 1)}",
        f"r6{again(torn)}{shape}",
        f"r7{min(3, shared)}",
        f"r8{last in title[:-1]}{first in title}",
    ]
