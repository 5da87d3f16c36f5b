"""The embedded database as a cache: when it is rebuilt, and what it leaves behind."""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.errors import DirectoryError, QueryError, StoreError
from kg.records import Graph
from kg.stores.embedded import open_store
from tests.conftest import ROOT
from tests.stores.conftest import write_graph

NAMES = "MATCH (n:Model) RETURN n.name AS name ORDER BY n.id"


def names(directory: Path) -> list[str]:
    """Return the names of all models."""
    with open_store(directory) as store:
        return [row["name"] for row in store.run(NAMES)]


def databases(directory: Path) -> list[str]:
    """Return what lies in the folder of databases."""
    return sorted(path.name for path in (directory / "db").iterdir())


def python(code: str, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run code in a new process that finds kg."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", "-c", code, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload, no-any-return]


QUERY = """
import pathlib, sys
from kg.stores.embedded import open_store
with open_store(pathlib.Path(sys.argv[1])) as store:
    print(*(row["name"] for row in store.run(sys.argv[2])))
"""

KILLED = """
import os, pathlib, signal, sys
from kg.stores.embedded import open_store
with open_store(pathlib.Path(sys.argv[1]), lambda done, total: os.kill(os.getpid(), signal.SIGKILL)):
    pass
"""

WRITER = """
import os, sys
os.environ["ARCADEDB_LOG_CONSOLE"] = "0"
import arcadedb
with arcadedb.DatabaseFactory(sys.argv[1]).open():
    print("open", flush=True)
    sys.stdin.read()
"""


LIMITED = """
import pathlib, sys
from kg.errors import KGError
from kg.stores.embedded import open_store
directory, text, *limits = sys.argv[1:]
for seconds in map(float, limits):
    try:
        with open_store(pathlib.Path(directory), seconds=seconds) as store:
            print(len(list(store.run(text))))
    except KGError as error:
        print(error)
"""
SLOW = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE a = -b RETURN count(*) AS c"


def test_time_limit_ends_a_query(graph_directory: Path) -> None:
    """A query that takes longer than the time limit is ended, in one line that tells the limit."""
    done = python(LIMITED, str(graph_directory), SLOW, "0.2")
    told = "query: it took longer than 0.2 seconds; ask for less, or for more time (--timeout)\n"
    assert (done.stdout, done.stderr) == (told, "")


def test_time_limit_is_not_that_of_building(graph_directory: Path) -> None:
    """However short the time for a query, the database is built, and does not keep the limit."""
    assert "took longer" in python(LIMITED, str(graph_directory), SLOW, "0.001").stdout
    (name,) = databases(graph_directory)
    assert not name.startswith(".building")
    assert python(LIMITED, str(graph_directory), NAMES, "60").stdout == "3\n"


def test_second_time_limit_of_a_process_is_refused(graph_directory: Path) -> None:
    """The engine keeps its first time limit: another one is refused, not passed over."""
    done = python(LIMITED, str(graph_directory), NAMES, "60", "60", "1")
    *fine, refused = done.stdout.splitlines()
    assert fine == ["3", "3"]
    assert "under another time limit (60000 ms)" in refused


def test_database_is_built_once(graph_directory: Path) -> None:
    """A second opening finds the database of the first and builds nothing."""
    with open_store(graph_directory):
        pass
    built: list[int] = []
    with open_store(graph_directory, lambda done, _: built.append(done)):
        assert built == []


def test_stale_database_is_rebuilt(graph_directory: Path, graph: Graph) -> None:
    """A changed graph answers with its new content, and only its own database stays."""
    assert names(graph_directory) == ["LLaMA-2", "SlowFlow", "TinyFlow"]
    (old,) = databases(graph_directory)
    nodes = tuple(
        dataclasses.replace(node, properties=(("name", "LLaMA-3"),)) if node.id == "model:llama-2" else node
        for node in graph.nodes
    )
    write_graph(graph_directory, dataclasses.replace(graph, nodes=nodes))
    assert names(graph_directory) == ["LLaMA-3", "SlowFlow", "TinyFlow"]
    (new,) = databases(graph_directory)
    assert new != old


def test_same_content_is_not_stale(graph_directory: Path, graph: Graph) -> None:
    """Files that were written again with the same content keep their database."""
    names(graph_directory)
    before = databases(graph_directory)
    write_graph(graph_directory, graph)
    os.utime(graph_directory / "nodes.jsonl", (0, 0))
    assert names(graph_directory) == ["LLaMA-2", "SlowFlow", "TinyFlow"]
    assert databases(graph_directory) == before


def test_kill_during_build_leaves_no_half_database(graph_directory: Path) -> None:
    """A build killed after its first batch is invisible to the next opening, which builds a whole one."""
    assert python(KILLED, str(graph_directory)).returncode == -signal.SIGKILL
    (left,) = databases(graph_directory)
    assert left.startswith(".building-")
    assert names(graph_directory) == ["LLaMA-2", "SlowFlow", "TinyFlow"]


def test_abandoned_build_is_removed(graph_directory: Path) -> None:
    """What a killed build has left goes with the next build, once nobody can be writing to it."""
    abandoned = graph_directory / "db" / ".building-dead"
    (abandoned / "db").mkdir(parents=True)
    alive = graph_directory / "db" / ".building-alive"
    alive.mkdir()
    hour_ago = time.time() - 3600
    for path in (abandoned / "db", abandoned):
        os.utime(path, (hour_ago, hour_ago))
    names(graph_directory)
    assert not abandoned.exists()
    assert alive.exists()


