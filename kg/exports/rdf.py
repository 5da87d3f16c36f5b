"""Turtle (W3C, 2014), written from the triples that N-Triples streams.

rdflib writes it, and holds the whole graph in memory for that; above `MOST` triples
pyoxigraph streams it (of the extra ``fast``), and Turtle of RDF 1.2, which rdflib lacks.
Which of them writes does not depend on what is installed, so equal graphs give equal files.
"""

import io
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from kg.errors import ExportError
from kg.exports.terms import Literal, Statement, Term, Triple, quoted
from kg.exports.triples import RdfOptions, triples
from kg.exports.vocabulary import prefixes
from kg.records import Graph

if TYPE_CHECKING:
    import pyoxigraph
    import rdflib

MOST: Final = 200_000
"""Triples that rdflib writes: 14 seconds and 0.35 GB, see ``scripts/bench rdf --triples 200000``."""


def to_rdflib(graph: Graph, options: RdfOptions | None = None) -> "rdflib.Graph":
    """Return the graph as an rdflib graph, all prefixes bound."""
    options = options or RdfOptions()
    out = bind(_rdflib_graph(), options.base)
    add_triples(out, triples(graph, options))
    return out


def bind(graph: "rdflib.Graph", base: str) -> "rdflib.Graph":
    """Bind all prefixes to an rdflib graph, and return it."""
    for prefix, namespace in prefixes(base).items():
        graph.bind(prefix, namespace)
    return graph


def add_triples(graph: "rdflib.Graph", some: Iterable[Triple]) -> None:
    """Add triples to an rdflib graph."""
    import rdflib

    for subject, predicate, object_ in some:
        if isinstance(object_, Statement):
            raise ExportError("RDF 1.2", "rdflib has no triple terms", "use RDF 1.1")
        term = (
            rdflib.Literal(object_.text, object_.language, object_.datatype, normalize=False)
            if isinstance(object_, Literal)
            else rdflib.URIRef(object_)
        )
        graph.add((rdflib.URIRef(subject), rdflib.URIRef(predicate), term))


def ttl(graph: Graph, options: RdfOptions | None = None) -> Iterator[str]:
    """Yield a Turtle file.

    Raises:
        ExportError: There are more triples than rdflib writes, or they are of RDF 1.2,
            and pyoxigraph is not installed.
    """
    options = options or RdfOptions()
    large = next(islice(triples(graph, options), MOST, None), None) is not None
    if large or options.version != "1.1":
        why = f"more than {MOST:,} triples" if large else "RDF 1.2"
        yield from _streamed(graph, options, why)
    else:
        yield from _by_rdflib(graph, options)


def _streamed(graph: Graph, options: RdfOptions, why: str) -> Iterator[str]:
    try:
        import pyoxigraph
    except ImportError as error:
        todo = "in a clone of kg: pip install '.[fast]'; or export N-Triples with --format nt"
        raise ExportError(f"Turtle of {why}", "needs pyoxigraph, which is not installed", todo) from error
    # pyoxigraph pushes into a file what our callers pull, so it lies on disk in between.
    with tempfile.TemporaryFile() as file:
        pyoxigraph.serialize(
            ox_triples(triples(graph, options)),
            file,
            pyoxigraph.RdfFormat.TURTLE,
            prefixes=prefixes(options.base),
        )
        file.seek(0)
        for line in file:
            yield line.decode()


def ox_triples(some: Iterable[Triple]) -> "Iterator[pyoxigraph.Triple]":
    """Yield triples as pyoxigraph has them."""
    from pyoxigraph import Literal as OxLiteral
    from pyoxigraph import NamedNode
    from pyoxigraph import Triple as OxTriple

    named: dict[str, NamedNode] = {}  # predicates and datatypes
    last, node = "", NamedNode("urn:x")

    def known(iri: str) -> NamedNode:
        if iri not in named:
            named[iri] = NamedNode(iri)
        return named[iri]

    def made(term: Term) -> "NamedNode | OxLiteral | OxTriple":
        if isinstance(term, str):
            return NamedNode(term)
        if isinstance(term, Statement):
            return OxTriple(NamedNode(term.subject), known(term.predicate), NamedNode(term.object))
        if term.datatype is not None:
            return OxLiteral(term.text, datatype=known(term.datatype))
        return OxLiteral(term.text, language=term.language)

    for subject, predicate, object_ in some:
        if subject != last:
            last, node = subject, NamedNode(subject)
        yield OxTriple(node, known(predicate), made(object_))


def _by_rdflib(graph: Graph, options: RdfOptions) -> Iterator[str]:
    import rdflib
    from rdflib.plugins.serializers.turtle import TurtleSerializer

    short = (rdflib.XSD.integer, rdflib.XSD.boolean, rdflib.XSD.decimal)

    class Serializer(TurtleSerializer):
        """rdflib's writer with subjects in our order and exact literals: it makes 64 a 64.0."""

        def orderSubjects(self) -> list[Any]:  # noqa: N802 - the name is rdflib's
            return list(dict.fromkeys(rdflib.URIRef(subject) for subject, _, _ in triples(graph, options)))

        def label(self, node: Any, position: int) -> str:
            if not isinstance(node, rdflib.Literal):
                return super().label(node, position)
            if node.datatype in short and ("." in node) == (node.datatype == rdflib.XSD.decimal):
                return str(node)
            if node.language is not None:
                return f"{quoted(node)}@{node.language}"
            if node.datatype is not None:
                return f"{quoted(node)}^^{self.get_pname(node.datatype)}"
            return quoted(node)

    file = io.BytesIO()
    Serializer(to_rdflib(graph, options)).serialize(file)
    yield file.getvalue().decode()


def _rdflib_graph() -> "rdflib.Graph":
    import rdflib

    return rdflib.Graph(bind_namespaces="none")
