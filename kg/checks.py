"""Checks of claimed results: what cannot be, or does not fit together.

Input: all results of a corpus with the entities in their slots. Output: for each result
what is wrong with it, as ``check: reason``. A finding says that a claim was misread or
misstated, or that papers disagree; it never removes a result.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Final

from kg.metrics import KnownMetric, known_metric
from kg.records import ExtractedResult

CHECKS: Final = {
    "range": "the value is none that its metric can have",
    "unit": "percent where points may be meant, or the other way round",
    "arithmetic": "the stated change is not that between the two values of the same sentence",
    "conflict": "another paper states another value of the same subject, dataset and metric",
}
"""Name and meaning of every check."""

_MOST_NAMED: Final = 3  # papers in the reason of a conflict
_NEAR: Final = 30  # characters beside a value in which "relative" refers to it
_WHOLE: Final = 100  # percent, the highest value of shares
_SCALE: Final = (None, "points", "%")
"""Units of values on the scale of their metric; any other one stretches it."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A result with its id, its paper and the ids of the entities in its slots, where they are known."""

    id: str
    paper: str
    result: ExtractedResult
    subject: str | None
    metric: str | None
    dataset: str | None


def check_results(stated: Iterable[Stated]) -> dict[str, tuple[str, ...]]:
    """Return the findings of each result that has some, in the order of `CHECKS`."""
    results = sorted(stated, key=lambda each: each.id)
    findings = [*_ranges(results), *_units(results), *_sums(results), *_conflicts(results)]
    found: dict[str, list[str]] = defaultdict(list)
    for id_, check, reason in findings:
        found[id_].append(f"{check}: {reason}")
    return {id_: tuple(dict.fromkeys(reasons)) for id_, reasons in found.items()}


Finding = tuple[str, str, str]
"""Id of a result, name of the check, reason."""


def _ranges(results: Iterable[Stated]) -> Iterable[Finding]:
    for each in results:
        number, known = each.result.number, _known(each.result)
        if number is None or known is None:
            continue
        reason = _beyond(each.result, number, known)
        if reason is not None:
            yield each.id, "range", reason


def _beyond(result: ExtractedResult, number: Decimal, known: KnownMetric) -> str | None:
    """Return why a metric cannot have such a value or such a change."""
    scale = result.unit in _SCALE
    if result.kind == "absolute" and scale:
        if known.lowest is not None and number < known.lowest:
            return f"{number} is below {known.lowest}, the least that {known.name} can be"
        if known.highest is not None and number > known.highest:
            return f"{number} is above {known.highest}, the most that {known.name} can be"
    if result.kind == "delta" and scale and known.lowest is not None and known.highest is not None:
        room = known.highest - known.lowest
        if number > room:
            return f"{known.name} cannot change by {number}, only by {room}"
    falls = not known.higher_is_better and result.direction in {"better", "sota"}
    positive = known.lowest is not None and known.lowest >= 0
    if result.kind == "relative" and result.unit == "%" and falls and positive and number > 100:
        return f"{known.name} cannot fall by {number}%"
    return None


def _units(results: Iterable[Stated]) -> Iterable[Finding]:
    for each in results:
        result, known = each.result, _known(each.result)
        if result.unit != "%" or known is None:
            continue
        called = _called_relative(result)
        if result.kind == "relative" and not called and known.unit is None and known.highest == _WHOLE:
            yield each.id, "unit", f"{known.name} is given in points: percent of it, or points?"
        elif result.kind == "delta" and called:
            yield each.id, "unit", "the sentence calls it relative: percent of the value, or points?"


def _called_relative(result: ExtractedResult) -> bool:
    """Tell whether "relative" or "relatively" stands beside the value, and is meant of no other number."""
    place = _place(result)
    if place is None:
        return False
    before, after = result.evidence[: place[0]], result.evidence[place[1] :]
    if _ABSOLUTE.match(after) is not None:
        return False
    return _RELATIVE_BEFORE.search(before) is not None or _RELATIVE_AFTER.match(after) is not None


