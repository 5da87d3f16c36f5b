"""The explorer: one self-contained HTML page that works offline.

pyvis gives the drawing library (vis-network) and the template engine; template, style
and scripts are ours and lie in ``page/``. The nodes never pass through pyvis, whose
lists are quadratic and whose own template asks a CDN and runs scripts from titles.

The data lie in the page as JSON and reach the document as text only. A content
security policy admits the one script by its hash and forbids the network.
"""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from kg.exports.picture import QUIET_LABELS, QUIET_RELATIONS, picture
from kg.records import Edge, Graph, Node
from kg.schema import EDGES, NODES, EdgeType

BUDGET: Final = 600
"""Nodes drawn first: more are slow to draw and impossible to read."""

PHRASES: Final = {
    "INTRODUCES": ("introduces", "introduced by"),
    "USES": ("uses", "used by"),
    "EVALUATES": ("evaluates", "evaluated by"),
    "COMPARES_WITH": ("compares with", "compared with by"),
    "ADDRESSES": ("addresses", "addressed by"),
    "MEASURES": ("measures", "measured by"),
    "MENTIONS": ("mentions", "mentioned by"),
    "REPORTS": ("reports", "reported by"),
    "ABOUT": ("is about", "subject of"),
    "BY_METRIC": ("by metric", "metric of"),
    "ON_DATASET": ("on dataset", "dataset of"),
    "ON_TASK": ("on task", "task of"),
    "AGAINST": ("against", "baseline of"),
    "VARIANT_OF": ("variant of", "has variant"),
    "OUTPERFORMS": ("outperforms", "outperformed by"),
}
"""How an edge type reads from its source and from its target."""

_PAGE: Final = Path(__file__).parent / "page"
_SCRIPTS: Final = (
    *("data.js", "model.js", "canvas.js", "details.js", "claims.js"),
    *("search.js", "views.js", "board.js", "controls.js"),
)
_ALL_SCRIPTS: Final = ("webgl.js",)  # besides, where all nodes are to be drawn
_LIBRARIES: Final = ("graphology.umd.min.js", "sigma.min.js")  # see vendor/README.md


def html(
    graph: Graph, title: str = "paper-graph", budget: int = BUDGET, draw_all: bool = False
) -> Iterator[str]:
    """Yield the page.

    Args:
        graph: What the page holds; all of it can be searched.
        title: Shown at the top and by the browser.
        budget: Nodes drawn first.
        draw_all: Draw all nodes at once where the browser has a graphics card; adds
            0.3 MB of libraries and seconds for the places of all nodes.
    """
    import pyvis
    from pyvis.network import Network

    templates = Path(pyvis.__file__).parent / "templates"
    library = max(templates.glob("lib/vis-*/vis-network.min.js"))  # the newest that pyvis brings
    names = (*_ALL_SCRIPTS, *_SCRIPTS) if draw_all else _SCRIPTS
    ours = "\n".join(_text(_PAGE / name) for name in names)
    style = _text(_PAGE / "page.css")
    scripts = _text(library), f"(() => {{\n'use strict';\n{ours}}})();"
    libraries = tuple(_text(_PAGE / "vendor" / name) for name in _LIBRARIES) if draw_all else ()
    network = Network(cdn_resources="in_line")
    network.set_template_dir(str(_PAGE), "page.html")
    network.templateEnv.autoescape = True
    network.templateEnv.globals.update(
        title=title,
        counts=_counts(graph),
        policy=_policy((*scripts, *libraries), style),
        style=style,
        scripts=scripts,
        libraries=libraries,
        licences=_licences() if draw_all else "",
        data=_data(graph, budget, draw_all),
    )
    yield network.generate_html()
    yield "\n"


def _text(path: Path) -> str:
    """Return a text of the page, less the line that would send a debugger to look for another file."""
    return re.sub(r"\n//# sourceMappingURL=\S*\s*\Z", "\n", path.read_text("utf-8"))


def _licences() -> str:
    """Return the licences of the libraries for all nodes, which every copy must hold.

    Raises:
        ValueError: One of them would end the element that it stands in.
    """
    files = sorted((_PAGE / "vendor").glob("LICENSE.*.txt"))
    text = "\n".join(
        f"--- {file.name.split('.')[1]} ---\n\n{file.read_text('utf-8').strip()}\n" for file in files
    )
    if "</script" in text.lower():
        raise ValueError("a licence holds </script")
    return text


