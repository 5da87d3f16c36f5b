"""A graph directory served over Bolt, as the official driver of Neo4j sees it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import neo4j
import pytest
from neo4j.exceptions import AuthError, ClientError

from kg.errors import StoreError
from kg.records import Graph
from kg.stores.bolt import USERNAME, serve_bolt
from kg.stores.embedded import EmbeddedStore
from kg.stores.queries import prepare
from tests.conftest import HOSTILE
from tests.stores.conftest import ASKED, write_graph

PASSWORD = "pässword of a test"
COUNT = "MATCH (n) RETURN count(n) AS count"


def connect(uri: str, password: str = PASSWORD) -> neo4j.Driver:
    """Return the official driver of a server."""
    return neo4j.GraphDatabase.driver(uri, auth=(USERNAME, password))


def rows(
    driver: neo4j.Driver, text: str, parameters: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Return the rows of a query in a transaction of the driver."""
    return [record.data() for record in driver.execute_query(text, dict(parameters or {})).records]


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory, graph: Graph) -> Iterator[neo4j.Driver]:
    """Serve the test graph; return the driver of the server."""
    directory = write_graph(tmp_path_factory.mktemp("served"), graph)
    with serve_bolt(directory, PASSWORD) as uri, connect(uri) as driver:
        yield driver


@pytest.mark.parametrize("name", ASKED)
def test_named_query_over_bolt_gives_equal_rows(
    name: str, driver: neo4j.Driver, embedded_store: EmbeddedStore
) -> None:
    """A client gets the rows that kg query prints for the graph directory."""
    text, parameters = prepare(name, ASKED[name])
    found = rows(driver, text, parameters)
    assert found
    assert found == list(embedded_store.run(text, parameters))


def test_whole_nodes_have_labels_and_properties(driver: neo4j.Driver) -> None:
    """A node that is returned whole has both its labels, its lists and its hostile text."""
    ((node,),) = driver.execute_query("MATCH (d:Dataset) RETURN d").records
    assert node.labels == {"Dataset", "Entity"}
    assert dict(node) == {"id": "dataset:gsm8k", "name": "GSM8K", "aliases": ["GSM-8K", HOSTILE]}


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
@pytest.mark.parametrize("database", [None, "neo4j"])
def test_clients_need_not_know_the_database(
    scheme: str, database: str | None, graph_directory: Path, graph: Graph
) -> None:
    """Drivers with and without routing find the graph under the name that Neo4j gives its database."""
    with serve_bolt(graph_directory, PASSWORD) as uri, connect(uri.replace("bolt", scheme)) as driver:
        (record,) = driver.execute_query(COUNT, database_=database).records
        assert record["count"] == len(graph.nodes)


@pytest.mark.parametrize(
    "text",
    [
        "CREATE (n:Task {id: 'task:new'})",
        "MATCH (n:Paper) SET n.title = 'new'",
        "MATCH (n:Paper) REMOVE n.title",
        "MATCH (n) DETACH DELETE n",
        "CREATE INDEX new FOR (n:Paper) ON (n.url)",
        "CREATE CONSTRAINT new FOR (n:Paper) REQUIRE n.url IS UNIQUE",
        "CREATE USER other SET PASSWORD 'password' CHANGE NOT REQUIRED",
        "LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line",
    ],
)
def test_clients_can_only_read(text: str, driver: neo4j.Driver, graph: Graph) -> None:
    """What changes records, schema or users, or reads other files, is forbidden and leaves all as it was."""
    with pytest.raises(ClientError, match="Forbidden"):
        driver.execute_query(text)
    (record,) = driver.execute_query("MATCH (p:Paper) RETURN count(p.title) AS titles").records
    assert record["titles"] == 2
    assert rows(driver, COUNT) == [{"count": len(graph.nodes)}]


def test_wrong_password_is_refused(graph_directory: Path) -> None:
    """Nobody gets in without the password."""
    with (
        serve_bolt(graph_directory, PASSWORD) as uri,
        connect(uri, "password") as driver,
        pytest.raises(AuthError),
    ):
        driver.verify_connectivity()


def test_nothing_is_left_behind(
    graph_directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The graph and its database are not touched by a server that was used, and no file stays of it."""
    temporary, working = tmp_path / "temporary", tmp_path / "working"
    for folder in (temporary, working):
        folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.chdir(working)
    with serve_bolt(graph_directory, PASSWORD):
        before = contents(graph_directory)
    with serve_bolt(graph_directory, PASSWORD) as uri, connect(uri) as driver:
        assert rows(driver, COUNT)
        assert list(temporary.iterdir())
    assert contents(graph_directory) == before
    assert [*temporary.iterdir(), *working.iterdir()] == []


def contents(directory: Path) -> dict[str, tuple[int, bytes]]:
    """Return time and content of every file."""
    files = (path for path in directory.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_server_keeps_the_graph_it_has(graph_directory: Path, graph: Graph) -> None:
    """A graph that is built anew meanwhile, even removed, does not disturb the clients."""
    with serve_bolt(graph_directory, PASSWORD) as uri, connect(uri) as driver:
        write_graph(graph_directory, Graph((), ()))
        with serve_bolt(graph_directory, PASSWORD) as other, connect(other) as other_driver:
            assert rows(other_driver, COUNT) == [{"count": 0}]
        assert rows(driver, COUNT) == [{"count": len(graph.nodes)}]


def test_port_in_use_is_explained(graph_directory: Path) -> None:
    """A port that another program has is named with what to do, before the database is built."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(StoreError, match=rf"127.0.0.1:{port}: .*already in use.*--port"),
            serve_bolt(graph_directory, PASSWORD, port=port),
        ):
            pass
    assert not (graph_directory / "db").exists()


