"""Named queries: their headers, names and parameters, and what each answers on both stores."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.directory import read_graph
from kg.errors import QueryError
from kg.records import Graph
from kg.stores.cypher import cypher_folder
from kg.stores.neo4j import Neo4jStore
from kg.stores.queries import NamedQuery, bind, named_query, parse_query, prepare, query_names
from tests.conftest import ROOT
from tests.stores.conftest import loaded_instead

HEADER = """\
// question: Which?
// parameter: name str -- who
// parameter: limit int = 5 -- how many
// parameter: exact bool = false -- or not
// parameter: least float = null -- from where
// parameter: type label = null -- of which type
// parameter: of Task|Method = "a | b = c" -- of what
// parameter: since date = null -- 2024 or so
// column: a -- the first
"""


@pytest.fixture
def query() -> NamedQuery:
    """Return a query with a parameter of each type."""
    return parse_query("some", HEADER, "RETURN 1 AS a")


def test_header_becomes_a_record(query: NamedQuery) -> None:
    """Question, parameters with defaults, and columns are read from the comment lines."""
    assert query.question == "Which?"
    assert [(p.name, p.type, p.required, p.default) for p in query.parameters] == [
        ("name", "str", True, None),
        ("limit", "int", False, 5),
        ("exact", "bool", False, False),
        ("least", "float", False, None),
        ("type", "label", False, None),
        ("of", "Task|Method", False, "a | b = c"),
        ("since", "date", False, None),
    ]
    assert [p.labels for p in query.parameters] == [(), (), (), (), (), ("Task", "Method"), ()]
    assert [column.name for column in query.columns] == ["a"]


def test_text_becomes_the_declared_type(query: NamedQuery) -> None:
    """Values of the command line are converted, and defaults fill the rest."""
    values = bind(query, {"name": "7", "limit": "7", "exact": "TRUE", "type": "dataset"})
    known = {"name": "7", "limit": 7, "exact": True, "type": "Dataset"}
    assert values == {**known, "least": None, "of": "a | b = c", "since": None}


@pytest.mark.parametrize("text", ["2024", "2024-09", "2024-02-29"])
def test_date_is_as_precise_as_given(text: str, query: NamedQuery) -> None:
    """A year, a month and a day are dates, and stay as they are."""
    assert bind(query, {"name": "a", "since": text})["since"] == text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "needs the parameter 'name'"),
        (
            {"name": "a", "nmae": "b"},
            "has no parameter 'nmae'; name a parameter like name; it takes: name (str, ",
        ),
        ({"name": "a", "limit": "many"}, "parameter 'limit' is 'many', not of type int"),
        (
            {"name": "a", "type": "paper"},
            "parameter 'type' is 'paper', not of type label; it means: of which type",
        ),
        *(
            (
                {"name": "a", "since": text},
                f"parameter 'since' is {text!r}, not of type date; it means: 2024 or so",
            )
            for text in ("yesterday", "2024-9", "2024-13", "2024-02-30", "2024-09-02T", "", "2024\n", "0000")
        ),
        ({"name": "a", "exact": "maybe"}, "parameter 'exact' is 'maybe', not of type bool"),
    ],
)
def test_bad_parameter_is_explained(query: NamedQuery, given: dict[str, str], words: str) -> None:
    """A missing, unknown or malformed parameter names what the query takes."""
    with pytest.raises(QueryError, match=re.escape(words)):
        bind(query, given)


@pytest.mark.parametrize(
    "line",
    ["// colunm: a -- b", "// parameter: a text -- b", "// parameter: a Task|Text -- b", "// a remark"],
)
def test_header_that_is_not_understood_is_refused(line: str) -> None:
    """A misspelt header line is an error, not a lost parameter."""
    with pytest.raises(QueryError, match=re.escape(line)):
        parse_query("some", f"{HEADER}{line}\n", "RETURN 1 AS a")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("leaderboards", " like leaderboard "),
        ("leader", " like leaderboard, "),
        ("datasets", " like datasets-for-task, reused-datasets "),
        ("Outperform", " like outperforms "),
        ("zzz", "name a query (kg query --list"),
    ],
)
def test_unknown_name_tells_near_ones(name: str, near: str) -> None:
    """A name without a query tells those that contain it or are spelled like it, where there are some."""
    with pytest.raises(QueryError, match=f"{name}: no query has this name.*{re.escape(near)}"):
        prepare(name, [])


def test_parameter_without_equals_sign_is_refused() -> None:
    """A parameter must be key=value."""
    with pytest.raises(QueryError, match="is not key=value"):
        prepare("leaderboard", ["GSM8K"])


def test_cypher_gets_values_as_json_or_text() -> None:
    """Parameters of literal Cypher are numbers, lists or null where they are JSON, else text."""
    _, values = prepare("RETURN $a", ["a=1", "b=[1,2]", "c=null", "d=GSM8K", 'e="1"', "f=x=y", "g="])
    assert values == {"a": 1, "b": [1, 2], "c": None, "d": "GSM8K", "e": "1", "f": "x=y", "g": ""}


@pytest.mark.parametrize("name", query_names())
def test_query_uses_exactly_its_parameters(name: str) -> None:
    """The parameters of the header are those of the Cypher."""
    named = named_query(name)
    assert set(re.findall(r"\$(\w+)", named.text)) == {parameter.name for parameter in named.parameters}


@pytest.mark.parametrize("name", query_names())
def test_query_has_a_total_order(name: str) -> None:
    """Every query orders its rows, by an id or all ids at last, so that equal graphs give equal rows."""
    order = named_query(name).text.rpartition("ORDER BY")[2]
    assert re.search(r"\b(?:\w+\.id|ids)\s*(?:LIMIT \$\w+\s*)?$", order)


def test_folder_holds_queries_only() -> None:
    """Every file of the folder is a query."""
    assert {path.suffix for path in (cypher_folder() / "queries").iterdir()} == {".cypher"}


@pytest.mark.parametrize("name", query_names())
def test_query_needs_no_parameter(name: str) -> None:
    """Every query can be asked as it is: each parameter has a default."""
    assert not [parameter.name for parameter in named_query(name).parameters if parameter.required]


@dataclass(frozen=True)
class Asked:
    """A graph directory, and the parameters with which every query has rows on it."""

    directory: Path
    parameters: dict[str, list[str]]

    def of(self, name: str, target: str | None = None, **env: str) -> str:
        """Return what kg query prints as JSON for a named query, on the directory or a server."""
        given = [word for parameter in self.parameters.get(name, []) for word in ("-p", parameter)]
        arguments = ["query", target or str(self.directory), name, *given, "--format", "json"]
        result = CliRunner().invoke(main, arguments, env=env)
        assert result.exit_code == 0, result.output
        return result.stdout


GIVEN = {
    "claims": ["paper=Quillon"],
    "lineage": ["name=Quillon-7B"],
    "records": ["dataset=GSM8K"],
    "shortest-path": ["from=Quillon-7B", "to=BERT"],
    "similar-papers": ["paper=Quillon"],
}
"""Parameters with which queries have rows on the sample pages, where the defaults give none."""


def built(pages: Path, folder: Path, parameters: dict[str, list[str]]) -> Asked:
    """Return a graph directory of all pages of a folder."""
    arguments = ["build", *map(str, sorted(pages.iterdir())), "-o", str(folder / "pages.kg")]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return Asked(folder / "pages.kg", parameters)


@pytest.fixture(scope="module", params=["samples", "five pages"])
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """Return the graph of our sample pages, then that of the five real pages with the defaults alone."""
    if request.param == "samples":
        return built(ROOT / "tests" / "pages" / "samples", tmp_path_factory.mktemp("samples"), GIVEN)
    shared: Path = request.getfixturevalue("shared")
    return built(shared / "pages", tmp_path_factory.mktemp("five"), {})


@pytest.fixture(scope="module")
def answered_by_server(
    asked: Asked, server: dict[str, str], neo4j_store: Neo4jStore, graph: Graph
) -> dict[str, str]:
    """Return what kg query prints for every named query, asked of a server with the same graph."""
    with loaded_instead(neo4j_store, graph, read_graph(asked.directory)):
        return {name: asked.of(name, server["NEO4J_URI"], **server) for name in query_names()}


@pytest.mark.timeout(900)  # the first one builds the graph of the five pages
@pytest.mark.parametrize("name", query_names())
def test_query_answers_with_its_columns(name: str, asked: Asked) -> None:
    """Every query has rows, and their keys are the columns of its header in that order."""
    rows: list[dict[str, Any]] = json.loads(asked.of(name))
    columns = [column.name for column in named_query(name).columns]
    assert rows
    assert all(list(row) == columns for row in rows)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", query_names())
def test_query_answers_alike_on_both_stores(
    name: str, asked: Asked, answered_by_server: dict[str, str]
) -> None:
    """A server prints byte for byte what the embedded store prints."""
    assert asked.of(name) == answered_by_server[name]
