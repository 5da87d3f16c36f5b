"""The Neo4j store: a connection to a server by the official driver, to load graphs and to query them."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from kg.errors import QueryError, StoreError
from kg.records import Graph
from kg.stored import GRAPH
from kg.stores.batches import Progress
from kg.stores.loading import BATCH, Loaded, compare, load
from kg.stores.refusals import ENVIRONMENT, OLDEST, too_old, translated
from kg.stores.values import edge_row, json_value, node_row, path_row

if TYPE_CHECKING:
    from neo4j import Driver, Query, ResultSummary, Session

_SCHEMES: Final = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
_TIMEOUT: Final = 15.0  # seconds to wait for a connection, login included: some sockets open and stay mute
_EXPLAIN: Final = "EXPLAIN "  # makes a plan, and runs nothing
_PROFILE: Final = re.compile(r"\s*PROFILE\b", re.IGNORECASE)  # cannot be explained
_OWN_PROCEDURES: Final = ("db.", "dbms.")  # of the server itself
_DOES_MORE: Final = {
    "LoadCSV": "it reads files or addresses (LOAD CSV), and queries read the graph alone",
    "TerminateTransactions": "it ends transactions of others, and graphs are read-only here",
    "ProcedureCall": "it calls a procedure that administers the server, and graphs are read-only here",
}
"""What operators of a plan do that the read mode of a server lets through."""


@dataclass(frozen=True, slots=True)
class Neo4jStore:
    """A connection to a server; made by `open_neo4j`."""

    driver: "Driver"
    where: str  # address of the server, for messages
    database: str | None
    seconds: float | None = None  # time limit of a query

    def run(self, text: str, parameters: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """Yield the rows of a Cypher query that reads, as plain Python values.

        Nodes, edges and paths that are returned whole become plain dicts, numbers
        that JSON lacks (infinite, not a number) None, bytes hexadecimal text, see
        `kg.stores.values`.

        Raises:
            QueryError: The query writes or reads files, is not Cypher, or lacks a
                parameter, raised with the first row; or it took too long.
            StoreError: The server went away or refused.
        """
        with self._querying("READ") as session:
            query = self._query(text)
            # The server refuses what writes to the graph; what else a query can do, its plan tells.
            plan = session.run(self._query(_EXPLAIN + _PROFILE.sub("", text)), dict(parameters or {}))
            _check_reads(plan.consume())
            for record in session.run(query, dict(parameters or {})):
                yield {name: _plain(record[name]) for name in record.keys()}  # noqa: SIM118  # a Record iterates values

    def write(
        self,
        text: str,
        parameters: Mapping[str, Any] | None = None,
        changed: Callable[[Mapping[str, int]], None] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Yield the rows of a Cypher query that may write, as `run` does.

        Args:
            text: The query, in a transaction of its own.
            parameters: Its parameters.
            changed: Told after the last row what the server has changed, by its own
                count: ``{"nodes_created": 1}``.

        Raises:
            QueryError: It is not Cypher or lacks a parameter, or it took too long.
            StoreError: The server went away or refused.
        """
        with self._querying("WRITE") as session:
            result = session.run(self._query(text), dict(parameters or {}))
            for record in result:
                yield {name: _plain(record[name]) for name in record.keys()}  # noqa: SIM118
            counters = vars(result.consume().counters)
        if changed is not None:
            changed({name: number for name, number in counters.items() if type(number) is int and number})

    @contextmanager
    def _querying(self, mode: str) -> "Iterator[Session]":
        shift = len(_EXPLAIN) if mode == "READ" else 0
        refusals = translated(self.where, "query", self.seconds, shift)
        with refusals, self.driver.session(**self._session(mode)) as session:
            yield session

    def _query(self, text: str) -> "Query":
        """Return a query with the time limit.

        Raises:
            QueryError: It is empty.
        """
        from neo4j import Query

        if not text.strip():
            raise QueryError("query", "it is empty", "write Cypher or the name of a query")
        return Query(text, timeout=self.seconds)

    def load(
        self,
        graph: Graph,
        progress: Progress | None = None,
        batch_size: int = BATCH,
        name: str = GRAPH,
        *,
        replace: bool = True,
    ) -> Loaded:
        """Bring the server to the state of a graph, see `kg.stores.loading`.

        Args:
            graph: What the server shall hold afterwards.
            progress: Told after every batch.
            batch_size: Nodes or edges a transaction.
            name: Under which the server knows the graph. What it holds under this name
                and the graph has not is removed.
            replace: Whether more may be removed than stays; else that is an error.

        Raises:
            StoreError: The server went away or refused, or an edge names a node that is
                not there. Batches before that stay; a new load completes them.
        """
        with translated(self.where, "load"), self.driver.session(**self._session("WRITE")) as session:
            return load(session, self.where, graph, name, batch_size, progress=progress, replace=replace)

    def compare(self, graph: Graph, name: str = GRAPH) -> Loaded:
        """Tell what a load would do, and write nothing.

        Raises:
            StoreError: The server went away or refused, or an edge names a node that is
                not there.
        """
        with translated(self.where, "load"), self.driver.session(**self._session("READ")) as session:
            return compare(session, graph, name)

    def _session(self, mode: str) -> dict[str, Any]:
        return {"database": self.database, "default_access_mode": mode}


