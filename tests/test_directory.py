"""The graph directory: complete or refused, never half-written."""

from pathlib import Path

import pytest

from kg.directory import FORMAT, Meta, check_directory, check_place, read_graph, read_meta, write_directory
from kg.errors import DirectoryError
from kg.records import Graph, dump_lines

META = Meta(FORMAT, "1", "test 1", (), {}, {}, {})


@pytest.fixture
def directory(graph: Graph, tmp_path: Path) -> Path:
    """Return a complete graph directory without papers."""
    path = tmp_path / "one.kg"
    write_directory(
        path, {"nodes.jsonl": dump_lines(graph.nodes), "edges.jsonl": dump_lines(graph.edges)}, META
    )
    return path


def test_graph_reads_back(directory: Path, graph: Graph) -> None:
    """What was written reads back equal."""
    assert read_graph(directory) == graph


def test_second_writing_writes_nothing(directory: Path, graph: Graph) -> None:
    """Equal contents leave every file as it is."""
    before = {path: path.stat().st_mtime_ns for path in directory.iterdir()}
    contents = {"nodes.jsonl": dump_lines(graph.nodes), "edges.jsonl": dump_lines(graph.edges)}
    assert write_directory(directory, contents, META) == ()
    assert {path: path.stat().st_mtime_ns for path in directory.iterdir()} == before


def test_failed_writing_leaves_everything_as_it_was(directory: Path, graph: Graph) -> None:
    """An error while lines are made leaves the old files, and no temporary one."""
    before = {path.name: path.read_bytes() for path in directory.iterdir()}

    def broken():  # type: ignore[no-untyped-def]  # noqa: ANN202  # a generator that fails
        yield b"{}\n"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_directory(directory, {"nodes.jsonl": [b"other\n"], "edges.jsonl": broken()}, META)
    assert {path.name: path.read_bytes() for path in directory.iterdir()} == before


@pytest.mark.parametrize("damage", ["edges.jsonl", "nodes.jsonl"])
def test_damaged_file_is_noticed(directory: Path, damage: str) -> None:
    """A file that was cut off is refused, naming it."""
    path = directory / damage
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(DirectoryError, match=damage):
        check_directory(directory)


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("nowhere", None, "no such directory"),
        ("empty", {}, "no readable meta.json"),
        ("broken", {"meta.json": "{"}, "no readable meta.json"),
        (
            "future",
            {
                "meta.json": '{"format":9,"kg":"","extractor":"","inputs":[],'
                '"options":{},"counts":{},"files":{}}'
            },
            "layout version 9",
        ),
    ],
)
def test_what_is_no_graph_directory_is_told(
    tmp_path: Path, name: str, content: dict[str, str] | None, found: str
) -> None:
    """A missing, foreign or future directory gives one clear error."""
    path = tmp_path / name
    if content is not None:
        path.mkdir()
        for file, text in content.items():
            (path / file).write_text(text, encoding="utf-8")
    with pytest.raises(DirectoryError, match=found):
        check_directory(path)


def test_foreign_directory_is_not_written_to(tmp_path: Path) -> None:
    """A directory that holds something else is refused before any work."""
    (tmp_path / "thesis.tex").write_text("mine", encoding="utf-8")
    with pytest.raises(DirectoryError, match=r"thesis\.tex"):
        check_place(tmp_path)
    assert read_meta(tmp_path) is None


def test_place_that_is_a_file_is_told(tmp_path: Path) -> None:
    """A path that is a file cannot become a directory."""
    path = tmp_path / "file"
    path.write_text("", encoding="utf-8")
    with pytest.raises(DirectoryError, match="is a file"):
        check_place(path)


def test_two_writers_do_not_mix(directory: Path, graph: Graph) -> None:
    """While one build writes, another is told so and touches nothing."""
    before = {path.name: path.read_bytes() for path in directory.iterdir()}

    def lines():  # type: ignore[no-untyped-def]  # noqa: ANN202  # a generator that meets a second writer
        yield b"{}\n"
        with pytest.raises(DirectoryError, match="another build"):
            write_directory(directory, {"nodes.jsonl": [b"other\n"]}, META)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_directory(directory, {"nodes.jsonl": lines(), "edges.jsonl": dump_lines(graph.edges)}, META)
    assert {path.name: path.read_bytes() for path in directory.iterdir()} == before


def test_layout_of_the_future_is_not_overwritten(directory: Path) -> None:
    """A directory that a newer version has made is refused as a place to write to."""
    path = directory / "meta.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"format": 1', '"format": 9'), encoding="utf-8")
    with pytest.raises(DirectoryError, match="layout version 9"):
        check_place(directory)
