r"""The graph as RDF triples: one generator, in stable order, for all RDF exports.

Nodes carry a class and the properties of our own flat vocabulary (`VOCABULARY`,
names from ``kg.schema``), and beside the class one of a standard vocabulary. Where
a standard has the exact property (a title, a name), that one is used instead.

An edge is a plain triple, so that ``?paper v:evaluates ?dataset`` finds it, and a
``v:Statement`` with its confidence and evidence. The evidence is a quotation from
the text of a paper (``title + "\n" + abstract``) after the Web Annotation Data
Model (W3C, 2017), whose positions count Unicode code points, end exclusive, as ours do.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from kg.errors import ExportError
from kg.exports.terms import BASE, XSD, Literal, Triple, iri
from kg.records import Edge, Graph, Node, Value, hashed_id
from kg.schema import EDGE_TYPES, NODE_TYPES

VOCABULARY: Final = "https://paper-graph.example/ns#"

NAMESPACES: Final = {
    "v": VOCABULARY,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": XSD,
    "dct": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "fabio": "http://purl.org/spar/fabio/",
    "fair4ml": "https://w3id.org/fair4ml#",
    "mls": "http://www.w3.org/ns/mls#",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
"""Prefixes of the vocabularies; those of the nodes follow from their ids, see `prefixes`."""

_TYPE = NAMESPACES["rdf"] + "type"

STANDARD_CLASSES: Final = {
    "Paper": NAMESPACES["schema"] + "ScholarlyArticle",
    "Task": NAMESPACES["skos"] + "Concept",
    "Method": NAMESPACES["mls"] + "Algorithm",
    "Model": NAMESPACES["fair4ml"] + "MLModel",
    "Dataset": NAMESPACES["dcat"] + "Dataset",
    "Metric": NAMESPACES["mls"] + "EvaluationMeasure",
    "Result": NAMESPACES["mls"] + "ModelEvaluation",
    "Statement": NAMESPACES["rdf"] + "Statement",
    "Evidence": NAMESPACES["oa"] + "SpecificResource",
    "Text": NAMESPACES["prov"] + "Entity",
}
"""The standard class asserted beside each of ours, since no reasoner runs in most stores."""

STANDARD_PROPERTIES: Final = {
    "title": NAMESPACES["dct"] + "title",
    "abstract": NAMESPACES["dct"] + "abstract",
    "published": NAMESPACES["dct"] + "issued",
    "arxiv_id": NAMESPACES["fabio"] + "hasArXivId",
    "url": NAMESPACES["schema"] + "url",
    "name": NAMESPACES["skos"] + "prefLabel",
    "aliases": NAMESPACES["skos"] + "altLabel",
}
"""Properties of ``kg.schema`` that a standard names exactly."""

_ENGLISH = frozenset({"title", "abstract", "name", "aliases"})
_IN_EVIDENCE = frozenset({"evidence", "start", "end"})

Evidence = tuple[str | None, int | None, int | None, str]
"""Id of the paper, start, end, sentence; the first three where they are known."""


def prefixes(base: str = BASE) -> dict[str, str]:
    """Return prefix -> namespace of all that `triples` yields; ``dataset:gsm8k`` is id and short IRI."""
    types = (*NODE_TYPES, "Edge", "Evidence", "Text")
    return NAMESPACES | {type_.lower(): f"{base}/{type_.lower()}/" for type_ in types}


def property_iri(name: str) -> str:
    """Return the IRI of a property or an edge type of ``kg.schema``.

    >>> property_iri("author_count").removeprefix(VOCABULARY), property_iri("COMPARES_WITH")[-12:]
    ('authorCount', 'comparesWith')
    """
    if name in STANDARD_PROPERTIES:
        return STANDARD_PROPERTIES[name]
    first, *rest = name.lower().split("_")
    return VOCABULARY + first + "".join(map(str.capitalize, rest))


def triples(graph: Graph, base: str = BASE) -> Iterator[Triple]:
    """Yield the triples of the graph, each once, subject by subject.

    Nodes come first, then statements, then evidence, each sorted by id.

    Raises:
        ExportError: A number is not finite, so that no RDF decimal can hold it.
    """
    paper_of = {node.id: node.id for node in graph.nodes if node.label == "Paper"}
    paper_of |= {edge.target: edge.source for edge in graph.edges if edge.type == "REPORTS"}
    said = {node.id: _evidence(node, paper_of.get(node.id), {}) for node in graph.nodes}
    outgoing: dict[str, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        outgoing[edge.source].append(edge)
    for node in graph.nodes:
        yield from _node(node, said[node.id], paper_of, base)
        for edge in sorted(outgoing[node.id], key=lambda edge: (edge.type, edge.target)):
            yield iri(node.id, base), property_iri(edge.type), iri(edge.target, base)
        if node.label == "Paper":
            yield from _text(node, base)
    evidence = {_evidence_id(found): found for found in said.values() if found is not None}
    for edge in graph.edges:
        found = _evidence(edge, paper_of.get(edge.source), said)
        yield from _statement(edge, found, base)
        if found is not None:
            evidence[_evidence_id(found)] = found
    for id_ in sorted(evidence):
        yield from _quotation(id_, evidence[id_], base)


def _node(node: Node, said: Evidence | None, paper_of: dict[str, str], base: str) -> Iterator[Triple]:
    subject = iri(node.id, base)
    yield from _classes(subject, node.label)
    types = {prop.name: prop.type for prop in NODE_TYPES[node.label].properties}
    yield from _properties(subject, node, types, base)
    if said is not None:
        yield subject, property_iri("evidence"), iri(_evidence_id(said), base)
    if node.label == "Result" and node.id in paper_of:
        yield subject, NAMESPACES["prov"] + "wasDerivedFrom", iri(paper_of[node.id], base)


def _statement(edge: Edge, said: Evidence | None, base: str) -> Iterator[Triple]:
    subject = iri(edge.id, base)
    yield from _classes(subject, "Statement")
    yield subject, NAMESPACES["rdf"] + "subject", iri(edge.source, base)
    yield subject, NAMESPACES["rdf"] + "predicate", property_iri(edge.type)
    yield subject, NAMESPACES["rdf"] + "object", iri(edge.target, base)
    types = {prop.name: prop.type for prop in EDGE_TYPES[edge.type].properties}
    yield from _properties(subject, edge, types, base)
    if said is not None:
        yield subject, property_iri("evidence"), iri(_evidence_id(said), base)
        if said[0] is not None:
            yield subject, NAMESPACES["prov"] + "wasDerivedFrom", iri(said[0], base)


def _text(paper: Node, base: str) -> Iterator[Triple]:
    """Yield what identifies the text of a paper: offsets mean nothing without it."""
    subject = iri(_text_id(paper.id), base)
    text = f"{paper.get('title')}\n{paper.get('abstract')}"
    yield from _classes(subject, "Text")
    yield subject, NAMESPACES["prov"] + "specializationOf", iri(paper.id, base)
    yield subject, property_iri("sha256"), Literal(hashlib.sha256(text.encode()).hexdigest())


def _quotation(id_: str, said: Evidence, base: str) -> Iterator[Triple]:
    paper, start, end, sentence = said
    subject, oa = iri(id_, base), NAMESPACES["oa"]
    quote, position = f"{subject}-quote", f"{subject}-position"
    yield from _classes(subject, "Evidence")
    if paper is not None:
        yield subject, oa + "hasSource", iri(_text_id(paper), base)
    yield subject, oa + "hasSelector", quote
    if start is not None and end is not None:
        yield subject, oa + "hasSelector", position
    yield quote, _TYPE, oa + "TextQuoteSelector"
    yield quote, oa + "exact", Literal(sentence, language="en")
    if start is not None and end is not None:
        yield position, _TYPE, oa + "TextPositionSelector"
        yield position, oa + "start", Literal(str(start), XSD + "integer")
        yield position, oa + "end", Literal(str(end), XSD + "integer")


def _classes(subject: str, name: str) -> Iterator[Triple]:
    yield subject, _TYPE, VOCABULARY + name
    yield subject, _TYPE, STANDARD_CLASSES[name]


def _properties(subject: str, record: Node | Edge, types: dict[str, str], base: str) -> Iterator[Triple]:
    for name, value in record.properties:
        if name in _IN_EVIDENCE:
            continue
        predicate = property_iri(name)
        # A set, because RDF has no order and no doubles; sorted, because a file has.
        for item in sorted(set(value)) if isinstance(value, tuple) else (value,):
            if name == "results":
                yield subject, predicate, iri(str(item), base)
            elif name in _ENGLISH:
                yield subject, predicate, Literal(str(item), language="en")
            else:
                yield subject, predicate, _literal(record.id, item, types[name])


def _literal(id_: str, value: Value, type_: str) -> Literal:
    """Return a typed literal; floats become decimals, which SPARQL compares without rounding."""
    if isinstance(value, bool):
        return Literal(str(value).lower(), XSD + "boolean")
    if isinstance(value, int) and type_ == "int":
        return Literal(str(value), XSD + "integer")
    if isinstance(value, int | float | Decimal):
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not number.is_finite():
            raise ExportError(id_, f"{value} is no finite number", "correct the value in nodes.jsonl")
        return Literal(f"{number:f}", XSD + "decimal")
    return Literal(str(value), _date_type(str(value)) if type_ == "date" else None)


_DATES = (
    (r"\d{4}-\d\d-\d\d", "date", ""),
    (r"\d{4}-\d\d", "gYearMonth", "-01"),
    (r"\d{4}", "gYear", "-01-01"),
)


def _date_type(text: str) -> str | None:
    """Return the datatype of a date as precise as it is known, None for what is no date."""
    for pattern, type_, rest in _DATES:
        if re.fullmatch(pattern, text, re.ASCII):
            try:
                date.fromisoformat(text + rest)
            except ValueError:
                return None
            return XSD + type_
    return None


def _evidence(record: Node | Edge, paper: str | None, said: Mapping[str, Evidence | None]) -> Evidence | None:
    """Return the evidence of a record; an edge without offsets takes the place of one of its results."""
    sentence, start, end = record.get("evidence"), record.get("start"), record.get("end")
    if not isinstance(sentence, str):
        return None
    if isinstance(start, int) and isinstance(end, int):
        return paper, start, end, sentence
    results = record.get("results")
    for id_ in results if isinstance(results, tuple) else ():
        found = said.get(id_)
        if found is not None and found[-1] == sentence:
            return found
    return None, None, None, sentence


def _evidence_id(said: Evidence) -> str:
    return hashed_id("evidence", *(None if part is None else str(part) for part in said))


def _text_id(paper: str) -> str:
    return f"text:{paper.partition(':')[2]}"
