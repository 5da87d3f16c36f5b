"""The graph stage: what becomes a node or an edge, and what does not fit the schema."""

import dataclasses
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import networkx as nx

from kg.errors import SchemaError
from kg.graph import build_graph, check_graph, graph_records
from kg.link import link
from kg.link.decisions import Decision
from kg.records import (
    Corpus,
    ExtractedEntity,
    ExtractedResult,
    Extraction,
    Graph,
    Paper,
    RoleEvidence,
    Source,
)
from kg.schema import DENIALS

TITLE = "TinyFlow"
CLAIM = "TinyFlow reaches 71.5% accuracy on GSM8K and beats LLaMA-2."


def entity(type_: str, name: str, role: str, confidence: float = 1.0) -> ExtractedEntity:
    """Return an entity with one role, shown by the whole claim."""
    start = len(TITLE) + 1
    shown = RoleEvidence(role, start, start + len(CLAIM), 0.5)
    return ExtractedEntity(type_, name, (name,), (role,), confidence, (), (shown,))


def result(**slots: object) -> ExtractedResult:
    """Return a claim about TinyFlow; slots replace its fields."""
    start = len(TITLE) + 1
    claim = ExtractedResult(
        evidence=CLAIM,
        start=start,
        end=start + len(CLAIM),
        subject="TinyFlow",
        metric="accuracy",
        value="71.5%",
        kind="absolute",
        direction="better",
        dataset="GSM8K",
        task=None,
        baseline="LLaMA-2",
        confidence=0.75,
        number=Decimal("71.5"),
        unit="%",
    )
    return dataclasses.replace(claim, **slots)  # type: ignore[arg-type]  # the slots of the caller


def corpus(*results: ExtractedResult, papers: int = 1) -> Corpus:
    """Return a corpus in which every paper has the same entities and results."""
    ids = [f"paper:{number}" for number in range(papers)]
    entities = (
        entity("Model", "TinyFlow", "introduced"),
        entity("Model", "LLaMA-2", "compared"),
        entity("Dataset", "GSM8K", "evaluated"),
        entity("Metric", "accuracy", "measured"),
    )
    extractions = tuple(Extraction(TITLE, id_, entities, results, "test 1") for id_ in ids)
    linked, links = link(extractions)
    records = tuple(Paper(TITLE, CLAIM, id_, sources=(Source("a.txt", 1),)) for id_ in ids)
    return Corpus(records, extractions, linked, links)


def edges_of(graph: Graph) -> set[tuple[str, str, str]]:
    """Return (type, source, target), result ids cut to their prefix."""
    return {
        (
            edge.type,
            edge.source.split(":")[0],
            edge.target.split(":")[0] if "result" in edge.target else edge.target,
        )
        for edge in graph.edges
    }


def test_paper_with_a_claim_becomes_the_edges_of_the_schema() -> None:
    """Roles, slots, the baseline and the assembled comparison are all there."""
    graph = graph_records(build_graph(corpus(result())))
    assert edges_of(graph) == {
        ("INTRODUCES", "paper", "model:tinyflow"),
        ("COMPARES_WITH", "paper", "model:llama-2"),
        ("EVALUATES", "paper", "dataset:gsm8k"),
        ("MEASURES", "paper", "metric:accuracy"),
        ("REPORTS", "paper", "result"),
        ("ABOUT", "result", "model:tinyflow"),
        ("BY_METRIC", "result", "metric:accuracy"),
        ("ON_DATASET", "result", "dataset:gsm8k"),
        ("AGAINST", "result", "model:llama-2"),
        ("OUTPERFORMS", "model", "model:llama-2"),
    }


def test_every_edge_from_text_carries_the_sentence() -> None:
    """Evidence is the slice of the paper's text at the offsets of the edge."""
    graph = graph_records(build_graph(corpus(result())))
    text = f"{TITLE}\n{CLAIM}"
    for edge in graph.edges:
        assert edge.get("evidence") == CLAIM
        if edge.type != "OUTPERFORMS":
            start, end = edge.get("start"), edge.get("end")
            assert isinstance(start, int)
            assert isinstance(end, int)
            assert text[start:end] == CLAIM


def test_unlinked_baseline_stays_as_written() -> None:
    """A baseline that is no entity is kept on the result; one that is has an edge instead."""
    for baseline, written in (("full fine-tuning", "full fine-tuning"), ("LLaMA-2", None)):
        graph = graph_records(build_graph(corpus(result(baseline=baseline))))
        (node,) = [node for node in graph.nodes if node.label == "Result"]
        assert node.get("baseline_as_written") == written


