"""Stage link: which mentions of all papers are one entity, each with the rule that decided.

Input: extractions with unique ids, in any order; aliases; decisions of the user. Output:
entities and links, the same for any order of the input. Assumes that an extraction has
joined the forms of one entity within its paper.

Every entity of every paper gets one key (``kg.link.keys``): that of the full form which
most papers use, or of its abbreviation. An abbreviation alone gets the key of what it
means (``kg.link.meanings``). Entities of one key are one, also where papers take it for
different types (a method here, a model there): then the type that most papers give
counts, but a dataset is never anything else, and of abbreviations only methods and
models are joined. Ignores on purpose: similarity of spelling beyond ``fold``.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kg.link.aliases import Alias, known_aliases
from kg.link.decisions import Decision
from kg.link.families import with_families
from kg.link.forms import fold, is_abbreviation
from kg.link.keys import Keys
from kg.link.meanings import Meanings
from kg.records import Entity, ExtractedEntity, Extraction, Link, entity_id

RULES: Final = {
    "name": "the form is the name of the entity",
    "spelling": "the form differs from the name in case, separators or plural only",
    "other type": "the form is the name, but the paper takes it for another type than most papers do",
    "same paper": "the paper uses the form for the same entity, as full form or abbreviation",
    "other paper": "other papers use both the form and the name for the same entity",
    "alias": "a table of aliases has the form, or the name, as another name",
    "dataset year": "the form differs from the name in how it writes year or split",
    "model name": "the form differs from the name in the order or spelling of its parts",
    "kind of thing": "the form says besides what kind of thing it is, as in 'attention mechanism'",
    "ending": "the full form differs from another one of the same abbreviation in endings only",
    "abbreviation": "other papers define the abbreviation so",
    "context": "other papers define the abbreviation so, and speak of the same things as this one",
    "decision": "the user has decided so",
}
"""The rules of a `Link`, from the plainest to the boldest, the user's last."""

CONFIDENCE: Final = {
    "name": 1.0,
    "spelling": 1.0,
    "other type": 0.9,
    "same paper": 0.95,
    "other paper": 0.9,
    "alias": 0.95,
    "dataset year": 0.95,
    "model name": 0.95,
    "kind of thing": 0.9,
    "ending": 0.9,
    "abbreviation": 0.85,
    "context": 0.7,
    "decision": 1.0,
}
"""How sure a link by each rule is, in [0, 1]."""

_KNOWN_BY_ABBREVIATION: Final = frozenset({"Method", "Model", "Dataset"})
_JOINED_TYPES: Final = frozenset({"Task", "Method", "Model", "Metric"})
_JOINED_ABBREVIATIONS: Final = frozenset({"Method", "Model"})

_SPLIT: Final = ", split from "  # in the key of what the user has split off

_Place = tuple[str, str]  # type and key of a group


@dataclass(frozen=True, slots=True)
class _Member:
    """An entity of one paper, and the key that it has got."""

    paper: str
    entity: ExtractedEntity
    key: str
    rules: tuple[str | None, ...]  # for each form why it has the key, where that is not plain
    short: bool  # the key is an abbreviation that nothing explains


def link(
    extractions: Iterable[Extraction],
    aliases: Sequence[Alias] = (),
    decisions: Sequence[Decision] = (),
) -> tuple[tuple[Entity, ...], tuple[Link, ...]]:
    """Return the entities, sorted by id, and one link a paper, form and type, sorted.

    Args:
        extractions: What the papers say, in any order.
        aliases: Other names of things, which count before those that ship.
        decisions: What the user has merged and split.
    """
    ordered = sorted(extractions, key=lambda extraction: extraction.id)
    separated, found = _separate(ordered, decisions)
    members, split = _split(_members(separated, [*aliases, *known_aliases()]), found)
    places, merged = _merge(members, _places(members), decisions, split)
    forms: dict[_Place, Counter[str]] = defaultdict(Counter)  # group -> form -> papers that use it
    joined: dict[_Place, Counter[str]] = defaultdict(Counter)  # the same of what the user has moved there
    for index, (member, place) in enumerate(zip(members, places, strict=True)):
        (joined if index in merged else forms)[place].update(set(member.entity.forms))
    names = _names({place: forms.get(place) or joined[place] for place in forms.keys() | joined.keys()})
    ids = _ids(names)
    entities = [
        Entity(id_, place[0], names[place], tuple(sorted({*forms[place], *joined[place]} - {names[place]})))
        for place, id_ in ids.items()
    ]
    reasons = _reasons(members, places, names)
    links = {}
    for index, (member, place) in enumerate(zip(members, places, strict=True)):
        type_ = member.entity.type
        for form, reason in zip(member.entity.forms, member.rules, strict=True):
            rule = _rule(form, names[place], member, reason, reasons.get(place))
            if index in split or index in merged:
                rule = "decision"
            elif rule in {"name", "spelling"} and type_ != place[0]:
                rule = "other type"
            links[member.paper, form, type_] = Link(
                member.paper, form, type_, ids[place], rule, CONFIDENCE[rule]
            )
    entities = with_families(sorted(entities, key=lambda entity: entity.id))
    return tuple(entities), tuple(links[key] for key in sorted(links))


