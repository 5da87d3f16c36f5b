"""Property values and whole records, between our records and the stores.

In a store a date is its ISO 8601 text (sortable, and as precise as known), a decimal a
float, a list of strings a list; an unknown property is absent. A node or an edge that a
query returns whole has the keys of ``nodes.jsonl`` and ``edges.jsonl``, without the ends
and without the two properties by which a load keeps its books; the keys of other maps are
sorted, as stores give them in any order.
Every row can be written as JSON: what JSON lacks becomes None or text.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal
from math import isfinite
from typing import Any, Final

from kg.records import Edge, Node, Value
from kg.schema import EDGE_TYPES, NODE_TYPES, Property

BOOKS: Final = frozenset({"kg_graphs", "kg_hash"})
"""Properties on a server that tell of loads, see `kg.stores.loading`."""

StoredValue = str | int | float | bool | list[str]


def stored_properties(record: Node | Edge) -> dict[str, StoredValue]:
    """Return the properties of a node or an edge as a store keeps them, with its id."""
    return {"id": record.id, **{name: _stored(value) for name, value in record.properties}}


def node_row(labels: Collection[str], properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return a node as a plain dict, properties in schema order.

    >>> node_row({"Entity", "Task"}, {"name": "parsing", "id": "task:parsing"})
    {'id': 'task:parsing', 'label': 'Task', 'name': 'parsing'}
    """
    label = next((label for label in NODE_TYPES if label in labels), ":".join(sorted(labels)))
    known = NODE_TYPES[label].properties if label in NODE_TYPES else ()
    return {"id": properties.get("id"), "label": label, **_ordered(properties, known)}


def edge_row(type_: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return an edge as a plain dict, properties in schema order."""
    known = EDGE_TYPES[type_].properties if type_ in EDGE_TYPES else ()
    return {"id": properties.get("id"), "type": type_, **_ordered(properties, known)}


def path_row(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a path, given its nodes and edges in turn."""
    return {"nodes": records[::2], "edges": records[1::2]}


def json_value(value: Any) -> Any:
    r"""Return one value of a row, no list or dict, as JSON can hold it.

    A float that is infinite or not a number becomes None, bytes hexadecimal text.

    >>> json_value(float("nan")), json_value(b"\x00\xff"), json_value(1.5)
    (None, '00ff', 1.5)
    """
    match value:
        case float() if not isfinite(value):
            return None
        case bytes() | bytearray():
            return value.hex()
    return value


def _stored(value: Value) -> StoredValue:
    match value:
        case Decimal():
            return float(value)
        case tuple():
            return list(value)
    return value


def _ordered(properties: Mapping[str, Any], known: tuple[Property, ...]) -> dict[str, Any]:
    names = [prop.name for prop in known if prop.name in properties]
    others = sorted(properties.keys() - {"id", *names} - BOOKS)  # of a graph that is not ours
    return {name: properties[name] for name in (*names, *others)}
