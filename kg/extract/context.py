"""The words around the entities of a text: what `kg_roles` and `kg_results` look at.

Every mention becomes one word, so that "on GLUE" and "on the Stanford Question
Answering Dataset" look alike to a cue.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kg.extract.doc import Sentence
from kg.records import ExtractedEntity

_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\d+(?:[.,]\d+)*|[^\w\s]|_")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, number or sign, in lower case, or a whole mention, shown as ``<Type>``."""

    text: str
    start: int
    end: int
    entity: int | None = None  # position in the list of entities


def read_words(text: str, entities: Sequence[ExtractedEntity]) -> tuple[Word, ...]:
    """Return the words of a text in order; of overlapping mentions the first and longest counts.

    >>> from kg.records import Mention
    >>> entity = ExtractedEntity("Dataset", "GLUE", ("GLUE",), (), 1.0, (Mention(7, 11),))
    >>> [word.text for word in read_words("Try on GLUE-2: 5.5%.", [entity])]
    ['try', 'on', '<Dataset>', '-', '2', ':', '5.5', '%', '.']
    """
    spans = sorted(
        (mention.start, -mention.end, index)
        for index, entity in enumerate(entities)
        for mention in entity.mentions
    )
    words: list[Word] = []
    at = 0
    for start, negative_end, index in spans:
        if start < at:
            continue
        words.extend(_plain(text, at, start))
        at = -negative_end
        words.append(Word(f"<{entities[index].type}>", start, at, index))
    words.extend(_plain(text, at, len(text)))
    return tuple(words)


def _plain(text: str, start: int, end: int) -> list[Word]:
    return [Word(found[0].lower(), *found.span()) for found in _WORD.finditer(text, start, end)]


def cut_words(words: Sequence[Word], sentence: Sentence) -> tuple[int, int]:
    """Return the positions of the first word of a sentence and of the first word after it."""
    first = bisect_left(words, sentence.start, key=lambda word: word.start)
    return first, bisect_left(words, sentence.end, lo=first, key=lambda word: word.start)
