"""The embedded store: an ArcadeDB database inside the graph directory, opened for reading only.

The database is a cache of ``nodes.jsonl`` and ``edges.jsonl``. It lies in ``db/<key>``,
where the key is the hash of both files, of the statements that load them, and of the
versions of kg and of the engine: a stale database is one with another name. It is built
in a folder beside its place and renamed when complete, and never written again, so any
number of processes may read it at once and none ever meets a half-built one. One that
was only partly copied along with its directory is noticed by its list of files, and
built again.
"""

import hashlib
import importlib
import logging
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kg import __version__
from kg.errors import DirectoryError, QueryError, StoreError
from kg.records import Graph, read_edges, read_nodes
from kg.schema import EDGE_TYPES
from kg.stores.batches import Part, Progress, check_loaded, cut, parts, rows
from kg.stores.cypher import fill, read_cypher, statements
from kg.stores.refusals import unsendable
from kg.stores.values import edge_row, json_value, node_row, path_row

_LANGUAGE: Final = "opencypher"
_SOURCES: Final = ("nodes.jsonl", "edges.jsonl")
_BUILDING: Final = ".building-"
_COMPLETE: Final = "kg-complete"  # list of the files of a complete database
_LIVELY: Final = ("statistics.json", "last-tx-id.bin")  # the engine writes them at every closing
_BATCH: Final = 1_000  # rows; 5,000 are no faster (2.0 s and 2.1 s for 6,000 nodes and 15,000 edges)
_ABANDONED: Final = 600.0  # seconds without a write after which nobody can still be building a folder
_ISOLATE: Final = "ARCADEDB_NATIVE_ISOLATE_ARGS"  # settings of the engine, read when it starts
_NO_FILES: Final = ("allowFileUrls", "allowRemoteUrls")  # of LOAD CSV, which a query that reads may use
_LIMIT: Final = "arcadedb.command.timeout"  # milliseconds
_PATH: Final = re.compile(r"\(#\d+:\d+\)(?:(?:<-|-)\[#\d+:\d+\](?:->|-)\(#\d+:\d+\))*")


@dataclass(frozen=True, slots=True)
class EmbeddedStore:
    """An open embedded database; made by `open_store`."""

    directory: Path
    database: Any  # arcadedb.Database, which has no type information
    seconds: float | None = None  # time limit of a query

    def run(self, text: str, parameters: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """Yield the rows of a Cypher query that reads, as plain Python values.

        Nodes, edges and paths that are returned whole become plain dicts, numbers
        that JSON lacks (infinite, not a number) None, see `kg.stores.values`.

        Raises:
            QueryError: The query writes or reads files, is not Cypher, or lacks a
                parameter, raised with the first row; or it took too long.
        """
        import arcadedb

        try:
            for row in self.database.query(_LANGUAGE, text, dict(parameters or {})):
                yield {name: self._plain(value) for name, value in row.to_dict().items()}
        except arcadedb.ArcadeDBError as error:
            raise _query_error(error, self.seconds) from error
        except (OverflowError, UnicodeError) as error:  # of the way to the engine
            raise unsendable(error) from error

    def _plain(self, value: Any) -> Any:
        match value:
            case {"@type": str(type_)}:
                properties = {name: item for name, item in value.items() if not name.startswith("@")}
                return edge_row(type_, properties) if type_ in EDGE_TYPES else node_row({type_}, properties)
            case dict():
                return {name: self._plain(value[name]) for name in sorted(value)}
            case list():
                return [self._plain(item) for item in value]
            case str() if value.startswith("(#") and _PATH.fullmatch(value):
                # The engine hands out a path as text that names its records by position.
                return path_row([self._record(position) for position in re.findall(r"#\d+:\d+", value)])
        return json_value(value)

    def _record(self, position: str) -> dict[str, Any]:
        record = self.database.lookup_by_rid(position)
        type_, properties = record.get_type_name(), record.to_dict()
        return edge_row(type_, properties) if type_ in EDGE_TYPES else node_row({type_}, properties)


@contextmanager
def open_store(
    directory: Path, progress: Progress | None = None, seconds: float | None = None
) -> Iterator[EmbeddedStore]:
    """Open the embedded database of a graph directory, built first where it is missing or stale.

    Args:
        directory: A graph directory.
        progress: Told after every batch of a build.
        seconds: Time limit of each query. The engine takes it when it first starts in a
            process and keeps it until the end.

    Raises:
        DirectoryError: It is not a graph directory.
        RecordError: The graph does not fit the schema.
        StoreError: The database cannot be opened, or runs under another time limit.
    """
    if seconds is not None:
        engine(seconds)
    with complete_database(directory, progress) as path, _opened(directory, path, seconds) as store:
        yield store


@contextmanager
def complete_database(directory: Path, progress: Progress | None = None) -> Iterator[Path]:
    """Yield the folder of the database of a graph directory, built first where it is missing or stale.

    Where the directory cannot be written, a stale database is built in a temporary
    folder that goes at the end. Nobody may write to the database.

    Raises:
        DirectoryError: It is not a graph directory.
        RecordError: The graph does not fit the schema.
        StoreError: The database cannot be written.
    """
    path = directory / "db" / _key(directory)
    if _is_complete(path):
        yield path
        return
    graph = Graph(tuple(read_nodes(directory / _SOURCES[0])), tuple(read_edges(directory / _SOURCES[1])))
    with ExitStack() as stack:
        try:
            path.parent.mkdir(exist_ok=True)
            building = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=path.parent))
        except OSError:  # a read-only directory
            path = _build_elsewhere(stack, directory, graph, progress)
        else:
            _build_in_place(building, path, graph, progress)
        del graph  # may be large, and a store stays open for long
        yield path


