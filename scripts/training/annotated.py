"""Annotated abstracts as Docs: sentences and abbreviations read, entities put in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import spacy
from spacy.tokens import Doc

import kg.extract.abbreviations
import kg.extract.sentences  # noqa: F401 -- registers the component
from kg.evaluate.gold import read_gold
from kg.records import ExtractedEntity, Extraction, Mention

SHARED = Path(__file__).resolve().parents[3] / "shared"
TRAINING = ("train.jsonl", "train_extra.jsonl")


def annotated_docs(names: Sequence[str] = TRAINING) -> Iterator[tuple[Extraction, Doc]]:
    """Yield each annotation and its Doc with the annotated entities, mentions found, roles empty."""
    nlp = spacy.blank("en")
    nlp.add_pipe("kg_sentences")
    nlp.add_pipe("kg_abbreviations")
    for name in names:
        for paper, gold in read_gold(SHARED / "gold" / name):
            doc = nlp(paper.text)
            doc._.kg_entities = find_mentions(paper.text, gold.entities)
            yield gold, doc


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
