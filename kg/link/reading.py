r"""The door of ``kg link``: extractions, or annotated abstracts, as JSON Lines.

Beside what `kg extract` prints, a record may have only ``entities`` with ``type`` and
``forms``, and a ``title`` or a ``text`` (title + line feed + abstract). Offsets, roles and
confidences may be missing; an ``id`` is kept, whatever it looks like. Graph directories
are read strictly, by ``kg.records``.
"""

import dataclasses
from collections.abc import Iterable
from decimal import Decimal
from typing import BinaryIO, Final

import msgspec

from kg.errors import RecordError
from kg.records import ExtractedEntity, ExtractedResult, Extraction, Mention, RoleEvidence, paper_id
from kg.schema import ENTITY_TYPES


@dataclasses.dataclass(frozen=True, slots=True)
class _Entity:
    type: str
    forms: tuple[str, ...]
    name: str | None = None
    roles: tuple[str, ...] = ()
    confidence: float = 1.0
    mentions: tuple[Mention, ...] = ()
    role_evidence: tuple[RoleEvidence, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class _Result:
    evidence: str
    kind: str
    start: int = 0
    end: int = 0
    subject: str | None = None
    metric: str | None = None
    value: str | int | float | None = None
    direction: str | None = None
    dataset: str | None = None
    task: str | None = None
    baseline: str | None = None
    confidence: float = 1.0
    number: Decimal | None = None
    unit: str | None = None
    hedges: tuple[str, ...] = ()


_RESULT_FIELDS: Final = tuple(field.name for field in dataclasses.fields(_Result))


@dataclasses.dataclass(frozen=True, slots=True)
class _Record:
    entities: tuple[_Entity, ...]
    title: str | None = None
    text: str | None = None
    id: str | None = None
    results: tuple[_Result, ...] = ()
    extractor: str = "unknown"


def read_mentions(lines: Iterable[bytes] | BinaryIO, where: str) -> tuple[Extraction, ...]:
    """Return the papers of JSON lines, in their order; records of one id are one paper.

    Raises:
        RecordError: A line is no record of a paper; names the line.
    """
    decoder = msgspec.json.Decoder(_Record)
    papers: dict[str, Extraction] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            paper = _extraction(decoder.decode(line))
        except (msgspec.MsgspecError, ValueError) as error:  # UnicodeDecodeError is a ValueError
            raise RecordError(
                f"{where}, line {number}",
                f"no record to link ({error})",
                "write one as kg extract does, or with title, and entities with type and forms",
            ) from error
        if (known := papers.get(paper.id)) is not None:
            entities = tuple(dict.fromkeys(known.entities + paper.entities))
            results = tuple(dict.fromkeys(known.results + paper.results))
            paper = dataclasses.replace(known, entities=entities, results=results)
        papers[paper.id] = paper
    return tuple(papers.values())


def _extraction(record: _Record) -> Extraction:
    """Return the extraction of a record.

    Raises:
        ValueError: The record lacks what linking needs.
    """
    title = record.title if record.title is not None else (record.text or "").partition("\n")[0]
    if not title.strip():
        raise ValueError("neither a title nor a text")
    entities = []
    for entity in record.entities:
        if entity.type not in ENTITY_TYPES:
            raise ValueError(f"entity type {entity.type!r} is none of {', '.join(ENTITY_TYPES)}")
        if not entity.forms or not all(form.strip() for form in entity.forms):
            raise ValueError("an entity without forms, or with an empty one")
        name = entity.forms[0] if entity.name is None else entity.name
        fields = entity.roles, entity.confidence, entity.mentions, entity.role_evidence
        entities.append(ExtractedEntity(entity.type, name, entity.forms, *fields))
    results = tuple(
        ExtractedResult(
            **{
                **{name: getattr(result, name) for name in _RESULT_FIELDS},
                "value": None if result.value is None else str(result.value),
            }
        )
        for result in record.results
    )
    return Extraction(title, record.id or paper_id(title), tuple(entities), results, record.extractor)
