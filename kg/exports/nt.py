"""N-Triples (W3C, 2014 and 1.2): one statement a line.

It is streamed; nothing is held beside the graph and its evidence.
"""

from collections.abc import Iterator

from kg.exports.terms import format_term
from kg.exports.triples import RdfOptions, descriptions
from kg.records import Graph


def nt(graph: Graph, options: RdfOptions | None = None) -> Iterator[str]:
    """Yield an N-Triples file, all lines of a subject at once."""
    for subject, facts in descriptions(graph, options):
        begin = f"<{subject}> <"
        yield "".join([f"{begin}{predicate}> {format_term(object_)} .\n" for predicate, object_ in facts])
