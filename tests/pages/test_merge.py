"""The same paper on several pages."""

import itertools
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from kg.pages.merge import merge_papers, sort_papers
from kg.pages.page import page_names
from kg.records import Paper, Source, dump_line
from tests.pages.conftest import Read
from tests.pages.layouts import WRITERS
from tests.pages.made import papers


def merged(*found: Paper) -> tuple[Paper, list[str]]:
    """Return what papers of one id become, and the notes."""
    notes: list[str] = []
    ordered = sorted(found, key=lambda paper: paper.sources[0].page)
    (paper,) = merge_papers(ordered, notes.append)
    return paper, notes


def listed(page: str, **known: object) -> Paper:
    """Return a paper as one page gives it."""
    base = Paper("A Title", "An abstract.", "paper:1", sources=(Source(page, 1),))
    return replace(base, **known)  # type: ignore[arg-type]  # any field


def test_metadata_that_one_page_has_are_taken_over() -> None:
    """Pages complete each other."""
    paper, notes = merged(listed("a", upvotes=3), listed("b", author_count=5, published="2024-01-02"))
    assert (paper.upvotes, paper.author_count, paper.published) == (3, 5, "2024-01-02")
    assert paper.sources == (Source("a", 1), Source("b", 1))
    assert notes == []


def test_contradiction_keeps_the_first_page_and_is_told() -> None:
    """The first by page and record wins; the note names both places and values."""
    paper, notes = merged(listed("a", upvotes=3), listed("b", upvotes=9))
    assert paper.upvotes == 3
    assert notes == ["paper:1: upvotes is 3 on a#1, but 9 on b#1; kept a#1"]


@pytest.mark.parametrize(
    ("first", "second", "kept", "contradicts"),
    [
        (("2025-01-16", True), ("2024-01-16", False), ("2024-01-16", False), False),
        (("2025-01-16", True), ("2024-02-03", False), ("2024-02-03", False), True),
        (("2024", False), ("2024-02-03", False), ("2024-02-03", False), False),
        (("2024-02-03", False), ("2024", False), ("2024-02-03", False), False),
        (("2024-02-03", False), ("2024-02-04", False), ("2024-02-03", False), True),
        ((None, False), ("2024-02-04", True), ("2024-02-04", True), False),
    ],
)
def test_written_and_exact_dates_are_worth_more(
    first: tuple[str | None, bool],
    second: tuple[str | None, bool],
    kept: tuple[str, bool],
    contradicts: bool,
) -> None:
    """A written year beats an inferred one and a day beats its year, without contradiction."""
    paper, notes = merged(
        *(
            listed(page, published=date, published_inferred=inferred)
            for page, (date, inferred) in (("a", first), ("b", second))
        )
    )
    assert (paper.published, paper.published_inferred) == kept
    assert bool(notes) is contradicts


def test_order_of_pages_does_not_matter(read: Read, tmp_path: Path) -> None:
    """Every order of the same pages gives the same bytes and notes."""
    one, two, three = papers()
    texts = [
        WRITERS["blocks"]([one, two]),
        WRITERS["lines"]([replace(two, upvotes=4), three]),
        WRITERS["spaced"]([replace(two, title=two.title.upper()), one]),
    ]
    for number, text in enumerate(texts, 1):
        (tmp_path / f"p{number}.txt").write_text(text, encoding="utf-8")
    from kg.pages import read_pages

    results = set()
    for order in itertools.permutations(range(1, 4)):
        reading = read_pages([str(tmp_path / f"p{number}.txt") for number in order])
        results.add((b"".join(map(dump_line, reading.papers)), reading.pages, reading.notes))
    assert len(results) == 1


def test_papers_beyond_memory_wait_in_files() -> None:
    """Sorting with room for two papers gives the same as with room for all."""
    many = [replace(listed("a"), id=f"paper:{n * 7 % 11}", sources=(Source("a", n),)) for n in range(11)]
    with ExitStack() as stack:
        in_files = list(sort_papers(many, stack, held=2))
        in_memory = list(sort_papers(many, stack))
    assert in_files == in_memory
    assert [paper.id for paper in in_files] == sorted(paper.id for paper in many)


def test_pages_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Two files of the same name take as many folders into their names as it needs."""
    folders = [tmp_path / "x" / "day", tmp_path / "y" / "day"]
    paths = [str(folder / "page.txt") for folder in folders]
    assert list(page_names(paths).values()) == ["x/day/page.txt", "y/day/page.txt"]


def test_same_file_given_twice_is_read_once(tmp_path: Path) -> None:
    """A file named by two paths is one page."""
    path = tmp_path / "page.txt"
    path.touch()
    detour = f"{tmp_path}/../{tmp_path.name}/page.txt"
    assert list(page_names([str(path), detour, str(path)]).values()) == ["page.txt"]
