"""Rows of a query as text: a table for people, JSON and CSV for programs."""

import csv
import io
import json
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Final

Row = dict[str, Any]

LONG: Final = 120
"""Characters at which a cell of a table is cut."""


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
    """Yield a table ``width`` characters wide; texts of more than `LONG` characters are cut.

    >>> print(next(table_text([{"name": "BERT", "papers": 3}], 40)), end="")
    name   papers
    ─────────────
    BERT        3
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    held = list(rows)
    if not held:
        return
    cells = [[textwrap.shorten(cell, LONG, placeholder="…") for cell in _cells(row)] for row in held]
    wanted = [max(map(len, column)) for column in zip(held[0], *cells, strict=True)]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for (name, value), room in zip(
        held[0].items(), _fair_widths(wanted, width - 3 * len(wanted)), strict=True
    ):
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        table.add_column(name, justify="right" if numeric else "left", width=room)
    for row in cells:
        table.add_row(*map(Text, row))
    out = io.StringIO()
    Console(file=out, width=width, highlight=False).print(table)
    yield out.getvalue()


FORMATS: Final[dict[str, Callable[[Iterable[Row], int], Iterator[str]]]] = {
    "table": table_text,
    "json": json_text,
    "jsonl": jsonl_text,
    "csv": csv_text,
}
"""Formats of rows; each yields text that ends with a line feed."""


def is_cut(rows: Iterable[Row]) -> bool:
    """Tell whether a table cuts a text of these rows."""
    return any(len(cell) > LONG for row in rows for cell in _cells(row))


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
