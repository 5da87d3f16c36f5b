"""The command line: data on standard output, everything else on standard error, one line an error."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg import __version__
from kg.checks import CHECKS
from kg.cli import main
from kg.directory import FORMAT, Meta, write_directory
from kg.exports import EXPORTS
from kg.records import Graph, dump_lines
from kg.stores.queries import named_query, query_names
from tests.conftest import DOUBTED
from tests.stores.conftest import with_claims
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


@pytest.fixture(scope="module")
def claims(tmp_path_factory: pytest.TempPathFactory, graph: Graph) -> Path:
    """Return a graph directory of the test graph, with a claim of each part of a leaderboard on Ranked."""
    more = with_claims(
        graph,
        ("qualitative", None, None, "better"),
        ("factor", "2", "x", "worse"),
        ("absolute", "85", "%", None),
        ("absolute", "90", "%", None),
    )
    contents = {"nodes.jsonl": dump_lines(more.nodes), "edges.jsonl": dump_lines(more.edges)}
    directory = tmp_path_factory.mktemp("claims") / "a.kg"
    write_directory(directory, contents, Meta(FORMAT, "1", "test 1", (), {}, {}, {}))
    return directory


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


def board(claims: Path, *given: str) -> list[dict[str, object]]:
    """Return the rows of a leaderboard."""
    rows: list[dict[str, object]] = json.loads(run("leaderboard", claims, *given, "--format", "json").stdout)
    return rows


TITLES = ["Values", "Changes against a baseline", "Comparisons without a number"]


def test_leaderboard_sets_values_changes_and_comparisons_apart(claims: Path) -> None:
    """A table has a part under a title for each of the three, in this order, but none for nothing."""
    three = run("leaderboard", claims, "--dataset", "ranked").stdout
    assert [line for line in three.splitlines() if line in TITLES] == TITLES
    two = run("leaderboard", claims, "--dataset", "gsm8k").stdout
    assert [line for line in two.splitlines() if line in TITLES] == TITLES[:2]


def test_leaderboard_puts_each_claim_under_its_title(claims: Path) -> None:
    """Values as written stand in the part of their kind, the best first."""
    text = run("leaderboard", claims, "-d", "GSM-8K").stdout
    _, values, changes = re.split(f"^(?:{'|'.join(TITLES)})$", text, flags=re.MULTILINE)
    assert re.findall(r"^[\d.]+%", values, re.MULTILINE) == ["71.50%", "64.2%"]
    assert re.findall(r"^[\d.]+ points", changes, re.MULTILINE) == ["2.5 points"]


def test_leaderboard_prints_findings_and_hedges_where_there_are_some(claims: Path) -> None:
    """What is doubtful stands with the result; a part without anything doubtful has no column for it."""
    text = " ".join(run("leaderboard", claims, "-d", "gsm8k").stdout.split())
    values, changes = text.split(TITLES[1])
    assert "; ".join(DOUBTED) in changes
    assert "may; up to" in changes
    assert "checks" not in values
    assert "hedges" not in values


def test_leaderboard_names_paper_date_and_sentence(claims: Path) -> None:
    """Every row of the table can be traced to the paper and its words."""
    text = " ".join(run("leaderboard", claims, "-d", "gsm8k", "--as-of", "2023").stdout.split())
    for told in (
        "64.2%",
        "SlowFlow",
        "accuracy",
        "2023-12-01",
        "Our SlowFlow reaches 64.2% accuracy on GSM8K.",
    ):
        assert told in text


def test_leaderboard_as_json_keeps_the_rows(claims: Path) -> None:
    """For programs all parts are one list, whose rows have the columns of the query, its part among them."""
    rows = board(claims, "-d", "ranked")
    assert [row["part"] for row in rows] == ["values", "values", "changes", "comparisons"]
    assert [row["value"] for row in rows] == [90, 85, 2, None]
    assert list(rows[0]) == [column.name for column in named_query("leaderboard").columns]


@pytest.mark.parametrize("output_format", ["jsonl", "csv"])
def test_leaderboard_in_other_formats_has_no_titles(claims: Path, output_format: str) -> None:
    """Only the table is parted by titles."""
    text = run("leaderboard", claims, "-d", "gsm8k", "--format", output_format).stdout
    rows = (
        [json.loads(line) for line in io.StringIO(text)]  # a title holds a line separator
        if output_format == "jsonl"
        else list(csv.DictReader(io.StringIO(text)))
    )
    assert [row["part"] for row in rows] == ["values", "values", "changes"]


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ([], [71.5, 64.2, 2.5]),
        (["--metric", "Accuracy"], [71.5, 64.2, 2.5]),
        (["--task", "Math Word Problems"], [71.5, 64.2, 2.5]),
        (["--as-of", "2023"], [64.2]),
        (["--as-of", "2023-12"], [64.2]),
        (["--as-of", "2023-12-1"], [64.2]),
        (["--as-of", "2023-11-30"], []),
        (["--as-of", "2024-1"], [71.5, 64.2, 2.5]),
        (["--as-of", "2024-01-15"], [64.2]),
        (["--as-of", "2024-01-16"], [71.5, 64.2, 2.5]),
        (["--as-of", "0999"], []),
    ],
)
def test_leaderboard_options_narrow_the_rows(claims: Path, given: list[str], values: list[float]) -> None:
    """Metric, task and date leave out what does not match; a month or day needs no leading zero."""
    assert [row["value"] for row in board(claims, "-d", "gsm8k", *given)] == values


@pytest.mark.parametrize(
    "date", ["yesterday", "", "24", "2024-13", "2024-02-30", "2024-02-01-03", "2024/02", "20240201", "-2024"]
)
def test_leaderboard_refuses_what_is_no_date(claims: Path, date: str) -> None:
    """A date that is none is wrong usage, told with the formats."""
    result = run("leaderboard", claims, "-d", "gsm8k", f"--as-of={date}", code=2)
    assert result.stdout == ""
    assert "'--as-of'" in result.stderr
    assert "%Y-%m-%d" in result.stderr


def test_leaderboard_needs_a_dataset(claims: Path) -> None:
    """Without a dataset it is wrong usage."""
    assert "--dataset" in run("leaderboard", claims, code=2).stderr


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["-d", "GSM9K"], "GSM9K: no Dataset of {graph} goes by this name; near names: GSM8K"),
        (
            ["-d", "gsm8k", "-m", "acuracy"],
            "acuracy: no Metric of {graph} goes by this name; near names: accuracy",
        ),
        (
            ["-d", "gsm8k", "-t", "zzz"],
            "zzz: no Task or Method of {graph} goes by this name; kg query {graph} find",
        ),
    ],
)
@pytest.mark.parametrize("output_format", ["table", "json"])
def test_leaderboard_of_an_unknown_name_tells_near_ones(
    claims: Path, given: list[str], told: str, output_format: str
) -> None:
    """A dataset, metric or task that the graph does not know is an error with near names."""
    result = run("leaderboard", claims, *given, "--format", output_format, code=1)
    assert result.stdout == ""
    assert result.stderr.startswith(f"Error: {told.format(graph=claims)}")


def test_leaderboard_without_claims(claims: Path) -> None:
    """Where all names are known and nothing is claimed, that is told, and programs get an empty list."""
    given = ["-d", "gsm8k", "--as-of", "2000"]
    nothing = run("leaderboard", claims, *given)
    assert (nothing.stdout, nothing.stderr) == ("", "no rows: nothing is claimed\n")
    assert board(claims, *given) == []


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (["-d", "gsm 8k"], ["'gsm 8k' is taken for GSM8K (dataset:gsm8k)"]),
        (["-d", "GSM8K", "-m", "acc"], ["'acc' is taken for accuracy (metric:accuracy)"]),
        (
            ["-d", "gsm 8k", "-m", "accuracies"],
            [
                "'gsm 8k' is taken for GSM8K (dataset:gsm8k)",
                "'accuracies' is taken for accuracy (metric:accuracy)",
            ],
        ),
        (["-d", "GSM-8K", "-m", "metric:accuracy"], []),
    ],
)
def test_names_spelled_otherwise_are_taken(claims: Path, given: list[str], taken: list[str]) -> None:
    """Another spelling, or an abbreviation that the table of metrics knows, is taken, and said so."""
    result = run("leaderboard", claims, *given, "--format", "json")
    assert [row["value"] for row in json.loads(result.stdout)] == [71.5, 64.2, 2.5]
    assert result.stderr.splitlines() == taken


def test_metric_beside_one_that_the_table_joins_is_not_taken(claims: Path) -> None:
    """What the table of metrics counts among the accuracies is no other name of accuracy."""
    told = run("leaderboard", claims, "-d", "gsm8k", "-m", "top-1 accuracy", code=1).stderr
    assert "near names: accuracy" in told


def test_check_prints_findings(claims: Path) -> None:
    """Each finding is a row with its reason, the claim and the sentence."""
    text = " ".join(run("check", claims).stdout.split())
    for finding in DOUBTED:
        name, _, reason = finding.partition(": ")
        assert f"{name} 2.5 points delta TinyFlow accuracy GSM8K 2024-01-16" in text
        assert reason in text


def test_check_as_json(claims: Path) -> None:
    """For programs the rows have the columns of the query."""
    rows = json.loads(run("check", claims, "--format", "json").stdout)
    assert [f"{row['check']}: {row['reason']}" for row in rows] == sorted(DOUBTED)
    assert list(rows[0]) == [column.name for column in named_query("checks").columns]


@pytest.mark.parametrize("name", CHECKS)
def test_check_of_one_kind(claims: Path, name: str) -> None:
    """Each check can be asked for alone, and nothing found is told on standard error."""
    result = run("check", claims, "--only", name)
    known = name in {finding.partition(": ")[0] for finding in DOUBTED}
    assert result.stdout.startswith("check") is known
    assert result.stderr == ("" if known else "no rows: nothing was found\n")


def test_check_that_there_is_not(claims: Path) -> None:
    """Another name is wrong usage, and those that there are, are listed."""
    told = run("check", claims, "--only", "spelling", code=2).stderr
    assert all(name in told for name in CHECKS)


@pytest.mark.parametrize("name", ["leaderboard", "check"])
def test_directory_that_changes_is_read_anew(claims: Path, tmp_path: Path, graph: Graph, name: str) -> None:
    """A graph without claims has no rows, also where another one was there before."""
    given = ["-d", "gsm8k"] if name == "leaderboard" else []
    meta = Meta(FORMAT, "1", "test 1", (), {}, {}, {})
    both = {"nodes.jsonl": dump_lines(graph.nodes), "edges.jsonl": dump_lines(graph.edges)}
    write_directory(tmp_path / "a.kg", both, meta)
    full = run(name, tmp_path / "a.kg", *given).stdout
    write_directory(tmp_path / "a.kg", {"nodes.jsonl": dump_lines(graph.nodes), "edges.jsonl": []}, meta)
    assert full != run(name, tmp_path / "a.kg", *given).stdout == ""


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
    """An unknown name is an error with near names; find finds them."""
    told = run("query", directory, "leaderboard", "-p", "dataset=GSM9K", code=1).stderr
    assert told == f"Error: GSM9K: no Dataset of {directory} goes by this name; near names: GSM8K\n"
    (found,) = json.loads(run("query", directory, "find", "-p", "text=gsm", "--format", "json").stdout)
    assert found["id"] == "dataset:gsm8k"


def test_default_that_the_graph_does_not_know_is_told(directory: Path) -> None:
    """Where nobody has given the name, the error says which default it is."""
    told = run("query", directory, "shortest-path", "-p", "from=GSM8K", code=1).stderr
    assert "BERT: no entity of" in told
    assert "the default of to" in told


def test_no_rows_are_no_error(directory: Path) -> None:
    """Cypher without rows ends well and says so, JSON with an empty list."""
    nothing = run("query", directory, "MATCH (n:Nothing) RETURN n")
    assert (nothing.stdout, nothing.stderr) == ("", "no rows\n")
    assert run("query", directory, "MATCH (n:Nothing) RETURN n", "--format", "json").stdout == "[]\n"


def test_query_list_names_every_query() -> None:
    """--list shows question, parameters with their defaults, and columns of each, without any graph."""
    listed = run("query", "--list").stdout
    assert [line.split(":")[0] for line in listed.splitlines() if line[0] != " "] == list(query_names())
    lines = listed[listed.index("leaderboard: ") :].splitlines()
    assert lines[1].startswith("    -p dataset=...  name, alias or id of the dataset")
    assert lines[1].endswith('(Dataset, default "GSM8K")')
    assert lines[5].startswith("    columns: part, value, unit, ")


def test_writing_to_a_directory_is_refused(directory: Path) -> None:
    """--write says that a graph directory is not written to, and where to write."""
    told = run("query", directory, "MATCH (p:Paper) SET p.title = ''", "--write", code=1).stderr
    assert "is never written; load the graph into a server (kg load) and write there" in told


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "inf", "nan", "1e300"])
def test_time_limit_must_be_one(directory: Path, seconds: str) -> None:
    """A time limit that is none is wrong usage."""
    assert "'--timeout'" in run("query", directory, "RETURN 1 AS x", f"--timeout={seconds}", code=2).stderr


def kg(*args: str | Path) -> "subprocess.Popen[str]":
    """Start a command in a process of its own."""
    command = [sys.executable, "-c", "from kg.cli import main; main()", *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


ENDLESS = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN a, b, 'x' AS c"
SLOW = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE a = -b RETURN count(*) AS c"


def test_time_limit_is_one_line(directory: Path) -> None:
    """A query that takes too long is ended with one line and exit code 1."""
    with kg("query", directory, SLOW, "--timeout", "0.5") as process:
        told = process.communicate()
    line = "Error: query: it took longer than 0.5 seconds; ask for less, or for more time (--timeout)\n"
    assert (told, process.returncode) == (("", line), 1)


@pytest.mark.parametrize(
    ("output_format", "first"),
    [
        ("jsonl", '{"a": 1, "b": 1, "c": "x"}\n'),
        ("csv", "a,b,c\n"),
        ("json", "[\n"),
        ("table", "a     b  c\n"),
    ],
)
def test_rows_are_printed_as_they_come(directory: Path, output_format: str, first: str) -> None:
    """The first row of a query without an end is printed, and a reader who has enough ends it."""
    with kg("query", directory, ENDLESS, "--format", output_format) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == first
        process.stdout.close()
        assert process.wait() == 1  # of a closed pipe


def test_ctrl_c_ends_a_query_without_rows(directory: Path) -> None:
    """Ctrl-C ends the process although the engine is at work."""
    run("query", directory, "RETURN 1 AS x")  # the database is there
    ready = "import time, threading, signal, os\n"
    script = (
        f"{ready}threading.Timer(3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()\n"
        "from kg.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "query", str(directory), SLOW],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGINT


@pytest.mark.parametrize("name", list(EXPORTS))
def test_export_writes_each_format(directory: Path, tmp_path: Path, name: str) -> None:
    """Every format can be written to a file and to standard output, with equal bytes."""
    run("export", directory, "--format", name, "-o", tmp_path / "out")
    assert run("export", directory, "--format", name).stdout_bytes == (tmp_path / "out").read_bytes()


def test_export_of_a_folder_tells_how_to_import_it(directory: Path, tmp_path: Path) -> None:
    """Files for Neo4j are written to the folder, and the command that imports them is told."""
    out = tmp_path / "my graph"
    result = run("export", directory, "--format", "neo4j-admin", "-o", out)
    command = f"cd '{out}' && neo4j-admin database import full neo4j @import.args\n"
    assert result.stdout == ""
    assert result.stderr.endswith(command)
    papers = (out / "nodes-Paper.csv").read_text(encoding="utf-8")
    assert papers.count('"paper:') == 3
    assert papers.count(',"a"\n') == 3  # the name of the graph


@pytest.mark.parametrize(("name", "output"), [("neo4j-admin", "-"), ("nt", ".")])
def test_export_to_the_wrong_kind_of_place(directory: Path, name: str, output: str) -> None:
    """Several files need a folder, and one file needs none: else it is wrong usage."""
    assert "-o" in run("export", directory, "--format", name, "-o", output, code=2).stderr


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
        (["leaderboard", "nowhere.kg", "-d", "GSM8K"], "no such directory"),
        (["check", "nowhere.kg"], "no such directory"),
        (["check", "."], "no readable meta.json"),
        (["export", ".", "--format", "nt"], "no readable meta.json"),
        (["export", ".", "--format", "neo4j-admin", "-o", "out"], "no readable meta.json"),
        (["export", "{graph}", "--format", "neo4j-admin", "-o", "no/such/out"], "no/such/out"),
        (["serve", "nowhere.kg"], "no such directory"),
        (["serve", "."], "no readable meta.json"),
        (["link", "nowhere.jsonl"], "nowhere.jsonl"),
        (["evaluate", "nowhere.jsonl"], "nowhere.jsonl"),
        (["read", "{page}", "-o", "no/such/folder/x"], "no/such/folder/x"),
        (["query", "{graph}", "leader"], "leaderboard"),
        (["query", "{graph}", "leaderboard", "-p", "datset=x"], "like dataset;"),
        (["query", "{graph}", "LOAD CSV FROM 'file:///x' AS line RETURN line"], "reads files"),
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


@pytest.mark.parametrize("args", [["--help"], ["build", "--help"], ["query", "--list"]])
def test_help_loads_no_heavy_library(args: list[str]) -> None:
    """What only prints words starts without spaCy, the network, databases and RDF."""
    script = (
        "import sys\nfrom kg.cli import main\ntry: main()\n"
        "finally: print(*{name.split('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script, *args], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    heavy = {
        "spacy",
        "onnxruntime",
        "tokenizers",
        "numpy",
        "networkx",
        "neo4j",
        "arcadedb",
        "rdflib",
        "pyoxigraph",
        "pyshacl",
        "pyvis",
    }
    assert heavy.isdisjoint(done.stderr.split())
    assert "click" in done.stderr.split()
