"""The whole way, in order: pages -> papers -> extractions -> links -> graph -> directory.

A build is a function of its input (pages, the user's aliases and decisions) and options:
a second one with the same input writes nothing; one with more pages extracts only the new
papers; one with fewer pages takes away exactly what the missing papers said; one with
other aliases or decisions extracts nothing.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg import __version__
from kg.directory import (
    DECISIONS,
    FORMAT,
    Input,
    Meta,
    check_directory,
    check_place,
    read_extractions,
    read_links,
    read_papers,
    sha256,
    write_directory,
)
from kg.errors import DirectoryError, RecordError
from kg.extract import extract, extractor_version
from kg.graph import build_graph, graph_records
from kg.link import link
from kg.link.aliases import Alias, read_aliases
from kg.link.changes import Change, compare_links
from kg.link.decisions import Decision, parse_decisions, unused_decisions
from kg.pages import Reading, read_pages
from kg.pages.page import page_names
from kg.records import Corpus, Extraction, Link, Paper, dump_lines

Progress = Callable[[Iterable[Paper], int], Iterable[Paper]]
"""Wraps the papers to extract, of which there are so many, to show how far the work is."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did."""

    reading: Reading | None  # None where nothing had to be read
    papers: int
    extracted: int  # papers that were new or whose text or extractor had changed
    removed: int  # papers that the directory held before and no page lists any more
    written: tuple[str, ...]  # files; empty where the directory was up to date
    counts: tuple[tuple[str, int], ...]  # nodes by label, then edges by type
    unused: tuple[Decision, ...] = ()  # decisions about forms that no paper has
    changes: tuple[Change, ...] = ()  # of a dry run: what would be linked otherwise
    new: bool = False  # there was no graph directory that could be compared with


@dataclass(frozen=True, slots=True)
class _Guides:
    """What a user says about identity, with the hashes of where it stands."""

    aliases: tuple[Alias, ...]
    aliases_sha256: str | None
    decisions: tuple[Decision, ...]
    decisions_sha256: str | None


def build(
    pages: Sequence[str],
    directory: Path,
    *,
    aliases: Path | None = None,
    dry_run: bool = False,
    format: str | None = None,  # noqa: A002  # the name of the option
    page_year: int | None = None,
    skip_bad: bool = False,
    advance: Callable[[int], None] = lambda _: None,
    progress: Progress = lambda papers, _: papers,
) -> Built:
    """Read pages, extract, link, and write the graph directory.

    Args:
        pages: Paths of listing pages or paper files; ``-`` is standard input.
        directory: The graph directory to make or bring up to date.
        aliases: A table of aliases, besides those that ship.
        dry_run: Write nothing; tell what would be linked otherwise than it is in the directory.
        format: A page format; None detects it for each page.
        page_year: The year of dates that have none; None infers it.
        skip_bad: Leave out malformed records instead of stopping at the first.
        advance: Told how many bytes of the pages each step has read.
        progress: See `Progress`.

    Raises:
        KGError: Bad input or an unusable directory; nothing is written then.
    """
    options = {"format": format, "page_year": page_year, "skip_bad": skip_bad or None}
    recorded = {name: str(value) for name, value in options.items() if value is not None}
    inputs = _inputs(pages)
    guides = _guides(directory, aliases)
    if (meta := _up_to_date(directory, inputs, recorded, guides)) is not None:
        return Built(None, meta.counts["Paper"], 0, 0, (), tuple(meta.counts.items()))

    check_place(directory)
    reading = read_pages(pages, format=format, page_year=page_year, skip_bad=skip_bad, advance=advance)
    papers = reading.papers
    known = _known_extractions(directory)
    new = [paper for paper in papers if known.get(paper.id, (None, None))[0] != paper.text]
    fresh = {extraction.id: extraction for extraction in extract(progress(new, len(new)))}
    extractions = tuple(fresh.get(paper.id) or known[paper.id][1] for paper in papers)
    removed = len(known.keys() - {paper.id for paper in papers})
    entities, links = link(extractions, guides.aliases, guides.decisions)
    unused = unused_decisions(guides.decisions, extractions)
    if dry_run:
        before = _links(directory)
        changes = compare_links(before or (), links)
        return Built(reading, len(papers), len(new), removed, (), (), unused, changes, before is None)

    graph = build_graph(Corpus(papers, extractions, entities, links))
    records = graph_records(graph)
    counts = Counter(node.label for node in records.nodes)
    edge_counts = Counter(edge.type for edge in records.edges)
    ordered = {**dict(sorted(counts.items())), **dict(sorted(edge_counts.items()))}
    contents = {
        "papers.jsonl": dump_lines(papers),
        "extractions.jsonl": dump_lines(extractions),
        "links.jsonl": dump_lines(links),
        "nodes.jsonl": dump_lines(records.nodes),
        "edges.jsonl": dump_lines(records.edges),
    }
    meta = Meta(
        FORMAT,
        __version__,
        extractor_version(),
        inputs or (),
        recorded,
        ordered,
        {},
        guides.aliases_sha256,
        guides.decisions_sha256,
    )
    written = write_directory(directory, contents, meta)
    return Built(reading, len(papers), len(new), removed, written, tuple(ordered.items()), unused)


