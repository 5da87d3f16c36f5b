"""Train the cues of `kg_results` on the annotated abstracts: ``scripts/train results``.

Prints the figures of claims by cues alone, with the annotated entities given, in five
folds of the training data and on the development data, and writes the four models that
``kg.extract.claims`` and ``kg.extract.slots`` load. Only cues that stand in several
abstracts are kept. How they are mixed with the network is fitted by ``scripts/train
entities``.
"""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from annotated import TRAINING, annotated_docs, claimed_docs
from linear import as_model, fit, folds, vocabulary, write
from spacy.tokens import Doc

import kg.extract.claims
import kg.extract.slots
from kg.evaluate import format_evaluation, score
from kg.extract.claims import NUMBER_LABELS, comparison_cues, number_cues
from kg.extract.linear import Linear
from kg.extract.outputs import SLOTS
from kg.extract.reading import Claim, Reading, read_text
from kg.extract.results import CUES_ALONE, find_results
from kg.extract.roles import kg_roles
from kg.extract.slots import Candidate, find_candidates, link_cues
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
    return [_annotated(*pair) for pair in annotated_docs(names)]


def load_claimed() -> list[Annotated]:
    """Return the abstracts of which only the claims are annotated."""
    return [_annotated(*pair) for pair in claimed_docs()]


def _annotated(gold: Extraction, doc: Doc) -> Annotated:
    kg_roles(doc)
    return Annotated(gold, read_text(doc.text, doc._.kg_sentences, doc._.kg_entities))


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
        candidates = find_candidates(paper.reading, claim, slot)
        truth, _ = right(paper, results, slot, candidates)
        for cues, fills in zip(link_cues(paper.reading, claim, slot, candidates), truth, strict=True):
            out.append((cues, [fills]))
    return out


def right(
    paper: Annotated, results: Sequence[ExtractedResult], slot: str, candidates: Sequence[Candidate]
) -> tuple[list[float], bool]:
    """Return 1 for each candidate that fills a slot, 0 for others; and whether the filler is none of them."""
    wanted = {fold(getattr(result, slot)) for result in results} - {""}
    out = []
    for candidate in candidates:
        forms = {candidate.written}
        if candidate.entity is not None:
            forms.update(paper.reading.entities[candidate.entity].forms)
        alike = (
            slot == "metric"
            and candidate.entity is None
            and any(_part(candidate.written, form) for form in wanted)
        )
        out.append(float(alike or bool(wanted & set(map(fold, forms)))))
    return out, bool(wanted) and not any(out)


def _part(one: str, other: str) -> bool:
    """Return whether all words of one phrase stand in the other, as "steps" in "training steps"."""
    a, b = (set(re.findall(r"\w+", form.lower())) for form in (one, other))
    return bool(a and b) and (a <= b or b <= a)


def fold(form: str | None) -> str:
    """Return a form without case and leading article."""
    return (form or "").lower().removeprefix("the ").strip()


def train(papers: Sequence[Annotated]) -> dict[str, Linear]:
    """Return all four models."""
    return {name: train_one(name, examples) for name, examples in rows(papers).items()}


def train_one(name: str, examples: Sequence[Row]) -> Linear:
    """Return one of the models."""
    at_least, penalty = SETTINGS[name]
    cues_of = [cues for _, cues, _ in examples]
    truth = np.array([wanted for *_, wanted in examples])
    cues = vocabulary(cues_of, [paper for paper, *_ in examples], at_least)
    return as_model(LABELS[name], cues, fit(cues_of, truth, cues, penalty), LEAST_WEIGHT)


def slot_models(papers: Sequence[Annotated]) -> list[Linear]:
    """Return for each paper a model of its slots that was trained on the other four fifths of them."""
    examples = rows(papers)["slots"]
    out: list[Linear | None] = [None] * len(papers)
    for training, test in folds(range(len(papers))):
        within = set(training)
        model = train_one("slots", [example for example in examples if example[0] in within])
        for index in test:
            out[index] = model
    return [model for model in out if model is not None]


def use(models: Mapping[str, Linear]) -> None:
    """Make the package use these models instead of those that ship."""
    for module in (kg.extract.claims, kg.extract.slots):
        setattr(module, "load_linear", models.__getitem__)  # noqa: B010 -- mypy refuses to assign a function


def predict(papers: Sequence[Annotated]) -> list[Extraction]:
    """Return the annotated entities with predicted results."""
    return [replace(paper.gold, results=find_results(paper.reading, CUES_ALONE)) for paper in papers]


def main() -> None:
    """Train, print, write."""
    papers, more = load(*TRAINING), load_claimed()
    if "--no-folds" not in sys.argv:
        predicted = []
        for training, test in folds(range(len(papers))):
            use(train([*(papers[index] for index in training), *more]))
            predicted += predict([papers[index] for index in test])
        print("five folds\n" + format_evaluation(score((paper.gold for paper in papers), predicted)))
    models = train([*papers, *more])
    use(models)
    development = load("dev.jsonl")
    figures = score((paper.gold for paper in development), predict(development))
    print("development data\n" + format_evaluation(figures))
    for name, model in models.items():
        write(CUES / f"{name}.json", model)
        print(f"{name}: {len(model.weights)} cues, {(CUES / f'{name}.json').stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
