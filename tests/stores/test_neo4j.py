"""Connecting to a real Neo4j server, and what is said when that fails."""

import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self, cast

import neo4j
import neo4j.exceptions
import pytest

from kg.errors import KGError, QueryError, StoreError
from kg.stores.neo4j import Neo4jStore, _check_reads, open_neo4j
from kg.stores.refusals import Doing, translated
from tests.stores.conftest import neo4j_script

if TYPE_CHECKING:
    from collections.abc import Mapping


def test_bytes_are_hexadecimal_text(neo4j_store: Neo4jStore) -> None:
    """Bytes, which JSON lacks, become text, also within a list."""
    (row,) = neo4j_store.run("RETURN $data AS a, [$data] AS b", {"data": b"\x00\xff"})
    assert row == {"a": "00ff", "b": ["00ff"]}


SLOW = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE a = -b RETURN count(*) AS c"


def test_time_limit_ends_a_query(server: dict[str, str]) -> None:
    """A query that takes longer than the time limit is ended, in one line that tells the limit."""
    uri, username, password = (server[f"NEO4J_{name}"] for name in ("URI", "USERNAME", "PASSWORD"))
    with open_neo4j(uri, username, password, seconds=0.5) as store:
        with pytest.raises(QueryError, match=r"it took longer than 0\.5 seconds; .*--timeout"):
            list(store.run(SLOW))
        assert list(store.run("RETURN 1 AS x")) == [{"x": 1}]


def test_ending_transactions_is_refused(neo4j_store: Neo4jStore) -> None:
    """What ends transactions of others is refused, though the server takes it for reading."""
    with pytest.raises(QueryError, match="it ends transactions of others"):
        list(neo4j_store.run("TERMINATE TRANSACTIONS 'neo4j-transaction-1'"))


@pytest.mark.parametrize(
    "text",
    [
        "CREATE USER other SET PASSWORD 'forgotten'",
        "ALTER CURRENT USER SET PASSWORD FROM 'this' TO 'forgotten'",
        "DROP DATABASE neo4j",
    ],
)
def test_administration_is_refused(text: str, neo4j_store: Neo4jStore) -> None:
    """Commands that administer the server are refused without --write."""
    with pytest.raises(QueryError):
        list(neo4j_store.run(text))
    assert [row["user"] for row in neo4j_store.run("SHOW USERS") if row["user"] == "other"] == []


def test_procedure_of_a_plugin_is_refused() -> None:
    """A procedure that is none of the server's own may read more than the graph, and is not called."""
    call = {
        "operatorType": "ProcedureCall@neo4j",
        "args": {"Details": "apoc.load.json($url) :: (value :: MAP)"},
    }
    plan = {"operatorType": "ProduceResults@neo4j", "args": {}, "children": [call]}
    summary = SimpleNamespace(plan=plan, query_type="r")
    with pytest.raises(QueryError, match=r"procedure of a plugin \(apoc\.load\.json\)"):
        _check_reads(cast("neo4j.ResultSummary", summary))


@pytest.mark.parametrize("value", [10**30, "\udcff"])
def test_parameter_that_cannot_be_sent_is_explained(value: Any, neo4j_store: Neo4jStore) -> None:
    """A number beyond 64 bits and text that is no UTF-8 give one line."""
    with pytest.raises(QueryError, match=r"a parameter cannot be sent .*64 bits"):
        list(neo4j_store.run("RETURN $x AS x", {"x": value}))


def test_broken_constraint_of_a_query_is_its_own(neo4j_store: Neo4jStore) -> None:
    """A query that breaks a constraint is told to be corrected, not to be loaded elsewhere."""
    text = "MATCH (p:Paper) WITH p LIMIT 1 CREATE (:Paper:Entity {id: p.id}), (:Paper {id: p.id})"
    with pytest.raises(QueryError, match=r"does not fit the schema .*; correct the Cypher"):
        list(neo4j_store.write(text))


