"""What describes our RDF (ontology, shapes, context), and that breaking a rule is noticed."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from click.testing import CliRunner
from rdflib.namespace import OWL, RDF, RDFS, SH, SKOS, XSD

from kg.cli import main
from kg.directory import FORMAT, Meta, write_directory
from kg.errors import ExportError
from kg.exports import EXPORTS, write_export
from kg.exports.ontology import ASSETS, read_asset
from kg.exports.rdf import to_rdflib
from kg.exports.terms import BASE, iri
from kg.exports.triples import Match, RdfOptions
from kg.exports.validation import Violation, read_rdf, violations
from kg.exports.vocabulary import VOCABULARY, expand, property_iri
from kg.records import Edge, Graph, Node, dump_lines
from kg.schema import EDGES, NODES

V = rdflib.Namespace(VOCABULARY)
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
OA = rdflib.Namespace("http://www.w3.org/ns/oa#")
RESULT = "result:aaaaaaaaaaaaaaaa"
# rdflib reads JSON-LD through a class of its own that it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


def _ref(id_: str) -> rdflib.URIRef:
    return rdflib.URIRef(iri(id_))


def _decimal(text: str) -> rdflib.Literal:
    return rdflib.Literal(text, datatype=XSD.decimal)


@pytest.fixture
def whole(graph: Graph) -> rdflib.Graph:
    """Return the RDF of the test graph with an edge of each kind, to be damaged."""
    rule = Edge("edge:rule", "VARIANT_OF", "model:tinyflow", "model:llama-2", (("rule", "size"),))
    return to_rdflib(Graph(graph.nodes, (*graph.edges, rule)))


@pytest.mark.parametrize("name", ASSETS)
def test_files_that_ship_are_current(name: str) -> None:
    """Each file equals what the schema says; kg.exports.ontology.write() renews them."""
    assert read_asset(name) == ASSETS[name]()


def test_ontology_explains_every_term(whole: rdflib.Graph) -> None:
    """Each class and property of ours that the RDF holds is in the ontology, with label and meaning."""
    ontology = rdflib.Graph().parse(data=read_asset("ontology.ttl"), format="turtle")
    held = {term for triple in whole for term in triple[1:] if str(term).startswith(str(V))} - {V[""]}
    assert len(held) > 30
    for term in held:
        assert ontology.value(term, RDFS.label) is not None, term
        assert ontology.value(term, RDFS.comment) is not None, term
        assert ontology.value(term, RDF.type) in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)


def test_ontology_and_rdf_agree_on_classes(whole: rdflib.Graph) -> None:
    """What is said to be of a class is also said to be of the classes above it that are asserted."""
    ontology = rdflib.Graph().parse(data=read_asset("ontology.ttl"), format="turtle")
    asserted = set(whole.objects(None, RDF.type))
    for class_, above in ontology.subject_objects(RDFS.subClassOf):
        if above in asserted:
            assert set(whole.subjects(RDF.type, class_)) <= set(whole.subjects(RDF.type, above))


def test_every_rule_has_something_to_hold() -> None:
    """Each path of the shapes is a property of the schema or of the vocabulary: none can never fire."""
    shapes = rdflib.Graph().parse(data=read_asset("shapes.ttl"), format="turtle")
    known = {property_iri(prop.name) for record in (*NODES, *EDGES) for prop in record.properties}
    known |= {property_iri(edge.name) for edge in EDGES}
    ontology = read_asset("ontology.ttl") + read_asset("context.jsonld")
    paths = {path for path in shapes.objects(None, SH.path) if isinstance(path, rdflib.URIRef)}
    assert len(paths) > 40
    for path in paths:
        prefixed = path.n3(shapes.namespace_manager)
        assert str(path) in known or f'"{prefixed}"' in ontology, prefixed


@pytest.mark.parametrize("name", [name for name, export in EXPORTS.items() if export.rdf])
def test_every_export_conforms(name: str, graph: Graph, tmp_path: Path) -> None:
    """Whatever the format, base and matches, the RDF of the test graph breaks no rule."""
    options = RdfOptions(
        "https://data.example.org/kg/",
        min_confidence=0.85,
        matches=(Match("dataset:gsm8k", "closeMatch", "https://example.org/x"),),
    )
    path = tmp_path / f"graph{EXPORTS[name].suffix}"
    for given in (None, options):
        write_export(graph, name, path, given)
        assert violations(read_rdf(path)) == []


def test_rdf_1_2_conforms(graph: Graph) -> None:
    """Triple terms, said by three triples each, break no rule either."""
    read = rdflib.Graph()
    lines = "".join(EXPORTS["nt"].chunks(graph, RdfOptions(version="1.2")))
    for quad in pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_TRIPLES):
        subject, predicate, object_ = quad.triple
        if not isinstance(object_, pyoxigraph.Triple):
            line = f"{subject} {predicate} {object_} ."
            read.parse(data=line, format="nt")
            continue
        for part in ("subject", "predicate", "object"):
            value = rdflib.URIRef(getattr(object_, part).value)
            read.add((rdflib.URIRef(subject.value), RDF[part], value))
    assert len(set(read.subject_objects(RDF.predicate))) == len(graph.edges)
    assert violations(read) == []


def _faults(graph: rdflib.Graph, edges: dict[str, Edge]) -> dict[str, tuple[str, str]]:
    """Plant each fault into a graph; return the node and the rule of each."""
    statement = edges["EVALUATES"].id
    graph.set((_ref(RESULT), V.value, rdflib.Literal(71.5)))
    graph.set((_ref(statement), V.confidence, _decimal("1.3")))
    graph.remove((_ref(edges["USES"].id), V.evidence, None))
    graph.add((_ref(RESULT), V.byMetric, _ref("metric:f1")))
    graph.add((_ref("metric:f1"), RDF.type, V.Metric))
    graph.add((_ref("metric:f1"), V.isNotOurs, V.Metric))
    return {
        "float value": (RESULT, "Result-value"),
        "confidence 1.3": (statement, "Statement-confidence"),
        "missing evidence": (edges["USES"].id, "Statement-needs-evidence"),
        "two metrics": (RESULT, "Result-byMetric"),
    }


def test_planted_faults_are_told_by_the_command(whole: rdflib.Graph, graph: Graph, tmp_path: Path) -> None:
    """A float, a confidence of 1.3, missing evidence and two metrics are each told, with exit code 1."""
    planted = _faults(whole, {edge.type: edge for edge in graph.edges})
    path = tmp_path / "faulty.ttl"
    whole.serialize(path, format="turtle")
    done = CliRunner().invoke(main, ["validate", str(path), "--format", "json"])
    assert done.exit_code == 1
    told = {(row["node"], row["rule"]) for row in json.loads(done.stdout)}
    assert set(planted.values()) <= told
    others = {rule for node, rule in told - set(planted.values())}
    of_second_metric = {"Metric-identifier", "Metric-name", "byMetric-objects", "byMetric-statement"}
    assert others <= of_second_metric
    assert "violations in" in done.stderr
    assert done.stderr.count("\n") == 1


DAMAGES = {
    "Paper-title": lambda g: g.remove((_ref("paper:2222222222222222"), rdflib.DCTERMS.title, None)),
    "Paper-published": lambda g: g.set(
        (_ref("paper:2222222222222222"), rdflib.DCTERMS.issued, rdflib.Literal("soon"))
    ),
    "Dataset-name": lambda g: g.add((_ref("dataset:gsm8k"), SKOS.prefLabel, rdflib.Literal("x", lang="en"))),
    "Metric-higherIsBetter": lambda g: g.set(
        (_ref("metric:accuracy"), V.higherIsBetter, rdflib.Literal("yes"))
    ),
    "Result-kind": lambda g: g.set((_ref(RESULT), V.kind, rdflib.Literal("total"))),
    "Result-confidence": lambda g: g.set((_ref(RESULT), V.confidence, _decimal("-0.1"))),
    "Result-wasDerivedFrom": lambda g: g.remove((_ref(RESULT), PROV.wasDerivedFrom, None)),
    "byMetric-objects": lambda g: g.set((_ref(RESULT), V.byMetric, _ref("dataset:gsm8k"))),
    "evaluates-subjects": lambda g: g.add((_ref("dataset:gsm8k"), V.evaluates, _ref("dataset:gsm8k"))),
    "Evidence-source": lambda g: g.remove((None, OA.hasSource, None)),
    "Evidence-exact": lambda g: g.remove((None, OA.exact, None)),
    "Position-start": lambda g: g.set((next(g.subjects(OA.start)), OA.start, rdflib.Literal(10**6))),
    "Text-sha256": lambda g: g.set((next(g.subjects(V.sha256)), V.sha256, rdflib.Literal("ab"))),
    "Run-extractor": lambda g: g.remove((None, PROV.wasAssociatedWith, None)),
    "Statement-predicate": lambda g: g.set((_ref("edge:rule"), RDF.predicate, V.value)),
    "Statement-of-rule": lambda g: g.set((_ref("edge:rule"), RDF.predicate, V.uses)),
    "Statement-needs-results": lambda g: (
        g.remove((None, V.results, None)) or g.remove((None, V.papers, None))
    ),
    "uses-statement": lambda g: g.add((_ref("paper:2222222222222222"), V.uses, _ref("metric:accuracy"))),
    "Statement-needs-wasDerivedFrom": lambda g: g.remove((None, PROV.wasDerivedFrom, None)),
}


@pytest.mark.parametrize("rule", DAMAGES)
def test_each_rule_fires(rule: str, whole: rdflib.Graph) -> None:
    """A graph that conforms breaks the rule as soon as it is damaged there."""
    assert violations(whole) == []
    DAMAGES[rule](whole)
    assert rule in {violation.rule for violation in violations(whole)}


def test_violation_tells_what_was_found(whole: rdflib.Graph) -> None:
    """A violation has the id of the node, what the rule demands and the value that breaks it."""
    whole.set((_ref(RESULT), V.confidence, _decimal("1.3")))
    found = f'"1.3"^^<{XSD.decimal}>'
    demands = "v:confidence: exactly one, an xsd:decimal from 0 to 1"
    assert violations(whole) == [Violation(RESULT, "Result-confidence", demands, found)]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.txt", "", "no RDF by its name"),
        ("a.ttl", "<a> <b> .", "no RDF 1.1 that rdflib can read"),
        ("a.nt", "<urn:a> <urn:b> <urn:c> .\n", "nothing of our vocabulary"),
        ("a.nt.gz", "not packed", "cannot be read"),
        ("a.jsonld", "{", "no RDF 1.1 that rdflib can read"),
    ],
)
def test_file_without_our_rdf_is_one_line(name: str, text: str, told: str, tmp_path: Path) -> None:
    """A file that cannot be held against the rules is told in one line, never as conforming."""
    (tmp_path / name).write_text(text)
    done = CliRunner().invoke(main, ["validate", str(tmp_path / name)])
    assert done.exit_code == 1
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_directory_conforms(graph: Graph, tmp_path: Path) -> None:
    """A graph directory is validated without an export."""
    contents = {"nodes.jsonl": dump_lines(graph.nodes), "edges.jsonl": dump_lines(graph.edges)}
    write_directory(tmp_path / "a.kg", contents, Meta(FORMAT, "1", "test 1", (), {}, {}, {}))
    done = CliRunner().invoke(main, ["validate", str(tmp_path / "a.kg")])
    assert done.exit_code == 0
    assert re.search(r"\d+ nodes conform", done.stderr)


def test_confidence_that_a_graph_should_not_have_is_found(graph: Graph) -> None:
    """What the schema lets through, a confidence above 1, the rules do not."""
    node = Node("result:dddddddddddddddd", "Result", (("kind", "absolute"), ("value", Decimal(1))))
    damaged = to_rdflib(Graph((*graph.nodes, node), graph.edges))
    found = {violation.rule for violation in violations(damaged) if violation.node == node.id}
    assert found >= {"Result-confidence", "Result-evidence", "Result-wasDerivedFrom"}


def test_base_of_a_file_is_known(graph: Graph) -> None:
    """Nodes of a graph with another base are told by their ids all the same."""
    other = to_rdflib(graph, RdfOptions("https://data.example.org/kg/"))
    result = rdflib.URIRef(iri(RESULT, "https://data.example.org/kg/"))
    other.set((result, V.kind, rdflib.Literal("total")))
    assert [violation.node for violation in violations(other)] == [RESULT]
    assert not any(str(term).startswith(BASE) for triple in other for term in triple)
    assert expand("v:kind") == str(V.kind)


def test_suffix_decides(tmp_path: Path) -> None:
    """A file is read as what its suffix says, and the error names those that are known."""
    (tmp_path / "a.rdf").write_text("")
    with pytest.raises(ExportError, match=r"\.nt, \.ttl, \.jsonld"):
        read_rdf(tmp_path / "a.rdf")
