"""What both stores must do alike."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kg.errors import QueryError
from kg.records import Edge, Graph, Node, Value, edge_id
from kg.stores.embedded import open_store
from kg.stores.neo4j import Neo4jStore
from kg.stores.queries import named_query, prepare, query_names
from tests.conftest import DOUBTED, HOSTILE
from tests.stores.conftest import RANKED, Store, loaded_too, with_claims, write_graph

DATES = {"as_of"}
"""Parameters that are no names: any text is earlier or later than a date."""

BY_NAME = [
    (query, parameter.name)
    for query in query_names()
    for parameter in named_query(query).parameters
    if parameter.name not in DATES and (parameter.labels or parameter.type == "str")
]
"""The parameters of the named queries that ask for something by its name."""


@pytest.mark.parametrize(("name", "parameter"), BY_NAME)
def test_named_query_without_a_match_is_empty(name: str, parameter: str, store: Store) -> None:
    """A name that no node has gives no rows and no error."""
    assert list(store.run(*prepare(name, [f"{parameter}=no such thing"]))) == []


def test_leaderboard_is_sorted_best_first(store: Store) -> None:
    """Absolute values come first, the best at the top, and differences after them."""
    rows = list(store.run(*prepare("leaderboard", ["dataset=GSM8K"])))
    assert [(row["part"], row["kind"], row["value"], row["subject"]) for row in rows] == [
        ("values", "absolute", 71.5, "TinyFlow"),
        ("values", "absolute", 64.2, "SlowFlow"),
        ("changes", "delta", 2.5, "TinyFlow"),
    ]


def test_leaderboard_tells_what_is_doubtful(store: Store) -> None:
    """Hedges and findings stand beside the value as written; where there are none, null does."""
    best, _, change = store.run(*prepare("leaderboard", ["dataset=GSM8K"]))
    assert (best["written"], best["hedges"], best["checks"]) == ("71.50%", None, None)
    assert (change["written"], change["hedges"], change["checks"]) == (
        "2.5 points",
        ["may", "up to"],
        list(DOUBTED),
    )


CLAIMS = (
    ("delta", "12", "points", "worse"),
    ("delta", "1", "points", "better"),
    ("delta", "3", "points", None),
    ("delta", "-4", "points", "sota"),
    ("delta", "2", "points", "worse"),
    ("delta", "20", "%", "worse"),
    ("delta", None, "points", "better"),
    ("absolute", "0.9", None, None),
    ("absolute", "85", "%", None),
    ("absolute", "2", None, None),
    ("absolute", "90", "%", "worse"),
    ("factor", "0.5", "x", "worse"),
    ("factor", "1.5", "x", "worse"),
    ("qualitative", None, None, "worse"),
    ("qualitative", None, None, None),
    ("qualitative", None, None, "better"),
)
BEST_FIRST = [
    ("absolute", 90, "%", "worse"),
    ("absolute", 85, "%", None),
    ("absolute", 2, None, None),
    ("absolute", 0.9, None, None),
    ("delta", -4, "points", "sota"),
    ("delta", 1, "points", "better"),
    ("delta", None, "points", "better"),
    ("delta", 3, "points", None),
    ("delta", 20, "%", "worse"),
    ("delta", 2, "points", "worse"),
    ("delta", 12, "points", "worse"),
    ("factor", 1.5, "x", "worse"),
    ("factor", 0.5, "x", "worse"),
    ("qualitative", None, None, "better"),
    ("qualitative", None, None, None),
    ("qualitative", None, None, "worse"),
]


PARTS = ["values"] * 4 + ["changes"] * 9 + ["comparisons"] * 3


def ranking(store: Store) -> list[tuple[Any, ...]]:
    """Return what the leaderboard of the claims says, in its order."""
    rows = list(store.run(*prepare("leaderboard", [f"dataset={RANKED}"])))
    assert [row["part"] for row in rows] == PARTS
    return [(row["kind"], row["value"], row["unit"], row["direction"]) for row in rows]


@pytest.mark.parametrize("order", [1, -1])
def test_leaderboard_of_the_embedded_store_ranks_claims(tmp_path: Path, graph: Graph, order: int) -> None:
    """Changes for the worse stand last, the smallest first, and units are not mixed."""
    with open_store(write_graph(tmp_path / "ranked.kg", with_claims(graph, *CLAIMS[::order]))) as store:
        assert ranking(store) == BEST_FIRST


def test_leaderboard_of_the_server_ranks_claims(neo4j_store: Neo4jStore, graph: Graph) -> None:
    """The server ranks the same claims alike."""
    with loaded_too(neo4j_store, graph, with_claims(graph, *CLAIMS)):
        assert ranking(neo4j_store) == BEST_FIRST


@pytest.mark.parametrize(("metric", "count"), [("ACCURACY", 3), ("metric:accuracy", 3), ("F1", 0)])
def test_leaderboard_of_one_metric(metric: str, count: int, store: Store) -> None:
    """A metric is found by name or id in any case, and leaves out all others."""
    rows = store.run(*prepare("leaderboard", ["dataset=GSM8K", f"metric={metric}"]))
    assert len(list(rows)) == count


MATH, CODE = "task:math-word-problems", "task:code-generation"
LISTED = (
    # published, addressed tasks, task of the result
    ("2023", (), None),
    ("2023-12-31", (MATH,), None),
    ("2024-01", (CODE,), None),
    ("2024-01-01", (CODE, MATH), None),
    ("2024-01-31", (CODE,), MATH),
    ("2024-10-01", (MATH,), CODE),
    (None, (), CODE),
)
"""Papers of which each claims its position in this table, from 1, on one dataset."""


def with_papers(graph: Graph) -> Graph:
    """Return the graph with the papers of `LISTED`."""
    said: tuple[tuple[str, Value], ...] = (
        ("confidence", 0.5),
        ("evidence", "So it is."),
        ("start", 0),
        ("end", 9),
        ("extractor", "test 1"),
    )
    nodes = [
        Node("dataset:listed", "Dataset", (("name", "Listed"),)),
        Node(CODE, "Task", (("name", "code generation"), ("aliases", ("Program Synthesis",)))),
    ]
    ends: list[tuple[str, str, str]] = []
    for number, (published, addressed, task) in enumerate(LISTED, 1):
        paper, result = f"paper:{number:016}", f"result:{number:016}"
        dated = () if published is None else (("published", published),)
        about: tuple[tuple[str, Value], ...] = (("title", paper), ("abstract", "So it is."), *dated)
        nodes += [
            Node(paper, "Paper", (*about, ("published_inferred", False), ("sources", ("a.txt#1",)))),
            Node(result, "Result", (("kind", "absolute"), ("value", Decimal(number)), *said)),
        ]
        ends += [("REPORTS", paper, result), ("ON_DATASET", result, "dataset:listed")]
        ends += [("ADDRESSES", paper, each) for each in addressed]
        ends += [("ON_TASK", result, task)] if task is not None else []
    edges = [Edge(edge_id(*end), *end, said) for end in ends]
    return Graph((*graph.nodes, *nodes), (*graph.edges, *edges))


@pytest.fixture(params=["embedded", "server"])
def listing(request: pytest.FixtureRequest, tmp_path: Path, graph: Graph) -> Iterator[Store]:
    """Return each store in turn, with the papers of `LISTED` in it."""
    more = with_papers(graph)
    if request.param == "embedded":
        with open_store(write_graph(tmp_path / "listed.kg", more)) as embedded:
            yield embedded
    else:
        server: Neo4jStore = request.getfixturevalue("neo4j_store")
        with loaded_too(server, graph, more):
            yield server


def listed(store: Store, *given: str) -> list[int]:
    """Return which papers of `LISTED` the leaderboard names, in the order of that table."""
    rows = store.run(*prepare("leaderboard", ["dataset=Listed", *given]))
    return sorted(int(row["value"]) for row in rows)


AS_OF = {
    "2022": [],
    "2023": [1, 2],
    "2023-12-30": [1],
    "2023-12-31": [1, 2],
    "2024-01": [1, 2, 3, 4, 5],
    "2024-01-01": [1, 2, 3, 4],
    "2024-01-30": [1, 2, 3, 4],
    "2024-01-31": [1, 2, 3, 4, 5],
    "2024-09": [1, 2, 3, 4, 5],
    "2024": [1, 2, 3, 4, 5, 6],
    "2024-10-01": [1, 2, 3, 4, 5, 6],
    "2025": [1, 2, 3, 4, 5, 6],
}
ON_TASK = {
    "math word problems": [2, 4, 5],
    "MATH Word Problems": [2, 4, 5],
    MATH: [2, 4, 5],
    "code generation": [3, 4, 6, 7],
    "program synthesis": [3, 4, 6, 7],
    "code": [],
}


def test_leaderboard_as_of_a_date(listing: Store) -> None:
    """A date takes in its whole day, month or year; what is undated stands only where none is asked for."""
    assert {date: listed(listing, f"as_of={date}") for date in AS_OF} == AS_OF
    assert listed(listing) == [1, 2, 3, 4, 5, 6, 7]


def test_leaderboard_of_one_task(listing: Store) -> None:
    """A result is on the task that it names, or else on all that its paper addresses; each stands once."""
    assert {task: listed(listing, f"task={task}") for task in ON_TASK} == ON_TASK


def test_leaderboard_of_task_date_and_metric(listing: Store) -> None:
    """Every parameter narrows what the others leave."""
    assert listed(listing, "task=program synthesis", "as_of=2024-01-01") == [3, 4]
    assert listed(listing, "task=program synthesis", "metric=accuracy") == []


def test_checks_are_one_row_a_finding(store: Store) -> None:
    """Each finding is parted into its check and its reason, colons in the reason kept."""
    rows = list(store.run(*prepare("checks", [])))
    assert [(row["check"], row["reason"]) for row in rows] == [
        ("conflict", "paper:2222222222222222 states 7.3"),
        ("unit", "the sentence calls it relative: percent of the value, or points?"),
    ]
    for row in rows:
        assert (row["value"], row["kind"], row["subject"]) == ("2.5 points", "delta", "TinyFlow")
        assert (row["metric"], row["dataset"], row["result"]) == (
            "accuracy",
            "GSM8K",
            "result:bbbbbbbbbbbbbbbb",
        )


@pytest.mark.parametrize(("check", "count"), [("conflict", 1), ("unit", 1), ("range", 0), ("conf", 0)])
def test_checks_of_one_kind(check: str, count: int, store: Store) -> None:
    """Only the findings of the check that is asked for are given."""
    rows = list(store.run(*prepare("checks", [f"check={check}"])))
    assert [row["check"] for row in rows] == [check] * count


@pytest.mark.parametrize(
    ("index", "text", "found"),
    [
        ("kg_entity_name", "tinyflow", ["model:tinyflow"]),
        ("kg_entity_name", "math AND prob*", ["task:math-word-problems"]),
        ("kg_entity_aliases", "cot", ["method:chain-of-thought"]),
        ("kg_paper_title", "slowflow", ["paper:2222222222222222"]),
        ("kg_paper_abstract", '"points above"', ["paper:1111111111111111"]),
        ("kg_result_evidence", "llama", ["result:aaaaaaaaaaaaaaaa", "result:bbbbbbbbbbbbbbbb"]),
        ("kg_result_evidence", "nowhere", []),
    ],
)
def test_full_text_is_found(index: str, text: str, found: list[str], store: Store) -> None:
    """One query searches names, aliases, titles, abstracts and evidence in both stores."""
    cypher = "CALL db.index.fulltext.queryNodes($index, $text) YIELD node RETURN node.id AS id ORDER BY id"
    assert [row["id"] for row in store.run(cypher, {"index": index, "text": text})] == found


def test_hostile_text_survives(store: Store) -> None:
    """Quotes, markup, line separators and astral characters come back untouched, also as a parameter."""
    rows = store.run("MATCH (p:Paper) WHERE p.title = $title RETURN p.title AS title", {"title": HOSTILE})
    assert list(rows) == [{"title": HOSTILE}]


def test_whole_nodes_are_those_of_the_graph(store: Store, graph: Graph) -> None:
    """A node returned whole is a plain dict with the keys of nodes.jsonl."""
    rows = store.run("MATCH (n) RETURN n ORDER BY n.id")
    expected = [{"id": node.id, "label": node.label, **dict(node.properties)} for node in graph.nodes]
    assert [row["n"] for row in rows] == [plain(record) for record in expected]


def test_whole_edges_are_those_of_the_graph(store: Store, graph: Graph) -> None:
    """An edge returned whole is a plain dict with the keys of edges.jsonl, without its ends."""
    rows = store.run("MATCH ()-[e]->() RETURN e ORDER BY e.id")
    expected = [{"id": edge.id, "type": edge.type, **dict(edge.properties)} for edge in graph.edges]
    assert [row["e"] for row in rows] == [plain(record) for record in expected]


def test_edges_join_the_nodes_of_the_graph(store: Store, graph: Graph) -> None:
    """Every edge starts and ends where the graph says."""
    rows = store.run("MATCH (a)-[e]->(b) RETURN a.id AS source, e.id AS id, b.id AS target ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [(e.source, e.id, e.target) for e in graph.edges]


def test_nested_and_temporal_values_are_plain(store: Store) -> None:
    """Lists and maps of records and dates become lists, dicts and ISO text."""
    text = """
        MATCH (m:Metric)<-[e:BY_METRIC]-(r:Result)
        WITH m, r, e ORDER BY r.id LIMIT 1
        RETURN [m, {edge: e}] AS nested, date('2024-02-29') AS day
    """
    (row,) = store.run(text)
    (metric, inner), day = row["nested"], row["day"]
    assert (metric["id"], inner["edge"]["type"], day) == ("metric:accuracy", "BY_METRIC", "2024-02-29")


def test_keys_of_maps_are_sorted(store: Store) -> None:
    """A map has one order of keys, whatever the store; columns keep that of the query."""
    (row,) = store.run("RETURN 1 AS b, {value: 1, paper: {y: 1, x: 2}, sentence: 2} AS a")
    assert json.dumps(row) == '{"b": 1, "a": {"paper": {"x": 2, "y": 1}, "sentence": 2, "value": 1}}'


def test_numbers_that_json_lacks_are_none(store: Store) -> None:
    """What is infinite or no number becomes None, also within lists and maps."""
    (row,) = store.run("RETURN 0.0/0.0 AS a, [1.0/0.0, {b: -1.0/0.0}] AS c, 0.5 AS d")
    assert row == {"a": None, "c": [None, {"b": None}], "d": 0.5}


def test_path_is_its_nodes_and_edges(store: Store) -> None:
    """A path returned whole holds its nodes and edges in order, against the arrows too."""
    text = "MATCH path = (:Metric)<-[:BY_METRIC]-(r:Result)-[:AGAINST]->(:Model) RETURN path"
    (row,) = store.run(text)
    path = row["path"]
    assert [node["id"] for node in path["nodes"]] == [
        "metric:accuracy",
        "result:bbbbbbbbbbbbbbbb",
        "model:llama-2",
    ]
    assert [edge["type"] for edge in path["edges"]] == ["BY_METRIC", "AGAINST"]


@pytest.mark.parametrize(
    "text",
    [
        "CREATE (n:Paper {id: 'paper:new'})",
        "MATCH (n:Paper) SET n.title = 'new'",
        "MATCH (n) DETACH DELETE n",
        "CALL { CREATE (n:Paper) RETURN n } RETURN count(n) AS c",
        "CREATE INDEX new FOR (n:Paper) ON (n.title)",
    ],
)
def test_writing_is_refused(text: str, store: Store) -> None:
    """Cypher that writes is refused in one line, and nothing is written."""
    with pytest.raises(QueryError, match="it writes, and graphs are read-only here") as caught:
        list(store.run(text))
    assert "\n" not in str(caught.value)
    assert list(store.run("MATCH (n) WHERE n.title = 'new' OR n.id = 'paper:new' RETURN n")) == []
    assert list(store.run("MATCH (n:Paper) RETURN count(n) AS c")) == [{"c": 2}]


@pytest.mark.parametrize(
    "text",
    [
        "LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line",
        "LOAD CSV FROM 'http://127.0.0.1:9/x' AS line RETURN line",
        "MATCH (p:Paper) CALL (p) { LOAD CSV FROM 'file:///' + p.id AS line RETURN line } RETURN line",
    ],
)
def test_reading_files_is_refused(text: str, store: Store) -> None:
    """A query that reads files of the machine or of the web is refused, though it writes nothing."""
    with pytest.raises(QueryError, match=r"it reads files or addresses \(LOAD CSV\)"):
        list(store.run(text))


def test_words_of_a_refused_clause_may_be_data(store: Store) -> None:
    """Only the clause is refused, not its words in a text or a comment."""
    assert list(store.run("RETURN 'LOAD CSV' AS x // LOAD CSV\n")) == [{"x": "LOAD CSV"}]


@pytest.mark.parametrize("text", ["CALL db.clearQueryCaches()", "CALL db.createLabel('New')"])
def test_procedures_that_do_more_than_read_are_refused(text: str, store: Store) -> None:
    """A procedure that writes or administers is refused."""
    with pytest.raises(QueryError, match="graphs are read-only here"):
        list(store.run(text))


def test_procedures_that_read_are_run(store: Store) -> None:
    """A procedure that only reads is called."""
    assert {"label": "Paper"} in list(store.run("CALL db.labels()"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("MATCH (n) RETRUN n", "RETRUN"),
        ("MATCH (n) RETURN m", "m"),
        ("RETURN $name AS x", "name"),
        ("RETURN 1/0 AS x", "by zero"),
        ("RETURN 1 AS x; RETURN 2 AS x", ""),
        (" ", "empty"),
    ],
)
def test_bad_cypher_is_explained_in_one_line(text: str, words: str, store: Store) -> None:
    """An error of the query is a QueryError of one line that names the trouble."""
    with pytest.raises(QueryError) as caught:
        list(store.run(text))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "null;" not in str(caught.value)


def plain(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record as stores give it: numbers as float, tuples as lists, none of them empty."""
    return {
        name: list(value) if isinstance(value, tuple) else float(value) if name == "value" else value
        for name, value in record.items()
        if value != ()
    }
