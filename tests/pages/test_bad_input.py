"""What cannot be read is told in one clear line, or left out and counted."""

import gzip
import io
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import PageError
from kg.pages import read_pages, stream_pages, total_bytes
from kg.pages.page import LINE_LIMIT
from tests.pages.conftest import Read
from tests.pages.layouts import WRITERS
from tests.pages.made import papers

PAGE = WRITERS["spaced"](papers())
LONG = 100 * 10**6


class _Endless(io.RawIOBase):
    """A page whose first line has 100 MB."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        size = min(size, LONG - self.given)
        self.given += size
        return b'{"title": "'.ljust(size, b"a") if self.given == size else b"a" * size


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "the page is empty"),
        (b"\xef\xbb\xbf \r\n\n", "the page is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "the file is binary"),
        (b"%PDF-1.5\n%abc\n", "the file is binary"),
        (PAGE.encode("latin-1"), "line 9: byte 0xc5 at column 1 is no UTF-8"),
        (PAGE.encode("utf-16"), "the text is UTF-16"),
        (b"<!DOCTYPE html><html></html>", "found '<!DOCTYPE html>"),
        (b"def main():\n    return 1\n", "expected titles with abstracts"),
        (b"Only\nTitles\nHere\n", "expected titles with abstracts"),
        (b"[]", "found no papers in the format daily"),
        (b'[{"paper": {"title": "A', "expected a whole JSON list"),
        (b'{"title": "A Title", "abst', "record 1 (line 1): the line is no JSON object"),
        (b'{"name": "A Title"}', "no text as 'title', found name"),
        (gzip.compress(PAGE.encode())[:200], "the gzip data are damaged"),
        (PAGE.rsplit("\n\n", 1)[0].encode(), "record 3 (line 9): the title has no abstract, the page ends"),
        (
            WRITERS["pairs"](papers()).rsplit("\n", 1)[0].encode(),
            "record 3 (line 5): the title has no abstract",
        ),
        (WRITERS["lines"](papers())[:-40].encode(), "record 3 (line 3): the record is cut off"),
        (WRITERS["blocks"](papers()).replace("Mar 2,", "Feb 31,").encode(), "there is no day 'Feb 31, 2024'"),
    ],
)
def test_bad_page_is_told_in_one_line(read: Read, content: bytes, expected: str) -> None:
    """The message names the file, what was found and expected, and what to do."""
    with pytest.raises(PageError) as error:
        read(content)
    message = str(error.value)
    assert expected in message
    assert "page1.txt" in message
    assert "\n" not in message
    assert error.value.todo


@pytest.mark.parametrize(
    ("name", "expected"),
    [("none.txt", "there is no such file"), ("", "is a directory"), ("x" * 300, "cannot be opened")],
)
def test_what_is_no_file_is_told(tmp_path: Path, name: str, expected: str) -> None:
    """Missing files, folders and names that are too long have messages of their own."""
    with pytest.raises(PageError, match=expected):
        read_pages([os.fspath(tmp_path) + "/" + name])


def test_named_format_that_does_not_exist_is_told(read: Read) -> None:
    """The message lists the formats there are."""
    with pytest.raises(PageError, match="choose one of arxiv, jsonl"):
        read(PAGE, format="xml")


@pytest.mark.parametrize("packed", [False, True])
def test_line_of_100_mb_is_refused_without_reading_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, packed: bool
) -> None:
    """Little more than the limit of a line is read and held."""
    source = _Endless()
    path = "-"
    if packed:
        file = tmp_path / "page.gz"
        file.write_bytes(gzip.compress(b'{"title": "' + b"a" * LONG, compresslevel=1))
        path = str(file)
    monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": source}))
    tracemalloc.start()
    with pytest.raises(PageError, match="line 1: the line is longer than 4 MiB"):
        read_pages([path])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert source.given < 2 * LINE_LIMIT
    assert peak < 5 * LINE_LIMIT


def test_line_that_is_too_long_is_left_out(read: Read) -> None:
    """With skip_bad the rest of the page is read."""
    rows = WRITERS["jsonl"](papers()).splitlines()
    text = "\n".join([rows[0], '{"title": "' + "a" * LINE_LIMIT + '"}', rows[1]])
    reading = read(text, skip_bad=True)
    assert len(reading.papers) == 2
    assert reading.skipped == 1


@pytest.mark.parametrize("page_format", ["blocks", "pairs", "spaced"])
def test_title_without_abstract_is_left_out(read: Read, page_format: str) -> None:
    """The papers around a cut-off record are read, and the record keeps its number."""
    page = WRITERS[page_format](papers())
    page = page.replace(papers()[1].abstract, "").replace("\n\n\n\n", "\n\n").replace("\n\n", "\n\n")
    if page_format == "pairs":
        page = page.replace("\n\n", "\n")
    if page_format == "blocks":
        page = page.replace("  • 2 authors\n·\nMar 2, 2024 2\n\n", "")
    reading = read(page, skip_bad=True)
    assert {paper.title: paper.sources[0].record for paper in reading.papers} == {
        papers()[0].title: 1,
        papers()[2].title: 3,
    }
    assert reading.skipped == 1
    assert "left out" in reading.notes[0]


def test_metadata_after_one_line_are_refused(read: Read) -> None:
    """Authors and date without an abstract above show where a record is cut."""
    page = WRITERS["blocks"](papers()).replace(papers()[1].abstract + "\n\n", "")
    with pytest.raises(
        PageError, match=r"record 2 \(line \d+\): expected title and abstract, found one line"
    ):
        read(page)


def test_line_in_another_encoding_is_left_out(read: Read) -> None:
    """A page of mixed encodings loses only the papers that have such a line."""
    reading = read(PAGE.replace("Syntactic", "Syntäctic").encode("latin-1", "replace"), skip_bad=True)
    assert [paper.title for paper in reading.papers] == [papers()[1].title]
    assert reading.skipped == 3  # one abstract, and both lines of the paper on ice


def test_page_that_cannot_be_read_is_left_out(read: Read) -> None:
    """Other pages are read, and the bad page counts as one."""
    reading = read(PAGE, b"", skip_bad=True)
    assert len(reading.papers) == 3
    assert [(page.format, page.records, page.skipped) for page in reading.pages] == [
        ("spaced", 3, 0),
        (None, 0, 1),
    ]


def test_nothing_left_is_an_error(read: Read) -> None:
    """Leaving out everything is not reading; the first reason is told."""
    with pytest.raises(PageError, match=r"no papers found .*the page is empty"):
        read(b"", skip_bad=True)


def test_everything_is_read_before_the_first_paper_comes(tmp_path: Path) -> None:
    """An error in the last page comes before anything can have been written."""
    good, bad = tmp_path / "a.txt", tmp_path / "b.txt"
    good.write_text(PAGE, encoding="utf-8")
    bad.touch()
    with pytest.raises(PageError):
        stream_pages([str(good), str(bad)])


def test_standard_input_is_a_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A dash reads standard input, together with files and unpacked if need be."""
    file = tmp_path / "page.txt"
    file.write_text(WRITERS["lines"](papers()[:1]), encoding="utf-8")
    packed = io.BytesIO(gzip.compress(PAGE.encode()))
    monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": packed}))
    reading = read_pages(["-", str(file)])
    assert [page.page for page in reading.pages] == ["-", "page.txt"]
    assert len(reading.papers) == 3


