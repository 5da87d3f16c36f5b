"""Parts of a graph."""

from dataclasses import replace

import pytest

from kg.errors import ExportError
from kg.exports.rdf import to_rdflib
from kg.exports.selection import around, believed, find_node, of_types, parse_types
from kg.exports.validation import violations
from kg.records import Edge, Graph, Value, edge_id


def _ids(graph: Graph) -> set[str]:
    return {node.id for node in graph.nodes}


def _whole(graph: Graph) -> None:
    """Hold that every edge has both ends."""
    ids = _ids(graph)
    assert all({edge.source, edge.target} <= ids for edge in graph.edges)


def test_one_hop_brings_what_it_touches(graph: Graph) -> None:
    """One hop from a method are the papers that name it, and nothing of theirs."""
    near = around(graph, "CoT", 1)
    assert _ids(near) == {"method:chain-of-thought", "paper:1111111111111111", "paper:2222222222222222"}
    _whole(near)


def test_results_come_whole(graph: Graph) -> None:
    """A result within the hops has its paper and all that it names, also where that lies farther."""
    near = around(graph, "metric:accuracy", 1)
    claims = [node for node in graph.nodes if node.label == "Result"]
    assert {claim.id for claim in claims} <= _ids(near)
    for claim in claims:
        kept = {edge.id for edge in near.edges if claim.id in {edge.source, edge.target}}
        assert kept == {edge.id for edge in graph.edges if claim.id in {edge.source, edge.target}}
    assert "method:chain-of-thought" not in _ids(near)
    _whole(near)


def test_many_hops_bring_everything(graph: Graph) -> None:
    """Far enough from any node of a connected graph lies all of it."""
    assert around(graph, "gsm8k", 9) == graph


@pytest.mark.parametrize("name", ["GSM8K", "gsm-8k", "dataset:gsm8k"])
def test_names_aliases_and_ids_find_a_node(name: str, graph: Graph) -> None:
    """A node is found by its name, an alias or its id, in any case."""
    assert find_node(graph, name).id == "dataset:gsm8k"


def test_unknown_name_is_refused(graph: Graph) -> None:
    """A name that no node has is told, with the way to find one."""
    with pytest.raises(ExportError, match=r"nowhere: no node has this name; .*kg query"):
        around(graph, "nowhere", 1)


def test_ambiguous_name_lists_the_ids(graph: Graph) -> None:
    """Where several nodes go by a name, their ids are listed; a label may tell them apart."""
    twin = replace(graph.nodes[0], id="task:gsm8k", label="Task")
    both = Graph((*graph.nodes, twin), graph.edges)
    with pytest.raises(ExportError, match="dataset:gsm8k, task:gsm8k"):
        find_node(both, "gsm8k")
    assert find_node(both, "gsm8k", "Task") is twin


def test_types_keep_edges_between_them(graph: Graph) -> None:
    """Of some types only their nodes stay, with the edges between them."""
    part = of_types(graph, parse_types("paper,dataset"))
    assert {node.label for node in part.nodes} == {"Paper", "Dataset"}
    assert {edge.type for edge in part.edges} == {"EVALUATES"}
    _whole(part)


@pytest.mark.parametrize("text", ["Paper,Author", "", ","])
def test_unknown_type_is_refused(text: str) -> None:
    """A list with a type that the schema does not have, or with none, names those that it has."""
    with pytest.raises(ExportError, match="choose from Paper, Task"):
        parse_types(text)


def test_confidence_takes_doubted_claims_away(graph: Graph) -> None:
    """Below a confidence go edges, whole results, and entities without any edge left; papers stay."""
    sure = believed(graph, 0.85)  # results have 0.8, roles 0.875
    assert {node.label for node in sure.nodes} == {"Paper", "Task", "Method", "Model", "Dataset", "Metric"}
    assert "OUTPERFORMS" not in {edge.type for edge in sure.edges}
    _whole(sure)
    assert {node.label for node in believed(graph, 0.9).nodes} == {"Paper"}
    assert believed(graph, 0.5) == graph


@pytest.fixture(scope="module")
def rivals(graph: Graph) -> Graph:
    """Return the test graph with a second claim of the victory: less sure, and on no dataset."""
    (old,) = (edge for edge in graph.edges if edge.type == "OUTPERFORMS")
    first = next(node for node in graph.nodes if node.id in (old.get("results") or ()))
    second = replace(
        first,
        id="result:ffffffffffffffff",
        properties=tuple(
            (name, {"confidence": 0.6, "evidence": "It is better."}.get(name, value))
            for name, value in first.properties
        ),
    )
    said: tuple[tuple[str, Value], ...] = tuple(
        (name, value)
        for name, value in second.properties
        if name in {"evidence", "start", "end", "confidence", "extractor"}
    )
    ends = [("REPORTS", "paper:2222222222222222", second.id)]
    ends += [("ABOUT", second.id, old.source), ("AGAINST", second.id, old.target)]
    edges = [Edge(edge_id(*end), *end, said) for end in ends]
    both: dict[str, Value] = {"results": tuple(sorted((first.id, second.id))), "papers": 2}
    concluded = replace(
        old, properties=tuple((name, both.get(name, value)) for name, value in old.properties)
    )
    kept = [edge for edge in graph.edges if edge is not old]
    return Graph((*graph.nodes, second), (*kept, *edges, concluded))


def _concluded(graph: Graph) -> dict[str, Value]:
    """Return what the one OUTPERFORMS edge says."""
    (edge,) = (edge for edge in graph.edges if edge.type == "OUTPERFORMS")
    return dict(edge.properties)


def test_every_part_keeps_the_rules(rivals: Graph) -> None:
    """No part, however it is chosen, breaks a rule of our RDF that the whole keeps."""
    parts = [rivals]
    parts += [around(rivals, node.id, hops) for node in rivals.nodes for hops in (1, 2)]
    labels = ("Result,Dataset", "Method,Model", "Paper,Result,Model", "Paper,Result,Model,Dataset,Metric")
    parts += [of_types(rivals, parse_types(text)) for text in labels]
    parts += [believed(rivals, least) for least in (0.5, 0.7, 0.85, 0.9)]
    for part in parts:
        _whole(part)
    assert [violations(to_rdflib(part)) for part in parts] == [[]] * len(parts)


def test_results_without_all_they_name_go(rivals: Graph) -> None:
    """A result of which a paper, a dataset or any other end is of no wanted type is left out whole."""
    assert {node.label for node in of_types(rivals, ["Result", "Dataset"]).nodes} == {"Dataset"}
    part = of_types(rivals, ["Paper", "Result", "Method", "Model"])
    assert [node.id for node in part.nodes if node.label == "Result"] == ["result:ffffffffffffffff"]


def test_conclusions_rest_on_the_results_left(rivals: Graph) -> None:
    """OUTPERFORMS names only results of the part, with their papers and their best sentence, or goes."""
    part = of_types(rivals, ["Paper", "Result", "Method", "Model"])
    assert _concluded(part) == {
        "results": ("result:ffffffffffffffff",),
        "papers": 1,
        "evidence": "It is better.",
        "confidence": 0.6,
    }
    sure = _concluded(believed(rivals, 0.7))
    assert (len(sure["results"]), sure["papers"], sure["confidence"]) == (1, 1, 0.8)  # type: ignore[arg-type]
    models = of_types(rivals, ["Method", "Model"])
    assert "OUTPERFORMS" not in {edge.type for edge in models.edges}
