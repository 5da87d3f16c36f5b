"""Component `kg_abbreviations`: short forms and the long forms that define them.

Input: the text and ``doc._.kg_sentences``. Output: ``doc._.kg_abbreviations`` in
text order. The algorithm is that of Schwartz and Hearst (2003), "A simple
algorithm for identifying abbreviation definitions in biomedical text", Pacific
Symposium on Biocomputing 8:451-462: the letters of the short form are sought in
the long form from right to left, and the first must begin a word. Added to it:
plural short forms, "SHORT (long form)" with the whole bracket as long form, no
long form beyond the sentence or another bracket, and no head noun ("method",
"dataset") at its end that the short form does without. Ignores on purpose:
definitions without brackets.
"""

import re
from collections.abc import Sequence
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.doc import Abbreviation, Sentence
from kg.records import Mention

_BRACKET: Final = re.compile(r"\(([^()\n]{2,200})\)")
_QUOTES: Final = "\"'\u201c\u201d\u2018\u2019\u00ab\u00bb`*_ \t"
_SHORT: Final = re.compile(r"[^\W_][^\s()\[\]{};,:]*(?: [^\s()\[\]{};,:]+)?")
_LAST_WORD: Final = re.compile(r"[^\W_][^\s()\[\]{};,:\"\u201c\u201d]*\Z")
_TAIL: Final = re.compile(
    r"\s+((?:method|approach|algorithm|framework|model|dataset|data set|benchmark|corpus|module|block|layer|"
    r"technique|objective|architecture|task|problem|metric|mechanism|strategy|system|loss)s?)\Z"
)
_BEFORE_WORD: Final = "\"'\u201c\u2018([{"
_LONGEST: Final = 200  # code points looked at before a bracket; bounds the time, not the matches


def find_abbreviations(text: str, sentences: Sequence[Sentence]) -> tuple[Abbreviation, ...]:
    """Return the definitions of abbreviations in a text, in order.

    >>> text = "mixture-of-experts (MoE) and LoRA (Low-Rank Adaptation)"
    >>> found = find_abbreviations(text, [Sentence(0, len(text))])
    >>> [(text[a.short.start : a.short.end], text[a.long.start : a.long.end]) for a in found]
    [('MoE', 'mixture-of-experts'), ('LoRA', 'Low-Rank Adaptation')]
    """
    found = []
    for sentence in sentences:
        barrier = sentence.start
        for bracket in _BRACKET.finditer(text, sentence.start, sentence.end):
            abbreviation = _short_inside(text, bracket, barrier) or _long_inside(text, bracket, barrier)
            if abbreviation is not None:
                found.append(abbreviation)
            barrier = bracket.end()
    return tuple(found)


def _short_inside(text: str, bracket: re.Match[str], barrier: int) -> Abbreviation | None:
    """Read "long form (SHORT)"; what follows a comma or semicolon in the bracket is no part of it."""
    short = _trim(text, *_first_part(text, bracket))
    if not _is_short(text[short.start : short.end]):
        return None
    end = bracket.start()
    while end > barrier and text[end - 1] in _QUOTES:
        end -= 1
    letters = _singular(text[short.start : short.end])
    earliest = _first_word(text, max(barrier, end - _LONGEST), end, _most_words(letters))
    start = _match(letters, text, earliest, end)
    if start is None or not _is_long(text[start:end], letters):
        return None
    tail = _TAIL.search(text[start:end])
    # "Curriculum Mixup method (CuMix)", but not "Hidden Markov model (HMM)", whose M needs the word.
    if tail and tail[1][0].casefold() != letters[-1].casefold():
        before = start + tail.start()
        end = before if _match(letters, text, start, before) == start else end
    return Abbreviation(Mention(start, end), short)


def _long_inside(text: str, bracket: re.Match[str], barrier: int) -> Abbreviation | None:
    """Read "SHORT (long form)"; the long form must fill the bracket or its first part."""
    end = bracket.start()
    while end > barrier and text[end - 1] in _QUOTES:
        end -= 1
    found = _LAST_WORD.search(text[max(barrier, end - 20) : end])
    if found is None or not _is_short(found[0]):
        return None
    letters = _singular(found[0])
    short = Mention(end - len(found[0]), end)
    for part in (_first_part(text, bracket), bracket.span(1)):
        long = _trim(text, *part)
        words = text[long.start : long.end]
        fits = len(words.split()) <= _most_words(letters) and len(re.split(r"[\s-]+", words)) > 1
        if fits and _is_long(words, letters) and _match(letters, text, long.start, long.end) == long.start:
            return Abbreviation(long, short)
    return None


def _first_part(text: str, bracket: re.Match[str]) -> tuple[int, int]:
    start, end = bracket.span(1)
    cut = re.compile("[,;]").search(text, start, end)
    return (start, cut.start()) if cut else (start, end)


def _trim(text: str, start: int, end: int) -> Mention:
    while start < end and text[start] in _QUOTES:
        start += 1
    while start < end and text[end - 1] in _QUOTES:
        end -= 1
    return Mention(start, end)


def _is_short(form: str) -> bool:
    """Tell a short form: 2 to 10 characters, 1 or 2 words, a letter, a capital or digit somewhere."""
    return (
        2 <= len(form) <= 10
        and _SHORT.fullmatch(form) is not None
        and any(char.isalpha() for char in form)
        and any(char.isupper() or char.isdigit() for char in form)
    )


def _is_long(form: str, letters: str) -> bool:
    folded = form.casefold()
    return len(form) > len(letters) and letters.casefold() not in re.split(r"[^\w-]+", folded)


def _singular(short: str) -> str:
    """Return the letters to be found: "LLMs" is sought as "LLM"."""
    plural = len(short) > 2 and short.endswith("s") and short[-2].isupper()
    return short[:-1].rstrip("'\u2019") if plural else short


def _most_words(letters: str) -> int:
    return min(len(letters) + 5, len(letters) * 2)


def _first_word(text: str, start: int, end: int, words: int) -> int:
    """Return where the last ``words`` words before ``end`` begin, at or after ``start``."""
    starts = [start + found.start() for found in re.finditer(r"\S+", text[start:end])]
    return starts[-words] if len(starts) > words else start


def _match(letters: str, text: str, start: int, end: int) -> int | None:
    """Return where the shortest long form that ends at ``end`` begins, or None."""
    at = end - 1
    for index in range(len(letters) - 1, -1, -1):
        letter = letters[index].casefold()
        if not letter.isalnum():
            continue
        while at >= start and (
            text[at].casefold() != letter or (index == 0 and at > start and text[at - 1].isalnum())
        ):
            at -= 1
        if at < start:
            return None
        at -= 1
    at += 1
    while at > start and not text[at - 1].isspace() and text[at - 1] not in _BEFORE_WORD:
        at -= 1  # the whole first word: "Pre-Layer" and not "Layer"
    return at


@Language.component("kg_abbreviations", requires=["doc._.kg_sentences"], assigns=["doc._.kg_abbreviations"])
def kg_abbreviations(doc: Doc) -> Doc:
    """Set ``doc._.kg_abbreviations``."""
    doc._.kg_abbreviations = find_abbreviations(doc.text, doc._.kg_sentences)
    return doc
