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

_BUTTON: Final = re.compile(
    r"(?:subscribe|sign ?(?:up|in)|log ?in|register|join(?: now| us)?|follow(?: us)?|menu|search|share)",
    re.IGNORECASE,
)
"""Labels of buttons; the real pages have "Subscribe". Others are told by the words of the abstract."""


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
    """Return the first title of a page without the label of a button glued to it.

    Nothing is taken off if the abstract has the first word of the title as it stands.
    Otherwise a label is one of the usual ones, or a word before a name that the abstract
    does have, where a small letter meets a capital.

    Args:
        title: The first title, perhaps with a label.
        abstract: Its abstract.
        furnished: There are other lines of furniture above; without them only usual labels are taken off.

    >>> without_button("Join NowTreeNet: Parsing Fast", "We present TreeNet, a fast parser.")
    'TreeNet: Parsing Fast'
    >>> without_button("JoinNet: Parsing Fast", "We present JoinNet, a fast parser.")
    'JoinNet: Parsing Fast'
    """
    names = set(re.findall(r"\w+", abstract))
    if (first := re.match(r"\w+", title)) and first[0] in names:
        return title
    if label := _BUTTON.match(title):
        rest = title[label.end() :]
        if re.match(r"[^\W_a-z]|[$(\"“]", rest) or ((word := re.match(r"\w+", rest)) and word[0] in names):
            return rest
    if furnished and (glued := re.match(r"(?:[A-Z][a-z]+ ){0,2}[A-Z][a-z]{2,}(?=[A-Z])", title)):
        rest = title[glued.end() :]
        if (name := re.match(r"\w*[A-Z]\w*[A-Z]\w*|\w+(?=:)", rest)) and name[0] in names:
            return rest
    return title
