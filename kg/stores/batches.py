"""Cut a graph into parts, one a label and one an edge type, and these into the rows of load statements."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeVar

from kg.errors import StoreError
from kg.records import Edge, Graph, Node
from kg.schema import EDGE_TYPES, NODE_TYPES, labels
from kg.stored import content_hash, stored_properties

Progress = Callable[[int, int], None]
"""Told after every batch how many nodes and edges are done, and how many there are to do."""

Row = list[Any]
"""Id, hash of the content, of an edge its source and target, then all properties of the schema in order."""

T = TypeVar("T")

_REBUILD: Final = "build the graph again with: kg build PAGES... -o DIR"


@dataclass(frozen=True, slots=True)
class Part:
    """The nodes of one label, or the edges of one type."""

    kind: str  # "node" or "edge"
    name: str  # label or type
    names: Mapping[str, str]  # of the placeholders in the templates
    properties: tuple[str, ...]  # names, in the order of the schema
    records: tuple[Node | Edge, ...]  # of the graph; may be none


def parts(graph: Graph) -> Iterator[Part]:
    """Yield all parts of a graph, also those without a record: nodes by label, then edges by type.

    Raises:
        StoreError: An edge names a node that the graph does not have.
    """
    nodes: dict[str, list[Node]] = {label: [] for label in NODE_TYPES}
    for node in graph.nodes:
        nodes[node.label].append(node)
    edges: dict[str, list[Edge]] = {type_: [] for type_ in EDGE_TYPES}
    ids = {node.id for node in graph.nodes}
    for edge in graph.edges:
        for end in (edge.source, edge.target):
            if end not in ids:
                raise StoreError(edge.id, f"names a node that is not there: {end}", _REBUILD)
        edges[edge.type].append(edge)
    for label, node_type in NODE_TYPES.items():
        names = {"label": label, "labels": ":".join(labels(label))}
        properties = tuple(prop.name for prop in node_type.properties)
        yield Part("node", label, names, properties, tuple(nodes[label]))
    for type_, edge_type in EDGE_TYPES.items():
        # Entities are found by the label that they share, so that a type is one part.
        source, target = (
            "Entity" if NODE_TYPES[ends[0]].entity else ends[0]
            for ends in (edge_type.sources, edge_type.targets)
        )
        names = {"type": type_, "source": source, "target": target}
        properties = tuple(prop.name for prop in edge_type.properties)
        yield Part("edge", type_, names, properties, tuple(edges[type_]))


def rows(part: Part, records: Iterable[Node | Edge]) -> Iterator[Row]:
    """Yield the row of each record of a part; a property that is unknown is None.

    Rows are lists, as a list has no names of properties that would travel with every
    row: a load into Neo4j takes a fifth less time for it.
    """
    for record in records:
        stored = stored_properties(record)
        ends = (record.source, record.target) if isinstance(record, Edge) else ()
        yield [record.id, content_hash(stored), *ends, *map(stored.get, part.properties)]


def cut(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the items, at most ``size`` at a time.

    >>> list(cut("abcde", 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def check_loaded(where: str, expected: int, found: int) -> None:
    """Check that a batch has met all its nodes, so that a truncated graph is never taken for a whole one.

    Raises:
        StoreError: Rows were passed over, because nodes of their edges are gone from the store.
    """
    if found != expected:
        what = f"{expected - found} of {expected} rows of a batch were not loaded, their nodes are missing"
        raise StoreError(where, what, "see that nothing else writes there, then load again")