def _build_elsewhere(stack: ExitStack, directory: Path, graph: Graph, progress: Progress | None) -> Path:
    try:
        path = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kg-"))) / "db"
        _build(path, graph, progress)
    except OSError as error:
        what = f"no temporary database can be written ({error.strerror or error})"
        raise StoreError(
            str(directory), what, "free space, set TMPDIR, or make the graph directory writable"
        ) from error
    return path


def _build_in_place(building: Path, path: Path, graph: Graph, progress: Progress | None) -> None:
    try:
        _build(building / "db", graph, progress)
        _publish(building / "db", path)
    except OSError as error:
        what = f"the database cannot be written ({error.strerror})"
        raise StoreError(str(path.parent), what, "free space, or copy the graph elsewhere") from error
    finally:
        shutil.rmtree(building, ignore_errors=True)


@contextmanager
def _opened(directory: Path, path: Path, seconds: float | None) -> Iterator[EmbeddedStore]:
    arcadedb = engine()
    try:
        database = arcadedb.DatabaseFactory(str(path)).open(read_only=True)
    except arcadedb.ArcadeDBError as error:
        raise StoreError(
            str(path),
            f"the database cannot be opened ({engine_reason(error)})",
            f"wait until no other program uses it, or delete {path.parent}: it is rebuilt from the graph",
        ) from error
    try:
        if seconds is not None and (limit := _limit(database)) != _milliseconds(seconds):
            what = f"this process has opened it under another time limit ({limit} ms)"
            raise StoreError(str(path), what, "set the time limit with the first opening in a process")
        yield EmbeddedStore(directory, database, seconds)
    except arcadedb.ArcadeDBError as error:  # the limit itself took longer to read than it allows
        raise _query_error(error, seconds) from error
    finally:
        database.close()


def _limit(database: Any) -> int:
    """Return the time limit that the engine puts on a command, in milliseconds; 0 is none."""
    text = "SELECT FROM (SELECT expand(settings) FROM schema:database) WHERE key = :key"
    (setting,) = database.query("sql", text, {"key": _LIMIT}).to_list()
    return int(setting["value"])


def _milliseconds(seconds: float) -> int:
    return max(1, round(1000 * seconds))


def _build(path: Path, graph: Graph, progress: Progress | None) -> None:
    """Build a complete database; the caller sees to it that nobody reads it before."""
    arcadedb = engine()
    database = arcadedb.create_database(str(path))
    try:
        database.command("sql", f"ALTER DATABASE `{_LIMIT}` 0")  # it is meant for queries alone
        for language, name in (("sql", "backends/embedded.sql"), (_LANGUAGE, "schema.cypher")):
            for statement in statements(name):
                database.command(language, statement)
        done, total = 0, len(graph.nodes) + len(graph.edges)
        for part in parts(graph):
            statement = _statement(part)
            for some in cut(rows(part, part.records), _BATCH):
                with database.transaction():
                    (found,) = database.command(_LANGUAGE, statement, {"rows": some}).to_list()
                check_loaded(str(path.parent), len(some), found["rows"])
                done += len(some)
                if progress is not None:
                    progress(done, total)
        database.command("sql", f"ALTER DATABASE `{_LIMIT}` null")
    except arcadedb.ArcadeDBError as error:
        what = f"the graph cannot be loaded ({engine_reason(error)})"
        raise StoreError(str(path.parent), what, "build it again with: kg build PAGES... -o DIR") from error
    finally:
        database.close()
    files = sorted(file for file in path.iterdir() if file.name not in _LIVELY)
    lines = (f"{file.stat().st_size} {file.name}\n" for file in files)
    (path / _COMPLETE).write_text("".join(lines), encoding="utf-8")
    for file in path.iterdir():
        file.chmod(0o444)  # two readers that close at once shall not write the same file


