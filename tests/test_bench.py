"""The benchmarks run; what they measure is read by people, never asserted."""

import os
import subprocess
import sys
from pathlib import Path

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
