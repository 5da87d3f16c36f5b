"""One-line records: ``UPVOTES-or-dash TITLE ABSTRACT N authors · DATE [COMMENTS]``.

Nothing stands between title and abstract. Where another page of the same call gives the
title apart, that decides; otherwise the model of ``kg.pages.border`` does. Lines that
begin with neither a number nor a dash are furniture, unless they look like an abstract.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from kg.pages.border import LONGEST_TITLE, border_probabilities
from kg.pages.dates import DATE_PATTERN
from kg.pages.listing import Entry, Meta, ends_sentence, looks_like_abstract, papers_of
from kg.pages.page import Line, Page
from kg.pages.standing import Standing
from kg.records import Paper, paper_id

_MARK: Final = re.compile(r"(\d[\d,]*(?:\.\d+)?[kK]?|[-–—])\s+(?=\S)")  # noqa: RUF001  # all three dashes occur
_TAIL: Final = re.compile(
    rf"(?:\s(\d[\d,]*)\s+authors?)?(?:\s·\s+({DATE_PATTERN})(?:\s+(\d[\d,]*))?)?$", re.IGNORECASE
)
_TAIL_LENGTH: Final = 100  # characters at the end of a line that hold the whole tail
_ORGANIZATION: Final = re.compile(r"(?<=[.!?])\s+(\S+(?:\s+\S+){0,5})$")

_WITNESS: Final = 400.0
"""Factor by which a title that stands alone elsewhere, before another abstract, makes a border likelier.

Not tuned: large enough to outweigh a doubtful model, too small to outweigh a certain one,
because a short title ("Scaling Laws") may also begin a longer one.
"""
_CERTAIN: Final = 1e9
"""Weight of a title that stands alone elsewhere before an abstract that opens alike."""

_DOUBTFUL: Final = 0.9  # borders less likely than this are told to the user


class _Body(NamedTuple):
    """A record without its marks: title and abstract still joined."""

    record: int
    line: int
    text: str
    meta: Meta


class Border(NamedTuple):
    """Where a title ends and its abstract begins, in characters, and how sure that is."""

    end: int
    start: int
    probability: float


def detect(head: str) -> bool:
    """Tell whether most of the long lines are one-line records."""
    lines = [line.strip() for line in head.split("\n")]
    records = sum(bool(_MARK.match(line) and _tail(line)[0]) for line in lines)
    return records > 0 and 2 * records >= sum(map(looks_like_abstract, lines))


def read(page: Page) -> Iterator[Paper]:
    """Read the records at once and return the papers to come, whose titles other pages may witness.

    A generator would read nothing before the first paper is wanted; but the titles must
    be asked for before the other pages are read.
    """
    bodies = list(_bodies(page))
    for body in bodies:
        spans = _words(body.text)[:LONGEST_TITLE]
        page.standing.want(paper_id(body.text[:end]) for _, end in spans)
    return papers_of((entry for body in bodies for entry in _split(body, page)), page)


def _bodies(page: Page) -> Iterator[_Body]:
    lines = [Line(number, raw and raw.strip()) for number, raw in page.lines()]
    last = max((line.number for line in lines if line.text and _MARK.match(line.text)), default=0)
    record = 0
    for number, line in lines:
        if line is None:
            record += 1  # unreadable and reported
            continue
        mark, tail = _MARK.match(line), _tail(line)
        if mark is None or (record == 0 and not tail[0] and not looks_like_abstract(line)):
            if looks_like_abstract(line):
                record += 1
                _fault(page, record, number, "expected upvotes or a dash before the title")
            continue
        record += 1
        text = line[mark.end() : tail.start()].strip()
        if not tail[0] and (number == last or not ends_sentence(text)):
            # A paper without authors and date does occur, but a page is cut off at its end.
            _fault(page, record, number, "the record is cut off, expected 'N authors · DATE' at its end")
            continue
        organization = None
        if tail[1] is None and tail[2] and not ends_sentence(text) and (match := _ORGANIZATION.search(text)):
            organization, text = match[1], text[: match.start()]
        meta = Meta(
            author_count=tail[1],
            date=tail[2],
            comments=tail[3],
            organization=organization,
            upvotes=mark[1] if mark[1][0].isdigit() else None,
        )
        yield _Body(record, number, text, meta)


def _tail(line: str) -> re.Match[str]:
    """Return the authors, date and comments at the end of a line; empty where it has none."""
    match = _TAIL.search(line, max(0, len(line) - _TAIL_LENGTH))
    if match is None:
        raise AssertionError("the pattern matches the empty end of any line")
    return match


def _fault(page: Page, record: int, line: int, what: str) -> None:
    page.fault(f"record {record} (line {line})", what, "complete the record, or leave it out with --skip-bad")


def _words(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"\S+", text)]


def _split(body: _Body, page: Page) -> Iterator[Entry]:
    border = find_border(body.text, page.standing)
    if border is None:
        _fault(page, body.record, body.line, "expected title and abstract, found one word")
        return
    title, abstract = body.text[: border.end], body.text[border.start :]
    if border.probability < _DOUBTFUL:
        page.note(
            f"{page.where}, record {body.record}: the title may not end where it was cut"
            f" (probability {border.probability:.2f}): {title!r}"
        )
    yield Entry(body.record, body.line, title, abstract, body.meta)


def find_border(text: str, standing: Standing) -> Border | None:
    """Find where the title ends in a title and abstract that only white space separates.

    Args:
        text: Title, white space, abstract.
        standing: Titles of other pages.

    Returns:
        The border, or None where there are not two words.
    """
    spans = _words(text)
    weights = border_probabilities(text)
    if not weights:
        return None
    for gap in range(1, len(weights) + 1):
        id_ = paper_id(text[: spans[gap - 1][1]])
        if standing.stands_with(id_, text[spans[gap][0] :]):
            weights[gap - 1] += _CERTAIN  # of several spellings of one title the likeliest stays ahead
        elif standing.stands(id_):
            weights[gap - 1] *= _WITNESS
    best = max(range(1, len(weights) + 1), key=lambda gap: weights[gap - 1])
    return Border(spans[best - 1][1], spans[best][0], weights[best - 1] / sum(weights))
