"""The benchmarks run; what they measure is read by people, never asserted."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kg.directory import FORMAT, Meta, write_directory
from kg.records import Graph, dump_lines
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


def test_stores_reports_every_comparison(tmp_path: Path, graph: Graph) -> None:
    """A few nodes give figures of both stores, of every way to load, and of a second load."""
    if (shutil.which("java") and shutil.which("mvn")) is None:
        pytest.skip("no Java or no Maven to fetch and run a Neo4j server")
    contents = {"nodes.jsonl": dump_lines(graph.nodes), "edges.jsonl": dump_lines(graph.edges)}
    directory = tmp_path / "some.kg"
    write_directory(directory, contents, Meta(FORMAT, "1", "test 1", (), {}, {}, {}))
    done = subprocess.run(
        [sys.executable, "scripts/benchmarks/stores.py", "--nodes", "100", "--rounds", "1", str(directory)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for part in (
        "kg query DIR leaderboard",
        "times as fast as one MERGE a row",
        "times as long as bare batched UNWIND CREATE",
        "the second has committed nothing",
    ):
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


def test_rdf_reports_each_way_of_writing(tmp_path: Path, graph: Graph) -> None:
    """A few triples give figures of each format by both libraries, and all files hold the same."""
    contents = {"nodes.jsonl": dump_lines(graph.nodes), "edges.jsonl": dump_lines(graph.edges)}
    write_directory(tmp_path / "a.kg", contents, Meta(FORMAT, "1", "test 1", (), {}, {}, {}))
    done = subprocess.run(
        [sys.executable, "scripts/benchmarks/rdf.py", "--triples", "1000", str(tmp_path / "a.kg")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for part in ("rdflib nt", "kg nt", "kg nt.gz", "rdflib ttl", "kg ttl", "rdflib jsonld", "kg jsonld"):
        assert f"\n{part} " in done.stdout
    assert done.stdout.count("the same") == 3
