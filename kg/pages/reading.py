"""One call that reads pages: opens each, finds its format, counts its records, stops or goes on.

Input: paths and the formats there are. Output: the papers of all pages, page by page,
unmerged. Assumes nothing about the order of the paths; pages are read in the order of
their names.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BufferedReader
from typing import NamedTuple

from kg.errors import PageError
from kg.pages.page import Page, open_stream, page_names, peek_head
from kg.pages.standing import Standing
from kg.records import Paper


class Format(NamedTuple):
    """One page format."""

    help: str
    detect: Callable[[str], bool]  # given the first lines of a page
    read: Callable[[Page], Iterator[Paper]]
    titles_stand_alone: bool = True  # if not, pages of other formats help to find the titles


class PageCount(NamedTuple):
    """What one page gave."""

    page: str  # its name in the sources of the papers
    format: str | None  # None where the page could not be read at all
    records: int
    skipped: int  # malformed records; 1 where the page could not be read at all


class Call(NamedTuple):
    """What the user of a call wants, and what tells the user how it goes."""

    formats: Mapping[str, Format]
    format: str | None  # of all pages; None detects it for each
    year: int | None  # of dates without year; None infers it for each page
    skip_bad: bool
    advance: Callable[[int], None]  # told the bytes of each step
    note: Callable[[str], None]
    tell: Callable[[PageCount], None]


def read_all(paths: Sequence[str], call: Call) -> Iterator[Paper]:
    """Yield the papers of all pages.

    Pages whose titles do not stand alone are begun first, so that they can say which
    titles they want to see on other pages, and finished last.

    Raises:
        PageError: A page or record cannot be read and `Call.skip_bad` is off, or no page has any.
    """
    standing = Standing()
    found = 0
    with ExitStack() as stack:
        readers = [_Reader(path, name, call) for path, name in page_names(paths).items()]
        readers.sort(key=lambda reader: reader.name)
        for reader in readers:
            reader.find_format(stack)
        waiting = [reader for reader in readers if reader.format and not reader.format.titles_stand_alone]
        begun = [(reader, reader.begin(standing, stack)) for reader in waiting]
        for reader in readers:
            if reader not in waiting:
                with ExitStack() as opened:
                    for paper in reader.finish(reader.begin(standing, opened)):
                        standing.offer(paper)
                        yield paper
        for reader, papers in begun:
            yield from reader.finish(papers)
        found = sum(reader.records for reader in readers)
    if not found:
        reason = next((reader.reason for reader in readers if reader.reason), "no page given")
        where = ", ".join(paths) if len(paths) <= 3 else f"{len(paths)} pages"
        raise PageError(where, f"no papers found ({reason})", "pass pages that have some")


def detect_format(head: str, formats: Mapping[str, Format], where: str) -> str:
    """Return the name of the first format that the first lines of a page fit.

    Raises:
        PageError: They fit none.
    """
    found = next((name for name, format_ in formats.items() if format_.detect(head)), None)
    if found is not None:
        return found
    beginning = " ".join(head[:400].split())[:50]
    raise PageError(
        where,
        f"expected titles with abstracts ({', '.join(formats)}), found {beginning!r}",
        "save the text of the page, not its HTML, or name its format with --format",
    )


@dataclass(slots=True, eq=False)
class _Reader:
    """One page being read: counts its records, and stops or goes on at bad ones."""

    path: str
    name: str
    call: Call
    format_name: str | None = None  # None until found
    stream: BufferedReader | None = field(
        default=None, repr=False
    )  # open already, where that works only once
    records: int = 0
    skipped: int = 0
    reason: str = ""  # of the first that was skipped

    @property
    def format(self) -> Format | None:
        return self.call.formats[self.format_name] if self.format_name is not None else None

    def bad(self, error: PageError) -> None:
        if not self.call.skip_bad:
            raise error
        self.skipped += 1
        self.reason = self.reason or str(error)
        self.call.note(f"left out: {error}")

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Treat what is wrong with the whole page like a bad record."""
        try:
            yield
        except PageError as error:
            self.bad(error)

    def find_format(self, stack: ExitStack) -> None:
        """Detect the format; leave the page open on the stack where it cannot be opened again."""
        again = self.path != "-" and os.path.isfile(self.path)  # noqa: PTH113  # never raises
        advance = _ignore if again else self.call.advance
        with self.guarded(), ExitStack() as opened:
            stream = opened.enter_context(open_stream(self.path, advance))
            head = peek_head(stream, self.path)
            self.format_name = self.call.format or detect_format(head, self.call.formats, self.path)
            if not again:
                self.stream = stream
                stack.push(opened.pop_all())

    def begin(self, standing: Standing, stack: ExitStack) -> Iterator[Paper]:
        """Return the papers to come; the page stays open on the stack."""
        with self.guarded():
            if self.format is not None:
                stream = self.stream or stack.enter_context(open_stream(self.path, self.call.advance))
                call = self.call
                page = Page(self.path, self.name, stream, call.year, standing, self.bad, call.note)
                return self.format.read(page)
        return iter(())

    def finish(self, papers: Iterator[Paper]) -> Iterator[Paper]:
        """Yield papers and count them; a page without any is bad."""
        with self.guarded():
            for paper in papers:
                self.records += 1
                yield paper
            if not self.records and not self.skipped:
                raise PageError(
                    self.path,
                    f"found no papers in the format {self.format_name}",
                    "check the page, or name another format with --format",
                )
        self.call.tell(PageCount(self.name, self.format_name, self.records, self.skipped))


def _ignore(_: int) -> None:
    pass
