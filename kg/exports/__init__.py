"""Exports: the graph in the formats of others, one file a format.

Input: a `Graph`. Output: text, the same bytes for equal graphs. Assumes that the graph
fits ``kg.schema``. Ignores on purpose: everything outside the graph.

A new format is a function from `Graph` to chunks of text and a line in `EXPORTS`, or one
that fills a folder and a line in `FOLDERS`; the choices of the command line, the table of
the README and the generic tests follow.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from kg.errors import ExportError
from kg.exports.graphml import graphml
from kg.exports.html import html
from kg.exports.jsonld import jsonld
from kg.exports.neo4j_admin import COMMAND, FILES, REPORT, neo4j_admin
from kg.exports.nt import nt
from kg.exports.rdf import ttl
from kg.exports.triples import RdfOptions
from kg.files import whole_folder, write_whole
from kg.records import Edge, Graph, Node
from kg.stored import GRAPH


@dataclass(frozen=True, slots=True)
class Export:
    """A format: what makes its text, the usual suffix of its files, and what it is good for.

    What makes the text of a format of RDF takes `RdfOptions` besides.
    """

    chunks: Callable[..., Iterator[str]]
    suffix: str
    help: str
    rdf: bool = False
    compressed: bool = False


EXPORTS: Final = {
    "nt": Export(nt, ".nt", "RDF as N-Triples: streamed, for large graphs and triple stores", rdf=True),
    "nt.gz": Export(nt, ".nt.gz", "the same, compressed", rdf=True, compressed=True),
    "ttl": Export(ttl, ".ttl", "RDF as Turtle: to read and to edit", rdf=True),
    "jsonld": Export(
        jsonld, ".jsonld", "RDF as JSON-LD: for programs that read JSON; needs no network", rdf=True
    ),
    "graphml": Export(graphml, ".graphml", "GraphML for Gephi, yEd, Cytoscape and igraph"),
    "html": Export(html, ".html", "one interactive page that works offline"),
}


@dataclass(frozen=True, slots=True)
class FolderExport:
    """A format of several files: what fills its folder, record by record, and what it is good for."""

    fill: Callable[[Iterable[Node], Iterable[Edge], Path, str], None]
    files: frozenset[str]  # names that may be in such a folder
    command: str  # what takes the files further, in their folder
    help: str


FOLDERS: Final = {
    "neo4j-admin": FolderExport(
        neo4j_admin,
        FILES | {REPORT},
        COMMAND,
        "a folder of CSV files for neo4j-admin database import: streamed, for graphs of many millions",
    ),
}


def export_bytes(graph: Graph, format_: str, rdf: RdfOptions | None = None) -> Iterator[bytes]:
    """Yield a graph in a format of `EXPORTS` (UTF-8, line feeds; options for those of RDF)."""
    export = EXPORTS[format_]
    chunks = export.chunks(graph, rdf) if export.rdf else export.chunks(graph)
    data = (chunk.encode() for chunk in chunks)
    return _gzip(data) if export.compressed else data


def write_export(graph: Graph, format_: str, out: Path | BinaryIO, rdf: RdfOptions | None = None) -> None:
    """Write a graph in a format of `EXPORTS` to a path or an open binary file.

    A file appears whole or not at all: it is written beside its place and moved there.

    Raises:
        ExportError: The file cannot be written, or the format cannot hold the graph.
    """
    data = export_bytes(graph, format_, rdf)
    if not isinstance(out, Path):
        for chunk in data:
            out.write(chunk)
        return
    try:
        write_whole(out, data)
    except OSError as error:
        what = f"cannot be written ({error.strerror or error})"
        raise ExportError(str(out), what, "choose another file with -o") from error


def write_folder(
    nodes: Iterable[Node], edges: Iterable[Edge], format_: str, out: Path, graph: str = GRAPH
) -> None:
    """Write a graph in a format of `FOLDERS` to a folder, which appears whole or not at all.

    An older export in its place is replaced.

    Args:
        nodes: Of the graph; taken once, one by one.
        edges: Of the graph; taken after the nodes, likewise.
        format_: Name of the format.
        out: The folder.
        graph: Name of the graph, for formats that tell it.

    Raises:
        ExportError: The folder cannot be written or holds other things, or the format
            cannot hold the graph.
    """
    export = FOLDERS[format_]
    try:
        with whole_folder(out, export.files) as folder:
            export.fill(nodes, edges, folder, graph)
    except OSError as error:
        what = f"cannot be written ({error.strerror or error})"
        raise ExportError(str(out), what, "choose another folder with -o") from error


def _gzip(data: Iterable[bytes]) -> Iterator[bytes]:
    """Yield compressed data whose header has neither time nor name: equal data give equal bytes."""
    packer = zlib.compressobj(wbits=31)
    for chunk in data:
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()
