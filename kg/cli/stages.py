"""The commands that run one stage alone: read, extract, link."""

from pathlib import Path

import click

from kg.cli.pages import Pages, page_options
from kg.cli.terminal import ALIASES, FILE, TABLE, say, with_progress, write_output
from kg.records import dump_lines


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
@ALIASES
@click.option("--decisions", type=TABLE, help="What is one entity and what is not (see kg merge; TSV).")
@click.option("--output", "-o", type=FILE, default="-", help="File to write (default: standard output).")
def link(extractions: Path, aliases: Path | None, decisions: Path | None, output: Path) -> None:
    """Print which form of which paper became which entity, and by which rule, as JSON Lines.

    EXTRACTIONS is what kg extract prints, or any JSON Lines of papers with title (or
    text) and entities, each with type and forms.

    \b
    Example:
      kg link extractions.jsonl -o links.jsonl
    """
    from kg.link import link as link_extractions
    from kg.link.aliases import read_aliases
    from kg.link.decisions import parse_decisions, unused_decisions
    from kg.link.reading import read_mentions

    known = () if aliases is None else read_aliases(aliases)
    decided = () if decisions is None else parse_decisions(decisions.read_bytes(), str(decisions))
    with click.open_file(str(extractions), "rb") as lines:
        papers = read_mentions(lines, str(extractions))
    chosen = tuple(decision for _, decision in decided)
    _, links = link_extractions(papers, known, chosen)
    if unused := unused_decisions(chosen, papers):
        say(f"{decisions}: unused, no paper has these forms: {'; '.join(map(str, unused))}")
    write_output(output, dump_lines(links))
