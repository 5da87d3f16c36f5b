"""Phrases of a sentence that may fill a slot of a claim without being an entity.

Rivals are named after "over", "than", "outperforms" and the like ("strong baselines").
Quantities are what numbers are of: "2.6x fewer training steps", "48% less memory",
"173 times faster", "cuts the size by 10%", "a score of 65.1%". What is proposed here is
judged like the entities in ``kg.extract.slots``, so it may propose too much.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kg.extract.context import Word
from kg.metrics import is_metric


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words ``first`` to ``stop`` of a reading, and by which pattern they were found."""

    first: int
    stop: int
    pattern: str


# Words before the name of a rival, and words that end it.
_BEFORE: Final = "against among amongst beyond from of over than to unlike upon versus vs with"
_BEFORE_WORDS: Final = frozenset(_BEFORE.split())
_VERBS: Final = "outperform out-perform surpass exceed beat match improv advanc rival"
_RIVAL_VERBS: Final = tuple(_VERBS.split())
_DETERMINERS: Final = frozenset(
    {"the", "a", "an", "its", "their", "our", "that", "those", "these", "of", "on", "some", "both", "upon"}
)
_STOPS: Final = """
    across after also and are as at because before both but by can consistently despite during even for
    from had has have however if in including is it its like of on only or our over respectively show
    shows significantly since such than that the their they this through to under using via was we were
    when where whereas which while with within without
"""
_STOP_WORDS: Final = frozenset(_STOPS.split())
_LONGEST_RIVAL: Final = 8

# Words that tell by how much there is more or less of a quantity, and words that are quantities themselves.
_MORE: Final = frozenset({"more", "fewer", "less", "greater", "higher", "lower", "better", "additional"})
_MANNER: Final = frozenset(
    {"faster", "slower", "quicker", "smaller", "larger", "bigger", "cheaper", "shorter", "longer", "lighter"}
    | {"fast", "small", "large"}
)
_CHANGES: Final = (
    *("reduc", "improv", "increas", "decreas", "gain", "saving", "save", "drop", "cut", "lower", "boost"),
    *("enhanc", "rais", "declin", "rise", "shrink", "accelerat", "speed", "shorten", "minimi", "maximi"),
)
_NO_QUANTITY: Final = """
    a absolute all almost an any approximately about around be been being clear comparable compared
    competitive considerable do does drastic dramatic factor further high impressive its large least
    little margin minor most nearly new notable noticeable of often our per previous prior relative
    relatively remarkable respectively reasonable roughly same significant similar slight small some
    state-of-the-art sota strong substantial superior the their there these those thus times up versus
    very vs against achieve achieved achieves achieving get gets obtain obtained obtaining obtains
    outperform outperforming outperforms reach reached reaches reaching report reporting reports require
    required requires requiring surpass surpasses surpassing use used uses yield yielding yields
"""
_ENDS: Final = _STOP_WORDS | frozenset(_NO_QUANTITY.split()) | _MORE
_LONGEST_QUANTITY: Final = 4  # words
_ABOUT: Final = frozenset(
    {"over", "up", "to", "about", "around", "nearly", "almost", "only", "just", "more", "than"}
)
_NEAR: Final = 3  # words between a number and what it is of, at most
_LONGEST_METRIC: Final = 6  # words and signs of a name in the registry that are looked for


def find_rivals(words: Sequence[Word], first: int, stop: int) -> list[Phrase]:
    """Return the phrases of a sentence that may name what a claim compares with, in order."""
    out: list[Phrase] = []
    at = first
    while at < stop:
        text = words[at].text
        opens = text in _BEFORE_WORDS or text.startswith(_RIVAL_VERBS)
        if not opens and not (out and out[-1].stop == at and text in {"and", "or"}):
            at += 1
            continue
        begin = at + 1
        while begin < stop and (words[begin].text in _DETERMINERS or _all_the(words, begin)):
            begin += 1
        end = begin
        while end < min(stop, begin + _LONGEST_RIVAL) and _continues(words, begin, end):
            end += 1
        if end > begin and not (end == begin + 1 and words[begin].entity is not None):
            out.append(Phrase(begin, end, "rival" if opens else "and"))
            at = end
        else:
            at += 1
    return out


def _all_the(words: Sequence[Word], at: int) -> bool:
    return [word.text for word in words[at : at + 2]] == ["all", "the"]


def _continues(words: Sequence[Word], begin: int, at: int) -> bool:
    text = words[at].text
    if words[at].number is not None:
        return at == begin and text in {
            "<integer>",
            "<measure>",
        }  # "the 21 previous methods", "the 7B baseline"
    if any(_says(words, at - place, "state of the art") for place in (1, 2, 3) if at - place >= begin):
        return True
    if at > begin and _says(words, at, "from scratch"):
        return True
    if text.startswith(_RIVAL_VERBS):
        return False
    part = text[0].isalnum() or words[at].entity is not None or (at > begin and text in {"-", "'"})
    return part and text not in _STOP_WORDS


