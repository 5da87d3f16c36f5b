"""IRIs and literals of the RDF exports, and their N-Triples syntax (W3C, 2014 and 1.2).

A term is a `str` (an IRI), a `Literal` or a `Statement` in the place of an object (RDF
1.2); there are no blank nodes, so equal graphs give equal files.
"""

import re
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

from kg.errors import ExportError

BASE: Final = "urn:uuid:dd39f574-46f8-4fac-9f85-7e2c4ea0345d#"
"""Where the IRIs of nodes begin, unless the user names a base.

A UUID (RFC 9562) needs no registration and can be nobody else's; a domain that we do
not own would promise what nobody keeps. Whoever publishes a graph has a domain.
"""

XSD: Final = "http://www.w3.org/2001/XMLSchema#"


class Literal(NamedTuple):
    """A literal: its text and either a datatype or a language, or neither for a plain string."""

    text: str
    datatype: str | None = None
    language: str | None = None


class Statement(NamedTuple):
    """A triple that another triple speaks of (RDF 1.2): a triple term."""

    subject: str
    predicate: str
    object: str


Term = str | Literal | Statement
Triple = tuple[str, str, Term]

_SAFE = re.compile(r"[a-z]+:[a-z0-9][a-z0-9-]*")
_MARK: Final = "id_"  # no id of ours begins so: slugs and hashes have no underscore


def iri(id_: str, base: str = BASE) -> str:
    """Return the IRI of a node or an edge; different ids have different IRIs.

    A local part that begins with no letter gets ``id_`` in front, because rdflib's
    Turtle writer abbreviates an IRI only from a letter on. Whatever an IRI cannot
    hold is percent-encoded.

    >>> iri("dataset:gsm8k", "https://example.org/kg/")
    'https://example.org/kg/dataset/gsm8k'
    >>> iri("paper:1f", "urn:x#"), iri("model:a b<c>", "urn:x#")
    ('urn:x#paper/id_1f', 'urn:x#model/a%20b%3Cc%3E')
    """
    type_, _, local = id_.partition(":")
    if _SAFE.fullmatch(id_):  # nothing is to be encoded, as in most ids
        return f"{base}{type_}/{local}" if local[0] > "9" else f"{base}{type_}/{_MARK}{local}"
    if local.startswith(_MARK) or not re.match(r"[A-Za-z]", local):
        local = _MARK + local
    return f"{base}{quote(type_, safe='')}/{quote(local, safe='')}"


def id_of(iri_: str, base: str = BASE) -> str | None:
    """Return the id of a node or an edge whose IRI `iri` has made, None for any other IRI.

    >>> id_of("urn:x#paper/id_1f", "urn:x#"), id_of("https://example.org/", "urn:x#")
    ('paper:1f', None)
    """
    type_, slash, local = iri_.removeprefix(base).partition("/")
    if not iri_.startswith(base) or not slash:
        return None
    return f"{unquote(type_)}:{unquote(local.removeprefix(_MARK))}"


_IRI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~!$&'()*+,;=:@/?#\[\]\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef-]|%[0-9A-Fa-f]{2})+"
)


def is_iri(text: str) -> bool:
    """Tell whether a text is an absolute IRI that every reader of RDF accepts (after RFC 3987).

    >>> is_iri("https://example.org/é"), is_iri("https://example.org/a b"), is_iri("example.org")
    (True, False, False)
    """
    if _IRI.fullmatch(text) is None or text.count("#") > 1 or re.search(r"[\[\]]", text):
        return False
    scheme, _, rest = text.partition(":")
    return scheme not in ("http", "https") or re.match(r"//[^/?#]", rest) is not None


def is_prefixed(text: str) -> bool:
    """Tell whether a text begins with a prefix of our files, which readers would expand.

    >>> is_prefixed("schema:Dataset"), is_prefixed("model:bert"), is_prefixed("urn:x")
    (True, True, False)
    """
    from kg.exports.vocabulary import prefixes  # which is written with the terms of this module

    return text.partition(":")[0].lower() in prefixes()


def check_base(text: str) -> str:
    """Return the base of IRIs that a user has named, with a slash behind it unless it ends in one or in #.

    Raises:
        ExportError: It is no absolute IRI that every reader of RDF accepts.

    >>> check_base("https://example.org/kg")
    'https://example.org/kg/'
    """
    if not is_iri(text) or is_prefixed(text):
        what = "is no absolute IRI that every reader of RDF accepts"
        raise ExportError(f"base {text!r}", what, "name one, such as https://data.example.org/kg/")
    return text if text.endswith(("/", "#")) else f"{text}/"


_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quoted(text: str) -> str:
    r"""Return a text as a quoted string of N-Triples, Turtle and SPARQL.

    Escaped are also the characters at which some readers break a line and those
    that editors do not show.

    >>> print(quoted('5" \\ \x00\n'))
    "5\" \\ \u0000\n"
    """
    if _ESCAPED.search(text) is None:
        return f'"{text}"'
    return '"' + _ESCAPED.sub(lambda m: _SHORT.get(m[0]) or f"\\u{ord(m[0]):04X}", text) + '"'


def format_term(term: Term) -> str:
    """Return a term in N-Triples syntax.

    >>> print(format_term(Literal("71.50", XSD + "decimal")))
    "71.50"^^<http://www.w3.org/2001/XMLSchema#decimal>
    >>> print(format_term(Statement("urn:a", "urn:b", "urn:c")))
    <<( <urn:a> <urn:b> <urn:c> )>>
    """
    if isinstance(term, str):
        return f"<{term}>"
    if isinstance(term, Statement):
        return f"<<( <{term.subject}> <{term.predicate}> <{term.object}> )>>"
    if term.language is not None:
        return f"{quoted(term.text)}@{term.language}"
    return quoted(term.text) + (f"^^<{term.datatype}>" if term.datatype is not None else "")