def _members(extractions: Sequence[Extraction], aliases: Sequence[Alias]) -> list[_Member]:
    """Return the entities of all papers with their keys."""
    keys = Keys(aliases, extractions)
    own = {
        extraction.id: [_own_key(entity, keys) for entity in extraction.entities]
        for extraction in extractions
    }
    meanings = Meanings()
    for extraction in extractions:
        beside = set(filter(None, own[extraction.id]))
        for entity, key in zip(extraction.entities, own[extraction.id], strict=True):
            short = {
                keys.of(entity.type, form).key for form in entity.forms if not keys.is_full(entity.type, form)
            }
            if key is not None and short:
                full = min(form for form in entity.forms if keys.of(entity.type, form).key == key)
                for abbreviation in sorted(short - {key}):
                    meanings.define(entity.type, abbreviation, key, full, beside - {key})
    meanings.settle(keys.papers)
    out = []
    for extraction in extractions:
        beside = set(filter(None, own[extraction.id]))
        for entity, key in zip(extraction.entities, own[extraction.id], strict=True):
            own_keys = [keys.of(entity.type, form) for form in entity.forms]
            if key is not None:
                main = meanings.main(entity.type, key)
                reasons = tuple(
                    None if own_key.key != key else "ending" if main != key else own_key.rule
                    for own_key in own_keys
                )
                out.append(_Member(extraction.id, entity, main, reasons, short=False))
                continue
            abbreviation = keys.usual(own_key.key for own_key in own_keys)
            meant = meanings.of(entity.type, abbreviation, beside, own="introduced" in entity.roles)
            if meant is None:
                reasons = tuple(own_key.rule for own_key in own_keys)
                out.append(_Member(extraction.id, entity, abbreviation, reasons, short=True))
            else:
                reasons = (meant[1],) * len(own_keys)
                out.append(_Member(extraction.id, entity, meant[0], reasons, short=False))
    return out


def _own_key(entity: ExtractedEntity, keys: Keys) -> str | None:
    """Return the key of the full form that most papers use; None where all forms are abbreviations.

    What a paper calls "routing" besides "dynamic routing" is dynamic routing, and forms with an
    abbreviation in them ("Open IE") give way to those without.
    """
    full = [form for form in entity.forms if keys.is_full(entity.type, form)]
    plain = [form for form in full if not any(map(is_abbreviation, form.split()))] or full
    folded = {form: keys.of(entity.type, form).key for form in plain}
    heads = {folded[form] for form in plain if len(form.split()) == 1}
    special = {
        key
        for key in folded.values()
        if key not in heads or not any(other != key and other.endswith(key) for other in folded.values())
    }
    return keys.usual(special) if special else None


def _places(members: Sequence[_Member]) -> list[_Place]:
    """Return the group of each member: the type that most papers give its key, and the key."""
    papers: dict[tuple[str, bool], Counter[str]] = defaultdict(Counter)
    for member in members:
        papers[member.key, member.short][member.entity.type] += 1
    out = []
    for member in members:
        type_, joined = member.entity.type, _JOINED_ABBREVIATIONS if member.short else _JOINED_TYPES
        if type_ in joined:
            counts = papers[member.key, member.short]
            type_ = min(joined & counts.keys(), key=lambda each: (-counts[each], each))
        out.append((type_, member.key))
    return out


def _names(groups: Mapping[_Place, Counter[str]]) -> dict[_Place, str]:
    """Return the name of every group: the form that most papers use.

    Where that is an abbreviation which several entities of a type share, each that has
    a full form is named by it.
    """
    names = {place: _usual(place[0], forms) for place, forms in groups.items()}
    shared = Counter((type_, fold(name)) for (type_, _), name in names.items())
    for (type_, key), forms in groups.items():
        if shared[type_, fold(names[type_, key])] > 1:
            full = Counter({form: number for form, number in forms.items() if fold(form) == key})
            names[type_, key] = _usual(type_, full or forms)
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
    """Return an id for every group; where two would be equal, each gets 6 digits of its key's hash.

    What the user has split off always gets them, so that the rest keeps its id.
    """
    wanted = {place: entity_id(place[0], name) for place, name in names.items()}
    taken = Counter(id_ for place, id_ in wanted.items() if _SPLIT not in place[1])
    return {
        place: id_
        if taken[id_] == 1 and _SPLIT not in place[1]
        else f"{id_}-{hashlib.sha256(place[1].encode()).hexdigest()[:6]}"
        for place, id_ in wanted.items()
    }


