"""The commands that take a graph elsewhere: load, export."""

import sys
from pathlib import Path

import click

from kg.cli.terminal import DIRECTORY, FILE, TABLE, ask_password, progress_bar, say
from kg.exports import EXPORTS, write_export
from kg.exports.alignment import read_matches
from kg.exports.terms import BASE, check_base
from kg.exports.triples import RDF_VERSIONS, RdfOptions


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
@click.option("--output", "-o", type=FILE, default="-", help="File to write (default: standard output).")
@click.option("--base", help="RDF: where the IRIs of nodes begin (default: a UUID of this project).")
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    help="RDF: edges below are told with their evidence only, not as plain triples.",
)
@click.option("--align", type=TABLE, help="RDF: what entities are elsewhere, such as in Wikidata (TSV).")
@click.option(
    "--rdf", "version", type=click.Choice(RDF_VERSIONS), help="RDF: version; 1.2 has triple terms [1.1]."
)
def export(
    directory: Path,
    name: str,
    output: Path,
    base: str | None,
    min_confidence: float | None,
    align: Path | None,
    version: str | None,
) -> None:
    """Write a graph directory as RDF, GraphML or an interactive HTML page.

    \b
    Example:
      kg export graph.kg --format html -o graph.html
      kg export graph.kg --format ttl --base https://data.example.org/kg/ -o graph.ttl
    """
    from kg.directory import read_graph

    given = (base, min_confidence, align, version)
    if not EXPORTS[name].rdf and any(option is not None for option in given):
        raise click.UsageError(f"--base, --min-confidence, --align and --rdf are for RDF, not for {name}")
    options = RdfOptions(
        BASE if base is None else check_base(base),
        min_confidence or 0.0,
        version or RDF_VERSIONS[0],
        () if align is None else read_matches(align),
    )
    graph = read_graph(directory)
    if align is not None:
        known = {node.id for node in graph.nodes}
        if number := len({match.entity for match in options.matches} - known):
            say(f"{align}: {number} of its entities are not in {directory}")
    if str(output) == "-":
        write_export(graph, name, sys.stdout.buffer, options)
    else:
        write_export(graph, name, output, options)
        say(f"{output}: {output.stat().st_size / 1e6:.1f} MB")
