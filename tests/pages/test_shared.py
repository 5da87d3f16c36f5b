"""The five real pages, where they are; their text stays out of this file."""

import hashlib
from pathlib import Path

import pytest

from kg.pages import Reading, read_pages
from kg.records import dump_lines
from tests.pages.layouts import WRITERS

RECORDS = {
    "000": ("blocks", 31),
    "001": ("blocks", 66),
    "002": ("lines", 112),
    "003": ("pairs", 230),
    "004": ("spaced", 58),
}
DIGESTS = Path(__file__).parent / "golden" / "shared_002.sha256"


@pytest.fixture(scope="module")
def pages(shared: Path) -> list[Path]:
    """Return the five pages."""
    return sorted((shared / "pages").glob("*.txt"))


@pytest.fixture(scope="module")
def reading(pages: list[Path]) -> Reading:
    """Return the five pages read together."""
    return read_pages([str(page) for page in pages])


def test_every_record_of_the_real_pages_is_read(reading: Reading) -> None:
    """497 records in five layouts are 478 papers."""
    found = {page.page[:3]: (page.format, page.records) for page in reading.pages}
    assert found == RECORDS
    assert len(reading.papers) == 478
    assert reading.skipped == 0


@pytest.mark.parametrize("number", RECORDS)
def test_real_page_can_be_written_back(pages: list[Path], number: str) -> None:
    """The papers of a page, written in its layout, are the page, but for the furniture at its top."""
    page = next(page for page in pages if page.name.startswith(number))
    papers = sorted(read_pages([str(page)]).papers, key=lambda paper: paper.sources[0].record)
    text = page.read_text(encoding="utf-8")
    written = WRITERS[RECORDS[number][0]](papers)
    assert text.endswith(written)
    assert len(text) - len(written) < 150


def test_titles_that_stand_alone_elsewhere_are_found_by_the_model(pages: list[Path]) -> None:
    """The page of one-line records alone gives every title that another page has, exactly."""
    (lines,) = [page for page in pages if page.name.startswith("002")]
    alone = {paper.title for paper in read_pages([str(lines)]).papers}
    others = read_pages([str(page) for page in pages if page != lines]).papers
    text = lines.read_text(encoding="utf-8")
    shared = {paper.title for paper in others if f" {paper.title} {paper.abstract[:40]}" in text}
    assert len(shared) >= 5
    assert shared <= alone


def test_borders_of_the_real_page_are_found(pages: list[Path]) -> None:
    """At least 110 of the 112 titles of the one-line records are those that people read there."""
    (lines,) = [page for page in pages if page.name.startswith("002")]
    right = set(DIGESTS.read_text(encoding="ascii").split())
    found = {
        hashlib.sha256(paper.title.encode()).hexdigest()[:16] for paper in read_pages([str(lines)]).papers
    }
    assert len(right) == 112
    assert len(found & right) >= 110


def test_order_of_the_real_pages_does_not_matter(pages: list[Path], reading: Reading) -> None:
    """The pages backwards give the same bytes."""
    backwards = read_pages([str(page) for page in reversed(pages)])
    assert b"".join(dump_lines(backwards.papers)) == b"".join(dump_lines(reading.papers))


def test_dates_without_year_are_those_of_the_crawl(reading: Reading) -> None:
    """All inferred dates lie in the year after the newest written one."""
    inferred = [paper.published or "" for paper in reading.papers if paper.published_inferred]
    written = [
        paper.published for paper in reading.papers if paper.published and not paper.published_inferred
    ]
    assert {date[:4] for date in inferred} == {str(int(max(written)[:4]) + 1)}
    assert len(inferred) == 30


def test_papers_of_several_pages_keep_all_sources(reading: Reading) -> None:
    """The 19 further records are further sources of papers that other pages list too."""
    sources = [source for paper in reading.papers for source in paper.sources]
    assert len(sources) == len(set(sources)) == 497
    assert sum(len(paper.sources) > 1 for paper in reading.papers) == 19


def test_organizations_and_missing_metadata(reading: Reading) -> None:
    """Two papers name an organisation, and two in blocks have neither authors nor date."""
    assert sum(paper.organization is not None for paper in reading.papers) == 2
    blocks = [
        paper
        for paper in reading.papers
        if all(source.page[:3] in ("000", "001") for source in paper.sources)
    ]
    assert sum(paper.published is None for paper in blocks) == 2
