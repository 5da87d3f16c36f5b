"""The whole way, in order: pages -> papers -> extractions -> links -> graph -> directory.

A build is a function of its input pages and options: a second one with the same input
writes nothing; one with more pages extracts only the new papers; one with fewer pages
takes away exactly what the missing papers said.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg import __version__
from kg.directory import (
    FORMAT,
    Input,
    Meta,
    check_directory,
    check_place,
    read_extractions,
    read_papers,
    sha256,
    write_directory,
)
from kg.errors import DirectoryError
from kg.extract import extract, extractor_version
from kg.graph import build_graph, graph_records
from kg.link import link
from kg.pages import Reading, read_pages
from kg.pages.page import page_names
from kg.records import Corpus, Extraction, Paper, dump_lines

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


def build(
    pages: Sequence[str],
    directory: Path,
    *,
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
    if (meta := _up_to_date(directory, inputs, recorded)) is not None:
        return Built(None, meta.counts["Paper"], 0, 0, (), tuple(meta.counts.items()))

    check_place(directory)
    reading = read_pages(pages, format=format, page_year=page_year, skip_bad=skip_bad, advance=advance)
    papers = reading.papers
    known = _known_extractions(directory)
    new = [paper for paper in papers if known.get(paper.id, (None, None))[0] != paper.text]
    fresh = {extraction.id: extraction for extraction in extract(progress(new, len(new)))}
    extractions = tuple(fresh.get(paper.id) or known[paper.id][1] for paper in papers)
    entities, links = link(extractions)
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
    meta = Meta(FORMAT, __version__, extractor_version(), inputs or (), recorded, ordered, {})
    written = write_directory(directory, contents, meta)
    removed = len(known.keys() - {paper.id for paper in papers})
    return Built(reading, len(papers), len(new), removed, written, tuple(ordered.items()))


def _inputs(pages: Sequence[str]) -> tuple[Input, ...] | None:
    """Return names and hashes of the pages, sorted; None where they cannot be known beforehand."""
    if "-" in pages or not all(Path(page).is_file() for page in pages):
        return None
    named = page_names(pages)
    return tuple(Input(name, sha256(Path(page))) for page, name in sorted(named.items(), key=lambda p: p[1]))


def _up_to_date(directory: Path, inputs: tuple[Input, ...] | None, options: dict[str, str]) -> Meta | None:
    """Return the meta of a complete directory that this very build has made before."""
    wanted = (__version__, extractor_version(), inputs, options)
    try:
        meta = check_directory(directory)
    except DirectoryError:
        return None  # there is none, or it was cut off or edited: the build that follows repairs it
    return meta if (meta.kg, meta.extractor, meta.inputs, meta.options) == wanted else None


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
