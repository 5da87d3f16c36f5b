r"""The door of the annotated abstracts: JSON Lines to papers and their annotations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kg.errors import RecordError
from kg.records import ExtractedEntity, ExtractedResult, Extraction, Paper, paper_id
from kg.schema import DIRECTIONS, ENTITY_TYPES, KINDS, ROLES


@dataclass(frozen=True, slots=True)
class _GoldEntity:
    type: str
    forms: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _GoldResult:
    evidence: str
    kind: str
    subject: str | None = None
    metric: str | None = None
    value: str | int | float | None = None
    direction: str | None = None
    dataset: str | None = None
    task: str | None = None
    baseline: str | None = None


@dataclass(frozen=True, slots=True)
class _GoldRecord:
    title: str
    entities: tuple[_GoldEntity, ...]
    results: tuple[_GoldResult, ...]
    text: str | None = None
    abstract: str | None = None


def read_gold(path: Path) -> Iterator[tuple[Paper, Extraction]]:
    r"""Yield annotated papers and their annotations, with confidence 1, in file order.

    A record holds ``title``, ``entities``, ``results``, and the ``abstract`` or the
    ``text`` (``title + "\n" + abstract``); other keys are ignored.

    Raises:
        RecordError: A line is no annotated record; names the line.
    """
    decoder = msgspec.json.Decoder(_GoldRecord)
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                record = decoder.decode(line)
                _check(record)
                yield _paper(record), _annotation(record)
            except (msgspec.MsgspecError, ValueError) as error:  # UnicodeDecodeError is a ValueError
                raise RecordError(
                    f"{path}, line {number}",
                    f"not an annotated record ({error})",
                    "correct the line as the annotation guidelines say",
                ) from error


def _check(record: _GoldRecord) -> None:
    for entity in record.entities:
        _known("entity type", entity.type, ENTITY_TYPES)
        if not entity.forms:
            raise ValueError("an entity has no forms")
        for role in entity.roles:
            _known("role", role, ROLES)
    for result in record.results:
        _known("kind", result.kind, KINDS)
        if result.direction is not None:
            _known("direction", result.direction, DIRECTIONS)


def _known(what: str, value: str, names: Sequence[str]) -> None:
    if value not in names:
        raise ValueError(f"{what} {value!r} is none of {', '.join(names)}")


def _paper(record: _GoldRecord) -> Paper:
    if record.abstract is not None:
        abstract = record.abstract
    elif record.text is None:
        raise ValueError("neither an abstract nor a text")
    elif not record.text.startswith(f"{record.title}\n"):
        raise ValueError("the text does not begin with the title and a line feed")
    else:
        abstract = record.text[len(record.title) + 1 :]
    return Paper(record.title, abstract, paper_id(record.title))


def _annotation(record: _GoldRecord) -> Extraction:
    text = _paper(record).text
    entities = tuple(
        ExtractedEntity(entity.type, entity.forms[0], entity.forms, entity.roles, 1.0)
        for entity in record.entities
    )
    results = tuple(
        ExtractedResult(
            evidence=result.evidence,
            start=(start := max(0, text.find(result.evidence))),
            end=start + len(result.evidence),
            subject=result.subject,
            metric=result.metric,
            value=None if result.value is None else str(result.value),
            kind=result.kind,
            direction=result.direction,
            dataset=result.dataset,
            task=result.task,
            baseline=result.baseline,
            confidence=1.0,
        )
        for result in record.results
    )
    return Extraction(record.title, paper_id(record.title), entities, results, "annotation")
