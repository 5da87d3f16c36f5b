"""The rules of our RDF as SHACL shapes (W3C, 2017), written from the schema.

Each rule about one property of one class is a shape of its own with a name, such as
``v:Result-value``, so that a violation tells which rule it breaks, and with a message that
says all that the rule demands. Each has its own target, because pySHACL holds all nodes of
a target against a shape at once, but the parts of a node shape (``sh:property``) node by
node, which takes four times as long.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kg.exports.terms import quoted
from kg.exports.vocabulary import NAMESPACES, kind, property_name, term
from kg.schema import DIRECTIONS, EDGES, ENTITY_TYPES, KINDS, NODES, EdgeType, NodeType, Property

_ALLOWED: Final = {"kind": KINDS, "direction": DIRECTIONS}
_SLOTS: Final = tuple(edge for edge in EDGES if edge.sources == ("Result",))
"""Edges of which a result has at most one, since it is the claim of one sentence."""

_DATES: Final = "a date (xsd:date, xsd:gYearMonth or xsd:gYear)"
_TYPED: Final = {
    "str": ("sh:datatype xsd:string", "a plain string"),
    "text": ("sh:datatype rdf:langString", "a text with its language"),
    "uri": ("sh:datatype xsd:anyURI", "an xsd:anyURI"),
    "int": ("sh:datatype xsd:integer ; sh:minInclusive 0", "an xsd:integer from 0"),
    "bool": ("sh:datatype xsd:boolean", "true or false"),
    "decimal": ("sh:datatype xsd:decimal", "an xsd:decimal"),
    "date": (
        "sh:or ( [ sh:datatype xsd:date ] [ sh:datatype xsd:gYearMonth ] [ sh:datatype xsd:gYear ] )",
        _DATES,
    ),
}
"""Constraint of a kind, and how a message tells it."""

_CLASSES: Final = {"evidence": "Evidence", "extractor": "Run", "results": "Result"}
"""Class of what these properties lead to."""


_NUMBERS: Final = {
    (0, 1): "at most one",
    (1, 1): "exactly one",
    (1, None): "at least one",
    (0, None): "any number",
}


@dataclass(frozen=True, slots=True)
class _Rule:
    """One property shape: what must hold of the values of a path, and how a message tells it."""

    name: str
    path: str
    constraint: str
    what: str
    least: int = 0
    most: int | None = 1

    def text(self, target: str) -> str:
        """Return the shape, for all nodes of a class."""
        bounds = f" ; sh:minCount {self.least}" * bool(self.least)
        bounds += f" ; sh:maxCount {self.most}" if self.most is not None else ""
        path = self.path.removeprefix("( ").removesuffix(" )").replace(" ", "/")
        message = f"{path}: {_NUMBERS[self.least, self.most]}, {self.what}"
        return (
            f"\nv:{self.name} a sh:PropertyShape ;\n    sh:targetClass {target} ;\n"
            f"    sh:path {self.path}{bounds} ;\n"
            f"    {self.constraint} ;\n    sh:message {quoted(message)} ."
        )


def shapes_text() -> str:
    """Return what ``shapes.ttl`` must be for the present schema."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# What must hold in our RDF. Generated from kg/schema.py, see kg/exports/ontology.py."
    for prefix, namespace in sorted((NAMESPACES | {"sh": "http://www.w3.org/ns/shacl#"}).items()):
        yield f"@prefix {prefix}: <{namespace}> ."
    targets: dict[str, Iterable[_Rule]] = {f"v:{node.label}": _of_node(node) for node in NODES}
    targets |= {"v:Statement": _of_statement(), "v:Evidence": _of_evidence()}
    targets |= {"oa:TextPositionSelector": _of_position(), "v:Text": _of_text(), "v:Run": _of_run()}
    targets["v:Extractor"] = [_Rule("Extractor-identifier", "dct:identifier", *_TYPED["str"], 1)]
    for target, rules in targets.items():
        for rule in rules:
            yield rule.text(target)
    yield from _conditions()
    for edge in EDGES:
        yield from _ends(edge)


def _of_node(node: NodeType) -> Iterator[_Rule]:
    yield _Rule(f"{node.label}-identifier", "dct:identifier", *_TYPED["str"], 1)
    for prop in node.properties:
        if prop.name not in ("start", "end"):  # they stand in the evidence
            yield _of_property(node.label, prop, int(prop.required))
    if node.label == "Result":
        yield _Rule("Result-wasDerivedFrom", "prov:wasDerivedFrom", *_class(("Paper",)), 1)
        for edge in _SLOTS:
            # Of which class it is, the shape of the objects of the edge says.
            yield _Rule(f"Result-{term(edge.name)}", property_name(edge.name), "sh:nodeKind sh:IRI", "an IRI")


def _of_property(owner: str, prop: Property, least: int) -> _Rule:
    if prop.name in _CLASSES:
        constraint, what = _class((_CLASSES[prop.name],))
    elif prop.name in _ALLOWED:
        allowed = _ALLOWED[prop.name]
        constraint, what = f"sh:in ( {' '.join(map(quoted, allowed))} )", f"one of {', '.join(allowed)}"
    else:
        constraint, what = _TYPED[kind(prop.name, prop.type)]
    if prop.name == "confidence":
        constraint, what = f"{constraint} ; sh:minInclusive 0 ; sh:maxInclusive 1", f"{what} from 0 to 1"
    most = None if prop.type == "strs" else 1
    return _Rule(f"{owner}-{term(prop.name)}", property_name(prop.name), constraint, what, least, most)


