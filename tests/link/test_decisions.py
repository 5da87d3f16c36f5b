"""The table of decisions: what it says, what is faulty, and that appending leaves the rest alone."""

from pathlib import Path

import pytest

from kg.errors import RecordError
from kg.link.decisions import (
    COLUMNS,
    Decision,
    add_decision,
    numbered_decisions,
    unused_decisions,
)
from kg.records import ExtractedEntity, Extraction

HEADER = "\t".join(COLUMNS)
MERGE = Decision("merge", "Method", "MoE", "mixture of experts")
SPLIT = Decision("split", "Method", "SAM", paper="paper:1", reason="another one")


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """Return the decisions of a table without their lines."""
    return tuple(decision for _, decision in numbered_decisions(path))


def table(path: Path, *lines: str) -> Path:
    """Write a table with a header and return its path."""
    path = path / "decisions.tsv"
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return path


def test_no_table_is_no_decision(tmp_path: Path) -> None:
    """A directory without a table has nothing decided."""
    assert read_decisions(tmp_path / "decisions.tsv") == ()


def test_what_is_added_is_read_back(tmp_path: Path) -> None:
    """Decisions stand in the table in the order in which they were added."""
    path = tmp_path / "decisions.tsv"
    lines = [add_decision(path, decision) for decision in (MERGE, SPLIT)]
    assert numbered_decisions(path) == tuple(zip(lines, (MERGE, SPLIT), strict=True))


def test_hand_edited_table_is_read(tmp_path: Path) -> None:
    """Comments, blank lines, spaces around cells, a byte order mark and line ends of Windows do not count."""
    path = tmp_path / "decisions.tsv"
    lines = ["\ufeff# ours", HEADER, "", "merge\tMethod\t MoE\tmixture of experts ", "# why"]
    path.write_bytes("\r\n".join(lines).encode())
    assert numbered_decisions(path) == ((4, MERGE),)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_adding_keeps_what_stands_there(tmp_path: Path, end: str, last: bool) -> None:
    """Comments, order and spelling of the table stay, with or without an end of the last line."""
    lines = ["# ours", HEADER, "split\tMethod\t MoE", "", "# the last word"]
    before = end.join(lines) + end * last
    path = tmp_path / "decisions.tsv"
    path.write_bytes(before.encode())
    assert add_decision(path, SPLIT) == 6
    after = path.read_bytes().decode()
    assert after.startswith(before.rstrip("\r\n"))
    assert after.split(end)[:5] == lines
    assert after.endswith(end)
    assert read_decisions(path)[-1] == SPLIT


def test_adding_to_comments_alone_writes_the_header(tmp_path: Path) -> None:
    """A table that holds nothing but comments gets its header with the first decision."""
    path = tmp_path / "decisions.tsv"
    path.write_text("# ours\n", encoding="utf-8")
    add_decision(path, MERGE)
    assert path.read_text(encoding="utf-8").splitlines().count(HEADER) == 1
    assert read_decisions(path) == (MERGE,)


def test_cells_hold_no_tabs_and_line_ends(tmp_path: Path) -> None:
    """White space of a reason or a form cannot break the table."""
    path = tmp_path / "decisions.tsv"
    add_decision(path, Decision("split", "Method", "a\nb", reason="one\ttwo\r\nthree"))
    assert read_decisions(path) == (Decision("split", "Method", "a b", reason="one two three"),)


def test_faulty_table_is_not_added_to(tmp_path: Path) -> None:
    """What could not be read before is not changed either."""
    path = table(tmp_path, "join\tMethod\tA\tB")
    before = path.read_bytes()
    with pytest.raises(RecordError):
        add_decision(path, MERGE)
    assert path.read_bytes() == before


