"""Why an entity is one: its forms, the rules that joined them, the decisions about it.

Input: the links of a graph and what a user calls the entity.
"""

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise
from typing import Final

from kg.link.decisions import Decision
from kg.link.forms import fold
from kg.records import Link, entity_id
from kg.schema import ENTITY_TYPES

_EXAMPLES: Final = 3  # papers shown for a rule
_NEAR: Final = 5  # names shown for one that is not known
_COMPARED: Final = 500  # forms that are compared letter by letter with such a name
_TYPE_OF_PREFIX: Final = {type_.lower(): type_ for type_ in ENTITY_TYPES}


@dataclass(frozen=True, slots=True)
class FormUse:
    """A form of an entity, with the type that papers give it."""

    form: str
    type: str
    papers: int


@dataclass(frozen=True, slots=True)
class RuleUse:
    """What one rule has joined to an entity."""

    rule: str
    links: int
    confidence: float  # of the weakest link
    papers: tuple[str, ...]  # ids of a few, the weakest first


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of how an entity came to be."""

    id: str
    type: str
    name: str
    papers: int
    forms: tuple[FormUse, ...]  # the most used first
    rules: tuple[RuleUse, ...]  # those that joined most first
    decisions: tuple[tuple[int, Decision], ...]  # with their lines


def explain(
    entity: str, links: Iterable[Link], decisions: Sequence[tuple[int, Decision]] = ()
) -> Explanation:
    """Explain an entity.

    Args:
        entity: Its id.
        links: Those of the entity, others are passed over.
        decisions: All that there are, with their lines.
    """
    links = [link for link in links if link.entity == entity]
    forms: dict[tuple[str, str], set[str]] = defaultdict(set)
    rules: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        forms[link.form, link.type].add(link.paper)
        rules[link.rule].append(link)
    uses = sorted(
        (FormUse(form, type_, len(papers)) for (form, type_), papers in forms.items()),
        key=lambda use: (-use.papers, use.form, use.type),
    )
    keys = {(use.type, fold(use.form)) for use in uses}
    touching = (item for item in decisions if keys & {item[1].subject[:2], item[1].target})
    return Explanation(
        id=entity,
        type=_type(entity),
        name=_name(entity, links, uses),
        papers=len({link.paper for link in links}),
        forms=tuple(uses),
        rules=tuple(sorted(map(_rule_use, rules.values()), key=lambda use: (-use.links, use.rule))),
        decisions=tuple(touching),
    )


def _type(entity: str) -> str:
    return _TYPE_OF_PREFIX[entity.partition(":")[0]]


def _name(entity: str, links: Iterable[Link], uses: Sequence[FormUse]) -> str:
    """Return the form by which the entity is named; where a decision stands for that rule, its id tells."""
    named = [link.form for link in links if link.rule == "name"]
    of_id = [use.form for use in uses if _is_id_of(entity, entity_id(_type(entity), use.form))]
    return next(iter((*named, *of_id, uses[0].form)))


def _is_id_of(entity: str, of_name: str) -> bool:
    """Tell whether an id is that of a name, with or without what tells equal ones apart."""
    return re.fullmatch(rf"{re.escape(of_name)}(?:-[0-9a-f]{{6}})?", entity) is not None


def _rule_use(links: list[Link]) -> RuleUse:
    weakest_first = sorted(links, key=lambda link: (link.confidence, link.paper))
    papers = tuple(dict.fromkeys(link.paper for link in weakest_first))[:_EXAMPLES]
    return RuleUse(links[0].rule, len(links), weakest_first[0].confidence, papers)


def find_entities(text: str, links: Sequence[Link]) -> tuple[str, ...]:
    """Return the ids of the entities that go by a name, alias, form or id, in any case.

    Where none does, those are returned of which a form is spelled otherwise only.
    """
    wanted = text.strip().casefold()
    found = {link.entity for link in links if wanted in (link.form.casefold(), link.entity)}
    if not found and (key := fold(text)):
        found = {link.entity for link in links if fold(link.form) == key}
    return tuple(sorted(found))


def near_names(text: str, forms: Iterable[str]) -> tuple[str, ...]:
    """Return a few forms that contain a text, the most frequent first, then forms spelled like it."""
    wanted = text.strip().casefold()
    used = Counter(forms)
    order = sorted(used, key=lambda form: (-used[form], form))
    near = [form for form in order if wanted and wanted in form.casefold()][:_NEAR]
    if len(near) < _NEAR:
        of_folded = {form.casefold(): form for form in reversed(order)}
        signs = _signs(wanted)
        # Comparing letter by letter takes 12 seconds for 300,000 forms.
        alike = nlargest(_COMPARED, of_folded, key=lambda form: _share(signs, _signs(form)))
        near += [of_folded[form] for form in difflib.get_close_matches(wanted, alike, _NEAR)]
    return tuple(dict.fromkeys(near))[:_NEAR]


def _signs(text: str) -> set[str]:
    """Return the letters of a text, and each two that stand side by side."""
    return {*text, *map("".join, pairwise(text))}


def _share(one: set[str], other: set[str]) -> float:
    return len(one & other) / (len(one) + len(other) or 1)
