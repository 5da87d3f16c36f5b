"""The arXiv metadata snapshot: JSON Lines with ``authors_parsed``, ``versions``, ``categories``.

``published`` is the day of the first version. The ``comments`` of arXiv are remarks of the
authors, not a count, and are left out, as are all fields that papers do not have here.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kg.pages.jsonl import read_objects
from kg.pages.page import Page
from kg.records import Paper


def detect(head: str) -> bool:
    """Tell whether the page begins with a JSON object that has the fields of the snapshot."""
    first = head.lstrip()
    line = first.partition("\n")[0]
    return first.startswith("{") and re.search(r'"(?:authors_parsed|versions)"\s*:', line) is not None


def read(page: Page) -> Iterator[Paper]:
    """Yield the papers of a snapshot, without holding it in memory."""
    return read_objects(page, _fields)


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    versions = row.get("versions")
    first = versions[0] if isinstance(versions, list) and versions else None
    return {
        "title": row.get("title"),
        "abstract": row.get("abstract"),
        "published": first.get("created") if isinstance(first, dict) else None,
        "authors": row.get("authors_parsed") or row.get("authors"),
        "arxiv_id": row.get("id"),
    }
