"""N-Triples, Turtle and JSON-LD: read back by rdflib."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest
import rdflib
from arbitrary import TEXT, graphs
from hypothesis import given, settings
from rdflib.namespace import DCTERMS, RDF, SKOS, XSD

from kg.errors import ExportError
from kg.exports import EXPORTS
from kg.exports.terms import BASE, iri
from kg.exports.triples import STANDARD_CLASSES, VOCABULARY, property_iri, triples
from kg.records import Edge, Graph, Node, Value
from kg.schema import EDGES, NODE_TYPES, NODES

V = rdflib.Namespace(VOCABULARY)
OA = rdflib.Namespace("http://www.w3.org/ns/oa#")
FORMATS = {"nt": "nt", "ttl": "turtle", "jsonld": "json-ld"}
# rdflib reads JSON-LD through a class of its own that it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
everywhere = pytest.mark.parametrize("name", FORMATS)


def _read(graph: Graph, name: str) -> rdflib.Graph:
    text = "".join(EXPORTS[name].chunks(graph))
    return rdflib.Graph().parse(data=text, format=FORMATS[name])


def _ref(id_: str) -> rdflib.URIRef:
    return rdflib.URIRef(iri(id_))


def _paper(**properties: Value) -> Graph:
    given = {"title": "A title", "abstract": "An abstract."} | properties
    return Graph((Node("paper:1", "Paper", tuple(given.items())),), ())


@everywhere
def test_all_formats_say_the_same(name: str, graph: Graph) -> None:
    """Each format reads back as exactly the triples that were generated, none of them blank."""
    read, expected = set(_read(graph, name)), list(triples(graph))
    assert len(expected) == len(set(expected)) == len(read)
    assert read == set(_read(graph, "nt"))
    assert not any(isinstance(term, rdflib.BNode) for triple in read for term in triple)


@everywhere
def test_nodes_are_all_there(name: str, graph: Graph) -> None:
    """Every node has its class, the standard class beside it, and no other class of ours."""
    read = _read(graph, name)
    labels = {V[node_type.label]: node_type.label for node_type in NODES}
    found = {(s, labels[o]) for s, _, o in read.triples((None, RDF.type, None)) if o in labels}
    assert found == {(_ref(node.id), node.label) for node in graph.nodes}
    for subject, label in found:
        assert (subject, RDF.type, rdflib.URIRef(STANDARD_CLASSES[label])) in read


@everywhere
def test_edges_are_all_there(name: str, graph: Graph) -> None:
    """Every edge is a plain triple and a statement with its confidence."""
    read = _read(graph, name)
    for edge in graph.edges:
        ends = _ref(edge.source), rdflib.URIRef(property_iri(edge.type)), _ref(edge.target)
        statement = _ref(edge.id)
        assert ends in read
        assert tuple(read.value(statement, RDF[part]) for part in ("subject", "predicate", "object")) == ends
        assert read.value(statement, V.confidence).toPython() == Decimal(str(edge.get("confidence")))
    assert len(set(read.subjects(RDF.type, V.Statement))) == len(graph.edges)


@everywhere
def test_properties_are_all_there(name: str, graph: Graph) -> None:
    """Every property of every node is said, once for each item of a list."""
    read = _read(graph, name)
    for node in graph.nodes:
        for key, value in node.properties:
            if key in {"evidence", "start", "end"}:
                continue  # said by the evidence, see below
            said = {str(item) for item in read.objects(_ref(node.id), rdflib.URIRef(property_iri(key)))}
            items = value if isinstance(value, tuple) else (value,)
            assert said == {str(item).lower() if isinstance(item, bool) else str(item) for item in items}


@everywhere
def test_evidence_is_a_slice_of_the_text(name: str, graph: Graph) -> None:
    """Each quotation equals the slice of title, line feed and abstract that its positions name."""
    read = _read(graph, name)
    texts = {_ref(n.id): f"{n.get('title')}\n{n.get('abstract')}" for n in graph.nodes if n.label == "Paper"}
    prov = rdflib.Namespace("http://www.w3.org/ns/prov#")
    checked = 0
    for evidence in read.subjects(RDF.type, V.Evidence):
        paper = read.value(read.value(evidence, OA.hasSource), prov.specializationOf)
        selectors = list(read.objects(evidence, OA.hasSelector))
        (exact,) = (read.value(s, OA.exact) for s in selectors if (s, OA.exact, None) in read)
        (at,) = (s for s in selectors if (s, OA.start, None) in read)
        span = slice(read.value(at, OA.start).toPython(), read.value(at, OA.end).toPython())
        assert texts[paper][span] == str(exact)
        checked += 1
    assert checked == 2  # equal sentences share one node


def test_assembled_edge_quotes_its_result(graph: Graph) -> None:
    """An OUTPERFORMS edge, which has no offsets, points to the evidence of the result it came from."""
    read = _read(graph, "nt")
    (edge,) = (edge for edge in graph.edges if edge.type == "OUTPERFORMS")
    evidence = read.value(_ref(edge.id), V.evidence)
    assert evidence == read.value(_ref("result:bbbbbbbbbbbbbbbb"), V.evidence)
    assert list(read.objects(_ref(edge.id), V.results)) == [_ref("result:bbbbbbbbbbbbbbbb")]


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("nt", f'"71.50"^^<{XSD.decimal}>'),
        ("ttl", "v:value 71.50 "),
        ("jsonld", '{"@type": "xsd:decimal", "@value": "71.50"}'),
    ],
)
def test_decimals_keep_their_digits(name: str, spelling: str, graph: Graph) -> None:
    """A value of 71.50 stays 71.50."""
    assert spelling in "".join(EXPORTS[name].chunks(graph))


@pytest.mark.parametrize("value", ["64", "0.0000001", "-3.10", "1E+5", "0"])
@everywhere
def test_decimals_are_exact(name: str, value: str) -> None:
    """Whole, small, negative and large decimals come back as equal decimals in every format."""
    result = Node("result:1", "Result", (("kind", "absolute"), ("value", Decimal(value))))
    (read,) = _read(Graph((result,), ()), name).objects(None, V.value)
    assert read.datatype == XSD.decimal
    assert read.toPython() == Decimal(value)


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_infinite_decimals_are_refused(value: str) -> None:
    """What no RDF decimal can hold is reported with the id of the node."""
    result = Node("result:1", "Result", (("kind", "absolute"), ("value", Decimal(value))))
    with pytest.raises(ExportError, match=r"result:1.*no finite number"):
        list(triples(Graph((result,), ())))


@pytest.mark.parametrize(
    ("published", "type_"),
    [
        ("2024-01-16", XSD.date),
        ("2024-01", XSD.gYearMonth),
        ("2024", XSD.gYear),
        ("2024-02-31", None),
        ("spring 2024", None),
    ],
)
@everywhere
def test_dates_are_as_precise_as_known(name: str, published: str, type_: rdflib.URIRef | None) -> None:
    """A date has the datatype of its precision; what is no date stays a plain string."""
    (issued,) = _read(_paper(published=published), name).objects(None, DCTERMS.issued)
    assert (str(issued), issued.datatype) == (published, type_)


def test_context_is_in_the_file(graph: Graph) -> None:
    """The context of JSON-LD is a literal table: no reader needs the network."""
    document: dict[str, Any] = json.loads("".join(EXPORTS["jsonld"].chunks(graph)))
    assert all(isinstance(namespace, str) for namespace in document["@context"].values())
    assert "dataset:gsm8k" in {node["@id"] for node in document["@graph"]}


def test_turtle_abbreviates_ids(graph: Graph) -> None:
    """An id of the graph is a name of Turtle as it stands."""
    assert "\ndataset:gsm8k a " in "".join(EXPORTS["ttl"].chunks(graph))


@given(TEXT, TEXT)
def test_iris_are_valid_and_distinct(one: str, other: str) -> None:
    """Whatever an id holds, its IRI is valid, starts its last part with a letter or _, and is its own."""
    pattern = rf"{re.escape(BASE)}/model/[A-Za-z_](?:[A-Za-z0-9._~-]|%[0-9A-F]{{2}})*"
    made = iri(f"model:{one}"), iri(f"model:{other}")
    assert all(re.fullmatch(pattern, each) for each in made)
    assert (made[0] == made[1]) == (one == other)


def test_schema_maps_to_distinct_properties() -> None:
    """No two properties or edge types share an IRI, except where they share a name."""
    names = {prop.name for record in (*NODES, *EDGES) for prop in record.properties}
    names |= {edge_type.name for edge_type in EDGES}
    assert len({property_iri(name) for name in names}) == len(names)
    assert set(STANDARD_CLASSES) >= set(NODE_TYPES)


@everywhere
@settings(max_examples=25, deadline=None)
@given(graph=graphs())
def test_any_text_survives(name: str, graph: Graph) -> None:
    """Titles, names, aliases and sentences come back character for character."""
    read = _read(graph, name)
    dataset, paper = graph.nodes
    (edge,) = graph.edges
    assert str(read.value(_ref(paper.id), DCTERMS.title)) == paper.get("title")
    assert str(read.value(_ref(paper.id), DCTERMS.abstract)) == paper.get("abstract")
    assert str(read.value(_ref(dataset.id), SKOS.prefLabel)) == dataset.get("name")
    assert (str(read.value(_ref(dataset.id), SKOS.altLabel)),) == dataset.get("aliases")
    assert str(next(read.objects(None, OA.exact))) == edge.get("evidence")
    assert str(read.value(_ref(edge.id), V.extractor)) == edge.get("extractor")


def test_statement_of_a_rule() -> None:
    """An edge without evidence still is a statement, with the rule that made it."""
    nodes = tuple(Node(f"model:{name}", "Model", (("name", name),)) for name in ("a", "a-7b"))
    edge = Edge("edge:1", "VARIANT_OF", "model:a-7b", "model:a", (("rule", "size"),))
    read = _read(Graph(nodes, (edge,)), "nt")
    assert str(read.value(_ref("edge:1"), V.rule)) == "size"
    assert read.value(_ref("edge:1"), V.evidence) is None
