"""A daily-papers API response: a JSON list of ``{"paper": {...}, "numComments": n}``.

The paper has ``id`` (of arXiv), ``title``, ``summary``, ``publishedAt``, ``upvotes``, ``authors``.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from kg.errors import PageError
from kg.pages.fields import paper_of
from kg.pages.page import Page
from kg.records import Paper


def detect(head: str) -> bool:
    """Tell whether the page begins with a JSON list of objects."""
    return re.match(r"\s*\[\s*(?:\{|\])", head) is not None


def read(page: Page) -> Iterator[Paper]:
    """Yield the papers of an API response, a document of at most 64 MiB.

    Raises:
        PageError: The response is no JSON list, or too large.
    """
    try:
        items = msgspec.json.decode(page.document(), type=list[Any])
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise PageError(
            page.where, f"expected a whole JSON list of papers ({error})", "fetch the response again"
        ) from error
    for record, item in enumerate(items, 1):
        place = f"record {record}"
        paper = item.get("paper") if isinstance(item, dict) else None
        if not isinstance(paper, dict):
            page.fault(
                place,
                'expected {"paper": {...}} as the daily-papers API writes it',
                "pass papers without that wrapping as JSON Lines, one object a line",
            )
            continue
        fields = {
            "title": paper.get("title"),
            "abstract": paper.get("summary"),
            "published": paper.get("publishedAt"),
            "authors": paper.get("authors"),
            "upvotes": paper.get("upvotes"),
            "comments": item.get("numComments"),
            "organization": paper.get("organization"),
            "arxiv_id": paper.get("id"),
        }
        if (found := paper_of(fields, page, record, place)) is not None:
            yield found
