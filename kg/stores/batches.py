"""Cut a graph into load statements: nodes by label, then edges by type, each with its rows."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from kg.errors import StoreError
from kg.records import Graph
from kg.schema import EDGE_TYPES, NODE_TYPES, labels
from kg.stores.cypher import fill
from kg.stores.values import stored_properties

Progress = Callable[[int, int], None]
"""Told after every batch how many nodes and edges are loaded, and how many there are."""

_REBUILD: Final = "build the graph again with: kg build PAGES... -o DIR"


class Batch(NamedTuple):
    """One statement and the rows that go with it."""

    statement: str
    rows: list[dict[str, Any]]


def batches(graph: Graph, size: int) -> Iterator[Batch]:
    """Yield the nodes and then the edges of a graph, at most ``size`` rows at a time.

    Raises:
        StoreError: An edge names a node that the graph does not have.
    """
    for label in NODE_TYPES:
        statement = fill("load/nodes", label=label, labels=":".join(labels(label)))
        nodes = (node for node in graph.nodes if node.label == label)
        yield from _cut(statement, ({"id": n.id, "properties": stored_properties(n)} for n in nodes), size)

    label_of = {node.id: _constrained(node.label) for node in graph.nodes}
    ends: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for edge in graph.edges:
        for end in (edge.source, edge.target):
            if end not in label_of:
                raise StoreError(edge.id, f"names a node that is not there: {end}", _REBUILD)
        group = ends.setdefault((edge.type, label_of[edge.source], label_of[edge.target]), [])
        row = {"id": edge.id, "source": edge.source, "target": edge.target}
        group.append({**row, "properties": stored_properties(edge)})
    for type_, source, target in sorted(ends, key=lambda key: (list(EDGE_TYPES).index(key[0]), key)):
        statement = fill("load/edges", type=type_, source=source, target=target)
        yield from _cut(statement, iter(ends[type_, source, target]), size)


def check_loaded(where: str, expected: int, found: int) -> None:
    """Check that a batch has met all its nodes, so that a truncated graph is never taken for a whole one.

    Raises:
        StoreError: Rows were passed over, because nodes of their edges are gone from the store.
    """
    if found != expected:
        what = f"{expected - found} of {expected} rows of a batch were not loaded, their nodes are missing"
        raise StoreError(where, what, "see that nothing else writes there, then load again")


def _constrained(label: str) -> str:
    """Return the label by which edges find a node; entities share one, which makes few statements."""
    return "Entity" if NODE_TYPES[label].entity else label


def _cut(statement: str, rows: Iterator[dict[str, Any]], size: int) -> Iterator[Batch]:
    while some := list(islice(rows, size)):
        yield Batch(statement, some)
