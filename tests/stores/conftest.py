"""The test graph in both stores; the Neo4j server is a real one, of a home of its own."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kg.records import Edge, Graph, Node, Value, dump_lines, edge_id
from kg.stores.embedded import EmbeddedStore, open_store
from kg.stores.neo4j import Neo4jStore, open_neo4j
from tests.conftest import ROOT

Store = EmbeddedStore | Neo4jStore
Run = Callable[..., list[dict[str, Any]]]


ASKED = {
    "leaderboard": ["dataset=gsm8k"],
    "claims": ["paper=slow"],
    "evidence": ["name=gsm-8k"],
    "timeline": ["name=CoT"],
    "checks": [],
    "outperforms": [],
}
"""Named queries with parameters that give rows on the test graph, where a few must do."""


def write_graph(directory: Path, graph: Graph) -> Path:
    """Write what the embedded store reads of a graph directory."""
    directory.mkdir(exist_ok=True)
    (directory / "nodes.jsonl").write_bytes(b"".join(dump_lines(graph.nodes)))
    (directory / "edges.jsonl").write_bytes(b"".join(dump_lines(graph.edges)))
    return directory


RANKED = "dataset:ranked"
"""A dataset that only the claims of `with_claims` are about."""


def with_claims(graph: Graph, *claims: tuple[str, str | None, str | None, str | None]) -> Graph:
    """Return the graph with claims on the accuracy on `RANKED`, each a (kind, value, unit, direction)."""
    extractor = ("extractor", "test 1")
    said: tuple[tuple[str, Value], ...] = (
        ("evidence", "So it is."),
        ("start", 0),
        ("end", 9),
        ("confidence", 0.5),
        extractor,
    )
    nodes, edges = [Node(RANKED, "Dataset", (("name", "Ranked"),))], []
    for number, (kind, value, unit, direction) in enumerate(claims):
        id_ = f"result:{number:016}"
        slots = (("value", value and Decimal(value)), ("unit", unit), ("direction", direction))
        known = tuple((name, slot) for name, slot in slots if slot is not None)
        nodes.append(Node(id_, "Result", (("kind", kind), *known, *said)))
        edges += [
            Edge(edge_id(type_, source, target), type_, source, target, said)
            for type_, source, target in (
                ("REPORTS", "paper:1111111111111111", id_),
                ("ON_DATASET", id_, RANKED),
                ("BY_METRIC", id_, "metric:accuracy"),
            )
        ]
    return Graph((*graph.nodes, *nodes), (*graph.edges, *edges))


def neo4j_script(*command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run scripts/neo4j."""
    script = [str(ROOT / "scripts" / "neo4j"), *command]
    return subprocess.run(script, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def graph_directory(tmp_path: Path, graph: Graph) -> Path:
    """Return a fresh graph directory with the test graph."""
    return write_graph(tmp_path / "test.kg", graph)


@pytest.fixture(scope="session")
def neo4j_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment of scripts/neo4j, with a home of its own."""
    return {**os.environ, "KG_NEO4J_HOME": str(tmp_path_factory.mktemp("neo4j"))}


@pytest.fixture(scope="session")
def server(neo4j_environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """Start a Neo4j server; return its address, user name and password as environment variables.

    Skips where no server can be had, or fails where KG_REQUIRE_NEO4J=1 asks for one.
    """
    started = neo4j_script("start", environment=neo4j_environment)
    if started.returncode != 0:
        reason = f"no Neo4j server: {started.stderr.strip().splitlines()[-1]}"
        if os.environ.get("KG_REQUIRE_NEO4J") == "1":
            pytest.fail(f"{reason}\n{started.stderr}", pytrace=False)
        pytest.skip(reason)
    try:
        yield dict(line.split("=", 1) for line in started.stdout.splitlines())
    finally:
        assert neo4j_script("stop", environment=neo4j_environment).returncode == 0


@pytest.fixture(scope="session")
def neo4j_store(server: dict[str, str], graph: Graph) -> Iterator[Neo4jStore]:
    """Return a connection to a server that holds the test graph."""
    uri, username, password = (server[f"NEO4J_{name}"] for name in ("URI", "USERNAME", "PASSWORD"))
    with open_neo4j(uri, username, password) as store:
        store.load(graph)
        yield store


def wipe(store: Neo4jStore) -> None:
    """Delete everything that the server holds, but not its indexes."""
    store.driver.execute_query("MATCH (n) DETACH DELETE n")


@pytest.fixture
def empty_store(neo4j_store: Neo4jStore, graph: Graph) -> Iterator[Neo4jStore]:
    """Return a connection to a server that holds nothing; the test graph comes back at the end."""
    wipe(neo4j_store)
    yield neo4j_store
    wipe(neo4j_store)
    neo4j_store.load(graph)


@contextmanager
def loaded_too(store: Neo4jStore, graph: Graph, more: Graph) -> Iterator[None]:
    """Load more than the test graph into the server, and take the surplus out at the end."""
    store.load(more)
    try:
        yield
    finally:
        store.load(graph)


@contextmanager
def loaded_instead(store: Neo4jStore, graph: Graph, other: Graph) -> Iterator[None]:
    """Load another graph into the server in the place of the test graph, which is put back at the end."""

    def put(loaded: Graph) -> None:
        store.driver.execute_query("MATCH (n) DETACH DELETE n")
        store.load(loaded)

    put(other)
    try:
        yield
    finally:
        put(graph)


@pytest.fixture(scope="session")
def embedded_store(tmp_path_factory: pytest.TempPathFactory, graph: Graph) -> Iterator[EmbeddedStore]:
    """Return an embedded store that holds the test graph."""
    with open_store(write_graph(tmp_path_factory.mktemp("embedded"), graph)) as store:
        yield store


@pytest.fixture(params=["embedded_store", "neo4j_store"])
def store(request: pytest.FixtureRequest) -> Store:
    """Return each store in turn."""
    opened: Store = request.getfixturevalue(request.param)
    return opened
