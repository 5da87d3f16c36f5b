"""Write a file whole or not at all."""

import os
from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, chunks: Iterable[bytes]) -> None:
    """Write chunks to a file that appears, or replaces an old one, only when it is complete.

    The chunks are written beside the place and renamed. A link stays a link; a pipe or a
    device is written to, never replaced.

    Raises:
        OSError: The file cannot be written; what was there before stays.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            file.writelines(chunks)
        return
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            file.writelines(chunks)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
