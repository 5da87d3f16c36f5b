"""The command that takes a graph elsewhere: export."""

import sys
from pathlib import Path

import click

from kg.cli.terminal import DIRECTORY, FILE, say
from kg.exports import EXPORTS, write_export


@click.command()
@click.argument("directory", type=DIRECTORY)
@click.option("--format", "name", type=click.Choice(list(EXPORTS)), required=True, help="Format to write.")
@click.option("--output", "-o", type=FILE, default="-", help="File to write (default: standard output).")
def export(directory: Path, name: str, output: Path) -> None:
    """Write a graph directory as RDF, GraphML or an interactive HTML page.

    \b
    Example:
      kg export graph.kg --format html -o graph.html
    """
    from kg.directory import read_graph

    graph = read_graph(directory)
    if str(output) == "-":
        write_export(graph, name, sys.stdout.buffer)
    else:
        write_export(graph, name, output)
        say(f"{output}: {output.stat().st_size / 1e6:.1f} MB")
