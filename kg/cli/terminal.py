"""What the commands share: options, opening of stores, rows, progress and output."""

import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg.errors import ExportError, StoreError
from kg.files import write_whole
from kg.rows import FORMATS as ROW_FORMATS
from kg.rows import Row

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from kg.stores.batches import Progress
    from kg.stores.embedded import EmbeddedStore
    from kg.stores.neo4j import Neo4jStore

T = TypeVar("T")

_WIDTH = 160  # characters of a table that goes to a file or a pipe

FILE = click.Path(path_type=Path, allow_dash=True, dir_okay=False)
DIRECTORY = click.Path(path_type=Path)

ROWS = click.option(
    "--format",
    "output_format",
    type=click.Choice(list(ROW_FORMATS)),
    default="table",
    show_default=True,
    help="How to print the rows.",
)

TABLE = click.Path(path_type=Path, dir_okay=False)
ALIASES = click.option("--aliases", type=TABLE, help="Other names of things, besides those that ship (TSV).")


# --- stores -----------------------------------------------------------------------------------


def open_target(
    target: str, username: str, database: str | None, seconds: float | None = None
) -> "AbstractContextManager[EmbeddedStore | Neo4jStore]":
    """Open the store that a target names, with a time limit of queries."""
    if "://" in target:
        from kg.stores.neo4j import open_neo4j

        return open_neo4j(target, username, ask_password(target, username), database, seconds)
    from kg.directory import check_directory

    check_directory(Path(target))
    return _embedded(Path(target), seconds)


@contextmanager
def _embedded(directory: Path, seconds: float | None) -> "Iterator[EmbeddedStore]":
    """Open the embedded store; where its database must be made first, show how far that is."""
    from kg.stores.embedded import open_store

    with ExitStack() as stack:
        with database_progress() as progress:
            store = stack.enter_context(open_store(directory, progress, seconds))
        with _stoppable():
            yield store


@contextmanager
def database_progress() -> "Iterator[Progress]":
    """Yield what shows the progress of making the embedded database; the bar ends with the context."""
    with ExitStack() as stack:
        bars: list[ProgressBar[int]] = []

        def progress(done: int, total: int) -> None:
            if not bars:
                bars.append(stack.enter_context(progress_bar(range(total), total, "Making the database")))
            bars[0].update(done - bars[0].pos)

        yield progress


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let Ctrl-C end the process at once: the engine returns to Python only with a row."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def ask_password(uri: str, username: str) -> str:
    """Return the password for a server, from the environment or a prompt.

    Raises:
        StoreError: It is not in the environment, and there is nobody to ask.
    """
    password = os.environ.get("NEO4J_PASSWORD")
    if password is not None:
        return password
    if not sys.stdin.isatty():
        raise StoreError(uri, "no password", "set NEO4J_PASSWORD, or run where it can be asked for")
    return str(click.prompt(f"Password of {username} at {uri}", hide_input=True, err=True))


def named_rows(directory: Path, name: str, values: dict[str, Any]) -> list[Row]:
    """Return the rows of a named query of a graph directory.

    Raises:
        QueryError: There are none, and the graph does not know a name among the values.
    """
    from kg.cli.names import answers
    from kg.stores.queries import named_query

    with open_target(str(directory), "", None) as store:
        return list(answers(store, str(directory), named_query(name), values, say))


# --- output -----------------------------------------------------------------------------------


def print_rows(rows: Iterable[Row], output_format: str, hint: str | None = "") -> None:
    """Print rows in one of the formats; that there are none is told with a hint, but for None."""
    width = shutil.get_terminal_size((_WIDTH, 24)).columns
    empty = True
    for text in ROW_FORMATS[output_format](rows, width):
        click.echo(text, nl=False)
        empty = False
    if empty and hint is not None:
        say(f"no rows{hint}")


def with_progress(items: Iterable[T], number: int, label: str) -> Iterator[T]:
    """Yield the items and show on a terminal how far they are."""
    with progress_bar(items, number, label) as bar:
        yield from bar


def progress_bar(items: Iterable[T], number: int, label: str) -> "ProgressBar[T]":
    """Return a progress bar, which shows only on a terminal."""
    hidden = not sys.stderr.isatty()
    return click.progressbar(items, length=number, label=label, file=sys.stderr, hidden=hidden)


def write_output(output: Path, chunks: Iterable[bytes]) -> None:
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


def out(text: str) -> None:
    """Print data."""
    click.echo(text)


def say(text: str) -> None:
    """Tell something that is not data, on standard error."""
    click.echo(text, err=True)
