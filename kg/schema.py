"""The one vocabulary: node labels, edge types, roles and claim fields as literal tables.

Every store, export, page and table is generated from these tables. The meaning
of the entity types, roles and claim fields follows the annotation guidelines of
the training data (summarised in the README under "What is extracted").
"""

from typing import Final, NamedTuple


class Property(NamedTuple):
    """One property of a node or an edge.

    ``type`` is one of ``str``, ``int``, ``float``, ``bool``, ``decimal`` (a JSON
    number read as `decimal.Decimal`), ``date`` (an ISO 8601 string, as precise as
    known: ``2024``, ``2024-09`` or ``2024-09-02``) and ``strs`` (a list of strings).
    """

    name: str
    type: str
    doc: str
    required: bool = False


class NodeType(NamedTuple):
    """One node label; ``entity`` marks those that carry the second label ``Entity``."""

    label: str
    doc: str
    properties: tuple[Property, ...]
    entity: bool = False


class EdgeType(NamedTuple):
    """One edge type, the labels it may join and the role it stands for, if any."""

    name: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    doc: str
    properties: tuple[Property, ...]
    role: str | None = None


PROPERTY_TYPES: Final = ("str", "int", "float", "bool", "decimal", "date", "strs")

ENTITY_TYPES: Final = ("Task", "Method", "Model", "Dataset", "Metric")
"""Labels of the entities, in the order in which tables and legends list them."""

ROLES: Final = ("introduced", "used", "evaluated", "compared", "addressed", "measured", "mentioned")
"""What a paper does with an entity."""

KINDS: Final = ("absolute", "delta", "relative", "factor", "qualitative")
"""How the value of a claim is meant; ``qualitative`` claims have no value."""

DIRECTIONS: Final = ("better", "worse", "comparable", "sota")
"""How the subject of a claim fares; a plain absolute value has none."""

DENIALS: Final = (
    *("not", "n't", "cannot", "never"),
    *("fail to", "fails to", "failed to", "failing to", "unable to"),
)
"""Hedges that deny a claim; nothing is concluded from a result that has one."""

_NAMES: Final = (
    Property("name", "str", "canonical name, spelled as in some paper", required=True),
    Property("aliases", "strs", "all other spellings found in papers, sorted"),
)

NODES: Final = (
    NodeType(
        "Paper",
        "a paper",
        (
            Property("title", "str", "title, as on the page", required=True),
            Property("abstract", "str", "abstract, as on the page", required=True),
            Property("published", "date", "date of publication, as precise as known"),
            Property("published_inferred", "bool", "the year was inferred from the page"),
            Property("author_count", "int", "number of authors"),
            Property("upvotes", "int", "upvotes on the listing page"),
            Property("comments", "int", "comments on the listing page"),
            Property("organization", "str", "organisation named on the listing page"),
            Property("arxiv_id", "str", "arXiv identifier without version"),
            Property("url", "str", "address of the paper"),
            Property("sources", "strs", "page and record number of every listing, as 'page#record'"),
        ),
    ),
    NodeType("Task", "a problem that systems solve", _NAMES, entity=True),
    NodeType(
        "Method",
        "a technique, architecture, algorithm, objective, procedure, framework or system",
        _NAMES,
        entity=True,
    ),
    NodeType(
        "Model",
        "a named trained model or model family",
        (
            *_NAMES,
            Property("family", "str", "family part of the name"),
            Property("version", "str", "version part of the name"),
            Property("size", "str", "size part of the name"),
            Property("variant", "str", "variant part of the name"),
        ),
        entity=True,
    ),
    NodeType("Dataset", "a named dataset, benchmark, corpus or shared task", _NAMES, entity=True),
    NodeType(
        "Metric",
        "what is measured to compare systems",
        (
            *_NAMES,
            Property("higher_is_better", "bool", "absent where it depends or is unknown"),
            Property("unit", "str", "usual unit"),
        ),
        entity=True,
    ),
    NodeType(
        "Result",
        "one claimed result of one paper",
        (
            Property("kind", "str", "absolute, delta, relative, factor or qualitative", required=True),
            Property("value", "decimal", "the number; absent for qualitative claims, ranges and words"),
            Property("value_as_written", "str", "the value with its unit, as in the text"),
            Property("unit", "str", "unit of the value: %, x, points or as written"),
            Property("direction", "str", "better, worse, comparable or sota, for the subject"),
            Property("hedges", "strs", "words that bound, doubt or deny it, lower case: up to, may, not"),
            Property("checks", "strs", "what is wrong with it, as 'check: reason'; see kg check"),
            Property("metric_as_written", "str", "what was measured, where that is no entity"),
            Property("baseline_as_written", "str", "what it is compared with, where that is no entity"),
            Property("confidence", "float", "in [0, 1]", required=True),
            Property("evidence", "str", "the sentence that makes the claim", required=True),
            Property("start", "int", "offset of the evidence in title + newline + abstract", required=True),
            Property("end", "int", "end of the evidence, exclusive", required=True),
            Property("extractor", "str", "name and version of the extractor", required=True),
        ),
    ),
)

