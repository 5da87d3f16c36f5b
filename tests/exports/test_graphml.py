"""GraphML: read back by networkx."""

import io
import json
import re
from decimal import Decimal

import networkx as nx
from arbitrary import graphs
from hypothesis import given, settings

from kg.exports import EXPORTS
from kg.records import Edge, Graph, Node, Value


def _read(graph: Graph) -> "nx.MultiDiGraph[str]":
    text = "".join(EXPORTS["graphml"].chunks(graph))
    return nx.read_graphml(io.BytesIO(text.encode()), force_multigraph=True)


def _attributes(record: Node | Edge) -> dict[str, Value]:
    """Return what GraphML can hold of the properties; an empty text reads as none."""
    out: dict[str, Value] = {}
    for name, value in record.properties:
        if isinstance(value, tuple):
            out[name] = _legal(json.dumps(value, ensure_ascii=False))
        elif isinstance(value, Decimal):
            out[name] = float(value)
        else:
            out[name] = _legal(value) if isinstance(value, str) else value
    return out


def _legal(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", text)


def _expect(graph: Graph) -> None:
    read = _read(graph)
    assert dict(read.nodes(data=True)) == {n.id: {"label": n.label, **_attributes(n)} for n in graph.nodes}
    edges = {e.id: (e.source, e.target, {"type": e.type, **_attributes(e)}) for e in graph.edges}
    assert {key: (s, t, data) for s, t, key, data in read.edges(keys=True, data=True)} == edges


def test_same_graph(graph: Graph) -> None:
    """Nodes, edges, keys and typed properties come back."""
    _expect(graph)


def test_types_are_declared(graph: Graph) -> None:
    """Numbers and booleans are numbers and booleans for other tools."""
    text = "".join(EXPORTS["graphml"].chunks(graph))
    for name, type_ in (("upvotes", "long"), ("confidence", "double"), ("published_inferred", "boolean")):
        assert re.search(rf'attr\.name="{name}" attr\.type="{type_}"', text)


@settings(max_examples=50, deadline=None)
@given(graph=graphs())
def test_any_text_survives(graph: Graph) -> None:
    """Texts come back, but for characters that XML forbids, which become U+FFFD."""
    _expect(graph)
