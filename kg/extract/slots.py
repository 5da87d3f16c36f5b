"""Link a claim to the entities and phrases that fill its slots.

For each slot the candidates are the entities of fitting types, for baseline and metric
also phrases of the sentence ("strong baselines", "training steps": ``kg.extract.phrases``).
Two opinions on each candidate are mixed: how well the network's key of its mentions fits
the query of the claim, and what a small linear model says of cues (``kg.extract.linear``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kg.extract.context import Word
from kg.extract.linear import load_linear
from kg.extract.outputs import SLOTS
from kg.extract.phrases import Phrase, find_quantities, find_rivals
from kg.extract.reading import (
    Claim,
    Floats,
    Reading,
    comparison_query,
    fit_of_mentions,
    fits,
    number_query,
)
from kg.schema import DIRECTIONS

FILLERS: Final = {
    "subject": ("Method", "Model", "Dataset"),
    "metric": ("Metric",),
    "dataset": ("Dataset",),
    "task": ("Task",),
    "baseline": ("Method", "Model"),
}
"""Types of the entities that may fill each slot."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity, or a phrase as written, that may fill a slot."""

    written: str
    entity: int | None  # position in the list of entities; None for phrases
    first: int | None  # position in the list of words, nearest to the claim; None in other sentences
    stop: int | None  # position of the first word after it
    pattern: str | None = None  # by which a phrase was found


_MOST_ELSEWHERE: Final = 30  # entities outside the sentence; an abstract has fewer, a long text must end

# Cues of candidates that count for each kind of claim apart.
_CROSSED: Final = frozenset(
    {"outside", "before", "after", "phrase", "rank=0", "opens", "introduced", "compared", "used", "evaluated"}
)

# Words that carry a comparison, by the beginnings of the words.
_PIVOTS: Final = {
    "better": "outperform surpass exceed beat superior better improve gain higher faster effective",
    "worse": "worse underperform lag fall drop degrade struggle fail lower decline inferior suffer",
    "comparable": "comparable competitive par match similar rival equivalent on-par close",
    "sota": "state-of-the-art sota state record new state-of-the-arts best",
}
_PIVOT_WORDS: Final = {direction: tuple(words.split()) for direction, words in _PIVOTS.items()}


def find_anchor(reading: Reading, claim: Claim) -> int | None:
    """Return the word that a claim hangs on: its number, or the first word that compares."""
    if claim.word is not None:
        return claim.word
    first, stop = reading.bounds[claim.sentence]
    pivots = _PIVOT_WORDS[claim.direction or "better"]
    return next((at for at in range(first, stop) if reading.words[at].text.startswith(pivots)), None)


def find_candidates(reading: Reading, claim: Claim, slot: str) -> list[Candidate]:
    """Return what may fill a slot, entities in their order, then phrases in theirs."""
    first, stop = reading.bounds[claim.sentence]
    anchor = find_anchor(reading, claim)
    places: dict[int, list[int]] = {}
    for at in range(first, stop):
        if (index := reading.words[at].entity) is not None:
            places.setdefault(index, []).append(at)
    out, elsewhere = [], 0
    for index, entity in enumerate(reading.entities):
        if entity.type not in FILLERS[slot]:
            continue
        near = _nearest(places.get(index, ()), anchor)
        if near is not None:
            written = reading.text[reading.words[near].start : reading.words[near].end]
            form = written if written in entity.forms else entity.name  # slots hold forms
            out.append(Candidate(form, index, near, near + 1))
        elif elsewhere < _MOST_ELSEWHERE:
            elsewhere += 1
            out.append(Candidate(entity.name, index, None, None))
    if slot == "baseline":
        out += [_written(reading, phrase) for phrase in find_rivals(reading.words, first, stop)]
    elif slot == "metric" and claim.word is not None:
        out += [
            _written(reading, phrase) for phrase in find_quantities(reading.text, reading.words, first, stop)
        ]
    return out


def _written(reading: Reading, phrase: Phrase) -> Candidate:
    begin, end = reading.words[phrase.first].start, reading.words[phrase.stop - 1].end
    return Candidate(reading.text[begin:end], None, phrase.first, phrase.stop, phrase.pattern)


def _nearest(places: Sequence[int], anchor: int | None) -> int | None:
    if not places or anchor is None:
        return places[0] if places else None
    return min(places, key=lambda at: (abs(at - anchor), at))


def judge_candidates(
    reading: Reading, claim: Claim, slot: str, candidates: Sequence[Candidate], query: Floats | None
) -> list[tuple[float, float | None]]:
    """Return what cues and network say of each candidate for a slot, as log odds.

    Args:
        reading: The text.
        claim: The claim.
        slot: The slot.
        candidates: What may fill it.
        query: What the slots of the claim look for, see `read_query`.
    """
    model = load_linear("slots")
    by_cues = [model.scores(cues)[0] for cues in link_cues(reading, claim, slot, candidates)]
    if reading.tagged is None or query is None:
        return [(score, None) for score in by_cues]
    of_words = fits(reading.tagged, query, SLOTS.index(slot))
    out: list[tuple[float, float | None]] = []
    for score, candidate in zip(by_cues, candidates, strict=True):
        offsets = mention_offsets(reading, candidate)
        out.append((score, fit_of_mentions(reading.tagged, of_words, offsets)))
    return out


def mention_offsets(reading: Reading, candidate: Candidate) -> list[int]:
    """Return where a candidate is mentioned."""
    if candidate.entity is None:
        return [reading.words[candidate.first or 0].start]
    return [mention.start for mention in reading.entities[candidate.entity].mentions]


