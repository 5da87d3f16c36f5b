"""The Neo4j store: a connection to a server by the official driver, to load graphs and to query them."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from kg.errors import KGError, QueryError, StoreError
from kg.records import Graph
from kg.stored import GRAPH
from kg.stores.batches import Progress
from kg.stores.loading import BATCH, Loaded, compare, load
from kg.stores.values import edge_row, json_value, node_row, path_row

if TYPE_CHECKING:
    from neo4j import Driver, Query, ResultSummary, Session

_OLDEST: Final = (5, 7)  # the first that can be told to send no notifications
_SCHEMES: Final = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
_TIMEOUT: Final = 15.0  # seconds to wait for a connection, login included: some sockets open and stay mute
_EXPLAIN: Final = "EXPLAIN "  # makes a plan, and runs nothing
_PROFILE: Final = re.compile(r"\s*PROFILE\b", re.IGNORECASE)  # cannot be explained
_POSITION: Final = re.compile(r"\(line (\d+), column (\d+) \(offset: (\d+)\)\)")
_ENVIRONMENT: Final = "NEO4J_URI, NEO4J_USERNAME and NEO4J_PASSWORD"
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
        translated = _translated(self.where, self.seconds, shift)
        with translated, self.driver.session(**self._session(mode)) as session:
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
        with _translated(self.where), self.driver.session(**self._session("WRITE")) as session:
            return load(session, self.where, graph, name, batch_size, progress=progress, replace=replace)

    def compare(self, graph: Graph, name: str = GRAPH) -> Loaded:
        """Tell what a load would do, and write nothing.

        Raises:
            StoreError: The server went away or refused, or an edge names a node that is
                not there.
        """
        with _translated(self.where), self.driver.session(**self._session("READ")) as session:
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
        yield Neo4jStore(driver, where, database, seconds)


def _check_reads(summary: "ResultSummary") -> None:
    """Refuse what a server does not take for writing, but what does more than read the graph.

    Raises:
        QueryError: The plan reads files, ends transactions or calls a procedure that
            administers the server (type "s").
    """
    operators = _operators(summary.plan or {})
    for operator, what in _DOES_MORE.items():
        if operator in operators and (operator != "ProcedureCall" or summary.query_type == "s"):
            raise QueryError("query", what, "use MATCH and RETURN only, or pass --write")


def _operators(plan: Mapping[str, Any]) -> set[str]:
    """Return the operators of a plan: ``LoadCSV`` of ``LoadCSV@neo4j``."""
    own = {str(plan.get("operatorType", "")).partition("@")[0]}
    return own.union(*(_operators(child) for child in plan.get("children", ())))


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
def _translated(where: str, seconds: float | None = None, shift: int = 0) -> Iterator[None]:
    """Turn the driver's errors into ours, in one line and without secrets.

    Args:
        where: Address of the server.
        seconds: Time limit of the query.
        shift: Characters before the query of the user in what the server was sent.
    """
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        yield
    except (DriverError, Neo4jError) as error:
        raise _error(where, error, seconds, shift) from error


def _error(where: str, error: Exception, seconds: float | None, shift: int) -> KGError:
    from neo4j.exceptions import ConfigurationError, Neo4jError, ServiceUnavailable, SessionExpired

    code = str(getattr(error, "code", ""))
    message = str(getattr(error, "message", None) or error).strip().splitlines()[0]
    match code.split(".")[-2:]:
        case ["Security", "AuthenticationRateLimit"]:
            what, todo = "too many wrong passwords in a row", "wait ten seconds, then try the right one"
        case ["Security", "Unauthorized"]:
            what, todo = "user name or password is wrong", f"set {_ENVIRONMENT}"
        case ["Statement", "AccessMode"]:
            what = "it writes, and graphs are read-only here"
            return QueryError("query", what, "use MATCH and RETURN only, or pass --write")
        case ["Transaction", "TransactionTimedOut" | "TransactionTimedOutClientConfiguration"]:
            limit = "the server allows" if seconds is None else f"{seconds:g} seconds"
            return QueryError(
                "query", f"it took longer than {limit}", "ask for less, or for more time (--timeout)"
            )
        case ["Statement" | "Procedure", _] if code.startswith("Neo.ClientError."):
            todo = "correct the Cypher or pass the parameter with -p key=value"
            return QueryError("query", _POSITION.sub(lambda found: _moved(found, shift), message), todo)
        case ["Database", "DatabaseNotFound"]:
            what, todo = f"it has no such database ({message})", "name another one or leave it out"
        case ["Schema", "ConstraintCreationFailed" | "ConstraintValidationFailed"]:
            what = f"it holds other nodes of our labels with equal ids ({message})"
            todo = "load into a database of its own (--database)"
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


def _moved(position: re.Match[str], shift: int) -> str:
    """Return a position in what the server was sent as one in the query of the user.

    >>> _POSITION.sub(lambda found: _moved(found, 8), "Unknown x (line 1, column 16 (offset: 15))")
    'Unknown x (line 1, column 8 (offset: 7))'
    """
    line, column, offset = map(int, position.groups())
    return f"(line {line}, column {column - (shift if line == 1 else 0)} (offset: {offset - shift}))"


def _cause(error: BaseException) -> str:
    """Return the innermost reason of a failed connection in a few words."""
    # A cluster address fails with a group of errors, one for each server that was asked.
    while inner := error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error.__cause__:
        error = inner
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
