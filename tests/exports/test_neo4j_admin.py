"""CSV files for neo4j-admin: read back as RFC 4180 says; the import itself is tried in tests/stores."""

import csv
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from arbitrary import graphs
from hypothesis import HealthCheck, assume, given, settings

from kg.errors import ExportError
from kg.exports import FOLDERS, write_folder
from kg.records import Edge, Graph, Node
from kg.schema import EDGE_TYPES, NODE_TYPES
from kg.stored import content_hash, stored_properties

NAME = "neo4j-admin"
PARSE = {
    "string": str,
    "ID": str,
    "long": int,
    "double": float,
    "boolean": {"true": True, "false": False}.__getitem__,
    "string[]": lambda text: text.split("\x1f"),
}


def write(graph: Graph, out: Path) -> None:
    """Write the folder of a graph."""
    write_folder(graph.nodes, graph.edges, NAME, out)


def read(folder: Path) -> list[dict[str, Any]]:
    """Return all records of a folder, with the labels or the type that its arguments give them."""
    records = []
    for line in (folder / "import.args").read_text(encoding="utf-8").splitlines():
        if not (match := re.fullmatch(r"--(nodes|relationships)=([\w:]+)=([\w.-]+),([\w.-]+)", line)):
            continue
        kind, labels, header, data = match.groups()
        columns = [column.split(":") for column in (folder / header).read_text().rstrip("\n").split(",")]
        with (folder / data).open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file, strict=True):
                cells = zip(columns, row, strict=True)
                known = {name or type_: PARSE.get(type_, str)(text) for (name, type_), text in cells if text}
                records.append({kind: labels, **known})
    return records


def expected(graph: Graph) -> list[dict[str, Any]]:
    """Return what the folder of a graph must hold, in the order of the schema."""
    records: list[dict[str, Any]] = []
    for label, node_type in NODE_TYPES.items():
        labels = f"{label}:Entity" if node_type.entity else label
        records += [{"nodes": labels, **_stored(node)} for node in graph.nodes if node.label == label]
    for type_ in EDGE_TYPES:
        records += [
            {"relationships": type_, "START_ID": edge.source, "END_ID": edge.target, **_stored(edge)}
            for edge in graph.edges
            if edge.type == type_
        ]
    return records


def _stored(record: Node | Edge) -> dict[str, Any]:
    stored = stored_properties(record)
    return {**stored, "kg_hash": content_hash(stored), "kg_graphs": ["kg"]}


def test_same_records(graph: Graph, tmp_path: Path) -> None:
    """Every record is there once, with its labels, its ends and all that a load would store."""
    write(graph, tmp_path / "out")
    assert read(tmp_path / "out") == expected(graph)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(graph=graphs())
def test_any_text_survives(graph: Graph, tmp_path: Path) -> None:
    """Quotes, line ends, commas and what else a text may hold come back; an import would get them so."""
    aliases = graph.nodes[0].get("aliases")
    assume(isinstance(aliases, tuple) and "\x1f" not in aliases[0])
    write(graph, tmp_path / "out")
    assert read(tmp_path / "out") == expected(graph)


def test_arguments_name_all_files(graph: Graph, tmp_path: Path) -> None:
    """A label or a type without records has its files too, so that the files are always the same."""
    for name, some in (("full", graph), ("empty", Graph((), ()))):
        write(some, tmp_path / name)
        named = set(re.findall(r"[\w-]+\.csv", (tmp_path / name / "import.args").read_text()))
        assert {file.name for file in (tmp_path / name).iterdir()} == named | {"import.args"}
    assert len(named) == 2 * (len(NODE_TYPES) + len(EDGE_TYPES))


def test_numbers_that_json_lacks(tmp_path: Path) -> None:
    """A decimal beyond all floats is infinite, as a load stores it, in the spelling of Java."""
    results = [
        Node(f"result:{sign}", "Result", (("kind", "absolute"), ("value", Decimal(f"{sign}1E400"))))
        for sign in "+-"
    ]
    write(Graph(tuple(results), ()), tmp_path / "out")
    data = (tmp_path / "out" / "nodes-Result.csv").read_text(encoding="utf-8")
    assert [line.split(",")[2] for line in data.splitlines()] == ["Infinity", "-Infinity"]