def read_query(reading: Reading, claim: Claim) -> Floats | None:
    """Return what the slots of a claim look for, one row a slot; None without a network."""
    if reading.tagged is None:
        return None
    if claim.word is not None:
        return number_query(reading.tagged, reading.words[claim.word].start)
    first, stop = reading.bounds[claim.sentence]
    direction = DIRECTIONS.index(claim.direction or "better")
    return comparison_query(
        reading.tagged, reading.words[first].start, reading.words[stop - 1].end, direction
    )


def link_cues(
    reading: Reading, claim: Claim, slot: str, candidates: Sequence[Candidate]
) -> list[frozenset[str]]:
    """Return the cues of each candidate for a slot of a claim."""
    anchor = find_anchor(reading, claim)
    first, stop = reading.bounds[claim.sentence]
    group = "comparison" if claim.word is None else "number"
    texts = {word.text for word in reading.words[first:stop]}
    crossed = {group, f"{group}|{claim.direction}", f"{group}|kind={claim.kind}"}
    crossed |= {f"says={word}" for word in texts & {"we", "our", "this", "its", "it"}}
    shared = crossed | {"bias"} | {f"says={word}" for word in texts & {"respectively", "both"}}
    inside = [candidate for candidate in candidates if candidate.first is not None]
    crossed.add(f"inside={min(2, len(inside))}")
    shared.add(f"all={min(4, len(candidates))}")
    by_distance = sorted(
        (abs(candidate.first - anchor), index)
        for index, candidate in enumerate(candidates)
        if candidate.first is not None and anchor is not None
    )
    order = {at: place for place, at in enumerate(sorted(each.first or 0 for each in inside))}
    ranks = {index: rank for rank, (_, index) in enumerate(by_distance)}
    out = []
    for index, candidate in enumerate(candidates):
        cues = shared | _own(reading, claim, candidate, group)
        if candidate.first is not None and candidate.stop is not None:
            cues |= _near(reading.words[first:stop], first, anchor, candidate, group)
            cues.add(f"rank={min(3, ranks.get(index, 0))}")
            cues.add(f"order={min(3, order[candidate.first])}")
            if candidate.first - first <= 2:
                cues.add("opens")  # most often the subject of the sentence
        else:
            cues.add("outside")
        cues |= _aligned(reading, claim, inside, candidate)
        cues |= {f"{cue}&{other}" for cue in crossed for other in cues & _CROSSED}
        out.append(frozenset(f"{slot}:{cue}" for cue in cues))
    return out


def _own(reading: Reading, claim: Claim, candidate: Candidate, group: str) -> set[str]:
    """Return cues of the candidate itself."""
    if candidate.entity is None:
        words = candidate.written.lower().split()
        cues = {"phrase", f"head={words[-1]}", f"begin={words[0]}", f"length={min(6, len(words))}"}
        return cues | {f"pattern={candidate.pattern}"}
    entity = reading.entities[candidate.entity]
    cues = {f"type={entity.type}", f"type={entity.type}|{group}", *entity.roles}
    cues |= {f"{entity.type}|{role}|{group}" for role in entity.roles} | {"+".join(entity.roles)}
    cues.add(f"mentions={min(5, len(entity.mentions))}")
    alike = [
        other
        for other in reading.entities
        if other.type == entity.type and set(entity.roles) & set(other.roles)
    ]
    if alike and alike[0] is entity:
        cues.add("first")
    if len(alike) == 1:
        cues.add("only")
    if alike and len(entity.mentions) == max(len(other.mentions) for other in alike):
        cues.add("most")
    sentences = reading.sentences
    if entity.mentions and sentences and entity.mentions[0].start < sentences[0].end:
        cues.add("in title")
    if claim.sentence > 0:
        before = sentences[claim.sentence - 1]
        if any(before.start <= mention.start < before.end for mention in entity.mentions):
            cues.add("sentence before")
    if entity.mentions and entity.mentions[0].start > sentences[claim.sentence].end:
        cues.add("later")
    return cues


def _near(
    words: Sequence[Word], offset: int, anchor: int | None, candidate: Candidate, group: str
) -> set[str]:
    """Return cues of a candidate in the sentence of the claim, whose first word has position ``offset``."""
    begin, end = (candidate.first or 0) - offset, (candidate.stop or 0) - offset
    before = [word.text for word in words[max(0, begin - 2) : begin]]
    left = ["^"] * (2 - len(before)) + before
    cues = {"same sentence", f"{group}|L1={left[1]}", f"L1={left[1]}", f"L2={left[0]}"}
    cues.add(f"R1={words[end].text if end < len(words) else '$'}")
    if anchor is None:
        return cues | {"no anchor"}
    at = anchor - offset
    side = "after" if begin > at else "before"
    between = words[at + 1 : begin] if begin > at else words[end:at]
    bucket = next(size for size in (0, 1, 2, 3, 5, 8, 12, 20, 10**9) if len(between) <= size)
    cues |= {side, f"{group}|{side}{bucket}", f"{side}|anchor={words[at].text}"}
    if len(between) <= 3:
        cues.add(f"{side}|between={' '.join(word.text for word in between)}")
    return cues | {f"{side}|has={word.text}" for word in between[:12]}


def _aligned(reading: Reading, claim: Claim, inside: Sequence[Candidate], candidate: Candidate) -> set[str]:
    """Return whether number and candidate have the same place in lists of equal length."""
    if claim.word is None or candidate.first is None or len(inside) < 2:
        return set()
    first, stop = reading.bounds[claim.sentence]
    shape = reading.words[claim.word].text
    numbers = [at for at in range(first, stop) if reading.words[at].text == shape]
    ordered = sorted(inside, key=lambda each: each.first or 0)
    if len(numbers) != len(ordered):
        return {"lists differ"}
    same = numbers.index(claim.word) == ordered.index(candidate)
    return {"aligned" if same else "not aligned"}
