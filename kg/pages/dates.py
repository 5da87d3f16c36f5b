"""Dates as listing pages and paper files write them.

Input: a text such as "Sep 2, 2024", "Jan 16", "2024-09-02T10:00:00Z". Output: the date in
ISO 8601, as precise as written. Assumes English month names.
"""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)

DATE_PATTERN: Final = rf"(?i:{_MONTH}\.?)\s\d{{1,2}}(?:,?\s(?:19|20)\d\d(?!\d))?"
"""A date of a listing page, for use in larger patterns."""

_DATE: Final = re.compile(DATE_PATTERN)
_ISO: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ].*)?)?)?")
_MAIL: Final = re.compile(rf"(?:[A-Z][a-z]{{2}}, )?(\d{{1,2}}) ({_MONTH}) (\d{{4}})(?: \d.*)?", re.IGNORECASE)


class Date(NamedTuple):
    """A date of a listing page, whose year may be missing."""

    month: int
    day: int
    year: int | None


def parse_date(text: str) -> Date | None:
    """Return the date that a text consists of, or None.

    >>> parse_date("Sep 2, 2024"), parse_date("Jan 16")
    (Date(month=9, day=2, year=2024), Date(month=1, day=16, year=None))
    """
    if not _DATE.fullmatch(text):
        return None
    month, day, *year = text.replace(",", "").split()
    number = _MONTHS.index(month[:3].lower()) + 1
    date = Date(number, int(day), int(year[0]) if year else None)
    return date if iso_date(date, date.year or 2000) else None  # 2000 is a leap year


def iso_date(date: Date, year: int) -> str | None:
    """Return a date in ISO 8601, or None where that year has no such day."""
    try:
        return dt.date(date.year or year, date.month, date.day).isoformat()
    except ValueError:
        return None


def inferred_year(dates: Iterable[Date]) -> int | None:
    """Return the year that dates without one mean: that of the crawl.

    A listing page leaves out the current year, so the newest year it does write is
    the one before. None where the page writes no year at all.
    """
    newest = max((date.year for date in dates if date.year is not None), default=None)
    return None if newest is None else newest + 1


def iso_text(text: str) -> str | None:
    """Return a date of a paper file in ISO 8601, as precise as written, or None where it is no date.

    >>> [iso_text(text) for text in ("2024", "2024-09", "2024-09-02T10:00Z", "Mon, 2 Sep 2024 19:18:42 GMT")]
    ['2024', '2024-09', '2024-09-02', '2024-09-02']
    """
    text = text.strip()
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
        try:
            dt.date(int(year), int(month or 1), int(day or 1))
        except ValueError:
            return None
        return "-".join(filter(None, (year, month, day)))
    if match := _MAIL.fullmatch(text):
        text = f"{match[2]} {match[1]}, {match[3]}"
    date = parse_date(text)
    return iso_date(date, date.year) if date is not None and date.year is not None else None
