"""Component `kg_results`: what an abstract claims as its findings.

Input: ``doc._.kg_sentences``, ``doc._.kg_entities`` with roles, ``doc._.kg_tagged``. Output:
``doc._.kg_results``, in text order. Claims come from ``kg.extract.claims``, their
slots from ``kg.extract.slots``. Slots hold forms of entities, verbatim; a baseline
that is no entity is the phrase as written. A claim over several datasets, tasks,
metrics or rivals is one result for each. Ignores on purpose: claims that stretch over
several sentences.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.claims import find_claims, mixed
from kg.extract.encoder import load_encoder
from kg.extract.hedges import find_hedges
from kg.extract.linear import sigmoid
from kg.extract.lists import aligned_entity
from kg.extract.outputs import SLOTS
from kg.extract.reading import Claim, Reading, read_text
from kg.extract.slots import FILLERS, find_anchor, find_candidates, judge_candidates, read_query
from kg.metrics import known_metric
from kg.records import ExtractedResult
from kg.schema import DIRECTIONS

CUES_ALONE: Final[Mapping[str, Any]] = {
    "least": {
        "claimed": 0.45,
        "compares": 0.35,
        "subject": 0.3,
        "metric": 0.3,
        "dataset": 0.3,
        "task": 0.4,
        "baseline": 0.2,
        "further number": 0.9,
        "further comparison": 0.5,
    },
    "claimed": {},
    "kind": {},
    "direction": {},
    "compares": {direction: {} for direction in DIRECTIONS},
    "slots": {slot: {"number": {}, "comparison": {}} for slot in SLOTS},
}
"""Settings without a network, tuned on three folds of the training data in steps of 0.1."""

_LISTED: Final = ("metric", "dataset", "task")
"""Slots of which a list may stand beside a list of numbers, item by item."""

_MOST_RESULTS: Final = 12  # of one claim; more fillers than that are a misread list


@dataclass(frozen=True, slots=True)
class Filler:
    """What fills a slot."""

    written: str
    entity: int | None  # position in the list of entities; None for phrases


Ranked = list[tuple[float, Filler]]
"""What may fill a slot and how likely it does, the likeliest first."""


def find_results(reading: Reading, settings: Mapping[str, Any]) -> tuple[ExtractedResult, ...]:
    """Return the results of a text in order.

    Args:
        reading: The text.
        settings: How network and cues are mixed (weights by decision), and the least probability of each.
    """
    return tuple(
        result
        for claim in find_claims(reading, settings)
        for result in make_results(reading, claim, rank_fillers(reading, claim, settings), settings["least"])
    )


def rank_fillers(reading: Reading, claim: Claim, settings: Mapping[str, Any]) -> list[Ranked]:
    """Return for each of the slots what may fill it."""
    query, group = read_query(reading, claim), group_of(claim)
    out = []
    for slot in SLOTS:
        candidates, weights = find_candidates(reading, claim, slot), settings["slots"][slot][group]
        judged = judge_candidates(reading, claim, slot, candidates, query)
        ranked = [
            (sigmoid(mixed(weights, *scores)), Filler(candidate.written, candidate.entity))
            for scores, candidate in zip(judged, candidates, strict=True)
        ]
        ranked.sort(key=lambda pair: -pair[0])  # stable: of equal ones the first
        if slot in _LISTED and (listed := aligned_entity(reading, claim, FILLERS[slot])) is not None:
            ranked = [(1.0, filler) for _, filler in ranked if filler.entity == listed]
        out.append(ranked)
    return out


def group_of(claim: Claim) -> str:
    """Return which weights and probabilities count for a claim."""
    return "comparison" if claim.word is None else "number"


def _chosen(ranked: Ranked, slot: str, group: str, least: Mapping[str, float]) -> list[Filler]:
    """Return what fills a slot: nothing, the likeliest, or several; only a subject is always one."""
    if not ranked or ranked[0][0] < least[slot]:
        return []
    others = ranked[1:] if slot != "subject" else []
    further = [filler for likely, filler in others if likely >= least[f"further {group}"]]
    return [ranked[0][1], *further]


def make_results(
    reading: Reading, claim: Claim, ranked: Sequence[Ranked], least: Mapping[str, float]
) -> list[ExtractedResult]:
    """Return the results of a claim: one for each combination of what fills its slots."""
    sentence = reading.sentences[claim.sentence]
    fillers: list[list[Filler] | list[None]] = [
        _chosen(of_slot, slot, group_of(claim), least) or [None]
        for slot, of_slot in zip(SLOTS, ranked, strict=True)
    ]
    subject = fillers[0][0] or _introduced(reading, claim)
    fillers[0] = [subject] if subject is not None else [None]
    index = None if claim.word is None else reading.words[claim.word].number
    number = None if index is None else reading.numbers[index]
    anchor = find_anchor(reading, claim)
    hedges: tuple[str, ...] = ()
    if anchor is not None:
        at = reading.words[anchor].start
        hedges = find_hedges(reading.text, sentence.start, at, number=number is not None)
    out = []
    for row in list(product(*fillers))[:_MOST_RESULTS]:
        subject_, metric, dataset, task, baseline = (None if each is None else each.written for each in row)
        if subject is not None and row[-1] is not None and _same(subject, row[-1]):
            baseline = None  # nothing is its own rival
        out.append(
            ExtractedResult(
                evidence=reading.text[sentence.start : sentence.end],
                start=sentence.start,
                end=sentence.end,
                subject=subject_,
                metric=metric,
                value=None if number is None else reading.text[number.start : number.end],
                kind=kind_of(claim.kind, None if number is None else number.unit, metric),
                direction=claim.direction,
                dataset=dataset,
                task=task,
                baseline=baseline,
                confidence=round(claim.confidence, 4),
                number=None if number is None else number.number,
                unit=None if number is None else number.unit,
                hedges=hedges,
            )
        )
    return list(dict.fromkeys(out))


def _introduced(reading: Reading, claim: Claim) -> Filler | None:
    """Return what the paper proposes, where the sentence speaks of "our" and it is one thing."""
    first, stop = reading.bounds[claim.sentence]
    if _OURS.isdisjoint(word.text for word in reading.words[first:stop]):
        return None
    proposed = [
        index
        for index, entity in enumerate(reading.entities)
        if "introduced" in entity.roles and entity.type in {"Method", "Model"}
    ]
    return Filler(reading.entities[proposed[0]].name, proposed[0]) if len(proposed) == 1 else None


_OURS: Final = frozenset({"we", "our", "ours"})


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
    "kg_results",
    requires=["doc._.kg_sentences", "doc._.kg_tagged", "doc._.kg_entities"],
    assigns=["doc._.kg_results"],
)
def kg_results(doc: Doc) -> Doc:
    """Set ``doc._.kg_results``."""
    tagged = doc._.kg_tagged
    settings = CUES_ALONE if tagged is None else load_encoder().settings["claims"]
    reading = read_text(doc.text, doc._.kg_sentences, doc._.kg_entities, tagged)
    doc._.kg_results = find_results(reading, settings)
    return doc