def _says(words: Sequence[Word], at: int, phrase: str) -> bool:
    wanted = phrase.split()
    return [word.text for word in words[at : at + len(wanted)]] == wanted


def find_quantities(text: str, words: Sequence[Word], first: int, stop: int) -> list[Phrase]:
    """Return the phrases of a sentence that may name what a number is of, in order.

    None overlaps a mention or another phrase; of those that would, the first pattern counts.
    """
    out: list[Phrase] = []
    taken: set[int] = set()
    for phrase in (
        *_beside_numbers(words, first, stop),
        *_changed(words, first, stop),
        *_registered(text, words, first, stop),
    ):
        places = range(phrase.first, phrase.stop)
        if taken.isdisjoint(places):
            taken.update(places)
            out.append(phrase)
    return sorted(out, key=lambda phrase: phrase.first)


def _beside_numbers(words: Sequence[Word], first: int, stop: int) -> Iterator[Phrase]:
    for number in range(first, stop):
        if words[number].number is not None:
            yield from _compared(words, number, stop)
            end = _end(words, number + 1, stop)
            while end > number + 1 and words[end - 1].text.startswith(_CHANGES):
                end -= 1
            if end > number + 1:
                yield Phrase(number + 1, end, "right")  # "4x compression", "30% memory savings"
            yield from _before(words, number, first)


def _compared(words: Sequence[Word], number: int, stop: int) -> Iterator[Phrase]:
    """Yield what there is more or less of: "5% less memory", "5% faster", "5% of the vocabulary"."""
    for at in range(number + 1, min(stop, number + 1 + _NEAR)):
        text = words[at].text
        if text in _MANNER:
            yield Phrase(at, max(at + 1, _end(words, at + 1, stop)), "manner")
        elif text in _MORE or text == "of":
            begin = at + 1 if text in _MORE else _past(words, at, stop)
            if (end := _end(words, begin, stop)) > begin:
                yield Phrase(begin, end, "more" if text in _MORE else "part")
        else:
            continue
        return


def _before(words: Sequence[Word], number: int, first: int) -> Iterator[Phrase]:
    """Yield what stands before a number: "a score of almost 65.1%"."""
    before = number - 1
    while before > first and words[before].text in _ABOUT:
        before -= 1
    if before > first and words[before].text in {"of", "to", ":"}:
        begin = _begin(words, before, first)
        if begin < before:
            yield Phrase(begin, before, "left")


def _changed(words: Sequence[Word], first: int, stop: int) -> Iterator[Phrase]:
    """Yield what is reduced or improved: "cuts the size", "a reduction in size", "memory savings"."""
    for at in range(first, stop):
        if not words[at].text.startswith(_CHANGES):
            continue
        begin = _past(words, at, stop)
        if (end := _end(words, begin, stop)) > begin:
            yield Phrase(begin, end, "changed")
        if (begin := _begin(words, at, first)) < at:
            yield Phrase(begin, at, "changes")


def _past(words: Sequence[Word], at: int, stop: int) -> int:
    """Return the first word after prepositions and determiners."""
    begin = at + 1
    while begin < stop and words[begin].text in {"in", "of", "the", "a", "an", "its", "their", "our", "on"}:
        begin += 1
    return begin


def _end(words: Sequence[Word], begin: int, stop: int) -> int:
    end = begin
    while end < min(stop, begin + _LONGEST_QUANTITY) and _is_part(words[end]):
        end += 1
    while end > begin and words[end - 1].text == "-":
        end -= 1
    return end


def _begin(words: Sequence[Word], stop: int, first: int) -> int:
    begin = stop
    while begin > max(first, stop - _LONGEST_QUANTITY) and _is_part(words[begin - 1]):
        begin -= 1
    while begin < stop and words[begin].text == "-":
        begin += 1
    return begin


def _is_part(word: Word) -> bool:
    if word.entity is not None or word.number is not None:
        return False
    text = word.text
    return (text[0].isalpha() or text == "-") and text not in _ENDS and not text.endswith("ly")


def _registered(text: str, words: Sequence[Word], first: int, stop: int) -> Iterator[Phrase]:
    """Yield names of metrics that the registry knows and that are no mention; "top-1" is three words here."""
    at = first
    while at < stop:
        for end in range(min(stop, at + _LONGEST_METRIC), at, -1):
            inside = words[at:end]
            if any(word.entity is not None or word.number is not None for word in inside):
                continue
            ends = words[at].text not in _STOP_WORDS and inside[-1].text[0].isalnum()
            if ends and is_metric(text[words[at].start : inside[-1].end]):
                yield Phrase(at, end, "registered")
                at = end - 1
                break
        at += 1
