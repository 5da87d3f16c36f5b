"""Papers from JSON Lines, CSV, the daily-papers API and the arXiv snapshot."""

import json
from typing import Any

import pytest

from kg.errors import PageError
from kg.records import Paper, Source
from tests.pages.conftest import Read

ABSTRACT = "We study how columns are named."


def only(read: Read, **row: Any) -> Paper:
    """Return the paper of a JSON line."""
    (paper,) = read(json.dumps({"title": "A Title", "abstract": ABSTRACT, **row})).papers
    return paper


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [
        ({"published": "2024-09-02"}, "published", "2024-09-02"),
        ({"date": "Sep 2, 2024"}, "published", "2024-09-02"),
        ({"publishedAt": "2024-09-02T17:59:59.000Z"}, "published", "2024-09-02"),
        ({"year": 2024}, "published", "2024"),
        ({"year": "2024", "date": "2024-09"}, "published", "2024-09"),
        ({"authors": ["A", "B"]}, "author_count", 2),
        ({"authors": "Ash, A.; Birch, B.; Cedar, C."}, "author_count", 3),
        ({"authors": "A. Ash, B. Birch and C. Cedar"}, "author_count", 3),
        ({"authors": 4}, "author_count", 4),
        ({"author_count": "4"}, "author_count", 4),
        ({"upvotes": "17"}, "upvotes", 17),
        ({"upvotes": 3.0}, "upvotes", 3),
        ({"num_comments": 0}, "comments", 0),
        ({"comments": "12 pages, 3 figures"}, "comments", None),
        ({"organisation": " Acme "}, "organization", "Acme"),
        ({"id": "2405.90417v2"}, "arxiv_id", "2405.90417"),
        ({"id": "hep-th/9901001"}, "arxiv_id", "hep-th/9901001"),
        ({"id": "17"}, "arxiv_id", None),
        ({"url": "https://arxiv.org/abs/2405.90417v2"}, "arxiv_id", "2405.90417"),
        ({"link": "https://example.org/a"}, "url", "https://example.org/a"),
        ({"upvotes": None}, "upvotes", None),
        ({"UPVOTES": 5}, "upvotes", 5),
        ({"upvotes": "1.2k"}, "upvotes", 1200),
        ({"authors": "1,204"}, "author_count", 1204),
        ({"upvotes": 999_999_999_999}, "upvotes", 999_999_999_999),
        ({"comments": "123456789012"}, "comments", 123_456_789_012),
    ],
)
def test_columns_are_mapped_by_name(read: Read, row: dict[str, Any], field: str, value: object) -> None:
    """Columns of other names and types fill the fields of a paper."""
    assert getattr(only(read, **row), field) == value


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"title": None}, "no text as 'title', found abstract"),
        ({"title": 7}, "expected text as 'title'"),
        ({"title": "?!"}, "neither letter nor digit"),
        ({"abstract": " "}, "expected text as 'abstract'"),
        ({"abstract": "a\u0007b"}, "control character U+0007"),
        ({"published": "yesterday"}, "expected a date such as 2024-09-02, found 'yesterday'"),
        ({"published": "2024-13-02"}, "expected a date"),
        ({"upvotes": "many"}, "expected a number of upvotes"),
        ({"upvotes": "9" * 400}, "expected a count of at most 12 digits, found one of 400"),
        ({"comments": "12345678901234567890123"}, "expected a count of at most 12 digits"),
        ({"authors": "9" * 5000}, "expected a count of at most 12 digits"),
        ({"upvotes": 10**12}, "expected a count of at most 12 digits"),
        ({"upvotes": 1e300}, "expected a count of at most 12 digits"),
        ({"upvotes": 2.5}, "expected a number of upvotes"),
        ({"upvotes": -1}, "expected a number of upvotes"),
        ({"sources": [{"page": "a"}]}, "expected 'sources' as kg read writes them"),
        ({"sources": [{"page": "a", "record": 1e300}]}, "expected a count of at most 12 digits"),
    ],
)
def test_field_that_cannot_be_is_refused(read: Read, row: dict[str, Any], expected: str) -> None:
    """The message names the record and says what was found and expected."""
    with pytest.raises(PageError, match=r"record 1 \(line 1\)") as error:
        only(read, **row)
    assert expected in str(error.value)


