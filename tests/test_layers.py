"""The import rules of the layout: a module imports only from the layers above its own."""

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

RECORDS = frozenset({"kg", "kg.errors", "kg.schema", "kg.records"})
STAGES = frozenset({"kg.pages", "kg.extract", "kg.link", "kg.graph"})
OUTPUTS = frozenset({"kg.stores", "kg.exports"})

ALLOWED = {
    "kg": frozenset(),
    "kg.errors": frozenset(),
    "kg.schema": frozenset(),
    "kg.records": frozenset({"kg.errors", "kg.schema"}),
    "kg.files": frozenset(),
    "kg.metrics": frozenset(),
    "kg.checks": RECORDS | {"kg.metrics"},
    "kg.rows": frozenset(),
    "kg.directory": RECORDS,
    "kg.evaluate": RECORDS,
    "kg.pages": RECORDS,
    "kg.extract": RECORDS | {"kg.metrics"},
    "kg.link": RECORDS | {"kg.files"},
    "kg.graph": RECORDS | {"kg.metrics", "kg.checks"},
    "kg.stored": RECORDS,
    "kg.stores": RECORDS | {"kg.stored"},
    "kg.exports": RECORDS | {"kg.stored", "kg.files"},
    "kg.build": RECORDS | STAGES | {"kg.directory"},
    "kg.cli": RECORDS
    | STAGES
    | OUTPUTS
    | {
        "kg.metrics",
        "kg.checks",
        "kg.directory",
        "kg.evaluate",
        "kg.files",
        "kg.rows",
        "kg.stored",
        "kg.build",
    },
}
"""What each module or folder of kg may import from kg, beside itself."""

ONLY_IN = {
    "spacy": {"kg.extract"},
    "onnxruntime": {"kg.extract"},
    "tokenizers": {"kg.extract"},
    "networkx": {"kg.graph", "kg.exports"},
    "neo4j": {"kg.stores"},
    "arcadedb": {"kg.stores"},
    "rdflib": {"kg.exports"},
    "pyoxigraph": {"kg.exports"},
    "oxrdflib": {"kg.exports"},
    "pyshacl": {"kg.exports"},
    "pyvis": {"kg.exports"},
    "matplotlib": {"kg.exports"},
    "click": {"kg.cli"},
    "rich": {"kg.rows"},
    "torch": set(),
    "transformers": set(),
}
"""Libraries that only some layers may know."""

MODULES = sorted((ROOT / "kg").rglob("*.py"))


def layer(module: str) -> str:
    """Return the row of the table that a dotted name belongs to."""
    return ".".join(module.split(".")[:2])


def imports(path: Path) -> set[str]:
    """Return the dotted names that a file imports, those inside functions included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = str(node.module)
            found |= {f"{module}.{alias.name}" for alias in node.names} if module == "kg" else {module}
    return found


def name_of(path: Path) -> str:
    """Return the dotted name of a module file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_imports_only_from_layers_above(path: Path) -> None:
    """A module of kg imports only what its row of the table allows."""
    row = layer(name_of(path))
    ours = {layer(name) for name in imports(path) if name.split(".")[0] == "kg"}
    # "from kg import __version__" names an attribute, not a module.
    ours = {name if name in ALLOWED else "kg" for name in ours}
    assert ours - {row} <= ALLOWED[row]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_library_stays_in_its_layer(path: Path) -> None:
    """A library with a layer of its own is imported nowhere else."""
    row = layer(name_of(path))
    libraries = {name.split(".")[0] for name in imports(path)} & ONLY_IN.keys()
    assert {library for library in libraries if row not in ONLY_IN[library]} == set()


def test_table_has_a_row_for_every_module() -> None:
    """Neither a module without a row nor a row without a module is left."""
    assert {layer(name_of(path)) for path in MODULES} == set(ALLOWED)


@pytest.mark.parametrize("path", [p for p in MODULES if p.parent.name != "cli"], ids=name_of)
def test_only_the_command_line_prints_or_exits(path: Path) -> None:
    """No module but those of kg/cli calls print, input, exit or sys.exit."""
    calls = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    assert calls & {"print", "input", "exit", "quit", "sys.exit", "os._exit"} == set()


def test_no_cypher_in_python() -> None:
    """Cypher lives in cypher/, not in string literals; only docstrings and help texts show some."""
    for path in (path for path in MODULES if path.parent.name != "cli"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        docstrings = {ast.get_docstring(n, clean=False) for n in ast.walk(tree) if isinstance(n, documented)}
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.value not in docstrings
            ):
                hint = node.value.replace("use MATCH and RETURN only", "")
                assert not re.search(r"\b(MATCH|MERGE|UNWIND|DETACH|RETURN)\b|\bCREATE \(", hint), path
