"""Bring a server to the state of a graph: compare what it holds, write the difference.

Every node and edge on the server carries the names of the graphs that have it
(``kg_graphs``) and a hash of its content (``kg_hash``). A load reads both, and then adds
what the server lacks, writes anew what has another hash, and removes what the graph has
no more; where nothing differs, nothing is written.

Ids are unique in a database, so graphs share what they both have. Such a node or edge
belongs to all of them, has the content of the one that was loaded last (the others
notice by the hash when they are loaded again), and goes when the last of them gives it
up. A node or edge of no graph that has a label or type and an id of ours gets our content
and is never removed: it belongs to ``''`` too, which names no graph. Others of no graph
are never touched, nor are properties that are not of the schema. A node that someone has
tied to others stays when its graph gives it up, and each load tries again to remove it.

Each batch is a transaction of its own, which the driver repeats after a passing fault.
A load that was cut off leaves whole batches, and the next one does the rest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.errors import StoreError
from kg.records import Edge, Graph, Node
from kg.schema import EDGE_TYPES, NODE_TYPES
from kg.stores.batches import Part, Progress, Row, check_loaded, cut, parts, rows
from kg.stores.cypher import fill, statements

if TYPE_CHECKING:
    from neo4j import ManagedTransaction, Session

BATCH: Final = 5_000
"""Rows a transaction; the size that Neo4j advises for updates, well below the default memory of one."""


class Count(NamedTuple):
    """What a load does to the nodes of one label, or the edges of one type."""

    kind: str  # "node" or "edge"
    name: str  # label or type
    added: int
    changed: int
    removed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did, or would do."""

    counts: tuple[Count, ...]  # of every label and type
    kept: int  # nodes and edges that were to be removed, but others have them too
    nodes_besides: int  # that the database holds and the graph has not
    edges_besides: int

    def total(self, kind: str, *fields: str) -> int:
        """Return the sum of some fields of `Count` over the nodes or the edges."""
        return sum(getattr(count, field) for count in self.counts if count.kind == kind for field in fields)

    @property
    def written(self) -> bool:
        """Tell whether there was any difference."""
        return any(count.added or count.changed or count.removed for count in self.counts)

    @property
    def replaces(self) -> bool:
        """Tell whether more goes than stays, as where the name is that of another graph."""
        return _removed(self.counts) > sum(count.changed + count.unchanged for count in self.counts)


@dataclass(frozen=True, slots=True)
class _Difference:
    """What has to be written of one part."""

    part: Part
    added: tuple[Node | Edge, ...]
    changed: tuple[Node | Edge, ...]
    removed: tuple[Row, ...]  # id, and of an edge that of its source
    unchanged: int

    def count(self) -> Count:
        numbers = (len(self.added), len(self.changed), len(self.removed), self.unchanged)
        return Count(self.part.kind, self.part.name, *numbers)


def compare(session: "Session", graph: Graph, name: str) -> Loaded:
    """Tell what a load would do, and write nothing.

    Args:
        session: Of the database.
        graph: What the server would hold.
        name: Under which the server knows the graph.

    Raises:
        StoreError: An edge names a node that the graph does not have.
    """
    differences = session.execute_read(_differences, graph, name)
    return Loaded(tuple(each.count() for each in differences), 0, 0, 0)