def test_wrapped_lines_are_joined(read: Read) -> None:
    """Line breaks within titles and abstracts become one space; nothing else changes."""
    paper = only(read, title="A Title\n  on Two Lines ", abstract="  We  wrap\r\nlines.\n\nTwice. ")
    assert (paper.title, paper.abstract) == ("A Title on Two Lines", "We  wrap lines. Twice.")


def test_own_records_keep_their_sources_and_characters(read: Read) -> None:
    """A row that names its sources came from kg read and stays as it is."""
    sources = [{"page": "a.txt", "record": 3}, {"page": "b.txt", "record": 1}]
    paper = only(read, abstract="One\nTwo", sources=sources, published="2025-01-16", published_inferred=True)
    assert paper.sources == (Source("a.txt", 3), Source("b.txt", 1))
    assert (paper.abstract, paper.published_inferred) == ("One\nTwo", True)


def test_first_version_is_the_day_of_publication(read: Read) -> None:
    """The arXiv snapshot dates a paper by its first version, not by its update."""
    row = {
        "id": "0704.0001",
        "title": "A\n  Title",
        "abstract": "  We\nwrap.\n",
        "comments": "3",
        "versions": [
            {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
            {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
        ],
        "update_date": "2008-11-26",
        "authors_parsed": [["Ash", "A.", ""], ["Birch", "B.", ""]],
    }
    (paper,) = read(json.dumps(row)).papers
    assert (paper.title, paper.abstract, paper.published) == ("A Title", "We wrap.", "2007-04-02")
    assert (paper.arxiv_id, paper.author_count, paper.comments) == ("0704.0001", 2, None)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_cells_may_be_separated_by_any_usual_character(read: Read, separator: str) -> None:
    """The header shows what separates the cells."""
    rows = [
        ["Title", "Year", "Abstract"],
        ["A Title", "2024", f'"{ABSTRACT[:-1]}{separator} ""truly"".\n More."'],
    ]
    (paper,) = read("\n".join(separator.join(row) for row in rows)).papers
    assert paper.published == "2024"
    assert paper.abstract == f'{ABSTRACT[:-1]}{separator} "truly". More.'


def test_csv_row_of_another_length_is_refused(read: Read) -> None:
    """A row that does not fit the header is bad, and reading goes on behind it."""
    text = f"title,abstract\nA Title\nB Title,{ABSTRACT}\n"
    with pytest.raises(PageError, match=r"record 1 \(line 2\): expected 2 cells as in the header, found 1"):
        read(text)
    assert [paper.title for paper in read(text, skip_bad=True).papers] == ["B Title"]


GOOD_ROWS = "".join(f"Title Number {n},{ABSTRACT}\n" for n in range(30))


@pytest.mark.parametrize(
    ("bad", "after"),
    [
        ('"Bad title,We do.\n', GOOD_ROWS),
        ('"Bad title,We do.\n', GOOD_ROWS.replace("Title Number 0", '"Title Number 0"')),
        ('"Bad title,We do.\n', GOOD_ROWS * 200),
        ('"Bad title,We do.\n', GOOD_ROWS + f'Title Number 30,"{"We. " * 40_000}"\n'),
        ('a","b\n', GOOD_ROWS),
    ],
    ids=["to the end", "to another quote", "past the longest cell", "past two bad rows", "last cell"],
)
def test_csv_quote_left_open_costs_one_row(read: Read, bad: str, after: str) -> None:
    """Reading goes on with the line after the one where the bad row began."""
    reading = read("title,abstract\n" + bad + after, skip_bad=True)
    assert len(reading.papers) == 30
    assert reading.skipped == 1 + after.count('"We. ')
    assert reading.pages[0].records == after.count("\n") + 1 - reading.skipped
    assert "record 1 (line 2): the row is no CSV" in reading.notes[0]
    assert sorted(paper.sources[0].record for paper in reading.papers) == list(range(2, 32))


def test_csv_of_quotes_left_open_is_read_in_bounded_steps(read: Read) -> None:
    """A row that would go on for ever is given up after some lines, whatever its cells."""
    reading = read("title,abstract\n" + f"Title One,{ABSTRACT}\n" + 'a","b\n' * 3000, skip_bad=True)
    assert [paper.title for paper in reading.papers] == ["Title One"]
    assert any("it does not end" in note for note in reading.notes)


def test_daily_list_without_papers_is_refused(read: Read) -> None:
    """A JSON list of anything else is told from an API response."""
    with pytest.raises(PageError, match="record 1: expected"):
        read(json.dumps([{"title": "A Title", "abstract": ABSTRACT}]))
