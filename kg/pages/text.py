"""The text of titles and abstracts: what it may hold, and how wrapped lines are joined."""

import re
from typing import Final

from kg.records import normalise_title

_BREAK: Final = re.compile(r"[\r\n]+")
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML 1.0 cannot hold; ids use some of them as separators."""


def join_lines(text: str) -> str:
    r"""Return a text on one line: each line break and the white space around it becomes one space.

    >>> join_lines("  Fast parsing\n  with  trees \n")
    'Fast parsing with  trees'
    """
    lines = (line.strip() for line in _BREAK.split(text))
    return " ".join(line for line in lines if line)


def text_problem(title: str, abstract: str) -> str:
    """Say why a title and abstract cannot be those of a paper, or return "".

    >>> text_problem("?!", "We ask.")
    'the title has neither letter nor digit'
    """
    if not normalise_title(title):
        return "the title has neither letter nor digit"
    if not abstract:
        return "the abstract is empty"
    for name, text in (("title", title), ("abstract", abstract)):
        if match := _FORBIDDEN.search(text):
            return f"the {name} holds the control character U+{ord(match[0]):04X}"
    return ""