@pytest.mark.parametrize(
    ("doing", "code", "told"),
    [
        ("load", "ClientError.Procedure.ProcedureCallFailed", "statement of the load .*log of the server"),
        ("load", "ClientError.Schema.IndexAlreadyExists", "an index in the place .*drop that index"),
        ("load", "ClientError.Schema.ConstraintValidationFailed", "equal ids .*--database"),
        ("load", "TransientError.General.MemoryPoolOutOfMemoryError", "a smaller --batch-size"),
        ("query", "TransientError.General.MemoryPoolOutOfMemoryError", "more memory .*ask for less"),
        ("load", "ClientError.Security.Forbidden", "the user may not .*kg serve .*for reading"),
        ("query", "ClientError.Security.Forbidden", "the user may not .*kg serve .*for reading"),
    ],
)
def test_refusal_is_told_for_what_was_asked(doing: Doing, code: str, told: str) -> None:
    """One code of the server is told to who loads and to who queries in words of their own."""

    class RefusedError(neo4j.exceptions.Neo4jError):
        code = ""
        message = "no"

    RefusedError.code = f"Neo.{code}"
    with pytest.raises(KGError, match=told) as caught, translated("bolt://x", doing):
        raise RefusedError
    assert isinstance(caught.value, QueryError) == (doing == "query" and "Security" not in code)


@pytest.mark.parametrize(
    ("message", "told"),
    [("Notification filtering is not supported", "too old"), ("Unknown option", "cannot be set up")],
)
def test_only_notifications_tell_of_an_old_server(message: str, told: str) -> None:
    """Another wrong setting of a connection is not laid on the version of the server."""
    with pytest.raises(StoreError, match=told), translated("bolt://x", "connect"):
        raise neo4j.exceptions.ConfigurationError(message)


def test_profile_is_run(neo4j_store: Neo4jStore) -> None:
    """A query under PROFILE, which cannot be explained, is checked and run."""
    assert list(neo4j_store.run("PROFILE RETURN 1 AS x")) == [{"x": 1}]
    with pytest.raises(QueryError, match="LOAD CSV"):
        list(neo4j_store.run("PROFILE LOAD CSV FROM 'file:///x' AS line RETURN line"))


def test_error_tells_the_place_in_the_query(neo4j_store: Neo4jStore) -> None:
    """Line and column of an error are those of what the user wrote."""
    with pytest.raises(QueryError, match=r"line 1, column 11 \(offset: 10\)"):
        list(neo4j_store.run("MATCH (n) RETRUN n"))
    with pytest.raises(QueryError, match=r"line 2, column 1 \(offset: 10\)"):
        list(neo4j_store.run("MATCH (n)\nRETRUN n"))


def test_writing_tells_what_has_changed(neo4j_store: Neo4jStore) -> None:
    """Cypher that writes gives its rows and the server's own count of changes."""
    told: list[Mapping[str, int]] = []
    text = "CREATE (n:Note {id: $id}) RETURN n.id AS id"
    assert list(neo4j_store.write(text, {"id": "note:1"}, told.append)) == [{"id": "note:1"}]
    assert list(neo4j_store.write("MATCH (n:Note) DELETE n", changed=told.append)) == []
    assert list(neo4j_store.write("MATCH (n:Note) DELETE n", changed=told.append)) == []
    assert told == [{"labels_added": 1, "nodes_created": 1, "properties_set": 1}, {"nodes_deleted": 1}, {}]


def test_second_start_finds_the_same_server(
    server: dict[str, str], neo4j_environment: dict[str, str]
) -> None:
    """scripts/neo4j start prints three lines and nothing else, the same ones again while the server runs."""
    assert list(server) == ["NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD"]
    again = neo4j_script("start", environment=neo4j_environment)
    assert again.stdout == "".join(f"{name}={value}\n" for name, value in server.items())
    assert neo4j_script("status", environment=neo4j_environment).stdout.startswith(
        f"running: NEO4J_URI={server['NEO4J_URI']}"
    )


def test_two_first_starts_are_one_server(server: dict[str, str], tmp_path: Path) -> None:
    """Two starts at once, where nothing was started before, tell of the same server."""
    environment = {**os.environ, "KG_NEO4J_HOME": str(tmp_path)}
    with ThreadPoolExecutor() as pool:
        starts = [pool.submit(neo4j_script, "start", environment=environment) for _ in range(2)]
    first, second = (start.result() for start in starts)
    assert neo4j_script("stop", environment=environment).returncode == 0
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout != ""


