"""The commands about identity: explain, merge, split, dry runs, alias files, and link on its own."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg import build as build_module
from kg.cli import main
from kg.directory import DECISIONS, FORMAT, META, Meta, locked, read_extractions, read_links, write_directory
from kg.errors import RecordError
from kg.link.decisions import COLUMNS, Decision, numbered_decisions
from kg.link.explain import explain, near_names
from kg.records import Link, Paper, dump_lines, paper_id
from tests.test_build import PAPERS, contents, write_page

HEADER = "\t".join(COLUMNS)


def run(*args: str | Path, code: int = 0, stdin: str | None = None) -> Result:
    """Run a command and check its exit code."""
    result = CliRunner().invoke(main, [str(arg) for arg in args], input=stdin)
    assert result.exit_code == code, result.output
    return result


def refused(*args: str | Path) -> str:
    """Run a command that must fail in one line, and return the line."""
    result = run(*args, code=1)
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    return result.stderr


# --- a graph directory made by hand: nothing here depends on how linking decides -----------------

TITLES = {id_: title for title in ("Depths", "Experts", "Third") for id_ in [paper_id(title)]}
DEPTHS, EXPERTS, THIRD = TITLES

LINKS = [
    (EXPERTS, "Mixture-of-Experts", "Method", "method:moe", "same paper", 0.95),
    (EXPERTS, "MoE", "Method", "method:moe", "name", 1.0),
    (THIRD, "MoE", "Method", "method:moe", "name", 1.0),
    (THIRD, "moe", "Method", "method:moe", "spelling", 1.0),
    (EXPERTS, "MoD", "Method", "method:mod-0aaaaa", "name", 1.0),
    (EXPERTS, "mixture of distributions", "Method", "method:mod-0aaaaa", "same paper", 0.95),
    (DEPTHS, "MoD", "Method", "method:mod-0bbbbb", "context", 0.7),
    (DEPTHS, "Mixture-of-Depths", "Method", "method:mod-0bbbbb", "name", 1.0),
    (DEPTHS, "BERT", "Model", "model:bert", "name", 1.0),
    (EXPERTS, "BERT", "Method", "model:bert", "name", 1.0),
    (DEPTHS, "CLIP", "Model", "model:clip", "name", 1.0),
    (EXPERTS, "CLIP", "Method", "method:clip", "name", 1.0),
    (THIRD, "CLIP", "Metric", "metric:clip", "name", 1.0),
    (DEPTHS, "GSM8K", "Dataset", "dataset:gsm8k", "name", 1.0),
    (THIRD, "Lonely", "Dataset", "dataset:lonely", "name", 1.0),
]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Return a directory that links as the list above says."""
    papers = [Paper(title, "Words.", id_) for id_, title in sorted(TITLES.items())]
    names = {
        "papers.jsonl": dump_lines(papers),
        "links.jsonl": dump_lines(sorted((Link(*fields) for fields in LINKS), key=str)),
    }
    write_directory(tmp_path / "a.kg", names, Meta(FORMAT, "1", "test 1", (), {}, {}, {}))
    return tmp_path / "a.kg"


def decided(directory: Path) -> tuple[Decision, ...]:
    """Return what the table of a directory says."""
    return tuple(decision for _, decision in numbered_decisions(directory / DECISIONS))


def explained(directory: Path, name: str) -> list[dict[str, object]]:
    """Return the explanations of a name, as programs read them."""
    rows: list[dict[str, object]] = json.loads(run("explain", directory, name, "--format", "json").stdout)
    return rows


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("MoE", ["method:moe"]),
        ("mixture-of-experts", ["method:moe"]),
        ("MIXTURE OF EXPERT", ["method:moe"]),
        ("Method:MoE", ["method:moe"]),
        ("mod", ["method:mod-0aaaaa", "method:mod-0bbbbb"]),
        ("clip", ["method:clip", "metric:clip", "model:clip"]),
    ],
)
def test_explain_finds_by_any_name(made: Path, name: str, ids: list[str]) -> None:
    """Name, alias, other spelling and id are found in any case; several entities are all told."""
    assert [row["id"] for row in explained(made, name)] == ids


