"""Annotated abstracts as examples for the network, and abstracts without annotation."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from annotated import corpus_records
from tokenizers import Tokenizer

from kg.evaluate.agreement import normalise_title
from kg.extract.encoder import split
from kg.extract.outputs import TAGS
from kg.records import ExtractedEntity, Paper
from kg.schema import ENTITY_TYPES, ROLES
from tagger.network import Example


def annotated(paper: Paper, entities: Sequence[ExtractedEntity], tokenizer: Tokenizer) -> Example:
    """Return an annotated abstract: every occurrence of a form is a mention, the longest form wins.

    A form stands where no letter or digit touches it (rule 6 of the annotation guidelines).
    """
    words = split(paper.text, tokenizer)
    tags = np.zeros(len(words.first), np.int64)
    taken = np.zeros(len(paper.text), bool)
    begins: dict[int, list[int]] = {}
    forms = [(form, number) for number, entity in enumerate(entities) for form in entity.forms]
    for form, number in sorted(forms, key=lambda item: (-len(item[0]), item)):
        for found in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", paper.text):
            start, end = found.span()
            inside = np.flatnonzero((words.starts < end) & (words.ends > start))
            if taken[start:end].any() or not len(inside):
                continue
            taken[start:end] = True
            kind = ENTITY_TYPES.index(entities[number].type)
            tags[inside] = 2 + 2 * kind
            tags[inside[0]] = 1 + 2 * kind
            begins.setdefault(number, []).append(int(inside[0]))
    roles = tuple(
        (tuple(begins[number]), np.array([role in entity.roles for role in ROLES], np.float32))
        for number, entity in enumerate(entities)
        if number in begins
    )
    return Example(words, np.eye(len(TAGS), dtype=np.float32)[tags], roles)


def unlabelled(folder: Path, but: Iterable[str]) -> list[str]:
    """Return the texts of a corpus folder, one a title, without those with one of the titles."""
    seen = {normalise_title(title) for title in but}
    texts = []
    for record in corpus_records(folder):
        title = normalise_title(record.get("title", ""))
        if title and title not in seen:
            seen.add(title)
            texts.append(record["text"])
    return texts
