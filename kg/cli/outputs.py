"""The commands that take a graph elsewhere: load, export, plot."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from kg.cli.terminal import DIRECTORY, FILE, ask_password, named_rows, progress_bar, say, write_output
from kg.exports import EXPORTS, write_export


@click.command()
@click.argument("directory", type=DIRECTORY)
@click.option("--uri", envvar="NEO4J_URI", required=True, help="Address of the server [env: NEO4J_URI].")
@click.option(
    "--username", envvar="NEO4J_USERNAME", default="neo4j", show_default=True, help="Name to log in with."
)
@click.option("--database", envvar="NEO4J_DATABASE", help="Database (default: the server's own default).")
@click.option(
    "--batch-size", default=5000, show_default=True, type=click.IntRange(min=1), help="Rows a transaction."
)
def load(directory: Path, uri: str, username: str, database: str | None, batch_size: int) -> None:
    """Load a graph directory into Neo4j; loading twice is loading once.

    The password is taken from NEO4J_PASSWORD or asked for.

    \b
    Example:
      kg load graph.kg --uri bolt://127.0.0.1:7687
    """
    from kg.directory import read_graph
    from kg.stores.neo4j import open_neo4j

    graph = read_graph(directory)
    with open_neo4j(uri, username, ask_password(uri, username), database) as store:
        total = len(graph.nodes) + len(graph.edges)
        with progress_bar(range(total), total, "Loading") as bar:
            loaded = store.load(graph, lambda done, _: bar.update(done - bar.pos), batch_size)
    new = f"{loaded.nodes_created} and {loaded.edges_created} of them new"
    say(f"{uri}: {loaded.nodes} nodes and {loaded.edges} edges are there, {new}")
    if loaded.nodes_surplus or loaded.edges_surplus:
        surplus = f"{loaded.nodes_surplus} nodes and {loaded.edges_surplus} edges"
        say(f"{uri} also holds {surplus} of our kinds that are not in {directory}, from an earlier load")


@click.command()
@click.argument("directory", type=DIRECTORY)
@click.option("--format", "name", type=click.Choice(list(EXPORTS)), required=True, help="Format to write.")
@click.option("--output", "-o", type=FILE, help="File to write (default: standard output).")
@click.option("--focus", metavar="NAME", help="Only what lies around this name, alias, title or id.")
@click.option("--hops", type=click.IntRange(min=1), help="With --focus: how many edges away.  [default: 2]")
@click.option("--types", metavar="TYPE,...", help="Only nodes of these types.")
@click.option("--min-confidence", type=click.FloatRange(0, 1), help="Only what is said with this confidence.")
@click.option("--title", help="html: title of the page.  [default: paper-graph]")
@click.option(
    "--draw", type=click.Choice(["core", "all"]), help="html: nodes drawn at first.  [default: core]"
)
@click.option("--png", type=FILE, help="html: a still picture; without -o no page is written.")
def export(
    directory: Path,
    name: str,
    output: Path | None,
    focus: str | None,
    hops: int | None,
    types: str | None,
    min_confidence: float | None,
    title: str | None,
    draw: str | None,
    png: Path | None,
) -> None:
    """Write a graph directory as RDF, GraphML or an interactive HTML page.

    The page holds the whole graph and draws its core of 600 nodes first. --draw all draws every node
    at once, where the browser has a graphics card.

    \b
    Example:
      kg export graph.kg --format html -o graph.html
      kg export graph.kg --format html --focus GSM8K --hops 2 --title GSM8K -o gsm8k.html
      kg export graph.kg --format html --png graph.png
    """
    from kg.directory import read_graph
    from kg.exports.html import BUDGET, html
    from kg.exports.selection import around, believed, of_types, parse_types

    if hops is not None and focus is None:
        raise click.UsageError("--hops says how far from --focus: name that too")
    if name != "html" and (title, draw, png) != (None, None, None):
        raise click.UsageError("--title, --draw and --png belong to --format html")
    graph = read_graph(directory)
    if focus is not None:
        graph = around(graph, focus, 2 if hops is None else hops)
    if types is not None:
        graph = of_types(graph, parse_types(types))
    if min_confidence is not None:
        graph = believed(graph, min_confidence)
    title = "paper-graph" if title is None else title
    if png is not None:
        from kg.exports.still import still

        _write(png, [still(graph, title, BUDGET)])
        if output is None:
            return
    output = Path("-") if output is None else output
    if name == "html":
        _write(output, (text.encode() for text in html(graph, title, draw_all=draw == "all")))
    elif str(output) == "-":
        write_export(graph, name, sys.stdout.buffer)
    else:
        write_export(graph, name, output)
        _told(output)


def _write(output: Path, chunks: Iterable[bytes]) -> None:
    write_output(output, chunks)
    if str(output) != "-":
        _told(output)


def _told(output: Path) -> None:
    size = output.stat().st_size
    say(f"{output}: {size / 1e6:.1f} MB" if size > 1e6 / 20 else f"{output}: {size / 1e3:.0f} kB")


@click.command()
@click.argument("directory", type=DIRECTORY)
@click.argument("what", type=click.Choice(["leaderboard", "datasets"]))
@click.option("--dataset", "-d", help="leaderboard: name, alias or id of the dataset.")
@click.option("--metric", "-m", help="leaderboard: name, alias or id of the metric.")
@click.option("--task", "-t", help="leaderboard: only results on this task.")
@click.option("--top", default=8, show_default=True, type=click.IntRange(1, 16), help="datasets: how many.")
@click.option("--output", "-o", type=FILE, required=True, help="File to write: .png, .svg or .pdf.")
def plot(
    directory: Path,
    what: str,
    dataset: str | None,
    metric: str | None,
    task: str | None,
    top: int,
    output: Path,
) -> None:
    """Draw a leaderboard over time, or the datasets used most by year.

    Of the leaderboard (see kg leaderboard) the values of dated papers are drawn, in the unit that
    most of them share, with the best so far as a line.

    \b
    Example:
      kg plot graph.kg leaderboard --dataset GSM8K --metric accuracy -o gsm8k.png
      kg plot graph.kg datasets --top 5 -o datasets.svg
    """
    from kg.directory import read_graph
    from kg.exports.plots import datasets_plot, leaderboard_plot
    from kg.exports.selection import find_node

    suffix = output.suffix.lstrip(".").lower() or "png"
    if what == "datasets":
        _write(output, [datasets_plot(read_graph(directory), top, suffix)])
        return
    if dataset is None or metric is None:
        raise click.UsageError("a leaderboard is of one --dataset and one --metric")
    graph = read_graph(directory)
    on, by = find_node(graph, dataset, "Dataset"), find_node(graph, metric, "Metric")
    given = {"dataset": on.id, "metric": by.id, "task": task, "as_of": None}
    rows = named_rows(directory, "leaderboard", given)
    higher = by.get("higher_is_better") is not False
    _write(output, [leaderboard_plot(rows, on.name, by.name, higher_is_better=higher, suffix=suffix)])
