"""Stage graph: the corpus as one typed networkx graph, checked against the schema.

Input: a `Corpus`. Output: a `networkx.MultiDiGraph` whose node keys are ids and whose
edge keys are edge ids; `label` and `type` and all properties are attributes. Assumes
that every form of the extractions has a link. What has no evidence stays out.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

import networkx as nx

from kg.checks import Stated, check_results
from kg.errors import SchemaError
from kg.metrics import known_metric
from kg.records import (
    Corpus,
    Edge,
    Entity,
    ExtractedResult,
    Extraction,
    Graph,
    Node,
    Paper,
    Value,
    edge_id,
    hashed_id,
)
from kg.schema import DENIALS, EDGE_OF_ROLE, EDGE_TYPES, NODE_TYPES

SLOTS = {
    "ABOUT": "subject",
    "BY_METRIC": "metric",
    "ON_DATASET": "dataset",
    "ON_TASK": "task",
    "AGAINST": "baseline",
}
"""Edge type of each slot of a claim."""

EntityOf = Mapping[tuple[str, str], Mapping[str, Entity]]
"""(paper, form) -> type that the paper gives it -> entity, which may have another type in the graph."""

_Record = TypeVar("_Record", Node, Edge)


def build_graph(corpus: Corpus) -> "nx.MultiDiGraph[str]":
    """Return the graph of a corpus.

    Raises:
        SchemaError: A node or an edge does not fit the schema.
    """
    by_id = {entity.id: entity for entity in corpus.entities}
    entity_of: dict[tuple[str, str], dict[str, Entity]] = defaultdict(dict)
    for link in corpus.links:
        entity_of[link.paper, link.form][link.type] = by_id[link.entity]
    nodes = _strongest(_nodes(corpus, entity_of))
    edges = _strongest(_edges(corpus, entity_of))
    for edge in _outperforms(edges.values(), nodes):
        edges[edge.id] = edge
    linked = {id_ for edge in edges.values() for id_ in (edge.source, edge.target)}
    # An entity without an edge has no evidence; a paper stands for itself.
    for entity in corpus.entities:
        if entity.variant_of is not None and linked.issuperset((entity.id, entity.variant_of[0])):
            edge = _edge("VARIANT_OF", entity.id, entity.variant_of[0], {"rule": entity.variant_of[1]})
            edges[edge.id] = edge
    kept_nodes = [node for node in nodes.values() if node.label == "Paper" or node.id in linked]
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in sorted(kept_nodes, key=lambda node: node.id):
        graph.add_node(node.id, label=node.label, **dict(node.properties))
    for edge in sorted(edges.values(), key=lambda edge: edge.id):
        graph.add_edge(edge.source, edge.target, key=edge.id, type=edge.type, **dict(edge.properties))
    check_graph(graph)
    return graph


def check_graph(graph: "nx.MultiDiGraph[str]") -> None:
    """Check every node and edge against the schema.

    Raises:
        SchemaError: The first thing that does not fit, with the id at fault.
    """
    for id_, attributes in graph.nodes(data=True):
        node_type = NODE_TYPES.get(attributes.get("label", ""))
        if node_type is None:
            raise _misfit(id_, f"label {attributes.get('label')!r} is not in the schema")
        required = {prop.name for prop in node_type.properties if prop.required}
        _check_properties(id_, attributes, {prop.name for prop in node_type.properties}, required, "label")
    for source, target, id_, attributes in graph.edges(keys=True, data=True):
        edge_type = EDGE_TYPES.get(attributes.get("type", ""))
        if edge_type is None:
            raise _misfit(id_, f"type {attributes.get('type')!r} is not in the schema")
        ends = graph.nodes[source]["label"], graph.nodes[target]["label"]
        if ends[0] not in edge_type.sources or ends[1] not in edge_type.targets:
            raise _misfit(id_, f"{edge_type.name} cannot lead from {ends[0]} to {ends[1]}")
        required = {prop.name for prop in edge_type.properties if prop.required}
        _check_properties(id_, attributes, {prop.name for prop in edge_type.properties}, required, "type")


def graph_records(graph: "nx.MultiDiGraph[str]") -> Graph:
    """Return the nodes and edges as records, sorted by id, properties in schema order."""
    nodes = []
    for id_, attributes in graph.nodes(data=True):
        label = attributes["label"]
        names = [prop.name for prop in NODE_TYPES[label].properties]
        nodes.append(Node(id_, label, tuple((n, attributes[n]) for n in names if n in attributes)))
    edges = []
    for source, target, id_, attributes in graph.edges(keys=True, data=True):
        type_ = attributes["type"]
        names = [prop.name for prop in EDGE_TYPES[type_].properties]
        properties = tuple((n, attributes[n]) for n in names if n in attributes)
        edges.append(Edge(id_, type_, source, target, properties))
    return Graph(
        tuple(sorted(nodes, key=lambda node: node.id)), tuple(sorted(edges, key=lambda edge: edge.id))
    )


# --- nodes -------------------------------------------------------------------------------------


def _nodes(corpus: Corpus, entity_of: EntityOf) -> Iterator[Node]:
    for paper in corpus.papers:
        yield Node(paper.id, "Paper", tuple(_paper_properties(paper)))
    for entity in corpus.entities:
        names = (("name", entity.name), ("aliases", entity.aliases))
        yield Node(entity.id, entity.type, (*names, *_metric_properties(entity), *_model_properties(entity)))
    checks = check_results(_stated(corpus.extractions, entity_of))
    for extraction in corpus.extractions:
        for result in extraction.results:
            id_ = _result_id(extraction.id, result)
            metric, against = (
                _target(type_, extraction.id, result, entity_of) for type_ in ("BY_METRIC", "AGAINST")
            )
            values: dict[str, Value | None] = {
                "kind": result.kind,
                "value": result.number,
                "value_as_written": result.value,
                "unit": result.unit,
                "direction": result.direction,
                "hedges": result.hedges or None,
                "checks": checks.get(id_),
                "metric_as_written": result.metric if metric is None else None,
                "baseline_as_written": result.baseline if against is None else None,
                **_evidence(result, result.confidence, extraction.extractor),
            }
            known = [prop.name for prop in NODE_TYPES["Result"].properties]
            properties = tuple((name, value) for name in known if (value := values[name]) is not None)
            yield Node(id_, "Result", properties)


def _stated(extractions: Iterable[Extraction], entity_of: EntityOf) -> Iterator[Stated]:
    for extraction in extractions:
        for result in extraction.results:
            ends = (
                _target(type_, extraction.id, result, entity_of)
                for type_ in ("ABOUT", "BY_METRIC", "ON_DATASET")
            )
            yield Stated(_result_id(extraction.id, result), extraction.id, result, *ends)


def _metric_properties(entity: Entity) -> Iterator[tuple[str, Value]]:
    """Yield what is known of a metric beforehand, by its name or else by an alias."""
    if entity.type == "Metric":
        known = next(filter(None, map(known_metric, (entity.name, *entity.aliases))), None)
        if known is not None:
            yield "higher_is_better", known.higher_is_better
            if known.unit is not None:
                yield "unit", known.unit


def _model_properties(entity: Entity) -> Iterator[tuple[str, Value]]:
    """Yield the parts of the name of a model."""
    if entity.type == "Model":
        for name in ("family", "version", "size", "variant"):
            if (part := getattr(entity, name)) is not None:
                yield name, part


def _paper_properties(paper: Paper) -> Iterator[tuple[str, Value]]:
    for prop in NODE_TYPES["Paper"].properties:
        if prop.name == "sources":
            yield "sources", tuple(f"{source.page}#{source.record}" for source in paper.sources)
        elif (value := getattr(paper, prop.name)) is not None:
            yield prop.name, value


def _result_id(paper: str, result: ExtractedResult) -> str:
    """Return an id of all slots as written, so that linking other papers does not change it."""
    slots = (result.subject, result.metric, result.value, result.kind, result.direction)
    return hashed_id("result", paper, *slots, result.dataset, result.task, result.baseline)


def _evidence(result: ExtractedResult, confidence: float, extractor: str) -> dict[str, Value]:
    return {
        "evidence": result.evidence,
        "start": result.start,
        "end": result.end,
        "confidence": confidence,
        "extractor": extractor,
    }


# --- edges -------------------------------------------------------------------------------------


def _edges(corpus: Corpus, entity_of: EntityOf) -> Iterator[Edge]:
    texts = {paper.id: paper.text for paper in corpus.papers}
    for extraction in corpus.extractions:
        yield from _role_edges(extraction, texts[extraction.id], entity_of)
        for result in extraction.results:
            id_ = _result_id(extraction.id, result)
            properties = _evidence(result, result.confidence, extraction.extractor)
            yield _edge("REPORTS", extraction.id, id_, properties)
            for type_ in SLOTS:
                if (target := _target(type_, extraction.id, result, entity_of)) is not None:
                    yield _edge(type_, id_, target, properties)


def _role_edges(extraction: Extraction, text: str, entity_of: EntityOf) -> Iterator[Edge]:
    """Yield the roles of each entity; a part that the user has split off has those that name it, or all."""
    for entity in extraction.entities:
        parts: dict[str, list[str]] = defaultdict(list)
        for form in entity.forms:
            parts[entity_of[extraction.id, form][entity.type].id].append(form)
        for target, forms in parts.items():
            naming = [
                shown
                for shown in entity.role_evidence
                if entity.name in forms or any(form in text[shown.start : shown.end] for form in forms)
            ]
            for shown in naming or entity.role_evidence:
                properties: dict[str, Value] = {
                    "evidence": text[shown.start : shown.end],
                    "start": shown.start,
                    "end": shown.end,
                    "confidence": round(entity.confidence * shown.confidence, 4),
                    "extractor": extraction.extractor,
                }
                yield _edge(EDGE_OF_ROLE[shown.role], extraction.id, target, properties)


def _target(type_: str, paper: str, result: ExtractedResult, entity_of: EntityOf) -> str | None:
    """Return the id of the entity that fills the slot of an edge type, where the slot names one that fits."""
    named = entity_of.get((paper, getattr(result, SLOTS[type_])), {})
    fitting = EDGE_TYPES[type_].targets
    found = (named[label] for label in fitting if label in named)
    return next((entity.id for entity in found if entity.type in fitting), None)


def _outperforms(edges: Iterable[Edge], nodes: Mapping[str, Node]) -> Iterator[Edge]:
    """Yield one edge for each pair of entities of which results say, undenied, that one is better."""
    ends: dict[str, dict[str, str]] = defaultdict(dict)  # result -> edge type -> other end
    for edge in edges:
        if edge.type in ("ABOUT", "AGAINST"):
            ends[edge.source][edge.type] = edge.target
        elif edge.type == "REPORTS":
            ends[edge.target]["REPORTS"] = edge.source
    claims: dict[tuple[str, str], list[Node]] = defaultdict(list)
    allowed = EDGE_TYPES["OUTPERFORMS"].sources
    for id_ in sorted(ends):
        winner, loser = ends[id_].get("ABOUT"), ends[id_].get("AGAINST")
        if winner is None or loser is None or winner == loser or nodes[winner].label not in allowed:
            continue
        hedges = nodes[id_].get("hedges")
        denied = isinstance(hedges, tuple) and not set(DENIALS).isdisjoint(hedges)
        if nodes[id_].get("direction") == "better" and not denied:
            claims[winner, loser].append(nodes[id_])
    for (winner, loser), results in claims.items():
        best = max(results, key=_strength)
        properties: dict[str, Value] = {
            "results": tuple(sorted(result.id for result in results)),
            "papers": len({ends[result.id]["REPORTS"] for result in results}),
            "evidence": str(best.get("evidence")),
            "confidence": _strength(best)[0],
        }
        yield _edge("OUTPERFORMS", winner, loser, properties)


def _edge(type_: str, source: str, target: str, properties: Mapping[str, Value]) -> Edge:
    return Edge(edge_id(type_, source, target), type_, source, target, tuple(properties.items()))


def _strongest(records: Iterable[_Record]) -> dict[str, _Record]:
    """Return the records by id; of equal claims the most confident one, with its sentence."""
    kept: dict[str, _Record] = {}
    for record in records:
        if record.id not in kept or _strength(record) > _strength(kept[record.id]):
            kept[record.id] = record
    return kept


def _strength(record: Node | Edge) -> tuple[float, int]:
    """Order equal claims: the more confident first, then the earlier one in the text."""
    confidence, start = record.get("confidence"), record.get("start")
    return (
        confidence if isinstance(confidence, float) else 0.0,
        -start if isinstance(start, int) else 0,
    )


def _check_properties(
    id_: str, attributes: Mapping[str, object], known: set[str], required: set[str], kind: str
) -> None:
    names = {name for name, value in attributes.items() if value is not None} - {kind}
    if names - known:
        raise _misfit(id_, f"unknown properties {sorted(names - known)}")
    if required - names:
        raise _misfit(id_, f"required properties {sorted(required - names)} are absent")
    if "evidence" in required and not attributes["evidence"]:
        raise _misfit(id_, "the evidence is empty")


def _misfit(id_: str, what: str) -> SchemaError:
    return SchemaError(id_, what, "report this as a fault of kg, with the input at hand")
