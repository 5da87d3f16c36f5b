"""The whole way on sample papers: the same graph for any order, only what is new is extracted."""

import json
from pathlib import Path

import pytest

from kg import build as build_module
from kg.build import build
from kg.directory import FILES, check_directory, read_graph
from kg.errors import KGError
from kg.schema import EDGE_TYPES
from tests.conftest import ROOT

PAPERS = [
    {
        "title": "TinyFlow: A Small Model for Word Problems",
        "abstract": "We propose TinyFlow, a language model for math word problems. TinyFlow reaches 71.5% "
        "accuracy on GSM8K, outperforming LLaMA-2 by 2.5 points.",
        "published": "2024-03-01",
    },
    {
        "title": "SlowFlow: Reasoning without Haste",
        "abstract": "We introduce SlowFlow, which uses chain-of-thought. Evaluated on the GSM-8K "
        "dataset, it achieves 64.2% accuracy and surpasses GPT-3.",
        "published": "2023-12-01",
    },
    {
        "title": "A Survey of Machine Translation",
        "abstract": "We study machine translation with the Transformer on WMT14 and report BLEU.",
    },
]


def write_page(path: Path, *numbers: int) -> str:
    """Write some of the papers as JSON Lines and return the path."""
    path.write_text("".join(json.dumps(PAPERS[number]) + "\n" for number in numbers), encoding="utf-8")
    return str(path)


def contents(directory: Path, *names: str) -> dict[str, bytes]:
    """Return the files of a graph directory by name."""
    return {name: (directory / name).read_bytes() for name in names or FILES}


@pytest.fixture
def pages(tmp_path: Path) -> list[str]:
    """Return three pages of one paper each."""
    return [write_page(tmp_path / f"{number}.jsonl", number) for number in range(3)]


def test_graph_holds_what_the_papers_say(pages: list[str], tmp_path: Path) -> None:
    """The dataset that two papers spell differently is one node, reached from both."""
    build(pages, tmp_path / "a.kg")
    graph = read_graph(tmp_path / "a.kg")
    assert sum(node.label == "Paper" for node in graph.nodes) == 3
    reached = {
        edge.source
        for edge in graph.edges
        if edge.target == "dataset:gsm8k" and edge.source.startswith("paper:")
    }
    assert len(reached) == 2


def test_every_edge_shows_its_sentence(pages: list[str], tmp_path: Path) -> None:
    """The evidence of an edge from a paper is the slice of that paper's text."""
    build(pages, tmp_path / "a.kg")
    graph = read_graph(tmp_path / "a.kg")
    texts = {
        node.id: f"{node.get('title')}\n{node.get('abstract')}"
        for node in graph.nodes
        if node.label == "Paper"
    }
    checked = 0
    for edge in graph.edges:
        if edge.source in texts:
            start, end = edge.get("start"), edge.get("end")
            assert isinstance(start, int)
            assert isinstance(end, int)
            assert texts[edge.source][start:end] == edge.get("evidence")
            checked += 1
    assert checked > 5


def test_pages_give_every_edge_type_of_the_schema(tmp_path: Path) -> None:
    """Each edge type comes out of a real build.

    No claim of the sample pages names its task in a way that is found; one paper more does.
    """
    samples = sorted(map(str, (ROOT / "tests" / "pages" / "samples").iterdir()))
    paper = {
        "title": "Learning to Wait",
        "abstract": "We propose Waiter. On machine translation, Waiter beats the Transformer by 1.2 BLEU.",
    }
    claims_of_a_task = tmp_path / "task.jsonl"
    claims_of_a_task.write_text(json.dumps(paper), encoding="utf-8")
    build([*samples, str(claims_of_a_task)], tmp_path / "a.kg")
    found = {edge.type for edge in read_graph(tmp_path / "a.kg").edges}
    assert found == set(EDGE_TYPES)