_RELATIVE_BEFORE: Final = re.compile(
    rf"(?<![\d%]\s)\brelative(?:ly)?\b(?!\s+to\b)[^\d;]{{0,{_NEAR}}}\Z", re.IGNORECASE
)
_RELATIVE_AFTER: Final = re.compile(rf"[^\d,;)]{{0,{_NEAR}}}?\brelative(?:ly)?\b(?!,?\s+to\b)", re.IGNORECASE)
_ABSOLUTE: Final = re.compile(r"\s?\(?absolute", re.IGNORECASE)


def _place(result: ExtractedResult) -> tuple[int, int] | None:
    """Return where the value first stands in its evidence, as a number of its own."""
    if result.value is None:
        return None
    found = re.search(rf"(?<![\d.,]){re.escape(result.value)}(?![.,]?\d)", result.evidence)
    return None if found is None else found.span()


def _sums(results: Iterable[Stated]) -> Iterable[Finding]:
    """Yield the changes that are not those between two values of their sentence, of them and their rival."""
    sentences: dict[tuple[str, int, str | None, str | None], list[Stated]] = defaultdict(list)
    for each in results:
        if each.result.number is not None and not each.result.hedges:
            place = (each.paper, each.result.start, each.metric or each.result.metric, each.dataset)
            sentences[place].append(each)
    for group in sentences.values():
        values = [each.result for each in group if each.result.kind == "absolute"]
        changes = [each for each in group if each.result.kind in _CHANGES]
        pairs = list(combinations(values, 2)) if len(values) <= _MOST_VALUES else []
        for change in changes:
            compared = [pair for pair in pairs if _is_compared(change.result, *pair)]
            if len(compared) == 1 and (reason := _differs(change.result, *compared[0])) is not None:
                yield change.id, "arithmetic", reason


_MOST_VALUES: Final = 6  # of one sentence; more are a table
_TO: Final = re.compile(
    r"[^\d]{0,12}\b(?:to|vs|v\.s|versus|against|compared (?:to|with)|over|than)\b[^\d]{0,25}"
)
_ELSEWHERE: Final = re.compile(r";|\b(?:and|but|while|whereas)\b")


def _is_compared(change: ExtractedResult, one: ExtractedResult, other: ExtractedResult) -> bool:
    """Tell whether two values are those of what changed and of its rival, or stand as "from A to B".

    Neither are they where another clause lies between the change and the nearer value: "by
    2.1 points and already surpasses it (49.0 vs. 48.5)".
    """
    text, places = change.evidence, [_place(result) for result in (change, one, other)]
    if any(place is None for place in places) or len(set(places)) < len(places):
        return False
    at, *ends = (place for place in places if place is not None)
    first, second = sorted(ends)
    gaps = [text[min(at[1], end[1]) : max(at[0], end[0])] for end in ends]
    if _ELSEWHERE.search(min(gaps, key=len)) is not None:
        return False
    named = {change.subject, change.baseline}
    if None not in named and named == {one.subject, other.subject}:
        return True
    return _TO.fullmatch(text[first[1] : second[0]]) is not None


_CHANGES: Final = {"delta": "a difference of", "relative": "a change in percent of", "factor": "a factor of"}


def _differs(change: ExtractedResult, one: ExtractedResult, other: ExtractedResult) -> str | None:
    """Return in what a change differs from that between two values, beyond what rounding explains."""
    if one.number is None or other.number is None or change.number is None or not _comparable(one, other):
        return None
    low, high = sorted((abs(one.number), abs(other.number)))
    slack = (_step(one.number) + _step(other.number)) / 2
    half = _step(change.number) / 2
    if change.kind == "delta":
        if not _comparable(change, one):
            return None
        possible = [(high - low - slack, high - low + slack)]
        if high <= 1 and one.unit in _SCALE:  # fractions of one, and a change in points
            possible.append((100 * (high - low - slack), 100 * (high - low + slack)))
    else:
        if low <= slack:
            return None
        least, most = (high - slack) / (low + slack), (high + slack) / (low - slack)
        if change.kind == "relative":
            possible = [(100 - 100 / least, 100 - 100 / most), (100 * least - 100, 100 * most - 100)]
        else:
            possible = [(least, most), (1 / most, 1 / least)]
    if any(least - half <= change.number <= most + half for least, most in possible):
        return None
    expected = " or ".join(_short((least + most) / 2) for least, most in possible)
    return f"{one.value} and {other.value} make {_CHANGES[change.kind]} {expected}, not {change.value}"


