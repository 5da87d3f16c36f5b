"""The sample pages read as their goldens say. A new pair of files is a new test."""

from pathlib import Path

import pytest

from kg.pages import FORMATS, detect, read_pages
from kg.records import dump_lines

HERE = Path(__file__).parent
SAMPLES = sorted((HERE / "samples").iterdir())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_sample_reads_as_its_golden_says(sample: Path) -> None:
    """Each sample page gives exactly the papers of its golden file."""
    golden = HERE / "golden" / f"{sample.stem}.jsonl"
    assert b"".join(dump_lines(read_pages([str(sample)]).papers)) == golden.read_bytes()


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_sample_and_help(name: str) -> None:
    """A format without a sample page or a line of help is not finished."""
    detected = {detect(sample.read_text(encoding="utf-8")) for sample in SAMPLES}
    assert name in detected
    assert FORMATS[name].help


def test_samples_read_together_merge_the_papers_they_share() -> None:
    """The 46 records of the samples are 42 papers, and the only contradiction is told."""
    reading = read_pages([str(sample) for sample in SAMPLES])
    assert sum(page.records for page in reading.pages) == 46
    assert len(reading.papers) == 42
    assert [note.split(": ")[1].split(" is ")[0] for note in reading.notes] == ["organization"]


def test_what_kg_read_writes_reads_back_to_the_same_papers(tmp_path: Path) -> None:
    """Reading the output of a reading changes nothing, sources included."""
    papers = read_pages([str(sample) for sample in SAMPLES]).papers
    file = tmp_path / "papers.jsonl"
    file.write_bytes(b"".join(dump_lines(papers)))
    assert read_pages([str(file)]).papers == papers
