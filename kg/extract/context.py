"""The words around the entities of a text: what `kg_roles` and `kg_results` look at.

Every mention becomes one word, so that "on GLUE" and "on the Stanford Question
Answering Dataset" look alike to a cue; so does every number with its unit, where
numbers are asked for.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kg.extract.doc import Sentence
from kg.extract.numbers import Number
from kg.records import ExtractedEntity

_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\d+(?:[.,]\d+)*|[^\w\s]|_")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or sign, in lower case; a whole mention, shown as ``<Type>``; or a number with its unit."""

    text: str
    start: int
    end: int
    entity: int | None = None  # position in the list of entities
    number: int | None = None  # position in the list of numbers


def read_words(
    text: str, entities: Sequence[ExtractedEntity], numbers: Sequence[Number] = ()
) -> tuple[Word, ...]:
    """Return the words of a text in order; of overlapping ones the first and longest mention counts.

    >>> from kg.records import Mention
    >>> entity = ExtractedEntity("Dataset", "GLUE", ("GLUE",), (), 1.0, (Mention(7, 11),))
    >>> [word.text for word in read_words("Try on GLUE-2: 5.5%.", [entity])]
    ['try', 'on', '<Dataset>', '-', '2', ':', '5.5', '%', '.']
    """
    spans = [
        (mention.start, -mention.end, 0, index)
        for index, entity in enumerate(entities)
        for mention in entity.mentions
    ]
    spans += [(number.start, -number.end, 1, index) for index, number in enumerate(numbers)]
    words: list[Word] = []
    at = 0
    for start, negative_end, is_number, index in sorted(spans):
        if start < at:
            continue
        words.extend(_plain(text, at, start))
        at = -negative_end
        if is_number:
            words.append(Word(_shape(numbers[index]), start, at, number=index))
        else:
            words.append(Word(f"<{entities[index].type}>", start, at, entity=index))
    words.extend(_plain(text, at, len(text)))
    return tuple(words)


def _plain(text: str, start: int, end: int) -> list[Word]:
    return [Word(found[0].lower(), *found.span()) for found in _WORD.finditer(text, start, end)]


def _shape(number: Number) -> str:
    """Return what a cue sees of a number: its unit, or else its size."""
    sign = "+" if number.signed else ""
    if number.unit is not None:
        return f"<{sign}{number.unit if number.unit in {'%', 'x', 'points'} else 'measure'}>"
    if number.number is None or number.number % 1:
        return f"<{sign}decimal>"
    if 1950 <= number.number <= 2050:
        return "<year>"
    return f"<{sign}integer>"


def cut_words(words: Sequence[Word], sentence: Sentence) -> tuple[int, int]:
    """Return the positions of the first word of a sentence and of the first word after it."""
    first = bisect_left(words, sentence.start, key=lambda word: word.start)
    return first, bisect_left(words, sentence.end, lo=first, key=lambda word: word.start)


def around(texts: Sequence[str], at: int, width: int) -> set[str]:
    """Return cues of the words beside ``texts[at]``: those up to ``width`` away, the nearest with places."""
    left, right = texts[max(0, at - width) : at], texts[at + 1 : at + 1 + width]
    cues = {f"l={word}" for word in left} | {f"r={word}" for word in right}
    for distance in (1, 2, 3):
        cues.add(f"L{distance}={left[-distance] if len(left) >= distance else '^'}")
        cues.add(f"R{distance}={right[distance - 1] if len(right) >= distance else '$'}")
    cues.add(f"L21={' '.join(left[-2:])}")
    cues.add(f"R12={' '.join(right[:2])}")
    return cues
