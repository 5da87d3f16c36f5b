"""Spaced pairs: a title line, a blank line, an abstract line, a blank line, and so on.

Short lines above the first title are furniture.
"""

from collections.abc import Iterator

from kg.pages.listing import looks_like_abstract, papers_of, read_plain_entries
from kg.pages.page import Page
from kg.records import Paper


def detect(head: str) -> bool:
    """Tell whether abstracts stand after a blank line that follows a shorter line."""
    lines = [line.strip() for line in head.split("\n")]
    return any(
        looks_like_abstract(abstract) and not blank and title and len(title) < len(abstract)
        for title, blank, abstract in zip(lines, lines[1:], lines[2:], strict=False)
    )


def read(page: Page) -> Iterator[Paper]:
    """Yield the papers of a page in spaced pairs."""
    return papers_of(read_plain_entries(page), page)