def _statement(part: Part) -> str:
    return fill(f"load/new-{part.kind}s", part.properties, **part.names)


def _publish(built: Path, path: Path) -> None:
    """Rename a complete database to its place, and remove those that it replaces."""
    if path.exists() and not _is_complete(path):
        shutil.rmtree(path, ignore_errors=True)
    try:
        built.rename(path)
    except OSError:
        if not _is_complete(path):
            raise
        return  # another process has built the same one in the meantime
    for old in path.parent.iterdir():
        if old != path and ((old / _COMPLETE).is_file() or _is_abandoned(old)):  # ours, and no one else's
            shutil.rmtree(old, ignore_errors=True)


def _is_complete(path: Path) -> bool:
    """Tell whether every file of the list is there in its full size."""
    try:
        files = (path / _COMPLETE).read_text(encoding="utf-8").splitlines()
        return bool(files) and all(
            (path / name).stat().st_size == int(size) for size, name in map(str.split, files)
        )
    except (OSError, ValueError):  # the latter of a list that was cut off itself
        return False


def _is_abandoned(path: Path) -> bool:
    """Tell whether a folder is what a killed build has left."""
    if not path.name.startswith(_BUILDING) or not path.is_dir():
        return False
    return time.time() - max(map(_modified, (path, *path.rglob("*")))) > _ABANDONED


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()  # the folder is alive


def _key(directory: Path) -> str:
    """Return the name of the database that belongs to the graph as it is now."""
    digest = hashlib.sha256()
    loading = (_statement(part) for part in parts(Graph((), ())))
    versions = (__version__, str(_module().__version__))  # either may keep records in another way
    for text in (*versions, read_cypher("backends/embedded.sql"), read_cypher("schema.cypher"), *loading):
        digest.update(text.encode())
    try:
        for name in _SOURCES:
            with (directory / name).open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    except OSError as error:
        raise DirectoryError(
            str(directory / name),
            f"cannot be read ({error.strerror}), so this is no graph directory",
            "make one with: kg build PAGES... -o DIR",
        ) from error
    return digest.hexdigest()[:16]


def engine(seconds: float | None = None) -> Any:
    """Start ArcadeDB with its settings, where it does not run yet, its log kept away from the terminal.

    Its log file goes where the engine puts it, ``arcadedb/log`` in the user's state
    directory; ``ARCADEDB_LOG_CONSOLE=1`` shows the log, for finding faults.
    """
    arcadedb = _module()
    log = logging.getLogger("arcadedb")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    settings = [f"-Darcadedb.opencypher.loadCsv.{name}=false" for name in _NO_FILES]
    settings += [] if seconds is None else [f"-D{_LIMIT}={_milliseconds(seconds)}"]
    given = os.environ.get(_ISOLATE)
    os.environ[_ISOLATE] = " ".join([*(given or "").split(), *settings])
    try:
        arcadedb.DatabaseFactory(os.devnull).exists()  # the first call of all starts it
    finally:  # settings of this process are not those of its children
        os.environ.pop(_ISOLATE)
        if given is not None:
            os.environ[_ISOLATE] = given
    return arcadedb


def _module() -> Any:
    os.environ.setdefault("ARCADEDB_LOG_CONSOLE", "0")
    return importlib.import_module("arcadedb")


def _query_error(error: Exception, seconds: float | None) -> QueryError:
    reason = engine_reason(error)
    if any("NotIdempotent" in kind for kind, _ in getattr(error, "java_chain", ())):
        # The engine says so too of procedures and functions that it does not know.
        what = "it writes, and graphs are read-only here (or it calls a procedure that does not only read)"
        return QueryError("query", what, "use MATCH and RETURN only")
    if "LOAD CSV" in reason and "disabled" in reason:
        what = "it reads files or addresses (LOAD CSV), and queries read the graph alone"
        return QueryError("query", what, "use MATCH and RETURN only")
    if _LIMIT in reason and seconds is not None:
        what, todo = f"it took longer than {seconds:g} seconds", "ask for less, or for more time (--timeout)"
        return QueryError("query", what, todo)
    return QueryError("query", reason, "correct the Cypher or pass the parameter with -p key=value")


def engine_reason(error: Exception) -> str:
    """Return the innermost message of the engine in one line."""
    told = [message for _, message in getattr(error, "java_chain", ()) if message not in (None, "", "null")]
    return str((told or [error])[-1]).strip().splitlines()[0]
