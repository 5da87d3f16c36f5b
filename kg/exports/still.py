"""The first picture of the page as a file for papers and READMEs, drawn by matplotlib.

Places, shapes and colours are those of the page (``page/data.js``); names are written
where they touch no other, the weightiest first.
"""

import io
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from kg.errors import ExportError
from kg.exports.picture import QUIET_LABELS, QUIET_RELATIONS, Picture, picture
from kg.records import Graph
from kg.schema import NODES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOOKS: Final = {
    "Paper": ("o", "#8b93a7"),
    "Task": ("v", "#2f9bd6"),
    "Method": ("s", "#0f9d76"),
    "Model": ("D", "#d9601a"),
    "Dataset": ("*", "#b0579a"),
    "Metric": ("h", "#d99a0b"),
    "Result": ("^", "#a9afbd"),
}
"""Marker of matplotlib and colour of each label; those of the page."""

INK: Final = "#1d2330"
MUTED: Final = "#5b6375"
LINE: Final = "#e5e2db"
ACCENT: Final = "#2c55c9"

_HEIGHT: Final = 8.0  # inches
_DPI: Final = 160
_NAMED: Final = 90  # the weightiest nodes that may have their name written
_STAMPS: Final[dict[str, dict[str, None]]] = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}
"""The formats that come out the same each time, with what they may not say."""
_LONGEST: Final = 32  # characters of a name


def still(graph: Graph, title: str, budget: int, suffix: str = "png") -> bytes:
    """Return the picture of a graph, at most ``budget`` nodes of it, in a format of matplotlib.

    Raises:
        ExportError: matplotlib is not installed.
    """
    placed = picture(graph, budget)
    figure = new_figure(_HEIGHT * _shape(placed), _HEIGHT)
    axes = figure.add_axes((0.01, 0.01, 0.98, 0.93))
    axes.set_axis_off()
    axes.set_aspect("equal")
    figure.text(0.015, 0.965, plain(title), size=15, weight="bold", color=INK, va="center")
    _draw(axes, graph, placed)
    return saved(figure, suffix)


def _shape(placed: Picture) -> float:
    """Return width by height of what is drawn, with room for the legend, within what fits a page."""
    xs, ys = zip(*(placed.at[i] for i in placed.first), strict=True) if placed.first else ((0, 1), (0, 1))
    width, height = max(xs) - min(xs) + 1, max(ys) - min(ys) + 1
    return float(min(1.8, max(1.0, 0.15 + width / height)))


def _draw(axes: "Axes", graph: Graph, placed: Picture) -> None:
    from matplotlib.collections import LineCollection

    first = set(placed.first)
    index = {node.id: i for i, node in enumerate(graph.nodes)}
    links = {
        tuple(sorted((index[edge.source], index[edge.target])))
        for edge in graph.edges
        if edge.type not in QUIET_RELATIONS and {index[edge.source], index[edge.target]} <= first
    }
    degree = Counter(end for link in links for end in link)
    at = [(x, -y) for x, y in placed.at]  # the page counts downwards
    lines = [[at[i], at[j]] for i, j in sorted(links)]
    axes.add_collection(LineCollection(lines, colors="#8d94a6", linewidths=0.5, alpha=0.4, zorder=1))
    handles = []
    for node_type in NODES:
        marker, colour = LOOKS[node_type.label]
        drawn = [i for i in placed.first if graph.nodes[i].label == node_type.label]
        if node_type.label in QUIET_LABELS or not drawn:
            continue
        # Stars are thin: at the same size they would look smaller than all others.
        scale = 2.2 if marker == "*" else 1.0
        sizes = [scale * (14 + 9 * min(degree[i], 60) ** 0.7) for i in drawn]
        xs, ys = [at[i][0] for i in drawn], [at[i][1] for i in drawn]
        handles.append(
            axes.scatter(
                xs,
                ys,
                s=sizes,
                marker=marker,
                c=colour,
                edgecolors="white",
                linewidths=0.4,
                zorder=2,
                label=node_type.label,
            )
        )
    axes.autoscale_view()
    if handles:
        axes.legend(handles=handles, loc="upper left", frameon=False, fontsize=9, labelcolor=INK)
    _write_names(axes, graph, placed.first, at)


def _write_names(axes: "Axes", graph: Graph, first: list[int], at: list[tuple[int, int]]) -> None:
    figure: Any = axes.figure
    with quiet():
        figure.canvas.draw()  # only now are the extents of texts known
    boxes: list[Any] = []
    # Entities before papers, whose titles are long.
    named = sorted(first, key=lambda i: graph.nodes[i].label == "Paper")[:_NAMED]
    for i in named:
        name = graph.nodes[i].name
        text = axes.annotate(
            plain(name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"),
            at[i],
            xytext=(0, -6),
            textcoords="offset points",
            ha="center",
            va="top",
            size=7.5,
            color=INK,
            zorder=3,
        )
        with quiet():
            box = text.get_window_extent().padded(2)
        if any(box.overlaps(other) for other in boxes):
            text.remove()
        else:
            text.set_path_effects(_halo())
            boxes.append(box)


def _halo() -> list[Any]:
    from matplotlib import patheffects

    return [patheffects.withStroke(linewidth=2, foreground="white")]


# --- what all pictures by matplotlib share -----------------------------------------------------


def new_figure(width: float, height: float) -> "Figure":
    """Return an empty figure, its sides in inches; no window is ever opened.

    Raises:
        ExportError: matplotlib is not installed.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise ExportError(
            "a picture", "matplotlib is not installed", "in a clone of kg: pip install '.[plot]'"
        ) from error
    figure = Figure(figsize=(width, height), dpi=_DPI)
    FigureCanvasAgg(figure)
    return figure


def saved(figure: "Figure", suffix: str) -> bytes:
    """Return a figure as a file: the same bytes each time, with neither date nor random ids.

    Raises:
        ExportError: The format is none of png, svg and pdf.
    """
    import matplotlib as mpl

    if suffix not in _STAMPS:
        raise ExportError(f".{suffix}", "no format of our pictures", f"choose from {', '.join(_STAMPS)}")
    out = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "kg"}), quiet():
        figure.savefig(out, format=suffix, metadata=_STAMPS[suffix], facecolor="white")
    return out.getvalue()


@contextmanager
def quiet() -> Iterator[None]:
    """Keep to itself that the font lacks a letter: a box is drawn, and nobody can mend it here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph .* missing", UserWarning)
        yield


def plain(text: str) -> str:
    r"""Return a text that matplotlib writes as it is: between dollar signs it would read formulas.

    >>> print(plain("$x$"))
    \$x\$
    """
    return text.replace("$", r"\$")
