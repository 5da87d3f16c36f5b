"""SPARQL: the named queries answer what those of Cypher answer, in both engines."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rdflib
from click.testing import CliRunner

from kg.cli import main
from kg.directory import FORMAT, Meta, write_directory
from kg.errors import QueryError
from kg.exports.rdf import to_rdflib
from kg.exports.sparql import LISTS, answer, fill_in, open_rdf, sparql_names, sparql_text
from kg.exports.vocabulary import VOCABULARY
from kg.records import Edge, Graph, Node, dump_lines
from kg.stores.embedded import EmbeddedStore, open_store
from kg.stores.queries import named_query
from tests.conftest import HOSTILE
from tests.stores.conftest import with_claims

CASES = [
    ("leaderboard", {"dataset": "GSM-8k"}),
    ("leaderboard", {"dataset": "dataset:gsm8k", "metric": "ACCURACY"}),
    ("leaderboard", {"dataset": "gsm8k", "metric": "speed"}),
    ("leaderboard", {"dataset": "gsm8k", "task": "Math Word Problems"}),
    ("leaderboard", {"dataset": "gsm8k", "task": "parsing"}),
    ("leaderboard", {"dataset": "gsm8k", "as_of": "2023"}),
    ("leaderboard", {"dataset": "gsm8k", "as_of": "2024-01"}),
    ("leaderboard", {"dataset": "Ranked"}),
    ("leaderboard", {"dataset": "Ranked", "task": "math word problems"}),
    ("leaderboard", {"dataset": HOSTILE}),
    ("timeline", {"name": "cot"}),
    ("timeline", {"name": "LLaMA-2"}),
    ("timeline", {"name": "GSM8K"}),
    ("claims", {"paper": "FLOW"}),
    ("claims", {"paper": "paper:1111111111111111"}),
    ("co-evaluated", {"name": "TinyFlow"}),
    ("co-evaluated", {"name": "nothing"}),
    ("datasets-for-task", {"task": "math word problems"}),
    ("datasets-for-task", {"task": "parsing"}),
    ("outperforms", {}),
    ("outperforms", {"name": "llama 2"}),
    ("outperforms", {"name": "SlowFlow"}),
    ("reused-datasets", {}),
    ("reused-datasets", {"limit": 0}),
    ("evidence", {"name": "GSM8K"}),
    ("evidence", {"name": "TinyFlow"}),
    ("evidence", {"name": "GSM8K", "edge": "on_dataset"}),
    ("evidence", {"name": "LLaMA-2", "other": "tinyflow"}),
    ("evidence", {"name": "GSM8K", "edge": "EVALUATES", "other": "SLOW"}),
    ("evidence", {"name": "GSM8K", "other": "paper:2222222222222222"}),
    ("evidence", {"name": "GSM8K", "other": "nothing"}),
    ("datasets-for-task", {"task": "dataset:gsm8k"}),
    ("find", {"text": "O"}),
    ("find", {"text": "o", "limit": 3}),
    ("find", {"text": '"dq" \\'}),
    ("find", {"text": "nothing"}),
    ("checks", {}),
    ("checks", {"check": "unit"}),
]


@pytest.fixture(scope="module")
def answered(graph: Graph) -> Graph:
    """Return the test graph with claims of all parts, an undated paper and an edge by a rule."""
    more = with_claims(
        graph,
        ("qualitative", None, None, "better"),
        ("factor", "2", "x", "worse"),
        ("factor", "0.25", "x", "better"),
        ("delta", "1.50", "points", "worse"),
        ("delta", "3", "%", "comparable"),
        ("absolute", "85", "%", None),
        ("absolute", "90", "%", None),
    )
    undated = Node("paper:3333333333333333", "Paper", (("title", "Undated"), ("abstract", "None.")))
    said = (("evidence", "None."), ("start", 8), ("end", 13), ("confidence", 0.5), ("extractor", "test 1"))
    edges = [
        Edge(f"edge:{number}", type_, undated.id, target, said)
        for number, (type_, target) in enumerate(
            [
                ("USES", "dataset:ranked"),
                ("EVALUATES", "dataset:ranked"),
                ("INTRODUCES", "method:chain-of-thought"),
                ("COMPARES_WITH", "model:tinyflow"),
            ]
        )
    ]
    rule = Edge("edge:rule", "VARIANT_OF", "model:tinyflow", "model:llama-2", (("rule", "size"),))
    return Graph((*more.nodes, undated), (*more.edges, *edges, rule))


@pytest.fixture(scope="module")
def directory(answered: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a graph directory of it."""
    return _written(answered, tmp_path_factory.mktemp("sparql") / "a.kg")


