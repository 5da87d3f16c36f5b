"""Values and whole records that a query returns, as plain Python values; see `kg.stored` for the other way.

A node or an edge that a query returns whole has the keys of ``nodes.jsonl`` and
``edges.jsonl``, without the ends, lists that are empty, and what tells of loads; the
keys of other maps are sorted, as stores give them in any order.
Every row can be written as JSON: what JSON lacks becomes None or text.
"""

from collections.abc import Collection, Mapping
from math import isfinite
from typing import Any

from kg.schema import EDGE_TYPES, NODE_TYPES, Property
from kg.stored import BOOKS


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


def _ordered(properties: Mapping[str, Any], known: tuple[Property, ...]) -> dict[str, Any]:
    names = [prop.name for prop in known if prop.name in properties]
    others = sorted(properties.keys() - {"id", *names} - BOOKS)  # of a graph that is not ours
    return {name: properties[name] for name in (*names, *others)}
