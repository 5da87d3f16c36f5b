"""JSON Lines: one object a line with ``title`` and ``abstract``; other fields are mapped by name.

This is also what ``kg read`` writes; reading that gives the same papers with the same sources.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from kg.pages.fields import paper_of
from kg.pages.page import Page
from kg.records import Paper


def detect(head: str) -> bool:
    """Tell whether the page begins with a JSON object."""
    return re.match(r"\s*\{\s*(?:\"|\})", head) is not None


def read(page: Page) -> Iterator[Paper]:
    """Yield the papers of a JSON Lines file."""
    return read_objects(page, lambda row: row)


def read_objects(page: Page, fields: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Iterator[Paper]:
    """Yield the papers of the JSON objects of a page, one a line.

    Args:
        page: The page.
        fields: Turns an object into the fields that ``kg.pages.fields`` knows.
    """
    decoder = msgspec.json.Decoder(dict[str, Any])
    record = 0
    for number, line in page.lines():
        if line is not None and not line.strip():
            continue
        record += 1
        if line is None:
            continue  # unreadable and reported
        place = f"record {record} (line {number})"
        try:
            row = decoder.decode(line)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            found = f"the line is no JSON object ({error})"
            page.fault(place, found, "write one whole object a line, or leave it out with --skip-bad")
            continue
        if (paper := paper_of(fields(row), page, record, place)) is not None:
            yield paper
