"""The command line: the only module that prints, prompts or exits."""

import dataclasses
import functools
import json
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg import __version__
from kg.checks import CHECKS
from kg.errors import ExportError, KGError, StoreError
from kg.exports import EXPORTS, write_export
from kg.files import write_whole
from kg.pages import FORMATS, Reading, read_pages, stream_pages, total_bytes
from kg.records import Extraction, Graph, Paper, dump_lines, read_lines
from kg.rows import FORMATS as ROW_FORMATS
from kg.rows import Row

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from kg.pages.reading import PageCount
    from kg.stores.embedded import EmbeddedStore
    from kg.stores.neo4j import Neo4jStore

    Store = EmbeddedStore | Neo4jStore

T = TypeVar("T")

# spaCy takes them up where they are installed and uses none of them here: 3 seconds and 600 MB for torch.
_NOT_NEEDED = ("cupy", "torch", "tensorflow", "mxnet")

_LARGE = 20_000_000  # bytes of pages that take long enough for a progress bar
_WIDTH = 160  # characters of a table that goes to a file or a pipe

FILE = click.Path(path_type=Path, allow_dash=True, dir_okay=False)
DIRECTORY = click.Path(path_type=Path)

_ROWS = click.option(
    "--format",
    "output_format",
    type=click.Choice(list(ROW_FORMATS)),
    default="table",
    show_default=True,
    help="How to print the rows.",
)


