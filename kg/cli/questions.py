"""The commands that answer questions about a graph: query, leaderboard, check, stats."""

import json
from collections.abc import Iterator, Mapping
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.checks import CHECKS
from kg.cli.names import answers
from kg.cli.terminal import DIRECTORY, ROWS, named_rows, open_target, out, print_rows, say
from kg.errors import QueryError
from kg.records import Graph
from kg.rows import Row

if TYPE_CHECKING:
    from kg.stores.embedded import EmbeddedStore
    from kg.stores.neo4j import Neo4jStore


def _number(ctx: click.Context, option: click.Parameter, number: float | None) -> float | None:
    """Return a number that is one.

    Raises:
        BadParameter: It is "nan".
    """
    if number is not None and isnan(number):
        raise click.BadParameter("it is no number", ctx, option)
    return number


@click.command()
@click.argument("target", required=False)
@click.argument("text", metavar="[QUERY]", required=False)
@click.option("--param", "-p", "params", multiple=True, metavar="KEY=VALUE", help="A parameter of the query.")
@ROWS
@click.option(
    "--timeout",
    "seconds",
    type=click.FloatRange(0, 1e6, min_open=True),
    callback=_number,  # a range lets nan through
    metavar="SECONDS",
    help="Give up a query that takes longer, printing included (default: never).",
)
@click.option("--write", is_flag=True, help="Let Cypher change a server; a graph directory is never written.")
@click.option("--list", "listing", is_flag=True, help="List the named queries, their parameters and columns.")
@click.option("--username", envvar="NEO4J_USERNAME", default="neo4j", show_default=True, help="For a server.")
@click.option(
    "--database", envvar="NEO4J_DATABASE", help="Database of the server (default: its own default)."
)
def query(
    target: str | None,
    text: str | None,
    params: tuple[str, ...],
    output_format: str,
    seconds: float | None,
    write: bool,
    listing: bool,
    username: str,
    database: str | None,
) -> None:
    """Answer a named query, or Cypher, from a graph directory or a Neo4j server.

    TARGET is a graph directory or an address like bolt://127.0.0.1:7687 (password:
    NEO4J_PASSWORD or a prompt). What writes is refused, and so is what reads files
    (LOAD CSV), calls procedures of plugins or administers the server. A query sees all
    graphs that a database of a server holds: load each into its own, and name it with
    --database, to ask one alone. Rows are printed as they come, a table a thousand at once.

    \b
    Example:
      kg query --list
      kg query graph.kg leaderboard -p dataset=GSM8K
      kg query graph.kg "MATCH (m:Model) RETURN m.name AS name ORDER BY name LIMIT 5" --format json
    """
    from kg.stores.queries import is_name, named_query, prepare

    if listing:
        _list_queries()
        return
    if target is None or text is None:
        raise click.UsageError(
            "name a graph directory (or a server) and a query; --list shows the named ones"
        )
    store = open_target(target, username, database, seconds)
    cypher, values = prepare(text, params)
    with store as opened:
        if write:
            print_rows(_written(opened, target, cypher, values), output_format, None)
        elif is_name(text):
            print_rows(answers(opened, target, named_query(text.strip()), values, say), output_format)
        else:
            print_rows(opened.run(cypher, values), output_format)


def _list_queries() -> None:
    from kg.stores.queries import named_query, query_names

    for named in map(named_query, query_names()):
        out(f"{named.name}: {named.question}")
        for parameter in named.parameters:
            need = "required" if parameter.required else f"default {json.dumps(parameter.default)}"
            out(f"    -p {parameter.name}=...  {parameter.doc} ({parameter.type}, {need})")
        out(f"    columns: {', '.join(column.name for column in named.columns)}")


def _written(
    store: "EmbeddedStore | Neo4jStore", target: str, cypher: str, values: Mapping[str, Any]
) -> Iterator[Row]:
    """Yield the rows of a query that may write, and tell at the end what it has changed.

    Raises:
        QueryError: The store is that of a graph directory.
    """
    from kg.stores.neo4j import Neo4jStore

    if not isinstance(store, Neo4jStore):
        what = "the database in a graph directory is a cache of its text files and is never written"
        raise QueryError(target, what, "load the graph into a server (kg load) and write there")

    def tell(changes: Mapping[str, int]) -> None:
        say(
            ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in changes.items())
            or "no changes"
        )

    return store.write(cypher, values, tell)


