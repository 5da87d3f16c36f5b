"""Lists that belong together: "28.4 and 41.8 BLEU on En-De and En-Fr, respectively".

A list of numbers and a list of equally many mentions of one type in the same sentence
are read item by item. Where several lists of mentions would do, only "respectively" says
that lists belong together: those of one length in their order, or else the nearest.
"""

from collections.abc import Iterator
from typing import Final

from kg.extract.reading import Claim, Reading

_TIGHT: Final = frozenset({",", "/", "and", "&", "or", ";", "+"})
"""Words that join the items of a list."""

_BETWEEN: Final = frozenset({"the", "on", "for", "in", "\\"})
"""Words that may stand before an item."""


def aligned_entity(reading: Reading, claim: Claim, types: tuple[str, ...]) -> int | None:
    """Return the entity of some types that stands at the same place of its list as the number of a claim.

    Returns:
        Its position in the list of entities; None where the number stands in no list, or no one list of
        mentions fits it.
    """
    if claim.word is None:
        return None
    first, stop = reading.bounds[claim.sentence]
    numbers = next((run for run in _numbers(reading, first, stop) if claim.word in run), None)
    if numbers is None:
        return None
    lists = [run for run in _mentions(reading, first, stop, types) if len(run) == len(numbers)]
    alike = [run for run in _numbers(reading, first, stop) if len(run) == len(numbers)]
    if any(reading.words[at].text == "respectively" for at in range(first, stop)):
        if len(lists) == len(alike):
            lists = [lists[alike.index(numbers)]]
        else:
            lists.sort(key=lambda run: max(run[0] - numbers[-1], numbers[0] - run[-1]))
            del lists[1:]
    if len(lists) != 1:
        return None
    return reading.words[lists[0][numbers.index(claim.word)]].entity


def _numbers(reading: Reading, first: int, stop: int) -> Iterator[list[int]]:
    """Yield the lists of two numbers or more of one unit."""
    run: list[int] = []
    for at in range(first, stop):
        word = reading.words[at]
        if word.number is not None:
            if run and word.text != reading.words[run[-1]].text:
                if len(run) > 1:
                    yield run
                run = []
            run.append(at)
        elif word.text not in _TIGHT:
            if len(run) > 1:
                yield run
            run = []
    if len(run) > 1:
        yield run


def _mentions(reading: Reading, first: int, stop: int, types: tuple[str, ...]) -> Iterator[list[int]]:
    """Yield the lists of two different entities or more of some types."""
    run: list[int] = []
    joined = False  # what stands between the last mention and here joins items of a list
    for at in range(first, stop):
        word = reading.words[at]
        if word.entity is not None and reading.entities[word.entity].type in types:
            if run and not joined:
                if _different(reading, run):
                    yield run
                run = []
            run.append(at)
            joined = False
        elif word.text in _TIGHT:
            joined = True
        elif word.text not in _BETWEEN:
            if _different(reading, run):
                yield run
            run = []
    if _different(reading, run):
        yield run


def _different(reading: Reading, run: list[int]) -> bool:
    return len(run) > 1 and len({reading.words[at].entity for at in run}) == len(run)
