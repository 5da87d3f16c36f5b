"""The Neo4j store: load a graph into a server with the official driver, and query it.

A load runs ``cypher/schema.cypher`` and then batches of ``UNWIND $rows MERGE``, nodes
before edges, each in a transaction that the driver itself repeats after a passing
fault. Loading again changes nothing but what the graph has changed; what it no longer
has is left in place, and counted.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from kg.errors import KGError, QueryError, StoreError
from kg.records import Graph
from kg.schema import EDGE_TYPES, NODE_TYPES
from kg.stores.batches import Batch, Progress, batches, check_loaded
from kg.stores.cypher import fill, schema_statements
from kg.stores.values import edge_row, json_value, node_row, path_row

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction

BATCH: Final = 5_000
"""Rows a transaction; the size that Neo4j advises for updates, well below the default memory of one."""

_OLDEST: Final = (5, 7)  # the first that can be told to send no notifications
_SCHEMES: Final = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
_TIMEOUT: Final = 15.0  # seconds to wait for a connection, login included: some sockets open and stay mute
_ENVIRONMENT: Final = "NEO4J_URI, NEO4J_USERNAME and NEO4J_PASSWORD"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did, by the server's own count."""

    nodes: int  # of the graph
    edges: int
    nodes_created: int  # that the server did not have before
    edges_created: int
    nodes_surplus: int  # of our labels, that the server has beyond the graph
    edges_surplus: int  # of our types


