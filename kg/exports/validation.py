"""RDF held against the shapes, by pySHACL.

Input: a graph, or a file of RDF. Output: the violations, sorted. No reasoning is done, as
most stores do none: a class counts only where it is said.
"""

import gzip
import logging
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from kg.errors import ExportError
from kg.exports.ontology import read_asset
from kg.exports.terms import BASE, id_of
from kg.exports.vocabulary import PREDICATES, VOCABULARY, expand, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    import rdflib
    from rdflib.term import Node as RdfNode

READERS: Final = {".nt": "nt", ".ttl": "turtle", ".jsonld": "json-ld"}
"""rdflib's name of the format of each suffix; each file may be compressed (``.gz``)."""


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """A node that breaks a rule: the name of its shape, what the rule demands and what was found."""

    node: str
    rule: str
    demands: str
    found: str | None


def read_rdf(path: Path) -> "rdflib.Graph":
    """Return the RDF of a file whose suffix is one of `READERS`.

    Raises:
        ExportError: The suffix is unknown, or the file is not what the suffix says.
    """
    import rdflib

    suffix = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
    if suffix not in READERS:
        known = ", ".join(READERS)
        raise ExportError(
            str(path), f"no RDF by its name, which ends in {path.suffix!r}", f"name one of {known}"
        )
    graph = rdflib.Graph(bind_namespaces="none")
    logging.getLogger("rdflib").addHandler(logging.NullHandler())  # what it says besides is in the error
    try:
        with _opened(path) as file:
            graph.parse(file, format=READERS[suffix], publicID=path.absolute().as_uri())
    except (OSError, EOFError) as error:
        raise ExportError(str(path), f"cannot be read ({error})", "name another file") from error
    except Exception as error:  # rdflib's readers raise whatever their parts do
        first = " ".join(str(error).partition(" at ^ in")[0].split())[:200]
        what = f"is no RDF 1.1 that rdflib can read ({type(error).__name__}: {first})"
        raise ExportError(str(path), what, "correct it, or export it anew without --rdf 1.2") from error
    return graph


@contextmanager
def _opened(path: Path) -> "Iterator[BinaryIO]":
    if path.suffix == ".gz":
        with gzip.open(path) as file:
            yield file  # type: ignore[misc]  # it reads as binary files do
    else:
        with path.open("rb") as file:
            yield file


def count_nodes(graph: "rdflib.Graph", where: str) -> int:
    """Return how many things are of one of our classes.

    Raises:
        ExportError: There are none, so that no rule could ever be broken.
    """
    import rdflib

    things = {
        subject
        for subject, class_ in graph.subject_objects(rdflib.RDF.type)
        if str(class_).startswith(VOCABULARY)
    }
    if not things:
        raise ExportError(where, "holds nothing of our vocabulary", "name an RDF file that kg export wrote")
    return len(things)


def violations(graph: "rdflib.Graph") -> list[Violation]:
    """Return what breaks a rule, sorted; an empty graph breaks none.

    The rules are those of ``shapes.ttl``, and that each plain triple of an edge has a
    statement: SHACL without SPARQL cannot say that, and with it takes far longer.
    """
    import pyshacl
    import rdflib

    shapes = rdflib.Graph().parse(data=read_asset("shapes.ttl"), format="turtle")
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, inference="none", advanced=False)
    if not isinstance(report, rdflib.Graph):
        raise TypeError(report)
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    space = next(graph.objects(None, rdflib.URIRef(expand("void:uriSpace"))), None)
    base = BASE if space is None else str(space)
    found = set(_unstated(graph, base))
    for result in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        node, rule = report.value(result, sh.focusNode), report.value(result, sh.sourceShape)
        value, message = report.value(result, sh.value), report.value(result, sh.resultMessage)
        found.add(
            Violation(
                _shown(node, base),
                str(rule).removeprefix(VOCABULARY),
                str(message),
                _shown(value, base) if value is not None and value != node else None,
            )
        )
    return sorted(found, key=lambda each: (each.node, each.rule, each.found or ""))


def _unstated(graph: "rdflib.Graph", base: str) -> "Iterator[Violation]":
    """Yield the plain triples of edges that no statement has."""
    import rdflib

    rdf = rdflib.RDF
    stated = {
        (graph.value(each, rdf.subject), graph.value(each, rdf.predicate), graph.value(each, rdf.object))
        for each in graph.subjects(rdf.type, rdflib.URIRef(expand("v:Statement")))
    }
    for predicate in map(rdflib.URIRef, PREDICATES.values()):
        name = shorten(str(predicate))
        for subject, object_ in graph.subject_objects(predicate):
            if (subject, predicate, object_) not in stated:
                demands = f"{name}: each has a v:Statement"
                rule = f"{name.removeprefix('v:')}-statement"
                yield Violation(_shown(subject, base), rule, demands, _shown(object_, base))


def _shown(term: "RdfNode | None", base: str) -> str:
    """Return a term as people know it: the id of a node, a prefixed name, or as N-Triples."""
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return id_of(str(term), base) or shorten(str(term), base)
    return "" if term is None else term.n3()
