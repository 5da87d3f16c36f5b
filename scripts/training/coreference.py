"""Train the weights of ``kg.extract.coreference`` on the annotated abstracts: ``scripts/train coreference``.

Examples are pairs of names of one abstract: forms of one annotated entity or of two.
Prints precision and recall of the joins in five folds of the training data and on the
development data, with the annotated names given, and writes
``kg/extract/cues/coreference.json``. Takes half a minute. Only cues that stand in several
abstracts are kept, so the file holds common words and no strings of any one abstract.
"""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
from annotated import annotated_docs
from linear import as_model, fit, folds, vocabulary, write

from kg.extract.coreference import THRESHOLD, Name, pair_cues, read_names
from kg.extract.decode import believe, gather
from kg.extract.encoder import WEIGHTS, load_tokenizer, split
from kg.extract.linear import Linear, sigmoid
from kg.extract.spans import Text

OUT = Path(__file__).resolve().parents[2] / "kg" / "extract" / "cues" / "coreference.json"
AT_LEAST, PENALTY, LEAST_WEIGHT = 5, 2.0, 0.03


class Example(NamedTuple):
    """A pair of names of one paper."""

    paper: int
    cues: frozenset[str] | None  # None where the model is not asked
    same: bool


def examples(*names: str) -> list[Example]:
    """Return all pairs of names that are forms of one annotated entity each."""
    tokenizer = load_tokenizer(WEIGHTS / "tokenizer.json")
    found = []
    for paper, (_, doc) in enumerate(annotated_docs(names) if names else annotated_docs()):
        source = Text(doc.text, split(doc.text, tokenizer))
        entity_of = {
            span: number
            for number, entity in enumerate(doc._.kg_entities)
            for mention in entity.mentions
            if (span := source.span(mention)) is not None
        }
        pairs = [(pair.long, pair.short) for pair in doc._.kg_abbreviations]
        spans, definitions = believe(source, sorted(entity_of), pairs)
        groups = [
            (numbers.pop(), tuple(group))
            for group in gather(source, spans, definitions)
            if len(numbers := {entity_of[span] for span in group if span in entity_of}) == 1
        ]
        named = [Name(doc._.kg_entities[number].type, group) for number, group in groups]
        profiles = read_names(source, named, definitions)
        for one, two in combinations(range(len(groups)), 2):
            cues = pair_cues(source, profiles, one, two)
            found.append(Example(paper, cues, groups[one][0] == groups[two][0]))
    return found


def train(given: Sequence[Example]) -> Linear:
    """Return the model of these examples."""
    asked = [(paper, cues, same) for paper, cues, same in given if cues is not None]
    rows = [cues for _, cues, _ in asked]
    truth = np.array([[same] for *_, same in asked], dtype=np.float64)
    cues = vocabulary(rows, [paper for paper, *_ in asked], AT_LEAST)
    return as_model(("same",), cues, fit(rows, truth, cues, PENALTY), LEAST_WEIGHT)


def judge(given: Sequence[Example], model: Linear) -> tuple[int, int, int]:
    """Return right, joined and annotated pairs."""
    joined = [cues is not None and sigmoid(model.scores(cues)[0]) >= THRESHOLD for _, cues, _ in given]
    right = sum(join and example.same for join, example in zip(joined, given, strict=True))
    return right, sum(joined), sum(example.same for example in given)


def show(name: str, right: float, joined: float, annotated: float) -> None:
    """Print precision and recall."""
    print(f"{name}: {joined:.0f} joins, precision {right / joined:.3f}, recall {right / annotated:.3f}")


def main() -> None:
    """Train, print, write."""
    given = examples()
    counts = np.zeros(3)
    for training, test in folds([example.paper for example in given]):
        model = train([given[index] for index in training])
        counts += judge([given[index] for index in test], model)
    show("five folds", *counts)
    model = train(given)
    show("development data", *judge(examples("dev.jsonl"), model))
    write(OUT, model)
    print(f"{len(model.weights)} cues, {OUT.stat().st_size // 1024} KB written")


if __name__ == "__main__":
    main()
