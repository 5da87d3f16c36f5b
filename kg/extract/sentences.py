"""Component `kg_sentences`: the sentences of a title and its abstract.

Input: the text of the Doc. Output: ``doc._.kg_sentences``, in order, without
surrounding white space; together they hold every character that is no white
space. The title, up to the first line feed, is always one sentence. Assumes
English prose; a single line feed inside the abstract is white space, an empty
line ends a sentence.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.doc import Sentence

# Curly quotes are spelled as escapes here, since editors and readers take them for straight ones.
_CLOSERS: Final = "\"'\u201d\u2019\u00bb)]}"
_OPENERS: Final = "\"'\u201c\u2018\u00ab([{$\\*-\u2013\u2014\u2022`#%@"

# What may end a sentence: stops, closing quotes and brackets, then white space; or an empty line.
# No backtracking, so that a hundred thousand dots cost no more than as many letters.
_BORDER: Final = re.compile(
    rf"(?<![.!?])[.!?]++[{re.escape(_CLOSERS)}]*+(?=\s)|[.!?](?=[A-Z][a-z]{{1,20}}[ ,])|\n[^\S\n]*+\n"
)

# These end no sentence; written without their last full stop, in lower case.
_CONTINUED: Final = """
    a.k.a app approx ca cf ch chap def dr e.g eg eq eqs esp fig figs i.e ie jr mr mrs ms mt no nos prof ref
    refs resp sec secs sect sr st tab tabs thm v.s viz vol vols vs w.r.t
"""
_NUMBERED: Final = frozenset({"app", "def", "no"})  # words of their own, unless a number follows

# These end a sentence only before a word of _STARTERS.
_EITHER: Final = "a.i al co corp e.u etc inc ltd m.sc ph.d u.k u.s"

# Words that open sentences: they tell "in the U.S. We find" from "the U.S. Congress".
_STARTERS: Final = """
    a additionally after all although among an and another as at based both but by compared concretely
    consequently despite each empirically even existing experimental experiments extensive finally first
    firstly for from further furthermore given hence here how however if in inspired instead it its many
    meanwhile moreover most motivated nevertheless next notably on one our overall previous recent recently
    results second secondly several similarly since so some specifically such that the their then there
    therefore these they third this those though through thus to under unfortunately unlike upon using we
    what when where whereas whether which while with without yet
"""

_CONTINUED_SET: Final = frozenset(_CONTINUED.split())
_EITHER_SET: Final = frozenset(_EITHER.split())
_STARTER_SET: Final = frozenset(_STARTERS.split())

_LAST_WORD: Final = re.compile(r"[^\s(\[{\"'\u201c\u2018,;]{0,30}\Z")
_INITIALS: Final = re.compile(r"(?:[A-Z]\.-?)*[A-Z]")
_NEXT_WORD: Final = re.compile(r"[\w'-]*")


def split_sentences(text: str) -> tuple[Sentence, ...]:
    r"""Return the sentences of ``title + "\n" + abstract``, in order.

    >>> text = "What is X?\nWe beat Smith et al. by 2.5 points, e.g. on Yelp. Code is at https://x.org/a."
    >>> [text[sentence.start : sentence.end] for sentence in split_sentences(text)][1:]
    ['We beat Smith et al. by 2.5 points, e.g. on Yelp.', 'Code is at https://x.org/a.']
    """
    borders = [0, *_borders(text), len(text)]
    sentences = (_strip(text, start, end) for start, end in pairwise(borders))
    return tuple(sentence for sentence in sentences if sentence.start < sentence.end)


def _borders(text: str) -> Iterator[int]:
    title_end = text.find("\n")
    if title_end < 0:
        return
    yield title_end
    for match in _BORDER.finditer(text, title_end + 1):
        if match[0].startswith("\n") or _ends_sentence(text, match):
            yield match.end()


def _strip(text: str, start: int, end: int) -> Sentence:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Sentence(start, end)


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    following = match.end()
    glued = not text[following].isspace()
    while following < len(text) and text[following].isspace():
        following += 1
    if following == len(text):
        return False  # the end of the text is a border anyway
    last = _LAST_WORD.search(text[max(0, match.start() - 30) : match.start()])
    word = last[0] if last else ""
    if glued:  # "the model.We show", but not "Node.Js", "www.Site" or "e.g.The"
        return word.isalpha() and word.islower() and len(word) > 2 and _starts(text, following)
    if not _opens(text, following):
        return False
    return match[0].rstrip(_CLOSERS) != "." or _full_stop(word, text, following)


def _full_stop(word: str, text: str, following: int) -> bool:
    """Tell whether the stop after a word ends a sentence that could end there."""
    folded = word.lower()
    if folded in _CONTINUED_SET and (len(word) == 1 or not word.isupper()):  # "mt." but not "MT."
        return folded in _NUMBERED and not text[following].isdigit()
    if folded in _EITHER_SET or _INITIALS.fullmatch(word):
        return _starts(text, following)
    return True


def _opens(text: str, at: int) -> bool:
    """Tell whether what stands here can open a sentence.

    Lower case can where the word has capitals or digits inside ("mBERT", "k-NN", "xLSTM").
    """
    char = text[at]
    if char.isupper() or char.isdigit() or char in _OPENERS or not char.isascii():
        return True
    found = _NEXT_WORD.match(text, at)
    word = found[0] if found else ""
    return any(char.isupper() or char.isdigit() for char in word)


def _starts(text: str, at: int) -> bool:
    found = _NEXT_WORD.match(text, at)
    word = found[0] if found else ""
    return word[:1].isupper() and word.lower() in _STARTER_SET


@Language.component("kg_sentences", assigns=["doc._.kg_sentences"])
def kg_sentences(doc: Doc) -> Doc:
    """Set ``doc._.kg_sentences``."""
    doc._.kg_sentences = split_sentences(doc.text)
    return doc
