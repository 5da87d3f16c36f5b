"""Train the weights of `kg_roles` on the annotated abstracts: ``scripts/train roles``.

Prints F1 of (entity, role) pairs with the annotated entities given, in five folds of
the training data and on the development data, and writes ``kg/extract/cues/roles.json``.
Takes about two minutes. Only cues that stand in many abstracts are kept, so the file
holds common words and no strings of any one abstract.
"""

from pathlib import Path

import numpy as np
from annotated import annotated_docs
from linear import as_model, fit, folds, vocabulary, write

from kg.extract.doc import Sentence
from kg.extract.linear import Linear
from kg.extract.roles import THRESHOLD, Cues, assign_roles, judge_by_cues, read_cues
from kg.records import ExtractedEntity
from kg.schema import ROLES

OUT = Path(__file__).resolve().parents[2] / "kg" / "extract" / "cues" / "roles.json"
AT_LEAST, PENALTY, LEAST_WEIGHT = 20, 5.0, 0.05

Example = tuple[int, ExtractedEntity, Cues, tuple[str, ...]]
"""Paper, entity without roles, its cues, its annotated roles."""


def examples(*names: str) -> list[Example]:
    """Return one example an annotated entity."""
    found = []
    for paper, (gold, doc) in enumerate(annotated_docs(names) if names else annotated_docs()):
        cues = read_cues(doc.text, doc._.kg_sentences, doc._.kg_entities)
        rows = zip(doc._.kg_entities, cues, gold.entities, strict=True)
        found += [(paper, entity, of_entity, given.roles) for entity, of_entity, given in rows]
    return found


def f1(given: list[Example], model: Linear) -> tuple[int, int, int]:
    """Return true positives, predicted and annotated pairs of entity and role."""
    hits = predicted = annotated = 0
    for _, entity, cues, roles in given:
        opinion = judge_by_cues(entity, cues, model)
        chosen = assign_roles(entity, opinion, cues, Sentence(0, 0), THRESHOLD).roles
        hits += len(set(chosen) & set(roles))
        predicted += len(chosen)
        annotated += len(roles)
    return hits, predicted, annotated


def train(given: list[Example]) -> Linear:
    """Return the model of these examples."""
    rows = [cues.all() for _, _, cues, _ in given]
    truth = np.array([[role in roles for role in ROLES] for *_, roles in given], dtype=np.float64)
    cues = vocabulary(rows, [paper for paper, *_ in given], AT_LEAST)
    return as_model(ROLES, cues, fit(rows, truth, cues, PENALTY), LEAST_WEIGHT)


def main() -> None:
    """Train, print, write."""
    given = examples()
    counts = np.zeros(3)
    for training, test in folds([paper for paper, *_ in given]):
        model = train([given[index] for index in training])
        counts += f1([given[index] for index in test], model)
    print(f"five folds: F1 {2 * counts[0] / (counts[1] + counts[2]):.4f}")
    model = train(given)
    hits, predicted, annotated = f1(examples("dev.jsonl"), model)
    print(f"development data: F1 {2 * hits / (predicted + annotated):.4f}")
    write(OUT, model)
    print(f"{len(model.weights)} cues, {OUT.stat().st_size // 1024} KB written")


if __name__ == "__main__":
    main()
