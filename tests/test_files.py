"""Files are written whole or not at all."""

import os
import threading
from pathlib import Path

import pytest

from kg.files import write_whole


def test_interrupted_writing_keeps_the_old_file(tmp_path: Path) -> None:
    """What stops halfway leaves the old content and no other file."""
    path = tmp_path / "out.jsonl"
    path.write_text("old", encoding="utf-8")

    def chunks():  # type: ignore[no-untyped-def]  # noqa: ANN202  # a generator that is interrupted
        yield b"new"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(path, chunks())
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_link_stays_a_link(tmp_path: Path) -> None:
    """The file behind a link is replaced, the link is not."""
    (tmp_path / "file").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to("file")
    write_whole(tmp_path / "link", [b"new"])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == b"new"


def test_pipe_is_written_to(tmp_path: Path) -> None:
    """A named pipe receives the chunks and stays a pipe."""
    os.mkfifo(tmp_path / "pipe")
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    write_whole(tmp_path / "pipe", [b"a", b"b"])
    reader.join()
    assert received == [b"ab"]
    assert (tmp_path / "pipe").is_fifo()
