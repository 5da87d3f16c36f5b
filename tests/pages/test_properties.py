"""Whatever the papers say, a page of them reads back exactly."""

import datetime as dt
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.pages import FORMATS, read_pages
from kg.records import Paper, dump_line, paper_id
from tests.pages.layouts import WRITERS

CHARACTERS = st.characters(categories=["Lu", "Ll", "Nd", "Sm", "Pd"], include_characters="äß$\\γ漢")
WORDS = st.lists(st.text(CHARACTERS, min_size=1, max_size=6), min_size=4, max_size=8)
SAYS = {
    "blocks": ("published", "author_count", "comments"),
    "lines": ("published", "author_count", "comments", "upvotes"),
    "pairs": (),
    "spaced": (),
    "jsonl": ("published", "author_count", "comments", "upvotes", "arxiv_id"),
    "csv": ("published", "author_count", "comments", "upvotes", "arxiv_id"),
    "daily": ("published", "author_count", "comments", "upvotes", "arxiv_id"),
    "arxiv": ("published", "author_count", "arxiv_id"),
}


@st.composite
def some_papers(draw: st.DrawFn) -> list[Paper]:
    """Draw papers of distinct titles; an abstract is at least 30 words, as abstracts are."""
    found: dict[str, Paper] = {}
    for number in range(1, draw(st.integers(1, 3)) + 1):
        words = draw(WORDS)
        title = " ".join([f"T{number}", *words])
        abstract = " ".join(["We", *draw(st.permutations(words * 8))]) + "."
        count = st.none() | st.integers(0, 9999)
        found[paper_id(title)] = Paper(
            title,
            abstract,
            paper_id(title),
            str(draw(st.dates(dt.date(1990, 1, 1), dt.date(2035, 12, 31)))),
            author_count=draw(st.integers(1, 300)),
            upvotes=draw(count),
            comments=draw(count),
            arxiv_id=f"240{number}.{draw(st.integers(10000, 99999))}",
        )
    return list(found.values())


def read_text(*texts: str) -> tuple[Paper, ...]:
    """Return the papers of pages."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"page{number}") for number in range(len(texts))]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, encoding="utf-8", newline="")
        return read_pages([str(path) for path in paths]).papers


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=40, deadline=None)
@given(some_papers())
def test_page_reads_back_exactly(name: str, made: list[Paper]) -> None:
    """Title, abstract and all that the format can say come back as they were."""
    # The border of made-up words cannot be found; the titles stand alone on a second page.
    texts = [WRITERS[name](made)] + ([WRITERS["jsonl"](made)] if name == "lines" else [])
    told = ("title", "abstract", *SAYS[name])
    found = {tuple(getattr(paper, field) for field in told) for paper in read_text(*texts)}
    assert found == {tuple(getattr(paper, field) for field in told) for paper in made}


@settings(max_examples=40, deadline=None)
@given(some_papers(), st.randoms(use_true_random=False))
def test_shuffled_records_change_only_their_numbers(made: list[Paper], rng: random.Random) -> None:
    """The order of the records on a page decides nothing but the record numbers."""
    shuffled = list(made)
    rng.shuffle(shuffled)
    first, second = (
        [dump_line(paper).partition(b'"sources"')[0] for paper in read_text(WRITERS["csv"](order))]
        for order in (made, shuffled)
    )
    assert first == second
