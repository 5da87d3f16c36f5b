"""Loading into a real Neo4j server: the server becomes what the graph is, and nothing else changes."""

import dataclasses
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from neo4j.exceptions import TransientError

from kg.cli import main
from kg.directory import FORMAT, Meta, write_directory
from kg.errors import StoreError
from kg.records import Edge, Graph, dump_lines, edge_id
from kg.schema import EDGES, NODE_TYPES
from kg.stored import BOOKS, stored_properties
from kg.stores import loading
from kg.stores.neo4j import Neo4jStore, open_neo4j
from tests.stores.conftest import loaded_too, with_claims


def ours(graph: Graph) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return nodes and edges of a graph as `held` tells them."""
    nodes = [{"labels": sorted({n.label, *_second(n.label)}), **stored_properties(n)} for n in graph.nodes]
    edges = [{"ends": [e.type, e.source, e.target], **stored_properties(e)} for e in graph.edges]
    return sorted(nodes, key=lambda node: str(node["id"])), sorted(edges, key=lambda edge: str(edge["id"]))


def held(store: Neo4jStore, name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what the server holds of a graph, without the books of the loader."""
    nodes = "MATCH (n) WHERE $name IN n.kg_graphs RETURN labels(n) AS labels, properties(n) AS properties"
    edges = """
        MATCH (a)-[e]->(b) WHERE $name IN e.kg_graphs
        RETURN [type(e), a.id, b.id] AS ends, properties(e) AS properties
    """
    return (
        sorted(
            ({"labels": sorted(r["labels"]), **plain(r)} for r in store.run(nodes, {"name": name})), key=by_id
        ),
        sorted(({"ends": r["ends"], **plain(r)} for r in store.run(edges, {"name": name})), key=by_id),
    )


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of a row without the books of the loader."""
    return {name: value for name, value in row["properties"].items() if name not in BOOKS}


def by_id(record: dict[str, Any]) -> str:
    """Return what records are sorted by."""
    return str(record["id"])


def _second(label: str) -> list[str]:
    return ["Entity"] if NODE_TYPES[label].entity else []


def last_write(store: Neo4jStore) -> frozenset[str]:
    """Return the server's own mark of the last transaction that has written anything, data or indexes."""
    with store.driver.session() as session:
        session.run("RETURN 1 AS x").consume()
        return session.last_bookmarks().raw_values


def without(graph: Graph, *ids: str) -> Graph:
    """Return the graph without some nodes and their edges."""
    edges = tuple(e for e in graph.edges if not {e.source, e.target, e.id} & {*ids})
    return Graph(tuple(n for n in graph.nodes if n.id not in ids), edges)


def renamed(graph: Graph, id_: str, name: str) -> Graph:
    """Return the graph with a node that has this name and no other property."""
    nodes = tuple(
        dataclasses.replace(n, properties=(("name", name),)) if n.id == id_ else n for n in graph.nodes
    )
    return dataclasses.replace(graph, nodes=nodes)


@pytest.mark.parametrize("batch_size", [1, 7, 5000])
def test_server_holds_the_graph(empty_store: Neo4jStore, graph: Graph, batch_size: int) -> None:
    """Labels, ends and properties are those of the graph, whatever the batches."""
    loaded = empty_store.load(graph, batch_size=batch_size, name="a")
    assert held(empty_store, "a") == ours(graph)
    assert (loaded.total("node", "added"), loaded.total("edge", "added")) == (
        len(graph.nodes),
        len(graph.edges),
    )
    assert (loaded.kept, loaded.nodes_besides, loaded.edges_besides) == (0, 0, 0)


def test_second_load_writes_nothing(neo4j_store: Neo4jStore, graph: Graph) -> None:
    """A second load commits no transaction that writes, neither data nor indexes."""
    before = last_write(neo4j_store)
    loaded = neo4j_store.load(graph)
    assert last_write(neo4j_store) == before
    assert not loaded.written
    assert loaded.total("node", "unchanged") == len(graph.nodes)


def test_writing_is_noticed(neo4j_store: Neo4jStore, graph: Graph) -> None:
    """The mark by which tests see that nothing was written is another one after the smallest load."""
    before = last_write(neo4j_store)
    with loaded_too(neo4j_store, graph, renamed(graph, "metric:accuracy", "precision")):
        assert last_write(neo4j_store) != before