def test_explain_tells_forms_rules_and_papers(made: Path) -> None:
    """For programs there are all forms with their papers, and each rule with count, confidence and papers."""
    (row,) = explained(made, "MoE")
    assert (row["type"], row["name"], row["papers"]) == ("Method", "MoE", 2)
    assert row["forms"] == [
        {"form": "MoE", "type": "Method", "papers": 2},
        {"form": "Mixture-of-Experts", "type": "Method", "papers": 1},
        {"form": "moe", "type": "Method", "papers": 1},
    ]
    assert isinstance(row["rules"], list)
    told = [
        (rule["rule"], rule["links"], rule["confidence"], [paper["title"] for paper in rule["papers"]])
        for rule in row["rules"]
    ]
    assert told == [
        ("name", 2, 1.0, sorted(["Experts", "Third"], key=paper_id)),
        ("same paper", 1, 0.95, ["Experts"]),
        ("spelling", 1, 1.0, ["Third"]),
    ]
    assert row["decisions"] == []


@pytest.mark.parametrize("entity", ["method:zmod", "method:zmod-0c1d2e"])
def test_explain_names_what_decisions_have_made(entity: str) -> None:
    """Where a decision is the reason of every link, the form counts that the id is made of."""
    forms = ("a MoD", "depth mixing", "zMoD")
    links = [Link(THIRD, form, "Method", entity, "decision", 1.0) for form in forms]
    assert explain(entity, links).name == "zMoD"


def test_explain_as_table(made: Path) -> None:
    """People read name, type, forms, rules in words, and titles."""
    text = " ".join(run("explain", made, "mod").stdout.split())
    for told in (
        "method:mod-0aaaaa: MoD (Method), 1 paper",
        "method:mod-0bbbbb: Mixture-of-Depths (Method), 1 paper",
        "mixture of distributions 1",
        "context 1 0.7",
        "Depths",
    ):
        assert told in text


def test_explain_names_the_types_that_papers_give(made: Path) -> None:
    """Where papers take one entity for two things, the table has a column for it."""
    lines = [line.split() for line in run("explain", made, "bert").stdout.splitlines()]
    assert ["BERT", "Method", "1"] in lines
    assert ["BERT", "Model", "1"] in lines


def test_explain_tells_decisions_that_touch(made: Path) -> None:
    """Decisions about a form of the entity, or into it, are told with line and reason; others are not."""
    (made / DECISIONS).write_text(
        f"{HEADER}\nmerge\tDataset\tLonely\tGSM8K\t\t\tthe same data\nsplit\tMethod\tMoE\n", encoding="utf-8"
    )
    (row,) = explained(made, "GSM8K")
    assert row["decisions"] == [
        {
            "line": 2,
            "decision": "merge 'Lonely' (Dataset) into 'GSM8K' (Dataset)",
            "reason": "the same data",
        }
    ]
    result = run("explain", made, "GSM8K")
    assert "decisions.tsv, line 2: merge 'Lonely'" in result.stdout
    assert "changed since the last build" in result.stderr


def test_explain_of_an_unknown_name_is_helped(made: Path) -> None:
    """A name that nothing goes by is one line with near names."""
    assert "near names: GSM8K" in refused("explain", made, "GMS8K")
    assert "near names: Mixture-of-Depths, Mixture-of-Experts" in refused("explain", made, "mixture-of-")
    assert "find" in refused("explain", made, "zzzz")


def test_near_name_among_many() -> None:
    """A misspelled name is found among thousands of other forms."""
    forms = [*(f"Form {number}K of {number % 97} GM" for number in range(5000)), "GSM8K"]
    assert near_names("GMS8K", forms)[0] == "GSM8K"


@pytest.mark.parametrize(
    ("args", "decision"),
    [
        (("Lonely", "GSM8K"), Decision("merge", "Dataset", "Lonely", "GSM8K")),
        (
            ("lonely", "gsm-8k", "--reason", "so"),
            Decision("merge", "Dataset", "Lonely", "GSM8K", reason="so"),
        ),
        (("dataset:lonely", "Dataset:GSM8K"), Decision("merge", "Dataset", "Lonely", "GSM8K")),
        (("GSM8K", "MoE"), Decision("merge", "Dataset", "GSM8K", "MoE", "Method")),
        (("Lonely", "bert"), Decision("merge", "Dataset", "Lonely", "BERT", "Method")),
        (("CLIP", "MoE", "--type", "method"), Decision("merge", "Method", "CLIP", "MoE")),
        (("MoE", "CLIP"), Decision("merge", "Method", "MoE", "CLIP")),
        (
            ("CLIP", "CLIP", "--type", "Method", "--into-type", "Model"),
            Decision("merge", "Method", "CLIP", "CLIP", "Model"),
        ),
        (
            ("MoD", "mixture of distributions"),
            Decision("merge", "Method", "MoD", "mixture of distributions"),
        ),
    ],
)
def test_merge_writes_the_decision(made: Path, args: tuple[str, ...], decision: Decision) -> None:
    """Forms in any spelling and ids stand for mentions, and are written as papers write them."""
    result = run("merge", made, *args)
    assert decided(made) == (decision,)
    assert f"{made / DECISIONS}, line 4: {decision}" in result.stderr
    assert f"kg build PAGES... -o {made}" in result.stderr


