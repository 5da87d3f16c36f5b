"""JSON-LD 1.1 (W3C, 2020), one node a line.

It is streamed; nothing is held beside the graph and its evidence.

The context is our own and stands in the file, so no reader needs the network. It gives
each property a plain name and its datatype, so that a program that knows nothing of RDF
reads ``{"id": "dataset:gsm8k", "name": "GSM8K"}``. Neither library writes this: rdflib
takes 2.6 GB for a million triples, pyoxigraph knows no context.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from kg.errors import ExportError
from kg.exports.terms import BASE, XSD, Literal, Term
from kg.exports.triples import RdfOptions, descriptions
from kg.exports.vocabulary import (
    DATATYPES,
    EXTRAS,
    PREDICATES,
    PROPERTIES,
    expand,
    kind,
    prefixes,
    property_name,
    shorten,
    term,
)
from kg.records import Graph
from kg.schema import EDGES, NODES

_COERCED: Final = {
    "text": {"@language": "en"},
    "iri": {"@type": "@id"},
    "decimal": {"@type": "xsd:decimal"},
    "uri": {"@type": "xsd:anyURI"},
}
"""What the context says of a kind, so that its values are plain strings; numbers of JSON are no decimals."""

_TERMS: Final = (
    {iri: (term(name), kind_) for name, (iri, kind_) in PROPERTIES.items()}
    | {iri: (term(name), "iri") for name, iri in PREDICATES.items()}
    | {expand(extra.name): (extra.term, extra.kind) for extra in EXTRAS if extra.kind != "triple"}
)
"""Name and kind of each property by its IRI."""

_TYPE: Final = expand("rdf:type")


def context(base: str = BASE) -> dict[str, Any]:
    """Return the context: all prefixes, then a name for each property, sorted."""
    names: dict[str, Any] = {}
    for record in (*NODES, *EDGES):
        for prop in record.properties:
            names[term(prop.name)] = _definition(property_name(prop.name), kind(prop.name, prop.type))
    for edge in EDGES:
        names[term(edge.name)] = _definition(property_name(edge.name), "iri")
    for extra in EXTRAS:
        if extra.kind != "triple":
            names[extra.term] = _definition(extra.name, extra.kind)
    keywords = {"id": "@id", "type": "@type"}
    return prefixes(base) | keywords | {name: names[name] for name in sorted(names)}


def context_text() -> str:
    """Return what ``context.jsonld`` must be for the present schema."""
    return json.dumps({"@context": context()}, indent=1) + "\n"


def _definition(name: str, kind_: str) -> str | dict[str, str]:
    coerced = _COERCED.get(kind_)
    return name if coerced is None else {"@id": name, **coerced}


def jsonld(graph: Graph, options: RdfOptions | None = None) -> Iterator[str]:
    """Yield a JSON-LD file.

    Raises:
        ExportError: RDF 1.2 is asked for, which JSON-LD does not have.
    """
    options = options or RdfOptions()
    if options.version != "1.1":
        raise ExportError("JSON-LD", "has no RDF 1.2", "export nt or ttl, or leave --rdf 1.2 out")
    yield f'{{"@context": {json.dumps(context(options.base), indent=1)},\n"@graph": [\n'
    separator = ""
    for subject, facts in descriptions(graph, options):
        node: dict[str, Any] = {"id": shorten(subject, options.base), "type": []}
        for predicate, object_ in facts:
            if predicate == _TYPE:
                node["type"].append(shorten(str(object_), options.base))
                continue
            name, kind_ = _TERMS[predicate]
            node.setdefault(name, []).append(_value(object_, kind_, options.base))
        yield separator + json.dumps(
            {name: value[0] if len(value) == 1 and name != "id" else value for name, value in node.items()},
            ensure_ascii=False,
        )
        separator = ",\n"
    yield "\n]}\n"


def _value(object_: Term, kind_: str, base: str) -> Any:
    """Return a value as the context lets it be written."""
    if isinstance(object_, str):
        return shorten(object_, base)
    if not isinstance(object_, Literal):
        raise TypeError(object_)
    if object_.datatype == XSD + "boolean":
        return object_.text == "true"
    if object_.datatype == XSD + "integer":
        return int(object_.text)
    if object_.datatype is None or object_.datatype == DATATYPES.get(kind_):
        return object_.text
    return {"@type": shorten(object_.datatype), "@value": object_.text}
