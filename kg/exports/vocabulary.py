"""The vocabulary of the RDF exports: which IRI stands for what of ``kg.schema``.

Our own flat vocabulary has a class for each label and a property for each property and
edge type, with names from the schema. Beside each class stands one of a standard
vocabulary; where a standard has the exact property (a title, a name), that one is used
instead. `ontology.ttl`, `shapes.ttl` and `context.jsonld` are written from these tables.
"""

from functools import cache
from typing import Final, NamedTuple

from kg.exports.terms import BASE, XSD
from kg.schema import EDGE_TYPES, EDGES, NODE_TYPES, NODES, labels

VOCABULARY: Final = "urn:uuid:1b2f7a2a-b109-4898-9175-e8e5a5b8b070#"
"""Where the names of our vocabulary begin: fixed for good, and nobody else's (see `terms.BASE`)."""

NAMESPACES: Final = {
    "v": VOCABULARY,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": XSD,
    "bibo": "http://purl.org/ontology/bibo/",
    "dct": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "fabio": "http://purl.org/spar/fabio/",
    "fair4ml": "https://w3id.org/fair4ml#",
    "mls": "http://www.w3.org/ns/mls#",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "qudt": "http://qudt.org/schema/qudt/",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
}
"""Prefixes of the vocabularies; those of the nodes follow from their ids, see `prefixes`."""

PERCENT: Final = "http://qudt.org/vocab/unit/PERCENT"


def expand(name: str) -> str:
    """Return the IRI of a prefixed name of a vocabulary.

    >>> expand("oa:exact")
    'http://www.w3.org/ns/oa#exact'
    """
    prefix, _, local = name.partition(":")
    return NAMESPACES[prefix] + local


class Class(NamedTuple):
    """A class beside the labels of the schema, what it is, and the standard class beside it, if any."""

    name: str
    doc: str
    standard: str | None


STANDARD_CLASSES: Final = {
    "Paper": "schema:ScholarlyArticle",
    "Task": "skos:Concept",
    "Method": "mls:Algorithm",
    "Model": "fair4ml:MLModel",
    "Dataset": "dcat:Dataset",
    "Metric": "mls:EvaluationMeasure",
    "Result": "mls:ModelEvaluation",
}
"""The standard class asserted beside each label, since no reasoner runs in most stores."""

CLASSES: Final = (
    Class("Entity", "a task, method, model, dataset or metric", None),
    Class("Statement", "one edge, with its confidence and its evidence", "rdf:Statement"),
    Class("Evidence", "a sentence of a paper, by quotation and by position", "oa:SpecificResource"),
    Class("Text", "title, line feed and abstract of a paper, which positions count in", "prov:Entity"),
    Class("Run", "what one version of the extractor has read out of the texts", "prov:Activity"),
    Class("Extractor", "one version of the extractor", "prov:SoftwareAgent"),
    Class("Graph", "the graph as a whole", "void:Dataset"),
)

STANDARD_PROPERTIES: Final = {
    "title": "dct:title",
    "abstract": "dct:abstract",
    "published": "dct:issued",
    "arxiv_id": "fabio:hasArXivId",
    "url": "schema:url",
    "name": "skos:prefLabel",
    "aliases": "skos:altLabel",
    "start": "oa:start",
    "end": "oa:end",
    "extractor": "prov:wasGeneratedBy",
}
"""Properties of the schema that a standard names exactly."""


class Extra(NamedTuple):
    """A property beside those of the schema: prefixed name, kind (see `kind`) and meaning."""

    name: str
    kind: str
    doc: str

    @property
    def term(self) -> str:
        """The name without its prefix."""
        return self.name.partition(":")[2]


EXTRAS: Final = (
    Extra(
        "dct:identifier",
        "str",
        "id of a node, the same in every store and export; name and version of an extractor",
    ),
    Extra("bibo:doi", "str", "DOI of a paper, from its address"),
    Extra("schema:sameAs", "iri", "page of a paper at arXiv or its DOI"),
    Extra("skos:inScheme", "iri", "scheme of the tasks"),
    Extra("skos:exactMatch", "iri", "the same thing elsewhere, by a file of the user"),
    Extra("skos:closeMatch", "iri", "nearly the same thing elsewhere, by a file of the user"),
    Extra("skos:broadMatch", "iri", "a more general thing elsewhere, by a file of the user"),
    Extra("skos:narrowMatch", "iri", "a more specific thing elsewhere, by a file of the user"),
    Extra("skos:relatedMatch", "iri", "a related thing elsewhere, by a file of the user"),
    Extra("v:normalizedValue", "decimal", "value of a result in percent, as a fraction of one"),
    Extra("qudt:hasUnit", "iri", "unit of a value in percent"),
    Extra("rdf:subject", "iri", "where the edge of a statement starts"),
    Extra("rdf:predicate", "iri", "type of the edge of a statement"),
    Extra("rdf:object", "iri", "where the edge of a statement ends"),
    Extra("rdf:reifies", "triple", "the edge of a statement, in RDF 1.2"),
    Extra("prov:wasDerivedFrom", "iri", "paper that says so"),
    Extra("prov:specializationOf", "iri", "paper that a text is of"),
    Extra("prov:used", "iri", "texts that a run has found something in"),
    Extra("prov:wasAssociatedWith", "iri", "extractor of a run"),
    Extra("schema:softwareVersion", "str", "version of an extractor, and of its weights"),
    Extra("v:sha256", "str", "SHA-256 of a text in UTF-8, in hexadecimal digits"),
    Extra("oa:hasSource", "iri", "text that the evidence stands in"),
    Extra("oa:hasSelector", "iri", "quotation and position of the evidence"),
    Extra("oa:exact", "text", "the sentence itself"),
    Extra("oa:prefix", "text", "what stands before it"),
    Extra("oa:suffix", "text", "what stands behind it"),
    Extra("void:triples", "int", "number of triples, these included"),
    Extra("void:uriSpace", "str", "where the IRIs of all nodes begin"),
    Extra("void:vocabulary", "iri", "our vocabulary"),
    Extra(
        "v:minConfidence",
        "decimal",
        "confidence below which an edge is only a statement, and a result has no value",
    ),
)

