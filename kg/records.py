r"""The records that pass between the stages, their ids, and their JSON Lines form.

All records are frozen; unknown is ``None``. Offsets are Unicode code points,
half-open, into ``title + "\n" + abstract``. Ids come from content alone.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import msgspec

from kg.errors import RecordError
from kg.schema import EDGE_TYPES, NODE_TYPES, Property

Value = str | int | float | bool | Decimal | tuple[str, ...]
"""A property value of a node or an edge."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a paper was listed: page (file name) and record number, counted from 1."""

    page: str
    record: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as its listing pages give it; text fields are untouched."""

    title: str
    abstract: str
    id: str
    published: str | None = None  # ISO 8601, as precise as known
    published_inferred: bool = False  # the year is the year of the crawl, not written on the page
    author_count: int | None = None
    upvotes: int | None = None
    comments: int | None = None
    organization: str | None = None
    arxiv_id: str | None = None
    url: str | None = None
    sources: tuple[Source, ...] = ()

    @property
    def text(self) -> str:
        """The text that all offsets refer to."""
        return f"{self.title}\n{self.abstract}"


@dataclass(frozen=True, slots=True)
class Mention:
    """One occurrence of a form in the text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RoleEvidence:
    """One role of an entity in a paper, with the sentence that shows it."""

    role: str
    start: int  # of the sentence
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class ExtractedEntity:
    """An entity of one paper: its forms, what the paper does with it, where it stands.

    ``roles`` names each role once, in the order of ``kg.schema.ROLES``;
    ``role_evidence`` holds one item for each of them.
    """

    type: str
    name: str  # the first form
    forms: tuple[str, ...]
    roles: tuple[str, ...]
    confidence: float
    mentions: tuple[Mention, ...] = ()
    role_evidence: tuple[RoleEvidence, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtractedResult:
    """One claim of one paper. Slots hold forms, verbatim; ``value`` is as written."""

    evidence: str
    start: int
    end: int
    subject: str | None
    metric: str | None
    value: str | None
    kind: str
    direction: str | None
    dataset: str | None
    task: str | None
    baseline: str | None
    confidence: float
    number: Decimal | None = None  # parsed from value, where it is one number
    unit: str | None = None  # "%", "x", "points" or as written
    hedges: tuple[str, ...] = ()  # words that bound, doubt or deny it: "up to", "may", "not"


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that the extraction stage found in one paper."""

    title: str
    id: str
    entities: tuple[ExtractedEntity, ...]
    results: tuple[ExtractedResult, ...]
    extractor: str = "unknown"  # name and version of the pipeline


@dataclass(frozen=True, slots=True)
class Link:
    """One form of one paper and the entity it became, with the rule that decided."""

    paper: str
    form: str
    type: str
    entity: str
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Entity:
    """A node that several papers may share. Aliases exclude the name and are sorted.

    Models have the parts of their names besides, and the id of the model that they are a
    variant of, with the rule that says so.
    """

    id: str
    type: str
    name: str
    aliases: tuple[str, ...] = ()
    family: str | None = None
    version: str | None = None
    size: str | None = None
    variant: str | None = None
    variant_of: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything the graph is made of; each part sorted by id."""

    papers: tuple[Paper, ...]
    extractions: tuple[Extraction, ...]
    entities: tuple[Entity, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the graph; properties in schema order, unknown ones absent."""

    id: str
    label: str
    properties: tuple[tuple[str, Value], ...]

    def get(self, name: str) -> Value | None:
        """Return a property, or None where it is unknown."""
        return next((value for key, value in self.properties if key == name), None)

    @property
    def name(self) -> str:
        """A text to show: name or title, for a result its value or kind."""
        for key in ("name", "title", "value_as_written", "kind"):
            if (value := self.get(key)) is not None:
                return str(value)
        return self.id


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge of the graph; properties in schema order, unknown ones absent."""

    id: str
    type: str
    source: str
    target: str
    properties: tuple[tuple[str, Value], ...]

    def get(self, name: str) -> Value | None:
        """Return a property, or None where it is unknown."""
        return next((value for key, value in self.properties if key == name), None)


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and edges, each sorted by id: what stores load and exports write."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


# --- ids ---------------------------------------------------------------------------------------


def normalise_title(title: str) -> str:
    """Fold case, compatibility forms and everything but letters and digits.

    >>> normalise_title("GPT-4:  A “Report”")
    'gpt 4 a report'
    """
    folded = unicodedata.normalize("NFKC", title).casefold()
    return re.sub(r"[\W_]+", " ", folded).strip()


def hashed_id(prefix: str, *parts: str | None) -> str:
    """Return ``prefix:`` and 16 hexadecimal digits of all parts; None differs from "".

    >>> hashed_id("paper", "a b") == hashed_id("paper", "a", "b")
    False
    """
    # Unit separator and NUL are control characters, which no page field can hold.
    key = "\x1f".join("\x00" if part is None else part for part in parts)
    return f"{prefix}:{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def paper_id(title: str) -> str:
    """Return the id of a paper, which is that of its normalised title.

    >>> paper_id("A  Title") == paper_id("a title!")
    True
    """
    return hashed_id("paper", normalise_title(title))


_SPELLED_OUT = {
    "+": " plus ",
    "#": " sharp ",
    "@": " at ",
    "%": " pct ",
    "&": " and ",
    "*": " star ",
    "^": " hat ",
    "=": " eq ",
    "<": " lt ",
    ">": " gt ",
}


def entity_id(type_: str, name: str) -> str:
    """Return the id of an entity: its type and a readable slug of its name.

    Signs that tell names apart are spelled out, letters beyond ASCII are transliterated
    where Unicode decomposes them; where any other letter is lost, 6 hexadecimal digits
    keep the slug apart from others. Separators count for nothing, as in linking.

    >>> entity_id("Dataset", "GSM8K"), entity_id("Method", "mAP@0.5"), entity_id("Model", "Qwen2.5")
    ('dataset:gsm8k', 'method:map-at-0-5', 'model:qwen2-5')
    >>> entity_id("Method", "A*"), entity_id("Method", "A")
    ('method:a-star', 'method:a')
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    spelled = "".join(_SPELLED_OUT.get(char, char) for char in folded)
    plain = unicodedata.normalize("NFKD", spelled)
    ascii_ = "".join(char for char in plain if not unicodedata.combining(char))
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_).strip("-")
    lost = any(char.isalnum() and not char.isascii() for char in ascii_)
    if lost or not slug:
        slug = "-".join(filter(None, (slug, hashlib.sha256(folded.encode()).hexdigest()[:6])))
    return f"{type_.lower()}:{slug}"


def edge_id(type_: str, source: str, target: str) -> str:
    """Return the id of an edge: there is one edge of a type between two nodes."""
    return hashed_id("edge", type_, source, target)


# --- JSON Lines --------------------------------------------------------------------------------

R = TypeVar("R", Paper, Extraction, Link)

_encoder = msgspec.json.Encoder(decimal_format="number")


def dump_line(record: Paper | Extraction | Link | Node | Edge) -> bytes:
    """Return one record as a JSON line (UTF-8, keys in field order, no line end)."""
    if isinstance(record, Node):
        return _encoder.encode({"id": record.id, "label": record.label, **dict(record.properties)})
    if isinstance(record, Edge):
        ends = {"id": record.id, "type": record.type, "source": record.source, "target": record.target}
        return _encoder.encode({**ends, **dict(record.properties)})
    return _encoder.encode(record)


def dump_lines(records: Iterable[Paper | Extraction | Link | Node | Edge]) -> Iterator[bytes]:
    """Yield records as JSON lines, each ended by a line feed."""
    for record in records:
        yield dump_line(record) + b"\n"


def read_lines(lines: Iterable[bytes] | BinaryIO, type_: type[R], where: str) -> Iterator[R]:
    """Yield the records of JSON lines; unknown keys are ignored, blank lines skipped.

    Raises:
        RecordError: A line is no JSON, or no record of this type; names the line.
    """
    decoder = msgspec.json.Decoder(type_)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise _malformed(where, number, type_.__name__, error) from error


def read_nodes(path: Path) -> Iterator[Node]:
    """Yield the nodes of a ``nodes.jsonl``, checked against the schema.

    Raises:
        RecordError: A line is malformed or does not fit the schema; names the line.
    """
    for number, row in _rows(path, "Node"):
        try:
            properties = _properties(row, NODE_TYPES[row["label"]].properties)
            yield Node(row["id"], row["label"], properties)
        except (KeyError, TypeError, ValueError) as error:
            raise _malformed(str(path), number, "Node", error) from error


def read_edges(path: Path) -> Iterator[Edge]:
    """Yield the edges of an ``edges.jsonl``, checked against the schema.

    Raises:
        RecordError: A line is malformed or does not fit the schema; names the line.
    """
    for number, row in _rows(path, "Edge"):
        try:
            properties = _properties(row, EDGE_TYPES[row["type"]].properties)
            yield Edge(row["id"], row["type"], row["source"], row["target"], properties)
        except (KeyError, TypeError, ValueError) as error:
            raise _malformed(str(path), number, "Edge", error) from error


def _rows(path: Path, kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    decoder = msgspec.json.Decoder(float_hook=Decimal)  # floats of the text keep all their digits
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                row = decoder.decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise _malformed(str(path), number, kind, error) from error
            if not isinstance(row, dict):
                raise _malformed(str(path), number, kind, TypeError("not an object"))
            yield number, row


def _properties(row: dict[str, Any], known: tuple[Property, ...]) -> tuple[tuple[str, Value], ...]:
    out: list[tuple[str, Value]] = []
    for prop in known:
        value = row.get(prop.name)
        if value is None:
            if prop.required:
                raise ValueError(f"required property {prop.name!r} is absent")
            continue
        out.append((prop.name, _typed(value, prop)))
    return tuple(out)


def _typed(value: object, prop: Property) -> Value:
    match prop.type, value:
        case "str" | "date", str():
            return value
        case "bool", bool():
            return value
        case ("int", int()) if not isinstance(value, bool):
            return value
        case "float", int() | Decimal() if not isinstance(value, bool):
            return float(value)
        case "decimal", int() | Decimal() if not isinstance(value, bool):
            return Decimal(value)
        case "strs", list():
            return tuple(map(str, value))
    raise TypeError(f"{prop.name!r} is {value!r}, not of type {prop.type}")


def _malformed(where: str, number: int, kind: str, error: Exception) -> RecordError:
    return RecordError(
        f"{where}, line {number}", f"no {kind} record ({error})", "write the file again with kg"
    )
