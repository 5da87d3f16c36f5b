"""What kg export --format neo4j-admin writes, put into a real Neo4j server by its import tool."""

import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.exports import write_folder
from kg.records import Edge, Graph, Node
from kg.stores.embedded import EmbeddedStore, open_store
from kg.stores.neo4j import Neo4jStore, open_neo4j
from kg.stores.queries import prepare
from tests.conftest import HOSTILE
from tests.stores.conftest import ASKED, neo4j_script, with_claims, write_graph

TEXTS = (
    HOSTILE,
    "semi;colon|bar,comma\ttab",
    'He said "so".',
    '""',
    "one\ntwo\r\nthree\rfour",
    r"$\mathcal{O}(n^2)$ \" \\ \N",
    " both ends ",
    "null",
    "\ufeffmark\u0085\u2028\u2029",
    "=1+1",
    "# no comment",
    "数学 \U0001d49c ü",
)
"""Texts that a reader of CSV might break or change."""

COUNTS = (
    "MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) AS count ORDER BY label",
    "MATCH ()-[e]->() RETURN type(e) AS type, count(*) AS count ORDER BY type",
)
NODES = "MATCH (n) RETURN n ORDER BY n.id"
EDGES = "MATCH (a)-[e]->(b) RETURN e, a.id AS source, b.id AS target ORDER BY e.id"


@pytest.fixture(scope="module")
def hostile(graph: Graph) -> Graph:
    """Return the test graph with every text of `TEXTS` alone, in a list and as evidence, and odd numbers."""
    more = with_claims(graph, ("absolute", "1E400", "%", None), ("delta", "-1E-7", None, "better"))
    nodes = [
        Node(f"method:{number}", "Method", (("name", text), ("aliases", (text, "", *TEXTS[:number]))))
        for number, text in enumerate(TEXTS)
    ]
    edges = [
        dataclasses.replace(edge, properties=tuple(_saying(edge, TEXTS[number % len(TEXTS)])))
        for number, edge in enumerate(more.edges)
    ]
    return Graph((*more.nodes, *nodes), tuple(edges))


def _saying(edge: Edge, text: str) -> Iterator[tuple[str, Any]]:
    for name, value in edge.properties:
        yield name, text if name == "evidence" else value


@pytest.fixture(scope="module")
def imported(
    server: dict[str, str], hostile: Graph, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Neo4jStore]:
    """Import the hostile graph into a server that was never started, and start it.

    Whether a server can be had, the fixture of the other tests has found out: what fails here is ours.
    """
    out = tmp_path_factory.mktemp("export") / "out"
    write_folder(hostile.nodes, hostile.edges, "neo4j-admin", out)
    environment = {**os.environ, "KG_NEO4J_HOME": str(tmp_path_factory.mktemp("neo4j"))}
    for command in (["import", str(out)], ["start"]):
        done = neo4j_script(*command, environment=environment)
        assert done.returncode == 0, done.stderr
    told = dict(line.split("=", 1) for line in done.stdout.splitlines())
    try:
        with open_neo4j(told["NEO4J_URI"], "neo4j", told["NEO4J_PASSWORD"]) as store:
            yield store
    finally:
        assert neo4j_script("stop", environment=environment).returncode == 0


@pytest.fixture(scope="module")
def embedded(hostile: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    """Return an embedded store of the hostile graph."""
    with open_store(write_graph(tmp_path_factory.mktemp("embedded"), hostile)) as store:
        yield store


@pytest.mark.parametrize("text", [*COUNTS, NODES, EDGES])
def test_import_equals_the_embedded_store(text: str, imported: Neo4jStore, embedded: EmbeddedStore) -> None:
    """Counts by label and type, all properties and both ends are those of the embedded store."""
    rows = list(imported.run(text))
    assert rows
    assert rows == list(embedded.run(text))


@pytest.mark.parametrize("name", ASKED)
def test_named_query_gives_equal_rows(name: str, imported: Neo4jStore, embedded: EmbeddedStore) -> None:
    """Named queries answer an import as they answer the embedded store."""
    text, parameters = prepare(name, ASKED[name])
    rows = list(imported.run(text, parameters))
    assert rows
    assert rows == list(embedded.run(text, parameters))


def test_hostile_texts_are_exact(imported: Neo4jStore) -> None:
    """Every text is there to the character, alone and as an item of a list."""
    text = "MATCH (m:Method:Entity {id: $id}) RETURN m.name AS name, m.aliases AS aliases"
    for number, hostile in enumerate(TEXTS):
        (row,) = imported.run(text, {"id": f"method:{number}"})
        assert row == {"name": hostile, "aliases": [hostile, "", *TEXTS[:number]]}


def raw(store: Neo4jStore) -> list[str]:
    """Return all that a server holds; texts tell types apart that compare as equal."""
    found = []
    for text in ("MATCH (n) RETURN n", "MATCH ()-[n]->() RETURN n"):
        for (record,) in store.driver.execute_query(text).records:
            found.append(repr((sorted(getattr(record, "labels", [])) or record.type, sorted(record.items()))))
    return sorted(found)


def test_load_after_an_import_writes_nothing(imported: Neo4jStore, hostile: Graph) -> None:
    """A load of the same graph finds all nodes and edges with equal hashes, and makes the constraints."""
    before = raw(imported)
    assert list(imported.run("SHOW CONSTRAINTS")) == []
    assert not imported.load(hostile).written
    assert raw(imported) == before
    assert len(list(imported.run("SHOW CONSTRAINTS"))) == 8


def test_import_equals_a_load(imported: Neo4jStore, hostile: Graph) -> None:
    """What a load brings to an empty database is what an import has brought, types and hashes included."""
    before = raw(imported)
    imported.driver.execute_query("MATCH (n) DETACH DELETE n")
    imported.load(hostile)
    assert raw(imported) == before


def test_import_needs_a_stopped_server(
    server: dict[str, str], neo4j_environment: dict[str, str], tmp_path: Path
) -> None:
    """Import into a server that runs is refused, and so is a folder without an export."""
    write_folder((), (), "neo4j-admin", tmp_path / "out")
    for folder, told in (("out", "stop it first"), ("absent", "has no import.args")):
        done = neo4j_script("import", str(tmp_path / folder), environment=neo4j_environment)
        assert done.returncode == 1
        assert told in done.stderr


def test_import_gives_up_no_database_unasked(server: dict[str, str], tmp_path: Path) -> None:
    """A local server that has a database keeps it, unless the user says otherwise."""
    write_folder((), (), "neo4j-admin", tmp_path / "out")
    (tmp_path / "home/data/databases/neo4j").mkdir(parents=True)
    environment = {**os.environ, "KG_NEO4J_HOME": str(tmp_path / "home")}
    done = neo4j_script("import", str(tmp_path / "out"), environment=environment)
    assert done.returncode == 1
    assert "has a database already" in done.stderr
    assert "--overwrite" in done.stderr