MATCHES: Final = tuple(extra.term for extra in EXTRAS if extra.name.endswith("Match"))
"""Relations of SKOS by which an alignment joins an entity with a thing elsewhere."""

ENGLISH: Final = frozenset({"title", "abstract", "name", "aliases"})
_KINDS: Final = {"results": "iri", "extractor": "iri", "evidence": "iri", "url": "uri"}


def kind(name: str, type_: str) -> str:
    """Return how a property of the schema is said: text (English), str, uri, iri, or as its type says."""
    if name in ENGLISH:
        return "text"
    return _KINDS.get(name, {"float": "decimal", "strs": "str"}.get(type_, type_))


DATATYPES: Final = {
    "int": XSD + "integer",
    "bool": XSD + "boolean",
    "decimal": XSD + "decimal",
    "uri": XSD + "anyURI",
}
"""Datatype of each kind that has always the same; dates have one as precise as they are."""


def property_name(name: str) -> str:
    """Return the prefixed name of a property or an edge type of the schema.

    >>> property_name("author_count"), property_name("COMPARES_WITH"), property_name("title")
    ('v:authorCount', 'v:comparesWith', 'dct:title')
    """
    return STANDARD_PROPERTIES.get(name) or f"v:{term(name)}"


def term(name: str) -> str:
    """Return the name of a property or an edge type as JSON-LD and our vocabulary spell it.

    >>> term("author_count"), term("COMPARES_WITH")
    ('authorCount', 'comparesWith')
    """
    first, *rest = name.lower().split("_")
    return first + "".join(map(str.capitalize, rest))


def property_iri(name: str) -> str:
    """Return the IRI of a property or an edge type of the schema."""
    return expand(property_name(name))


def classes(name: str) -> tuple[str, ...]:
    """Return the IRIs of all classes of what is of one of ours: ours, and the standard one beside it.

    >>> [shorten(iri) for iri in classes("Dataset")]
    ['v:Dataset', 'v:Entity', 'dcat:Dataset']
    """
    return _CLASSES[name]


_CLASSES: Final = {
    name: (*(VOCABULARY + label for label in labels(name)), expand(standard))
    for name, standard in STANDARD_CLASSES.items()
} | {each.name: (VOCABULARY + each.name, expand(each.standard)) for each in CLASSES if each.standard}

ID_TYPES: Final = (*map(str.lower, NODE_TYPES), "edge", "quotation", "text", "run", "agent", "scheme")
"""What stands before the colon of ids, in the graph and in its RDF."""


def prefixes(base: str = BASE) -> dict[str, str]:
    """Return prefix -> namespace of all that the triples hold; ``dataset:gsm8k`` is id and short IRI."""
    return NAMESPACES | {type_: f"{base}{type_}/" for type_ in ID_TYPES}


def shorten(iri: str, base: str = BASE) -> str:
    """Return an IRI as a prefixed name where it has one, else as it is.

    >>> shorten(VOCABULARY + "Paper"), shorten("https://example.org/")
    ('v:Paper', 'https://example.org/')
    """
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    prefix = _prefix_of(base).get(iri[:cut])
    return iri if prefix is None else f"{prefix}:{iri[cut:]}"


@cache
def _prefix_of(base: str) -> dict[str, str]:
    return {namespace: prefix for prefix, namespace in prefixes(base).items()}


PROPERTIES: Final = {
    prop.name: (property_iri(prop.name), kind(prop.name, prop.type))
    for record in (*NODES, *EDGES)
    for prop in record.properties
}
"""IRI and kind of each property of the schema; a name means the same wherever it stands."""

PREDICATES: Final = {name: property_iri(name) for name in EDGE_TYPES}
"""IRI of each edge type."""
