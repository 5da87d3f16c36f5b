"""N-Triples (W3C, 2014 and 1.2): one statement a line, streamed in constant memory."""

from collections.abc import Iterator

from kg.exports.terms import format_term
from kg.exports.triples import RdfOptions, triples
from kg.records import Graph


def nt(graph: Graph, options: RdfOptions | None = None) -> Iterator[str]:
    """Yield the lines of an N-Triples file."""
    for subject, predicate, object_ in triples(graph, options):
        yield f"<{subject}> <{predicate}> {format_term(object_)} .\n"
