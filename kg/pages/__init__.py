"""Stage read: pages become papers.

Input: listing pages and paper files, in any order. Output: papers, one for each title,
sorted by id; the same bytes for any order of the pages. Assumes English text in UTF-8.
Ignores on purpose: the names of the files, and everything on a page that is no paper.

A format is one module with ``detect`` and ``read``, and one line in `FORMATS`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR
from pathlib import Path
from typing import Final

from kg.errors import PageError
from kg.pages import arxiv, blocks, daily, jsonl, oneline, pairs, spaced, table
from kg.pages.merge import merge_papers, sort_papers
from kg.pages.page import page_names
from kg.pages.reading import Call, Format, PageCount, detect_format, read_all
from kg.records import Paper

FORMATS: Final = {
    "arxiv": Format("arXiv metadata snapshot (JSON Lines)", arxiv.detect, arxiv.read),
    "jsonl": Format("JSON Lines with title and abstract, such as kg read writes", jsonl.detect, jsonl.read),
    "daily": Format("daily-papers API response (JSON)", daily.detect, daily.read),
    "csv": Format("CSV with title and abstract columns", table.detect, table.read),
    "lines": Format(
        "one paper a line: upvotes, title, abstract, authors, date",
        oneline.detect,
        oneline.read,
        titles_stand_alone=False,
    ),
    "blocks": Format("title, abstract, authors and date, each on its own line", blocks.detect, blocks.read),
    "spaced": Format("title and abstract with blank lines between", spaced.detect, spaced.read),
    "pairs": Format("title and abstract on alternating lines", pairs.detect, pairs.read),
}
"""All formats, in the order in which they are tried: what is told by less comes later."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a call to `read_pages` gave."""

    papers: tuple[Paper, ...]  # sorted by id
    pages: tuple[PageCount, ...]  # sorted by name
    notes: tuple[str, ...]  # bad records, contradictions between pages, uncertain titles

    @property
    def skipped(self) -> int:
        """Number of malformed records and unreadable pages that were left out."""
        return sum(page.skipped for page in self.pages)


def read_pages(
    paths: Sequence[str],
    *,
    format: str | None = None,  # noqa: A002  # the name of the option
    page_year: int | None = None,
    skip_bad: bool = False,
    advance: Callable[[int], None] = lambda _: None,
) -> Reading:
    """Read and merge the papers of pages.

    Args:
        paths: Paths of pages, plain or gzipped; "-" is standard input. Their order does not matter.
        format: A name in `FORMATS` for all pages; None detects it for each.
        page_year: The year of dates that have none. None takes the year after the newest
            on the same page and marks it as inferred; such dates of a page that writes no
            year at all stay unknown. From 1 to 9999.
        skip_bad: Leave out malformed records and unreadable pages, and count them,
            instead of stopping at the first.
        advance: Told the bytes that each step has taken from a file or standard input, packed
            as they lie there. They add up to `total_bytes`, or to less where an unreadable
            page is left out.

    Raises:
        PageError: A page or record cannot be read, no page has any, or there is no such year or format.
    """
    pages: list[PageCount] = []
    notes: list[str] = []
    papers = stream_pages(
        paths,
        format=format,
        page_year=page_year,
        skip_bad=skip_bad,
        advance=advance,
        note=notes.append,
        tell=pages.append,
    )
    return Reading(tuple(papers), tuple(sorted(pages, key=lambda page: page.page)), tuple(notes))


def stream_pages(
    paths: Sequence[str],
    *,
    format: str | None = None,  # noqa: A002  # the name of the option
    page_year: int | None = None,
    skip_bad: bool = False,
    advance: Callable[[int], None] = lambda _: None,
    note: Callable[[str], None] = lambda _: None,
    tell: Callable[[PageCount], None] = lambda _: None,
) -> Iterator[Paper]:
    """Read and merge like `read_pages`, but hold only some thousand papers in memory.

    All pages are read before this returns, so once papers come nothing bad is found any more.

    Args:
        paths: See `read_pages`, as for all arguments not described here.
        format: See there.
        page_year: See there.
        skip_bad: See there.
        advance: See there.
        note: Told bad records and uncertain titles now, contradictions while papers come.
        tell: Told what each page gave.

    Returns:
        The papers, sorted by id.

    Raises:
        PageError: A page or record cannot be read, no page has any, or there is no such year or format.
    """
    if format is not None and format not in FORMATS:
        raise PageError(f"format {format}", "there is no such format", f"choose one of {', '.join(FORMATS)}")
    if page_year is not None and not MINYEAR <= page_year <= MAXYEAR:
        raise PageError(f"page year {page_year}", "there is no such year", "give the year of the dates")
    call = Call(FORMATS, format, page_year, skip_bad, advance, note, tell)
    with ExitStack() as stack:
        papers = sort_papers(read_all(paths, call), stack)
        kept = stack.pop_all()

    def merged() -> Iterator[Paper]:
        with kept:
            yield from merge_papers(papers, note)

    return merged()


def total_bytes(paths: Sequence[str]) -> int | None:
    """Return how many bytes `read_pages` will tell its ``advance`` of, a page given twice counted once.

    None where that is unknown: standard input or a pipe is among the paths, or what is no file.
    """
    if "-" in paths:
        return None
    files = [Path(path) for path in page_names(paths)]
    try:
        return sum(file.stat().st_size for file in files) if all(map(Path.is_file, files)) else None
    except OSError:  # gone or locked away meanwhile; reading tells
        return None


def detect(head: str, where: str = "the page") -> str:
    """Return the name of the format of a page, given its first lines.

    Raises:
        PageError: It has none of the formats.

    >>> detect('{"title": "A Title", "abstract": "We study titles."}')
    'jsonl'
    """
    return detect_format(head, FORMATS, where)
