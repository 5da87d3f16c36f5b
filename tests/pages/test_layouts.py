"""Listing pages in all the shapes they come in."""

import gzip
from collections.abc import Callable
from dataclasses import replace

import pytest

from kg.errors import PageError
from kg.pages import detect
from kg.pages.pairs import without_button
from kg.records import Paper, Source
from tests.pages.conftest import Read
from tests.pages.layouts import WRITERS
from tests.pages.made import papers

LISTINGS = ("blocks", "lines", "pairs", "spaced")
NEW_FURNITURE = {
    "blocks": "Menu\n\nGet the best papers of each day, free and without delay!\n\nJan 5\n\n",
    "spaced": "Menu\n\nGet the best papers of each day, free and without delay!\n\nJan 5\n\n",
    "pairs": "Menu\nGet the best papers of each day, free and without delay!\n",
    "lines": "Menu\nGet the best papers of each day, free and without delay!\n- Share\n",
}


def shown(page_format: str, paper: Paper) -> tuple[object, ...]:
    """Return what a layout can say about a paper."""
    if page_format in ("pairs", "spaced"):
        return paper.title, paper.abstract
    return paper.title, paper.abstract, paper.published, paper.author_count, paper.comments


def windows(text: str) -> bytes:
    """Return a text as Windows programs save it."""
    return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()


@pytest.mark.parametrize("page_format", LISTINGS)
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    "saved",
    [
        str.encode,
        windows,
        lambda text: text.encode() + b"\n\n \t\n",
        lambda text: b"\n\n" + text.encode(),
        lambda text: text.replace("  • ", "\xa0•\xa0").replace("Mar ", "Mar\xa0").encode(),
        lambda text: gzip.compress(text.encode()),
    ],
    ids=["plain", "windows", "blanks-after", "blanks-before", "hard-spaces", "gzip"],
)
def test_page_reads_however_it_was_saved(
    read: Read, page_format: str, count: int, saved: Callable[[str], bytes]
) -> None:
    """Line ends, byte order mark, blank lines, packing and the number of papers change nothing."""
    made = papers()[:count]
    reading = read(saved(WRITERS[page_format](made)))
    assert reading.pages[0].format == page_format
    assert {shown(page_format, paper) for paper in reading.papers} == {
        shown(page_format, paper) for paper in made
    }


@pytest.mark.parametrize("page_format", LISTINGS)
def test_furniture_of_any_wording_is_left_out(read: Read, page_format: str) -> None:
    """Short lines above the first paper and below the last are no papers."""
    text = NEW_FURNITURE[page_format] + WRITERS[page_format](papers()) + "\n\nNext\n\nTerms of use\n"
    assert sorted(paper.title for paper in read(text).papers) == sorted(paper.title for paper in papers())


def test_records_are_counted_from_one_in_the_order_of_the_page(read: Read) -> None:
    """The source of a paper names the page and the record."""
    reading = read(NEW_FURNITURE["blocks"] + WRITERS["blocks"](papers()))
    assert {paper.title: paper.sources for paper in reading.papers} == {
        paper.title: (Source("page1.txt", number),) for number, paper in enumerate(papers(), 1)
    }


def test_block_without_metadata_is_a_paper(read: Read) -> None:
    """A paper may have neither authors nor date."""
    first, second, third = papers()
    bare = replace(second, author_count=None, published=None, comments=None)
    found = {paper.title: paper for paper in read(WRITERS["blocks"]([first, bare, third])).papers}
    assert found[bare.title].author_count is None
    assert found[bare.title].published is None
    assert found[third.title].author_count == 3


def test_organization_stands_in_place_of_the_authors(read: Read) -> None:
    """A line right above the dot that tells no authors names the organisation."""
    first, *others = papers()
    page = WRITERS["blocks"]([replace(first, author_count=None, organization="acme Acme Labs"), *others])
    found = {paper.title: paper for paper in read(page).papers}[first.title]
    assert (found.organization, found.author_count, found.published) == ("acme Acme Labs", None, "2024-03-01")


def test_block_may_have_a_short_abstract(read: Read) -> None:
    """Metadata show what is an abstract, however short it is."""
    first, *others = papers()
    short = replace(first, abstract="Withdrawn.")
    assert "Withdrawn." in {paper.abstract for paper in read(WRITERS["blocks"]([short, *others])).papers}


def test_dates_without_year_mean_the_year_after_the_newest_on_the_page(read: Read) -> None:
    """The year is inferred and marked so; written years stay."""
    first, second, third = papers()
    page = WRITERS["blocks"](
        [replace(first, published="2022-01-16"), replace(second, published_inferred=True), third]
    )
    found = {paper.title: (paper.published, paper.published_inferred) for paper in read(page).papers}
    assert found[second.title] == ("2025-03-02", True)
    assert found[first.title] == ("2022-01-16", False)


def test_page_year_is_the_year_of_dates_without_one(read: Read) -> None:
    """A year that the user gives is not inferred."""
    page = WRITERS["blocks"]([replace(paper, published_inferred=True) for paper in papers()])
    found = read(page, page_year=2019).papers
    assert {paper.published for paper in found} == {"2019-03-01", "2019-03-02", "2019-03-03"}
    assert not any(paper.published_inferred for paper in found)