def _guides(directory: Path, aliases: Path | None) -> _Guides:
    """Read what a user says about identity: an alias file, and the decisions of the directory.

    Raises:
        RecordError: One of the two is faulty; names the line.
    """
    if aliases is not None and aliases.exists() and not aliases.is_file():
        raise RecordError(str(aliases), "not a plain file", "name a table of aliases")
    table = directory / DECISIONS
    try:
        data = table.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        data = None
    numbered = () if data is None else parse_decisions(data, str(table))
    return _Guides(
        () if aliases is None else read_aliases(aliases),
        None if aliases is None else sha256(aliases),
        tuple(decision for _, decision in numbered),
        None if data is None else hashlib.sha256(data).hexdigest(),
    )


def _inputs(pages: Sequence[str]) -> tuple[Input, ...] | None:
    """Return names and hashes of the pages, sorted; None where they cannot be known beforehand."""
    if "-" in pages or not all(Path(page).is_file() for page in pages):
        return None
    named = page_names(pages)
    return tuple(Input(name, sha256(Path(page))) for page, name in sorted(named.items(), key=lambda p: p[1]))


def _up_to_date(
    directory: Path, inputs: tuple[Input, ...] | None, options: dict[str, str], guides: _Guides
) -> Meta | None:
    """Return the meta of a complete directory that this very build has made before."""
    hashes = guides.aliases_sha256, guides.decisions_sha256
    wanted = (__version__, extractor_version(), inputs, options, *hashes)
    try:
        meta = check_directory(directory)
    except DirectoryError:
        return None  # there is none, or it was cut off or edited: the build that follows repairs it
    made = (meta.kg, meta.extractor, meta.inputs, meta.options, meta.aliases, meta.decisions)
    return meta if made == wanted else None


def _known_extractions(directory: Path) -> dict[str, tuple[str, Extraction]]:
    """Return text and extraction of every paper that the present extractor has read before."""
    try:
        meta = check_directory(directory, ("papers.jsonl", "extractions.jsonl"))
    except DirectoryError:
        return {}
    if meta.extractor != extractor_version() or meta.kg != __version__:
        return {}
    pairs: Iterator[tuple[Paper, Extraction]] = zip(
        read_papers(directory), read_extractions(directory), strict=True
    )
    return {paper.id: (paper.text, extraction) for paper, extraction in pairs}


def _links(directory: Path) -> tuple[Link, ...] | None:
    """Return the links of a directory, None where there are none to compare with."""
    try:
        check_directory(directory, ("links.jsonl",))
    except DirectoryError:
        return None
    return tuple(read_links(directory))
