"""Rows of a query as text: a table for people, JSON and CSV for programs.

No format holds all rows: each is printed as it comes, of a table `BLOCK` rows at once.
"""

import csv
import io
import json
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Final

Row = dict[str, Any]

LONG: Final = 36
"""Characters of the widest text that stays in its column where a table has little room."""

BLOCK: Final = 1_000
"""Rows of a table that are held and measured together."""


def json_text(rows: Iterable[Row], width: int) -> Iterator[str]:  # noqa: ARG001  # only tables have a width
    """Yield one JSON list of objects.

    >>> print("".join(json_text([{"name": "BERT"}, {"name": "GPT"}], 80)), end="")
    [
     {
      "name": "BERT"
     },
     {
      "name": "GPT"
     }
    ]
    """
    before = "["
    for row in rows:
        text = json.dumps(row, ensure_ascii=False, allow_nan=False, indent=1)
        yield before + "\n " + text.replace("\n", "\n ")  # line ends within texts are escaped
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def jsonl_text(rows: Iterable[Row], width: int) -> Iterator[str]:  # noqa: ARG001  # only tables have a width
    """Yield one JSON object a line."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n"


def csv_text(rows: Iterable[Row], width: int) -> Iterator[str]:  # noqa: ARG001  # only tables have a width
    """Yield comma-separated values after RFC 4180 with line feeds; lists and maps as JSON."""
    iterator = iter(rows)
    for first in iterator:
        for cells in chain([first.keys(), _cells(first)], map(_cells, iterator)):
            line = io.StringIO()
            csv.writer(line, lineterminator="\n").writerow(cells)
            yield line.getvalue()


def table_text(rows: Iterable[Row], width: int) -> Iterator[str]:
    """Yield a table at most ``width`` characters wide.

    Where a table would be wider, texts of more than `LONG` characters stand below their
    row, wrapped and whole, so that the short columns stay readable. Each `BLOCK` of rows
    has columns as wide as it needs, under a head of its own where the last one does not fit.

    >>> print("".join(table_text([{"name": "BERT", "papers": 3}], 40)), end="")
    name  papers
    ────  ──────
    BERT       3
    """
    iterator, last = iter(rows), None
    while held := list(islice(iterator, BLOCK)):
        names, cells = list(held[0]), [_cells(row) for row in held]
        layout = _layout([names, *cells], width)
        columns, below, widths = layout
        right = [isinstance(held[0][names[i]], int | float) for i in columns]
        if layout != last:
            yield from () if last is None else ("\n",)
            yield _line([names[i] for i in columns], widths, right)
            yield _line(["─" * room for room in widths], widths, right)
        last = layout
        for row in cells:
            yield _line([row[i] for i in columns], widths, right)
            for i in below:
                if row[i]:
                    text = f"{names[i]}: {row[i]}"
                    yield textwrap.fill(text, width, initial_indent="    ", subsequent_indent="      ") + "\n"
            if below:
                yield "\n"


def _layout(lines: Sequence[Sequence[str]], width: int) -> tuple[list[int], list[int], list[int]]:
    """Return which columns stand side by side, which below their row, and how wide the former are."""
    from rich.cells import cell_len

    wanted = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    below = [i for i, wide in enumerate(wanted) if wide > LONG and sum(wanted) + 2 * len(wanted) > width]
    columns = [i for i in range(len(wanted)) if i not in below] or [below.pop(0)]
    return columns, below, _fair_widths([wanted[i] for i in columns], width - 2 * (len(columns) - 1))


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    """Return one line of a table; a cell that is too wide is cut."""
    from rich.cells import cell_len, set_cell_size

    out = []
    for cell, width, to_right in zip(cells, widths, right, strict=True):
        text = " ".join(cell.split())
        if cell_len(text) > width:
            text = set_cell_size(text, width - 1) + "…"
        gap = " " * (width - cell_len(text))
        out.append(gap + text if to_right else text + gap)
    return "  ".join(out).rstrip() + "\n"


FORMATS: Final[dict[str, Callable[[Iterable[Row], int], Iterator[str]]]] = {
    "table": table_text,
    "json": json_text,
    "jsonl": jsonl_text,
    "csv": csv_text,
}
"""Formats of rows; each yields text that ends with a line feed."""


def _cells(row: Row) -> list[str]:
    return [_cell(value) for value in row.values()]


def _cell(value: object) -> str:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


def _fair_widths(wanted: Sequence[int], room: int) -> list[int]:
    """Return widths of columns: narrow ones get what they want, wide ones share the rest equally.

    >>> _fair_widths([4, 50, 90], 60)
    [4, 28, 28]
    """
    widths = [0] * len(wanted)
    narrow_first = sorted(range(len(wanted)), key=lambda i: wanted[i])
    for left, i in zip(range(len(wanted), 0, -1), narrow_first, strict=True):
        widths[i] = max(1, min(wanted[i], room // left))
        room -= widths[i]
    return widths