def _written(graph: Graph, path: Path) -> Path:
    contents = {"nodes.jsonl": dump_lines(graph.nodes), "edges.jsonl": dump_lines(graph.edges)}
    write_directory(path, contents, Meta(FORMAT, "1", "test 1", (), {}, {}, {}))
    return path


@pytest.fixture(scope="module")
def store(directory: Path) -> Iterator[EmbeddedStore]:
    """Open the embedded store, whose answers are the measure."""
    with open_store(directory) as opened:
        yield opened


@pytest.fixture(scope="module", params=["oxigraph", "rdflib"])
def rdf(request: pytest.FixtureRequest, answered: Graph) -> rdflib.Graph:
    """Return the RDF of the graph in each engine."""
    found = open_rdf(answered) if request.param == "oxigraph" else to_rdflib(answered)
    assert type(found.store).__name__ == {"oxigraph": "OxigraphStore", "rdflib": "Memory"}[request.param]
    return found


@pytest.mark.parametrize(("name", "given"), CASES, ids=lambda case: str(case)[:40])
def test_answers_are_those_of_cypher(
    name: str, given: dict[str, Any], rdf: rdflib.Graph, store: EmbeddedStore
) -> None:
    """Rows, their order, their columns and the order of these are equal, values and missing ones alike."""
    query = named_query(name)
    values = {parameter.name: parameter.default for parameter in query.parameters} | given
    found = list(answer(rdf, fill_in(sparql_text(name), values), lists=LISTS))
    expected = [_sorted_lists(row) for row in store.run(query.text, values)]
    assert found == expected
    assert all(list(row) == [column.name for column in query.columns] for row in found)