def test_merge_says_what_moves(made: Path) -> None:
    """The next build moves a form with all that is linked with it."""
    told = run("merge", made, "Mixture-of-Depths", "MoE").stderr
    assert "makes method:mod-0bbbbb ('Mixture-of-Depths', 'MoD'; 1 paper) part of method:moe" in told


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("GSM9K", "MoE"), "near names: GSM8K"),
        (("MoE", "GSM9K"), "near names: GSM8K"),
        (("CLIP", "MoE"), "add --type Method or --type Metric or --type Model"),
        (("Lonely", "CLIP"), "add --into-type Method or --into-type Metric or --into-type Model"),
        (("CLIP", "CLIP", "--type", "Method"), "add --into-type Metric or --into-type Model"),
        (("MoE", "GSM8K", "--type", "Task"), "used as Method (2 papers), not as Task; correct --type"),
        (("MoE", "GSM8K", "--into-type", "Task"), "correct --into-type"),
        (("MoE", "MoEs"), "one name of one type"),
        (("MoD", "MoE"), "only one of them has: 'mixture of distributions', 'Mixture-of-Depths'"),
        (("MoE", "MoD"), "only one of them has: 'mixture of distributions', 'Mixture-of-Depths'"),
    ],
)
def test_merge_refuses_what_is_not_clear(made: Path, args: tuple[str, ...], told: str) -> None:
    """What matches nothing, or several types or entities, is refused in one line with what to add."""
    assert told in refused("merge", made, *args)
    assert not (made / DECISIONS).exists()


@pytest.mark.parametrize("args", [("MoE", "Mixture-of-Experts"), ("BERT", "BERT", "--type", "Method")])
def test_merge_of_one_entity_writes_nothing(made: Path, args: tuple[str, ...]) -> None:
    """What is one entity already is told so."""
    told = run("merge", made, *args).stderr
    assert "one entity already" in told
    assert "nothing written" in told
    assert not (made / DECISIONS).exists()


@pytest.mark.parametrize(
    "again", [("Lonely", "GSM8K"), ("lonely", "GSM-8K", "--reason", "why"), ("GSM8K", "Lonely")]
)
def test_repeated_merge_writes_nothing(made: Path, again: tuple[str, ...]) -> None:
    """What a decision has joined already is told with its line, also the other way round."""
    run("merge", made, "Lonely", "GSM8K")
    before = (made / DECISIONS).read_bytes()
    assert "line 4 of the decisions already; nothing written" in run("merge", made, *again).stderr
    assert (made / DECISIONS).read_bytes() == before


@pytest.mark.parametrize(
    ("args", "decision"),
    [
        (("moe",), Decision("split", "Method", "moe")),
        (("MOE",), Decision("split", "Method", "MoE")),
        (("MoE", "--paper", THIRD), Decision("split", "Method", "MoE", paper=THIRD)),
        (("MoE", "--paper", "third!"), Decision("split", "Method", "MoE", paper=THIRD)),
        (("MoD", "--paper", "Depths"), Decision("split", "Method", "MoD", paper=DEPTHS)),
        (("method:moe", "--paper", "Third"), Decision("split", "Method", "MoE", paper=THIRD)),
        (("BERT", "--type", "model"), Decision("split", "Model", "BERT")),
        (("BERT", "--paper", "Experts"), Decision("split", "Method", "BERT", paper=EXPERTS)),
        (("MoE", "--reason", "so"), Decision("split", "Method", "MoE", reason="so")),
    ],
)
def test_split_writes_the_decision(made: Path, args: tuple[str, ...], decision: Decision) -> None:
    """A form is split off everywhere, or in the paper of an id or a title in any spelling."""
    result = run("split", made, *args)
    assert decided(made) == (decision,)
    assert f"{made / DECISIONS}, line 4: {decision}" in result.stderr
    assert f"kg build PAGES... -o {made}" in result.stderr


