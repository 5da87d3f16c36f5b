"""What named queries answer on a graph of which the answer is known, on both stores."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from kg.records import Edge, Graph, Node, Value, edge_id
from kg.stores.embedded import open_store
from kg.stores.queries import prepare
from tests.conftest import HOSTILE
from tests.stores.conftest import Store, loaded_too, write_graph

if TYPE_CHECKING:
    from kg.stores.neo4j import Neo4jStore

SAID: tuple[tuple[str, Value], ...] = (
    ("evidence", "So it is."),
    ("start", 0),
    ("end", 9),
    ("confidence", 0.5),
    ("extractor", "test 1"),
)
FIRST, SECOND, UNDATED = (f"paper:{digit * 16}" for digit in "123")
OTHER, BARE, SLOW, FAST = (f"result:{digit * 16}" for digit in "def0")


def with_more(graph: Graph) -> Graph:
    """Return the test graph with a family of models, an undated paper, and results of a third metric."""
    title: tuple[tuple[str, Value], ...] = (("title", "FastFlow"), ("abstract", "So it is."))
    ten: tuple[tuple[str, Value], ...] = (("value", Decimal(60)), ("value_as_written", "60%"), ("unit", "%"))
    nodes = [
        Node(UNDATED, "Paper", (*title, ("published_inferred", False), ("sources", ("c.txt#1",)))),
        Node(OTHER, "Result", (("kind", "absolute"), *ten, *SAID)),
        Node(BARE, "Result", (("kind", "delta"), *ten, *SAID)),
        Node(SLOW, "Result", (("kind", "absolute"), ("value", Decimal(10)), *SAID)),
        Node(FAST, "Result", (("kind", "absolute"), ("value", Decimal(8)), *SAID)),
        Node("dataset:speed", "Dataset", (("name", "Speed"),)),
        Node("metric:latency", "Metric", (("name", "latency"), ("higher_is_better", False))),
        Node("method:stray", "Method", (("name", "stray"),)),
        Node("model:tinyflow-2", "Model", (("name", "TinyFlow-2"),)),
        Node("model:tinyflow-2-7b", "Model", (("name", "TinyFlow-2-7B"),)),
        Node("model:tinyflow-1", "Model", (("name", "TinyFlow-1"),)),
    ]
    ends = [
        ("MENTIONS", UNDATED, "method:stray"),
        ("INTRODUCES", UNDATED, "model:tinyflow-2"),
        ("ADDRESSES", UNDATED, "task:math-word-problems"),
        ("MEASURES", UNDATED, "metric:accuracy"),
        ("REPORTS", UNDATED, OTHER),
        ("ABOUT", OTHER, "model:tinyflow"),
        ("BY_METRIC", OTHER, "metric:accuracy"),
        ("ON_DATASET", OTHER, "dataset:gsm8k"),
        ("REPORTS", UNDATED, BARE),
        ("REPORTS", SECOND, SLOW),
        ("REPORTS", FIRST, FAST),
        *(("BY_METRIC", result, "metric:latency") for result in (SLOW, FAST)),
        *(("ON_DATASET", result, "dataset:speed") for result in (SLOW, FAST)),
    ]
    edges = [Edge(edge_id(*end), *end, SAID) for end in ends]
    for variant, of in (("-2-7b", "-2"), ("-2", ""), ("-1", "")):
        end = ("VARIANT_OF", f"model:tinyflow{variant}", f"model:tinyflow{of}")
        edges.append(Edge(edge_id(*end), *end, (("rule", "less specific name"),)))
    return Graph((*graph.nodes, *nodes), (*graph.edges, *edges))


@pytest.fixture(scope="module", params=["embedded", "server"])
def more(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, graph: Graph
) -> Iterator[Store]:
    """Return each store in turn, with more than the test graph in it."""
    if request.param == "embedded":
        directory = write_graph(tmp_path_factory.mktemp("more") / "more.kg", with_more(graph))
        with open_store(directory) as embedded:
            yield embedded
    else:
        server: Neo4jStore = request.getfixturevalue("neo4j_store")
        with loaded_too(server, graph, with_more(graph)):
            yield server


ANSWERS: dict[str, tuple[list[str], tuple[str, ...], list[tuple[Any, ...]]]] = {
    "beaten-baselines": ([], ("baseline", "papers", "names"), [("LLaMA-2", 1, ["TinyFlow"])]),
    "claims-without-dataset": ([], ("written", "kind", "result"), [("60%", "delta", BARE)]),
    "co-evaluated": (["name=tinyflow"], ("name", "titles"), [("LLaMA-2", [HOSTILE])]),
    "conflicts": (
        ["papers=2"],
        ("subject", "dataset", "lowest", "highest", "values", "papers"),
        [("TinyFlow", "GSM8K", 60.0, 71.5, 2, 2)],
    ),
    "datasets-for-task": (
        ["task=Math Word Problems"],
        ("dataset", "papers", "first"),
        [("GSM8K", 1, "2024-01-16")],
    ),
    "evidence": (
        ["name=GSM-8K", "edge=evaluates", "other=slow"],
        ("source", "edge", "target"),
        [("SlowFlow", "EVALUATES", "GSM8K")],
    ),
    "find": (
        ["text=FLOW", "limit=3"],
        ("name", "papers"),
        [("SlowFlow", 1), ("TinyFlow", 1), ("TinyFlow-2", 1)],
    ),
    "hubs": (["limit=2"], ("name", "papers", "results"), [("GSM8K", 2, 4), ("chain-of-thought", 2, 0)]),
    "lineage": (
        ["name=TinyFlow-2"],
        ("level", "name", "of", "introduced"),
        [
            (0, "TinyFlow", None, HOSTILE),
            (1, "TinyFlow-1", "TinyFlow", None),
            (1, "TinyFlow-2", "TinyFlow", "FastFlow"),
            (2, "TinyFlow-2-7B", "TinyFlow-2", None),
        ],
    ),
    "metrics-for-task": (
        ["task=math word problems"],
        ("metric", "higher_is_better", "papers", "results"),
        [("accuracy", True, 1, 1)],
    ),
    "newcomers": (
        ["since=2024-01", "papers=1"],
        ("name", "first", "papers", "undated"),
        [
            ("LLaMA-2", "2024-01-16", 1, 0),
            ("TinyFlow", "2024-01-16", 1, 0),
            ("math word problems", "2024-01-16", 1, 1),
        ],
    ),
    "orphans": ([], ("type", "name", "paper"), [("Method", "stray", "FastFlow")]),
    "outperforms": (["name=Llama 2"], ("winner", "loser", "value"), [("TinyFlow", "LLaMA-2", 2.5)]),
    "papers-for-task": (
        ["task=math word problems"],
        ("upvotes", "paper", "introduces", "results"),
        [(14, HOSTILE, ["TinyFlow"], 3), (None, "FastFlow", ["TinyFlow-2"], 2)],
    ),
    "records": (
        ["dataset=gsm8k"],
        ("published", "value", "subject"),
        [("2023-12-01", 64.2, "SlowFlow"), ("2024-01-16", 71.5, "TinyFlow")],
    ),
    "reused-datasets": ([], ("dataset", "papers", "evaluated", "used"), [("GSM8K", 2, 2, 0)]),
    "shortest-path": (
        ["from=TinyFlow-1", "to=llama-2"],
        ("steps", "nodes", "edges"),
        [(2, ["TinyFlow-1", "TinyFlow", "LLaMA-2"], ["VARIANT_OF >", "OUTPERFORMS >"])],
    ),
    "similar-papers": (
        ["paper=fast"],
        ("other", "shared", "likeness", "names"),
        [("SlowFlow", 1, 1 / 5, ["accuracy"]), (HOSTILE, 1, 1 / 7, ["math word problems"])],
    ),
    "timeline": (
        ["name=CoT"],
        ("published", "role"),
        [("2023-12-01", "MENTIONS"), ("2024-01-16", "USES")],
    ),
}
"""For each query its parameters, some of its columns, and all rows of these."""


@pytest.mark.parametrize("name", ANSWERS)
def test_named_query_gives_the_answer(name: str, more: Store) -> None:
    """Each query gives the rows that the graph is known to hold."""
    given, columns, answer = ANSWERS[name]
    rows = list(more.run(*prepare(name, given)))
    assert [tuple(row[column] for column in columns) for row in rows] == answer


def test_path_against_the_edges(more: Store) -> None:
    """A path is walked against edges too, and all of the fewest steps are told."""
    rows = list(more.run(*prepare("shortest-path", ["from=SlowFlow", "to=chain-of-thought"])))
    assert [(row["nodes"], row["edges"]) for row in rows] == [
        (["SlowFlow", "SlowFlow", "chain-of-thought"], ["< INTRODUCES", "MENTIONS >"])
    ]


def test_record_of_a_metric_whose_lower_values_are_better(more: Store) -> None:
    """A lower value is the better one where the metric says so."""
    rows = list(more.run(*prepare("records", ["dataset=speed"])))
    assert [row["value"] for row in rows] == [10, 8]
