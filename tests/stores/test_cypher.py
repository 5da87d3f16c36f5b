"""The files of cypher/."""

import re
from pathlib import Path

import pytest

from kg.schema import EDGES, NODES
from kg.stores.cypher import SCHEMA_FILES, cypher_folder, schema_text, statements

CYPHER, NEO4J, EMBEDDED = SCHEMA_FILES
TEXTS = [
    ("Entity", "name"),
    ("Entity", "aliases"),
    ("Paper", "title"),
    ("Paper", "abstract"),
    ("Result", "evidence"),
]
"""Labels and properties that are searched as text."""


@pytest.mark.parametrize("name", SCHEMA_FILES)
def test_schema_file_is_current(name: str) -> None:
    """The checked-in schema files are those that kg/schema.py generates."""
    written = (cypher_folder() / name).read_text(encoding="utf-8")
    assert written == schema_text(name), (
        "run: python -c 'from kg.stores.cypher import write_schema; write_schema()'"
    )


@pytest.mark.parametrize("label", [*(node.label for node in NODES), "Entity"])
def test_every_label_has_a_constrained_id(label: str) -> None:
    """Every label has exactly one uniqueness constraint, on its id."""
    found = [text for text in statements(CYPHER) if f"(node:{label}) REQUIRE node.id IS UNIQUE" in text]
    assert len(found) == 1


def test_dates_and_values_are_indexed() -> None:
    """What queries compare and sort by has an index."""
    found = {
        match.groups()
        for text in statements(CYPHER)
        if (match := re.search(r":(\w+)\) ON \(node\.(\w+)", text))
    }
    assert found == {("Paper", "published"), ("Result", "value")}


@pytest.mark.parametrize(("label", "name"), TEXTS)
def test_text_has_an_index_of_one_name_in_both_stores(label: str, name: str) -> None:
    """An index for full text has the same name on the server and in the embedded store, and is waited for."""
    index = f"kg_{label.lower()}_{name}"
    server = [text for text in statements(NEO4J) if index in text]
    assert [text.split("(")[0] for text in server] == [
        f"CREATE FULLTEXT INDEX {index} IF NOT EXISTS FOR ",
        "CALL db.awaitIndex",
    ]
    assert f"(node:{label}) ON EACH [node.{name}]" in server[0]
    (embedded,) = [text for text in statements(EMBEDDED) if index in text]
    assert re.fullmatch(rf"CREATE INDEX {index} ON {label} \({name}(?: BY ITEM)?\) FULL_TEXT", embedded)


def test_nothing_else_is_indexed_for_full_text() -> None:
    """There is no index for full text but those that the stores share."""
    found = [text for name in (NEO4J, EMBEDDED) for text in statements(name) if re.search("FULL_?TEXT", text)]
    assert len(found) == 2 * len(TEXTS)


def test_embedded_store_declares_every_type() -> None:
    """Every label and edge type is declared, entity types as kinds of Entity."""
    declared = [text for text in statements(EMBEDDED) if text.startswith(("CREATE VERTEX", "CREATE EDGE"))]
    entities = [f"CREATE VERTEX TYPE {node.label} EXTENDS Entity" for node in NODES if node.entity]
    others = [
        f"CREATE VERTEX TYPE {label}" for label in ("Entity", *(n.label for n in NODES if not n.entity))
    ]
    assert sorted(declared) == sorted([*entities, *others, *(f"CREATE EDGE TYPE {e.name}" for e in EDGES)])


@pytest.mark.parametrize("name", SCHEMA_FILES)
def test_statements_come_alone(name: str) -> None:
    """No statement holds a separator, a comment or an open placeholder, which the stores would refuse."""
    assert not [text for text in statements(name) if re.search(r";|//|--|<|>", text)]


def test_differences_between_the_stores_stand_in_one_file_each() -> None:
    """What only one store understands is in no other Cypher file."""
    own = re.compile(r"FULL_?TEXT INDEX|FULL_TEXT|awaitIndex|(VERTEX|EDGE) TYPE")
    files = [path for path in cypher_folder().rglob("*.*") if own.search(path.read_text(encoding="utf-8"))]
    assert sorted(files) == sorted(Path(cypher_folder(), name) for name in (NEO4J, EMBEDDED))
