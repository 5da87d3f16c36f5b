"""SPARQL 1.1 over the graph: the engine, and the named queries, one file each.

A named query answers the same question as the Cypher of the same name, with the same
parameters and columns, in RDF that any store may hold: its file runs as it stands. The
values of its parameters stand in brackets behind ``VALUES (?param_name ...)``, and a
parameter ``limit`` behind ``LIMIT``.

Oxigraph answers where it is installed (extra ``fast``), else rdflib: the same answers.
"""

import re
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from kg.errors import QueryError
from kg.exports.nt import nt
from kg.exports.rdf import bind, to_rdflib
from kg.exports.terms import BASE, id_of, quoted
from kg.exports.triples import RdfOptions
from kg.exports.vocabulary import shorten
from kg.records import Graph

if TYPE_CHECKING:
    import rdflib
    from rdflib.query import Result

Row = dict[str, Any]

_JOINT: Final = "\x1f"  # between the items of a list
LISTS: Final = ("aliases", "titles", "hedges", "checks")
"""Columns of the named queries that hold lists."""

_QUOTED: Final = re.compile(
    r"<[^<>\"{}|^`\\\s]*>|#[^\n]*|\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''"
    r"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'",
    re.DOTALL,
)
"""IRIs, comments and texts, in which no word is one of SPARQL."""

_ELSEWHERE: Final = re.compile(r"(?<![\w?$:@-])(?:SERVICE|FROM)(?![\w:-])", re.IGNORECASE)
_VALUES: Final = re.compile(r"VALUES \((?P<names>(?:\s*\?param_\w+)+)\s*\)\s*\{[^{}]*\}")
_LIMIT: Final = re.compile(r"(?<=\nLIMIT )\d+")


@cache
def sparql_names() -> tuple[str, ...]:
    """Return the names of all queries, sorted."""
    found = (file.name for file in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".rq") for name in found if name.endswith(".rq")))


def sparql_text(name: str) -> str:
    """Return a named query as its file has it.

    Raises:
        QueryError: There is none of this name; the message lists those that are.
    """
    if name not in sparql_names():
        known = ", ".join(sparql_names())
        raise QueryError(name, "no SPARQL query has this name", f"write SPARQL, or name one of: {known}")
    return (files(__name__) / f"{name}.rq").read_text(encoding="utf-8")


def fill_in(text: str, values: Mapping[str, Any]) -> str:
    r"""Return a query with these values of its parameters; None leaves one open.

    >>> fill_in('VALUES (?param_a ?param_b) { ("x" UNDEF) }', {"a": None, "b": 'say "y"'})
    'VALUES (?param_a ?param_b) { (UNDEF "say \\"y\\"") }'
    """

    def filled(match: re.Match[str]) -> str:
        names = match["names"].split()
        given = (values[name.removeprefix("?param_")] for name in names)
        terms = " ".join("UNDEF" if value is None else quoted(str(value)) for value in given)
        return f"VALUES ({' '.join(names)}) {{ ({terms}) }}"

    text = _VALUES.sub(filled, text)
    return _LIMIT.sub(str(values["limit"]), text) if "limit" in values else text


def open_rdf(graph: Graph, options: RdfOptions | None = None) -> "rdflib.Graph":
    """Return the graph ready for questions: in Oxigraph where oxrdflib is installed, else in rdflib.

    The extra ``fast`` brings oxrdflib and pyoxigraph; the latter alone is of no use here.
    """
    import rdflib

    try:
        import oxrdflib  # noqa: F401 - its presence makes the store known to rdflib
    except ImportError:
        return to_rdflib(graph, options)
    options = options or RdfOptions()
    out = bind(rdflib.Graph(store="Oxigraph", bind_namespaces="none"), options.base)
    with tempfile.NamedTemporaryFile(suffix=".nt") as file:
        file.writelines(line.encode() for line in nt(graph, options))
        file.flush()
        out.parse(file.name, format="ox-nt", transactional=False)
    return out


def answer(graph: "rdflib.Graph", text: str, base: str = BASE, lists: Collection[str] = ()) -> Iterator[Row]:
    """Yield the rows of a query; IRIs are ids or prefixed names, numbers and booleans are plain.

    ASK gives one row, CONSTRUCT and DESCRIBE one for each triple. The prefixes of the
    graph need not be declared.

    Args:
        graph: What is asked.
        text: SPARQL.
        base: Where the IRIs of nodes begin.
        lists: Columns that hold lists, `LISTS` for a named query; in SPARQL of a user, no
            name of a variable means anything.

    Raises:
        QueryError: It is no SPARQL that reads, or it reads elsewhere than in the graph.
    """
    if found := _ELSEWHERE.search(_QUOTED.sub(" ", text)):
        what = f"{found[0].upper()} would read elsewhere, and queries read the graph alone"
        raise QueryError("query", what, "leave it out")
    try:
        result = graph.query(text)
        yield from _rows(result, base, lists)
    except Exception as error:  # the engines and the parser raise whatever they like
        told = " ".join(str(error).split())[:300]
        todo = "correct the SPARQL; only SELECT, ASK, CONSTRUCT and DESCRIBE are answered"
        raise QueryError("query", f"not understood ({told})", todo) from error


@dataclass(frozen=True, slots=True)
class NamedSparql:
    """The RDF of a graph, asked with the texts of named queries as a store is with Cypher."""

    rdf: "rdflib.Graph"

    def run(self, text: str, values: Mapping[str, Any]) -> Iterator[Row]:
        """Yield the rows of the text of a named query with these parameters."""
        return answer(self.rdf, fill_in(text, values), lists=LISTS)


def _rows(result: "Result", base: str, lists: Collection[str]) -> Iterator[Row]:
    match result.type:
        case "ASK":
            yield {"answer": result.askAnswer}
        case "SELECT":
            names = [str(variable) for variable in result.vars or ()]
            for binding in result.bindings:
                found = {str(variable): term for variable, term in binding.items()}
                yield {name: _plain(found.get(name), base, is_list=name in lists) for name in names}
        case _:
            for triple in sorted(result.graph or ()):
                parts = ("subject", "predicate", "object")
                yield {part: _plain(term, base) for part, term in zip(parts, triple, strict=True)}


def _plain(term: Any, base: str, *, is_list: bool = False) -> Any:
    """Return a term as JSON has it; a list comes as one text and is sorted, as RDF has no order."""
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return id_of(str(term), base) or shorten(str(term), base)
    if not isinstance(term, rdflib.Literal):
        return None if term is None else str(term)
    if is_list and term.datatype in (None, rdflib.XSD.string):
        return sorted(str(term).split(_JOINT)) if term else None  # as in other stores
    value = term.toPython()
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, bool | int | float) else str(term)
