"""The commands that take a graph elsewhere: export, plot."""

import math
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import click

from kg.cli.terminal import DIRECTORY, FILE, TABLE, named_rows, progress_bar, say, write_output
from kg.exports import EXPORTS, FOLDERS, write_export, write_folder
from kg.exports.alignment import read_matches
from kg.exports.terms import BASE, check_base
from kg.exports.triples import RDF_VERSIONS, RdfOptions
from kg.records import Edge, Graph, Node, read_edges, read_nodes
from kg.stored import graph_name

T = TypeVar("T", Node, Edge)


def _number(_context: click.Context, _option: click.Parameter, value: float | None) -> float | None:
    """Refuse NaN, which no range excludes."""
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan is no number in the range 0<=x<=1")
    return value


@click.command()
@click.argument("directory", type=DIRECTORY)
@click.option(
    "--format", "name", type=click.Choice([*EXPORTS, *FOLDERS]), required=True, help="Format to write."
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, allow_dash=True),
    help="File to write (default: standard output); for neo4j-admin a folder.",
)
@click.option("--focus", metavar="NAME", help="Only what lies around this name, alias, title or id.")
@click.option("--hops", type=click.IntRange(min=1), help="With --focus: how many edges away.  [default: 2]")
@click.option(
    "--types", metavar="TYPE,...", help="Only nodes of these types; results only with all they name."
)
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    callback=_number,
    help="Only what is said with this confidence; RDF keeps the rest as statements with their evidence, "
    "without plain triples, and results without values.",
)
@click.option("--title", help="html: title of the page.  [default: paper-graph]")
@click.option(
    "--draw", type=click.Choice(["core", "all"]), help="html: nodes drawn at first.  [default: core]"
)
@click.option("--png", type=FILE, help="html: a still picture; without -o no page is written.")
@click.option("--base", help="RDF: where the IRIs of nodes begin (default: a UUID of this project).")
@click.option("--align", type=TABLE, help="RDF: what entities are elsewhere, such as in Wikidata (TSV).")
@click.option(
    "--rdf",
    "version",
    type=click.Choice(RDF_VERSIONS),
    help="RDF: version; 1.2 has triple terms, which kg sparql queries and kg validate do not read [1.1].",
)
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
    base: str | None,
    align: Path | None,
    version: str | None,
) -> None:
    """Write a graph directory as RDF, GraphML, an interactive HTML page or CSV files for Neo4j.

    The page holds the whole graph and draws its core of 600 nodes first. --draw all draws every node
    at once, where the browser has a graphics card.

    \b
    Example:
      kg export graph.kg --format html -o graph.html
      kg export graph.kg --format html --focus GSM8K --hops 2 --title GSM8K -o gsm8k.html
      kg export graph.kg --format html --png graph.png
      kg export graph.kg --format ttl --base https://data.example.org/kg/ -o graph.ttl
      kg export graph.kg --format neo4j-admin -o graph.csv
    """
    if hops is not None and focus is None:
        raise click.UsageError("--hops says how far from --focus: name that too")
    _check_belong(name, "html", {"--title": title, "--draw": draw, "--png": png})
    if png is not None:
        _check_png(png, output, draw)
    _check_belong(name, "RDF", {"--base": base, "--align": align, "--rdf": version})
    if name in FOLDERS:
        _check_belong(
            name, "one file", {"--focus": focus, "--types": types, "--min-confidence": min_confidence}
        )
        _export_folder(directory, name, output)
        return
    if output is not None and output.is_dir():
        raise click.BadParameter(f"{output} is a directory, and {name} is one file", param_hint="-o")
    options = RdfOptions(
        BASE if base is None else check_base(base),
        min_confidence or 0.0,
        version or RDF_VERSIONS[0],
        () if align is None else read_matches(align),
    )
    dropped_below = None if EXPORTS[name].rdf else min_confidence
    graph = _part(directory, focus, 2 if hops is None else hops, types, dropped_below)
    if name == "html":
        _export_page(graph, "paper-graph" if title is None else title, output, png, draw_all=draw == "all")
        return
    known = {node.id for node in graph.nodes}
    if number := len({match.entity for match in options.matches} - known):
        say(f"{align}: {number} of its entities are not in what is exported")
    if output is None or str(output) == "-":
        write_export(graph, name, sys.stdout.buffer, options)
    else:
        write_export(graph, name, output, options)
        _told(output)


def _check_belong(name: str, kind: str, given: Mapping[str, object]) -> None:
    """Refuse options of a kind of formats where the format is of another.

    Raises:
        UsageError: One is given and does not belong to the format.
    """
    kinds = {
        "html": name == "html",
        "RDF": name in EXPORTS and EXPORTS[name].rdf,
        "one file": name in EXPORTS,
    }
    if not kinds[kind] and (wrong := [option for option, value in given.items() if value is not None]):
        raise click.UsageError(f"{', '.join(wrong)}: for {kind}, not for --format {name}")


def _check_png(png: Path, output: Path | None, draw: str | None) -> None:
    """Refuse a still picture that is no PNG, that page and picture would overwrite, or drawn by the page.

    Raises:
        UsageError: One of these is asked for.
    """
    if str(png) == "-":
        if output is not None and str(output) == "-":
            raise click.UsageError("--png and -o are both standard output: name a file for one of them")
    elif png.suffix.lower() != ".png":
        raise click.UsageError(f"--png {png}: name a file that ends in .png")
    elif output is not None and output.resolve() == png.resolve():
        raise click.UsageError(f"--png and -o are both {png}: name two files")
    if draw is not None and output is None:
        raise click.UsageError("--draw is of the page, and with --png none is written: name it with -o")


def _part(
    directory: Path, focus: str | None, hops: int, types: str | None, min_confidence: float | None
) -> Graph:
    """Return the part of a graph that is asked for."""
    from kg.directory import read_graph
    from kg.exports.selection import around, believed, of_types, parse_types

    graph = read_graph(directory)
    if focus is not None:
        graph = around(graph, focus, hops)
    if types is not None:
        graph = of_types(graph, parse_types(types))
    if min_confidence is not None:
        graph = believed(graph, min_confidence)
    return graph


def _export_page(graph: Graph, title: str, output: Path | None, png: Path | None, *, draw_all: bool) -> None:
    from kg.exports.html import BUDGET, html

    if png is not None:
        from kg.exports.still import still

        _write(png, [still(graph, title, BUDGET)])
        if output is None:
            return
    page = (text.encode() for text in html(graph, title, draw_all=draw_all))
    _write(Path("-") if output is None else output, page)


def _export_folder(directory: Path, name: str, output: Path | None) -> None:
    """Write a format of several files record by record, however large the graph is."""
    from kg.directory import check_directory

    if output is None or str(output) == "-":
        raise click.BadParameter(f"{name} is several files; name a folder for them", param_hint="-o")
    total = sum(check_directory(directory).counts.values())
    with progress_bar(range(total), total, "Writing") as bar:

        def counted(records: Iterable[T]) -> Iterator[T]:
            for record in records:
                yield record
                bar.update(1)

        nodes, edges = read_nodes(directory / "nodes.jsonl"), read_edges(directory / "edges.jsonl")
        write_folder(counted(nodes), counted(edges), name, output, graph_name(directory))
    size = sum(file.stat().st_size for file in output.iterdir())
    command = f"cd {shlex.quote(str(output))} && {FOLDERS[name].command}"
    there = "where the database exists, --overwrite-destination=true replaces it"
    say(f"{output}: {size / 1e6:.1f} MB; to import it, with the server stopped ({there}): {command}")


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
