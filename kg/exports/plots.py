"""Plots for papers and READMEs: a leaderboard over time, and which datasets are used in which year.

Drawn by matplotlib, which the extra ``plot`` brings.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from kg.errors import ExportError
from kg.exports.still import ACCENT, INK, LINE, MUTED, new_figure, plain, saved
from kg.records import Graph

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INCHES: Final = (9.0, 5.0)
_PARTS: Final = 2  # values without which there is no change to see


def leaderboard_plot(
    rows: Iterable[Mapping[str, Any]], dataset: str, metric: str, *, higher_is_better: bool, suffix: str
) -> bytes:
    """Return a picture of the values claimed over time, with the best so far as a line.

    Args:
        rows: Rows of the query ``leaderboard`` by one metric.
        dataset: Name, for the title.
        metric: Name, for the axis.
        higher_is_better: Which value is the best.
        suffix: Format of the file: png, svg, pdf.

    Raises:
        ExportError: Too few values have a date, or they are in different units.
    """
    dated = [
        (_day(row["published"]), float(row["value"]), str(row["subject"] or ""), row["unit"])
        for row in rows
        if row["part"] == "values" and row["value"] is not None and row["published"]
    ]
    # Percent and a bare number may be one scale; what most papers write is drawn.
    units = Counter(unit for *_, unit in dated)
    unit = max(units, key=lambda each: (units[each], str(each)), default=None)
    # Of one day the best comes first: the others were never the best so far.
    points = sorted(
        ((day, value, subject) for day, value, subject, each in dated if each == unit),
        key=lambda point: (point[0], -point[1] if higher_is_better else point[1], point[2]),
    )
    if len(points) < _PARTS:
        what = f"{len(points)} value with a date" if len(points) == 1 else f"{len(points)} values with a date"
        raise ExportError(
            f"{metric} on {dataset}", what, "name a metric that more papers state: kg leaderboard"
        )
    figure = new_figure(*_INCHES)
    axes = _axes(figure, f"{metric} on {dataset}", f"{metric}{f' ({unit})' if unit else ''}")
    best = list(accumulate((value for _, value, _ in points), max if higher_is_better else min))
    days: Any = [day for day, _, _ in points]
    axes.step(days, best, where="post", color=ACCENT, linewidth=1.6, zorder=1)
    records = [
        k for k, (_, value, _) in enumerate(points) if value == best[k] and (k == 0 or best[k] != best[k - 1])
    ]
    others = [k for k in range(len(points)) if k not in records]
    for which, colour, size in ((others, "#8d94a6", 26), (records, ACCENT, 44)):
        axes.scatter(
            [days[k] for k in which],
            [points[k][1] for k in which],
            s=size,
            c=colour,
            edgecolors="white",
            zorder=2,
        )
    for k in records:
        axes.annotate(
            plain(points[k][2]),
            (days[k], points[k][1]),
            xytext=(5, 6),
            textcoords="offset points",
            size=8.5,
            color=INK,
        )
    axes.margins(x=0.12, y=0.15)
    return saved(figure, suffix)


def datasets_plot(graph: Graph, top: int, suffix: str) -> bytes:
    """Return a picture of how many papers of each year evaluate on or use the most used datasets.

    Raises:
        ExportError: No dated paper uses a dataset.
    """
    years = {node.id: str(date_)[:4] for node in graph.nodes if (date_ := node.get("published")) is not None}
    names = {node.id: node.name for node in graph.nodes if node.label == "Dataset"}
    papers: dict[str, set[str]] = defaultdict(set)
    for edge in graph.edges:
        if edge.type in {"EVALUATES", "USES"} and edge.target in names and edge.source in years:
            papers[edge.target].add(edge.source)
    if not papers:
        raise ExportError(
            "datasets by year", "no dated paper uses a dataset", "build the graph from pages with dates"
        )
    most = sorted(papers, key=lambda id_: (-len(papers[id_]), id_))[:top]
    shown = sorted({years[paper] for id_ in most for paper in papers[id_]})
    span = [str(year) for year in range(int(shown[0]), int(shown[-1]) + 1)]
    figure = new_figure(_INCHES[0], 1.3 + 0.42 * len(most))
    axes = _axes(figure, "Papers that evaluate on or use a dataset, by year", "")
    _discs(axes, span, [(names[id_], Counter(years[paper] for paper in papers[id_])) for id_ in most])
    return saved(figure, suffix)


def _discs(axes: "Axes", years: Sequence[str], counts: Sequence[tuple[str, Counter[str]]]) -> None:
    """Draw a line for each dataset with a disc for each year, its area the number of papers."""
    largest = max(max(by_year.values()) for _, by_year in counts)
    for row, (_, by_year) in enumerate(counts):
        for column, year in enumerate(years):
            if number := by_year[year]:
                axes.scatter(
                    column, row, s=120 + 500 * number / largest, color=ACCENT, alpha=0.85, linewidths=0
                )
                axes.annotate(str(number), (column, row), ha="center", va="center", size=8, color="white")
    axes.set_xticks(range(len(years)), years)
    axes.set_yticks(range(len(counts)), [plain(name) for name, _ in counts], color=INK)
    axes.set_xlim(-0.6, len(years) - 0.4)
    axes.set_ylim(len(counts) - 0.4, -0.6)
    # Long names take the room they need.
    axes.figure.subplots_adjust(left=min(0.4, 0.05 + 0.0095 * max(len(name) for name, _ in counts)))


def _axes(figure: Any, title: str, label: str) -> "Axes":
    axes: Axes = figure.add_subplot()
    top, foot = 0.55 / figure.get_figheight(), 0.45 / figure.get_figheight()
    figure.subplots_adjust(left=0.09, right=0.97, top=1 - top, bottom=foot)
    figure.text(0.02, 1 - top / 2, plain(title), size=13, weight="bold", color=INK, va="center")
    axes.set_ylabel(plain(label), color=MUTED)
    axes.tick_params(colors=MUTED, length=0)
    axes.grid(axis="y", color=LINE)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(LINE)
    return axes


def _day(published: str) -> date:
    """Return a date, in the middle of what is known of it.

    >>> _day("2024"), _day("2024-09")
    (datetime.date(2024, 7, 1), datetime.date(2024, 9, 15))
    """
    year, *rest = map(int, published.split("-"))
    if not rest:
        return date(year, 7, 1)
    return date(year, rest[0], rest[1] if len(rest) > 1 else 15)
