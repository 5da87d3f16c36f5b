"""Still pictures by matplotlib."""

import re
import sys
from pathlib import Path

import pytest
from synthetic import synthetic

from kg.errors import ExportError
from kg.exports.plots import datasets_plot, leaderboard_plot
from kg.exports.still import still
from kg.records import Graph


def _row(value: float | None, published: str | None, subject: str, **more: object) -> dict[str, object]:
    row = {"part": "values", "value": value, "unit": "%", "published": published, "subject": subject}
    return row | more


ROWS = [
    _row(61.0, "2023-05-01", "First"),
    _row(55.0, "2023-08", "Lower"),
    _row(70.0, "2024", "$x$-Best"),
    _row(12.0, "2024-01-01", "Change", part="changes"),
    _row(0.9, "2024-02-01", "Other unit", unit=None),
    _row(80.0, None, "Undated"),
]


def _board(suffix: str = "svg", higher_is_better: bool = True, rows: list[dict[str, object]] = ROWS) -> bytes:
    return leaderboard_plot(rows, "GSM8K", "accuracy", higher_is_better=higher_is_better, suffix=suffix)


def _words(svg: bytes) -> set[str]:
    """Return the texts of an SVG, which matplotlib leaves as comments beside the outlines of letters."""
    return set(re.findall(r"<!-- (.*?) -->", svg.decode()))


PICTURES = {
    "still": lambda suffix: still(synthetic(20), "A title", 50, suffix),
    "leaderboard": _board,
    "datasets": lambda suffix: datasets_plot(synthetic(20, dated=True), 5, suffix),
}


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize(("suffix", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_formats(name: str, suffix: str, begins: bytes) -> None:
    """Each picture is written in each format, and the same bytes each time."""
    picture = PICTURES[name]
    data = picture(suffix)
    assert data.startswith(begins)
    assert data == picture(suffix)


def test_leaderboard_names_the_best_so_far() -> None:
    """Values that were the best of their day are named, others not; a formula stays text."""
    words = _words(_board())
    assert {"First", "$x$-Best"} <= words
    assert not {"Lower", "Change", "Other unit", "Undated"} & words


def test_lower_may_be_better() -> None:
    """Where lower is better the lowest value so far is the best."""
    words = _words(_board(higher_is_better=False))
    assert {"First", "Lower"} <= words
    assert "$x$-Best" not in words


def test_one_value_is_no_development() -> None:
    """With fewer than two dated values nothing is drawn, and the number is told."""
    with pytest.raises(ExportError, match="accuracy on GSM8K: 1 value with a date"):
        _board(rows=ROWS[:1])


def test_datasets_by_year_are_counted() -> None:
    """The datasets of most papers have a line each, with the number of papers of each year."""
    graph = synthetic(40, dated=True)
    words = _words(datasets_plot(graph, 3, "svg"))
    assert len({word for word in words if word.startswith("Dataset-")}) == 3
    assert {"2022", "2024"} <= words


def test_datasets_need_dates(graph: Graph) -> None:
    """Without a dated paper there is nothing to draw by year."""
    with pytest.raises(ExportError, match="no dated paper uses a dataset"):
        datasets_plot(synthetic(5), 3, "png")


def test_hostile_names_are_text(graph: Graph) -> None:
    """Names with dollar signs, braces and markup are drawn, not read as formulas."""
    assert still(graph, r"$\frac{$ </svg><script>", 50, "svg").count(b"<script") == 0


def test_unknown_format_lists_the_known() -> None:
    """A suffix that is no format of pictures is refused with those that are."""
    with pytest.raises(ExportError, match=r"\.docx: no format of our pictures; choose from png, svg, pdf"):
        _board("docx")


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where matplotlib is not installed, the error says how to install it."""
    for name in ("matplotlib", "matplotlib.figure", "matplotlib.backends.backend_agg"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ExportError, match=r"pip install '\.\[plot\]'"):
        _board()


@pytest.mark.parametrize("suffix", ["ps", "eps", "jpg", "raw"])
def test_formats_that_are_not_the_same_each_time_are_refused(suffix: str) -> None:
    """What matplotlib would write, but with a date or the marks of its version, is no format of ours."""
    with pytest.raises(ExportError, match="choose from png, svg, pdf"):
        _board(suffix)


def test_letters_that_the_font_lacks_are_no_warning() -> None:
    """A name in a script without glyphs is drawn as boxes, and nothing is said of fonts."""
    rows = [{**row, "subject": "模型"} for row in ROWS]
    assert _board("png", rows=rows).startswith(b"\x89PNG")
    assert still(synthetic(20), "模型", 50, "png").startswith(b"\x89PNG")
