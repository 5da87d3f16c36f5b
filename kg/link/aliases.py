"""Other names of things: a table of what goes without saying in the field, and tables of users.

One alias a line; columns divided by tabs, under a header; ``#`` begins a comment::

    alias  canonical                     type    reason
    CNN    convolutional neural network  Method  abbreviation

Both names stand for one entity of that type; neither needs to be the name that the graph
shows. Names count in every spelling that `fold` makes equal. A name with two common
meanings in the field does not belong in a table: what it means is for each paper to say.

The table that ships, ``aliases.tsv``, is general knowledge, sorted by type, canonical and
alias. Its reasons are "abbreviation" (one of both is short for the other), "other name"
and "spelling".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from kg.errors import RecordError
from kg.link.forms import fold
from kg.link.tables import read_rows
from kg.schema import ENTITY_TYPES

COLUMNS: Final = ("alias", "canonical", "type", "reason")
"""Header of a table."""


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a thing, and why it is one."""

    alias: str
    canonical: str
    type: str  # of both
    reason: str


def read_aliases(path: Path) -> tuple[Alias, ...]:
    """Return the aliases of a table in UTF-8, in the order of the file.

    Raises:
        RecordError: The file cannot be read, a line is no alias, or contradicts another one;
            names the line.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        what = f"cannot be read ({error.strerror or error})"
        raise RecordError(str(path), what, "name a table of aliases") from error
    return _parse(data, str(path))


@cache
def known_aliases() -> tuple[Alias, ...]:
    """Return the aliases of the table that ships.

    >>> next(alias.canonical for alias in known_aliases() if alias.alias == "CNN")
    'convolutional neural network'
    """
    return _parse((files("kg.link") / "aliases.tsv").read_bytes(), "aliases.tsv")


def _parse(data: bytes, where: str) -> tuple[Alias, ...]:
    """Return the aliases of a table, which ``where`` names in errors.

    Raises:
        RecordError: As `read_aliases`.
    """
    found = [(row.number, _alias(row.cells, row.place)) for row in read_rows(data, where, COLUMNS)]
    _check_contradictions(found, where)
    return tuple(alias for _, alias in found)


def _alias(cells: list[str], place: str) -> Alias:
    """Return the alias of a line.

    Raises:
        RecordError: The line is none; says what to write.
    """
    if len(cells) != len(COLUMNS):
        what = f"{len(cells)} column{'s' * (len(cells) != 1)}, not the {len(COLUMNS)} of the header"
        raise RecordError(place, what, "divide the columns by tabs, one each")
    for column, cell in zip(COLUMNS, cells, strict=True):
        if not cell:
            raise RecordError(place, f"the {column} is empty", f"write the {column}, or remove the line")
    alias = Alias(*cells)
    if alias.type not in ENTITY_TYPES:
        raise RecordError(place, f"the type is {alias.type!r}", f"write one of {', '.join(ENTITY_TYPES)}")
    if fold(alias.alias) == fold(alias.canonical):
        what = f"{alias.alias!r} and {alias.canonical!r} are spellings of one name"
        raise RecordError(place, what, "remove the line: they are one entity anyway")
    return alias


def _check_contradictions(found: Iterable[tuple[int, Alias]], where: str) -> None:
    """Check that each alias stands for one name, which is not itself an alias.

    Raises:
        RecordError: It does not; names both lines.
    """
    lines: dict[tuple[str, str], tuple[int, Alias]] = {}
    for number, alias in found:
        first, other = lines.setdefault((alias.type, fold(alias.alias)), (number, alias))
        if fold(other.canonical) != fold(alias.canonical):
            what = (
                f"{alias.alias!r} stands for {alias.canonical!r}, but in line {first} for {other.canonical!r}"
            )
            raise RecordError(f"{where}, line {number}", what, "keep one of the two lines")
    for number, alias in lines.values():
        if (chained := lines.get((alias.type, fold(alias.canonical)))) is not None:
            second, next_ = chained
            what = f"{alias.canonical!r} is itself an alias, of {next_.canonical!r} in line {second}"
            if fold(next_.canonical) == fold(alias.alias):
                todo = f"remove this line or line {second}: they say the same"
            else:
                todo = f"write {next_.canonical!r} as the canonical name"
            raise RecordError(f"{where}, line {number}", what, todo)
