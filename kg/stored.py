"""What a store keeps of a node or an edge, however it gets there: by a load, or by files to import.

In a store a date is its ISO 8601 text (sortable, and as precise as known), a decimal a
float, a list of strings a list. A property that is unknown is absent, and so is an empty
list, which files to import cannot hold.
"""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec

from kg.records import Edge, Node, Value

StoredValue = str | int | float | bool | list[str]

HASH: Final = "kg_hash"
"""Property of every node and edge on a server: the hash of its content, by which a load sees changes."""

GRAPHS: Final = "kg_graphs"
"""Property of every node and edge on a server: the names of the graphs that have it."""

BOOKS: Final = frozenset({HASH, GRAPHS})
"""Properties on a server that tell of loads and are no part of the graph."""

GRAPH: Final = "kg"
"""Name of a graph where none is given."""


def graph_name(directory: Path) -> str:
    """Return the name by which a server knows the graph of a directory, unless another is given.

    >>> graph_name(Path("demo.kg"))
    'demo'
    """
    return directory.resolve().name.removesuffix(".kg") or GRAPH


def stored_properties(record: Node | Edge) -> dict[str, StoredValue]:
    """Return the properties of a node or an edge as a store keeps them, with its id.

    >>> properties = (("name", "GSM8K"), ("aliases", ()), ("value", Decimal("71.50")))
    >>> stored_properties(Node("dataset:gsm8k", "Dataset", properties))
    {'id': 'dataset:gsm8k', 'name': 'GSM8K', 'value': 71.5}
    """
    return {"id": record.id, **{name: _stored(value) for name, value in record.properties if value != ()}}


def content_hash(stored: Mapping[str, StoredValue]) -> str:
    """Return the hash of what a store keeps of a node or an edge, 16 hexadecimal digits."""
    return hashlib.blake2b(msgspec.json.encode(stored), digest_size=8).hexdigest()


def _stored(value: Value) -> StoredValue:
    match value:
        case Decimal():
            return float(value)
        case tuple():
            return list(value)
    return value
