"""The command line: data on standard output, everything else on standard error, one line an error."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg import __version__
from kg.cli import main
from kg.exports import EXPORTS
from tests.test_build import write_page


def run(*args: str | Path, code: int = 0, stdin: str | None = None, **env: str) -> Result:
    """Run a command and check its exit code."""
    result = CliRunner().invoke(main, [str(arg) for arg in args], input=stdin, env=env)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a graph directory of three papers."""
    folder = tmp_path_factory.mktemp("cli")
    run("build", write_page(folder / "papers.jsonl", 0, 1, 2), "-o", folder / "a.kg")
    return folder / "a.kg"


@pytest.mark.parametrize("name", ["", *main.commands])
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_everywhere(name: str, flag: str) -> None:
    """Every command answers -h and --help."""
    assert "Usage:" in run(*filter(None, [name]), flag).stdout


def test_version() -> None:
    """--version names the version."""
    assert run("--version").stdout == f"kg {__version__}\n"


def test_read_prints_papers_and_nothing_else(tmp_path: Path) -> None:
    """Standard output holds one JSON object a paper, with the keys of the record."""
    result = run("read", write_page(tmp_path / "p.jsonl", 0, 2))
    papers = [json.loads(line) for line in result.stdout.splitlines()]
    assert {paper["published"] for paper in papers} == {"2024-03-01", None}
    assert papers[0].keys() >= {
        "title",
        "abstract",
        "published",
        "author_count",
        "upvotes",
        "comments",
        "sources",
    }


def test_read_reads_its_own_output(tmp_path: Path) -> None:
    """What kg read prints, kg read reads back, here from standard input."""
    first = run("read", write_page(tmp_path / "p.jsonl", 0, 1))
    second = run("read", "-", stdin=first.stdout)
    strip = [
        {k: v for k, v in json.loads(line).items() if k != "sources"} for line in first.stdout.splitlines()
    ]
    assert [
        {k: v for k, v in json.loads(line).items() if k != "sources"} for line in second.stdout.splitlines()
    ] == strip


