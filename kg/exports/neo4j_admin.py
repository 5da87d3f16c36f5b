"""CSV files for ``neo4j-admin database import full`` (Neo4j Operations Manual 5, "Import"), for large graphs.

A label and a type have two files each, header and data, and `ARGUMENTS` holds what the
tool must be told; names of files in it are those of the folder. Records are written as
they come, so that memory does not grow with the graph. Nodes and edges get all that
``kg load`` gives them, the books by which it sees changes included: a load of the same
graph under the same name after an import has nothing to write but constraints and indexes.

Texts are quoted after RFC 4180; a field that is empty without quotes is absent. The items
of a list are divided by U+001F, which no page can hold, as the tool knows no way to quote
them. It takes a list of no items for absent, which is why a store keeps none.
"""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from math import isfinite, isnan
from pathlib import Path
from typing import Final, TextIO

from kg.errors import ExportError
from kg.records import Edge, Node
from kg.schema import EDGE_TYPES, NODE_TYPES, Property, labels
from kg.stored import GRAPHS, HASH, StoredValue, content_hash, stored_properties

ARGUMENTS: Final = "import.args"
"""File of the arguments of the import tool, one a line."""

COMMAND: Final = f"neo4j-admin database import full neo4j @{ARGUMENTS}"
"""The command that imports the files, in their folder, into the database of the community edition."""

OVERWRITE: Final = "Add --overwrite-destination=true to replace the database that is there."
"""What the command needs where the database exists, as that of any server that was ever started does."""

REPORT: Final = "import.report"
"""File that the tool itself leaves in the folder where it runs."""

_TYPES: Final = {
    "str": "string",
    "date": "string",  # as a store keeps it
    "int": "long",
    "float": "double",
    "decimal": "double",
    "bool": "boolean",
    "strs": "string[]",
}
_DELIMITER: Final = "\x1f"
_BUFFER: Final = 1 << 18  # bytes a file


@dataclass(frozen=True, slots=True)
class _Table:
    """The two files of a label or a type."""

    name: str  # of the data file, without suffix
    option: str  # how the tool is told of it
    head: tuple[str, ...]  # columns before the properties
    properties: tuple[Property, ...]

    @property
    def files(self) -> tuple[str, str]:
        """The names of header and data."""
        return f"{self.name}-header.csv", f"{self.name}.csv"

    @property
    def header(self) -> str:
        """The line of the header file."""
        columns = (f"{prop.name}:{_TYPES[prop.type]}" for prop in self.properties)
        return ",".join((*self.head, *columns, f"{HASH}:string", f"{GRAPHS}:string[]")) + "\n"


_NODES: Final[Mapping[str, _Table]] = {
    label: _Table(f"nodes-{label}", f"--nodes={':'.join(labels(label))}", ("id:ID",), node_type.properties)
    for label, node_type in NODE_TYPES.items()
}
_EDGES: Final[Mapping[str, _Table]] = {
    type_: _Table(
        f"edges-{type_}",
        f"--relationships={type_}",
        (":START_ID", ":END_ID", "id:string"),
        edge_type.properties,
    )
    for type_, edge_type in EDGE_TYPES.items()
}
_TABLES: Final = (*_NODES.values(), *_EDGES.values())

FILES: Final = frozenset({ARGUMENTS, *(name for table in _TABLES for name in table.files)})
"""Names of all files of an export."""


def neo4j_admin(nodes: Iterable[Node], edges: Iterable[Edge], folder: Path, graph: str) -> None:
    """Write the files into an empty folder.

    Args:
        nodes: Of the graph; taken once, one by one.
        edges: Of the graph; taken after the nodes, likewise.
        folder: Where the files go.
        graph: Name by which a server shall know the graph.

    Raises:
        ExportError: A text cannot be told from the divider of lists.
        OSError: A file cannot be written.
    """
    with ExitStack() as stack:

        def opened(name: str) -> TextIO:
            return stack.enter_context((folder / name).open("w", _BUFFER, encoding="utf-8", newline=""))

        for table in _TABLES:
            (folder / table.files[0]).write_text(table.header, encoding="utf-8")
        files = {table.name: opened(table.files[1]) for table in _TABLES}
        for node in nodes:
            table = _NODES[node.label]
            files[table.name].write(_line(table, node, (), graph))
        for edge in edges:
            table = _EDGES[edge.type]
            files[table.name].write(_line(table, edge, (edge.source, edge.target), graph))
    (folder / ARGUMENTS).write_text("".join(f"{line}\n" for line in _arguments()), encoding="utf-8")


def _arguments() -> Iterable[str]:
    yield f"# In this folder, with the server stopped: {COMMAND}"
    yield f"# {OVERWRITE}"
    yield f"--array-delimiter=U+{ord(_DELIMITER):04X}"
    yield "--multiline-fields=true"  # abstracts have line feeds
    for table in _TABLES:
        yield f"{table.option}={','.join(table.files)}"


def _line(table: _Table, record: Node | Edge, ends: tuple[str, ...], graph: str) -> str:
    stored = stored_properties(record)
    values = (*ends, record.id, *(stored.get(prop.name) for prop in table.properties))
    try:
        return ",".join(map(_cell, (*values, content_hash(stored), [graph]))) + "\n"
    except ValueError as error:
        raise ExportError(record.id, str(error), "correct the page or table that it comes from") from error


def _cell(value: StoredValue | None) -> str:
    r"""Return a value as the import tool reads it.

    >>> [_cell(value) for value in (None, "", 'a "b"\n', True, 0.5, float("inf"), ["a", "b"])]
    ['', '""', '"a ""b""\n"', 'true', '0.5', 'Infinity', '"a\x1fb"']
    """
    match value:
        case None:
            return ""
        case str():
            return '"' + value.replace('"', '""') + '"'
        case bool():
            return "true" if value else "false"
        case float() if not isfinite(value):
            return "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"  # as Java has them
        case list():
            return _list_cell(value)
    return repr(value)


def _list_cell(items: list[str]) -> str:
    if any(_DELIMITER in item for item in items):
        raise ValueError(f"an item of a list holds U+{ord(_DELIMITER):04X}, which divides items in an import")
    if items == [""]:
        raise ValueError("a list of one empty text is none for the import tool")
    return _cell(_DELIMITER.join(items))
