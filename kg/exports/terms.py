"""IRIs and literals of the RDF exports, and their N-Triples syntax (W3C, 2014).

A term is a `str` (an IRI) or a `Literal`; there are no blank nodes, so equal graphs
give equal files.
"""

import re
from typing import NamedTuple
from urllib.parse import quote

BASE = "https://paper-graph.example/id"
"""Where the IRIs of nodes begin. The top-level domain is reserved (RFC 2606): it can be nobody else's."""

XSD = "http://www.w3.org/2001/XMLSchema#"


class Literal(NamedTuple):
    """A literal: its text and either a datatype or a language, or neither for a plain string."""

    text: str
    datatype: str | None = None
    language: str | None = None


Term = str | Literal
Triple = tuple[str, str, Term]


def iri(id_: str, base: str = BASE) -> str:
    """Return the IRI of a node or an edge; different ids have different IRIs.

    A local part that begins with no letter gets ``_`` in front, because Turtle
    writers abbreviate an IRI only from a letter or ``_`` on. Whatever an IRI
    cannot hold is percent-encoded.

    >>> iri("dataset:gsm8k")
    'https://paper-graph.example/id/dataset/gsm8k'
    >>> iri("paper:1f"), iri("model:a b<c>", base="urn:x")
    ('https://paper-graph.example/id/paper/_1f', 'urn:x/model/a%20b%3Cc%3E')
    """
    type_, _, local = id_.partition(":")
    if not re.match(r"[A-Za-z]", local):
        local = f"_{local}"
    return f"{base}/{quote(type_, safe='')}/{quote(local, safe='')}"


_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quoted(text: str) -> str:
    r"""Return a text as a quoted string of N-Triples and Turtle.

    Escaped are also the characters at which some readers break a line and those
    that editors do not show.

    >>> print(quoted('5" \\ \x00\n'))
    "5\" \\ \u0000\n"
    """
    return '"' + _ESCAPED.sub(lambda m: _SHORT.get(m[0]) or f"\\u{ord(m[0]):04X}", text) + '"'


def format_term(term: Term) -> str:
    """Return a term in N-Triples syntax.

    >>> print(format_term(Literal("71.50", XSD + "decimal")))
    "71.50"^^<http://www.w3.org/2001/XMLSchema#decimal>
    """
    if isinstance(term, str):
        return f"<{term}>"
    if term.language is not None:
        return f"{quoted(term.text)}@{term.language}"
    return quoted(term.text) + (f"^^<{term.datatype}>" if term.datatype is not None else "")
