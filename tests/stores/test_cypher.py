"""The files of cypher/."""

import pytest

from kg.schema import NODES
from kg.stores.cypher import cypher_folder, schema_statements, schema_text


def test_schema_file_is_current() -> None:
    """The checked-in schema is the one that kg/schema.py generates."""
    written = (cypher_folder() / "schema.cypher").read_text(encoding="utf-8")
    assert written == schema_text(), (
        "run: python -c 'from kg.stores.cypher import write_schema; write_schema()'"
    )


@pytest.mark.parametrize("label", [*(node.label for node in NODES), "Entity"])
def test_every_label_has_a_constrained_id(label: str) -> None:
    """Every label has exactly one uniqueness constraint, on its id."""
    found = [text for text in schema_statements() if f"(node:{label}) REQUIRE node.id IS UNIQUE" in text]
    assert len(found) == 1


def test_statements_come_alone() -> None:
    """No statement holds a separator or a comment, which the stores would refuse."""
    assert all(";" not in text and "//" not in text for text in schema_statements())
