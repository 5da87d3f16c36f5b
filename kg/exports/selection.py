"""A part of a graph: what lies around one node, of some types, or said with some confidence.

Input and output: a `Graph`. A result stays whole or goes: without its dataset or its
baseline it would claim something else. What is concluded from results (OUTPERFORMS) rests
on those that stay. So a part keeps the rules of the whole graph.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace

from kg.errors import ExportError
from kg.records import Edge, Graph, Node, Value
from kg.schema import NODE_TYPES

_MOST_NAMED = 5  # nodes that an error lists


def around(graph: Graph, name: str, hops: int) -> Graph:
    """Return what lies within so many edges of the node that a name, alias, title or id names.

    Results within come with their paper and all that they name.

    Raises:
        ExportError: No node, or more than one, goes by the name.
    """
    nodes = {node.id: node for node in graph.nodes}
    beside: dict[str, set[str]] = defaultdict(set)
    for edge in graph.edges:
        beside[edge.source].add(edge.target)
        beside[edge.target].add(edge.source)
    found = {find_node(graph, name).id}
    front = set(found)
    for _ in range(hops):
        front = {other for id_ in front for other in beside[id_]} - found
        found |= front
    for id_ in sorted(found):
        if nodes[id_].label == "Result":
            found |= beside[id_]
    return _closed(graph, found)


def of_types(graph: Graph, labels: Collection[str]) -> Graph:
    """Return the nodes of these labels with the edges between them.

    A result stays only where all that it names has one of the labels, its paper too.
    """
    return _closed(graph, {node.id for node in graph.nodes if node.label in labels})


def believed(graph: Graph, least: float) -> Graph:
    """Return what is said with at least this confidence; entities that nothing speaks of any more go.

    Edges without a confidence, such as those read from a name, stay between the nodes that do.
    """
    sure = {node.id for node in graph.nodes if not _claims(node) or _confidence(node) >= least}
    part = _closed(graph, sure, least)
    linked = {end for edge in part.edges for end in (edge.source, edge.target)}
    before = {end for edge in graph.edges for end in (edge.source, edge.target)}
    nodes = (
        node for node in part.nodes if node.id in linked or node.id not in before or node.label == "Paper"
    )
    return Graph(tuple(nodes), part.edges)


def parse_types(text: str) -> tuple[str, ...]:
    """Return the labels that a comma-separated list names, in any case.

    >>> parse_types("paper, dataset")
    ('Paper', 'Dataset')

    Raises:
        ExportError: One of them is no label of the schema.
    """
    labels = {label.casefold(): label for label in NODE_TYPES}
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name.casefold() not in labels]
    if unknown or not names:
        raise ExportError(
            "--types",
            f"no type is called {', '.join(unknown) or text!r}",
            f"choose from {', '.join(NODE_TYPES)}",
        )
    return tuple(labels[name.casefold()] for name in names)


def find_node(graph: Graph, name: str, label: str | None = None) -> Node:
    """Return the one node that goes by a name, alias, title or id, in any case; names count before aliases.

    Raises:
        ExportError: No node, or more than one, goes by the name.
    """
    wanted, kind = name.casefold(), label.lower() if label else "node"
    nodes = [node for node in graph.nodes if label in {None, node.label}]
    exact = [
        node for node in nodes if wanted == node.id or (not _claims(node) and wanted == node.name.casefold())
    ]
    found = exact or [node for node in nodes if wanted in map(str.casefold, _aliases(node))]
    if len(found) == 1:
        return found[0]
    if not found:
        todo = "look for its name with: kg query DIR find -p text=..."
        raise ExportError(name, f"no {kind} has this name", todo)
    ids = ", ".join(node.id for node in found[:_MOST_NAMED])
    raise ExportError(name, f"{len(found)} {kind}s have this name", f"take the id of one: {ids}")


def _aliases(node: Node) -> tuple[str, ...]:
    aliases = node.get("aliases")
    return aliases if isinstance(aliases, tuple) else ()


def _claims(node: Node) -> bool:
    return node.label == "Result"


def _confidence(said: Node | Edge) -> float:
    confidence = said.get("confidence")
    return confidence if isinstance(confidence, float) else 1.0


def _strength(result: Node) -> tuple[float, int]:
    """Order results as the graph does: the more confident first, then the earlier one in the text."""
    start = result.get("start")
    return _confidence(result), -start if isinstance(start, int) else 0


# --- parts that keep the rules of the whole ----------------------------------------------------


def _closed(graph: Graph, ids: Collection[str], least: float = 0.0) -> Graph:
    """Return the nodes with these ids, less broken results, and what is said of them so confidently."""
    fits = [edge.source in ids and edge.target in ids and _confidence(edge) >= least for edge in graph.edges]
    # A result of which one edge is lost would claim something else.
    broken = {
        end
        for edge, fit in zip(graph.edges, fits, strict=True)
        if not fit
        for end in (edge.source, edge.target)
    }
    nodes = [node for node in graph.nodes if node.id in ids and not (_claims(node) and node.id in broken)]
    kept = {node.id for node in nodes}
    edges = [
        edge
        for edge, fit in zip(graph.edges, fits, strict=True)
        if fit and edge.source in kept and edge.target in kept
    ]
    results = {node.id: node for node in nodes if _claims(node)}
    paper_of = {edge.target: edge.source for edge in edges if edge.type == "REPORTS"}
    supported = (_supported(edge, results, paper_of) for edge in edges)
    return Graph(tuple(nodes), tuple(edge for edge in supported if edge is not None))


def _supported(edge: Edge, results: Mapping[str, Node], paper_of: Mapping[str, str]) -> Edge | None:
    """Return an edge as the results that are left support it, None where none is left."""
    named = edge.get("results")
    if not isinstance(named, tuple):
        return edge  # it rests on no results
    left = [id_ for id_ in named if id_ in results]
    if len(left) == len(named):
        return edge
    if not left:
        return None
    best = max((results[id_] for id_ in sorted(left)), key=_strength)
    anew: dict[str, Value] = {"results": tuple(left), "papers": len({paper_of[id_] for id_ in left})}
    for name in ("evidence", "start", "end", "confidence"):
        if (value := best.get(name)) is not None:
            anew[name] = value
    return replace(edge, properties=tuple((name, anew.get(name, value)) for name, value in edge.properties))