def test_foreign_folders_stay(graph_directory: Path, graph: Graph) -> None:
    """What others keep beside the databases is not removed, however old, when a stale one goes."""
    names(graph_directory)
    (old,) = databases(graph_directory)
    foreign = graph_directory / "db" / "mine" / "kg-complete.txt"
    foreign.parent.mkdir()
    foreign.write_text("dear", encoding="utf-8")
    for path in (foreign, foreign.parent):
        os.utime(path, (0, 0))
    (graph_directory / "db" / "notes.txt").write_text("dear", encoding="utf-8")
    write_graph(graph_directory, dataclasses.replace(graph, edges=graph.edges[1:]))
    names(graph_directory)
    assert foreign.exists()
    assert {"mine", "notes.txt"} < set(databases(graph_directory))
    assert old not in databases(graph_directory)


def test_unwritable_directory_gets_a_temporary_database(graph_directory: Path) -> None:
    """Where no database can be kept, queries work all the same and nothing is written."""
    # A file in the place of the folder stops root too, whom permissions do not stop.
    (graph_directory / "db").write_bytes(b"")
    assert names(graph_directory) == ["LLaMA-2", "SlowFlow", "TinyFlow"]
    assert sorted(path.name for path in graph_directory.iterdir()) == ["db", "edges.jsonl", "nodes.jsonl"]


def test_failed_temporary_database_is_explained(
    graph_directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where neither the directory nor the temporary folder can be written, one line says what to do."""
    (graph_directory / "db").write_bytes(b"")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "absent"))
    with pytest.raises(StoreError, match=r"no temporary database can be written .*set TMPDIR"):
        names(graph_directory)


@pytest.mark.parametrize("what", ["kg.stores.embedded.__version__", "arcadedb.__version__"])
def test_database_of_another_version_is_stale(
    what: str, graph_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that another version of kg or of the engine has made is built again."""
    names(graph_directory)
    before = databases(graph_directory)
    monkeypatch.setattr(what, "0.0.0")
    names(graph_directory)
    (after,) = databases(graph_directory)
    assert [after] != before


@pytest.mark.parametrize("kept", ["", "123", "12 Mod", "one two three\n", "\udcff"])
def test_broken_list_of_files_is_rebuilt(graph_directory: Path, kept: str) -> None:
    """A database whose list of files is empty or cut off is not taken for whole."""
    names(graph_directory)
    (name,) = databases(graph_directory)
    files = graph_directory / "db" / name / "kg-complete"
    number = len(files.read_bytes().splitlines())
    files.chmod(0o644)
    files.write_text(kept, encoding="utf-8", errors="surrogateescape")
    assert names(graph_directory) == ["LLaMA-2", "SlowFlow", "TinyFlow"]
    assert len(files.read_bytes().splitlines()) == number > 1


def test_text_that_cannot_be_sent_is_explained(graph_directory: Path) -> None:
    """Cypher that is no UTF-8 gives one line."""
    with open_store(graph_directory) as store, pytest.raises(QueryError, match=r"cannot be sent .*UTF-8"):
        list(store.run("RETURN '\udcff' AS x"))


def test_many_processes_read_at_once(graph_directory: Path) -> None:
    """A second process reads while the first has the database open."""
    with open_store(graph_directory) as store:
        done = python(QUERY, str(graph_directory), NAMES)
        assert (done.stdout, done.stderr) == ("LLaMA-2 SlowFlow TinyFlow\n", "")
        assert len(list(store.run(NAMES))) == 3


@pytest.mark.parametrize("built", [False, True])
def test_engine_is_quiet(graph_directory: Path, tmp_path: Path, built: bool) -> None:
    """Neither building nor querying prints anything or leaves files in the working directory."""
    if built:
        names(graph_directory)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = python(QUERY, str(graph_directory), NAMES, cwd=elsewhere)
    assert (done.stdout, done.stderr) == ("LLaMA-2 SlowFlow TinyFlow\n", "")
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("damage", ["missing", "shorter"])
def test_partly_copied_database_is_rebuilt(graph_directory: Path, damage: str) -> None:
    """A database that lacks a file or the end of one is not taken for whole."""
    names(graph_directory)
    (name,) = databases(graph_directory)
    (file,) = (graph_directory / "db" / name).glob("Model_0.*.bucket")
    if damage == "missing":
        file.unlink()
    else:
        file.chmod(0o644)
        os.truncate(file, 100)
    assert names(graph_directory) == ["LLaMA-2", "SlowFlow", "TinyFlow"]
    assert databases(graph_directory) == [name]


def test_database_open_for_writing_elsewhere_is_explained(graph_directory: Path) -> None:
    """A database that another program has open for writing says to wait or to delete it."""
    names(graph_directory)
    (name,) = databases(graph_directory)
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(graph_directory / "db" / name)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        with pytest.raises(StoreError, match=r"cannot be opened .*delete .*it is rebuilt"):
            names(graph_directory)
        writer.communicate()


def test_directory_of_something_else_is_refused(tmp_path: Path) -> None:
    """A directory without a graph says how to make one."""
    with pytest.raises(DirectoryError, match=r"nodes\.jsonl: cannot be read .*kg build"):
        names(tmp_path)


def test_edge_to_a_missing_node_is_refused(graph_directory: Path, graph: Graph) -> None:
    """A graph that lacks a node is not loaded, and leaves no database."""
    write_graph(graph_directory, dataclasses.replace(graph, nodes=graph.nodes[1:]))
    with pytest.raises(StoreError, match="names a node that is not there"):
        names(graph_directory)
    assert databases(graph_directory) == []
