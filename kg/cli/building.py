"""The command that makes and updates graph directories."""

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import click

from kg.cli.pages import Pages, page_options
from kg.cli.terminal import DIRECTORY, say, with_progress
from kg.records import Paper


@click.command()
@page_options
@click.option("--output", "-o", type=DIRECTORY, required=True, help="Graph directory to make or update.")
def build(pages: Pages, output: Path) -> None:
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
            return with_progress(papers, number, "Extracting")

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
        say(f"{output} is up to date: {built.papers} papers, nothing written")
        return
    say(f"{output}: {built.papers} papers, {built.extracted} extracted, {built.removed} removed")
    say("  " + ", ".join(f"{number} {name}" for name, number in built.counts if name[1].islower()))