def test_unlinked_metric_stays_as_written() -> None:
    """What was measured and is no entity is kept on the result; a metric has an edge instead."""
    for metric, written in (("training steps", "training steps"), ("accuracy", None)):
        graph = graph_records(build_graph(corpus(result(metric=metric))))
        (node,) = [node for node in graph.nodes if node.label == "Result"]
        assert node.get("metric_as_written") == written


@pytest.mark.parametrize("split", ["full fine-tuning", "MoE"])
def test_form_split_off_stays_in_the_graph(split: str) -> None:
    """Each part of an entity that the user has split has the roles of the entity, by a sentence or all."""
    whole = corpus(result())
    (paper,), (extraction,) = whole.papers, whole.extractions
    first = extraction.entities[0]
    extraction = dataclasses.replace(
        extraction, entities=(dataclasses.replace(first, forms=(*first.forms, split)),)
    )
    entities, links = link([extraction], decisions=[Decision("split", first.type, split)])
    graph = graph_records(build_graph(Corpus((paper,), (extraction,), entities, links)))
    assert {entity.id for entity in entities} <= {node.id for node in graph.nodes}
    assert len(entities) == 2


def test_metric_knows_which_way_is_better() -> None:
    """A metric of the table carries its direction and unit."""
    graph = graph_records(build_graph(corpus(result())))
    (metric,) = [node for node in graph.nodes if node.label == "Metric"]
    assert metric.get("higher_is_better") is True
    assert metric.get("unit") == "%"


def test_equal_claims_of_two_papers_keep_both_sentences() -> None:
    """Each paper has its own result; the comparison counts both papers."""
    graph = graph_records(build_graph(corpus(result(), papers=2)))
    assert sum(node.label == "Result" for node in graph.nodes) == 2
    (outperforms,) = [edge for edge in graph.edges if edge.type == "OUTPERFORMS"]
    assert outperforms.get("papers") == 2
    assert len(outperforms.get("results") or ()) == 2  # type: ignore[arg-type]  # a tuple, by the schema


def test_repeated_claim_keeps_the_more_confident_sentence() -> None:
    """A claim that one paper states twice is one result, with its best evidence."""
    twice = corpus(
        result(confidence=0.2, evidence="weak"), result(), result(confidence=0.1, evidence="weaker")
    )
    (node,) = [node for node in graph_records(build_graph(twice)).nodes if node.label == "Result"]
    assert node.get("evidence") == CLAIM
    assert node.get("confidence") == 0.75


def test_entity_without_evidence_stays_out() -> None:
    """An entity that no sentence shows in a role is no node."""
    one = corpus(result())
    silent = tuple(
        dataclasses.replace(
            x, entities=tuple(dataclasses.replace(e, role_evidence=()) for e in x.entities), results=()
        )
        for x in one.extractions
    )
    graph = graph_records(build_graph(dataclasses.replace(one, extractions=silent)))
    assert [node.label for node in graph.nodes] == ["Paper"]


def test_direction_better_is_needed_to_outperform() -> None:
    """A comparable or worse claim assembles no comparison."""
    graph = graph_records(build_graph(corpus(result(direction="comparable"))))
    assert "OUTPERFORMS" not in {edge.type for edge in graph.edges}


def results_of(graph: Graph) -> dict[str, list[object]]:
    """Return the checks of each result by the value as written."""
    found: dict[str, list[object]] = {}
    for node in graph.nodes:
        if node.label == "Result":
            found.setdefault(str(node.get("value_as_written")), []).append(node.get("checks"))
    return found


@pytest.mark.parametrize("word", DENIALS)
def test_denied_claim_outperforms_nothing(word: str) -> None:
    """A claim that the text denies stays a result, and assembles no comparison."""
    graph = graph_records(build_graph(corpus(result(hedges=(word,)))))
    types = {edge.type for edge in graph.edges}
    assert "AGAINST" in types
    assert "OUTPERFORMS" not in types


def test_doubted_claim_still_outperforms() -> None:
    """Words that only bound or doubt a claim do not take it away."""
    graph = graph_records(build_graph(corpus(result(hedges=("may", "up to")))))
    assert "OUTPERFORMS" in {edge.type for edge in graph.edges}


def test_denied_claim_takes_nothing_from_another() -> None:
    """The comparison rests on the claim that is not denied."""
    denied = result(dataset=None, hedges=("not",), confidence=0.99, evidence="It does not beat LLaMA-2.")
    graph = graph_records(build_graph(corpus(result(), denied)))
    (outperforms,) = [edge for edge in graph.edges if edge.type == "OUTPERFORMS"]
    (kept,) = [node for node in graph.nodes if node.label == "Result" and node.get("hedges") is None]
    assert outperforms.get("results") == (kept.id,)
    assert outperforms.get("evidence") == CLAIM


