"""The commands that run one stage alone: read, extract, link."""

from pathlib import Path

import click

from kg.cli.pages import Pages, page_options
from kg.cli.terminal import FILE, with_progress, write_output
from kg.records import Extraction, dump_lines, read_lines


@click.command()
@page_options
@click.option("--output", "-o", type=FILE, default="-", help="File to write (default: standard output).")
def read(pages: Pages, output: Path) -> None:
    """Print the papers of listing pages or paper files, merged, as JSON Lines.

    \b
    Example:
      kg read pages/*.txt > papers.jsonl
    """
    write_output(output, dump_lines(pages.stream()))


@click.command()
@page_options
@click.option("--output", "-o", type=FILE, default="-", help="File to write (default: standard output).")
def extract(pages: Pages, output: Path) -> None:
    """Print what each abstract says (entities, roles, results) as JSON Lines.

    \b
    Example:
      kg extract papers.jsonl -o extractions.jsonl
    """
    from kg.extract import extract as extract_papers

    papers = pages.read()
    write_output(output, dump_lines(extract_papers(with_progress(papers, len(papers), "Extracting"))))


@click.command()
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
    write_output(output, dump_lines(links))
