"""Counts (upvotes, comments, authors) as listing pages and paper files write them.

Input: a text such as "1,204" or "1.2k", or a number. Output: a whole number of at most
`LONGEST` digits. Digits are never turned into a float, which would lose some.
"""

import re
from typing import Final

LONGEST: Final = 12
"""Digits of the largest count. No paper has so many readers; what is longer is a mistake."""

_COUNT: Final = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+|(?:\.(\d+))?([kK]))?")


class CountError(Exception):
    """A number has too many digits for a count."""


def parse_count(value: object) -> int | None:
    """Return a count, or None where the value is none. Of "1.2345k" nothing below 1 is kept.

    Raises:
        CountError: It has more than `LONGEST` digits.

    >>> [parse_count(value) for value in ("14", "1,204", "1.2k", "3.0", 3.0, "12 pages")]
    [14, 1204, 1200, 3, 3, None]
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        if value >= 10**LONGEST:
            raise CountError(f"expected a count of at most {LONGEST} digits, found a larger one")
        return value
    match = _COUNT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    digits = match[1].replace(",", "")
    if match[3]:
        digits += (match[2] or "")[:3].ljust(3, "0")
    if len(digits) > LONGEST:
        raise CountError(f"expected a count of at most {LONGEST} digits, found one of {len(digits)}")
    return int(digits)
