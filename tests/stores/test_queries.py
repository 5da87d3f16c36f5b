"""Named queries: their headers, names and parameters."""

import re

import pytest

from kg.errors import QueryError
from kg.stores.cypher import cypher_folder
from kg.stores.queries import NamedQuery, bind, named_query, parse_query, prepare, query_names

HEADER = """\
// question: Which?
// parameter: name str -- who
// parameter: limit int = 5 -- how many
// parameter: exact bool = false -- or not
// parameter: least float = null -- from where
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
    ]
    assert [column.name for column in query.columns] == ["a"]


def test_text_becomes_the_declared_type(query: NamedQuery) -> None:
    """Values of the command line are converted, and defaults fill the rest."""
    values = bind(query, {"name": "7", "limit": "7", "exact": "TRUE"})
    assert values == {"name": "7", "limit": 7, "exact": True, "least": None}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "needs the parameter 'name'"),
        ({"name": "a", "nmae": "b"}, "has no parameter 'nmae'; it takes: name (str, required), limit (int)"),
        ({"name": "a", "limit": "many"}, "parameter 'limit' is 'many', not of type int"),
        ({"name": "a", "exact": "maybe"}, "parameter 'exact' is 'maybe', not of type bool"),
    ],
)
def test_bad_parameter_is_explained(query: NamedQuery, given: dict[str, str], words: str) -> None:
    """A missing, unknown or malformed parameter names what the query takes."""
    with pytest.raises(QueryError, match=re.escape(words)):
        bind(query, given)


@pytest.mark.parametrize("line", ["// colunm: a -- b", "// parameter: a text -- b", "// a remark"])
def test_header_that_is_not_understood_is_refused(line: str) -> None:
    """A misspelt header line is an error, not a lost parameter."""
    with pytest.raises(QueryError, match=re.escape(line)):
        parse_query("some", f"{HEADER}{line}\n", "RETURN 1 AS a")


def test_unknown_name_lists_the_known_ones() -> None:
    """A name without a query names those that have one."""
    with pytest.raises(QueryError, match=r"leaderboards: no query has this name.*leaderboard, "):
        prepare("leaderboards", [])


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
    """Every query orders its rows, by an id at last, so that equal graphs give equal rows."""
    order = named_query(name).text.rpartition("ORDER BY")[2]
    assert re.search(r"\b\w+\.id\s*(?:LIMIT \$\w+\s*)?$", order)


def test_folder_holds_queries_only() -> None:
    """Every file of the folder is a query."""
    assert {path.suffix for path in (cypher_folder() / "queries").iterdir()} == {".cypher"}