class _Group(click.Group):
    """A group whose commands tell an expected failure in one line and exit with 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KGError as error:
            raise click.ClickException(" ".join(str(error).split())) from error
        except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
            raise click.ClickException(f"{error.filename}: {error.strerror}; name another file") from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "--version", message="kg %(version)s")
def main() -> None:
    """Turn listing pages of machine-learning papers into a graph that can be queried.

    \b
    Example:
      kg build pages/*.txt -o graph.kg
      kg query graph.kg leaderboard -p dataset=GSM8K
      kg export graph.kg --format html -o graph.html
    """
    for name in _NOT_NEEDED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # makes an import of it fail


@dataclass(frozen=True, slots=True)
class _Pages:
    """The pages that a command reads, and how."""

    paths: tuple[str, ...]
    format: str | None
    page_year: int | None
    skip_bad: bool
    verbose: bool

    def read(self) -> tuple[Paper, ...]:
        """Read and merge the pages; tell what was left out."""
        with self.bar() as advance:
            reading = read_pages(
                self.paths,
                format=self.format,
                page_year=self.page_year,
                skip_bad=self.skip_bad,
                advance=advance,
            )
        self.report(reading)
        return reading.papers

    def stream(self) -> Iterator[Paper]:
        """Read and merge pages of any number of papers; tell what was left out."""
        counts: list[PageCount] = []
        with self.bar() as advance:
            papers = stream_pages(
                self.paths,
                format=self.format,
                page_year=self.page_year,
                skip_bad=self.skip_bad,
                advance=advance,
                note=_say if self.verbose else lambda _: None,
                tell=counts.append,
            )
        _tell_skipped(sum(count.skipped for count in counts))
        return papers

    @contextmanager
    def bar(self) -> Iterator[Callable[[int], None]]:
        """Show how many bytes of large pages are read; yield what is told of each step."""
        total = total_bytes(self.paths)
        if total is None or total < _LARGE:
            yield lambda _: None
        else:
            with _bar(range(total), total, "Reading") as bar:
                yield bar.update

    def report(self, reading: Reading) -> None:
        """Tell what was skipped, and with --verbose every note of the reading."""
        if self.verbose:
            for note in reading.notes:
                _say(note)
        _tell_skipped(reading.skipped)


def _page_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of every command that reads pages; it receives them as ``pages``."""

    @click.argument("paths", metavar="PAGES...", nargs=-1, required=True)
    @click.option(
        "--format", type=click.Choice(list(FORMATS)), help="Format of all pages (default: detected)."
    )
    @click.option(
        "--page-year",
        type=click.IntRange(1900, 2100),
        help="Year of dates without one (default: inferred per page).",
    )
    @click.option("--skip-bad", is_flag=True, help="Leave out malformed records and count them.")
    @click.option("--verbose", "-v", is_flag=True, help="Report contradictions and what was left out.")
    @functools.wraps(command)
    def with_pages(**options: Any) -> None:
        pages = _Pages(*(options.pop(field.name) for field in dataclasses.fields(_Pages)))
        command(pages=pages, **options)

    return with_pages


@main.command()
@_page_options
@click.option("--output", "-o", type=FILE, default="-", help="File to write (default: standard output).")
def read(pages: _Pages, output: Path) -> None:
    """Print the papers of listing pages or paper files, merged, as JSON Lines.

    \b
    Example:
      kg read pages/*.txt > papers.jsonl
    """
    _write(output, dump_lines(pages.stream()))


@main.command()
@_page_options
@click.option("--output", "-o", type=FILE, default="-", help="File to write (default: standard output).")
def extract(pages: _Pages, output: Path) -> None:
    """Print what each abstract says (entities, roles, results) as JSON Lines.

    \b
    Example:
      kg extract papers.jsonl -o extractions.jsonl
    """
    from kg.extract import extract as extract_papers

    papers = pages.read()
    _write(output, dump_lines(extract_papers(_progress(papers, len(papers), "Extracting"))))


@main.command()
@click.argument("extractions", type=FILE)
@click.option("--output", "-o", type=FILE, default="-", help="File to write (default: standard output).")
def link(extractions: Path, output: Path) -> None:
    """Print which form of which paper became which entity, and by which rule, as JSON Lines.

    \b
    Example:
      kg link extractions.jsonl -o links.jsonl
    """
    from kg.link import link as link_extractions

    with click.open_file(str(extractions), "rb") as lines:
        records = list(read_lines(lines, Extraction, str(extractions)))
    _, links = link_extractions(records)
    _write(output, dump_lines(links))


@main.command()
@_page_options
@click.option("--output", "-o", type=DIRECTORY, required=True, help="Graph directory to make or update.")
def build(pages: _Pages, output: Path) -> None:
    """Build a graph directory from listing pages or paper files.

    The directory holds what the given pages say, no more and no less: only new
    papers are extracted, and what no page lists any more is taken away. A second
    build with the same input writes nothing.

    \b
    Example:
      kg build pages/*.txt -o graph.kg
    """
    from kg.build import build as build_directory

    with ExitStack() as stack:
        advance = stack.enter_context(pages.bar())

        def progress(papers: Iterable[Paper], number: int) -> Iterable[Paper]:
            stack.close()  # the reading is done
            return _progress(papers, number, "Extracting")

        built = build_directory(
            pages.paths,
            output,
            format=pages.format,
            page_year=pages.page_year,
            skip_bad=pages.skip_bad,
            advance=advance,
            progress=progress,
        )
    if built.reading is not None:
        pages.report(built.reading)
    if not built.written:
        _say(f"{output} is up to date: {built.papers} papers, nothing written")
        return
    _say(f"{output}: {built.papers} papers, {built.extracted} extracted, {built.removed} removed")
    _say("  " + ", ".join(f"{number} {name}" for name, number in built.counts if name[1].islower()))


@main.command()
@click.argument("target", required=False)
@click.argument("text", metavar="[QUERY]", required=False)
@click.option("--param", "-p", "params", multiple=True, metavar="KEY=VALUE", help="A parameter of the query.")
@_ROWS
@click.option("--list", "listing", is_flag=True, help="List the named queries and their parameters.")
@click.option("--username", envvar="NEO4J_USERNAME", default="neo4j", show_default=True, help="For a server.")
@click.option(
    "--database", envvar="NEO4J_DATABASE", help="Database of the server (default: its own default)."
)
def query(
    target: str | None,
    text: str | None,
    params: tuple[str, ...],
    output_format: str,
    listing: bool,
    username: str,
    database: str | None,
) -> None:
    """Answer a named query, or read-only Cypher, from a graph directory or a Neo4j server.

    TARGET is a graph directory or an address like bolt://127.0.0.1:7687 (password:
    NEO4J_PASSWORD or a prompt).

    \b
    Example:
      kg query --list
      kg query graph.kg leaderboard -p dataset=GSM8K
      kg query graph.kg "MATCH (m:Model) RETURN m.name AS name ORDER BY name LIMIT 5" --format json
    """
    from kg.stores.queries import named_query, prepare, query_names

    if listing:
        for named in map(named_query, query_names()):
            _out(f"{named.name}: {named.question}")
            for parameter in named.parameters:
                need = "required" if parameter.required else f"default {json.dumps(parameter.default)}"
                _out(f"    -p {parameter.name}=...  {parameter.doc} ({parameter.type}, {need})")
        return
    if target is None or text is None:
        raise click.UsageError(
            "name a graph directory (or a server) and a query; --list shows the named ones"
        )
    store = _store(target, username, database)
    cypher, values = prepare(text, params)
    with store as opened:
        hint = f"; which names the graph knows: kg query {target} find -p text=..." if values else ""
        _print_rows(opened.run(cypher, values), output_format, hint)


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


@main.command()
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
@_ROWS
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
    from kg.stores.queries import named_query

    given = {"dataset": dataset, "metric": metric, "task": task, "as_of": as_of}
    rows = _named_rows(directory, named_query("leaderboard").text, given)
    hint = f"; which names the graph knows: kg query {directory} find -p text=..."
    if output_format != "table" or not rows:
        _print_rows(rows, output_format, hint)
        return
    for part, title in _PARTS.items():
        if found := [row for row in rows if row["part"] == part]:
            _out(f"{title}\n")
            _print_rows(_board_rows(found), output_format)
            _out("")


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


@main.command()
@click.argument("directory", type=DIRECTORY)
@click.option("--only", type=click.Choice(list(CHECKS)), help="Show only the findings of this check.")
@_ROWS
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
    from kg.stores.queries import named_query

    rows = _named_rows(directory, named_query("checks").text, {"check": only})
    _print_rows(rows, output_format, ": nothing was found")


def _named_rows(directory: Path, text: str, values: dict[str, Any]) -> list[Row]:
    """Return the rows of a query of a graph directory."""
    with _store(str(directory), "", None) as store:
        return list(store.run(text, values))


@main.command()
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
    with open_neo4j(uri, username, _password(uri, username), database) as store:
        total = len(graph.nodes) + len(graph.edges)
        with _bar(range(total), total, "Loading") as bar:
            loaded = store.load(graph, lambda done, _: bar.update(done - bar.pos), batch_size)
    new = f"{loaded.nodes_created} and {loaded.edges_created} of them new"
    _say(f"{uri}: {loaded.nodes} nodes and {loaded.edges} edges are there, {new}")
    if loaded.nodes_surplus or loaded.edges_surplus:
        surplus = f"{loaded.nodes_surplus} nodes and {loaded.edges_surplus} edges"
        _say(f"{uri} also holds {surplus} of our kinds that are not in {directory}, from an earlier load")


@main.command()
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
        _say(f"{output}: {output.stat().st_size / 1e6:.1f} MB")


@main.command()
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

    _print_rows(iter(_statistics(read_graph(directory))), output_format)


@main.command()
@click.argument("gold", type=FILE)
@click.option(
    "--errors", default=0, type=click.IntRange(min=0), help="List so many of the most frequent errors."
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option(
    "--labels", metavar="LABEL=TYPE,...", help="Our type of each label of a corpus that is not known."
)
def evaluate(gold: Path, errors: int, as_json: bool, labels: str | None) -> None:
    """Extract annotated texts and score the extraction against their annotation.

    GOLD is JSON Lines: annotated abstracts (entities with type, forms and roles, and
    results), scored by abstract; or texts with spans (entities with start, end and
    label), scored by exact span. The labels of TDMSci, SciERC and the dataset names of
    Heddes et al. are known; for others pass --labels, with nothing after the = of a
    label that is none of our types.

    \b
    Example:
      kg evaluate gold.jsonl --errors 20
      kg evaluate sentences.jsonl --labels TaskName=Task,DatasetName=Dataset,URL=
    """
    from kg.evaluate import evaluate as evaluate_gold
    from kg.evaluate import format_evaluation
    from kg.extract import extract as extract_papers

    evaluation = evaluate_gold(gold, extract_papers, labels)
    _out(format_evaluation(evaluation, errors=errors, as_json=as_json))


@main.command()
def info() -> None:
    """Print versions, formats and models.

    \b
    Example:
      kg info
    """
    from importlib import metadata  # takes a tenth of a second, and only this command needs it

    from kg.extract import extractor_version

    _out(f"kg {__version__}, Python {platform.python_version()}")
    _out(f"extractor: {extractor_version()}")
    _out(f"page formats: {', '.join(FORMATS)}")
    _out(f"export formats: {', '.join(EXPORTS)}")
    libraries = ("spacy", "networkx", "neo4j", "arcadedb", "pyvis", "rdflib", "onnxruntime", "click")
    _out("libraries: " + ", ".join(f"{name} {metadata.version(name)}" for name in libraries))


# --- what the commands share -------------------------------------------------------------------


def _store(
    target: str, username: str, database: str | None
) -> "AbstractContextManager[EmbeddedStore | Neo4jStore]":
    """Open the store that a target names."""
    if "://" in target:
        from kg.stores.neo4j import open_neo4j

        return open_neo4j(target, username, _password(target, username), database)
    from kg.directory import check_directory

    check_directory(Path(target))
    return _embedded(Path(target))


@contextmanager
def _embedded(directory: Path) -> "Iterator[EmbeddedStore]":
    """Open the embedded store; where its database must be made first, show how far that is."""
    from kg.stores.embedded import open_store

    with ExitStack() as stack:
        bars: list[ProgressBar[int]] = []

        def progress(done: int, total: int) -> None:
            if not bars:
                bars.append(stack.enter_context(_bar(range(total), total, "Making the database")))
            bars[0].update(done - bars[0].pos)

        with open_store(directory, progress) as store:
            stack.close()  # the bar ends before the first row is printed
            yield store


def _password(uri: str, username: str) -> str:
    password = os.environ.get("NEO4J_PASSWORD")
    if password is not None:
        return password
    if not sys.stdin.isatty():
        raise StoreError(uri, "no password", "set NEO4J_PASSWORD, or run where it can be asked for")
    return str(click.prompt(f"Password of {username} at {uri}", hide_input=True, err=True))


def _statistics(graph: Graph) -> Iterator[dict[str, Any]]:
    from collections import Counter

    nodes = Counter(node.label for node in graph.nodes)
    edges = Counter(edge.type for edge in graph.edges)
    for name, number in sorted(nodes.items(), key=lambda item: (-item[1], item[0])):
        yield {"kind": "node", "name": name, "number": number}
    for name, number in sorted(edges.items(), key=lambda item: (-item[1], item[0])):
        yield {"kind": "edge", "name": name, "number": number}


def _print_rows(rows: Iterable[Row], output_format: str, hint: str = "") -> None:
    width = shutil.get_terminal_size((_WIDTH, 24)).columns
    empty = True
    for text in ROW_FORMATS[output_format](rows, width):
        click.echo(text, nl=False)
        empty = False
    if empty:
        _say(f"no rows{hint}")


def _progress(items: Iterable[T], number: int, label: str) -> Iterator[T]:
    """Yield the items and show on a terminal how far they are."""
    with _bar(items, number, label) as bar:
        yield from bar


def _bar(items: Iterable[T], number: int, label: str) -> "ProgressBar[T]":
    hidden = not sys.stderr.isatty()
    return click.progressbar(items, length=number, label=label, file=sys.stderr, hidden=hidden)


def _write(output: Path, chunks: Iterable[bytes]) -> None:
    """Write to standard output, or to a file that appears only when it is complete."""
    if str(output) == "-":
        stdout = sys.stdout.buffer
        for chunk in chunks:
            stdout.write(chunk)
        return
    try:
        write_whole(output, chunks)
    except OSError as error:
        what = f"cannot be written ({error.strerror or error})"
        raise ExportError(str(output), what, "choose another file with -o") from error


def _tell_skipped(number: int) -> None:
    if number:
        _say(f"{number} bad record{'s' * (number > 1)} left out; --verbose tells which")


def _out(text: str) -> None:
    click.echo(text)


def _say(text: str) -> None:
    click.echo(text, err=True)