def test_pipe_is_read_once(tmp_path: Path) -> None:
    """A named pipe, as the shell makes it for <(...), is opened only once."""
    import threading

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(PAGE,), kwargs={"encoding": "utf-8"})
    writer.start()
    assert len(read_pages([str(pipe)]).papers) == 3
    writer.join()


def test_progress_adds_up_to_the_size_of_the_files(tmp_path: Path) -> None:
    """All bytes of all files are told, packed ones as they lie on the disk."""
    plain, packed = tmp_path / "a.txt", tmp_path / "b.gz"
    plain.write_text(PAGE, encoding="utf-8")
    packed.write_bytes(gzip.compress(PAGE.encode()))
    steps: list[int] = []
    read_pages([str(plain), str(packed)], advance=steps.append)
    assert sum(steps) == plain.stat().st_size + packed.stat().st_size
    assert sum(steps) == total_bytes([str(plain), str(packed), f"{tmp_path}/../{tmp_path.name}/a.txt"])


@pytest.mark.parametrize("saved", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_progress_of_standard_input_is_in_bytes_as_they_come(
    monkeypatch: pytest.MonkeyPatch, saved: Callable[[bytes], bytes]
) -> None:
    """Packed bytes are told as such there too."""
    content = saved(PAGE.encode())
    monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": io.BytesIO(content)}))
    steps: list[int] = []
    read_pages(["-"], advance=steps.append)
    assert sum(steps) == len(content)


def test_total_is_unknown_unless_all_pages_are_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Standard input, pipes, folders and what is missing have no size, even where a file is named "-"."""
    monkeypatch.chdir(tmp_path)
    Path("-").write_text(PAGE, encoding="utf-8")
    Path("a.txt").write_text(PAGE, encoding="utf-8")
    os.mkfifo("pipe")
    assert total_bytes(["a.txt"]) == len(PAGE.encode())
    assert [total_bytes(["a.txt", path]) for path in ("-", "pipe", ".", "none", "x" * 300)] == [None] * 5
