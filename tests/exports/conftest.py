"""A browser for the tests of the page, and graphs of arbitrary text."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Tab, chromium

from kg.exports import write_export
from kg.records import Graph

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def tab() -> Iterator[Tab]:
    """Start a headless Chromium; without one skip, or fail where KG_REQUIRE_BROWSER=1 demands it."""
    found = subprocess.run([ROOT / "scripts/browser"], capture_output=True, text=True, check=False)
    if found.returncode:
        (pytest.fail if os.environ.get("KG_REQUIRE_BROWSER") == "1" else pytest.skip)(found.stderr.strip())
    with chromium(found.stdout.strip()) as tab:
        yield tab


@pytest.fixture(scope="session")
def page(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page of the small graph."""
    path = tmp_path_factory.mktemp("page") / "graph.html"
    write_export(graph, "html", path)
    return path