_EVIDENCE: Final = (
    Property("evidence", "str", "the sentence that says so", required=True),
    Property("start", "int", "code point offset into title + newline + abstract", required=True),
    Property("end", "int", "end offset, exclusive", required=True),
    Property("confidence", "float", "in [0, 1]", required=True),
    Property("extractor", "str", "name and version of the extractor", required=True),
)


def _role(name: str, role: str, doc: str) -> EdgeType:
    return EdgeType(name, ("Paper",), ENTITY_TYPES, doc, _EVIDENCE, role)


EDGES: Final = (
    _role("INTRODUCES", "introduced", "the paper proposes, builds or releases it"),
    _role("USES", "used", "component, base, teacher, training data, tool or object of study"),
    _role("EVALUATES", "evaluated", "a dataset it evaluates on, or a system it puts to the test"),
    _role("COMPARES_WITH", "compared", "a baseline or rival"),
    _role("ADDRESSES", "addressed", "a task or problem the paper works on"),
    _role("MEASURES", "measured", "a metric it reports"),
    _role("MENTIONS", "mentioned", "background only"),
    EdgeType("REPORTS", ("Paper",), ("Result",), "the paper claims the result", _EVIDENCE),
    EdgeType(
        "ABOUT", ("Result",), ("Method", "Model", "Dataset", "Task"), "the subject of the claim", _EVIDENCE
    ),
    EdgeType("BY_METRIC", ("Result",), ("Metric",), "what was measured", _EVIDENCE),
    EdgeType("ON_DATASET", ("Result",), ("Dataset",), "where it was measured", _EVIDENCE),
    EdgeType("ON_TASK", ("Result",), ("Task", "Method"), "for which task", _EVIDENCE),
    EdgeType("AGAINST", ("Result",), ("Method", "Model"), "the baseline, where it is an entity", _EVIDENCE),
    EdgeType(
        "VARIANT_OF",
        ("Model",),
        ("Model", "Method"),
        "of the nearest less specific name, or of what its name is derived from",
        (Property("rule", "str", "the rule that read the name", required=True),),
    ),
    EdgeType(
        "OUTPERFORMS",
        ("Method", "Model"),
        ("Method", "Model"),
        "assembled from results whose direction is better",
        (
            Property("results", "strs", "ids of the results, sorted", required=True),
            Property("papers", "int", "number of distinct papers that claim it", required=True),
            Property("evidence", "str", "sentence of the most confident result", required=True),
            Property("confidence", "float", "highest confidence among the results", required=True),
        ),
    ),
)

NODE_TYPES: Final = {node.label: node for node in NODES}
EDGE_TYPES: Final = {edge.name: edge for edge in EDGES}
EDGE_OF_ROLE: Final = {edge.role: edge.name for edge in EDGES if edge.role is not None}


def labels(label: str) -> tuple[str, ...]:
    """Return all labels that a node of this label carries in a store.

    >>> labels("Dataset")
    ('Dataset', 'Entity')
    >>> labels("Paper")
    ('Paper',)
    """
    return (label, "Entity") if NODE_TYPES[label].entity else (label,)