def _date(ctx: click.Context, option: click.Parameter, text: str | None) -> str | None:
    """Return a date as precise as it was given, in the spelling of the graph."""
    if text is None:
        return None
    date = click.DateTime(("%Y", "%Y-%m", "%Y-%m-%d")).convert(text, option, ctx).date()
    return str(date)[: 4 + 3 * text.count("-")]


_PARTS = {
    "values": "Values",
    "changes": "Changes against a baseline",
    "comparisons": "Comparisons without a number",
}


@click.command()
@click.argument("directory", type=DIRECTORY)
@click.option("--dataset", "-d", required=True, help="Name, alias or id of the dataset.")
@click.option("--metric", "-m", help="Only results by this metric.")
@click.option("--task", "-t", help="Only results on this task.")
@click.option(
    "--as-of",
    metavar="DATE",
    callback=_date,
    help="Only papers published by this date (2024, 2024-09, 2024-09-02); undated ones are left out.",
)
@ROWS
def leaderboard(
    directory: Path,
    dataset: str,
    metric: str | None,
    task: str | None,
    as_of: str | None,
    output_format: str,
) -> None:
    """List what papers claim on a dataset, the best value of each metric first.

    Changes (deltas, factors) and comparisons without a number stand apart from the
    values. What a check has found is printed with the result, conflicts between papers
    among them (see kg check).

    \b
    Example:
      kg leaderboard graph.kg --dataset GSM8K --metric accuracy --as-of 2024-06
    """
    given = {"dataset": dataset, "metric": metric, "task": task, "as_of": as_of}
    rows = named_rows(directory, "leaderboard", given)
    if output_format != "table" or not rows:
        print_rows(rows, output_format, ": nothing is claimed")
        return
    for part, title in _PARTS.items():
        if found := [row for row in rows if row["part"] == part]:
            out(f"{title}\n")
            print_rows(_board_rows(found), output_format)
            out("")


def _board_rows(rows: list[Row]) -> list[Row]:
    """Return rows of one part of the leaderboard as a table shows them: an empty column takes no room."""
    hidden = {"part", "unit", "written"} | ({"kind"} if rows[0]["part"] != "changes" else set())
    texts = [
        {
            **row,
            "value": row["written"],
            "hedges": "; ".join(row["hedges"] or ()),
            "checks": "; ".join(row["checks"] or ()),
        }
        for row in rows
    ]
    names = [name for name in rows[0] if name not in hidden and any(row[name] for row in texts)]
    return [{name: row[name] for name in names} for row in texts]


@click.command()
@click.argument("directory", type=DIRECTORY)
@click.option("--only", type=click.Choice(list(CHECKS)), help="Show only the findings of this check.")
@ROWS
def check(directory: Path, only: str | None, output_format: str) -> None:
    """List the results of a graph directory that cannot be, or do not fit together.

    The checks were made by kg build and stand on the results: a value out of the range
    of its metric, percent where points may be meant, a change that is not the difference
    of the two values beside it, papers that state different values of one thing. No
    result is left out of the graph for them.

    \b
    Example:
      kg check graph.kg --only conflict
    """
    rows = named_rows(directory, "checks", {"check": only})
    print_rows(rows, output_format, ": nothing was found")


@click.command()
@click.argument("directory", type=DIRECTORY)
@click.option(
    "--format", "output_format", type=click.Choice(["table", "json"]), default="table", show_default=True
)
def stats(directory: Path, output_format: str) -> None:
    """Count what a graph directory holds.

    \b
    Example:
      kg stats graph.kg
    """
    from kg.directory import read_graph

    print_rows(iter(_statistics(read_graph(directory))), output_format)


def _statistics(graph: Graph) -> Iterator[dict[str, Any]]:
    from collections import Counter

    nodes = Counter(node.label for node in graph.nodes)
    edges = Counter(edge.type for edge in graph.edges)
    for name, number in sorted(nodes.items(), key=lambda item: (-item[1], item[0])):
        yield {"kind": "node", "name": name, "number": number}
    for name, number in sorted(edges.items(), key=lambda item: (-item[1], item[0])):
        yield {"kind": "edge", "name": name, "number": number}
