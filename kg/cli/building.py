"""The command that makes and updates graph directories."""

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.pages import Pages, page_options
from kg.cli.terminal import ALIASES, DIRECTORY, print_rows, say, with_progress
from kg.directory import DECISIONS
from kg.records import Paper

if TYPE_CHECKING:
    from kg.build import Built


@click.command()
@page_options
@click.option("--output", "-o", type=DIRECTORY, required=True, help="Graph directory to make or update.")
@ALIASES
@click.option("--dry-run", is_flag=True, help="Write nothing; print what would be linked otherwise.")
@click.option("--json", "as_json", is_flag=True, help="With --dry-run: print it as JSON.")
def build(pages: Pages, output: Path, aliases: Path | None, dry_run: bool, as_json: bool) -> None:
    """Build a graph directory from listing pages or paper files.

    The directory holds what the given pages say, no more and no less: only new
    papers are extracted, and what no page lists any more is taken away. A second
    build with the same input writes nothing. What is one entity and what is not can
    be decided in its decisions.tsv (see kg merge, kg split).

    \b
    Example:
      kg build pages/*.txt -o graph.kg
      kg build pages/*.txt -o graph.kg --dry-run
    """
    from kg.build import build as build_directory

    if as_json and not dry_run:
        raise click.UsageError("--json goes with --dry-run")
    with ExitStack() as stack:
        advance = stack.enter_context(pages.bar())

        def progress(papers: Iterable[Paper], number: int) -> Iterable[Paper]:
            stack.close()  # the reading is done
            return with_progress(papers, number, "Extracting")

        built = build_directory(
            pages.paths,
            output,
            aliases=aliases,
            dry_run=dry_run,
            format=pages.format,
            page_year=pages.page_year,
            skip_bad=pages.skip_bad,
            advance=advance,
            progress=progress,
        )
    if built.reading is not None:
        pages.report(built.reading)
    _tell_unused(built, output / DECISIONS, verbose=pages.verbose)
    if dry_run:
        _print_changes(built, output, as_json=as_json)
    elif not built.written:
        say(f"{output} is up to date: {built.papers} papers, nothing written")
    else:
        say(f"{output}: {built.papers} papers, {built.extracted} extracted, {built.removed} removed")
        say("  " + ", ".join(f"{number} {name}" for name, number in built.counts if name[1].islower()))


def _tell_unused(built: "Built", table: Path, *, verbose: bool) -> None:
    """Tell which decisions, or only how many, are about nothing that a paper names."""
    if verbose:
        for decision in built.unused:
            say(f"{table}: unused, no paper has these forms: {decision}")
    elif number := len(built.unused):
        say(f"{table}: {number} unused decision{'s' * (number > 1)}; --verbose tells which")


def _print_changes(built: "Built", output: Path, *, as_json: bool) -> None:
    """Print what a dry run has found; of the first build of a graph only what becomes one."""
    from kg.link.changes import CHANGES

    if built.reading is None:
        say(f"{output} is up to date: {built.papers} papers, nothing would change")
    shown = [change for change in built.changes if change.change != "add" or not built.new]
    rows = [
        {
            "change": change.change,
            "entity": change.entity,
            "parts": list(change.parts) if as_json else "; ".join(change.parts),
            "rules": list(change.rules) if as_json else "; ".join(change.rules),
            "confidence": change.confidence,
            "papers": change.papers,
        }
        for change in shown
    ]
    if as_json or rows:
        print_rows(rows, "json" if as_json else "table")
    if built.reading is None:
        return
    kinds = [change.change for change in built.changes]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in CHANGES)
    say(f"{output}: {built.papers} papers, {built.extracted} extracted, {built.removed} removed")
    say(f"  changes of entities: {counts}; nothing written")
