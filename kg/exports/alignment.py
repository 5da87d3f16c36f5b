"""Which entity is what elsewhere (Wikidata and others), by a table of the user.

Columns ``entity`` (id), ``match`` (IRI, or ``wikidata:Q5``) and, if wished, ``relation``
(a mapping relation of SKOS; W3C, 2009), divided by tabs under such a header. Never
``owl:sameAs``: what was linked by a program may be wrong, and that would make it one.
"""

import re
from pathlib import Path
from typing import Final

from kg.errors import ExportError
from kg.exports.terms import is_iri, is_prefixed
from kg.exports.triples import Match
from kg.exports.vocabulary import MATCHES

_WIKIDATA: Final = "http://www.wikidata.org/entity/"
_PAGE: Final = re.compile(
    r"(?:wikidata:|https?://www\.wikidata\.org/(?:wiki|entity)/)([QPL]\d[\w-]*)", re.ASCII
)


def read_matches(path: Path) -> tuple[Match, ...]:
    """Return the rows of a table, sorted; a row without relation is an exact match.

    Raises:
        ExportError: The header or a row is not understood; names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ExportError(str(path), "is no UTF-8", "save it as UTF-8") from error
    header, *rows = [line.split("\t") for line in lines] or [[]]
    if header[:2] != ["entity", "match"] or header[2:] not in ([], ["relation"]):
        what = f"begins with {header!r}, not with the columns entity, match and relation"
        raise ExportError(f"{path}, line 1", what, "write such a header, divided by tabs")
    found = set()
    for number, row in enumerate(rows, 2):
        if not any(row):
            continue
        entity, match, relation = (*row, "", "")[:3]
        iri = _expanded(match.strip())
        relation = relation.strip() or "exactMatch"
        where = f"{path}, line {number}"
        if ":" not in entity or len(row) > len(header):
            raise ExportError(where, f"{row!r} has no id of an entity", "write for example dataset:gsm8k")
        if is_prefixed(iri):
            what = f"{match!r} is a name with a prefix of our files, no whole IRI"
            raise ExportError(where, what, "write the whole IRI, or wikidata:Q...")
        if not is_iri(iri) or iri.startswith("wikidata:"):
            raise ExportError(where, f"{match!r} is no IRI", "write a whole one, or wikidata:Q...")
        if relation not in MATCHES:
            raise ExportError(where, f"{relation!r} is no relation", f"choose one of {', '.join(MATCHES)}")
        found.add(Match(entity.strip(), relation, iri))
    return tuple(sorted(found))


def _expanded(match: str) -> str:
    """Return an IRI, and that of the thing where a page about it at Wikidata is named.

    >>> _expanded("wikidata:Q5"), _expanded("https://www.wikidata.org/wiki/Q5")
    ('http://www.wikidata.org/entity/Q5', 'http://www.wikidata.org/entity/Q5')
    """
    found = _PAGE.fullmatch(match)
    return match if found is None else _WIKIDATA + found[1]
