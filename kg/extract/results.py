"""Component `kg_results`: what an abstract claims as its findings.

Input: ``doc._.kg_sentences`` and ``doc._.kg_entities`` with roles. Output:
``doc._.kg_results``, in text order. Claims come from ``kg.extract.claims``, their
slots from ``kg.extract.slots``. Slots hold forms of entities, verbatim; a baseline
that is no entity is the phrase as written. A comparison over several datasets,
tasks, metrics or rivals is one result for each. Ignores on purpose: claims that
stretch over several sentences.
"""

from dataclasses import dataclass
from itertools import product
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.claims import Claim, Reading, find_claims, read_text
from kg.extract.linear import load_linear, sigmoid
from kg.extract.slots import SLOTS, find_candidates, link_cues
from kg.metrics import known_metric
from kg.records import ExtractedResult

# From which probability on the likeliest candidate fills a slot, and further ones of a comparison do.
# Tuned on three folds of the training data, in steps of 0.1.
FIRST: Final = {"subject": 0.3, "metric": 0.3, "dataset": 0.3, "task": 0.4, "baseline": 0.2}
FURTHER: Final = 0.5
_MOST_RESULTS: Final = 12  # of one comparison; more fillers than that are a misread list


@dataclass(frozen=True, slots=True)
class Filler:
    """What fills a slot."""

    written: str
    entity: int | None  # position in the list of entities; None for phrases


def find_results(reading: Reading) -> tuple[ExtractedResult, ...]:
    """Return the results of a text in order."""
    return tuple(result for claim in find_claims(reading) for result in _results(reading, claim))


def fill(reading: Reading, claim: Claim, slot: str) -> list[Filler]:
    """Return what fills a slot, the likeliest first: at most one, or several for a comparison."""
    candidates = find_candidates(reading, claim, slot)
    if not candidates:
        return []
    model = load_linear("slots")
    likely = [sigmoid(model.scores(cues)[0]) for cues in link_cues(reading, claim, slot, candidates)]
    (chance, first), *others = sorted(
        zip(likely, range(len(likely)), strict=True), key=lambda pair: (-pair[0], pair[1])
    )
    chosen = [first] if chance >= FIRST[slot] else []
    if claim.word is None and slot != "subject":
        chosen += [index for chance, index in others if chance >= FURTHER]
    return [Filler(candidates[index].written, candidates[index].entity) for index in chosen]


def _results(reading: Reading, claim: Claim) -> list[ExtractedResult]:
    sentence = reading.sentences[claim.sentence]
    fillers: list[list[Filler] | list[None]] = [fill(reading, claim, slot) or [None] for slot in SLOTS]
    subject = fillers[0][0]
    index = None if claim.word is None else reading.words[claim.word].number
    number = None if index is None else reading.numbers[index]
    out = []
    for row in list(product(*fillers))[:_MOST_RESULTS]:
        slots = {
            slot: None if filler is None else filler.written for slot, filler in zip(SLOTS, row, strict=True)
        }
        baseline = row[SLOTS.index("baseline")]
        if subject is not None and baseline is not None and _same(subject, baseline):
            slots["baseline"] = None  # nothing is its own rival
        out.append(
            ExtractedResult(
                evidence=reading.text[sentence.start : sentence.end],
                start=sentence.start,
                end=sentence.end,
                value=None if number is None else reading.text[number.start : number.end],
                kind=kind_of(claim.kind, None if number is None else number.unit, slots["metric"]),
                direction=claim.direction,
                confidence=round(claim.confidence, 4),
                number=None if number is None else number.number,
                unit=None if number is None else number.unit,
                **slots,
            )
        )
    return list(dict.fromkeys(out))


def kind_of(read: str, unit: str | None, metric: str | None) -> str:
    """Return the kind of a claim, where unit and metric decide it better than what was read.

    Points are differences and times are factors; a change in percent is a difference of a
    metric that is itself in percent, and relative for any other (rule 3 of the annotation
    guidelines; of 206 such changes in the training data 171 follow it).

    >>> kind_of("absolute", "points", None), kind_of("delta", "%", "latency"), kind_of("delta", "%", "F1")
    ('delta', 'relative', 'delta')
    """
    if unit in _KIND_OF_UNIT:
        return _KIND_OF_UNIT[unit]
    known = known_metric(metric) if metric is not None else None
    if unit == "%" and read in {"delta", "relative"} and known is not None:
        return "delta" if known.unit == "%" else "relative"
    return read


_KIND_OF_UNIT: Final = {"points": "delta", "x": "factor"}


def _same(one: Filler, other: Filler) -> bool:
    return one.written == other.written or (one.entity is not None and one.entity == other.entity)


@Language.component(
    "kg_results", requires=["doc._.kg_sentences", "doc._.kg_entities"], assigns=["doc._.kg_results"]
)
def kg_results(doc: Doc) -> Doc:
    """Set ``doc._.kg_results``."""
    doc._.kg_results = find_results(read_text(doc.text, doc._.kg_sentences, doc._.kg_entities))
    return doc