def test_stages_chain(tmp_path: Path) -> None:
    """Extract and link run alone, each on what the one before has written."""
    run("extract", write_page(tmp_path / "p.jsonl", 0, 1), "-o", tmp_path / "x.jsonl")
    extraction = json.loads((tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert extraction.keys() >= {"title", "id", "entities", "results"}
    links = [json.loads(line) for line in run("link", tmp_path / "x.jsonl").stdout.splitlines()]
    assert {link["entity"] for link in links if link["form"] in {"GSM8K", "GSM-8K"}} == {"dataset:gsm8k"}


def test_second_build_says_that_nothing_was_written(directory: Path) -> None:
    """Building again with the same input tells that the directory is up to date."""
    result = run("build", directory.parent / "papers.jsonl", "-o", directory)
    assert "up to date" in result.stderr


def test_leaderboard_answers(directory: Path) -> None:
    """The named query gives the claims on a dataset, the best value first."""
    rows = json.loads(
        run("query", directory, "leaderboard", "-p", "dataset=gsm8k", "--format", "json").stdout
    )
    values = [row["value"] for row in rows if row["kind"] == "absolute"]
    assert values == sorted(values, reverse=True)
    assert 71.5 in values


@pytest.mark.parametrize("output_format", ["json", "jsonl", "csv", "table"])
def test_query_formats_hold_the_same_rows(directory: Path, output_format: str) -> None:
    """Each format prints every row of literal Cypher."""
    cypher = "MATCH (p:Paper) RETURN p.title AS title, p.published AS published ORDER BY title"
    text = run("query", directory, cypher, "--format", output_format).stdout
    titles = [
        "A Survey of Machine Translation",
        "SlowFlow: Reasoning without Haste",
        "TinyFlow: A Small Model for Word Problems",
    ]
    if output_format == "json":
        assert [row["title"] for row in json.loads(text)] == titles
    elif output_format == "jsonl":
        assert [json.loads(line)["title"] for line in text.splitlines()] == titles
    elif output_format == "csv":
        assert [row["title"] for row in csv.DictReader(io.StringIO(text))] == titles
    else:
        assert all(title in text for title in titles)


def test_name_that_the_graph_does_not_know_is_helped(directory: Path) -> None:
    """No rows is told on standard error, with the query that finds names; that query finds them."""
    nothing = run("query", directory, "leaderboard", "-p", "dataset=GSM9K")
    assert nothing.stdout == ""
    assert "find -p text=" in nothing.stderr
    (found,) = json.loads(run("query", directory, "find", "-p", "text=gsm", "--format", "json").stdout)
    assert found["id"] == "dataset:gsm8k"


def test_query_list_names_every_query() -> None:
    """--list shows names, questions and parameters without any graph."""
    listed = run("query", "--list").stdout
    assert "leaderboard: " in listed
    assert "-p dataset=..." in listed


@pytest.mark.parametrize("name", list(EXPORTS))
def test_export_writes_each_format(directory: Path, tmp_path: Path, name: str) -> None:
    """Every format can be written to a file and to standard output, with equal bytes."""
    run("export", directory, "--format", name, "-o", tmp_path / "out")
    assert run("export", directory, "--format", name).stdout_bytes == (tmp_path / "out").read_bytes()


def test_stats_count_the_nodes(directory: Path) -> None:
    """The statistics count papers."""
    rows = json.loads(run("stats", directory, "--format", "json").stdout)
    assert {"kind": "node", "name": "Paper", "number": 3} in rows


def test_info_names_versions_and_formats() -> None:
    """Versions, formats and the extractor are named."""
    text = run("info").stdout
    assert __version__ in text
    assert "graphml" in text


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["read", "nowhere.txt"], "nowhere.txt"),
        (["build", "nowhere.txt", "-o", "new.kg"], "nowhere.txt"),
        (["stats", "nowhere.kg"], "no such directory"),
        (["query", "nowhere.kg", "leaderboard"], "no such directory"),
        (["export", ".", "--format", "nt"], "no readable meta.json"),
        (["link", "nowhere.jsonl"], "nowhere.jsonl"),
        (["evaluate", "nowhere.jsonl"], "nowhere.jsonl"),
        (["read", "{page}", "-o", "no/such/folder/x"], "no/such/folder/x"),
        (["query", "{graph}", "leader"], "leaderboard"),
        (["query", "{graph}", "leaderboard"], "dataset"),
        (["query", "{graph}", "leaderboard", "-p", "dataset"], "key=value"),
        (["query", "{graph}", "MATCH (n) DETACH DELETE n"], "writes"),
        (["query", "{graph}", "MATCH"], "Cypher"),
        (["query", "ftp://x", "RETURN 1 AS one"], "ftp://x"),
    ],
)
def test_expected_failure_is_one_line(
    args: list[str], told: str, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bad input gives exit 1, one line on standard error, nothing on standard output, nothing written."""
    monkeypatch.chdir(tmp_path)
    page = str(directory.parent / "papers.jsonl")
    filled = [arg.format(page=page, graph=directory) if "{" in arg else arg for arg in args]
    result = run(*filled, code=1, NEO4J_PASSWORD="none")
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert told in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_wrong_usage_exits_with_2() -> None:
    """A missing argument or an unknown format is wrong usage."""
    run("build", code=2)
    run("query", code=2)
    run("export", ".", "--format", "pdf", code=2)


def test_frameworks_that_lie_around_are_left_alone(tmp_path: Path) -> None:
    """Extraction starts as fast where PyTorch is installed: spaCy does not get to import it."""
    (tmp_path / "torch.py").write_text("raise SystemExit('torch was imported')", encoding="utf-8")
    paper = tmp_path / "paper.jsonl"
    paper.write_text('{"title": "A Title", "abstract": "We train BERT."}\n', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "from kg.cli import main; main()", "extract", str(paper)],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert '"A Title"' in done.stdout
