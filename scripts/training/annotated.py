"""Annotated abstracts as Docs: sentences and abbreviations read, entities put in."""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc

import kg.extract.abbreviations
import kg.extract.sentences  # noqa: F401 -- registers the component
from kg.evaluate.gold import read_gold
from kg.records import ExtractedEntity, ExtractedResult, Extraction, Mention, paper_id

SHARED = Path(__file__).resolve().parents[3] / "shared"
TRAINING = ("train.jsonl", "train_extra.jsonl")
CORPUS = SHARED / "corpora" / "sota_tdms"
CLAIMS = Path(__file__).with_name("claims.jsonl")
"""Claims of more abstracts of that corpus, by offsets alone: the text stays where it is.

One abstract a line: ``id`` in the corpus; ``sha256`` of its text (16 digits); ``entities``, each its
type and its mentions, as the extractor read them before; ``results``, annotated after the guidelines
by a language model that was shown those entities: ``sentence``, ``value`` and the slots are [start, end).
"""


def annotated_docs(names: Sequence[str] = TRAINING) -> Iterator[tuple[Extraction, Doc]]:
    """Yield each annotation and its Doc with the annotated entities, mentions found, roles empty."""
    nlp = _pipeline()
    for name in names:
        for paper, gold in read_gold(SHARED / "gold" / name):
            doc = nlp(paper.text)
            doc._.kg_entities = find_mentions(paper.text, gold.entities)
            yield gold, doc


def claimed_docs() -> Iterator[tuple[Extraction, Doc]]:
    """Yield the abstracts of `CLAIMS` in its order, with the entities that the extractor has read.

    Raises:
        ValueError: A text of the corpus is not the one that was annotated.
    """
    nlp = _pipeline()
    texts = {record["id"]: record["text"] for record in corpus_records(CORPUS)}
    with CLAIMS.open(encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            text = texts[record["id"]]
            if hashlib.sha256(text.encode()).hexdigest()[:16] != record["sha256"]:
                raise ValueError(f"{record['id']}: the text is not the one that was annotated")
            doc = nlp(text)
            doc._.kg_entities = tuple(_entity(text, *entity) for entity in record["entities"])
            results = tuple(_result(text, **result) for result in record["results"])
            title = text.partition("\n")[0]
            yield Extraction(title, paper_id(title), doc._.kg_entities, results, "annotation"), doc


def corpus_records(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a corpus folder, file by file."""
    for path in sorted(folder.glob("*.jsonl*")):
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _pipeline() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("kg_sentences")
    nlp.add_pipe("kg_abbreviations")
    return nlp


def _entity(text: str, type_: str, *mentions: tuple[int, int]) -> ExtractedEntity:
    forms = tuple(dict.fromkeys(text[start:end] for start, end in mentions))
    return ExtractedEntity(type_, forms[0], forms, (), 1.0, tuple(Mention(*mention) for mention in mentions))


def _result(
    text: str,
    *,
    sentence: tuple[int, int],
    kind: str,
    direction: str | None = None,
    **spans: tuple[int, int],
) -> ExtractedResult:
    start, end = sentence
    filled = {name: text[slice(*span)] for name, span in spans.items()}
    return ExtractedResult(
        text[start:end],
        start,
        end,
        value=filled.get("value"),
        kind=kind,
        direction=direction,
        confidence=1.0,
        subject=filled.get("subject"),
        metric=filled.get("metric"),
        dataset=filled.get("dataset"),
        task=filled.get("task"),
        baseline=filled.get("baseline"),
    )


def find_mentions(text: str, entities: Sequence[ExtractedEntity]) -> tuple[ExtractedEntity, ...]:
    """Return the entities with all occurrences of their forms, longer forms first, at word borders."""
    forms = sorted(
        {(form, index) for index, entity in enumerate(entities) for form in entity.forms},
        key=lambda pair: (-len(pair[0]), pair),
    )
    taken = bytearray(len(text))
    mentions: list[list[Mention]] = [[] for _ in entities]
    for form, index in forms:
        for found in re.finditer(re.escape(form), text):
            start, end = found.span()
            inside = (start > 0 and text[start - 1].isalnum()) or (end < len(text) and text[end].isalnum())
            if inside or any(taken[start:end]):
                continue
            taken[start:end] = b"\1" * (end - start)
            mentions[index].append(Mention(start, end))
    return tuple(
        replace(entity, roles=(), mentions=tuple(sorted(found, key=lambda mention: mention.start)))
        for entity, found in zip(entities, mentions, strict=True)
    )
