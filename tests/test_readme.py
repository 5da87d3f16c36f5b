"""The README is true: its commands run, its tables and its reference are those of the code.

``python -m tests.test_readme`` writes the generated parts anew.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from kg.checks import CHECKS
from kg.cli import main
from kg.exports import EXPORTS, FOLDERS
from kg.exports.vocabulary import CLASSES, STANDARD_CLASSES
from kg.link import CONFIDENCE, RULES
from kg.pages import FORMATS
from kg.schema import NODES
from kg.stores.queries import named_query, query_names
from tests.conftest import ROOT

README = ROOT / "README.md"


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def page_formats() -> str:
    """Return the table of page formats."""
    return _table(
        ("format", "is"), [(f"`{name}`", page_format.help) for name, page_format in FORMATS.items()]
    )


def export_formats() -> str:
    """Return the table of export formats."""
    return _table(
        ("format", "is"), [(f"`{name}`", export.help) for name, export in {**EXPORTS, **FOLDERS}.items()]
    )


def rdf_classes() -> str:
    """Return the table of the classes of our RDF and the standard classes beside them."""
    beside = STANDARD_CLASSES | {each.name: each.standard for each in CLASSES if each.standard is not None}
    meaning = {node.label: node.doc for node in NODES} | {each.name: each.doc for each in CLASSES}
    return _table(
        ("class", "beside it", "is"),
        [(f"`v:{name}`", f"`{standard}`", meaning[name]) for name, standard in beside.items()],
    )


def checks() -> str:
    """Return the table of checks."""
    return _table(("check", "finds"), [(f"`{name}`", meaning) for name, meaning in CHECKS.items()])


def link_rules() -> str:
    """Return the table of the rules of links."""
    rows = [(f"`{rule}`", meaning, f"{CONFIDENCE[rule]:.2f}") for rule, meaning in RULES.items()]
    return _table(("rule", "is", "confidence"), rows)


def queries() -> str:
    """Return the table of named queries."""
    rows = []
    for query in map(named_query, query_names()):
        params = ", ".join(
            f"`{parameter.name}`" if parameter.default is None else f"`{parameter.name}={parameter.default}`"
            for parameter in query.parameters
        )
        rows.append((f"`{query.name}`", query.question, params))
    return _table(("query", "answers", "parameters and defaults"), rows)


def reference() -> str:
    """Return the help text of every command."""
    parts = []
    for name, command in main.commands.items():
        context = click.Context(
            command,
            info_name=f"kg {name}",
            max_content_width=100,
            terminal_width=100,
            help_option_names=["-h", "--help"],
        )
        parts.append(f"### kg {name}\n\n```text\n{command.get_help(context)}\n```")
    return "\n\n".join(parts)


GENERATED = {
    "page formats": page_formats,
    "export formats": export_formats,
    "rdf classes": rdf_classes,
    "checks": checks,
    "link rules": link_rules,
    "queries": queries,
    "reference": reference,
}


def with_generated_parts(text: str) -> str:
    """Return the README with its generated parts made anew."""
    for name, generate in GENERATED.items():
        pattern = rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)"
        text, number = re.subn(pattern, lambda m, g=generate: m[1] + g() + "\n" + m[2], text, flags=re.DOTALL)
        assert number == 1, f"README.md has {number} parts named {name}"
    return text


def test_generated_parts_are_current() -> None:
    """Tables and reference equal what the code says; `python -m tests.test_readme` renews them."""
    text = README.read_text(encoding="utf-8")
    assert text == with_generated_parts(text)


def test_commands_run(tmp_path: Path) -> None:
    """Every command of the sh blocks succeeds, in order, in an empty directory with the samples."""
    blocks = re.findall(r"^```sh\n(.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert blocks
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    script = "set -euo pipefail\n" + "\n".join(blocks)
    done = subprocess.run(
        [shutil.which("bash") or "bash", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", sorted(main.commands))
def test_help_has_an_example(name: str) -> None:
    """Each help text ends with an example that begins with the command itself."""
    command = main.commands[name]
    assert f"kg {name}" in (command.help or "").split("Example:")[1]


def test_links_within_the_repository_lead_somewhere() -> None:
    """Every relative link and image of the README is a file."""
    for target in re.findall(r"\]\(([^)#]+)\)", README.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (ROOT / target).exists(), target


if __name__ == "__main__":
    README.write_text(with_generated_parts(README.read_text(encoding="utf-8")), encoding="utf-8")
