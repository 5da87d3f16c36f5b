"""The command that takes a graph elsewhere: export."""

import shlex
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import click

from kg.cli.terminal import DIRECTORY, progress_bar, say
from kg.exports import EXPORTS, FOLDERS, write_export, write_folder
from kg.records import Edge, Node, read_edges, read_nodes
from kg.stored import graph_name

T = TypeVar("T", Node, Edge)


@click.command()
@click.argument("directory", type=DIRECTORY)
@click.option(
    "--format", "name", type=click.Choice([*EXPORTS, *FOLDERS]), required=True, help="Format to write."
)
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, allow_dash=True),
    default="-",
    help="File to write (default: standard output); for neo4j-admin a folder.",
)
def export(directory: Path, name: str, output: Path) -> None:
    """Write a graph directory as RDF, GraphML, an interactive HTML page or CSV files for Neo4j.

    \b
    Example:
      kg export graph.kg --format html -o graph.html
      kg export graph.kg --format neo4j-admin -o graph.csv
    """
    from kg.directory import read_graph

    if name in FOLDERS:
        _export_folder(directory, name, output)
        return
    if output.is_dir():
        raise click.BadParameter(f"{output} is a directory, and {name} is one file", param_hint="-o")
    graph = read_graph(directory)
    if str(output) == "-":
        write_export(graph, name, sys.stdout.buffer)
    else:
        write_export(graph, name, output)
        say(f"{output}: {output.stat().st_size / 1e6:.1f} MB")


def _export_folder(directory: Path, name: str, output: Path) -> None:
    """Write a format of several files record by record, however large the graph is."""
    from kg.directory import check_directory

    if str(output) == "-":
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
    say(f"{output}: {size / 1e6:.1f} MB; to import it, with the server stopped: {command}")
