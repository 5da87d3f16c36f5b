"""What linking anew changes: entities that merge, fall apart, get another id, come and go.

Input: the links before and after. A mention (paper, form, type) that both have tells what
became of an entity; one that is new counts under its form, so that also the first links
of a graph show which forms become one. Case alone makes no other form.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kg.records import Link

CHANGES: Final = {
    "merge": "entities or new forms become one entity",
    "split": "an entity falls into several",
    "rename": "an entity gets another id",
    "remove": "no paper names the entity any more",
    "add": "a paper names the entity for the first time",
}
"""Kinds of change, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change; ids of entities hold a colon after their type, forms stand as written."""

    change: str
    entity: str  # the one after; of a split or removal the one before
    parts: tuple[str, ...]  # what becomes one (ids, and forms that are new), or what it falls into (ids)
    rules: tuple[str, ...]  # of all links of the entity after, with their numbers, the boldest first
    papers: int  # that name it
    confidence: float  # of its weakest link; 1 where nothing was linked for the change


def compare_links(before: Iterable[Link], after: Iterable[Link]) -> tuple[Change, ...]:
    """Return the changes by kind, and within a kind those first of which linking is least sure."""
    was = {(link.paper, link.form, link.type): link.entity for link in before}
    old = _gather(Link(*place, entity, "", 1.0) for place, entity in was.items())
    new = _gather(after)
    homes: dict[str, set[str]] = defaultdict(set)  # entity before -> entities after
    for entity, links in new.items():
        for link in links:
            if (source := was.get((link.paper, link.form, link.type))) is not None:
                homes[source].add(entity)
    changes = [
        *_to_what_there_is(new, was, old, homes),
        *_to_what_there_was(old, homes),
    ]
    order = list(CHANGES)
    changes.sort(key=lambda change: (order.index(change.change), change.confidence, change.entity))
    return tuple(changes)


def _to_what_there_is(
    new: Mapping[str, list[Link]],
    was: Mapping[tuple[str, str, str], str],
    old: Mapping[str, list[Link]],
    homes: Mapping[str, set[str]],
) -> Iterator[Change]:
    for entity, links in new.items():
        parts = _parts(entity, links, was, old)
        if len(parts) > 1:
            yield _change("merge", entity, parts, links)
        elif parts[0] not in old:
            yield _change("add", entity, parts, links)
        elif parts != (entity,) and len(homes[parts[0]]) == 1:
            yield _change("rename", entity, parts, links)


def _to_what_there_was(old: Mapping[str, list[Link]], homes: Mapping[str, set[str]]) -> Iterator[Change]:
    for entity, links in old.items():
        into = homes.get(entity, set())
        if not into:
            yield _change("remove", entity, (), links)
        elif len(into) > 1:
            yield _change("split", entity, tuple(sorted(into)), links)


def _gather(links: Iterable[Link]) -> dict[str, list[Link]]:
    gathered: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        gathered[link.entity].append(link)
    return gathered


def _parts(
    entity: str,
    links: Iterable[Link],
    was: Mapping[tuple[str, str, str], str],
    old: Mapping[str, list[Link]],
) -> tuple[str, ...]:
    """Return the entities before of which an entity is made, sorted, and then the forms that none had."""
    sources: set[str] = set()
    forms: set[tuple[str, str]] = set()
    for link in links:
        if (source := was.get((link.paper, link.form, link.type))) is not None:
            sources.add(source)
        else:
            forms.add((link.form, link.type))
    had = {(link.form.casefold(), link.type) for source in sources for link in old[source]}
    spelled = {(form.casefold(), type_): form for form, type_ in sorted(forms)}
    own_type = entity.partition(":")[0]
    shown = (
        form if type_.lower() == own_type else f"{form} ({type_})"
        for (folded, type_), form in spelled.items()
        if (folded, type_) not in had
    )
    return (*sorted(sources), *sorted(shown))


def _change(kind: str, entity: str, parts: tuple[str, ...], links: list[Link]) -> Change:
    rules = Counter(link.rule for link in links if link.rule)
    weakest = {rule: min(link.confidence for link in links if link.rule == rule) for rule in rules}
    told = sorted(rules, key=lambda rule: (weakest[rule], rule))
    papers = len({link.paper for link in links})
    confidence = min(link.confidence for link in links)
    return Change(kind, entity, parts, tuple(f"{rule} {rules[rule]}" for rule in told), papers, confidence)
