"""Reading made-up pages."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.pages import Reading, read_pages

Read = Callable[..., Reading]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that reads texts or bytes as pages ``page1.txt``, ``page2.txt``, and so on."""

    def read_texts(*contents: str | bytes, **options: object) -> Reading:
        paths = []
        for number, content in enumerate(contents, 1):
            path = tmp_path / f"page{number}.txt"
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            paths.append(str(path))
        return read_pages(paths, **options)

    return read_texts
