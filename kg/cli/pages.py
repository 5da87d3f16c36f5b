"""The options of every command that reads pages, and the reading."""

import dataclasses
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from kg.cli.terminal import progress_bar, say
from kg.pages import FORMATS, Reading, read_pages, stream_pages, total_bytes
from kg.records import Paper

if TYPE_CHECKING:
    from kg.pages.reading import PageCount

_LARGE = 20_000_000  # bytes of pages that take long enough for a progress bar


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages that a command reads, and how."""

    paths: tuple[str, ...]
    format: str | None
    page_year: int | None
    skip_bad: bool
    verbose: bool

    def read(self) -> tuple[Paper, ...]:
        """Read and merge the pages; tell what was left out."""
        with self.bar() as advance:
            reading = read_pages(
                self.paths,
                format=self.format,
                page_year=self.page_year,
                skip_bad=self.skip_bad,
                advance=advance,
            )
        self.report(reading)
        return reading.papers

    def stream(self) -> Iterator[Paper]:
        """Read and merge pages of any number of papers; tell what was left out."""
        counts: list[PageCount] = []
        with self.bar() as advance:
            papers = stream_pages(
                self.paths,
                format=self.format,
                page_year=self.page_year,
                skip_bad=self.skip_bad,
                advance=advance,
                note=say if self.verbose else lambda _: None,
                tell=counts.append,
            )
        _tell_skipped(sum(count.skipped for count in counts))
        return papers

    @contextmanager
    def bar(self) -> Iterator[Callable[[int], None]]:
        """Show how many bytes of large pages are read; yield what is told of each step."""
        total = total_bytes(self.paths)
        if total is None or total < _LARGE:
            yield lambda _: None
        else:
            with progress_bar(range(total), total, "Reading") as bar:
                yield bar.update

    def report(self, reading: Reading) -> None:
        """Tell what was skipped, and with --verbose every note of the reading."""
        if self.verbose:
            for note in reading.notes:
                say(note)
        _tell_skipped(reading.skipped)


def page_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of every command that reads pages; it receives them as ``pages``."""

    @click.argument("paths", metavar="PAGES...", nargs=-1, required=True)
    @click.option(
        "--format", type=click.Choice(list(FORMATS)), help="Format of all pages (default: detected)."
    )
    @click.option(
        "--page-year",
        type=click.IntRange(1900, 2100),
        help="Year of dates without one (default: inferred per page).",
    )
    @click.option("--skip-bad", is_flag=True, help="Leave out malformed records and count them.")
    @click.option("--verbose", "-v", is_flag=True, help="Report contradictions and what was left out.")
    @functools.wraps(command)
    def with_pages(**options: Any) -> None:
        pages = Pages(*(options.pop(field.name) for field in dataclasses.fields(Pages)))
        command(pages=pages, **options)

    return with_pages


def _tell_skipped(number: int) -> None:
    """Tell how many records were left out, where some were."""
    if number:
        say(f"{number} bad record{'s' * (number > 1)} left out; --verbose tells which")
