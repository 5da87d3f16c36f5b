"""N-Triples, Turtle and JSON-LD: read back by rdflib."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import rdflib
from arbitrary import TEXT, graphs
from hypothesis import given, settings
from rdflib.namespace import DCTERMS, RDF, SKOS, XSD

from kg.errors import ExportError
from kg.exports import EXPORTS
from kg.exports.terms import BASE, id_of, iri
from kg.exports.triples import CONTEXT, Match, RdfOptions, triples
from kg.exports.validation import violations
from kg.exports.vocabulary import STANDARD_CLASSES, VOCABULARY, expand, prefixes, property_iri, term
from kg.records import Edge, Graph, Node, Value, hashed_id
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
        assert (subject, RDF.type, rdflib.URIRef(expand(STANDARD_CLASSES[label]))) in read
        assert ((subject, RDF.type, V.Entity) in read) == NODE_TYPES[label].entity


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
            if key == "extractor":
                items = (iri(hashed_id("run", str(value))),)
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
        ("jsonld", '"value": "71.50"'),
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
    """The context of JSON-LD is an object, no address: no reader needs the network."""
    document: dict[str, Any] = json.loads("".join(EXPORTS["jsonld"].chunks(graph)))
    assert document["@context"]["dataset"].startswith(BASE)
    (node,) = (node for node in document["@graph"] if node["id"] == "dataset:gsm8k")
    assert node["name"] == "GSM8K"


def test_turtle_abbreviates_ids(graph: Graph) -> None:
    """An id of the graph is a name of Turtle as it stands."""
    assert "\ndataset:gsm8k a " in "".join(EXPORTS["ttl"].chunks(graph))


@given(TEXT, TEXT)
def test_iris_are_valid_and_distinct(one: str, other: str) -> None:
    """Whatever an id holds, its IRI is valid, its last part starts with a letter, and it leads back."""
    pattern = rf"{re.escape(BASE)}model/[A-Za-z](?:[A-Za-z0-9._~-]|%[0-9A-F]{{2}})*"
    made = iri(f"model:{one}"), iri(f"model:{other}")
    assert all(re.fullmatch(pattern, each) for each in made)
    assert (made[0] == made[1]) == (one == other)
    assert id_of(made[0]) == f"model:{one}"


def test_schema_maps_to_distinct_names() -> None:
    """No two properties or edge types share an IRI or a name, except where their own names are equal."""
    names = {prop.name for record in (*NODES, *EDGES) for prop in record.properties}
    names |= {edge_type.name for edge_type in EDGES}
    assert len({property_iri(name) for name in names}) == len({term(name) for name in names}) == len(names)
    assert not {term(name) for name in names} & prefixes().keys()


@everywhere
def test_base_is_that_of_all_nodes(name: str, graph: Graph) -> None:
    """Every subject begins with the base of the user, and nothing with ours."""
    base = "https://data.example.org/kg/"
    text = "".join(EXPORTS[name].chunks(graph, RdfOptions(base)))
    read = rdflib.Graph().parse(data=text, format=FORMATS[name])
    assert all(subject.startswith(base) for subject in read.subjects())
    assert BASE not in text


def test_result_in_percent_has_unit_and_fraction(graph: Graph) -> None:
    """71.50% is 71.50 with the unit of QUDT, and 0.7150 as a fraction; points are neither."""
    read = _read(graph, "nt")
    percent, points = _ref("result:aaaaaaaaaaaaaaaa"), _ref("result:bbbbbbbbbbbbbbbb")
    assert read.value(percent, V.normalizedValue) == rdflib.Literal("0.7150", datatype=XSD.decimal)
    assert str(read.value(percent, rdflib.URIRef(expand("qudt:hasUnit")))).endswith("/PERCENT")
    assert read.value(points, V.normalizedValue) is None


@pytest.mark.parametrize("least", [0.0, 0.85, 0.9])
def test_doubtful_edges_are_statements_only(least: float, graph: Graph) -> None:
    """An edge, or one of a result, below the confidence asked for is no plain triple, but has evidence."""
    read = rdflib.Graph().parse(data="".join(EXPORTS["nt"].chunks(graph, RdfOptions(min_confidence=least))))
    for edge in graph.edges:
        ends = _ref(edge.source), rdflib.URIRef(property_iri(edge.type)), _ref(edge.target)
        said = [edge, *(each for each in graph.nodes if each.id in (edge.source, edge.target))]
        confidences = [each.get("confidence") for each in said]
        assert (ends in read) == all(float(str(each)) >= least for each in confidences if each is not None)
        assert read.value(_ref(edge.id), V.evidence) is not None


def test_doubtful_results_have_no_value(graph: Graph) -> None:
    """Of a result below the confidence asked for stay kind, confidence, evidence, paper and run."""
    id_ = "result:aaaaaaaaaaaaaaaa"
    nodes = tuple(
        replace(node, properties=tuple((dict(node.properties) | {"confidence": 0.2}).items()))
        if node.id == id_
        else node
        for node in graph.nodes
    )
    options = RdfOptions(min_confidence=0.5)
    lines = "".join(EXPORTS["nt"].chunks(Graph(nodes, graph.edges), options))
    read = rdflib.Graph().parse(data=lines)
    kept = {"rdf:type", "dct:identifier", "v:kind", "v:confidence", "v:evidence"}
    kept |= {"prov:wasDerivedFrom", "prov:wasGeneratedBy"}
    assert {str(each) for each in read.predicates(_ref(id_))} == set(map(expand, kept))
    assert (None, V.reports, _ref(id_)) not in read
    assert (_ref("result:bbbbbbbbbbbbbbbb"), V.value, None) in read
    assert violations(read) == []


def test_matches_are_said_of_their_entities(graph: Graph) -> None:
    """What an entity is elsewhere is a relation of SKOS; what the graph does not have is left out."""
    same = Match("dataset:gsm8k", "exactMatch", "https://example.org/GSM8K")
    options = RdfOptions(matches=(same, Match("dataset:none", "exactMatch", "https://example.org/none")))
    read = rdflib.Graph().parse(data="".join(EXPORTS["nt"].chunks(graph, options)))
    said = list(read.subject_objects(SKOS.exactMatch))
    assert said == [(_ref(same.entity), rdflib.URIRef(same.iri))]


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ({"arxiv_id": "2106.09685"}, {"https://arxiv.org/abs/2106.09685"}),
        ({"arxiv_id": "cs/0112017"}, {"https://arxiv.org/abs/cs/0112017"}),
        ({"url": "https://doi.org/10.18653/v1/N19-1423"}, {"https://doi.org/10.18653/v1/N19-1423"}),
        ({"arxiv_id": "a b", "url": "https://doi.org/10.1000/<x>"}, set()),
        ({"url": "https://example.org/paper"}, set()),
    ],
)
def test_paper_is_the_same_as_its_page(properties: dict[str, Value], said: set[str]) -> None:
    """A page at arXiv or by DOI is an IRI; an address that could be none stays text."""
    read = _read(_paper(**properties), "nt")
    assert {str(page) for page in read.objects(None, rdflib.URIRef(expand("schema:sameAs")))} == said


def test_statements_are_of_a_run(graph: Graph) -> None:
    """A statement leads to the run that made it, the run to the texts it read and to its extractor."""
    read, prov = _read(graph, "nt"), rdflib.Namespace("http://www.w3.org/ns/prov#")
    (run,) = read.subjects(RDF.type, V.Run)
    assert len(set(read.subjects(prov.wasGeneratedBy, run))) == len(graph.edges) - 1 + 3  # not OUTPERFORMS
    assert len(set(read.objects(run, prov.used))) == 2
    (agent,) = read.objects(run, prov.wasAssociatedWith)
    assert str(read.value(agent, SKOS.prefLabel)) == "test"
    assert str(read.value(agent, rdflib.URIRef(expand("schema:softwareVersion")))) == "1"


def test_graph_tells_its_size(graph: Graph) -> None:
    """The number of triples that is told is the number of triples."""
    read = _read(graph, "nt")
    (number,) = read.objects(None, rdflib.URIRef(expand("void:triples")))
    assert number.toPython() == len(read)


def test_evidence_has_its_surroundings() -> None:
    """What stands before and behind the evidence is quoted, code point by code point."""
    before, sentence, behind = "\U0001f9ea" * 40, "e\u0301 wins.", "\U0001f600" * 40
    said = (("evidence", sentence), ("start", len("T\n") + 40), ("end", len("T\n") + 40 + len(sentence)))
    nodes = (
        Node("dataset:x", "Dataset", (("name", "x"),)),
        Node("paper:1", "Paper", (("title", "T"), ("abstract", before + sentence + behind))),
    )
    edge = Edge(
        "edge:1", "EVALUATES", "paper:1", "dataset:x", (*said, ("confidence", 1.0), ("extractor", "a 1"))
    )
    read = _read(Graph(nodes, (edge,)), "nt")
    assert str(next(read.objects(None, OA.prefix))) == before[-CONTEXT:]
    assert str(next(read.objects(None, OA.suffix))) == behind[:CONTEXT]


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
    agent = read.value(next(read.subjects(RDF.type, V.Run)), rdflib.URIRef(expand("prov:wasAssociatedWith")))
    assert str(read.value(agent, DCTERMS.identifier)) == edge.get("extractor")


def test_statement_of_a_rule() -> None:
    """An edge without evidence still is a statement, with the rule that made it."""
    nodes = tuple(Node(f"model:{name}", "Model", (("name", name),)) for name in ("a", "a-7b"))
    edge = Edge("edge:1", "VARIANT_OF", "model:a-7b", "model:a", (("rule", "size"),))
    read = _read(Graph(nodes, (edge,)), "nt")
    assert str(read.value(_ref("edge:1"), V.rule)) == "size"
    assert read.value(_ref("edge:1"), V.evidence) is None
