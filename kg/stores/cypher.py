"""Find the files of ``cypher/``, fill in the templates of ``cypher/load``, and generate the schema.

What differs between the stores stands in one file each, ``cypher/backends/neo4j.cypher``
and ``cypher/backends/embedded.sql``. Those two and ``schema.cypher`` hold, as comments,
templates that tell for which names of ``kg.schema`` they are, and below each the
statements that follow from it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from kg.schema import EDGES, NODES

INDEXED: Final = ("date", "decimal")
"""Property types that queries compare and sort by; each such property of a node gets an index."""

SEARCHED: Final = ("name", "aliases", "title", "abstract", "evidence")
"""Properties of nodes that full text is searched in.

The sentence of an edge is a part of the title or the abstract of a paper, which is
indexed once instead of every edge.
"""

SCHEMA_FILES: Final = ("schema.cypher", "backends/neo4j.cypher", "backends/embedded.sql")
"""Files that `write_schema` generates."""

_TEMPLATE: Final = re.compile(r"(?://|--) each (?P<each>[a-z ]+): (?P<text>.+)")
_COMMENTS: Final = ("//", "--")
_REPEATED: Final = re.compile(r"<each property from (?P<first>\d+): (?P<text>.+?\])>")

Names = Mapping[str, str]
"""Placeholders and the names that stand in for them."""


@cache
def cypher_folder() -> Path:
    """Return the folder of the Cypher files: ``cypher/`` of a checkout, ``kg/cypher`` of a wheel."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "cypher"
    return installed if installed.is_dir() else package.parent / "cypher"


@cache
def read_cypher(name: str) -> str:
    """Return a file of the folder without its comment lines, for example ``load/nodes``."""
    path = cypher_folder() / (name if "." in name else f"{name}.cypher")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_COMMENTS))


def fill(template: str, /, properties: Sequence[str] = (), **names: str) -> str:
    """Return a template of ``cypher/load`` with its ``<placeholders>`` replaced by names of the schema.

    Labels, types and names of properties cannot be parameters of Cypher. They come from
    the literal tables of ``kg.schema``, never from data. What stands for each property
    is repeated with its name and its index in a row.

    >>> print(fill("load/new-nodes", ("name", "aliases"), label="Task").splitlines()[2])
    SET node.name = row[2], node.aliases = row[3]
    """

    def repeat(match: re.Match[str]) -> str:
        indexed = enumerate(properties, int(match["first"]))
        return ", ".join(_replace(match["text"], {"property": name, "index": str(i)}) for i, name in indexed)

    return _replace(_REPEATED.sub(repeat, read_cypher(template)), names)


def statements(name: str) -> tuple[str, ...]:
    """Return the statements of a schema file, one a call as the stores want them."""
    return tuple(part.strip() for part in read_cypher(name).split(";") if part.strip())


def schema_text(name: str) -> str:
    """Return what a schema file must be for the present schema."""
    lines = []
    for line in (cypher_folder() / name).read_text(encoding="utf-8").splitlines():
        if line.startswith(_COMMENTS) or not line:
            lines.append(line)
        if template := _TEMPLATE.fullmatch(line):
            lines += [_replace(template["text"], names) for names in _NAMES[template["each"]]]
    return "\n".join(lines) + "\n"


def write_schema() -> None:
    """Write the schema files after a change of ``kg.schema`` or of a template."""
    for name in SCHEMA_FILES:
        (cypher_folder() / name).write_text(schema_text(name), encoding="utf-8")
    read_cypher.cache_clear()


def _replace(text: str, names: Names) -> str:
    for placeholder, value in names.items():
        text = text.replace(f"<{placeholder}>", value)
    return text


def _labelled(labels: Iterable[str]) -> list[Names]:
    return [{"label": label, "name": label.lower()} for label in labels]


def _with_properties(properties: Iterable[tuple[str, str]]) -> list[Names]:
    distinct = dict.fromkeys(properties)  # what all entities have is indexed once
    return [{"label": label, "name": label.lower(), "property": name} for label, name in distinct]


_NAMES: Final[Mapping[str, Sequence[Names]]] = {
    "label": _labelled(["Entity", *(node.label for node in NODES)]),
    "plain label": _labelled(["Entity", *(node.label for node in NODES if not node.entity)]),
    "entity label": _labelled(node.label for node in NODES if node.entity),
    "edge type": [{"type": edge.name} for edge in EDGES],
    "date or value": _with_properties(
        (node.label, prop.name) for node in NODES for prop in node.properties if prop.type in INDEXED
    ),
    **{
        kind: _with_properties(
            ("Entity" if node.entity else node.label, prop.name)
            for node in NODES
            for prop in node.properties
            if prop.name in SEARCHED and prop.type == type_
        )
        for kind, type_ in (("text", "str"), ("list of texts", "strs"))
    },
}
"""The names that a template is filled in with, by what it says it is for."""
