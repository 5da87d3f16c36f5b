"""Stage link: which mentions of all papers are one entity, each with the rule that decided.

Input: extractions with unique ids, in any order. Output: entities and links, the
same for any order of the input. Assumes that an extraction has already joined the
forms of one entity within its paper. Ignores on purpose: similarity of spelling
beyond `fold`, and whatever lies outside the given papers.

An abbreviation alone joins a full form only where every paper that defines the
abbreviation gives that same full form; an abbreviation with two meanings stays
apart from both.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.link.forms import fold, is_abbreviation
from kg.records import Entity, ExtractedEntity, Extraction, Link, entity_id

RULES = {
    "name": "the form is the name of the entity",
    "spelling": "the form differs from the name in case, separators or plural only",
    "same paper": "the paper uses the form for the same entity, as full form or abbreviation",
    "abbreviation": "another paper defines the abbreviation, and none defines it differently",
}
"""The rules of a `Link`, from the plainest to the boldest."""

_CONFIDENCE = {"name": 1.0, "spelling": 1.0, "same paper": 0.95, "abbreviation": 0.85}


_KNOWN_BY_ABBREVIATION = frozenset({"Method", "Model", "Dataset"})

_Place = tuple[str, str]  # type and key of a group


@dataclass(slots=True)
class _Group:
    """The mentions that become one entity, while they are collected."""

    type: str
    key: str
    forms: Counter[str] = field(default_factory=Counter)  # form -> papers that use it


def link(extractions: Iterable[Extraction]) -> tuple[tuple[Entity, ...], tuple[Link, ...]]:
    """Return the entities, sorted by id, and one link a paper, form and type, sorted."""
    extractions = sorted(extractions, key=lambda extraction: extraction.id)
    full_forms = _full_forms(extractions)
    groups: dict[_Place, _Group] = {}
    members: list[tuple[str, str, _Group, bool]] = []  # paper, form, group, joined as an abbreviation
    for extraction in extractions:
        for entity in extraction.entities:
            key, joined = _key(entity, full_forms)
            group = groups.setdefault((entity.type, key), _Group(entity.type, key))
            group.forms.update(set(entity.forms))
            members += [(extraction.id, form, group, joined) for form in entity.forms]
    names = _names(groups)
    ids = _ids(names)
    entities = []
    for place, id_ in ids.items():
        aliases = tuple(sorted(set(groups[place].forms) - {names[place]}))
        entities.append(Entity(id_, place[0], names[place], aliases))
    links = {}
    for paper, form, group, joined in members:
        place = group.type, group.key
        rule = _rule(form, names[place], joined)
        links[paper, form, group.type] = Link(paper, form, group.type, ids[place], rule, _CONFIDENCE[rule])
    return tuple(sorted(entities, key=lambda entity: entity.id)), tuple(links[key] for key in sorted(links))


def _full_forms(extractions: Iterable[Extraction]) -> dict[tuple[str, str], set[str]]:
    """Return the keys of all full forms that papers give for (type, key of an abbreviation)."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for extraction in extractions:
        for entity in extraction.entities:
            full = _full_form(entity)
            if full is not None:
                for form in filter(is_abbreviation, entity.forms):
                    found[entity.type, fold(form)].add(fold(full))
    return found


def _full_form(entity: ExtractedEntity) -> str | None:
    return next((form for form in entity.forms if not is_abbreviation(form)), None)


def _key(entity: ExtractedEntity, full_forms: dict[tuple[str, str], set[str]]) -> tuple[str, bool]:
    """Return the key of the entity, and whether an abbreviation was expanded for it."""
    full = _full_form(entity)
    if full is not None:
        return fold(full), False
    key = fold(entity.name)
    expansions = full_forms.get((entity.type, key), set())
    return (next(iter(expansions)), True) if len(expansions) == 1 else (key, False)


def _names(groups: Mapping[_Place, _Group]) -> dict[_Place, str]:
    """Return the name of every group: the form that most papers use.

    Where that is an abbreviation which several entities of a type share, each that has
    a full form is named by it.
    """
    names = {place: _usual(place[0], group.forms) for place, group in groups.items()}
    shared = Counter((type_, fold(name)) for (type_, _), name in names.items())
    for (type_, key), group in groups.items():
        if shared[type_, fold(names[type_, key])] > 1:
            full = Counter({form: number for form, number in group.forms.items() if fold(form) == key})
            names[type_, key] = _usual(type_, full or group.forms)
    return names


def _usual(type_: str, forms: Counter[str]) -> str:
    """Return the form that most papers use.

    Of equals the abbreviation of a thing (it is what people know: AWQ, GLUE) but the full
    name of a task or metric, and the plainest spelling of it.
    """
    short = type_ in _KNOWN_BY_ABBREVIATION

    def rank(form: str) -> tuple[int, bool, int, int, str]:
        return -forms[form], short and not is_abbreviation(form), -len(fold(form)), len(form), form

    return min(forms, key=rank)


def _ids(names: Mapping[_Place, str]) -> dict[_Place, str]:
    """Return an id for every group; where two would be equal, each gets 6 digits of its key's hash."""
    wanted = {place: entity_id(place[0], name) for place, name in names.items()}
    taken = Counter(wanted.values())
    return {
        place: id_ if taken[id_] == 1 else f"{id_}-{hashlib.sha256(place[1].encode()).hexdigest()[:6]}"
        for place, id_ in wanted.items()
    }


def _rule(form: str, name: str, joined: bool) -> str:
    if form == name:
        return "name"
    if fold(form) == fold(name):
        return "spelling"
    return "abbreviation" if joined else "same paper"
