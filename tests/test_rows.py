"""Rows as text: streamed, and the same as if they had been held."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.rows import BLOCK, FORMATS, json_text, table_text

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.text(max_size=5), VALUES, min_size=1, max_size=3), max_size=4))
def test_streamed_json_is_that_of_the_whole_list(rows: list[dict[str, Any]]) -> None:
    """Object by object the same bytes are printed as for the list at once."""
    assert "".join(json_text(rows, 80)) == json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize(("name", "held"), [("json", 1), ("jsonl", 1), ("csv", 1), ("table", BLOCK)])
def test_rows_are_not_held(name: str, held: int) -> None:
    """Text comes after one row, of a table after one block."""
    taken = 0

    def rows() -> Iterator[dict[str, Any]]:
        nonlocal taken
        for number in range(3 * BLOCK):
            taken += 1
            yield {"number": number}

    next(FORMATS[name](rows(), 80))
    assert taken == held


def test_block_of_a_table_that_fits_has_no_head_of_its_own() -> None:
    """A table of many blocks reads as one while the columns are wide enough."""
    lines = "".join(table_text(({"number": 1} for _ in range(2 * BLOCK)), 80)).splitlines()
    assert lines == ["number", "──────", *["     1"] * 2 * BLOCK]


def test_wider_block_of_a_table_has_a_head_of_its_own() -> None:
    """What comes late and is wider is shown whole, in columns of its own width."""
    rows = [*({"name": "a"} for _ in range(BLOCK)), {"name": "b" * 20}]
    lines = "".join(table_text(rows, 80)).splitlines()
    assert lines[:3] == ["name", "────", "a"]
    assert lines[-4:] == ["", "name", "─" * 20, "b" * 20]