def _counts(graph: Graph) -> str:
    """Return how much of everything there is.

    >>> _counts(Graph((Node("paper:1", "Paper", ()),), ()))
    '1 paper, 0 entities, 0 results, 0 relations'
    """
    entity_types = {node_type.label for node_type in NODES if node_type.entity}
    number = Counter(node.label for node in graph.nodes)
    amounts = (
        (number["Paper"], "paper", "papers"),
        (sum(number[label] for label in entity_types), "entity", "entities"),
        (number["Result"], "result", "results"),
        (len(graph.edges), "relation", "relations"),
    )
    return ", ".join(f"{amount:,} {one if amount == 1 else many}" for amount, one, many in amounts)


def _policy(scripts: tuple[str, ...], style: str) -> str:
    """Return the content security policy (W3C, level 2) that admits exactly these texts."""
    allowed = " ".join(map(_hash_source, scripts))
    style_source = _hash_source(style)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {style_source}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def _hash_source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _data(graph: Graph, budget: int, draw_all: bool) -> str:
    """Return what the scripts read, as JSON that can stand in a script element.

    Nodes and edges are rows, sentences stand once each. Each row becomes bytes at once: a
    hundred thousand of them kept as lists would keep the collector of garbage busy.
    """
    placed = picture(graph, budget, draw_all)
    label_of = {node_type.label: k for k, node_type in enumerate(NODES)}
    type_of = {edge_type.name: k for k, edge_type in enumerate(EDGES)}
    index = {node.id: k for k, node in enumerate(graph.nodes)}
    sentences: dict[str, int] = {}
    parts = {
        "labels": _encode([[n.label, n.doc, n.entity, n.label not in QUIET_LABELS] for n in NODES]),
        "relations": _encode([_relation(edge_type) for edge_type in EDGES]),
        "nodes": _rows(
            (label_of[node.label], node.id, node.name, *at, _properties(node))
            for node, at in zip(graph.nodes, placed.at, strict=True)
        ),
        "edges": _rows(
            (index[edge.source], index[edge.target], type_of[edge.type], *_said(edge, sentences))
            for edge in graph.edges
        ),
        "sentences": _encode(list(sentences)),
        "first": _encode(placed.first),
        "everywhere": _encode([axis for place in placed.everywhere for axis in place] if draw_all else None),
    }
    text = b"{" + b",".join(b'"%s":%s' % (name.encode(), part) for name, part in parts.items()) + b"}"
    # Nothing may end the element, and no reader may see a line end in a string.
    text = text.replace(b"<", b"\\u003c")
    return text.decode().replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


_encode = msgspec.json.encode


def _rows(rows: Iterator[tuple[Any, ...]]) -> bytes:
    return b"[" + b",".join(map(_encode, rows)) + b"]"


def _relation(edge_type: EdgeType) -> list[Any]:
    phrases = PHRASES.get(edge_type.name, (edge_type.name, edge_type.name))
    loud = edge_type.name not in QUIET_RELATIONS
    return [edge_type.name, edge_type.doc, *phrases, loud, _needs(edge_type)]


def _needs(edge_type: EdgeType) -> list[str]:
    """Return the labels, not drawn at first, without one of which no such edge can be drawn."""
    ends = next(
        (ends for ends in (edge_type.sources, edge_type.targets) if QUIET_LABELS.issuperset(ends)), ()
    )
    return list(ends)


def _said(edge: Edge, sentences: dict[str, int]) -> tuple[Any, ...]:
    """Return confidence and number of the sentence, None where the edge has none, then all the rest."""
    rest: dict[str, Any] = dict(edge.properties)
    confidence, sentence = rest.pop("confidence", None), rest.pop("evidence", None)
    return confidence, None if sentence is None else sentences.setdefault(sentence, len(sentences)), rest


def _properties(node: Node) -> dict[str, Any]:
    # Numbers of JavaScript would drop the last zero of 71.50.
    return {name: f"{value:f}" if isinstance(value, Decimal) else value for name, value in node.properties}
