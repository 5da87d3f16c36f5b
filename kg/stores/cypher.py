"""Find the files of ``cypher/``, fill in the templates of ``cypher/load``, and generate ``schema.cypher``."""

from functools import cache
from pathlib import Path
from typing import Final

from kg.schema import NODES

INDEXED: Final = ("date", "decimal")
"""Property types that queries compare and sort by; each such property of a node gets an index."""

_HEADER: Final = """\
// Constraints and indexes of the graph. Generated from kg/schema.py; write it again with
//     python -c 'from kg.stores.cypher import write_schema; write_schema()'
"""


@cache
def cypher_folder() -> Path:
    """Return the folder of the Cypher files: ``cypher/`` of a checkout, ``kg/cypher`` of a wheel."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "cypher"
    return installed if installed.is_dir() else package.parent / "cypher"


@cache
def read_cypher(name: str) -> str:
    """Return a file of the folder without its comment lines, for example ``load/nodes``."""
    text = (cypher_folder() / f"{name}.cypher").read_text(encoding="utf-8")
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("//"))


def fill(template: str, /, **names: str) -> str:
    """Return a template with its ``<placeholders>`` replaced by names of the schema.

    Labels and types cannot be parameters of Cypher. The names come from the literal
    tables of ``kg.schema``, never from data.

    >>> fill("load/index", name="paper_published", label="Paper", property="published").strip()
    'CREATE INDEX paper_published IF NOT EXISTS FOR (node:Paper) ON (node.published);'
    """
    text = read_cypher(template)
    for placeholder, value in names.items():
        text = text.replace(f"<{placeholder}>", value)
    return text


def schema_statements() -> tuple[str, ...]:
    """Return the statements of ``schema.cypher``, one a call as the stores want them."""
    return tuple(part.strip() for part in read_cypher("schema").split(";") if part.strip())


def schema_text() -> str:
    """Return what ``schema.cypher`` must be for the present schema."""
    all_labels = ("Entity", *(node.label for node in NODES))
    indexed = [(node.label, prop.name) for node in NODES for prop in node.properties if prop.type in INDEXED]
    constraints = (fill("load/constraint", name=f"{label.lower()}_id", label=label) for label in all_labels)
    indexes = (
        fill("load/index", name=f"{label.lower()}_{name}", label=label, property=name)
        for label, name in indexed
    )
    return "".join((_HEADER, *constraints, *indexes))


def write_schema() -> None:
    """Write ``schema.cypher`` after a change of ``kg.schema``."""
    (cypher_folder() / "schema.cypher").write_text(schema_text(), encoding="utf-8")
    read_cypher.cache_clear()