def test_dates_stay_unknown_where_no_year_is_to_be_had(read: Read) -> None:
    """Without any written year nothing is inferred, and the user is told what to do."""
    reading = read(WRITERS["blocks"]([replace(paper, published_inferred=True) for paper in papers()]))
    assert {paper.published for paper in reading.papers} == {None}
    assert "--page-year" in reading.notes[0]


def leap_page(newest: int) -> str:
    """Return a page with a Feb 29 without year, whose newest written year is given."""
    first, second, third = papers()
    return WRITERS["blocks"](
        [
            replace(first, published=f"{newest}-01-16"),
            replace(second, published="2024-02-29", published_inferred=True),
            replace(third, published="2024-03-03", published_inferred=True),
        ]
    )


def test_leap_day_is_kept_in_a_leap_year(read: Read) -> None:
    """Feb 29 takes the inferred year where it has that day."""
    reading = read(leap_page(2023))
    assert {paper.published for paper in reading.papers} == {"2023-01-16", "2024-02-29", "2024-03-03"}
    assert reading.notes == ()


def test_leap_day_that_the_inferred_year_lacks_is_unknown_and_told(read: Read) -> None:
    """The paper stays, since the page is not wrong; the note says that the year is."""
    reading = read(leap_page(2024))
    assert {paper.published for paper in reading.papers} == {"2024-01-16", None, "2025-03-03"}
    (note,) = reading.notes
    assert "there is no Feb 29 in 2025, the year inferred" in note
    assert "--page-year" in note


def test_leap_day_that_the_given_year_lacks_is_an_impossible_day(read: Read) -> None:
    """A wrong year from the user is refused like any day that does not exist."""
    with pytest.raises(PageError, match=r"record 2 \(line \d+\): there is no Feb 29 in 2025"):
        read(leap_page(2024), page_year=2025)
    assert read(leap_page(2024), page_year=2025, skip_bad=True).skipped == 1


@pytest.mark.parametrize("year", [0, -1, 10_000])
def test_page_year_that_no_calendar_has_is_refused(read: Read, year: int) -> None:
    """Zero is a year given, not a year missing."""
    with pytest.raises(PageError, match=f"page year {year}: there is no such year"):
        read(WRITERS["blocks"](papers()), page_year=year)


NINES = "9" * 5000


@pytest.mark.parametrize(
    ("page_format", "old", "new"),
    [
        ("blocks", "• 2 authors", f"• {NINES} authors"),
        ("blocks", "Mar 2, 2024 2", f"Mar 2, 2024 {NINES}"),
        ("blocks", "• 2 authors", "• 1234567890123 authors"),
        ("lines", "- Are Footnotes", f"{NINES}k Are Footnotes"),
        ("lines", "- Are Footnotes", "1234567890k Are Footnotes"),
        ("lines", "- Are Footnotes", "1,23 Are Footnotes"),
        ("lines", " 2 authors", f" {'9' * 60} authors"),
        ("lines", "Mar 2, 2024 2", f"Mar 2, 2024 {'9' * 60}"),
    ],
)
def test_count_that_cannot_be_is_a_bad_record(read: Read, page_format: str, old: str, new: str) -> None:
    """A count of more than twelve digits costs its paper alone, and counts."""
    page = WRITERS[page_format](papers())
    assert old in page
    with pytest.raises(PageError, match=r"record 2 \(line \d+\): expected a count"):
        read(page.replace(old, new))
    reading = read(page.replace(old, new), skip_bad=True)
    assert len(reading.papers) == 2
    assert reading.skipped == 1


def test_upvotes_are_a_number_or_none(read: Read) -> None:
    """The number before a one-line record counts upvotes, a dash is none."""
    first, second, third = papers()
    page = WRITERS["lines"]([replace(first, upvotes=12), replace(second, upvotes=0), third])
    found = {paper.title: paper.upvotes for paper in read(page).papers}
    assert found == {first.title: 12, second.title: 0, third.title: None}


@pytest.mark.parametrize(
    ("label", "title", "abstract"),
    [
        ("Subscribe", "Trees for All", "We grow trees."),
        ("Subscribe", "mBART Revisited", "We revisit mBART."),
        ("Join Now", "Trees for All", "We grow trees."),
        ("Get Notified", "TreeNet: Trees for All", "We present TreeNet."),
        ("", "SubscribeNet: Forecasting Newsletters", "SubscribeNet forecasts newsletters."),
        ("", "Subscriber Churn in Newsletters", "We model churn."),
        ("", "TreeBERT: Trees for All", "BERT models grow trees in TreeBERT."),
        ("", "Search Engines for Trees", "We search."),
    ],
)
def test_button_glued_to_the_first_title_is_taken_off(label: str, title: str, abstract: str) -> None:
    """The label goes, whatever it says, and titles without one stay whole."""
    assert without_button(label + title, abstract) == title


@pytest.mark.parametrize("page_format", LISTINGS)
def test_format_is_detected_on_every_page_of_a_layout(page_format: str) -> None:
    """Detection needs one record, and no furniture."""
    assert detect(WRITERS[page_format](papers()[:1])) == page_format


def test_format_can_be_named(read: Read) -> None:
    """A named format is used without looking at the page."""
    assert read(WRITERS["spaced"](papers()), format="pairs").pages[0].format == "pairs"
