"""Parts of a graph."""

from dataclasses import replace

import pytest

from kg.errors import ExportError
from kg.exports.selection import around, believed, find_node, of_types, parse_types
from kg.records import Graph


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