def _separate(
    extractions: Iterable[Extraction], decisions: Sequence[Decision]
) -> tuple[list[Extraction], dict[tuple[str, int], Decision]]:
    """Return the extractions with forms that the user has split off as entities of their own.

    Besides, which those are, by paper and position: with the decision, of which one for the paper
    counts more than a general one.
    """
    splits: dict[tuple[str, str, str | None], Decision] = {
        decision.subject: decision for decision in decisions if decision.action == "split"
    }
    if not splits:
        return list(extractions), {}
    out, found = [], {}
    for extraction in extractions:
        entities: list[ExtractedEntity] = []
        for entity in extraction.entities:
            parts: dict[Decision | None, list[str]] = defaultdict(list)
            for form in entity.forms:
                places = ((entity.type, fold(form), paper) for paper in (extraction.id, None))
                parts[next(filter(None, map(splits.get, places)), None)].append(form)
            for decision, forms in parts.items():
                if decision is not None:
                    found[extraction.id, len(entities)] = decision
                entities.append(replace(entity, name=forms[0], forms=tuple(forms)))
        out.append(replace(extraction, entities=tuple(entities)))
    return out, found


def _split(
    members: Sequence[_Member], found: Mapping[tuple[str, int], Decision]
) -> tuple[list[_Member], dict[int, bool]]:
    """Return the members with keys of their own where the user has split.

    Besides, which of them that are, and whether in their paper only.
    """
    out: list[_Member] = []
    moved: dict[int, bool] = {}
    positions: Counter[str] = Counter()
    for index, member in enumerate(members):
        decision = found.get((member.paper, positions[member.paper]))
        positions[member.paper] += 1
        if decision is None:
            out.append(member)
            continue
        key = f"{decision.subject[1]}{_SPLIT}{decision.type} in {decision.paper or 'all papers'}"
        out.append(replace(member, key=key))
        moved[index] = decision.paper is not None
    return out, moved


def _merge(
    members: Sequence[_Member],
    places: Sequence[_Place],
    decisions: Sequence[Decision],
    split: Mapping[int, bool],
) -> tuple[list[_Place], set[int]]:
    """Return the groups after the merges of the user, and the positions of the members that they moved.

    What is split off in one paper stays apart.
    """
    moved: set[int] = set()
    having = _having(members, decisions)
    inside: dict[_Place, list[int]] = defaultdict(list)
    for index, place in enumerate(places):
        inside[place].append(index)
    out = list(places)
    for decision in decisions:
        if decision.action != "merge" or decision.target is None:
            continue
        ours = [index for index in having.get(decision.subject[:2], ()) if not split.get(index)]
        found = Counter(out[index] for index in having.get(decision.target, ()))
        if not ours or not found:
            continue
        into = min(found, key=lambda place: (-found[place], place))
        for leaving in {out[index] for index in ours} - {into}:
            for index in inside[leaving]:
                out[index] = into
            moved.update(inside[leaving])
            inside[into] += inside.pop(leaving)
    return out, moved


def _having(members: Sequence[_Member], decisions: Sequence[Decision]) -> dict[tuple[str, str], list[int]]:
    """Return the positions of the members that have a form, by type and folded form, if decisions ask."""
    having: dict[tuple[str, str], list[int]] = defaultdict(list)
    if not decisions:
        return having
    for index, member in enumerate(members):
        for folded in {fold(form) for form in member.entity.forms}:
            having[member.entity.type, folded].append(index)
    return having


def _reasons(
    members: Sequence[_Member], places: Sequence[_Place], names: Mapping[_Place, str]
) -> dict[_Place, str]:
    """Return for each group why its name has the key, where that is not plain."""
    found: dict[_Place, str] = {}
    for member, place in zip(members, places, strict=True):
        for form, reason in zip(member.entity.forms, member.rules, strict=True):
            if reason is not None and fold(form) == fold(names[place]):
                found[place] = min(reason, found.get(place, reason))
    return found


def _rule(form: str, name: str, member: _Member, reason: str | None, reason_of_name: str | None) -> str:
    """Return the plainest rule that explains a link of a form whose type is that of the entity."""
    if fold(form) == fold(name):
        return "name" if form == name else "spelling"
    if reason is not None:
        return reason
    if any(fold(other) == fold(name) for other in member.entity.forms):
        return "same paper"
    return reason_of_name or "other paper"