def _sorted_lists(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as RDF has it, where lists have no order."""
    return {name: sorted(value) if isinstance(value, list) else value for name, value in row.items()}


def test_cases_cover_every_query() -> None:
    """Each file is compared at least twice, once with rows."""
    names = [name for name, _ in CASES]
    assert set(names) == set(sparql_names())
    assert len(sparql_names()) == 10
    assert min(map(names.count, sparql_names())) >= 2


@pytest.mark.parametrize("name", sparql_names())
def test_file_runs_as_it_stands(name: str, rdf: rdflib.Graph) -> None:
    """A query has all its prefixes, the columns of its Cypher, and its defaults for examples."""
    text = sparql_text(name)
    declared = dict(re.findall(r"^PREFIX (\w+): <(.*)>$", text, re.MULTILINE))
    assert declared["v"] == VOCABULARY
    assert set(re.findall(r"(?<![\w?<])(\w+):\w", re.sub(r"#.*|<.*>|\".*?\"", "", text))) <= declared.keys()
    defaults = {parameter.name: parameter.default for parameter in named_query(name).parameters}
    assert fill_in(text, defaults) == text
    result = rdf.query(text)
    assert [str(name) for name in result.vars or ()] == [c.name for c in named_query(name).columns]


@pytest.mark.parametrize("value", ['") } #', "\\\\", "line\nfeed", "?x", "\x00"])
def test_values_stay_values(value: str, rdf: rdflib.Graph) -> None:
    """Whatever a parameter holds, it is a text to be found, never a part of the query."""
    assert list(answer(rdf, fill_in(sparql_text("find"), {"text": value, "limit": 9}))) == []


def test_prefixes_need_not_be_declared(rdf: rdflib.Graph) -> None:
    """A query of the user knows the prefixes of the graph, and IRIs come back as ids or names."""
    text = "SELECT ?d ?class ?one WHERE { ?d a ?class . BIND(1 AS ?one) FILTER(?d = dataset:gsm8k) }"
    rows = list(answer(rdf, text))
    assert {"d": "dataset:gsm8k", "class": "dcat:Dataset", "one": 1} in rows
    assert len(rows) == 3


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("ASK { dataset:gsm8k a v:Dataset }", [{"answer": True}]),
        ("ASK { dataset:gsm8k a v:Model }", [{"answer": False}]),
        (
            "CONSTRUCT { ?x v:mentions ?x } WHERE { ?x dct:identifier 'model:tinyflow' }",
            [{"subject": "model:tinyflow", "predicate": "v:mentions", "object": "model:tinyflow"}],
        ),
        ("SELECT ?x WHERE { ?x a v:Nothing }", []),
        ("SELECT ?x WHERE { BIND(71.50 AS ?x) }", [{"x": 71.5}]),
    ],
)
def test_each_form_of_query_gives_rows(text: str, rows: list[dict[str, Any]], rdf: rdflib.Graph) -> None:
    """SELECT, ASK and CONSTRUCT are answered in rows that JSON can hold."""
    assert list(answer(rdf, text)) == rows


@pytest.mark.parametrize(
    "text", ["SELECT", "MATCH (n) RETURN n", "DELETE WHERE { ?a ?b ?c }", "SELECT ?x { ?x nope:x 1 }"]
)
def test_what_is_no_query_is_refused(text: str, rdf: rdflib.Graph) -> None:
    """What does not read, or is no SPARQL, is one error, and the graph stays as it is."""
    before = len(rdf)
    with pytest.raises(QueryError, match="query: not understood"):
        list(answer(rdf, text))
    assert len(rdf) == before


@pytest.mark.parametrize("name", LISTS)
def test_names_of_variables_mean_nothing(name: str, rdf: rdflib.Graph) -> None:
    """In SPARQL of the user a text stays one, whatever its variable is called."""
    assert list(answer(rdf, f"SELECT ?{name} {{ BIND('one' AS ?{name}) }}")) == [{name: "one"}]


def test_unknown_name_lists_the_known_ones() -> None:
    """A name without a query names those that have one."""
    with pytest.raises(QueryError, match=r"leaderboards: no SPARQL query.*leaderboard, "):
        sparql_text("leaderboards")


def _run(*args: str | Path, code: int = 0) -> Any:
    done = CliRunner().invoke(main, ["sparql", *map(str, args)])
    assert done.exit_code == code, done.output
    return done


def test_command_answers(directory: Path) -> None:
    """A named query with its parameters, and SPARQL of the user, print rows."""
    rows = json.loads(_run(directory, "leaderboard", "-p", "dataset=Ranked", "--format", "json").stdout)
    assert [row["value"] for row in rows[:2]] == [90.0, 85.0]
    (row,) = json.loads(_run(directory, "ASK { ?x a v:Paper }", "--format", "json").stdout)
    assert row == {"answer": True}


@pytest.mark.parametrize(("dataset", "code"), [("gsm-8k", 0), ("g.s.m 8k", 0), ("gms8k", 1), ("nope", 1)])
def test_names_mean_what_they_mean_in_cypher(
    dataset: str, code: int, answered: Graph, tmp_path: Path
) -> None:
    """Another spelling gives the rows of kg query, an unknown name its error with near names."""
    directory = _written(answered, tmp_path / "a.kg")
    args = [str(directory), "leaderboard", "-p", f"dataset={dataset}", "--format", "json"]
    by_cypher, by_sparql = (CliRunner().invoke(main, [command, *args]) for command in ("query", "sparql"))
    assert by_sparql.exit_code == by_cypher.exit_code == code
    assert by_sparql.stderr == by_cypher.stderr
    found, expected = (json.loads(done.stdout or "[]") for done in (by_sparql, by_cypher))
    assert found == list(map(_sorted_lists, expected))
    assert bool(found) == (code == 0)


def test_command_lists_queries() -> None:
    """--list tells the questions, as JSON the texts."""
    assert "leaderboard: Which results" in _run("--list").stdout
    texts = {row["name"]: row["text"] for row in json.loads(_run("--list", "--format", "json").stdout)}
    assert texts["find"] == sparql_text("find")


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (["leaderboard", "-p", "data=x"], 1, "has no parameter 'data'"),
        (["leaders"], 1, "no SPARQL query has this name"),
        (["SELECT ?x {"], 1, "not understood"),
        (["ASK { ?x ?y ?z }", "-p", "a=b"], 2, "named queries"),
        ([], 2, "--list"),
    ],
)
def test_command_explains_what_is_wrong(args: list[str], code: int, told: str, directory: Path) -> None:
    """What is missing or misspelt is told on standard error, with the usual exit codes."""
    done = _run(directory, *args, code=code)
    assert told in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/x> { ?s ?p ?o } }",
        "SELECT * { service silent ?where { ?s ?p ?o } }",
        "SELECT * FROM <file:///nowhere> { ?s ?p ?o }",
    ],
)
def test_nothing_is_read_elsewhere(text: str, graph: Graph) -> None:
    """A query that would ask another address is refused before it runs."""
    with pytest.raises(QueryError, match="would read elsewhere"):
        list(answer(open_rdf(graph), text))


@pytest.mark.parametrize(
    "text",
    [
        'SELECT ("FROM SERVICE" AS ?from) { }  # SERVICE',
        "SELECT ?service { BIND(<x:FROM#SERVICE> AS ?service) }",
    ],
)
def test_words_in_texts_names_and_comments_are_harmless(text: str, graph: Graph) -> None:
    """Only the words of SPARQL are looked at."""
    assert len(list(answer(open_rdf(graph), text))) == 1