def test_full_disk_is_explained(graph_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the database cannot be copied, the folder is named with what to do."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    with (
        pytest.raises(StoreError, match=r"cannot be copied to .*No space left.*TMPDIR"),
        serve_bolt(graph_directory, PASSWORD),
    ):
        pass


@contextmanager
def serving(working: Path, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run kg serve in an empty working directory."""
    working.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", "from kg.cli import main; main()", "serve", *arguments],
        env={key: value for key, value in os.environ.items() if key != "NEO4J_PASSWORD"} | environment,
        cwd=working,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def settings(process: subprocess.Popen[str], number: int) -> dict[str, str]:
    """Return the lines that a server prints once it answers."""
    assert process.stdout is not None
    return dict(process.stdout.readline().rstrip("\n").split("=", 1) for _ in range(number))


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_command_serves_until_a_signal(
    ending: signal.Signals, served: Path, tmp_path: Path, graph: Graph
) -> None:
    """The command prints how to connect, and ends with 0, also under a client, leaving nothing behind."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with serving(tmp_path / "working", str(served), "--port", "0", TMPDIR=str(temporary)) as process:
        told = settings(process, 3)
        assert list(told) == ["NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD"]
        with connect(told["NEO4J_URI"], told["NEO4J_PASSWORD"]) as driver, driver.session() as session:
            (record,) = session.run(COUNT)
            assert record["count"] == len(graph.nodes)
            process.send_signal(ending)
            rest, errors = process.communicate(timeout=60)
    assert (process.returncode, rest) == (0, "")
    assert errors == f"{served} is served for reading, as it is now, until Ctrl-C\nstopped\n"
    assert [*temporary.iterdir(), *(tmp_path / "working").iterdir()] == []


def test_password_of_the_environment_is_not_printed(served: Path, tmp_path: Path) -> None:
    """A password that the user has chosen opens the server and appears nowhere."""
    with serving(tmp_path / "working", str(served), "--port", "0", NEO4J_PASSWORD=PASSWORD) as process:
        told = settings(process, 2)
        with connect(told["NEO4J_URI"]) as driver:
            driver.verify_connectivity()
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=60)
    assert list(told) == ["NEO4J_URI", "NEO4J_USERNAME"]
    assert PASSWORD not in rest + errors


def test_query_of_a_client_is_ended_in_time(served: Path, tmp_path: Path) -> None:
    """A query that would run on for hours is ended by the server, which then answers others."""
    endless = "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN count(a + b) AS count"
    with serving(tmp_path / "working", str(served), "--port", "0", "--timeout", "1") as process:
        told = settings(process, 3)
        with connect(told["NEO4J_URI"], told["NEO4J_PASSWORD"]) as driver, driver.session() as session:
            with pytest.raises(neo4j.exceptions.Neo4jError, match=r"(?i)time"):
                session.run(endless).consume()
            (record,) = session.run(COUNT)
            assert record["count"] > 0


def test_other_hosts_are_warned_of(served: Path, tmp_path: Path) -> None:
    """An address that lets other machines in is served after a warning; here its port is taken."""
    with socket.create_server(("", 0)) as taken:
        port = str(taken.getsockname()[1])
        with serving(tmp_path / "working", str(served), "--host", "0.0.0.0", "--port", port) as process:  # noqa: S104
            rest, errors = process.communicate(timeout=60)
    assert (process.returncode, rest) == (1, "")
    warning, refusal = errors.splitlines()
    assert warning.startswith("WARNING: 0.0.0.0 lets other machines in")
    assert f"0.0.0.0:{port}: no server can listen there" in refusal


def test_host_that_is_no_name_is_refused(graph_directory: Path) -> None:
    """A host that cannot be a name gives one line."""
    refused = pytest.raises(StoreError, match=r"é\.\.x:0: no server can listen there")
    with refused, serve_bolt(graph_directory, "secret", "é..x"):
        pass


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, graph: Graph) -> Path:
    """Return a graph directory that passes for one of kg build."""
    from kg.directory import FORMAT, Meta, write_directory
    from kg.records import dump_lines

    directory = tmp_path_factory.mktemp("served") / "a.kg"
    lines = {"nodes.jsonl": dump_lines(graph.nodes), "edges.jsonl": dump_lines(graph.edges)}
    write_directory(directory, lines, Meta(FORMAT, "1", "test 1", (), {}, {}, {}))
    return directory
