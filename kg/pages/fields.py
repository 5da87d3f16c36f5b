"""Named fields of paper files become papers.

Input: a row, as a mapping of field names to what JSON or CSV gave. Output: a `Paper`.
Names are matched without regard to case. Line breaks inside titles and abstracts, with
the white space around them, become one space, because these formats wrap lines where
listing pages do not; all other characters stay. Rows that name their own sources are
what ``kg read`` wrote, and stay wholly as they are.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from kg.pages.counts import CountError, parse_count
from kg.pages.dates import iso_text
from kg.pages.page import Page
from kg.pages.text import join_lines, text_problem
from kg.records import Paper, Source, paper_id

COLUMNS: Final = {
    "published": ("published", "date", "published_at", "publishedat", "publication_date", "created", "year"),
    "author_count": ("author_count", "authors", "n_authors", "num_authors", "number_of_authors"),
    "upvotes": ("upvotes", "votes"),
    "comments": ("comments", "num_comments", "numcomments", "comment_count"),
    "organization": ("organization", "organisation"),
    "arxiv_id": ("arxiv_id", "arxivid", "arxiv", "id", "paper_id"),
    "url": ("url", "link"),
}
"""Fields of a paper besides title and abstract, and the column names they are read from, best first."""

_ARXIV_ID: Final = re.compile(
    r"(?:https?://arxiv\.org/(?:abs|pdf)/|arxiv:)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?",
    re.IGNORECASE,
)


def paper_of(row: Mapping[str, Any], page: Page, record: int, place: str) -> Paper | None:
    """Return the paper that a row describes, or None where the row is bad (and reported).

    Args:
        row: Field names and values; ``title`` and ``abstract`` must be there.
        page: The page, for the source of the paper.
        record: Number of the row on the page, counted from 1.
        place: Where the row stands, for messages.
    """
    fields = {name.strip().lower(): value for name, value in row.items() if value not in (None, "")}
    try:
        own = _sources(fields.get("sources"))
        title, abstract = (_text(fields, name, wrapped=own is None) for name in ("title", "abstract"))
        _check(title, abstract)
        read = {name: _first(fields, columns, _PARSERS[name]) for name, columns in COLUMNS.items()}
    except (_FieldError, CountError) as error:
        page.fault(place, str(error), "correct the record, or leave it out with --skip-bad")
        return None
    if read["arxiv_id"] is None and read["url"] is not None:
        read["arxiv_id"] = _arxiv_id(read["url"])
    return Paper(
        title,
        abstract,
        paper_id(title),
        published_inferred=str(fields.get("published_inferred", "")).lower() == "true",
        sources=page.source(record) if own is None else own,
        **read,
    )


class _FieldError(Exception):
    """A field is missing or has a value that it cannot have."""


def _first(fields: Mapping[str, Any], columns: tuple[str, ...], parse: Callable[[Any], Any]) -> Any:
    """Return what the first of the columns gives that gives anything."""
    for column in columns:
        if column in fields and (value := parse(fields[column])) is not None:
            return value
    return None


def _text(fields: Mapping[str, Any], name: str, *, wrapped: bool) -> str:
    value = fields.get(name)
    if value is None:
        have = ", ".join(sorted(fields)) or "nothing"
        raise _FieldError(f"no text as {name!r}, found {have if len(have) < 200 else have[:200] + ' ...'}")
    if not isinstance(value, str) or not value.strip():
        raise _FieldError(f"expected text as {name!r}, found {_shown(value)}")
    return join_lines(value) if wrapped else value.strip()


def _check(title: str, abstract: str) -> None:
    if problem := text_problem(title, abstract):
        raise _FieldError(problem)


def _sources(value: Any) -> tuple[Source, ...] | None:
    """Return the sources that ``kg read`` wrote, or None where there are none."""
    if not isinstance(value, list):
        return None
    try:
        return tuple(Source(str(item["page"]), _record(item["record"])) for item in value) or None
    except (KeyError, TypeError, ValueError) as error:
        raise _FieldError(f"expected 'sources' as kg read writes them, found {_shown(value)}") from error


def _record(value: Any) -> int:
    if not (record := parse_count(value)):
        raise ValueError(value)
    return record


def _published(value: Any) -> str | None:
    if not isinstance(value, bool) and (date := iso_text(str(value))) is not None:
        return date
    raise _FieldError(f"expected a date such as 2024-09-02, found {_shown(value)}")


def _upvotes(value: Any) -> int | None:
    count = parse_count(value)
    if count is None:
        raise _FieldError(f"expected a number of upvotes, found {_shown(value)}")
    return count


def _author_count(value: Any) -> int | None:
    """Return a count, the length of a list, or the number of names in a text."""
    if isinstance(value, list):
        return len(value) or None
    count = parse_count(value)
    if count is not None or not isinstance(value, str):
        return count
    separator = r";" if ";" in value else r",|\band\b"
    return sum(bool(name.strip()) for name in re.split(separator, value)) or None


def _string(value: Any) -> str | None:
    if isinstance(value, dict):  # the daily-papers API describes an organisation by an object
        value = value.get("fullname") or value.get("name")
    return value.strip() or None if isinstance(value, str) else None


def _arxiv_id(value: Any) -> str | None:
    """Return an arXiv identifier without version; any other identifier is none."""
    match = _ARXIV_ID.fullmatch(value.strip()) if isinstance(value, str) else None
    return match[1] if match else None


_PARSERS: Final[dict[str, Callable[[Any], Any]]] = {
    "published": _published,
    "author_count": _author_count,
    "upvotes": _upvotes,
    "comments": parse_count,  # none where it is other text, such as the "12 pages" of arXiv
    "organization": _string,
    "arxiv_id": _arxiv_id,
    "url": _string,
}


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "..."
