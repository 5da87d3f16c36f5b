"""The command that serves a graph to other programs: serve."""

import os
import secrets
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType

import click

from kg.cli.terminal import DIRECTORY, database_progress, out, say

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.command()
@click.argument("directory", type=DIRECTORY)
@click.option(
    "--port", default=7687, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one."
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Name or address to listen on; any but one of loopback lets other machines in.",
)
@click.option(
    "--timeout",
    "seconds",
    type=click.FloatRange(0, 1e6, min_open=True),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="End a query of a client that takes longer.",
)
def serve(directory: Path, port: int, host: str, seconds: float) -> None:
    """Serve a graph directory over Bolt, so that Neo4j's drivers and tools can read it.

    Address, user name and password are printed as lines that a shell can take over. The
    password is made for this run, or taken from NEO4J_PASSWORD and then not printed. Clients
    can read only; they see the graph as it was at the start. Ctrl-C ends it.

    \b
    Example:
      kg serve graph.kg --port 0
    """
    from kg.directory import check_directory
    from kg.stores.bolt import USERNAME, is_loopback, serve_bolt

    check_directory(directory)
    given = os.environ.get("NEO4J_PASSWORD")
    password = given or secrets.token_urlsafe(12)
    if not is_loopback(host):
        say(f"WARNING: {host} lets other machines in: whoever has the password reads the graph, unencrypted")
    with _interrupted_by_signals():
        with ExitStack() as stack:
            with database_progress() as progress:
                uri = stack.enter_context(
                    serve_bolt(directory, password, host, port, progress=progress, seconds=seconds)
                )
            made = "" if given else f"\nNEO4J_PASSWORD={password}"
            out(f"NEO4J_URI={uri}\nNEO4J_USERNAME={USERNAME}{made}")  # at once, for who waits for output
            say(f"{directory} is served for reading, as it is now, until Ctrl-C")
            with suppress(KeyboardInterrupt):
                threading.Event().wait()
        say("stopped")


@contextmanager
def _interrupted_by_signals() -> Iterator[None]:
    """Make the first signal that asks to end a KeyboardInterrupt, and pass over those after it."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for each in _ENDING:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {each: signal.signal(each, interrupt) for each in _ENDING}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
