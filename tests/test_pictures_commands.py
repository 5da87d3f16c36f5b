"""The options of kg export that choose a part or a picture, and kg plot."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.directory import FORMAT, Meta, write_directory
from kg.records import Graph, dump_lines


def run(*args: str | Path, code: int = 0) -> Result:
    """Run a command and check its exit code."""
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(scope="module")
def directory(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a graph directory of the test graph."""
    contents = {"nodes.jsonl": dump_lines(graph.nodes), "edges.jsonl": dump_lines(graph.edges)}
    directory = tmp_path_factory.mktemp("pictures") / "a.kg"
    write_directory(directory, contents, Meta(FORMAT, "1", "test 1", (), {}, {}, {}))
    return directory


def _page(directory: Path, *options: str) -> tuple[str, set[str]]:
    """Return a page and the ids of its nodes."""
    text = run("export", directory, "--format", "html", *options).stdout
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text)
    assert found is not None
    return text, {row[1] for row in json.loads(found[1])["nodes"]}


def test_options_choose_a_part(directory: Path, graph: Graph) -> None:
    """Focus, hops, types and confidence leave the nodes that they say."""
    everything = {node.id for node in graph.nodes}
    papers = {node.id for node in graph.nodes if node.label == "Paper"}
    assert _page(directory)[1] == everything
    assert _page(directory, "--focus", "CoT", "--hops", "1")[1] == {"method:chain-of-thought", *papers}
    assert _page(directory, "--focus", "CoT")[1] > {"method:chain-of-thought", *papers}
    assert _page(directory, "--types", "paper")[1] == papers
    assert _page(directory, "--min-confidence", "0.9")[1] == papers


def test_part_in_another_format(directory: Path) -> None:
    """A part of the graph can be written in any format."""
    text = run("export", directory, "--format", "graphml", "--types", "Dataset").stdout
    assert "GSM8K" in text
    assert "TinyFlow" not in text


def test_title_and_libraries(directory: Path) -> None:
    """The title is the page's, and --draw all brings the libraries for all nodes."""
    text = _page(directory, "--title", "Mine & <yours>")[0]
    assert "<h1>Mine &amp; &lt;yours&gt;</h1>" in text
    assert 'class="library"' not in text
    assert _page(directory, "--draw", "all")[0].count('class="library"') == 2


def test_picture_beside_or_instead_of_the_page(directory: Path, tmp_path: Path) -> None:
    """--png writes a picture; the page too, where -o names one."""
    still, page = tmp_path / "a.png", tmp_path / "a.html"
    result = run("export", directory, "--format", "html", "--png", still)
    assert still.read_bytes().startswith(b"\x89PNG")
    assert result.stdout == ""
    run("export", directory, "--format", "html", "--png", still, "-o", page)
    assert page.read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--format", "ttl", "--title", "x"], "--title: for html, not for --format ttl"),
        (["--format", "graphml", "--draw", "all"], "--draw: for html, not for --format graphml"),
        (["--format", "html", "--hops", "2"], "--focus"),
        (["--format", "html", "--min-confidence", "2"], "0<=x<=1"),
        (["--format", "html", "--png", "x.png", "-o", "./x.png"], "name two files"),
        (["--format", "html", "--png", "x.jpg"], "ends in .png"),
        (["--format", "html", "--png", "-", "-o", "-"], "both standard output"),
        (["--format", "html", "--png", "x.png", "--draw", "all"], "name it with -o"),
    ],
)
def test_options_that_do_not_fit_are_wrong_usage(options: list[str], told: str, directory: Path) -> None:
    """An option without what it needs, or of another format, is refused before anything is written."""
    assert told in run("export", directory, *options, code=2).stderr


def test_unknown_focus_is_one_line(directory: Path, tmp_path: Path) -> None:
    """A name that the graph does not know is told in one line, and no file is left."""
    result = run("export", directory, "--format", "html", "--focus", "no", "-o", tmp_path / "x.html", code=1)
    assert result.stderr.startswith("Error: no: no node has this name; ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_plots_are_written(suffix: str, directory: Path, tmp_path: Path) -> None:
    """Both plots are written in the format that the file's name ends in."""
    board, datasets = tmp_path / f"board.{suffix}", tmp_path / f"datasets.{suffix}"
    run("plot", directory, "leaderboard", "-d", "gsm8k", "-m", "accuracy", "-o", board)
    run("plot", directory, "datasets", "--top", "3", "-o", datasets)
    begins = {"png": b"\x89PNG", "svg": b"<?xml"}[suffix]
    assert board.read_bytes().startswith(begins)
    assert datasets.read_bytes().startswith(begins)


def test_plot_of_a_leaderboard_shows_its_values(directory: Path, tmp_path: Path) -> None:
    """The plot names who was best so far, as the leaderboard has it."""
    board = tmp_path / "board.svg"
    run("plot", directory, "leaderboard", "-d", "gsm8k", "-m", "accuracy", "-o", board)
    words = set(re.findall(r"<!-- (.*?) -->", board.read_text("utf-8")))
    assert {"SlowFlow", "TinyFlow", "accuracy on GSM8K", "accuracy (%)"} <= words


def test_plot_needs_dataset_and_metric(directory: Path, tmp_path: Path) -> None:
    """A leaderboard without a metric is wrong usage."""
    told = run("plot", directory, "leaderboard", "-d", "gsm8k", "-o", tmp_path / "x.png", code=2).stderr
    assert "one --dataset and one --metric" in told