def test_order_of_pages_changes_nothing(pages: list[str], tmp_path: Path) -> None:
    """Reversed pages give byte-equal files, meta.json included."""
    build(pages, tmp_path / "a.kg")
    build(pages[::-1], tmp_path / "b.kg")
    assert contents(tmp_path / "a.kg", *FILES, "meta.json") == contents(
        tmp_path / "b.kg", *FILES, "meta.json"
    )


def test_second_build_writes_nothing(pages: list[str], tmp_path: Path) -> None:
    """The same input again leaves every file untouched and says so."""
    build(pages, tmp_path / "a.kg")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "a.kg").iterdir()}
    assert build(pages, tmp_path / "a.kg").written == ()
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "a.kg").iterdir()} == before


def test_new_page_extracts_only_new_papers(
    pages: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Building in two steps equals building at once, and reads each abstract only once."""
    build(pages[:2], tmp_path / "steps.kg")
    extracted: list[str] = []
    extract = build_module.extract

    def spy(papers):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # stands for extract
        papers = list(papers)
        extracted.extend(paper.title for paper in papers)
        return extract(papers)

    monkeypatch.setattr(build_module, "extract", spy)
    assert build(pages, tmp_path / "steps.kg").extracted == 1
    assert extracted == [PAPERS[2]["title"]]
    build(pages, tmp_path / "once.kg")
    assert contents(tmp_path / "steps.kg") == contents(tmp_path / "once.kg")


def test_build_without_a_page_takes_its_papers_away(pages: list[str], tmp_path: Path) -> None:
    """What only the missing page said is gone, as if it had never been there."""
    build(pages, tmp_path / "a.kg")
    assert build(pages[:2], tmp_path / "a.kg").removed == 1
    build(pages[:2], tmp_path / "b.kg")
    assert contents(tmp_path / "a.kg") == contents(tmp_path / "b.kg")


@pytest.mark.parametrize("name", ["edges.jsonl", "meta.json"])
def test_cut_off_directory_is_repaired(pages: list[str], tmp_path: Path, name: str) -> None:
    """A damaged file is written anew by the next build, and nothing is extracted again for a derived one."""
    build(pages, tmp_path / "a.kg")
    whole = contents(tmp_path / "a.kg")
    (tmp_path / "a.kg" / name).write_bytes(b"{")
    again = build(pages, tmp_path / "a.kg")
    assert again.written == (name,)
    assert again.extracted == (0 if name == "edges.jsonl" else len(pages))
    assert contents(tmp_path / "a.kg") == whole
    check_directory(tmp_path / "a.kg")


def test_swapped_pages_of_one_name_are_noticed(tmp_path: Path) -> None:
    """Pages that share a file name are told apart by their folders, contents and precedence included."""
    for folder, upvotes in (("a", 1), ("b", 2)):
        (tmp_path / folder).mkdir()
        line = json.dumps({**PAPERS[0], "upvotes": upvotes})
        (tmp_path / folder / "x.jsonl").write_text(line + "\n", encoding="utf-8")
    both = [str(tmp_path / "a" / "x.jsonl"), str(tmp_path / "b" / "x.jsonl")]
    build(both, tmp_path / "one.kg")
    (tmp_path / "a").rename(tmp_path / "c")
    (tmp_path / "b").rename(tmp_path / "a")
    (tmp_path / "c").rename(tmp_path / "b")
    assert build(both, tmp_path / "one.kg").written != ()
    build(both, tmp_path / "two.kg")
    assert contents(tmp_path / "one.kg") == contents(tmp_path / "two.kg")


def test_bad_page_changes_nothing(pages: list[str], tmp_path: Path) -> None:
    """An unreadable page stops the build and leaves the old graph as it was."""
    build(pages, tmp_path / "a.kg")
    before = contents(tmp_path / "a.kg", *FILES, "meta.json")
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"title": "Only a title"}\n', encoding="utf-8")
    with pytest.raises(KGError, match=r"bad\.jsonl"):
        build([*pages, str(bad)], tmp_path / "a.kg")
    assert contents(tmp_path / "a.kg", *FILES, "meta.json") == before
