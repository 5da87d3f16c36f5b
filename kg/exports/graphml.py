"""GraphML (graphdrawing.org, 2007) for Gephi, yEd, Cytoscape and igraph, written by networkx.

Node keys are ids, edge keys are edge ids; ``label``, ``type`` and the properties are
typed attributes, absent where unknown. GraphML has no decimals and no lists: decimals
become doubles (``value_as_written`` keeps the spelling), lists become JSON text.
Characters that XML 1.0 forbids become U+FFFD.
"""

import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from kg.records import Graph, Value

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def graphml(graph: Graph) -> Iterator[str]:
    """Yield a GraphML file."""
    import networkx as nx

    out: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in graph.nodes:
        out.add_node(_text(node.id), label=node.label, **_attributes(node.properties))
    for edge in graph.edges:
        ends = _text(edge.source), _text(edge.target)
        out.add_edge(*ends, key=_text(edge.id), type=edge.type, **_attributes(edge.properties))
    file = io.BytesIO()
    # Not the generator of networkx, which loses the characters at which str.splitlines breaks.
    nx.write_graphml_xml(out, file)
    # The writer leaves carriage returns bare, and every XML reader turns those into line feeds.
    yield file.getvalue().decode().replace("\r", "&#13;") + "\n"


def _attributes(properties: tuple[tuple[str, Value], ...]) -> dict[str, Any]:
    return {name: _attribute(value) for name, value in properties}


def _attribute(value: Value) -> str | int | float:
    match value:
        case str():
            return _text(value)
        case tuple():
            return _text(json.dumps(value, ensure_ascii=False))
        case Decimal():
            return float(value)
    return value


def _text(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
