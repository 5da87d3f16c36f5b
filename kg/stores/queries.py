"""The named queries of ``cypher/queries``, one file each, described by its header.

A header is made of comment lines::

    // question: What does it answer?
    // parameter: limit int = 20 -- what it means
    // parameter: name Method|Model = "BERT" -- name, alias or id, in any case
    // column: dataset -- what it holds

A parameter has a name, a type of `PARAMETER_TYPES` or the labels of the entities that it
names, and, unless it is required, a default in JSON. Columns stand in the order in which
the query returns them.
"""

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import msgspec

from kg.errors import QueryError
from kg.schema import ENTITY_TYPES
from kg.stores.cypher import cypher_folder, read_cypher


def _bool(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


def _label(text: str) -> str:
    return {label.lower(): label for label in ENTITY_TYPES}[text.lower()]


def _date(text: str) -> str:
    """Return a date as the graph spells it, where dates compare as texts.

    Raises:
        ValueError: It is spelled otherwise, or no day of the calendar.
    """
    if re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text) is None:
        raise ValueError(text)
    dt.date.fromisoformat(text + "-01" * (2 - text.count("-")))
    return text


PARAMETER_TYPES: Final[Mapping[str, Callable[[str], Any]]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": _bool,
    "label": _label,
    "date": _date,
}
"""Types of parameters, and how the text of the command line becomes one."""

_NEAR: Final = 3  # names told for one that is not known


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a named query."""

    name: str
    type: str
    doc: str
    required: bool
    default: str | float | bool | None = None
    labels: tuple[str, ...] = ()  # of the entities that it names, none for other texts and numbers


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the rows of a named query."""

    name: str
    doc: str


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """One file of ``cypher/queries``."""

    name: str
    question: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    text: str


@cache
def query_names() -> tuple[str, ...]:
    """Return the names of all queries, sorted."""
    return tuple(sorted(path.stem for path in (cypher_folder() / "queries").glob("*.cypher")))


@cache
def named_query(name: str) -> NamedQuery:
    """Return one query by its name.

    Raises:
        QueryError: There is none of this name; the message tells near ones.
    """
    if name not in query_names():
        todo = f"write Cypher, or name a query{_near(name, query_names())} (kg query --list shows all)"
        raise QueryError(name, "no query has this name", todo)
    header = (cypher_folder() / "queries" / f"{name}.cypher").read_text(encoding="utf-8")
    return parse_query(name, header, read_cypher(f"queries/{name}"))


def parse_query(name: str, header: str, text: str) -> NamedQuery:
    """Return a query from the comment lines of its file and the Cypher below them.

    Raises:
        QueryError: A header line cannot be read, or the question or the columns are missing.
    """
    question, parameters, columns = "", [], []
    for line in header.splitlines():
        if not line.startswith("//"):
            continue
        kind, _, rest = line.removeprefix("//").strip().partition(": ")
        if kind == "question":
            question = rest
        elif kind == "parameter" and (match := _PARAMETER.fullmatch(rest)):
            parameters.append(_parameter(match))
        elif kind == "column" and (match := _COLUMN.fullmatch(rest)):
            columns.append(Column(match["name"], match["doc"]))
        else:
            raise QueryError(name, f"header line not understood: {line}", "see kg/stores/queries.py")
    if not question or not columns:
        raise QueryError(name, "its header has no question or no column", "see kg/stores/queries.py")
    return NamedQuery(name, question, tuple(parameters), tuple(columns), text)


_LABELS = "|".join(("Entity", *ENTITY_TYPES))
_PARAMETER = re.compile(
    rf"(?P<name>\w+) (?P<type>{'|'.join(PARAMETER_TYPES)}|(?:{_LABELS})(?:\|(?:{_LABELS}))*)"
    r"(?: = (?P<default>.+?))? -- (?P<doc>.+)"
)
_COLUMN = re.compile(r"(?P<name>\w+) -- (?P<doc>.+)")


def _parameter(match: re.Match[str]) -> Parameter:
    default = match["default"]
    value = None if default is None else msgspec.json.decode(default)
    labels = () if match["type"] in PARAMETER_TYPES else tuple(match["type"].split("|"))
    return Parameter(match["name"], match["type"], match["doc"], default is None, value, labels)


def is_name(query: str) -> bool:
    """Tell whether what a user wrote is the name of a query, which is one word, and no Cypher."""
    return re.fullmatch(r"[\w-]+", query.strip()) is not None


def prepare(query: str, given: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """Return the Cypher and its parameters for what a user wrote on the command line.

    Args:
        query: The name of a query, which is one word, or Cypher.
        given: Parameters as ``key=value``. Those of a named query get the type that it
            declares; those of Cypher are read as JSON where they can be, else as text.

    Raises:
        QueryError: The name, a parameter or its value is not known.

    >>> prepare("RETURN $x + $y AS z", ["x=1", "y=a=b"])
    ('RETURN $x + $y AS z', {'x': 1, 'y': 'a=b'})
    """
    texts = dict(_key_value(item) for item in given)
    if is_name(query):
        named = named_query(query.strip())
        return named.text, bind(named, texts)
    return query, {key: _guessed(text) for key, text in texts.items()}


def bind(query: NamedQuery, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of all parameters of a named query, defaults filled in.

    Raises:
        QueryError: A parameter is unknown, missing or not of its type.
    """
    known = ", ".join(f"{p.name} ({p.type}{', required' if p.required else ''})" for p in query.parameters)
    if unknown := sorted(texts.keys() - {parameter.name for parameter in query.parameters}):
        near = _near(unknown[0], [parameter.name for parameter in query.parameters])
        todo = f"name a parameter{near}; it takes: {known or 'none'}"
        raise QueryError(query.name, f"has no parameter {unknown[0]!r}", todo)
    values: dict[str, Any] = {}
    for parameter in query.parameters:
        if parameter.name in texts:
            values[parameter.name] = _typed(query.name, parameter, texts[parameter.name])
        elif parameter.required:
            what = f"needs the parameter {parameter.name!r}, {parameter.doc}"
            raise QueryError(query.name, what, f"pass -p {parameter.name}=VALUE; it takes: {known}")
        else:
            values[parameter.name] = parameter.default
    return values


def _typed(name: str, parameter: Parameter, text: str) -> str | float | bool:
    try:
        value: str | float | bool = text if parameter.labels else PARAMETER_TYPES[parameter.type](text)
    except (KeyError, ValueError):
        what = f"parameter {parameter.name!r} is {text!r}, not of type {parameter.type}"
        raise QueryError(name, what, f"it means: {parameter.doc}") from None
    return value


def _near(word: str, known: Iterable[str]) -> str:
    """Return known words that contain a word or are spelled like it, to be told after "name a ...".

    >>> _near("leader", ["claims", "leaderboard"]), _near("xyz", ["claims"])
    (' like leaderboard', '')
    """
    known = list(known)
    containing = [name for name in known if word.lower() in name]
    near = dict.fromkeys([*containing, *difflib.get_close_matches(word.lower(), known, _NEAR)])
    return f" like {', '.join(list(near)[:_NEAR])}" if near else ""


def _key_value(item: str) -> tuple[str, str]:
    key, equals, text = item.partition("=")
    if not equals or not key:
        raise QueryError(f"parameter {item!r}", "is not key=value", "write for example -p dataset=GSM8K")
    return key, text


def _guessed(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeError):
        return text