def test_only_what_has_changed_is_written(neo4j_store: Neo4jStore, graph: Graph) -> None:
    """New values are taken over, properties that are gone are dropped, and the rest is left alone."""
    changed = renamed(graph, "metric:accuracy", "precision")
    try:
        loaded = neo4j_store.load(changed)
        assert held(neo4j_store, "kg") == ours(changed)
        assert [count[:4] for count in loaded.counts if count.changed] == [("node", "Metric", 0, 1)]
    finally:
        neo4j_store.load(graph)
    assert held(neo4j_store, "kg") == ours(graph)


def test_what_the_graph_has_no_more_goes(empty_store: Neo4jStore, graph: Graph) -> None:
    """Nodes and edges that a graph has no more are removed, by batches."""
    more = with_claims(graph, *[("absolute", str(number), None, None) for number in range(9)])
    empty_store.load(more)
    loaded = empty_store.load(graph, batch_size=4)
    assert held(empty_store, "kg") == ours(graph)
    assert (loaded.total("node", "removed"), loaded.total("edge", "removed"), loaded.kept) == (10, 27, 0)
    assert (loaded.nodes_besides, loaded.edges_besides) == (0, 0)


FOREIGN = """
    CREATE (u:User {id: 'model:tinyflow', name: 'Ada'})-[:LIKES {id: 'x'}]->(:Dataset {id: 'mine'})
    CREATE (u)-[:USES {id: 'y'}]->(:Other)
"""
DATA_OF_OTHERS = """
    MATCH (n) WHERE n.kg_graphs IS NULL
    OPTIONAL MATCH (n)-[e]->(m) WHERE e.kg_graphs IS NULL
    RETURN labels(n) AS labels, properties(n) AS node,
        type(e) AS type, properties(e) AS edge, labels(m) AS target
    ORDER BY labels, target
"""


def test_data_of_others_stay(empty_store: Neo4jStore, graph: Graph) -> None:
    """Nodes and edges of no graph are untouched, also those that have our labels or types, or ids."""
    empty_store.driver.execute_query(FOREIGN)
    before = list(empty_store.run(DATA_OF_OTHERS))
    empty_store.load(graph)
    loaded = empty_store.load(Graph((), ()))
    assert list(empty_store.run(DATA_OF_OTHERS)) == before
    assert (loaded.nodes_besides, loaded.edges_besides) == (3, 2)


def test_data_of_others_with_our_labels_and_ids_are_never_removed(
    empty_store: Neo4jStore, graph: Graph
) -> None:
    """What was there before us under our ids gets our content, and stays when no graph has it any more."""
    edge = next(edge for edge in graph.edges if edge.type == "USES")
    ends = {"source": edge.source, "target": edge.target, "id": edge.id}
    label = next(node.label for node in graph.nodes if node.id == edge.target)
    create = f"""
        CREATE (n:Paper {{id: $source, mine: 1}}), (m:Entity:{label} {{id: $target, mine: 3}}),
            (n)-[:USES {{id: $id, mine: 2}}]->(m)
    """
    empty_store.driver.execute_query(create, ends)
    for name in ("a", "b", "a"):
        empty_store.load(graph, name=name)
    mine = "MATCH (n {mine: 1})-[e {mine: 2}]->(m {mine: 3}) RETURN n.title, m.name, e.kg_graphs"
    (row,) = empty_store.run(mine)
    assert None not in row.values()
    assert row["e.kg_graphs"] == ["", "a", "b"]
    for name in ("a", "b"):
        loaded = empty_store.load(Graph((), ()), name=name)
    assert (loaded.kept, loaded.nodes_besides, loaded.edges_besides) == (3, 2, 1)
    assert [row["e.kg_graphs"] for row in empty_store.run(mine)] == [[""]]
    assert not empty_store.load(Graph((), ()), name="a").written


def test_second_label_of_ours_changes_nothing(empty_store: Neo4jStore, graph: Graph) -> None:
    """A node that someone has given a second label of the schema is neither removed nor written again."""
    empty_store.load(graph)
    for label in NODE_TYPES:
        empty_store.driver.execute_query(f"MATCH (n:Entity {{id: 'dataset:gsm8k'}}) SET n:{label}")
    assert not empty_store.load(graph).written
    assert empty_store.load(without(graph, "dataset:gsm8k")).kept == 0
    assert list(empty_store.run("MATCH (n {id: 'dataset:gsm8k'}) RETURN n")) == []


def test_edge_that_is_there_twice_is_loaded_and_removed(empty_store: Neo4jStore, graph: Graph) -> None:
    """A copy of an edge that someone has made breaks no load, and goes with the edge."""
    empty_store.load(graph)
    copy = "MATCH (a)-[e:USES]->(b) CREATE (a)-[f:USES]->(b) SET f = e, e.kg_hash = '', f.kg_hash = ''"
    empty_store.driver.execute_query(copy)
    uses = sum(edge.type == "USES" for edge in graph.edges)
    assert empty_store.load(graph).total("edge", "changed") == uses
    loaded = empty_store.load(Graph((), ()))
    assert (loaded.kept, loaded.edges_besides) == (0, 0)