def test_hedges_and_checks_reach_the_node() -> None:
    """What hedges a claim and what is wrong with it are properties of its result."""
    wrong = result(value="171.5%", number=Decimal("171.5"), hedges=("up to",))
    (node,) = [node for node in graph_records(build_graph(corpus(wrong))).nodes if node.label == "Result"]
    assert node.get("hedges") == ("up to",)
    assert node.get("checks") == ("range: 171.5 is above 100, the most that accuracy can be",)


def test_plain_result_has_neither_hedges_nor_checks() -> None:
    """Where there is nothing to tell, the properties are absent."""
    (node,) = [node for node in graph_records(build_graph(corpus(result()))).nodes if node.label == "Result"]
    assert {"hedges", "checks"}.isdisjoint(dict(node.properties))


def two_papers(*of_the_second: str) -> Corpus:
    """Return a corpus whose first paper states 71.5%, and the second these values of the same thing."""
    both = corpus(papers=2)
    claims = {"paper:0": ("71.5%",), "paper:1": of_the_second}
    extractions = tuple(
        dataclasses.replace(
            extraction,
            results=tuple(
                result(value=value, number=Decimal(value.strip("%"))) for value in claims[extraction.id]
            ),
        )
        for extraction in both.extractions
    )
    return dataclasses.replace(both, extractions=extractions)


def test_conflict_marks_the_results_of_both_papers() -> None:
    """Each of two results that differ names the other paper and its value; both stay in the graph."""
    graph = graph_records(build_graph(two_papers("64.2%")))
    assert results_of(graph) == {
        "71.5%": [("conflict: paper:1 states 64.2%",)],
        "64.2%": [("conflict: paper:0 states 71.5%",)],
    }
    assert sum(edge.type == "REPORTS" for edge in graph.edges) == 2


@pytest.mark.parametrize("values", [("71.5%",), ("64.2%", "71.5%"), ()])
def test_papers_that_share_a_value_do_not_conflict(values: tuple[str, ...]) -> None:
    """A paper that also states the value of the other tells of several settings."""
    found = results_of(graph_records(build_graph(two_papers(*values))))
    assert found["71.5%"] == [None] * (1 + ("71.5%" in values))
    assert found.get("64.2%", [None]) == [None]


def test_names_that_link_joins_can_conflict() -> None:
    """What counts is the entity, not how each paper spells it."""
    both = two_papers("64.2%")
    first, second = both.extractions
    entities = tuple(
        dataclasses.replace(each, name="GSM-8K", forms=("GSM-8K",)) if each.name == "GSM8K" else each
        for each in second.entities
    )
    results = tuple(dataclasses.replace(each, dataset="GSM-8K") for each in second.results)
    extractions = (first, dataclasses.replace(second, entities=entities, results=results))
    entities_of_all, links = link(extractions)
    spelled = dataclasses.replace(both, extractions=extractions, entities=entities_of_all, links=links)
    assert results_of(graph_records(build_graph(spelled))) == {
        "71.5%": [("conflict: paper:1 states 64.2%",)],
        "64.2%": [("conflict: paper:0 states 71.5%",)],
    }


def _remove_evidence(graph: "nx.MultiDiGraph[str]") -> None:
    next(iter(graph.edges(data=True)))[2]["evidence"] = ""


def _wrong_label(graph: "nx.MultiDiGraph[str]") -> None:
    graph.nodes["dataset:gsm8k"]["label"] = "Corpus"


def _wrong_end(graph: "nx.MultiDiGraph[str]") -> None:
    graph.nodes["dataset:gsm8k"]["label"] = "Task"


def _missing_name(graph: "nx.MultiDiGraph[str]") -> None:
    del graph.nodes["dataset:gsm8k"]["name"]


def _unknown_property(graph: "nx.MultiDiGraph[str]") -> None:
    graph.nodes["dataset:gsm8k"]["colour"] = "red"


@pytest.mark.parametrize(
    "spoil",
    [_remove_evidence, _wrong_label, _wrong_end, _missing_name, _unknown_property],
    ids=lambda f: f.__name__,
)
def test_misfit_is_refused(spoil) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  # one of the five above
    """A graph that does not fit the schema is refused, naming the thing at fault."""
    graph = build_graph(corpus(result()))
    spoil(graph)
    with pytest.raises(SchemaError, match=r"(edge|dataset):"):
        check_graph(graph)
