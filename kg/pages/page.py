"""An open page: a path or standard input, plain or gzipped, as lines of limited length.

Input: a path, or "-" for standard input. Output: a `Page` that every reader takes. Assumes
UTF-8, with or without a byte order mark, and lines ended by LF or CR LF. A page is never
held in memory here; a line that is too long or no UTF-8 is reported once and then stands
as a `Line` without text, so that a reader can go on where bad records are skipped.
"""

import gzip
import io
import os
import re
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from kg.errors import PageError
from kg.pages.standing import Standing
from kg.records import Source

LINE_LIMIT: Final = 4 * 2**20
"""Bytes of the longest line. A record of the arXiv snapshot with 3,000 authors has 0.3 MiB."""

DOCUMENT_LIMIT: Final = 64 * 2**20
"""Bytes of the longest JSON document, which cannot be read line by line."""

HEAD: Final = 64 * 2**10
"""Bytes by which a page is detected."""


class Line(NamedTuple):
    """One line without its end, counted from 1; no text where it is unreadable (and reported)."""

    number: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """An open page and how to read it.

    ``bad`` takes what is wrong with a record: it raises, or counts where bad records are
    skipped. ``note`` takes what only a curious user wants to know.
    """

    where: str  # the path as given, for messages
    name: str  # for the sources of its papers; unique among the pages read together
    stream: io.BufferedReader
    year: int | None  # of dates without year, where the user says it
    standing: Standing
    bad: Callable[[PageError], None]
    note: Callable[[str], None]

    def source(self, record: int) -> tuple[Source, ...]:
        """Return the sources of a paper that is this record of the page, counted from 1."""
        return (Source(self.name, record),)

    def fault(self, place: str, what: str, todo: str) -> None:
        """Report a bad record at a place such as ``line 3``."""
        self.bad(PageError(f"{self.where}, {place}", what, todo))

    def lines(self) -> Iterator[Line]:
        """Yield the lines of the page."""
        number = 0
        with self._unpacking():
            while raw := self.stream.readline(LINE_LIMIT + 1):
                number += 1
                if len(raw) > LINE_LIMIT and not raw.endswith(b"\n"):
                    self.fault(
                        f"line {number}",
                        f"the line is longer than {LINE_LIMIT >> 20} MiB, which no record is",
                        "break the file into one record a line",
                    )
                    self._skip_line()
                    yield Line(number, None)
                    continue
                yield Line(number, self._decoded(raw, number))

    def document(self) -> bytes:
        """Return the whole page, which must be one JSON document.

        Raises:
            PageError: The page is larger than `DOCUMENT_LIMIT`.
        """
        with self._unpacking():
            raw = self.stream.read(DOCUMENT_LIMIT + 1)
        if len(raw) > DOCUMENT_LIMIT:
            raise PageError(
                self.where,
                f"the JSON document is larger than {DOCUMENT_LIMIT >> 20} MiB",
                "write one record a line (JSON Lines), which has no limit",
            )
        return raw.removeprefix(b"\xef\xbb\xbf")

    def _decoded(self, raw: bytes, number: int) -> str | None:
        raw = raw.removesuffix(b"\n").removesuffix(b"\r")
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            self.fault(
                f"line {number}",
                f"byte 0x{raw[error.start]:02x} at column {error.start + 1} is no UTF-8",
                "convert the file, for example with iconv -f latin1 -t utf-8",
            )
        return None

    def _skip_line(self) -> None:
        while (rest := self.stream.readline(HEAD)) and not rest.endswith(b"\n"):
            pass

    @contextmanager
    def _unpacking(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise PageError(
                self.where, f"the gzip data end early or are damaged ({error})", "fetch the file again"
            ) from error
        except OSError as error:
            raise PageError(
                self.where, f"cannot be read ({error.strerror or error})", "check the file"
            ) from error


@contextmanager
def open_stream(path: str, advance: Callable[[int], None]) -> Iterator[io.BufferedReader]:
    """Open a path or standard input as a stream of plain bytes, unpacked where it is gzip.

    Args:
        path: A path, or "-" for standard input.
        advance: Told how many bytes of the file (packed, if it is) each read took.

    Raises:
        PageError: There is no such file, or it cannot be opened.
    """
    with ExitStack() as stack:
        try:
            raw = sys.stdin.buffer if path == "-" else stack.enter_context(Path(path).open("rb", buffering=0))
        except IsADirectoryError as error:
            raise PageError(path, "is a directory", f"name its files: {path.rstrip('/')}/*") from error
        except FileNotFoundError as error:
            raise PageError(path, "there is no such file", "check the path") from error
        except OSError as error:
            reason = error.strerror or error
            raise PageError(path, f"cannot be opened ({reason})", "check the path and its rights") from error
        stream = _buffered(raw, advance)
        if stream.peek(2)[:2] == b"\x1f\x8b":
            stream = _buffered(gzip.GzipFile(fileobj=stream), lambda _: None)
        yield stream


def _buffered(stream: Any, advance: Callable[[int], None]) -> io.BufferedReader:
    filled: Any = _Filled(stream, advance)
    return io.BufferedReader(filled, HEAD)


class _Filled(io.RawIOBase):
    """A stream whose reads are short only at its end (those of a pipe are not), and counted."""

    def __init__(self, stream: Any, advance: Callable[[int], None]) -> None:
        self._stream, self._advance = stream, advance

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        parts, size = [], 0
        while size < len(buffer) and (part := self._stream.read(len(buffer) - size)):
            parts.append(part)
            size += len(part)
        buffer[:size] = b"".join(parts)
        self._advance(size)
        return size


def peek_head(stream: io.BufferedReader, where: str) -> str:
    """Return the first lines of a stream, at most `HEAD` bytes, without moving on.

    Raises:
        PageError: The page is empty, binary, in a wide encoding, or damaged gzip.
    """
    try:
        head = stream.peek(HEAD)[:HEAD]
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise PageError(where, f"the gzip data are damaged ({error})", "fetch the file again") from error
    except OSError as error:
        raise PageError(where, f"cannot be read ({error.strerror or error})", "check the file") from error
    if not head.removeprefix(b"\xef\xbb\xbf").strip():
        raise PageError(where, "the page is empty", "save the page again")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise PageError(where, "the text is UTF-16, not UTF-8", "convert it with iconv -f utf-16 -t utf-8")
    control = len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head))
    if b"\0" in head or control * 100 > len(head) or head.startswith(b"%PDF"):
        raise PageError(
            where,
            "the file is binary, not text",
            "pass the text of the page (gzip is unpacked, nothing else is)",
        )
    return head.decode(errors="replace").removeprefix("\ufeff").replace("\r\n", "\n")


def page_names(paths: Sequence[str]) -> dict[str, str]:
    """Return the name of each distinct page: its file name, with as many parent folders as it takes.

    The same file given twice, by whatever path, is one page.

    >>> page_names(["a/x.txt", "b/x.txt", "b/y.txt", "./b/y.txt", "-"])
    {'a/x.txt': 'a/x.txt', 'b/x.txt': 'b/x.txt', 'b/y.txt': 'y.txt', '-': '-'}
    """
    parts: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for path in sorted(paths, key=lambda path: (len(path), path)):
        real = path if path == "-" else os.path.realpath(path)
        if real not in seen:
            seen.add(real)
            parts[path] = ("-",) if path == "-" else Path(os.path.abspath(path)).parts  # noqa: PTH100  # lexical
    length = dict.fromkeys(parts, 1)
    while True:
        names = {path: "/".join(parts[path][-length[path] :]).replace("//", "/") for path in parts}
        owners: dict[str, list[str]] = {}
        for path, name in names.items():
            owners.setdefault(name, []).append(path)
        clashing = [path for group in owners.values() if len(group) > 1 for path in group]
        if not clashing:
            return {path: names[path] for path in paths if path in names}
        for path in clashing:
            length[path] += 1