@dataclass(frozen=True, slots=True)
class Neo4jStore:
    """A connection to a server; made by `open_neo4j`."""

    driver: "Driver"
    where: str  # address of the server, for messages
    database: str | None

    def run(self, text: str, parameters: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """Yield the rows of a Cypher query that reads, as plain Python values.

        Nodes, edges and paths that are returned whole become plain dicts, numbers
        that JSON lacks (infinite, not a number) None, bytes hexadecimal text, see
        `kg.stores.values`.

        Raises:
            QueryError: The query writes, is not Cypher, or lacks a parameter; raised
                with the first row.
            StoreError: The server went away or refused.
        """
        if not text.strip():
            raise QueryError("query", "it is empty", "write Cypher or the name of a query")
        with _translated(self.where), self.driver.session(**self._session("READ")) as session:
            for record in session.run(text, dict(parameters or {})):
                yield {name: _plain(record[name]) for name in record.keys()}  # noqa: SIM118  # a Record iterates values

    def load(self, graph: Graph, progress: Progress | None = None, batch_size: int = BATCH) -> Loaded:
        """Bring constraints, nodes and edges to the server; loading twice equals loading once.

        Nothing is removed: what the server has beyond the graph, of an earlier load
        or of someone else, stays and is counted as surplus.

        Args:
            graph: What the server shall hold afterwards.
            progress: Told after every batch.
            batch_size: Nodes or edges a transaction.

        Raises:
            StoreError: The server went away or refused, or an edge names a node that is
                not there. Batches before that stay; a new load completes them.
        """
        created = [0, 0]
        done, total = 0, len(graph.nodes) + len(graph.edges)
        with _translated(self.where), self.driver.session(**self._session("WRITE")) as session:
            for statement in schema_statements():
                session.run(statement).consume()
            for batch in batches(graph, batch_size):
                found, nodes, edges = session.execute_write(_load, batch)
                check_loaded(self.where, len(batch.rows), found)
                created[0] += nodes
                created[1] += edges
                done += len(batch.rows)
                if progress is not None:
                    progress(done, total)
            there = session.execute_read(_count)
        nodes, edges = len(graph.nodes), len(graph.edges)
        return Loaded(nodes, edges, created[0], created[1], there[0] - nodes, there[1] - edges)

    def _session(self, mode: str) -> dict[str, Any]:
        return {"database": self.database, "default_access_mode": mode}


@contextmanager
def open_neo4j(uri: str, username: str, password: str, database: str | None = None) -> Iterator[Neo4jStore]:
    """Connect to a Neo4j server and close the connection at the end.

    Args:
        uri: Such as ``bolt://127.0.0.1:7687`` or ``neo4j+s://host``, without credentials.
        username: As the server knows it.
        password: Never shown in a message.
        database: A database of the server; None takes the user's own.

    Raises:
        StoreError: The address is malformed, nobody answers there, the server is too old
            or does not accept the password.
    """
    where = _checked_uri(uri)
    from neo4j import GraphDatabase

    log = logging.getLogger("neo4j")
    if not log.handlers:
        log.addHandler(logging.NullHandler())  # else a failed connection is told on stderr beside our message
    with (
        _translated(where),
        GraphDatabase.driver(
            uri,
            auth=(username, password),
            connection_timeout=_TIMEOUT,  # of TCP alone
            connection_acquisition_timeout=_TIMEOUT,  # of all until the login is answered
            notifications_min_severity="OFF",  # the driver would log them, to stderr where no log is set up
        ) as driver,
    ):
        agent = driver.get_server_info().agent
        version = re.match(r"Neo4j/(\d+)\.(\d+)", agent)
        if version is not None and (int(version[1]), int(version[2])) < _OLDEST:
            raise _too_old(where, agent)
        yield Neo4jStore(driver, where, database)


def _load(transaction: "ManagedTransaction", batch: Batch) -> tuple[int, int, int]:
    """Run one batch; return rows found, nodes created and edges created."""
    result = transaction.run(batch.statement, rows=batch.rows)
    found = result.single(strict=True)["rows"]
    counters = result.consume().counters
    return found, counters.nodes_created, counters.relationships_created


def _count(transaction: "ManagedTransaction") -> tuple[int, int]:
    """Count the server's nodes of our labels and edges of our types; it keeps these, so it is cheap."""
    nodes = [fill("load/count-nodes", label=label) for label in NODE_TYPES]
    edges = [fill("load/count-edges", type=type_) for type_ in EDGE_TYPES]
    nodes_there, edges_there = (
        sum(transaction.run(statement).single(strict=True)["count"] for statement in statements)
        for statements in (nodes, edges)
    )
    return nodes_there, edges_there


def _plain(value: Any) -> Any:
    from neo4j.graph import Node, Path, Relationship

    match value:
        case Node():
            return node_row(value.labels, dict(value))
        case Relationship():
            return edge_row(value.type, dict(value))
        case Path():
            records: list[Node | Relationship] = [value.start_node]
            for edge, node in zip(value.relationships, value.nodes[1:], strict=True):
                records += [edge, node]
            return path_row([_plain(record) for record in records])
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case list():
            return [_plain(item) for item in value]
    return value.iso_format() if hasattr(value, "iso_format") else json_value(value)  # dates and times


def _checked_uri(uri: str) -> str:
    """Return an address as messages may show it.

    Raises:
        StoreError: It is not the address of a Neo4j server, or holds a password, which
            a list of processes or a log would show.
    """
    credentials, _, shown = uri.rpartition("@")
    try:
        parts = urlsplit(uri)
        fine = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:  # malformed IPv6 address or port
        fine = False
    if credentials:
        raise StoreError(shown, "the address holds a user name", f"take it out and set {_ENVIRONMENT}")
    if not fine:
        example = "write for example bolt://127.0.0.1:7687 or neo4j+s://HOST"
        raise StoreError(repr(shown), "is no address of a Neo4j server", example)
    return shown


def _too_old(where: str, agent: str) -> StoreError:
    wanted = ".".join(map(str, _OLDEST))
    return StoreError(where, f"the server is too old ({agent})", f"use Neo4j {wanted} or newer")


@contextmanager
def _translated(where: str) -> Iterator[None]:
    """Turn the driver's errors into ours, in one line and without secrets."""
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        yield
    except (DriverError, Neo4jError) as error:
        raise _error(where, error) from error


def _error(where: str, error: Exception) -> KGError:
    from neo4j.exceptions import ConfigurationError, Neo4jError, ServiceUnavailable, SessionExpired

    code = str(getattr(error, "code", ""))
    message = str(getattr(error, "message", None) or error).strip().splitlines()[0]
    match code.split(".")[-2:]:
        case ["Security", "AuthenticationRateLimit"]:
            what, todo = "too many wrong passwords in a row", "wait ten seconds, then try the right one"
        case ["Security", "Unauthorized"]:
            what, todo = "user name or password is wrong", f"set {_ENVIRONMENT}"
        case ["Statement", "AccessMode"]:
            return QueryError(
                "query", "it writes, and graphs are read-only here", "use MATCH and RETURN only"
            )
        case ["Statement", _] if code.startswith("Neo.ClientError."):
            todo = "correct the Cypher or pass the parameter with -p key=value"
            return QueryError("query", message, todo)
        case ["Database", "DatabaseNotFound"]:
            what, todo = f"it has no such database ({message})", "name another one or leave it out"
        case _ if isinstance(error, ConfigurationError):
            return _too_old(
                where, message
            )  # our only options that depend on the server are those of new ones
        case _ if isinstance(error, ServiceUnavailable | SessionExpired):
            what = f"no Neo4j answers ({_cause(error)})"
            todo = "check the address, or start a server with: scripts/neo4j start"
        case _:
            kind = code if isinstance(error, Neo4jError) else type(error).__name__
            what, todo = (
                f"the server refused ({kind}: {message})",
                "see the log of the server, then try again",
            )
    return StoreError(where, what, todo)


def _cause(error: BaseException) -> str:
    """Return the innermost reason of a failed connection in a few words."""
    # A cluster address fails with a group of errors, one for each server that was asked.
    while inner := error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error.__cause__:
        error = inner
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