def test_split_says_what_stays(made: Path) -> None:
    """The next build leaves the rest of the entity where it is."""
    told = run("split", made, "Mixture-of-Experts").stderr
    assert (
        "in 1 paper an entity of its own, apart from the rest of method:moe ('MoE', 'moe'; 2 papers)" in told
    )


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("GSM9K",), "near names: GSM8K"),
        (("CLIP",), "add --type Method or --type Metric or --type Model"),
        (("BERT",), "add --type Method or --type Model"),
        (("BERT", "--type", "Task"), "correct --type"),
        (("MoD",), "add --paper"),
        (("GSM8K", "--paper", "Experts"), f"it is used by {DEPTHS}"),
        (("GSM9K", "--paper", "Depths"), "near names: GSM8K"),
        (("GSM8K", "--paper", "Dep"), "near titles: Depths"),
        (("GSM8K", "--paper", "paper:0"), "no paper with an entity has this id or title"),
    ],
)
def test_split_refuses_what_is_not_clear(made: Path, args: tuple[str, ...], told: str) -> None:
    """What matches nothing, or several types or entities, is refused in one line with what to add."""
    assert told in refused("split", made, *args)
    assert not (made / DECISIONS).exists()


def test_split_of_what_is_alone_writes_nothing(made: Path) -> None:
    """A form that is an entity of its own already is told so."""
    for args in (("Lonely",), ("Lonely", "--paper", "Third"), ("CLIP", "--type", "Model")):
        assert "of its own already" in run("split", made, *args).stderr
    assert not (made / DECISIONS).exists()


def test_repeated_split_writes_nothing(made: Path) -> None:
    """The same decision again is told with its line."""
    run("split", made, "MoE", "--paper", "Third")
    before = (made / DECISIONS).read_bytes()
    told = run("split", made, "moe", "--paper", THIRD, "--reason", "again").stderr
    assert "line 4 of the decisions says so already" in told
    assert (made / DECISIONS).read_bytes() == before


def test_later_decision_stands_instead(made: Path) -> None:
    """Splitting what was merged, and merging what was split, replace the earlier line and say so."""
    run("merge", made, "Lonely", "GSM8K")
    assert "instead of what line 4 says" in run("split", made, "Lonely").stderr
    assert "instead of what line 5 says" in run("merge", made, "Lonely", "MoE").stderr
    assert decided(made) == (Decision("merge", "Dataset", "Lonely", "MoE", "Method"),)
    assert len((made / DECISIONS).read_text(encoding="utf-8").splitlines()) == 6


def test_undoing_by_a_split_in_one_paper_is_told(made: Path) -> None:
    """A merge everywhere leaves out a paper in which the form was split off."""
    run("split", made, "MoE", "--paper", "Third")
    assert "but not where line 4 splits it off" in run("merge", made, "MoE", "GSM8K").stderr


@pytest.mark.parametrize("args", [("MoD", "MoE"), ("MoE", "MoD")])
def test_what_is_split_off_in_a_paper_hinders_no_merge(made: Path, args: tuple[str, str]) -> None:
    """Mentions that a decision has split off stay apart, so a form of the others is clear without them."""
    text = f"{HEADER}\nsplit\tMethod\tMoD\t\t\t{EXPERTS}\n"
    (made / DECISIONS).write_text(text, encoding="utf-8")
    run("merge", made, *args)
    assert decided(made)[-1] == Decision("merge", "Method", *args)


@pytest.mark.parametrize("args", [("merge", "Lonely", "GSM8K"), ("split", "MoE"), ("explain", "MoE")])
def test_faulty_table_is_told(made: Path, args: tuple[str, ...]) -> None:
    """A table with a faulty line is told with the line, and left alone."""
    (made / DECISIONS).write_text(f"{HEADER}\njoin\tMethod\tA\n", encoding="utf-8")
    command, *rest = args
    assert "decisions.tsv, line 2: the action is 'join'" in refused(command, made, *rest)
    assert (made / DECISIONS).read_text(encoding="utf-8") == f"{HEADER}\njoin\tMethod\tA\n"


