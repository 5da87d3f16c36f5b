"""Train the weights of `kg_results` on the annotated abstracts: ``scripts/train results``.

Prints the figures of claims with the annotated entities given, in five folds of the
training data and on the development data, and writes the four models that
``kg.extract.claims`` and ``kg.extract.slots`` load. Only cues that stand in several
abstracts are kept.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from annotated import TRAINING, annotated_docs
from linear import as_model, fit, folds, vocabulary, write

import kg.extract.claims
import kg.extract.results
from kg.evaluate import format_evaluation, score
from kg.extract.claims import NUMBER_LABELS, Claim, Reading, comparison_cues, number_cues, read_text
from kg.extract.linear import Linear
from kg.extract.results import find_results
from kg.extract.roles import kg_roles
from kg.extract.slots import SLOTS, find_candidates, link_cues
from kg.records import ExtractedResult, Extraction
from kg.schema import DIRECTIONS

CUES = Path(__file__).resolve().parents[2] / "kg" / "extract" / "cues"
LEAST_WEIGHT = 0.05
LABELS = {"numbers": ("claim",), "claims": NUMBER_LABELS, "comparisons": DIRECTIONS, "slots": ("fills",)}
# Abstracts that a cue must stand in, and the penalty on its weight.
SETTINGS = {"numbers": (4, 3.0), "claims": (4, 3.0), "comparisons": (8, 4.0), "slots": (5, 4.0)}

Row = tuple[int, frozenset[str], list[float]]
"""Paper and cues of one example, and 0 or 1 for each label."""


@dataclass(frozen=True)
class Annotated:
    """One abstract with its roles predicted, as at run time."""

    gold: Extraction
    reading: Reading


def load(*names: str) -> list[Annotated]:
    """Return the abstracts of these files."""
    out = []
    for gold, doc in annotated_docs(names):
        kg_roles(doc)
        out.append(Annotated(gold, read_text(doc.text, doc._.kg_sentences, doc._.kg_entities)))
    return out


def sentence_of(paper: Annotated, result: ExtractedResult) -> int | None:
    """Return the sentence that the evidence stands in, by its first character."""
    spans = enumerate(paper.reading.sentences)
    return next((at for at, sentence in spans if sentence.start <= result.start < sentence.end), None)


def word_of(paper: Annotated, place: int, result: ExtractedResult) -> int | None:
    """Return the number of a sentence that is the value of a result."""
    reading = paper.reading
    first, stop = reading.bounds[place]
    for at in range(first, stop):
        word = reading.words[at]
        written = reading.text[word.start : word.end]
        if word.number is not None and result.value is not None and plain(written) == plain(result.value):
            return at
    return None


def plain(value: str) -> str:
    """Return a value without its unit, for comparison."""
    return "".join(char for char in value if char.isdigit() or char in "./-") or value


def rows(papers: Sequence[Annotated]) -> dict[str, list[Row]]:
    """Return the examples of all four models."""
    out: dict[str, list[Row]] = {name: [] for name in LABELS}
    for number, paper in enumerate(papers):
        groups = grouped(paper)
        numeric = {(claim.sentence, claim.word): claim for claim, _ in groups if claim.word is not None}
        for place in range(len(paper.reading.sentences)):
            for at, cues, more in number_cues(paper.reading, place):
                claim = numeric.get((place, at))
                out["numbers"].append((number, cues, [float(claim is not None)]))
                if claim is not None:
                    truth = [
                        float(label in (claim.kind, claim.direction or "plain")) for label in NUMBER_LABELS
                    ]
                    out["claims"].append((number, cues | more, truth))
            said = {claim.direction for claim, _ in groups if claim.sentence == place and claim.word is None}
            cues = comparison_cues(paper.reading, place)
            out["comparisons"].append((number, cues, [float(direction in said) for direction in DIRECTIONS]))
        for claim, results in groups:
            out["slots"] += [(number, *row) for row in slot_rows(paper, claim, results)]
    return out


def grouped(paper: Annotated) -> list[tuple[Claim, list[ExtractedResult]]]:
    """Return the annotated claims, those that differ in their slots only together."""
    groups: dict[Claim, list[ExtractedResult]] = {}
    for result in paper.gold.results:
        place = sentence_of(paper, result)
        word = None if place is None else word_of(paper, place, result)
        if place is None or (word is None and result.value is not None):
            continue  # a value in words that `kg.extract.numbers` does not know
        claim = Claim(place, word, result.kind, result.direction, 1.0)
        groups.setdefault(claim, []).append(result)
    return list(groups.items())


def slot_rows(
    paper: Annotated, claim: Claim, results: Sequence[ExtractedResult]
) -> list[tuple[frozenset[str], list[float]]]:
    """Return one example for each candidate of each slot."""
    out = []
    for slot in SLOTS:
        wanted = {fold(getattr(result, slot)) for result in results} - {""}
        candidates = find_candidates(paper.reading, claim, slot)
        for candidate, cues in zip(
            candidates, link_cues(paper.reading, claim, slot, candidates), strict=True
        ):
            forms = {candidate.written}
            if candidate.entity is not None:
                forms.update(paper.reading.entities[candidate.entity].forms)
            out.append((cues, [float(bool(wanted & set(map(fold, forms))))]))
    return out


def fold(form: str | None) -> str:
    """Return a form without case and leading article."""
    return (form or "").lower().removeprefix("the ").strip()


def train(papers: Sequence[Annotated]) -> dict[str, Linear]:
    """Return all four models."""
    out = {}
    for name, examples in rows(papers).items():
        at_least, penalty = SETTINGS[name]
        cues_of = [cues for _, cues, _ in examples]
        truth = np.array([wanted for *_, wanted in examples])
        cues = vocabulary(cues_of, [paper for paper, *_ in examples], at_least)
        out[name] = as_model(LABELS[name], cues, fit(cues_of, truth, cues, penalty), LEAST_WEIGHT)
    return out


def use(models: Mapping[str, Linear]) -> None:
    """Make the package use these models instead of those that ship."""
    for module in (kg.extract.claims, kg.extract.results):
        setattr(module, "load_linear", models.__getitem__)  # noqa: B010 -- mypy refuses to assign a function


def predict(papers: Sequence[Annotated]) -> list[Extraction]:
    """Return the annotated entities with predicted results."""
    return [replace(paper.gold, results=find_results(paper.reading)) for paper in papers]


def main() -> None:
    """Train, print, write."""
    papers = load(*TRAINING)
    if "--no-folds" not in sys.argv:
        predicted = []
        for training, test in folds(range(len(papers))):
            use(train([papers[index] for index in training]))
            predicted += predict([papers[index] for index in test])
        print("five folds\n" + format_evaluation(score((paper.gold for paper in papers), predicted)))
    models = train(papers)
    use(models)
    development = load("dev.jsonl")
    figures = score((paper.gold for paper in development), predict(development))
    print("development data\n" + format_evaluation(figures))
    for name, model in models.items():
        write(CUES / f"{name}.json", model)
        print(f"{name}: {len(model.weights)} cues, {(CUES / f'{name}.json').stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
