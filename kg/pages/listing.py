"""What the listing layouts share: titles paired with abstracts, metadata, dates without year.

Input: the lines of a page. Output: its papers. Assumes that a title and an abstract each
take one line. Ignores on purpose: blank lines, and short lines above the first paper and
below the last (menus, headings, the date of the page). What a line is follows from its
shape and place, not from its wording, because the wording of such furniture changes.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from kg.pages.counts import CountError, parse_count
from kg.pages.dates import DATE_PATTERN, Date, inferred_year, iso_date, parse_date
from kg.pages.page import Line, Page
from kg.pages.text import text_problem
from kg.records import Paper, paper_id

_LONGEST_TITLE: Final = 45  # words, as in kg.pages.border
_AUTHORS: Final = re.compile(
    rf"(?:•\s*)?(\d[\d,]*)\s+authors?(?:\s+·\s+({DATE_PATTERN})(?:\s+(\d[\d,]*))?)?", re.IGNORECASE
)
_DATED: Final = re.compile(rf"({DATE_PATTERN})(?:\s+(\d[\d,]*))?")
_DOT: Final = "·"


class Meta(NamedTuple):
    """What a listing page says about a paper besides title and abstract, as written."""

    author_count: str | None = None
    date: str | None = None
    comments: str | None = None
    organization: str | None = None
    upvotes: str | None = None


class Entry(NamedTuple):
    """One paper as it stands on a listing page."""

    record: int  # counted from 1, those that are malformed included
    line: int  # of the title
    title: str
    abstract: str
    meta: Meta


class _Unit(NamedTuple):
    """A line of text, or the metadata that stand on one or more lines, or an unreadable line."""

    line: int
    text: str | None
    meta: Meta | None = None


def looks_like_abstract(text: str) -> bool:
    """Tell whether a line is running text rather than a title or furniture.

    >>> looks_like_abstract("Get trending papers in your email inbox once a day!")
    False
    """
    words = len(text.split())
    return words >= _LONGEST_TITLE or (words >= 25 and ends_sentence(text))


def ends_sentence(text: str) -> bool:
    """Tell whether a text ends as a sentence does, whatever brackets and quotes close after it.

    >>> ends_sentence("It works (see the code)."), ends_sentence("A Title")
    (True, False)
    """
    return text.rstrip("\"'”’)]}$ ").endswith((".", "!", "?", "…"))  # noqa: RUF001  # curly quotes are meant


# --- lines to entries --------------------------------------------------------------------------


def read_plain_entries(page: Page) -> Iterator[Entry]:
    """Yield title and abstract of each paper of a page that gives nothing else."""
    units = [
        _Unit(number, text and text.strip()) for number, text in page.lines() if text is None or text.strip()
    ]
    yield from _paired(units, page)


def read_block_entries(page: Page) -> Iterator[Entry]:
    """Yield title, abstract and metadata of each paper of a page that has metadata lines."""
    lines = [line for line in page.lines() if line.text is None or line.text.strip()]
    yield from _paired(list(_with_metadata(lines)), page)


def _with_metadata(lines: Sequence[Line]) -> Iterator[_Unit]:
    """Join the lines of metadata that follow an abstract: authors or organisation, dot, date."""
    texts = ["" if line.text is None else line.text.strip() for line in lines]
    after_abstract = False
    i = 0
    while i < len(lines):
        number, text = lines[i].number, texts[i]
        following = texts[i + 1] if i + 1 < len(texts) else ""
        adjacent = i + 1 < len(lines) and lines[i + 1].number == number + 1
        meta = Meta()
        if match := _AUTHORS.fullmatch(text):
            meta = Meta(author_count=match[1], date=match[2], comments=match[3])
            i += 1
        elif following == _DOT and adjacent and text and not looks_like_abstract(text):
            meta = Meta(organization=text)
            i += 1
        elif text != _DOT and not (after_abstract and _DATED.fullmatch(text)):
            after_abstract = looks_like_abstract(text)
            yield _Unit(number, None if lines[i].text is None else text)
            i += 1
            continue
        i += i < len(texts) and texts[i] == _DOT
        if meta.date is None and i < len(texts) and (match := _DATED.fullmatch(texts[i])):
            meta = meta._replace(date=match[1], comments=match[2])
            i += 1
        after_abstract = False
        yield _Unit(number, None, meta)


def _paired(units: list[_Unit], page: Page) -> Iterator[Entry]:
    """Pair titles with abstracts; report what has no partner."""
    while units and _is_furniture(units[-1]):
        units.pop()
    i = next((i for i in range(len(units)) if _is_first(units, i)), len(units))
    record = 0
    while i < len(units):
        record += 1
        width, problem = _width(units, i)
        if problem:
            line = units[i].line
            todo = "complete the record, or leave it out with --skip-bad"
            page.fault(f"record {record} (line {line})", problem, todo)
        elif width > 1 and (title := units[i].text) and (abstract := units[i + 1].text):
            meta = (units[i + 2].meta if width == 3 else None) or Meta()
            yield Entry(record, units[i].line, title, abstract, meta)
        i += width


def _width(units: list[_Unit], i: int) -> tuple[int, str]:  # noqa: PLR0911  # one return for each case
    """Return how many units the record at ``i`` takes, and what is wrong with it (or "").

    Unreadable lines have been reported; a record that has one takes its place in silence.
    """
    here, after, last = units[i], *(units[k] if k < len(units) else None for k in (i + 1, i + 2))
    readable = here.text is not None
    if here.meta is not None:
        return 1, "expected a title, found authors or a date"
    if after is None:
        return 1, "the title has no abstract, the page ends" if readable else ""
    if after.meta is not None:
        return 2, "expected title and abstract, found one line before the metadata" if readable else ""
    width = 3 if last is not None and last.meta is not None else 2
    next_pair = last is not None and width == 2 and _is_pair(after, last)
    if here.text is None or after.text is None:
        return (1 if here.text is None and next_pair else width), ""
    if _is_pair(here, after) or (width == 3 and len(here.text.split()) <= _LONGEST_TITLE):
        return width, ""
    if looks_like_abstract(here.text):
        return 1, "expected a title, found running text"
    if next_pair or not ends_sentence(after.text):
        return 1, "the title has no abstract, another title follows"
    return width, ""


def _is_pair(title: _Unit, abstract: _Unit) -> bool:
    return (
        title.text is not None
        and abstract.text is not None
        and looks_like_abstract(abstract.text)
        and len(title.text.split()) <= _LONGEST_TITLE
        and len(title.text) < len(abstract.text)
    )


def _is_first(units: list[_Unit], i: int) -> bool:
    """Tell whether the first paper begins here: everything above is furniture."""
    if units[i].text is None or i + 1 == len(units) or units[i + 1].text is None:
        return False
    followed = i + 2 < len(units) and units[i + 2].meta is not None
    return followed or _is_pair(units[i], units[i + 1])


def _is_furniture(unit: _Unit) -> bool:
    return unit.meta is None and unit.text is not None and len(unit.text.split()) <= 3


# --- entries to papers -------------------------------------------------------------------------


def papers_of(entries: Iterable[Entry], page: Page) -> Iterator[Paper]:
    """Yield the papers of the entries of one page; dates without year get the year of the crawl."""
    held = list(entries)
    dates = [parse_date(entry.meta.date) if entry.meta.date else None for entry in held]
    year = page.year if page.year is not None else inferred_year(date for date in dates if date is not None)
    undated = 0
    for entry, date in zip(held, dates, strict=True):
        meta = entry.meta
        try:
            _check(entry, date, page.year)
            author_count, upvotes, comments = map(_count, (meta.author_count, meta.upvotes, meta.comments))
        except (_EntryError, CountError) as error:
            place = f"record {entry.record} (line {entry.line})"
            page.fault(place, str(error), "correct it, or leave it out with --skip-bad")
            continue
        published, inferred = _published(date, year)
        undated += date is not None and published is None
        yield Paper(
            entry.title,
            entry.abstract,
            paper_id(entry.title),
            published=published,
            published_inferred=inferred and page.year is None,
            author_count=author_count,
            upvotes=upvotes,
            comments=comments,
            organization=meta.organization,
            sources=page.source(entry.record),
        )
    if undated and year is None:
        page.note(f"{page.where}: {undated} dates without year are left out; give it with --page-year")
    elif undated:
        # That the page has this day shows that the year is wrong, but not which one is right.
        page.note(
            f"{page.where}: there is no Feb 29 in {year}, the year inferred for dates without one"
            f" ({undated} left out); give the right year with --page-year"
        )


class _EntryError(Exception):
    """A title, abstract or date cannot be that of a paper."""


def _check(entry: Entry, date: Date | None, given_year: int | None) -> None:
    if problem := text_problem(entry.title, entry.abstract):
        raise _EntryError(problem)
    if entry.meta.date and date is None:
        raise _EntryError(f"there is no day {entry.meta.date!r}")
    if date is not None and given_year is not None and iso_date(date, given_year) is None:
        raise _EntryError(f"there is no {entry.meta.date} in {given_year}, the year of --page-year")


def _count(written: str | None) -> int | None:
    count = parse_count(written)
    if written is not None and count is None:
        raise CountError(f"expected a count, found {written[:30]!r}")
    return count


def _published(date: Date | None, year: int | None) -> tuple[str | None, bool]:
    if date is None or (date.year is None and year is None):
        return None, False
    published = iso_date(date, date.year or year or 0)
    return published, published is not None and date.year is None
