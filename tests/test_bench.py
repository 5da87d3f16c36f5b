"""The benchmarks run; what they measure is read by people, never asserted."""

import os
import subprocess
import sys

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
