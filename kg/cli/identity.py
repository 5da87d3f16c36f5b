"""The commands about what is one entity: explain, merge, split."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.terminal import DIRECTORY, out, print_rows, say
from kg.directory import (
    DECISIONS,
    check_directory,
    locked,
    read_links,
    read_meta,
    read_papers,
    sha256,
)
from kg.errors import DirectoryError, QueryError
from kg.records import Link, normalise_title, paper_id
from kg.rows import Row
from kg.schema import ENTITY_TYPES

if TYPE_CHECKING:
    from kg.link.decisions import Decision
    from kg.link.explain import Explanation
    from kg.link.proposals import Proposal

_TYPE = click.Choice(ENTITY_TYPES, case_sensitive=False)
_REASON = click.option("--reason", default="", metavar="TEXT", help="Why, for those who read the table.")


@click.command()
@click.argument("directory", type=DIRECTORY)
@click.argument("name")
@click.option(
    "--format", "output_format", type=click.Choice(["table", "json"]), default="table", show_default=True
)
def explain(directory: Path, name: str, output_format: str) -> None:
    """Tell why an entity is one: its forms, the rules that joined them, decisions about it.

    NAME is a name, alias, form or id, in any case. Where several entities go by it, all
    of them are told.

    \b
    Example:
      kg explain graph.kg GSM8K
    """
    from kg.link.decisions import numbered_decisions
    from kg.link.explain import explain as explain_entity
    from kg.link.explain import find_entities
    from kg.link.proposals import near_hint

    links = _links(directory)
    found = find_entities(name, links)
    if not found:
        raise QueryError(name, f"no entity of {directory} goes by this name", near_hint(name, links))
    decisions = numbered_decisions(directory / DECISIONS)
    entities = set(found)
    of_found = [link for link in links if link.entity in entities]
    explanations = [explain_entity(entity, of_found, decisions) for entity in found]
    titles = _titles(directory, explanations)
    if output_format == "json":
        print_rows([_as_row(explanation, titles) for explanation in explanations], "json")
    else:
        for explanation in explanations:
            _print_explanation(_as_row(explanation, titles))
    _tell_stale(directory)


def _titles(directory: Path, explanations: "Iterable[Explanation]") -> dict[str, str]:
    wanted = {paper for explanation in explanations for rule in explanation.rules for paper in rule.papers}
    return {paper.id: paper.title for paper in read_papers(directory) if paper.id in wanted}


def _as_row(explanation: "Explanation", titles: dict[str, str]) -> Row:
    from kg.link import RULES

    return {
        "id": explanation.id,
        "type": explanation.type,
        "name": explanation.name,
        "papers": explanation.papers,
        "forms": [{"form": use.form, "type": use.type, "papers": use.papers} for use in explanation.forms],
        "rules": [
            {
                "rule": use.rule,
                "links": use.links,
                "confidence": use.confidence,
                "meaning": RULES.get(use.rule),
                "papers": [{"id": paper, "title": titles[paper]} for paper in use.papers],
            }
            for use in explanation.rules
        ],
        "decisions": [
            {"line": number, "decision": str(decision), "reason": decision.reason or None}
            for number, decision in explanation.decisions
        ],
    }


def _print_explanation(row: Row) -> None:
    out(f"{row['id']}: {row['name']} ({row['type']}), {row['papers']} paper{'s' * (row['papers'] > 1)}\n")
    one_type = all(use["type"] == row["type"] for use in row["forms"])
    hidden = {"type"} if one_type else set()
    print_rows([{name: use[name] for name in use if name not in hidden} for use in row["forms"]], "table")
    out("")
    rules = [{**use, "papers": "; ".join(paper["title"] for paper in use["papers"])} for use in row["rules"]]
    print_rows(rules, "table")
    out("")
    for told in row["decisions"]:
        reason = f" ({told['reason']})" if told["reason"] else ""
        out(f"{DECISIONS}, line {told['line']}: {told['decision']}{reason}\n")


@click.command()
@click.argument("directory", type=DIRECTORY)
@click.argument("form")
@click.argument("into")
@click.option("--type", "type_", type=_TYPE, help="Type that papers give FORM, where they give several.")
@click.option("--into-type", type=_TYPE, help="The same for INTO.")
@_REASON
def merge(
    directory: Path, form: str, into: str, type_: str | None, into_type: str | None, reason: str
) -> None:
    """Decide that FORM, and all that is linked with it, is the entity that INTO names.

    The decision is a line in DIRECTORY/decisions.tsv, which every later build obeys and
    you may edit. FORM and INTO are forms that papers use, or ids of entities.

    \b
    Example:
      kg merge graph.kg "grade school math" GSM8K --reason "its full name"
    """
    from kg.link.proposals import propose_merge

    links = _links(directory)
    _decide(
        directory,
        lambda decisions: propose_merge(
            links, decisions, form, into, type_=type_, into_type=into_type, reason=reason
        ),
    )


@click.command()
@click.argument("directory", type=DIRECTORY)
@click.argument("form")
@click.option("--paper", metavar="ID-OR-TITLE", help="Only in this paper.")
@click.option("--type", "type_", type=_TYPE, help="Type that papers give FORM, where they give several.")
@_REASON
def split(directory: Path, form: str, paper: str | None, type_: str | None, reason: str) -> None:
    """Decide that FORM is an entity of its own, everywhere or in one paper.

    The decision is a line in DIRECTORY/decisions.tsv, which every later build obeys and
    you may edit. FORM is a form that papers use, or the id of an entity.

    \b
    Example:
      kg split graph.kg SAM --paper "Sharpness-Aware Minimization for Efficiently Improving Generalization"
    """
    from kg.link.proposals import propose_split

    links = _links(directory)
    paper_of = None if paper is None else _paper(directory, paper, links)
    _decide(
        directory,
        lambda decisions: propose_split(links, decisions, form, paper=paper_of, type_=type_, reason=reason),
    )


def _decide(directory: Path, propose: "Callable[[tuple[tuple[int, Decision], ...]], Proposal]") -> None:
    """Write the decision that is proposed in view of those that there are, and tell of it."""
    from kg.link.decisions import add_decision, numbered_decisions

    table = directory / DECISIONS
    with locked(directory):
        proposal = propose(numbered_decisions(table))
        if proposal.decision is None:
            say(f"{proposal.told}; nothing written")
            return
        try:
            number = add_decision(table, proposal.decision)
        except OSError as error:
            what = f"cannot be written ({error.strerror or error})"
            raise DirectoryError(str(table), what, "free space, or make it writable") from error
    say(f"{table}, line {number}: {proposal.decision}")
    say(f"  {proposal.told}: kg build PAGES... -o {directory}; delete the line to undo it")


def _links(directory: Path) -> tuple[Link, ...]:
    check_directory(directory, ("papers.jsonl", "links.jsonl"))
    return tuple(read_links(directory))


def _paper(directory: Path, text: str, links: Iterable[Link]) -> str:
    """Return the id of the paper that a text is the id or the title of.

    Raises:
        QueryError: There is none; names titles that contain the text.
    """
    known = {link.paper for link in links}
    for id_ in (text.strip(), paper_id(text)):
        if id_ in known:
            return id_
    wanted = normalise_title(text)
    titles = [paper.title for paper in read_papers(directory) if wanted in normalise_title(paper.title)]
    todo = f"near titles: {'; '.join(sorted(titles)[:3])}" if titles else "name a paper that uses the form"
    raise QueryError(text, "no paper with an entity has this id or title", todo)


def _tell_stale(directory: Path) -> None:
    """Tell where decisions were made since the last build."""
    meta = read_meta(directory)
    digest: str | None = None
    with suppress(FileNotFoundError):
        digest = sha256(directory / DECISIONS)
    if meta is not None and meta.decisions != digest:
        say(f"{directory / DECISIONS} has changed since the last build, the next one obeys it")
