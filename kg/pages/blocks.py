"""Blocks: title, abstract, then authors or organisation, a dot, and the date, on lines of their own.

::

    Daily Papers

    A Title

    An abstract.

      • 6 authors
    ·
    Sep 2, 2024 3

Some papers have no metadata, some name an organisation instead of the authors. The number
after the date counts the comments.
"""

import re
from collections.abc import Iterator
from typing import Final

from kg.pages.listing import papers_of, read_block_entries
from kg.pages.page import Page
from kg.records import Paper

_METADATA: Final = re.compile(r"^[^\S\n]*(?:•[^\S\n]*\d[\d,]*[^\S\n]authors?\b.*|·[^\S\n]*)$", re.MULTILINE)


def detect(head: str) -> bool:
    """Tell whether lines of metadata stand between the texts."""
    return _METADATA.search(head) is not None


def read(page: Page) -> Iterator[Paper]:
    """Yield the papers of a page in blocks."""
    return papers_of(read_block_entries(page), page)
