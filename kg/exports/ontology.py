"""The files that describe our RDF, written from the tables of ``vocabulary`` and the schema.

``ontology.ttl`` (OWL 2; W3C, 2012) says what each class and property means and which
terms of other vocabularies it is near to; ``shapes.ttl`` what must hold (see ``shapes``);
``context.jsonld`` is the context of JSON-LD. They are checked in, a test holds them equal
to the tables, and ``python -c 'from kg.exports.ontology import write; write()'`` writes
them anew.
"""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final

from kg.exports.jsonld import context_text
from kg.exports.shapes import shapes_text
from kg.exports.terms import quoted
from kg.exports.vocabulary import (
    CLASSES,
    EXTRAS,
    NAMESPACES,
    STANDARD_CLASSES,
    VOCABULARY,
    kind,
    property_name,
)
from kg.schema import EDGES, NODES

ALIGNED: Final = (
    ("v:Paper", "rdfs:subClassOf", "fabio:ResearchPaper"),
    ("v:value", "rdfs:subPropertyOf", "mls:hasValue"),
    ("v:value", "rdfs:subPropertyOf", "schema:value"),
    ("v:byMetric", "rdfs:subPropertyOf", "mls:specifiedBy"),
    ("v:addresses", "rdfs:subPropertyOf", "dct:subject"),
    ("v:mentions", "rdfs:subPropertyOf", "schema:mentions"),
    ("v:about", "rdfs:seeAlso", "fair4ml:evaluatedMLModel"),
    ("v:unit", "rdfs:subPropertyOf", "schema:unitText"),
)
"""Terms of others that ours are near to, beside the standard class of each class."""

_RANGES: Final = {"str": "xsd:string", "int": "xsd:integer", "bool": "xsd:boolean", "decimal": "xsd:decimal"}

_MORE: Final = {
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}


def ontology_text() -> str:
    """Return what ``ontology.ttl`` must be for the present schema."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# What our RDF says. Generated from kg/schema.py, see kg/exports/ontology.py."
    for prefix, namespace in sorted((NAMESPACES | _MORE).items()):
        yield f"@prefix {prefix}: <{namespace}> ."
    yield f"\n<{VOCABULARY.removesuffix('#')}> a owl:Ontology ;"
    yield f"    dct:title {quoted('Papers, what they do with entities, and the results they claim')}@en ."
    for node in NODES:
        above = ("v:Entity",) * node.entity
        yield from _class(node.label, node.doc, *above, STANDARD_CLASSES[node.label])
    for each in CLASSES:
        yield from _class(each.name, each.doc, *filter(None, [each.standard]))
    for name, (doc, kind_, owners) in _properties().items():
        property_ = "owl:ObjectProperty" if kind_ == "iri" else "owl:DatatypeProperty"
        facts = [f"schema:domainIncludes {', '.join(owners)}"] if owners else []
        facts += [f"rdfs:range {_RANGES[kind_]}"] if kind_ in _RANGES else []
        yield from _term(name, property_, doc, facts)
    for edge in EDGES:
        facts = [f"schema:domainIncludes {', '.join(f'v:{label}' for label in edge.sources)}"]
        facts += [f"schema:rangeIncludes {', '.join(f'v:{label}' for label in edge.targets)}"]
        yield from _term(property_name(edge.name), "owl:ObjectProperty", edge.doc, facts)


def _properties() -> dict[str, tuple[str, str, list[str]]]:
    """Return meaning, kind and classes of each property that is ours; those of others have their own."""
    found: dict[str, tuple[str, str, list[str]]] = {}
    records = [(f"v:{node.label}", node.properties) for node in NODES]
    records += [("v:Statement", edge.properties) for edge in EDGES]
    for owner, properties in records:
        for prop in properties:
            name = property_name(prop.name)
            if name.startswith("v:"):
                owners = found.setdefault(name, (prop.doc, kind(prop.name, prop.type), []))[2]
                owners += [owner] if owner not in owners else []
    for extra in EXTRAS:
        if extra.name.startswith("v:"):
            found[extra.name] = (extra.doc, extra.kind, [])
    return found


def _class(name: str, doc: str, *above: str) -> Iterator[str]:
    return _term(f"v:{name}", "owl:Class", doc, [f"rdfs:subClassOf {class_}" for class_ in above])


def _term(name: str, type_: str, doc: str, facts: list[str]) -> Iterator[str]:
    facts = [*facts, *(f"{relation} {other}" for own, relation, other in ALIGNED if own == name)]
    label = name.partition(":")[2]
    yield f"\n{name} a {type_} ;"
    yield f"    rdfs:label {quoted(label)} ;"
    yield f"    rdfs:comment {quoted(doc)}@en" + "".join(f" ;\n    {fact}" for fact in facts) + " ."


ASSETS: Final = {
    "ontology.ttl": ontology_text,
    "shapes.ttl": shapes_text,
    "context.jsonld": context_text,
}
"""The files that ship, and what makes their text."""


def read_asset(name: str) -> str:
    """Return one of the files."""
    return (files("kg.exports") / name).read_text(encoding="utf-8")


def write() -> None:
    """Write the files after a change of the schema or the vocabulary."""
    for name, text in ASSETS.items():
        (Path(__file__).parent / name).write_text(text(), encoding="utf-8")