@pytest.mark.parametrize("args", [("merge", "Lonely", "GSM8K"), ("split", "MoE"), ("explain", "MoE")])
def test_what_is_no_graph_directory_is_told(tmp_path: Path, args: tuple[str, ...]) -> None:
    """A directory that is not there, or is none of ours, is told in one line."""
    command, *rest = args
    assert "no such directory" in refused(command, tmp_path / "nowhere.kg", *rest)
    assert "no readable meta.json" in refused(command, tmp_path, *rest)
    assert list(tmp_path.iterdir()) == []


def test_decision_waits_for_a_build(made: Path) -> None:
    """While a build writes the directory, nothing is decided."""
    with locked(made):
        assert "another build" in refused("merge", made, "Lonely", "GSM8K")
    assert not (made / DECISIONS).exists()


# --- with builds -----------------------------------------------------------------------------------


@pytest.fixture
def page(tmp_path: Path) -> str:
    """Return a page of three papers."""
    return write_page(tmp_path / "papers.jsonl", 0, 1, 2)


@pytest.fixture
def built(page: str, tmp_path: Path) -> Path:
    """Return the graph directory of the three papers."""
    run("build", page, "-o", tmp_path / "a.kg")
    return tmp_path / "a.kg"


@pytest.fixture
def no_extraction(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a build fail that extracts any paper again."""

    def none(papers):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # stands for extract
        assert list(papers) == []
        return []

    monkeypatch.setattr(build_module, "extract", none)


def entity_of(directory: Path, form: str, paper: int | None = None) -> set[str]:
    """Return the entities that a form became, in all papers or in one."""
    id_ = None if paper is None else paper_id(PAPERS[paper]["title"])
    return {link.entity for link in read_links(directory) if link.form == form and id_ in (None, link.paper)}


@pytest.mark.usefixtures("no_extraction")
def test_merge_and_build(built: Path, page: str) -> None:
    """A merge is obeyed by the next build, which extracts nothing, and told by kg explain; once is enough."""
    assert entity_of(built, "WMT14") != entity_of(built, "GSM8K")
    run("merge", built, "WMT14", "GSM8K", "--reason", "for the test")
    assert "0 extracted" in run("build", page, "-o", built).stderr
    assert entity_of(built, "WMT14") == entity_of(built, "GSM8K") == {"dataset:gsm8k"}
    assert (
        "merge 'WMT14' (Dataset) into 'GSM8K' (Dataset) (for the test)"
        in run("explain", built, "wmt14").stdout
    )
    assert "up to date" in run("build", page, "-o", built).stderr
    assert "nothing written" in run("merge", built, "WMT14", "GSM8K").stderr


@pytest.mark.usefixtures("no_extraction")
def test_split_and_build(built: Path, page: str) -> None:
    """A split in one paper is obeyed by the next build, which extracts nothing."""
    assert entity_of(built, "GSM-8K") == {"dataset:gsm8k"}
    run("split", built, "GSM-8K", "--paper", PAPERS[1]["title"])
    run("build", page, "-o", built)
    assert entity_of(built, "GSM-8K", 1).isdisjoint(entity_of(built, "GSM8K", 0))


@pytest.mark.usefixtures("no_extraction")
def test_merge_after_a_split_and_build(built: Path, page: str) -> None:
    """What was split off in one paper is left out of a later merge, and its id is refused with what to do."""
    run("split", built, "GSM-8K", "--paper", PAPERS[1]["title"])
    run("build", page, "-o", built)
    (apart,) = entity_of(built, "GSM-8K", 1)
    assert "a decision about one paper has split it off" in refused("merge", built, apart, "WMT14")
    run("merge", built, "WMT14", "GSM8K")
    run("build", page, "-o", built)
    assert entity_of(built, "WMT14") == entity_of(built, "GSM8K", 0)
    assert entity_of(built, "WMT14").isdisjoint(entity_of(built, "GSM-8K", 1))


@pytest.mark.usefixtures("no_extraction")
def test_undone_decision_leaves_no_trace(built: Path, page: str) -> None:
    """A build after the table is gone gives the bytes of before."""
    before = contents(built) | contents(built, META)
    run("merge", built, "WMT14", "GSM8K")
    run("build", page, "-o", built)
    assert contents(built)["links.jsonl"] != before["links.jsonl"]
    (built / DECISIONS).unlink()
    run("build", page, "-o", built)
    assert contents(built) | contents(built, META) == before


@pytest.mark.usefixtures("no_extraction")
def test_table_survives_builds(built: Path, page: str) -> None:
    """No build writes the table, whatever the pages; it may be written before the first build."""
    text = f"# ours\n{HEADER}\n\nmerge\tDataset\tWMT14\tGSM8K\n"
    (built / DECISIONS).write_text(text, encoding="utf-8")
    run("build", page, "-o", built)
    assert (built / DECISIONS).read_text(encoding="utf-8") == text


def test_table_may_be_there_first(page: str, tmp_path: Path) -> None:
    """A directory that holds only decisions is one to build into, and equals one that got them later."""
    for name in ("early.kg", "late.kg"):
        (tmp_path / name).mkdir()
    text = f"{HEADER}\nmerge\tDataset\tWMT14\tGSM8K\n"
    (tmp_path / "early.kg" / DECISIONS).write_text(text, encoding="utf-8")
    run("build", page, "-o", tmp_path / "early.kg")
    run("build", page, "-o", tmp_path / "late.kg")
    (tmp_path / "late.kg" / DECISIONS).write_text(text, encoding="utf-8")
    run("build", page, "-o", tmp_path / "late.kg")
    early, late = (
        contents(tmp_path / name) | contents(tmp_path / name, META) for name in ("early.kg", "late.kg")
    )
    assert early == late


def test_unused_decisions_are_told(built: Path, page: str) -> None:
    """A decision about a form that no paper has is no error; --verbose tells which one."""
    text = f"{HEADER}\nsplit\tMethod\tNoSuchThing\nmerge\tDataset\tWMT14\tGSM8K\n"
    (built / DECISIONS).write_text(text, encoding="utf-8")
    assert "1 unused decision; --verbose" in run("build", page, "-o", built).stderr
    (built / DECISIONS).write_text(text + "# again\n", encoding="utf-8")
    assert "split 'NoSuchThing' (Method)" in run("build", page, "-o", built, "-v").stderr


def test_faulty_table_stops_the_build(built: Path, page: str) -> None:
    """A faulty line is told with its place, and the graph stays as it was."""
    before = contents(built)
    (built / DECISIONS).write_text(f"{HEADER}\nsplit\tThing\tA\n", encoding="utf-8")
    assert "decisions.tsv, line 2: the type is 'Thing'" in refused("build", page, "-o", built)
    assert contents(built) == before


ALIAS_HEADER = "alias\tcanonical\ttype\treason"


@pytest.fixture
def aliases(tmp_path: Path) -> Path:
    """Return an alias file of a user."""
    path = tmp_path / "aliases.tsv"
    path.write_text(f"{ALIAS_HEADER}\nWMT14\tGSM8K\tDataset\tfor the test\n", encoding="utf-8")
    return path


@pytest.mark.usefixtures("no_extraction")
def test_alias_file_is_input(built: Path, page: str, aliases: Path) -> None:
    """An alias file is obeyed without extracting again; with the same one the directory is up to date."""
    without = contents(built)
    assert "0 extracted" in run("build", page, "-o", built, "--aliases", aliases).stderr
    assert entity_of(built, "WMT14") == entity_of(built, "GSM8K")
    assert "up to date" in run("build", page, "-o", built, "--aliases", aliases).stderr
    aliases.write_text(f"{ALIAS_HEADER}\n", encoding="utf-8")
    run("build", page, "-o", built, "--aliases", aliases)
    assert contents(built) == without
    run("build", page, "-o", built)
    assert contents(built) == without


@pytest.mark.parametrize("command", ["build", "link"])
def test_faulty_alias_file_is_told(page: str, tmp_path: Path, aliases: Path, command: str) -> None:
    """A faulty or missing alias file is told in one line, before anything is read or written."""
    args = [page, "-o", tmp_path / "new.kg"] if command == "build" else [page]
    aliases.write_text(f"{ALIAS_HEADER}\nA\tB\tThing\twhy\n", encoding="utf-8")
    assert "aliases.tsv, line 2" in refused(command, *args, "--aliases", aliases)
    assert "nowhere.tsv" in refused(command, *args, "--aliases", "nowhere.tsv")
    assert not (tmp_path / "new.kg").exists()


def dry(*args: str | Path) -> list[dict[str, object]]:
    """Return the changes of a dry run, as programs read them."""
    rows: list[dict[str, object]] = json.loads(run("build", *args, "--dry-run", "--json").stdout)
    return rows


def snapshot(directory: Path) -> dict[str, tuple[bytes, int]]:
    """Return contents and time of change of all files."""
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in directory.iterdir()}


def test_dry_run_writes_nothing(built: Path, tmp_path: Path) -> None:
    """A dry run with other pages leaves the directory as it was."""
    before = snapshot(built)
    result = run("build", write_page(tmp_path / "one.jsonl", 0), "-o", built, "--dry-run")
    assert "1 papers, 0 extracted, 2 removed" in result.stderr
    assert "nothing written" in result.stderr
    assert snapshot(built) == before


def test_dry_run_of_a_new_directory_tells_what_becomes_one(page: str, tmp_path: Path) -> None:
    """Without a directory the merges are told, and no directory is made."""
    rows = dry(page, "-o", tmp_path / "new.kg")
    assert {row["change"] for row in rows} == {"merge"}
    assert ["GSM-8K", "GSM8K"] in [row["parts"] for row in rows if row["entity"] == "dataset:gsm8k"]
    assert not (tmp_path / "new.kg").exists()


def test_dry_run_tells_what_comes_and_goes(built: Path, tmp_path: Path) -> None:
    """Compared with the directory, pages that lack a paper remove what only it names, and back again."""
    fewer = write_page(tmp_path / "fewer.jsonl", 0, 1)
    rows = dry(fewer, "-o", built)
    assert {row["change"] for row in rows} == {"remove"}
    gone = {row["entity"] for row in rows}
    assert entity_of(built, "WMT14") < gone
    assert not entity_of(built, "GSM8K") & gone
    run("build", fewer, "-o", built)
    assert {row["entity"] for row in dry(write_page(tmp_path / "all.jsonl", 0, 1, 2), "-o", built)} == gone


@pytest.mark.parametrize(
    ("decide", "kind"),
    [
        (lambda built: run("merge", built, "WMT14", "GSM8K"), "merge"),
        (lambda built: run("split", built, "GSM-8K", "--paper", PAPERS[1]["title"]), "split"),
    ],
)
def test_dry_run_tells_what_decisions_do(
    built: Path, page: str, decide: Callable[[Path], object], kind: str
) -> None:
    """After a decision, what it merges or splits is told, and nothing else."""
    decide(built)
    (row,) = (row for row in dry(page, "-o", built) if row["change"] != "add")
    assert (row["change"], row["entity"]) == (kind, "dataset:gsm8k")
    text = run("build", page, "-o", built, "--dry-run").stdout
    assert text.split()[:4] == ["change", "entity", "parts", "rules"]
    assert kind in text.split()


def test_dry_run_that_would_change_nothing(built: Path, page: str) -> None:
    """Of a directory that is up to date there is nothing to tell; programs get an empty list."""
    result = run("build", page, "-o", built, "--dry-run")
    assert result.stdout == ""
    assert "nothing would change" in result.stderr
    assert dry(page, "-o", built) == []


def test_json_goes_with_a_dry_run(page: str, tmp_path: Path) -> None:
    """A build prints no rows: asking for them as JSON is wrong usage."""
    run("build", page, "-o", tmp_path / "new.kg", "--json", code=2)
    assert not (tmp_path / "new.kg").exists()


# --- kg link alone -----------------------------------------------------------------------------------


def lines(*records: object) -> str:
    """Return records as JSON lines."""
    return "".join(json.dumps(record) + "\n" for record in records)


def linked(stdin: str, *args: str | Path) -> list[dict[str, object]]:
    """Return the lines that kg link prints."""
    return [json.loads(line) for line in run("link", "-", *args, stdin=stdin).stdout.splitlines()]


MOE = {"type": "Method", "forms": ["MoE"]}


@pytest.mark.parametrize(
    ("record", "paper"),
    [
        ({"id": "p0001", "title": "A Title", "text": "A Title\nWords.", "entities": [MOE]}, "p0001"),
        ({"title": "A Title", "entities": [{**MOE, "roles": ["used"]}]}, paper_id("A Title")),
        ({"text": "A Title\nWords.", "entities": [MOE]}, paper_id("A Title")),
        ({"title": "A Title", "entities": [{**MOE, "name": "MoE"}], "results": []}, paper_id("A Title")),
        (
            {
                "title": "A Title",
                "entities": [MOE],
                "results": [{"evidence": "Words.", "kind": "absolute", "value": 5}],
            },
            paper_id("A Title"),
        ),
    ],
)
def test_link_reads_annotated_abstracts(record: object, paper: str) -> None:
    """Title or text, and entities with type and forms, are enough; an id is kept."""
    (link,) = linked(lines(record))
    assert link == {
        "paper": paper,
        "form": "MoE",
        "type": "Method",
        "entity": "method:moe",
        "rule": "name",
        "confidence": 1.0,
    }


def test_link_prints_what_build_writes(built: Path) -> None:
    """The extractions of a directory give its links, byte by byte."""
    assert run("link", built / "extractions.jsonl").stdout_bytes == (built / "links.jsonl").read_bytes()


def test_link_takes_records_of_one_id_as_one_paper() -> None:
    """A file that holds a paper twice, or in parts, links it once."""
    other = {"type": "Dataset", "forms": ["GSM8K"]}
    found = linked(
        lines(*({"id": "p1", "title": "A", "entities": entities} for entities in ([MOE], [MOE, other])))
    )
    assert [link["form"] for link in found] == ["GSM8K", "MoE"]


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({"entities": [MOE]}, "neither a title nor a text"),
        ({"title": "A"}, "entities"),
        ({"title": "A", "entities": [{"type": "Method"}]}, "forms"),
        ({"title": "A", "entities": [{"type": "Method", "forms": []}]}, "without forms"),
        ({"title": "A", "entities": [{"type": "Thing", "forms": ["A"]}]}, "'Thing'"),
        ({"title": "A", "entities": "none"}, "entities"),
        ([], "array"),
    ],
)
def test_link_tells_what_is_no_record(tmp_path: Path, record: object, told: str) -> None:
    """A line that cannot be linked is told with its number, in one line."""
    (tmp_path / "x.jsonl").write_text(lines({"title": "B", "entities": [MOE]}, record), encoding="utf-8")
    line = refused("link", tmp_path / "x.jsonl")
    assert "x.jsonl, line 2: " in line
    assert told in line


def test_directories_are_read_strictly(built: Path) -> None:
    """What kg link takes is no extraction of a directory."""
    (built / "extractions.jsonl").write_text(lines({"title": "A", "entities": [MOE]}), encoding="utf-8")
    with pytest.raises(RecordError, match="no Extraction record"):
        list(read_extractions(built))


def test_link_obeys_decisions_and_aliases(tmp_path: Path, aliases: Path) -> None:
    """A table of decisions and an alias file count; an unused decision is told."""
    papers = lines(
        *(
            {"id": form, "title": form, "entities": [{"type": "Dataset", "forms": [form]}]}
            for form in ("WMT14", "GSM8K", "Ours", "Yours")
        )
    )
    table = tmp_path / "decided.tsv"
    table.write_text(f"{HEADER}\nmerge\tDataset\tOurs\tYours\nsplit\tMethod\tNoSuchThing\n", encoding="utf-8")
    apart = {link["entity"] for link in linked(papers)}
    assert len(apart) == 4
    of = {link["form"]: link["entity"] for link in linked(papers, "--decisions", table, "--aliases", aliases)}
    assert of["Ours"] == of["Yours"]
    assert of["WMT14"] == of["GSM8K"]
    assert len(set(of.values())) == 2
    told = run("link", "-", "--decisions", table, stdin=papers).stderr
    assert "split 'NoSuchThing' (Method)" in told
    assert "Ours" not in told


def test_link_needs_the_tables_it_is_given(tmp_path: Path) -> None:
    """A missing or faulty table of decisions is told in one line."""
    (tmp_path / "bad.tsv").write_text("split\tMethod\tA\n", encoding="utf-8")
    (tmp_path / "x.jsonl").write_text(lines({"title": "B", "entities": [MOE]}), encoding="utf-8")
    assert "bad.tsv, line 1: no header" in refused(
        "link", tmp_path / "x.jsonl", "--decisions", tmp_path / "bad.tsv"
    )
    assert "nowhere.tsv" in refused("link", tmp_path / "x.jsonl", "--decisions", tmp_path / "nowhere.tsv")
