"""Write a file, or a folder of files, whole or not at all."""

import errno
import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
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


@contextmanager
def whole_folder(path: Path, names: Collection[str]) -> Iterator[Path]:
    """Yield a folder to fill, which takes the place at the end, and only when nothing failed.

    Args:
        path: Where the folder shall be. What is there may be replaced if it is a folder
            that holds nothing but files of these names.
        names: Of files that such a folder has.

    Raises:
        OSError: The folder cannot be written, or something else is in its place, which stays.
    """
    path = path.resolve()
    if path.exists():
        _check_replaceable(path, names)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    old = path.with_name(f".{path.name}.{os.getpid()}.old")
    partial.mkdir()
    try:
        yield partial
        if path.exists():
            _check_replaceable(path, names)
            path.rename(old)
        try:
            partial.rename(path)
        except OSError:
            if old.exists():
                old.rename(path)
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        if path.exists():
            shutil.rmtree(old, ignore_errors=True)


def _check_replaceable(path: Path, names: Collection[str]) -> None:
    if not path.is_dir():
        raise FileExistsError(errno.EEXIST, "a file is in its place", str(path))
    for inside in path.iterdir():
        if inside.name not in names or not inside.is_file():
            raise FileExistsError(errno.EEXIST, f"it holds other things, such as {inside.name}", str(path))