def _comparable(one: ExtractedResult, other: ExtractedResult) -> bool:
    return one.unit == other.unit or (one.unit in _SCALE and other.unit in _SCALE)


def _short(number: Decimal) -> str:
    """Return a number with three digits, or all digits before the point.

    >>> _short(Decimal("12345.6")), _short(Decimal("0.51234")), _short(Decimal("2.500"))
    ('12346', '0.512', '2.5')
    """
    return f"{number:.0f}" if abs(number) >= 100 else f"{float(number):.3g}"


def _step(number: Decimal) -> Decimal:
    """Return one unit in the last place that is written.

    >>> _step(Decimal("79.80"))
    Decimal('0.01')
    """
    exponent = number.as_tuple().exponent
    return Decimal(1).scaleb(min(0, exponent)) if isinstance(exponent, int) else Decimal(0)


def _conflicts(results: Iterable[Stated]) -> Iterable[Finding]:
    """Yield the values that another paper states otherwise, of the same subject, dataset and metric."""
    groups: dict[tuple[str, str, str, str | None], list[Stated]] = defaultdict(list)
    for each in results:
        result = each.result
        if result.kind != "absolute" or result.number is None or result.hedges:
            continue
        if each.subject is not None and each.dataset is not None and each.metric is not None:
            groups[each.subject, each.dataset, each.metric, _unit(result)].append(each)
    for group in groups.values():
        papers: dict[str, list[Stated]] = defaultdict(list)
        for each in group:
            papers[each.paper].append(each)
        for paper, own in papers.items():
            # A paper with several values, one of them shared, tells of several settings.
            others = [other for other in papers if other != paper and not _agree(own, papers[other])]
            for each in own if others else ():
                yield each.id, "conflict", _named([stated for other in others for stated in papers[other]])


def _agree(some: Sequence[Stated], others: Sequence[Stated]) -> bool:
    return any(
        _equal(number, same)
        for one in some
        for other in others
        for number in _readings(one.result)
        for same in _readings(other.result)
    )


def _is_share(result: ExtractedResult) -> bool:
    """Tell whether a value is one of those that papers write in percent, in points or as a fraction."""
    known = _known(result)
    return known is not None and result.unit in _SCALE and (known.unit == "%" or known.highest == _WHOLE)


def _unit(result: ExtractedResult) -> str | None:
    """Return the unit in which values of several papers are compared."""
    known = _known(result)
    if _is_share(result):
        return "%"
    return known.unit if known is not None and result.unit is None else result.unit


def _readings(result: ExtractedResult) -> Iterator[Decimal]:
    """Yield a value, and the percent that it is if it is a fraction of one."""
    if result.number is not None:
        yield result.number
        if result.unit is None and result.number <= 1 and _is_share(result):
            yield result.number.scaleb(2)


def _equal(one: Decimal, other: Decimal) -> bool:
    """Tell whether two values are equal after rounding to the coarser of the two."""
    return abs(one - other) <= max(_step(one), _step(other)) / 2


def _named(others: Sequence[Stated]) -> str:
    named = sorted({(each.paper, str(each.result.value)) for each in others})
    more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    return ", ".join(f"{paper} states {value}" for paper, value in named[:_MOST_NAMED]) + more


def _known(result: ExtractedResult) -> KnownMetric | None:
    return known_metric(result.metric) if result.metric is not None else None