@contextmanager
def open_neo4j(
    uri: str, username: str, password: str, database: str | None = None, seconds: float | None = None
) -> Iterator[Neo4jStore]:
    """Connect to a Neo4j server and close the connection at the end.

    Args:
        uri: Such as ``bolt://127.0.0.1:7687`` or ``neo4j+s://host``, without credentials.
        username: As the server knows it.
        password: Never shown in a message.
        database: A database of the server; None takes the user's own.
        seconds: Time limit of each query; None leaves it to the server.

    Raises:
        StoreError: The address is malformed, nobody answers there, the server is too old
            or does not accept the password.
    """
    where = _checked_uri(uri)
    from neo4j import GraphDatabase

    log = logging.getLogger("neo4j")
    if not log.handlers:
        log.addHandler(logging.NullHandler())  # else a failed connection is told on stderr beside our message
    with ExitStack() as stack:
        with translated(where, "connect"):
            driver = stack.enter_context(
                GraphDatabase.driver(
                    uri,
                    auth=(username, password),
                    connection_timeout=_TIMEOUT,  # of TCP alone
                    connection_acquisition_timeout=_TIMEOUT,  # of all until the login is answered
                    notifications_min_severity="OFF",  # it would log them, to stderr where no log is set up
                )
            )
            agent = driver.get_server_info().agent
        version = re.match(r"Neo4j/(\d+)\.(\d+)", agent)
        if version is not None and (int(version[1]), int(version[2])) < OLDEST:
            raise too_old(where, agent)
        yield Neo4jStore(driver, where, database, seconds)


def _check_reads(summary: "ResultSummary") -> None:
    """Refuse what a server does not take for writing, but what does more than read the graph.

    Raises:
        QueryError: The plan reads files, ends transactions, or calls a procedure that
            administers the server (type "s") or that a plugin has brought, of which
            nobody knows what else it reads.
    """
    for operator, details in _operators(summary.plan or {}):
        if operator == "ProcedureCall" and not details.startswith(_OWN_PROCEDURES):
            what = (
                f"it calls a procedure of a plugin ({details.partition('(')[0]}), which may do more than read"
            )
        elif operator in _DOES_MORE and (operator != "ProcedureCall" or summary.query_type == "s"):
            what = _DOES_MORE[operator]
        else:
            continue
        raise QueryError("query", what, "use MATCH and RETURN only, or pass --write")


def _operators(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the operators of a plan, ``LoadCSV`` of ``LoadCSV@neo4j``, with what the server tells of each."""
    yield (
        str(plan.get("operatorType", "")).partition("@")[0],
        str(plan.get("args", {}).get("Details", "")),
    )
    for child in plan.get("children", ()):
        yield from _operators(child)


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
            return {name: _plain(value[name]) for name in sorted(value)}
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
        fine = fine and (not parts.query or parts.scheme.startswith("neo4j"))  # a route takes options
    except ValueError:  # malformed IPv6 address or port
        fine = False
    if credentials:
        raise StoreError(shown, "the address holds a user name", f"take it out and set {ENVIRONMENT}")
    if not fine:
        example = "write for example bolt://127.0.0.1:7687 or neo4j+s://HOST"
        raise StoreError(repr(shown), "is no address of a Neo4j server", example)
    return shown
