"""Rows of a query as text: a table for people, JSON and CSV for programs."""

import csv
import io
import json
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Final

Row = dict[str, Any]

LONG: Final = 36
"""Characters of the widest text that stays in its column where a table has little room."""


def json_text(rows: Iterable[Row], width: int) -> Iterator[str]:  # noqa: ARG001  # only tables have a width
    """Yield one JSON list of objects."""
    yield json.dumps(list(rows), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


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
    row, wrapped and whole, so that the short columns stay readable.

    >>> print("".join(table_text([{"name": "BERT", "papers": 3}], 40)), end="")
    name  papers
    ────  ──────
    BERT       3
    """
    from rich.cells import cell_len

    held = list(rows)
    if not held:
        return
    names, cells = list(held[0]), [_cells(row) for row in held]
    wanted = [max(map(cell_len, column)) for column in zip(names, *cells, strict=True)]
    below = [i for i, wide in enumerate(wanted) if wide > LONG and sum(wanted) + 2 * len(wanted) > width]
    columns = [i for i in range(len(names)) if i not in below] or [below.pop(0)]
    widths = _fair_widths([wanted[i] for i in columns], width - 2 * (len(columns) - 1))
    right = [isinstance(held[0][names[i]], int | float) for i in columns]
    yield _line([names[i] for i in columns], widths, right)
    yield _line(["─" * room for room in widths], widths, right)
    for row in cells:
        yield _line([row[i] for i in columns], widths, right)
        for i in below:
            if row[i]:
                text = f"{names[i]}: {row[i]}"
                yield textwrap.fill(text, width, initial_indent="    ", subsequent_indent="      ") + "\n"
        if below:
            yield "\n"


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
