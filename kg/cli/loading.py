"""The command that loads a graph into a server."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.terminal import DIRECTORY, ask_password, print_rows, progress_bar, say
from kg.stored import graph_name

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from kg.records import Graph
    from kg.stores.loading import Loaded
    from kg.stores.neo4j import Neo4jStore


@click.command()
@click.argument("directory", type=DIRECTORY)
@click.option("--uri", envvar="NEO4J_URI", required=True, help="Address of the server [env: NEO4J_URI].")
@click.option(
    "--username", envvar="NEO4J_USERNAME", default="neo4j", show_default=True, help="Name to log in with."
)
@click.option("--database", envvar="NEO4J_DATABASE", help="Database (default: the server's own default).")
@click.option(
    "--graph", "name", help="Name of the graph on the server (default: that of DIRECTORY, without .kg)."
)
@click.option(
    "--batch-size", default=5000, show_default=True, type=click.IntRange(min=1), help="Rows a transaction."
)
@click.option("--dry-run", is_flag=True, help="Write nothing; print what would change.")
@click.option("--json", "as_json", is_flag=True, help="With --dry-run: print it as JSON.")
def load(
    directory: Path,
    uri: str,
    username: str,
    database: str | None,
    name: str | None,
    batch_size: int,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring a Neo4j server to the state of a graph directory.

    What the graph has no more since its last load is removed; a second load changes
    nothing. Other data in the database stay, and so do graphs of other names: what two
    graphs share is there once, with the content of the one loaded last, and so is what
    others have under a label and an id of the graph. Without --graph, a load that would
    remove more than stays is refused.

    The password is taken from NEO4J_PASSWORD or asked for. Addresses with +s (neo4j+s,
    bolt+s) are encrypted.

    \b
    Example:
      kg load graph.kg --uri bolt://127.0.0.1:7687
      kg load graph.kg --uri neo4j+s://HOST --dry-run
    """
    from kg.directory import read_graph
    from kg.stores.neo4j import open_neo4j

    if as_json and not dry_run:
        raise click.UsageError("--json goes with --dry-run")
    graph = read_graph(directory)
    replace, name = bool(name), name or graph_name(directory)
    with open_neo4j(uri, username, ask_password(uri, username), database) as store:
        if dry_run:
            changes = store.compare(graph, name)
            _print_changes(changes, f"{uri}, graph {name!r}", as_json=as_json)
            if changes.replaces and not replace:
                say(f"  more would go than stays: a load does that with --graph {name} only")
        else:
            _tell(_loaded(store, graph, batch_size, name, replace=replace), f"{uri}, graph {name!r}")


def _loaded(store: "Neo4jStore", graph: "Graph", batch_size: int, name: str, *, replace: bool) -> "Loaded":
    """Load and show how far that is, where there is something to do."""
    with ExitStack() as stack:
        bars: list[ProgressBar[int]] = []

        def progress(done: int, total: int) -> None:
            if not bars:
                bars.append(stack.enter_context(progress_bar(range(total), total, "Loading")))
            bars[0].update(done - bars[0].pos)

        return store.load(graph, progress, batch_size, name, replace=replace)


def _tell(loaded: "Loaded", where: str) -> None:
    there = {kind: loaded.total(kind, "added", "changed", "unchanged") for kind in ("node", "edge")}
    whole = f"{there['node']} nodes and {there['edge']} edges"
    if not loaded.written:
        say(f"{where} is up to date: {whole}, nothing written")
    else:
        say(f"{where}: {whole}")
        for field in ("added", "changed", "removed"):
            say(f"  {loaded.total('node', field)} nodes and {loaded.total('edge', field)} edges {field}")
    if loaded.kept:
        say(f"  {loaded.kept} of the removed stay there, because other graphs or other data need them")
    if loaded.nodes_besides or loaded.edges_besides:
        besides = f"{loaded.nodes_besides} nodes and {loaded.edges_besides} edges"
        say(f"  the database holds {besides} besides, of other graphs or other programs")


def _print_changes(loaded: "Loaded", where: str, *, as_json: bool) -> None:
    """Print what a load would change, a row a label or type."""
    rows = [count._asdict() for count in loaded.counts if any(count[2:])]
    if as_json or rows:
        print_rows(rows, "json" if as_json else "table")
    say(f"{where}: {'' if loaded.written else 'up to date, '}nothing written")
    if loaded.total("node", "removed") or loaded.total("edge", "removed"):
        say("  what is to be removed and other graphs or other data need would stay")