def test_status_and_stop_without_a_server(tmp_path: Path) -> None:
    """Where no server runs, status says so with exit code 1 and stop has nothing to do."""
    environment = {**os.environ, "KG_NEO4J_HOME": str(tmp_path)}
    status, stop = (neo4j_script(command, environment=environment) for command in ("status", "stop"))
    assert (status.returncode, status.stdout, stop.returncode) == (1, "not running\n", 0)


def test_wrong_password_is_explained(server: dict[str, str]) -> None:
    """A wrong password says so, names the variables, and is not repeated."""
    with pytest.raises(StoreError, match=r"user name or password is wrong; set NEO4J_URI") as caught:
        refused(server["NEO4J_URI"], "neo4j", "correct horse")
    assert "correct horse" not in str(caught.value)


def test_too_many_wrong_passwords_are_explained(server: dict[str, str], neo4j_store: Neo4jStore) -> None:
    """The server's brake on guessing says to wait."""
    # A user of its own is locked out, so that the other tests go on.
    text = "CREATE USER guesser IF NOT EXISTS SET PASSWORD 'forgotten' CHANGE NOT REQUIRED"
    neo4j_store.driver.execute_query(text, database_="system")
    for _ in range(3):
        with pytest.raises(StoreError):
            refused(server["NEO4J_URI"], "guesser", "guess")
    with pytest.raises(StoreError, match="too many wrong passwords in a row; wait"):
        refused(server["NEO4J_URI"], "guesser", "guess")


def test_unknown_database_is_explained(server: dict[str, str]) -> None:
    """A database that the server does not have is named."""
    with (
        open_neo4j(server["NEO4J_URI"], "neo4j", server["NEO4J_PASSWORD"], "nowhere") as store,
        pytest.raises(StoreError, match=r"no such database .*nowhere"),
    ):
        list(store.run("RETURN 1 AS x"))


def test_nobody_there_is_explained() -> None:
    """A port where nobody listens gives one line with what to do."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(StoreError, match=r"no Neo4j answers \(Connection refused\); check the address"):
            refused(f"bolt://127.0.0.1:{port}", "neo4j", "secret")


@pytest.mark.parametrize("greeting", [b"", bytes([0, 0, 4, 5])], ids=["mute", "mute after the handshake"])
@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_mute_server_is_given_up(
    scheme: str, greeting: bytes, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A port that accepts a connection and never logs in gives one line, soon and without noise."""
    monkeypatch.setattr("kg.stores.neo4j._TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as mute:

        def greet() -> None:
            connection, _ = mute.accept()
            with connection:
                connection.sendall(greeting)
                while connection.recv(1024):
                    pass

        greeter = threading.Thread(target=greet)
        greeter.start()
        begun = time.monotonic()
        with pytest.raises(StoreError, match=r"no Neo4j answers \(timed out\); check the address"):
            refused(f"{scheme}://127.0.0.1:{mute.getsockname()[1]}", "neo4j", "secret")
        assert time.monotonic() - begun < 5
        greeter.join()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "localhost",
        "localhost:7687",
        "http://localhost",
        "bolt://",
        "bolt://[x",
        "bolt://a:b",
        "bolt://a?x=1",
        "bolt://é..x:1",
    ],
)
def test_malformed_address_is_explained(uri: str) -> None:
    """An address that is none gives an example of one."""
    with pytest.raises(StoreError, match="is no address of a Neo4j server"):
        refused(uri, "neo4j", "secret")


def test_password_in_the_address_is_refused_and_not_shown() -> None:
    """An address with credentials is refused without repeating them."""
    with pytest.raises(StoreError, match="holds a user name") as caught:
        refused("bolt://neo4j:secret@localhost:7687", "neo4j", "other")
    assert "secret" not in str(caught.value)


def test_old_server_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of an older line is refused by its version."""

    class Info:
        agent = "Neo4j/4.4.41"

    class OldDriver:
        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def get_server_info(self) -> Info:
            return Info()

    def driver(*_: Any, **__: Any) -> OldDriver:
        return OldDriver()

    monkeypatch.setattr(neo4j.GraphDatabase, "driver", driver)
    with pytest.raises(StoreError, match=r"the server is too old \(Neo4j/4.4.41\); use Neo4j 5.7 or newer"):
        refused("bolt://localhost:7687", "neo4j", "secret")


def refused(uri: str, username: str, password: str) -> None:
    """Open a connection that is expected to fail."""
    with open_neo4j(uri, username, password):
        pass
