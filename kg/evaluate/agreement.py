"""When a predicted entity, slot or claim counts as the annotated one.

All functions here are those of the scoring tool that comes with the annotated
data, digit for digit; what they forgive (case, punctuation, plurals, aliases of
an entity, a metric named with fewer words) is decided there.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from kg.records import ExtractedEntity, ExtractedResult

_EVIDENCE_OVERLAP: Final = 0.5  # share of the words of the shorter evidence

Aliases = Mapping[str, AbstractSet[str]]
"""Normalised form -> all normalised forms of the same entity, gold or predicted."""


def match_entities(
    gold: Sequence[ExtractedEntity], predicted: Sequence[ExtractedEntity], *, typed: bool
) -> list[tuple[int, int]]:
    """Pair entities one to one, greedily, those with more forms in common first."""
    gold_forms, predicted_forms = [[forms(entity) for entity in side] for side in (gold, predicted)]
    candidates = []
    for i, left in enumerate(gold_forms):
        for j, right in enumerate(predicted_forms):
            same = gold[i].type == predicted[j].type
            if (same or not typed) and left & right:
                candidates.append((-len(left & right), -same, i, j))
    return [(i, j) for *_, i, j in one_to_one(candidates)]


def one_to_one(candidates: Iterable[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Take candidates (.., i, j) in order, each i and each j once."""
    seen_i: set[int] = set()
    seen_j: set[int] = set()
    taken = []
    for candidate in sorted(candidates):
        *_, i, j = candidate
        if i not in seen_i and j not in seen_j:
            seen_i.add(i)
            seen_j.add(j)
            taken.append(candidate)
    return taken


def match_results(
    gold: Sequence[ExtractedResult],
    predicted: Sequence[ExtractedResult],
    aliases: Aliases,
    level: Callable[[ExtractedResult, ExtractedResult, Aliases], int],
) -> list[tuple[int, int]]:
    """Pair results one to one, the best agreement first; return (level, index in gold) of the pairs."""
    candidates = []
    for i, left in enumerate(gold):
        for j, right in enumerate(predicted):
            if agreement := level(left, right, aliases):
                candidates.append((-agreement, i, j))
    return [(-agreement, i) for agreement, i, _ in one_to_one(candidates)]


def claim_level(gold: ExtractedResult, predicted: ExtractedResult, aliases: Aliases) -> int:
    """Return 0 for another value, 1 for the same value, 2 for the same claim, 3 for the same tuple."""
    if _normalise_value(gold.value) != _normalise_value(predicted.value):
        return 0
    if not _same_metric(gold.metric, predicted.metric, aliases) or gold.direction != predicted.direction:
        return 1
    return 3 if _same_slots(gold, predicted, aliases) else 2


def comparison_level(gold: ExtractedResult, predicted: ExtractedResult, aliases: Aliases) -> int:
    """Return 0 for another comparison, 1 for the same, 2 for the same with all slots."""
    left, right = set(_normalise(gold.evidence).split()), set(_normalise(predicted.evidence).split())
    overlap = len(left & right) / max(1, min(len(left), len(right)))
    if gold.direction != predicted.direction or overlap < _EVIDENCE_OVERLAP:
        return 0
    return 2 if _same_slots(gold, predicted, aliases) else 1


def _same_slots(gold: ExtractedResult, predicted: ExtractedResult, aliases: Aliases) -> bool:
    return (
        _same_slot(gold.subject, predicted.subject, aliases)
        and _same_slot(gold.dataset, predicted.dataset, aliases)
        and _same_slot(gold.baseline, predicted.baseline, aliases)
    )


def _same_slot(gold: str | None, predicted: str | None, aliases: Aliases) -> bool:
    """Tell whether two slots are both empty, or share an alias."""
    if not gold or not predicted:
        return not gold and not predicted
    left, right = _normalise(gold), _normalise(predicted)
    return bool(({left} | aliases.get(left, set())) & ({right} | aliases.get(right, set())))


def _same_metric(gold: str | None, predicted: str | None, aliases: Aliases) -> bool:
    """Tell whether two metrics are the same slot, or the words of one include those of the other."""
    if _same_slot(gold, predicted, aliases):
        return True
    left, right = set(_normalise(gold or "").split()), set(_normalise(predicted or "").split())
    return bool(left and right) and (left <= right or right <= left)


def forms(entity: ExtractedEntity) -> set[str]:
    """Return the normalised forms of an entity."""
    return {form for form in map(_normalise, (*entity.forms, entity.name)) if form}


def normalise_title(title: str) -> str:
    """Return the key by which papers are joined: ASCII letters and digits of the title."""
    return re.sub(r"[^a-z0-9]+", " ", title.lower()).strip()


def _normalise(form: str) -> str:
    """Fold case, punctuation, a leading article and plurals.

    >>> _normalise("The Mixture-of-Experts"), _normalise("studies/buses")
    ('mixture of expert', 'study / buse')
    """
    words = re.sub(r"[^a-z0-9+@#/]+", " ", form.lower().replace("/", " / ")).split()
    if words and words[0] in ("the", "a", "an"):
        words = words[1:]
    out = []
    for word in words:
        if len(word) > 3 and word.endswith("ies"):
            out.append(word[:-3] + "y")
        elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
            out.append(word[:-1])
        else:
            out.append(word)
    return " ".join(out)


def _normalise_value(value: str | None) -> tuple[str, str]:
    r"""Return the numbers and the unit class of a value.

    >>> _normalise_value("2.6 times"), _normalise_value("79.80\\%"), _normalise_value("1/3")
    (('2.6', 'x'), ('79.8', '%'), ('1/3', ''))
    """
    text = str(value).lower().replace(",", "").replace("\\", "").strip()
    if re.search("\u00d7|times|fold|\\dx\\b|\\d x\\b", text):  # the multiplication sign
        unit = "x"
    else:
        unit = "%" if re.search(r"%|percent", text) else ""
    numbers = re.findall(r"\d+(?:\.\d+)?(?:/\d+(?:\.\d+)?)?", text)
    return "-".join(n if "/" in n else str(float(n)) for n in numbers), unit
