"""N-Triples (W3C, 2014): one statement a line, streamed in constant memory."""

from collections.abc import Iterator

from kg.exports.terms import format_term
from kg.exports.triples import triples
from kg.records import Graph


def nt(graph: Graph) -> Iterator[str]:
    """Yield the lines of an N-Triples file."""
    for subject, predicate, object_ in triples(graph):
        yield f"<{subject}> <{predicate}> {format_term(object_)} .\n"
