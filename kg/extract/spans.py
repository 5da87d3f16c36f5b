"""A text as words with keys: what is asked for spans by name.

Input: a text and its words. Equal keys name the same thing, whatever the case, the
hyphens and the plurals of the spelling. Assumes English plurals.
"""

from typing import Final

from kg.extract.encoder import Words
from kg.records import Mention

Span = tuple[int, int]
"""Half-open range of words."""

_LONGEST: Final = 16  # words of a name; bounds the search for further occurrences


def fold(word: str) -> str:
    """Return the key of one word: without case, hyphen and regular plural.

    >>> [fold(word) for word in ("Networks", "queries", "BERT", "-", "loss", "bus", "GANs")]
    ['network', 'query', 'bert', '', 'loss', 'bus', 'gan']
    """
    if word in {"-", "\u2010", "\u2011", "\u2013"}:
        return ""
    word = word.casefold()
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 2 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


class Text:
    """One text with the keys of its words, asked for spans by name."""

    def __init__(self, text: str, words: Words) -> None:
        self.text = text
        self.starts: list[int] = words.starts.tolist()
        self.ends: list[int] = words.ends.tolist()
        self.folded = [fold(text[a:b]) for a, b in zip(self.starts, self.ends, strict=True)]
        title_end = text.find("\n")
        self.border = sum(start < title_end for start in self.starts)
        gaps = zip(self.ends, self.starts[1:], strict=False)
        self.lines = frozenset(at for at, gap in enumerate(gaps, 1) if "\n" in text[slice(*gap)])
        """Words that begin a line, where no name goes on; of a paper that is the first of the abstract."""
        self._first = {start: i for i, start in enumerate(self.starts)}
        self._last = {end: i + 1 for i, end in enumerate(self.ends)}

    def key(self, span: Span) -> str:
        """Return the key of a span; equal keys name the same thing."""
        return "".join(self.folded[slice(*span)])

    def form(self, span: Span) -> str:
        """Return the text of a span."""
        return self.text[self.starts[span[0]] : self.ends[span[1] - 1]]

    def span(self, mention: Mention) -> Span | None:
        """Return the words of a mention, or None where it does not begin and end with one."""
        first, last = self._first.get(mention.start), self._last.get(mention.end)
        return None if first is None or last is None or first >= last else (first, last)

    def occurrences(self, keys: frozenset[str] | set[str]) -> list[Span]:
        """Return all spans with one of the keys, which may overlap."""
        found = []
        longest = max(map(len, keys), default=0)
        prefixes = {key[:3] for key in keys}
        for first in range(len(self.folded)):
            # A hyphen at either side belongs to the sentence, not to the name.
            if not self.folded[first] or self._glued(first):
                continue
            key = ""
            for last in range(first, min(len(self.folded), first + _LONGEST)):
                if last > first and last in self.lines:
                    break
                key += self.folded[last]
                if len(key) > longest or (len(key) >= 3 and key[:3] not in prefixes):
                    break
                if self.folded[last] and key in keys and not self._glued(last + 1):
                    found.append((first, last + 1))
        return found

    def _glued(self, word: int) -> bool:
        """Tell whether a word continues the one before it as one run of letters ("x_y", "±3")."""
        if not 0 < word < len(self.starts) or self.starts[word] != self.ends[word - 1]:
            return False
        before, after = self.text[self.starts[word] - 1], self.text[self.starts[word]]
        return (before.isalnum() or before == "_") and (after.isalnum() or after == "_")