@pytest.mark.parametrize("aliases", [("a\x1fb",), ("",)], ids=["divider", "empty text"])
def test_list_that_cannot_be_kept_is_refused(aliases: tuple[str, ...], tmp_path: Path) -> None:
    """A list that would come back as another one is named, and nothing is left."""
    node = Node("dataset:x", "Dataset", (("name", "X"), ("aliases", aliases)))
    with pytest.raises(ExportError, match=r"dataset:x: .*; correct"):
        write(Graph((node,), ()), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_records_are_written_as_they_come(graph: Graph, tmp_path: Path) -> None:
    """What was read is on disk before all is read, and nodes before edges: memory holds no graph."""
    (paper,) = (node for node in graph.nodes if node.id == "paper:1111111111111111")
    sizes = []

    def papers() -> Iterator[Node]:
        for number in range(9_000):
            if number % 3_000 == 0:
                (data,) = tmp_path.glob("*/nodes-Paper.csv")
                sizes.append(data.stat().st_size)
            yield Node(f"paper:{number}", paper.label, paper.properties)

    write_folder(papers(), iter(()), NAME, tmp_path / "out")
    assert 0 == sizes[0] < sizes[1] < sizes[2]


def broken(records: Iterable[Node]) -> Iterator[Node]:
    """Yield some records and fail."""
    yield from records
    raise ExportError("nodes.jsonl", "is broken", "correct it")


def test_failure_leaves_the_old_folder(graph: Graph, tmp_path: Path) -> None:
    """An export that breaks off leaves the folder that was there, and nothing beside it."""
    out = tmp_path / "out"
    write(Graph((), ()), out)
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    with pytest.raises(ExportError, match="is broken"):
        write_folder(broken(graph.nodes), graph.edges, NAME, out)
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before
    assert list(tmp_path.iterdir()) == [out]


def test_old_folder_is_replaced(graph: Graph, tmp_path: Path) -> None:
    """A second export, also after an import that left its report, is what a first one is."""
    write(Graph((), ()), tmp_path / "out")
    (tmp_path / "out" / "import.report").write_bytes(b"")
    (tmp_path / "empty").mkdir()
    for name in ("out", "empty", "new"):
        write(graph, tmp_path / name)
    new, *others = (
        {file.name: file.read_bytes() for file in (tmp_path / name).iterdir()}
        for name in ("new", "out", "empty")
    )
    assert all(other == new for other in others)
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("place", ["file", "folder", "inside"])
def test_other_things_are_not_replaced(place: str, graph: Graph, tmp_path: Path) -> None:
    """A file, or a folder that holds anything else, is refused and stays."""
    out = tmp_path / "out"
    if place == "file":
        out.write_text("dear")
    else:
        write(graph, out)
        (out / ("mine.txt" if place == "folder" else "import.report")).mkdir()
    with pytest.raises(ExportError, match=r"out: cannot be written \((a file|it holds other things).*-o"):
        write(graph, out)
    assert out.is_file() if place == "file" else len(list(out.iterdir())) > 1
    assert list(tmp_path.iterdir()) == [out]


def test_unwritable_place_is_named(graph: Graph, tmp_path: Path) -> None:
    """A folder in a folder that is not there is reported in one line with the path."""
    with pytest.raises(ExportError, match=r"absent/out: cannot be written \(No such file.*-o"):
        write(graph, tmp_path / "absent" / "out")


@pytest.mark.parametrize("name", FOLDERS)
def test_entry_is_complete(name: str) -> None:
    """A registered folder says in one line what it is good for, and what to do with it."""
    assert FOLDERS[name].help.strip()
    assert "\n" not in FOLDERS[name].help + FOLDERS[name].command
    assert FOLDERS[name].command.split()
