"""Fixtures that several test modules use."""

from decimal import Decimal
from pathlib import Path

import hypothesis
import pytest

from kg.records import Edge, Graph, Node, Value, edge_id
from kg.schema import NODE_TYPES

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
"""Training and test data that do not ship with the project."""

hypothesis.settings.register_profile("kg", deadline=None)  # time is measured by scripts/bench, never asserted
hypothesis.settings.load_profile("kg")

HOSTILE = "</script><img src=x onerror=\"document.title='owned'\"> {{7*7}} 'q' \"dq\" \\ \u2028 \U0001f9ea é"
"""A title that has broken exporters of others: markup, template, quotes, line separator, astral."""

DOUBTED = (
    "unit: the sentence calls it relative: percent of the value, or points?",
    "conflict: paper:2222222222222222 states 7.3",
)
"""What checks have found at one result of the test graph; a reason may hold a colon too."""


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of shared data, or skip."""
    if not SHARED.is_dir():
        pytest.skip("the shared data are not on this machine")
    return SHARED


def _node(id_: str, label: str, **properties: Value) -> Node:
    names = [prop.name for prop in NODE_TYPES[label].properties]
    return Node(id_, label, tuple((name, properties[name]) for name in names if name in properties))


def _edge(type_: str, source: str, target: str, **properties: Value) -> Edge:
    return Edge(edge_id(type_, source, target), type_, source, target, tuple(properties.items()))


def _said(type_: str, source: str, target: str, sentence: str, start: int) -> Edge:
    return _edge(
        type_,
        source,
        target,
        evidence=sentence,
        start=start,
        end=start + len(sentence),
        confidence=0.875,
        extractor="test 1",
    )


@pytest.fixture(scope="session")
def graph() -> Graph:
    """Return a small graph that has every label, hostile text and two papers on one dataset.

    One of its three results is hedged, and two checks have found something at it.
    """
    first = "TinyFlow reaches 71.50% accuracy on GSM8K, 2.5 points above LLaMA-2."
    second = "Our SlowFlow reaches 64.2% accuracy on GSM8K."
    abstracts = {"paper:1111111111111111": first, "paper:2222222222222222": second}
    titles = {"paper:1111111111111111": HOSTILE, "paper:2222222222222222": "SlowFlow"}
    nodes = [
        _node(
            id_,
            "Paper",
            title=titles[id_],
            abstract=abstracts[id_],
            published=published,
            published_inferred=published == "2024-01-16",
            sources=("a.txt#1", "b.txt#2"),
            **more,
        )
        for id_, published, more in (
            ("paper:1111111111111111", "2024-01-16", {"upvotes": 14, "author_count": 3}),
            ("paper:2222222222222222", "2023-12-01", {}),
        )
    ]
    nodes += [
        _node("task:math-word-problems", "Task", name="math word problems", aliases=()),
        _node("method:chain-of-thought", "Method", name="chain-of-thought", aliases=("CoT",)),
        _node("model:tinyflow", "Model", name="TinyFlow", aliases=()),
        _node("model:slowflow", "Model", name="SlowFlow", aliases=()),
        _node("model:llama-2", "Model", name="LLaMA-2", aliases=("Llama 2",), family="LLaMA", version="2"),
        _node("dataset:gsm8k", "Dataset", name="GSM8K", aliases=("GSM-8K", HOSTILE)),
        _node("metric:accuracy", "Metric", name="accuracy", aliases=(), higher_is_better=True, unit="%"),
    ]
    results = (
        (
            "result:aaaaaaaaaaaaaaaa",
            "paper:1111111111111111",
            "absolute",
            "71.50",
            "%",
            None,
            "model:tinyflow",
        ),
        (
            "result:bbbbbbbbbbbbbbbb",
            "paper:1111111111111111",
            "delta",
            "2.5",
            "points",
            "better",
            "model:tinyflow",
        ),
        (
            "result:cccccccccccccccc",
            "paper:2222222222222222",
            "absolute",
            "64.2",
            "%",
            None,
            "model:slowflow",
        ),
    )
    edges = []
    for id_, paper, kind, value, unit, direction, subject in results:
        sentence, start = abstracts[paper], len(titles[paper]) + 1
        properties: dict[str, Value] = {
            "kind": kind,
            "value": Decimal(value),
            "value_as_written": f"{value}{unit}" if unit == "%" else f"{value} {unit}",
            "unit": unit,
        }
        if direction is not None:
            properties["direction"] = direction
        if kind == "delta":
            properties |= {"hedges": ("may", "up to"), "checks": DOUBTED}
        properties |= {
            "confidence": 0.8,
            "evidence": sentence,
            "start": start,
            "end": start + len(sentence),
            "extractor": "test 1",
        }
        nodes.append(_node(id_, "Result", **properties))
        edges.append(_said("REPORTS", paper, id_, sentence, start))
        edges.append(_said("ABOUT", id_, subject, sentence, start))
        edges.append(_said("BY_METRIC", id_, "metric:accuracy", sentence, start))
        edges.append(_said("ON_DATASET", id_, "dataset:gsm8k", sentence, start))
        edges.append(_said("ON_TASK", id_, "task:math-word-problems", sentence, start))
    edges.append(
        _said("AGAINST", "result:bbbbbbbbbbbbbbbb", "model:llama-2", first, len(HOSTILE) + 1),
    )
    for type_, paper, target in (
        ("INTRODUCES", "paper:1111111111111111", "model:tinyflow"),
        ("INTRODUCES", "paper:2222222222222222", "model:slowflow"),
        ("USES", "paper:1111111111111111", "method:chain-of-thought"),
        ("EVALUATES", "paper:1111111111111111", "dataset:gsm8k"),
        ("EVALUATES", "paper:2222222222222222", "dataset:gsm8k"),
        ("COMPARES_WITH", "paper:1111111111111111", "model:llama-2"),
        ("ADDRESSES", "paper:1111111111111111", "task:math-word-problems"),
        ("MEASURES", "paper:2222222222222222", "metric:accuracy"),
        ("MENTIONS", "paper:2222222222222222", "method:chain-of-thought"),
    ):
        edges.append(_said(type_, paper, target, abstracts[paper], len(titles[paper]) + 1))
    edges.append(
        _edge(
            "OUTPERFORMS",
            "model:tinyflow",
            "model:llama-2",
            results=("result:bbbbbbbbbbbbbbbb",),
            papers=1,
            evidence=first,
            confidence=0.8,
        )
    )
    return Graph(
        tuple(sorted(nodes, key=lambda node: node.id)), tuple(sorted(edges, key=lambda edge: edge.id))
    )
