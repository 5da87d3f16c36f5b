"""Turtle and JSON-LD, written by rdflib from the triples that N-Triples streams.

rdflib holds the whole graph in memory; N-Triples is the format for large graphs.
"""

import io
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kg.exports.terms import Literal, quoted
from kg.exports.triples import prefixes, triples
from kg.records import Graph

if TYPE_CHECKING:
    import rdflib


def to_rdflib(graph: Graph) -> "rdflib.Graph":
    """Return the graph as an rdflib graph, all prefixes bound."""
    import rdflib

    out = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in prefixes().items():
        out.bind(prefix, namespace)
    for subject, predicate, object_ in triples(graph):
        term = (
            rdflib.Literal(object_.text, object_.language, object_.datatype, normalize=False)
            if isinstance(object_, Literal)
            else rdflib.URIRef(object_)
        )
        out.add((rdflib.URIRef(subject), rdflib.URIRef(predicate), term))
    return out


def ttl(graph: Graph) -> Iterator[str]:
    """Yield a Turtle file."""
    import rdflib
    from rdflib.plugins.serializers.turtle import TurtleSerializer

    short = (rdflib.XSD.integer, rdflib.XSD.boolean, rdflib.XSD.decimal)

    class Serializer(TurtleSerializer):
        """rdflib's writer with subjects in our order and exact literals: it makes 64 a 64.0."""

        def orderSubjects(self) -> list[Any]:  # noqa: N802 - the name is rdflib's
            return list(dict.fromkeys(rdflib.URIRef(subject) for subject, _, _ in triples(graph)))

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
    Serializer(to_rdflib(graph)).serialize(file)
    yield file.getvalue().decode()


def jsonld(graph: Graph) -> Iterator[str]:
    """Yield a JSON-LD 1.1 file, its context included, one node a line."""
    from rdflib.plugins.serializers.jsonld import from_rdf

    context = prefixes()
    document: dict[str, Any] = from_rdf(to_rdflib(graph), context)  # type: ignore[no-untyped-call]  # rdflib's
    del document["@context"]
    nodes: list[dict[str, Any]] = document.get("@graph", [document])  # a single node stands alone
    yield f'{{"@context": {json.dumps(context, indent=1)},\n"@graph": [\n'
    separator = ""
    for node in sorted(nodes, key=lambda node: node["@id"]):
        yield separator + json.dumps(_sorted(node), ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def _sorted(node: dict[str, Any]) -> dict[str, Any]:
    """Return a node with its keys and values in order: rdflib's follows the hashes of strings."""
    return {
        name: sorted(node[name], key=json.dumps) if isinstance(node[name], list) else node[name]
        for name in sorted(node, key=lambda name: (not name.startswith("@"), name))
    }