def load(
    session: "Session",
    where: str,
    graph: Graph,
    name: str,
    batch_size: int,
    *,
    progress: Progress | None,
    replace: bool = True,
) -> Loaded:
    """Bring indexes, nodes and edges to the server and take away what the graph has no more.

    Args:
        session: Of the database.
        where: Address of the server, for messages.
        graph: What the server shall hold.
        name: Under which the server knows the graph.
        batch_size: Nodes or edges a transaction.
        progress: Told after every batch.
        replace: Whether more may go than stays.

    Raises:
        StoreError: More would go than stays, and that is not wanted; or an edge names a
            node that is not there. Batches before that stay; a new load completes them.
    """
    differences = session.execute_read(_differences, graph, name)
    counts = tuple(each.count() for each in differences)
    if Loaded(counts, 0, 0, 0).replaces and not replace:
        what = f"holds another graph named {name!r}: {_removed(counts)} of its nodes and edges would go"
        todo = f"pass --graph NAME for a graph of its own, or --graph {name} to replace it"
        raise StoreError(where, what, todo)
    session.execute_write(_run_all, statements("schema.cypher"))
    total = sum(count.added + count.changed + count.removed for count in counts)
    done = kept = 0

    def tell(number: int) -> None:
        nonlocal done
        done += number
        if progress is not None:
            progress(done, total)

    making, waiting = _split(statements("backends/neo4j.cypher"))
    for kind in ("node", "edge"):
        for each in (each for each in differences if each.part.kind == kind):
            statement = fill(f"load/{kind}s", each.part.properties, **each.part.names)
            for some in cut(rows(each.part, (*each.added, *each.changed)), batch_size):
                check_loaded(where, len(some), session.execute_write(_write, statement, some, name))
                tell(len(some))
        if kind == "node":
            # The server takes full text into new indexes by itself, while edges are loaded.
            session.execute_write(_run_all, making)
    for each in reversed(differences):  # edges come first
        statement = fill(f"load/remove-{each.part.kind}s", **each.part.names)
        for some in cut(each.removed, batch_size):
            kept += len(some) - session.execute_write(_remove, statement, some, name)
            tell(len(some))
    session.execute_write(_run_all, waiting)
    nodes, edges = session.execute_read(_number)
    return Loaded(counts, kept, nodes - len(graph.nodes), edges - len(graph.edges))


def _differences(transaction: "ManagedTransaction", graph: Graph, name: str) -> list[_Difference]:
    held = _held(transaction, name, {node.id: node.label for node in graph.nodes})
    return [_difference(part, held[part.name]) for part in parts(graph)]


def _held(
    transaction: "ManagedTransaction", name: str, wanted: Mapping[str, str]
) -> dict[str, dict[str, tuple[str, Row]]]:
    """Return what the server holds of a graph: by label or type and id, hash and key of removal.

    Args:
        transaction: That reads.
        name: Of the graph.
        wanted: Labels by the ids of the nodes that the graph has. A node may have more of
            our labels on the server; one of these ids is never removed under another.
    """
    held: dict[str, dict[str, tuple[str, Row]]] = {key: {} for key in (*NODE_TYPES, *EDGE_TYPES)}
    text = fill("load/held-nodes", labels="|".join(NODE_TYPES))
    for known, id_, content in transaction.run(text, graph=name, known=list(NODE_TYPES)):
        label = wanted.get(id_, known[0])
        if label in known:
            held[label][id_] = content, [id_]
    text = fill("load/held-edges", types="|".join(EDGE_TYPES))
    for type_, id_, content, source in transaction.run(text, graph=name):
        held[type_][id_] = content, [id_, source]
    return held


def _difference(part: Part, held: Mapping[str, tuple[str, Row]]) -> _Difference:
    added = tuple(record for record in part.records if record.id not in held)
    known = [record for record in part.records if record.id in held]
    contents = zip(known, rows(part, known), strict=True)
    changed = tuple(record for record, (id_, content, *_) in contents if held[id_][0] != content)
    gone = held.keys() - {record.id for record in known}
    removed = tuple(key for id_, (_, key) in held.items() if id_ in gone)
    return _Difference(part, added, changed, removed, len(known) - len(changed))


def _write(transaction: "ManagedTransaction", statement: str, some: list[Row], name: str) -> int:
    """Write one batch; return how many rows have met their nodes."""
    found: int = transaction.run(statement, rows=some, graph=name).single(strict=True)["rows"]
    return found


def _remove(transaction: "ManagedTransaction", statement: str, some: list[Row], name: str) -> int:
    """Remove one batch; return of how many rows the node or edge is gone."""
    gone: int = transaction.run(statement, rows=some, graph=name).single(strict=True)["rows"]
    return gone


def _removed(counts: Iterable[Count]) -> int:
    return sum(count.removed for count in counts)


def _split(texts: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part statements that make indexes from those that wait for them."""
    waiting = tuple(text for text in texts if text.startswith("CALL "))
    return tuple(text for text in texts if text not in waiting), waiting


def _run_all(transaction: "ManagedTransaction", texts: tuple[str, ...]) -> None:
    for text in texts:
        transaction.run(text).consume()


def _number(transaction: "ManagedTransaction") -> tuple[int, int]:
    nodes, edges = transaction.run(fill("load/count")).single(strict=True)
    return nodes, edges
