"""Pairs: a title line, an abstract line, the next title line, and nothing between.

Short lines above the first title are furniture, and the label of a button is often glued
to the first title ("SubscribeNeural Parsing ..."). It is taken off where the page shows
that it is not part of the title.
"""

import itertools
import re
from collections.abc import Iterator
from typing import Final

from kg.pages.listing import Entry, looks_like_abstract, papers_of, read_plain_entries
from kg.pages.page import Page
from kg.records import Paper

_BUTTON: Final = "Subscribe"
"""The button of the real pages; others are told by the words of the abstract."""


def detect(head: str) -> bool:
    """Tell whether abstracts stand right below a shorter line."""
    lines = [line.strip() for line in head.split("\n")]
    return any(
        looks_like_abstract(abstract) and 0 < len(title) < len(abstract)
        for title, abstract in itertools.pairwise(lines)
    )


def read(page: Page) -> Iterator[Paper]:
    """Yield the papers of a page in pairs."""
    return papers_of(_unglued(read_plain_entries(page)), page)


def _unglued(entries: Iterator[Entry]) -> Iterator[Entry]:
    for entry in entries:
        if entry.record == 1:
            furnished = entry.line > 1  # lines above it have been left out
            yield entry._replace(title=without_button(entry.title, entry.abstract, furnished=furnished))
        else:
            yield entry


def without_button(title: str, abstract: str, *, furnished: bool = True) -> str:
    """Return the first title of a page without the button's label glued to it.

    A label ends where a small letter meets a capital in a word that the abstract does not
    have, though it has the rest of that word and not the label. "Subscribe" needs no such
    witness.

    Args:
        title: The first title, perhaps with a label.
        abstract: Its abstract.
        furnished: There are other lines of furniture above; without them only "Subscribe" is taken off.

    >>> without_button("Join NowTreeNet: Parsing Fast", "We present TreeNet, a fast parser.")
    'TreeNet: Parsing Fast'
    >>> without_button("TreeNet: Parsing Fast", "We present TreeNet, a fast parser.")
    'TreeNet: Parsing Fast'
    """
    known = {word.casefold() for word in re.findall(r"\w+", abstract)}
    if title.startswith(_BUTTON):
        rest = title.removeprefix(_BUTTON)
        first = re.match(r"\w*", rest)[0]  # type: ignore[index]  # matches the empty string at least
        if first and (not first[0].islower() or first.casefold() in known):
            return rest
    if not furnished:
        return title
    for match in re.finditer(r"\w+", title[:60]):
        word = match[0]
        if word.casefold() in known:
            break  # the title has begun
        for cut in range(1, len(word)):
            label, rest = word[:cut], word[cut:]
            if not (label[-1].islower() and rest[0].isupper()):
                continue
            if rest.casefold() in known and label.casefold() not in known:
                return title[match.start() + cut :]
    return title