def _class(labels: Sequence[str]) -> tuple[str, str]:
    """Return the constraint that a thing is of one of these classes, and how a message tells it."""
    if labels == ENTITY_TYPES:
        return "sh:class v:Entity", "a v:Entity"
    if len(labels) == 1:
        return f"sh:class v:{labels[0]}", f"a v:{labels[0]}"
    any_ = " ".join(f"[ sh:class v:{label} ]" for label in labels)
    return f"sh:or ( {any_} )", " or ".join(f"v:{label}" for label in labels)


def _of_statement() -> Iterator[_Rule]:
    types = _types(EDGES)
    yield _Rule("Statement-subject", "rdf:subject", "sh:nodeKind sh:IRI", "an IRI", 1)
    yield _Rule("Statement-predicate", "rdf:predicate", f"sh:in ( {types} )", "a type of edge", 1)
    yield _Rule("Statement-object", "rdf:object", "sh:nodeKind sh:IRI", "an IRI", 1)
    yield _Rule("Statement-wasDerivedFrom", "prov:wasDerivedFrom", *_class(("Paper",)), 0, None)
    for prop in _edge_properties():
        yield _of_property("Statement", prop, 0)


def _edge_properties() -> list[Property]:
    found = {prop.name: prop for edge in EDGES for prop in edge.properties}
    return [prop for name, prop in found.items() if name not in ("start", "end")]


def _conditions() -> Iterator[str]:
    """Yield a shape for each property that statements of some edges must have.

    Edges that need the same properties have one that only they need, and by which they
    are known: its name stands for all others that they do not need. An ``sh:or`` over
    the types would say the same in ten times the time.
    """
    groups: dict[frozenset[str], list[EdgeType]] = defaultdict(list)
    said = {prop.name for prop in _edge_properties()}
    for edge in EDGES:
        groups[frozenset(said.intersection(prop.name for prop in edge.properties))].append(edge)
    marks = {names: min(names.difference(*(other for other in groups if other != names))) for names in groups}
    for names, edges in groups.items():
        path, types = property_name(marks[names]), _types(edges)
        yield f"\nv:Statement-of-{term(marks[names])} a sh:PropertyShape ;"
        yield f"    sh:targetSubjectsOf {path} ;\n    sh:path rdf:predicate ; sh:in ( {types} ) ;"
        yield f"    sh:message {quoted(f'{path}: of edges only those of type {types}')} ."
    paths = {
        property_name(prop.name): [property_name(marks[names]) for names in groups if prop.name not in names]
        for prop in _edge_properties()
    }
    paths["prov:wasDerivedFrom"] = paths["v:evidence"]
    for path, others in paths.items():
        name = path.partition(":")[2]
        yield f"\nv:Statement-needs-{name} a sh:PropertyShape ;\n    sh:targetClass v:Statement ;"
        yield f"    sh:path [ sh:alternativePath ( {' '.join([path, *others])} ) ] ; sh:minCount 1 ;"
        unless = f", or {' or '.join(others)} instead" if others else ""
        yield f"    sh:message {quoted(f'{path}: at least one{unless}')} ."


def _types(edges: Iterable[EdgeType]) -> str:
    return " ".join(property_name(edge.name) for edge in edges)


def _of_evidence() -> Iterator[_Rule]:
    yield _Rule("Evidence-source", "oa:hasSource", *_class(("Text",)), 1)
    yield _Rule("Evidence-exact", "( oa:hasSelector oa:exact )", *_TYPED["text"], 1)
    for name in ("start", "end"):
        yield _Rule(f"Evidence-{name}", f"( oa:hasSelector oa:{name} )", *_TYPED["int"], 1)


def _of_position() -> Iterator[_Rule]:
    constraint, what = _TYPED["int"]
    yield _Rule("Position-start", "oa:start", f"{constraint} ; sh:lessThan oa:end", f"{what} below oa:end", 1)
    yield _Rule("Position-end", "oa:end", constraint, what, 1)


def _of_text() -> Iterator[_Rule]:
    yield _Rule("Text-paper", "prov:specializationOf", *_class(("Paper",)), 1)
    digits = 'sh:datatype xsd:string ; sh:pattern "^[0-9a-f]{64}$"'
    yield _Rule("Text-sha256", "v:sha256", digits, "64 hexadecimal digits", 1)


def _of_run() -> Iterator[_Rule]:
    yield _Rule("Run-used", "prov:used", *_class(("Text",)), 0, None)
    yield _Rule("Run-extractor", "prov:wasAssociatedWith", *_class(("Extractor",)), 1)


def _ends(edge: EdgeType) -> Iterator[str]:
    """Yield the shapes of both ends of the plain triples of an edge."""
    path, name = property_name(edge.name), term(edge.name)
    for end, labels in (("Subjects", edge.sources), ("Objects", edge.targets)):
        constraint, what = _class(labels)
        which = "leads from" if end == "Subjects" else "leads to"
        yield f"\nv:{name}-{end.lower()} a sh:NodeShape ;\n    sh:target{end}Of {path} ;\n    {constraint} ;"
        yield f"    sh:message {quoted(f'{path} {which} {what}')} ."