def test_last_line_about_a_form_counts(tmp_path: Path) -> None:
    """A later line replaces an earlier one about the same form in any spelling; one paper stands apart."""
    path = table(
        tmp_path,
        "merge\tMethod\tMoE\tmixture of experts",
        "split\tMethod\tMoE\t\t\tpaper:1",
        "split\tMethod\tMOEs",
        "split\tModel\tMoE",
    )
    assert [(line, decision.action) for line, decision in numbered_decisions(path)] == [
        (3, "split"),
        (4, "split"),
        (5, "split"),
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("join\tMethod\tA\tB", "'join'"),
        ("merge\tmethod\tA\tB", "'method'"),
        ("merge\tMethod\tA\tB\tThing", "'Thing'"),
        ("merge\tMethod\t\tB", "form is empty"),
        ("merge\tMethod\tA", "into nothing"),
        ("merge\tMethod\tA\tB\t\tpaper:1", "in one paper"),
        ("split\tMethod\tA\tB", "another form"),
        ("split\tMethod\tA\t\tModel", "another form"),
        ("merge\tMethod\tMoE\tMOEs", "one name"),
        ("merge\tMethod\tA\tB\tModel\t\twhy\tmore", "8 columns"),
        ("merge Method A B", "divide the columns by one tab"),
        ("merge\tMethod\tB\tA", "circle with line 2"),
    ],
)
def test_faulty_line_is_told(tmp_path: Path, line: str, told: str) -> None:
    """A line that is no decision is refused, with file, line and what to write."""
    path = table(tmp_path, "merge\tMethod\tA\tB", "# a comment", line)
    with pytest.raises(RecordError, match=r"decisions\.tsv, line 4: ") as error:
        read_decisions(path)
    assert told in str(error.value)
    assert error.value.todo


def test_long_circle_is_told(tmp_path: Path) -> None:
    """Merges that lead back over several forms and types are refused; a chain is not."""
    lines = ["merge\tMethod\tA\tB\tModel", "merge\tModel\tB\tC"]
    assert len(read_decisions(table(tmp_path, *lines))) == 2
    with pytest.raises(RecordError, match=r"line 4: merges in a circle with line 2"):
        read_decisions(table(tmp_path, *lines, "merge\tModel\tC\tA\tMethod"))


def test_split_breaks_a_circle(tmp_path: Path) -> None:
    """Only lines that count can lead in a circle."""
    path = table(tmp_path, "merge\tMethod\tA\tB", "merge\tMethod\tB\tA", "split\tMethod\tA")
    assert [decision.action for decision in read_decisions(path)] == ["merge", "split"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"merge\tMethod\tA\tB\n", "line 1: no header"),
        (HEADER.encode() + b"\nsplit\tMethod\t\xff\n", "line 2: not UTF-8"),
    ],
)
def test_file_that_is_no_table_is_told(tmp_path: Path, data: bytes, told: str) -> None:
    """A table without header, or in another encoding, is refused."""
    (tmp_path / "decisions.tsv").write_bytes(data)
    with pytest.raises(RecordError, match=told):
        read_decisions(tmp_path / "decisions.tsv")


def paper(id_: str, *entities: tuple[str, str]) -> Extraction:
    """Return an extraction whose entities are (type, form)."""
    found = tuple(ExtractedEntity(type_, form, (form,), (), 1.0) for type_, form in entities)
    return Extraction(id_, id_, found, ())


@pytest.mark.parametrize(
    ("decision", "used"),
    [
        (Decision("split", "Method", "moes"), True),
        (Decision("split", "Model", "MoE"), False),
        (Decision("split", "Method", "MoE", paper="paper:1"), True),
        (Decision("split", "Method", "MoE", paper="paper:2"), False),
        (Decision("split", "Method", "MoE", paper="paper:3"), False),
        (Decision("merge", "Method", "MoE", "gsm8k", "Dataset"), True),
        (Decision("merge", "Method", "MoE", "GSM8K"), False),
        (Decision("merge", "Method", "LoRA", "MoE"), False),
    ],
)
def test_decision_about_nothing_is_unused(decision: Decision, used: bool) -> None:
    """Used is a decision whose forms papers have, with these types, in any spelling."""
    papers = [paper("paper:1", ("Method", "MoE")), paper("paper:2", ("Dataset", "GSM-8K"))]
    assert unused_decisions([decision], papers) == (() if used else (decision,))