def test_node_that_others_have_tied_stays(empty_store: Neo4jStore, graph: Graph) -> None:
    """A node with an edge of someone else is kept when its graph gives it up, and told of."""
    empty_store.load(graph, name="a")
    tie = "MATCH (d:Dataset {id: 'dataset:gsm8k'}) CREATE (:User {name: 'Ada'})-[:LIKES]->(d)"
    empty_store.driver.execute_query(tie)
    loaded = empty_store.load(Graph((), ()), name="a")
    assert loaded.kept == 1
    liked = "MATCH (:User)-[:LIKES]->(d) RETURN d.name AS name, d.kg_graphs AS graphs"
    assert list(empty_store.run(liked)) == [{"name": "GSM8K", "graphs": ["a"]}]
    empty_store.load(graph, name="a")
    assert held(empty_store, "a") == ours(graph)


def test_node_goes_when_it_is_tied_no_more(empty_store: Neo4jStore, graph: Graph) -> None:
    """A node that was kept because of others goes with the first load after they have let it go."""
    empty_store.load(graph)
    tie = "MATCH (d:Dataset {id: 'dataset:gsm8k'}) CREATE (:User)-[:LIKES]->(d)"
    empty_store.driver.execute_query(tie)
    assert empty_store.load(without(graph, "dataset:gsm8k")).kept == 1
    empty_store.driver.execute_query("MATCH (u:User) DETACH DELETE u")
    loaded = empty_store.load(without(graph, "dataset:gsm8k"))
    assert (loaded.total("node", "removed"), loaded.kept, loaded.nodes_besides) == (1, 0, 0)


def test_properties_of_others_stay(empty_store: Neo4jStore, graph: Graph) -> None:
    """A property that is not of the schema survives a change of its node or edge."""
    empty_store.load(graph)
    empty_store.driver.execute_query("MATCH (n:Entity) SET n.rank = 0.5")
    empty_store.load(renamed(graph, "metric:accuracy", "precision"))
    rows = empty_store.run("MATCH (n:Metric) RETURN n.rank AS rank, n.name AS name, n.unit AS unit")
    assert list(rows) == [{"rank": 0.5, "name": "precision", "unit": None}]


def test_graphs_share_what_both_have(empty_store: Neo4jStore, graph: Graph) -> None:
    """What two graphs have is there once; each gives up only its own share."""
    fewer = without(graph, "paper:2222222222222222", "result:cccccccccccccccc", "model:slowflow")
    empty_store.load(graph, name="a")
    second = empty_store.load(fewer, name="b")
    assert (second.nodes_besides, second.edges_besides) == (3, len(graph.edges) - len(fewer.edges))
    assert (held(empty_store, "a"), held(empty_store, "b")) == (ours(graph), ours(fewer))
    assert empty_store.load(Graph((), ()), name="a").kept == len(fewer.nodes) + len(fewer.edges)
    assert (held(empty_store, "a"), held(empty_store, "b")) == (([], []), ours(fewer))
    assert empty_store.load(Graph((), ()), name="b").nodes_besides == 0


def test_shared_node_has_the_content_loaded_last(empty_store: Neo4jStore, graph: Graph) -> None:
    """A graph whose node another one has changed notices, and takes its content back when loaded again."""
    other = renamed(graph, "metric:accuracy", "precision")
    empty_store.load(graph, name="a")
    empty_store.load(other, name="b")
    assert held(empty_store, "a") == held(empty_store, "b") == ours(other)
    assert empty_store.load(graph, name="a").total("node", "changed") == 1
    assert held(empty_store, "b") == ours(graph)


def test_comparing_writes_nothing(empty_store: Neo4jStore, graph: Graph) -> None:
    """A comparison tells what the load then does, and commits nothing itself."""
    empty_store.load(
        with_claims(renamed(graph, "metric:accuracy", "precision"), ("absolute", "1", None, None))
    )
    target = without(graph, "dataset:gsm8k")
    before = last_write(empty_store)
    told = empty_store.compare(target)
    assert last_write(empty_store) == before
    assert told.counts == empty_store.load(target).counts
    sums = Counter(
        {field: sum(getattr(count, field) for count in told.counts) for field in ("changed", "removed")}
    )
    assert sums["changed"] == 1
    assert sums["removed"] > 3


