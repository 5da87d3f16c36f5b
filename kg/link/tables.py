"""Read the tables that people write: aliases and decisions.

Columns are divided by tabs, under a header; ``#`` begins a comment. What editors leave
behind (a byte order mark, line ends of Windows, blanks around cells) does not count.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kg.errors import RecordError


class Row(NamedTuple):
    """A line below the header."""

    number: int  # of the line, from 1
    place: str  # file and line, for errors
    cells: list[str]


def read_rows(
    data: bytes, where: str, columns: Sequence[str], *, may_be_empty: bool = False
) -> Iterator[Row]:
    """Yield the rows of a table in UTF-8, in the order of the file.

    Args:
        data: The table.
        where: The file, for errors.
        columns: Its header.
        may_be_empty: A table without a line, or of comments alone, is one without rows.

    Raises:
        RecordError: The table has no header, or a line is not UTF-8; names the line.
    """
    todo = f"begin the table with this line, divided by tabs: {' '.join(columns)}"
    headed = False
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        place = f"{where}, line {number}"
        try:
            line = raw.decode("utf-8").rstrip("\r")
        except UnicodeDecodeError as error:
            raise RecordError(place, "not UTF-8", "save the file as UTF-8") from error
        if not line.strip() or line.startswith("#"):
            continue
        cells = [" ".join(cell.split()) for cell in line.split("\t")]
        if headed:
            yield Row(number, place, cells)
        elif cells == list(columns):
            headed = True
        else:
            raise RecordError(place, f"no header, but {line.strip()[:60]!r}", todo)
    if not headed and not may_be_empty:
        raise RecordError(where, "no header", todo)
