"""CSV with a header that has ``title`` and ``abstract``; other columns are mapped by name.

Commas, semicolons or tabs separate the cells; the header shows which. Quotes are as in
RFC 4180, so a cell may hold line breaks. A row that is no CSV is left out alone: reading
goes on with the line after the one where it began, since a quote that is never closed
would take the rest of the file with it.
"""

import csv
import itertools
from collections import deque
from collections.abc import Iterator
from typing import Final

from kg.errors import PageError
from kg.pages.fields import paper_of
from kg.pages.page import Page
from kg.records import Paper

_SEPARATORS: Final = ",;\t"
_ROW_LINES: Final = 1000
_ROW_LENGTH: Final = 2**20  # characters of its lines after the first
"""Limits of a row, which is held so that its lines can be read again; no abstract comes near them."""
_TODO: Final = "correct the row, or leave it out with --skip-bad"


def detect(head: str) -> bool:
    """Tell whether the first line is a header with title and abstract."""
    return _separator(head.lstrip().partition("\n")[0]) is not None


def read(page: Page) -> Iterator[Paper]:
    """Yield the papers of a CSV file.

    Raises:
        PageError: The header lacks a column.
    """
    lines = ((number, text) for number, text in page.lines() if text is not None)
    filled = itertools.dropwhile(lambda line: not line[1].strip(), lines)
    _, header = next(filled, (0, ""))
    separator = _separator(header)
    if separator is None:
        raise PageError(
            page.where,
            f"expected a header with the columns title and abstract, found {header[:80]!r}",
            "add a header line, or name the format with --format",
        )
    columns = _cells(header, separator)
    for record, (number, cells, problem) in enumerate(_rows(filled, separator), 1):
        place = f"record {record} (line {number})"
        if not problem and len(cells) != len(columns):
            page.fault(place, f"expected {len(columns)} cells as in the header, found {len(cells)}", _TODO)
        elif problem:
            page.fault(place, problem, _TODO)
        elif (paper := paper_of(dict(zip(columns, cells, strict=True)), page, record, place)) is not None:
            yield paper


def _rows(lines: Iterator[tuple[int, str]], separator: str) -> Iterator[tuple[int, list[str], str]]:
    """Yield line number, cells and problem of each row; after a problem go on with its second line."""
    again: deque[tuple[int, str]] = deque()  # lines of a bad row, to be read once more
    row: list[tuple[int, str]] = []

    def held() -> Iterator[str]:
        length = 0
        while (line := again.popleft() if again else next(lines, None)) is not None:
            length = length + len(line[1]) if row else 0
            row.append(line)
            if len(row) > _ROW_LINES or length > _ROW_LENGTH:
                raise csv.Error("it does not end")
            yield line[1] + "\n"

    while True:
        reader = csv.reader(held(), delimiter=separator, strict=True)
        try:
            for cells in reader:
                if cells:
                    yield row[0][0], cells, ""
                row.clear()
        except csv.Error as error:
            reason = f"{error}; is a quote left open?" if len(row) > 1 else str(error)
            yield row[0][0], [], f"the row is no CSV ({reason})"
            again.extendleft(reversed(row[1:]))
            row.clear()
            continue
        return


def _separator(header: str) -> str | None:
    """Return what separates the columns of a header, or None where it lacks title or abstract."""
    for separator in _SEPARATORS:
        if {"title", "abstract"} <= set(_cells(header, separator)):
            return separator
    return None


def _cells(header: str, separator: str) -> list[str]:
    try:
        return [cell.strip().lower() for cell in next(csv.reader([header], delimiter=separator), [])]
    except csv.Error:
        return []