def test_passing_fault_is_repeated(
    empty_store: Neo4jStore, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch that the server could not take just now is sent again by the driver."""
    write, faults = loading._write, iter([TransientError("busy"), TransientError("busy")])

    def faulty(*args: Any) -> int:
        if fault := next(faults, None):
            raise fault
        return write(*args)

    monkeypatch.setattr(loading, "_write", faulty)
    empty_store.load(graph)
    assert held(empty_store, "kg") == ours(graph)


def test_progress_ends_with_all_that_was_to_do(empty_store: Neo4jStore, graph: Graph) -> None:
    """Progress is told after every batch and ends with all nodes and edges to write; none, none is told."""
    told: list[tuple[int, int]] = []
    empty_store.load(graph, lambda done, total: told.append((done, total)), batch_size=5)
    total = len(graph.nodes) + len(graph.edges)
    assert told[-1] == (total, total)
    assert told == sorted(set(told))
    empty_store.load(graph, lambda done, total: pytest.fail(f"{done} of {total}"))


def test_edge_to_a_missing_node_is_refused(neo4j_store: Neo4jStore, graph: Graph) -> None:
    """An edge whose node the graph does not have is named before anything is loaded."""
    edge = Edge(edge_id("USES", "a", "b"), "USES", graph.edges[0].source, "model:nobody", ())
    broken = dataclasses.replace(graph, edges=(*graph.edges, edge))
    before = last_write(neo4j_store)
    with pytest.raises(StoreError, match=f"{edge.id}: names a node that is not there: model:nobody"):
        neo4j_store.load(broken)
    assert last_write(neo4j_store) == before


def test_node_that_goes_while_loading_is_told(
    empty_store: Neo4jStore, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where something else deletes nodes meanwhile, the load fails instead of losing edges."""
    write = loading._write

    def write_and_lose(transaction: Any, *args: Any) -> int:
        transaction.run("MATCH (n:Metric) DETACH DELETE n").consume()
        return write(transaction, *args)

    monkeypatch.setattr(loading, "_write", write_and_lose)
    with pytest.raises(StoreError, match=r"rows of a batch were not loaded, their nodes are missing"):
        empty_store.load(graph)


def test_foreign_nodes_with_equal_ids_are_explained(empty_store: Neo4jStore, graph: Graph) -> None:
    """A database where constraints do not hold says so and what to do."""
    empty_store.driver.execute_query("DROP CONSTRAINT kg_task_id")
    empty_store.driver.execute_query("UNWIND [1, 2] AS i CREATE (:Task {id: 'same'})")
    with pytest.raises(StoreError, match=r"holds other nodes of our labels with equal ids .*--database"):
        empty_store.load(graph)
    assert list(empty_store.run("MATCH (n) RETURN n.id AS id")) == [{"id": "same"}] * 2


def test_every_constraint_and_index_is_there(neo4j_store: Neo4jStore) -> None:
    """The server holds constraints and indexes after a load, those for full text complete."""
    names = {row["name"] for row in neo4j_store.run("SHOW CONSTRAINTS YIELD name RETURN name")}
    assert names == {f"kg_{label.lower()}_id" for label in ("Entity", *NODE_TYPES)}
    text = "SHOW INDEXES YIELD name, type, state RETURN name, type, state"
    indexes = {row["name"]: (row["type"], row["state"]) for row in neo4j_store.run(text)}
    assert [indexes[f"kg_{name}"] for name in ("paper_published", "result_value")] == [
        ("RANGE", "ONLINE")
    ] * 2
    searched = {name for name, about in indexes.items() if about == ("FULLTEXT", "ONLINE")}
    assert searched == {
        "kg_entity_name",
        "kg_entity_aliases",
        "kg_paper_title",
        "kg_paper_abstract",
        "kg_result_evidence",
    }


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.name)
def test_ends_of_a_type_are_found_by_one_label(edge: Any) -> None:
    """Sources of a type share the label by which they are found, and targets too."""
    for ends in (edge.sources, edge.targets):
        assert len({"Entity" if NODE_TYPES[label].entity else label for label in ends}) == 1


# --- the command ------------------------------------------------------------------------------


@pytest.fixture
def directory(tmp_path: Path, graph: Graph) -> Path:
    """Return a whole graph directory with the test graph."""
    return write(tmp_path / "test.kg", graph)


def write(directory: Path, graph: Graph) -> Path:
    """Write a whole graph directory."""
    contents = {"nodes.jsonl": dump_lines(graph.nodes), "edges.jsonl": dump_lines(graph.edges)}
    write_directory(directory, contents, Meta(FORMAT, "1", "test 1", (), {}, {}, {}))
    return directory


