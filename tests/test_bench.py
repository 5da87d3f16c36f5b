"""The benchmarks run; what they measure is read by people, never asserted."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT


def test_extract_reports_all_three_parts() -> None:
    """Two texts of the sample papers give figures of the command, the network and each component."""
    samples = ROOT / "tests" / "pages" / "samples" / "papers.jsonl"
    done = subprocess.run(
        [sys.executable, "scripts/benchmarks/extract.py", "--texts", "2", "--rounds", "1", str(samples)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "scripts/training"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for part in ("core seconds, at most", "one window a call", "kg_entities", "kg_results adds"):
        assert part in done.stdout


def test_html_opens_both_pages() -> None:
    """Of the sample graph and of a made one, figures of writing, opening and dragging are printed."""
    if subprocess.run([ROOT / "scripts/browser"], capture_output=True, check=False).returncode:
        (pytest.fail if os.environ.get("KG_REQUIRE_BROWSER") == "1" else pytest.skip)("no browser")
    done = subprocess.run(
        [sys.executable, "scripts/benchmarks/explorer.py", "--papers", "20", "--rounds", "1"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "tests/exports"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = {line.split()[0]: line.split() for line in done.stdout.splitlines()[2:]}
    assert set(rows) == {"sample", "large"}
    for row in rows.values():
        assert row[8:10] == ["0", "0"]  # requests and messages
