"""What a Neo4j server and its driver refuse, told as our errors: in one line, no secrets, with what to do."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

from kg.errors import KGError, QueryError, StoreError

ENVIRONMENT: Final = "NEO4J_URI, NEO4J_USERNAME and NEO4J_PASSWORD"
"""What tells a command its server."""

OLDEST: Final = (5, 7)
"""The first version that can be told to send no notifications."""

_POSITION: Final = re.compile(r"\(line (\d+), column (\d+) \(offset: (\d+)\)\)")

Doing = Literal["connect", "query", "load"]
"""What was asked of the server: one refusal means one thing to who queries, and another to who loads."""


@contextmanager
def translated(where: str, doing: Doing, seconds: float | None = None, shift: int = 0) -> Iterator[None]:
    """Turn the driver's errors into ours.

    Args:
        where: Address of the server.
        doing: What is asked of it.
        seconds: Time limit of the query.
        shift: Characters before the query of the user in what the server was sent.
    """
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        yield
    except (DriverError, Neo4jError) as error:
        raise _error(where, error, doing, seconds, shift) from error
    except (OverflowError, UnicodeError) as error:  # of the driver's own encoding, not wrapped by it
        if doing == "query":
            raise unsendable(error) from error
        what, todo = f"is no address of a Neo4j server ({_first_line(error)})", "check the address"
        if doing == "load":
            what, todo = (
                f"a value cannot be sent ({_first_line(error)})",
                "build the graph again with: kg build",
            )
        raise StoreError(where, what, todo) from error


def unsendable(error: Exception) -> QueryError:
    """Return what is told of a query or a parameter that cannot be encoded for a store."""
    what = f"the query or a parameter cannot be sent ({_first_line(error)})"
    return QueryError("query", what, "write text in UTF-8 and whole numbers of at most 64 bits")


def too_old(where: str, agent: str) -> StoreError:
    """Return what is told of a server of a version before `OLDEST`."""
    wanted = ".".join(map(str, OLDEST))
    return StoreError(where, f"the server is too old ({agent})", f"use Neo4j {wanted} or newer")


def _error(where: str, error: Exception, doing: Doing, seconds: float | None, shift: int) -> KGError:
    code = str(getattr(error, "code", None) or "")
    # Errors of the driver itself have a message too, which says nothing.
    message = _first_line((getattr(error, "message", None) if code else None) or error)
    told = _of_the_server(code.split(".")[-2:], message)
    if told is None and doing == "query":
        of_query = _of_a_query(code, message, seconds, shift)
        if of_query is not None:
            return QueryError("query", *of_query)
    if told is None and doing == "load":
        told = _of_a_load(code, message)
    if told is None:
        return _of_a_connection(where, error, code, message)
    return StoreError(where, *told)


def _of_the_server(kind: list[str], message: str) -> tuple[str, str] | None:
    """Return what and todo of what means the same to everyone."""
    match kind:
        case ["Security", "AuthenticationRateLimit"]:
            return "too many wrong passwords in a row", "wait ten seconds, then try the right one"
        case ["Security", "Unauthorized"]:
            return "user name or password is wrong", f"set {ENVIRONMENT}"
        case ["Security", "Forbidden"]:
            todo = "log in as a user who may; what kg serve serves is for reading"
            return f"the user may not do this ({message})", todo
        case ["Database", "DatabaseNotFound"]:
            return f"it has no such database ({message})", "name another one or leave it out"
    return None


def _of_a_query(code: str, message: str, seconds: float | None, shift: int) -> tuple[str, str] | None:
    match code.split(".")[-2:]:
        case ["Statement", "AccessMode"]:
            return "it writes, and graphs are read-only here", "use MATCH and RETURN only, or pass --write"
        case ["Transaction", "TransactionTimedOut" | "TransactionTimedOutClientConfiguration"]:
            limit = "the server allows" if seconds is None else f"{seconds:g} seconds"
            return f"it took longer than {limit}", "ask for less, or for more time (--timeout)"
        case ["General", "MemoryPoolOutOfMemoryError"]:
            return f"it needs more memory than the server allows ({message})", "ask for less"
        case ["Schema", _]:
            return f"it does not fit the schema of the database ({message})", "correct the Cypher"
        case ["Statement" | "Procedure", _] if code.startswith("Neo.ClientError."):
            todo = "correct the Cypher or pass the parameter with -p key=value"
            return _POSITION.sub(lambda found: _moved(found, shift), message), todo
    return None


def _of_a_load(code: str, message: str) -> tuple[str, str] | None:
    match code.split(".")[-2:]:
        case ["Schema", "ConstraintCreationFailed" | "ConstraintValidationFailed"]:
            what = f"it holds other nodes of our labels with equal ids ({message})"
            return what, "load into a database of its own (--database)"
        case ["Schema", "IndexAlreadyExists" | "IndexWithNameAlreadyExists"]:
            what = f"it has an index in the place of one of ours ({message})"
            return what, "drop that index, or load into a database of its own (--database)"
        case ["General", "MemoryPoolOutOfMemoryError"]:
            what = f"a batch needs more memory than the server allows ({message})"
            return what, "load again with a smaller --batch-size"
        case ["Statement" | "Procedure", _]:
            what = f"it refused a statement of the load ({code}: {message})"
            return what, "see the log of the server, then load again"
    return None


def _of_a_connection(where: str, error: Exception, code: str, message: str) -> StoreError:
    from neo4j.exceptions import ConfigurationError, Neo4jError, ServiceUnavailable, SessionExpired

    if isinstance(error, ConfigurationError) and "notification" in message.lower():
        return too_old(where, message)
    if isinstance(error, ConfigurationError):
        return StoreError(where, f"the connection cannot be set up ({message})", "check the address")
    if isinstance(error, ServiceUnavailable | SessionExpired):
        todo = "check the address, or start a server with: scripts/neo4j start"
        return StoreError(where, f"no Neo4j answers ({_cause(error)})", todo)
    kind = code if isinstance(error, Neo4jError) else type(error).__name__
    return StoreError(
        where, f"the server refused ({kind}: {message})", "see the log of the server, then try again"
    )


def _first_line(error: Exception | str) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


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
