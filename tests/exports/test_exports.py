"""What holds for every export."""

import gzip
import hashlib
import io
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.errors import ExportError
from kg.exports import EXPORTS, Export, export_bytes, write_export
from kg.records import Graph

everywhere = pytest.mark.parametrize("name", EXPORTS)


@everywhere
def test_entry_is_complete(name: str) -> None:
    """A registered export says what it is good for, and its suffix is its own."""
    export = EXPORTS[name]
    assert export.help.strip()
    assert "\n" not in export.help
    assert export.suffix.startswith(".")
    assert [other.suffix for other in EXPORTS.values()].count(export.suffix) == 1


@everywhere
def test_file_and_stream_are_equal(name: str, graph: Graph, tmp_path: Path) -> None:
    """A file, a stream and the chunks hold the same bytes, and end with a line feed."""
    stream, path = io.BytesIO(), tmp_path / "graph"
    write_export(graph, name, stream)
    write_export(graph, name, path)
    assert path.read_bytes() == stream.getvalue() == b"".join(export_bytes(graph, name))
    assert _unpacked(stream.getvalue()).endswith(b"\n")
    assert [file.name for file in tmp_path.iterdir()] == ["graph"]


@everywhere
def test_empty_graph(name: str) -> None:
    """A graph without nodes is exported, not refused."""
    b"".join(export_bytes(Graph((), ()), name))


def test_bytes_do_not_depend_on_hashes(tmp_path: Path) -> None:
    """Two runs with different hashes of strings write equal bytes in all formats."""
    program = (
        "import hashlib, synthetic; from kg.exports import EXPORTS, export_bytes as b\n"
        "graph = synthetic.synthetic(20)\n"
        "for name in EXPORTS: print(name, hashlib.sha256(b''.join(b(graph, name))).hexdigest())"
    )
    told = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)}
        command = [sys.executable, "-c", program]
        told.append(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)
    assert told[0] == told[1]
    assert told[0].count(b"\n") == len(EXPORTS)


def test_failure_leaves_the_old_file(graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An export that breaks off leaves the file that was there, and nothing beside it."""

    def broken(_: Graph) -> Iterator[str]:
        yield "half"
        raise ExportError("result:1", "NaN is no finite number", "correct it")

    monkeypatch.setitem(EXPORTS, "nt", Export(broken, ".nt", "broken"))
    path = tmp_path / "graph.nt"
    path.write_text("old")
    with pytest.raises(ExportError):
        write_export(graph, "nt", path)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("graph.nt", "old")]


def test_link_stays_a_link(graph: Graph, tmp_path: Path) -> None:
    """Writing to a symbolic link replaces the file behind it."""
    link, behind = tmp_path / "link", tmp_path / "behind"
    link.symlink_to(behind)
    write_export(graph, "nt", link)
    assert link.is_symlink()
    assert behind.stat().st_size > 0


def test_pipe_is_written_not_replaced(graph: Graph, tmp_path: Path) -> None:
    """A named pipe gets the text and stays a pipe; the same way /dev/stdout works."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=write_export, args=(graph, "nt", pipe))
    writer.start()
    received = pipe.read_bytes()
    writer.join()
    assert hashlib.sha256(received).digest() == _digest(graph, "nt")
    assert pipe.is_fifo()


def test_unwritable_place_is_named(graph: Graph, tmp_path: Path) -> None:
    """A folder that is not there is reported in one line with the path."""
    path = tmp_path / "absent" / "graph.nt"
    with pytest.raises(ExportError, match=r"absent/graph\.nt.*No such file.*-o"):
        write_export(graph, "nt", path)


def _digest(graph: Graph, name: str) -> bytes:
    return hashlib.sha256(b"".join(export_bytes(graph, name))).digest()


def _unpacked(data: bytes) -> bytes:
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def test_compressed_is_the_same(graph: Graph) -> None:
    """A compressed format holds the bytes of the plain one, and neither time nor file name."""
    packed = b"".join(export_bytes(graph, "nt.gz"))
    assert gzip.decompress(packed) == b"".join(export_bytes(graph, "nt"))
    assert packed[3:8] == bytes(5)
