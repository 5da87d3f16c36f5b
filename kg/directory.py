"""The graph directory on disk: plain, sorted JSON Lines and a ``meta.json`` that vouches for them.

``meta.json`` is written last and holds the SHA-256 of every other file, so that a
directory whose writing was cut off is noticed by `check_directory` and repaired by
the next build.
"""

import dataclasses
import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kg.errors import DirectoryError
from kg.records import Extraction, Graph, Link, Paper, read_edges, read_lines, read_nodes

FORMAT = 1
"""Version of the layout of a graph directory."""

FILES = ("papers.jsonl", "extractions.jsonl", "links.jsonl", "nodes.jsonl", "edges.jsonl")
META = "meta.json"
DECISIONS = "decisions.tsv"
"""What people have decided about identity: input of a build, which never writes it."""

_TEMPORARY = ".kg-"  # prefix of files that are being written
_REBUILD = "build it again with: kg build PAGES... -o DIR"


@dataclass(frozen=True, slots=True)
class Input:
    """One page that went into a build."""

    page: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Meta:
    """What a graph directory was made from and with.

    The two mappings are the only ones in our records: they are JSON objects that
    people read, never keys of anything.
    """

    format: int
    kg: str  # version of the package
    extractor: str
    inputs: tuple[Input, ...]
    options: Mapping[str, str]  # of the build, those that change its output
    counts: Mapping[str, int]  # nodes by label, edges by type
    files: Mapping[str, str]  # name -> SHA-256
    aliases: str | None = None  # SHA-256 of the alias file of the user, where one was given
    decisions: str | None = None  # SHA-256 of decisions.tsv, where there was one


def read_meta(directory: Path) -> Meta | None:
    """Return the meta of a directory, or None where there is none or it was cut off.

    Raises:
        DirectoryError: It is of another version of the layout.
    """
    path = directory / META
    try:
        meta = msgspec.json.decode(path.read_bytes(), type=Meta)
    except (FileNotFoundError, NotADirectoryError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    if meta.format != FORMAT:
        what = f"layout version {meta.format}, this kg reads {FORMAT}"
        raise DirectoryError(str(path), what, "use the matching version of kg, or build into a new directory")
    return meta


def check_directory(directory: Path, names: Sequence[str] | None = None) -> Meta:
    """Return the meta of a graph directory of which these files, or all, are as they were written.

    Raises:
        DirectoryError: There is none, or its files are not those that ``meta.json`` names.
    """
    if not directory.exists():
        raise DirectoryError(str(directory), "no such directory", "make it with: kg build PAGES... -o DIR")
    meta = read_meta(directory)
    if meta is None:
        raise DirectoryError(
            str(directory),
            f"not a graph directory, it has no readable {META}",
            "name one that kg build has made, or make it with: kg build PAGES... -o DIR",
        )
    for name in meta.files if names is None else names:
        path = directory / name
        if not path.is_file() or sha256(path) != meta.files.get(name):
            raise DirectoryError(str(path), f"missing, or changed since {META} was written", _REBUILD)
    return meta


def read_graph(directory: Path) -> Graph:
    """Return nodes and edges of a graph directory, each sorted by id."""
    check_directory(directory)
    return Graph(tuple(read_nodes(directory / "nodes.jsonl")), tuple(read_edges(directory / "edges.jsonl")))


def read_papers(directory: Path) -> Iterator[Paper]:
    """Yield the papers of a graph directory, sorted by id."""
    path = directory / "papers.jsonl"
    with path.open("rb") as lines:
        yield from read_lines(lines, Paper, str(path))


def read_extractions(directory: Path) -> Iterator[Extraction]:
    """Yield the extractions of a graph directory, sorted by id."""
    path = directory / "extractions.jsonl"
    with path.open("rb") as lines:
        yield from read_lines(lines, Extraction, str(path))


def read_links(directory: Path) -> Iterator[Link]:
    """Yield the links of a graph directory, sorted."""
    path = directory / "links.jsonl"
    with path.open("rb") as lines:
        yield from read_lines(lines, Link, str(path))


def check_place(directory: Path) -> None:
    """Check, before any work, that a graph may be written to this place.

    Raises:
        DirectoryError: The place is a file, a directory of something else or of another
            version of the layout, or not writable.
    """
    if directory.is_dir() and not (directory / META).exists():
        foreign = sorted(path.name for path in directory.iterdir() if not _ours(path.name))
        if foreign:
            raise DirectoryError(
                str(directory),
                f"holds other files ({', '.join(foreign[:3])}) and no {META}",
                "name a new or an empty directory",
            )
    read_meta(directory)
    existing = next(path for path in (directory, *directory.absolute().parents) if path.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        what = "is a file" if not existing.is_dir() else "is not writable"
        raise DirectoryError(str(existing), what, "name another place for the graph")


def write_directory(directory: Path, contents: Mapping[str, Iterable[bytes]], meta: Meta) -> tuple[str, ...]:
    """Write the files that differ from those on disk, then ``meta.json``; return their names.

    Every file is written beside its place and renamed; ``meta.files`` is filled in here.

    Raises:
        DirectoryError: The disk is full or the place not writable; old files stay as they were.
    """
    written: list[str] = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with locked(directory):
            for left in directory.glob(f"{_TEMPORARY}*"):  # of a build that was killed
                left.unlink()
            try:
                digests = {name: _stage(directory / name, lines) for name, lines in contents.items()}
                text = msgspec.json.encode(dataclasses.replace(meta, files=digests))
                _stage(directory / META, [msgspec.json.format(text, indent=1) + b"\n"])
                for name in (*contents, META):
                    staged, path = _staged(directory / name), directory / name
                    if not path.is_file() or sha256(path) != sha256(staged):
                        staged.replace(path)
                        written.append(name)
            finally:
                for name in (*contents, META):
                    _staged(directory / name).unlink(missing_ok=True)
    except OSError as error:
        raise DirectoryError(
            str(directory), f"cannot be written ({error.strerror})", "free space or name another place"
        ) from error
    return tuple(written)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the lock for writing to a directory; the system drops it when the process ends.

    Raises:
        DirectoryError: Another process holds it.
    """
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise DirectoryError(
            str(directory), "another build is writing it", "wait until it is done, then try again"
        ) from error
    try:
        yield
    finally:
        os.close(handle)


def _staged(path: Path) -> Path:
    return path.with_name(_TEMPORARY + path.name)


def _stage(path: Path, lines: Iterable[bytes]) -> str:
    """Write lines beside a file; return their SHA-256."""
    digest = hashlib.sha256()
    with _staged(path).open("wb") as file:
        for line in lines:
            digest.update(line)
            file.write(line)
    return digest.hexdigest()


def _ours(name: str) -> bool:
    return name in (*FILES, META, DECISIONS, "db") or name.startswith(_TEMPORARY)