def kg_load(server: dict[str, str], *args: str | Path, code: int = 0) -> Result:
    """Run kg load and check its exit code."""
    result = CliRunner().invoke(main, ["load", *map(str, args)], env=server)
    assert result.exit_code == code, result.output
    return result


def test_command_tells_what_it_did(empty_store: Neo4jStore, server: dict[str, str], directory: Path) -> None:
    """The first load counts what it has added, the second says that it has written nothing."""
    first, second = kg_load(server, directory), kg_load(server, directory)
    assert "graph 'test': 12 nodes and 26 edges\n  12 nodes and 26 edges added\n" in first.stderr
    assert second.stderr.endswith("graph 'test' is up to date: 12 nodes and 26 edges, nothing written\n")
    assert first.stdout == second.stdout == ""


def test_command_tells_what_stays(
    empty_store: Neo4jStore, server: dict[str, str], directory: Path, graph: Graph
) -> None:
    """What other graphs still have, and what the database holds besides, is told."""
    kg_load(server, directory)
    kg_load(server, directory, "--graph", "other")
    result = kg_load(server, write(directory, without(graph, "dataset:gsm8k")), "--batch-size", "1")
    assert "1 nodes and 5 edges removed\n  6 of the removed stay there" in result.stderr
    assert "the database holds 1 nodes and 5 edges besides" in result.stderr


def test_another_graph_of_the_name_is_not_replaced_unasked(
    empty_store: Neo4jStore, server: dict[str, str], tmp_path: Path, graph: Graph
) -> None:
    """Two directories of one name do not delete each other's graph, unless the name is given."""
    other = Graph(tuple(n for n in graph.nodes if n.id == "metric:accuracy"), ())
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    first, second = write(tmp_path / "a" / "x.kg", graph), write(tmp_path / "b" / "x.kg", other)
    kg_load(server, first)
    refused = kg_load(server, second, code=1)
    assert "holds another graph named 'x': 37 of its nodes and edges would go" in refused.stderr
    assert "--graph x to replace it" in refused.stderr
    assert held(empty_store, "x") == ours(graph)
    told = kg_load(server, second, "--dry-run").stderr
    assert "with --graph x only" in told
    assert "other data need would stay" in told
    kg_load(server, second, "--graph", "x")
    assert held(empty_store, "x") == ours(other)


def test_dry_run_prints_what_would_change(
    empty_store: Neo4jStore, server: dict[str, str], directory: Path, graph: Graph
) -> None:
    """A dry run prints a row a label or type as a table or as JSON, and writes nothing."""
    before = last_write(empty_store)
    rows = json.loads(kg_load(server, directory, "--dry-run", "--json").stdout)
    assert last_write(empty_store) == before
    assert rows[0] == {
        "kind": "node",
        "name": "Paper",
        "added": 2,
        "changed": 0,
        "removed": 0,
        "unchanged": 0,
    }
    table = kg_load(server, directory, "--dry-run")
    assert "OUTPERFORMS" in table.stdout
    assert table.stderr.endswith("graph 'test': nothing written\n")
    assert kg_load(server, directory, "--json", code=2).stdout == ""


def test_unknown_database_is_explained(server: dict[str, str], directory: Path) -> None:
    """A database that the server does not have is named, and one line is all."""
    result = kg_load(server, directory, "--database", "nowhere", code=1)
    assert "no such database" in result.stderr
    assert "nowhere" in result.stderr
    assert result.stderr.count("\n") == 1
    kg_load(server, directory, "--database", "neo4j", "--dry-run")


def test_surplus_graph_is_taken_out_again(neo4j_store: Neo4jStore, graph: Graph) -> None:
    """A load under the same name takes out what an earlier one has brought."""
    with loaded_too(neo4j_store, graph, with_claims(graph, ("absolute", "1", None, None))):
        assert len(held(neo4j_store, "kg")[0]) == len(graph.nodes) + 2
    assert held(neo4j_store, "kg") == ours(graph)


def test_books_are_not_in_rows(neo4j_store: Neo4jStore, server: dict[str, str]) -> None:
    """A node or an edge that is returned whole has no properties by which loads keep their books."""
    with open_neo4j(server["NEO4J_URI"], "neo4j", server["NEO4J_PASSWORD"]) as store:
        (row,) = store.run("MATCH (n:Metric)<-[e:MEASURES]-() RETURN n, e")
    assert not (row["n"].keys() | row["e"].keys()) & BOOKS
