"""From what a user types to a decision: which mentions are meant, and what a build will do.

Input: the links of a graph as it was built, and the decisions that count. A proposal
without a decision says why there is nothing to decide. What matches nothing, or several
things, is refused, with what to add.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.errors import QueryError
from kg.link.decisions import Decision
from kg.link.explain import near_names
from kg.link.forms import fold
from kg.records import Link

_SHOWN = 5  # papers or forms named in a message

_Form = tuple[str, str]  # type and folded form


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision to write, or None, and what to tell the user."""

    decision: Decision | None
    told: str


@dataclass(frozen=True, slots=True)
class _Mentions:
    """All mentions of a form with one type, in every spelling."""

    form: str  # as the user writes it, where a paper does too, else as most papers do
    type: str
    links: tuple[Link, ...]

    @property
    def key(self) -> _Form:
        return self.type, fold(self.form)

    @property
    def entities(self) -> tuple[str, ...]:
        return tuple(sorted({link.entity for link in self.links}))

    def __str__(self) -> str:
        return f"{self.form!r} ({self.type})"


def propose_merge(
    links: Sequence[Link],
    decisions: Sequence[tuple[int, Decision]],
    form: str,
    into: str,
    *,
    type_: str | None = None,
    into_type: str | None = None,
    reason: str = "",
) -> Proposal:
    """Propose that a form, and all that is linked with it, becomes the entity of another one.

    Args:
        links: Of the graph as it was built.
        decisions: Those that count, with their lines.
        form: A form or the id of an entity.
        into: The same, of the other entity.
        type_: Type of the mentions of the form, where it has several.
        into_type: Type of those of the other one, where it has several.
        reason: Why, for those who read the table.

    Raises:
        QueryError: One of the two matches nothing or several things; says what to add.
    """
    among = _not_split_off(links, decisions)
    lost = {link.entity for link in links} - {link.entity for link in among}
    for text in (form, into):
        if text.strip().casefold() in lost:
            what = "a decision about one paper has split it off"
            raise QueryError(text, what, "delete that line (kg explain tells it), build, and merge then")
    one = _mentions(form, among, type_, whole=True)
    other = _mentions(into, among, into_type, whole=True, beside=one)
    if one.key == other.key:
        raise QueryError(into, f"this and {form} are one name of one type", "name a form of another entity")
    if (number := _joined_by(one.key, other.key, decisions)) is not None:
        return Proposal(None, f"{one} and {other} are one by line {number} of the decisions already")
    if len(other.entities) > 1:
        raise _several(other, links)
    (target,) = other.entities
    sources = [entity for entity in one.entities if entity != target]
    standing = {decision.subject: number for number, decision in decisions}
    if not sources and (*one.key, None) not in standing:
        return Proposal(None, f"{one} and {other} are one entity already: {target}")
    if len(sources) > 1:
        raise _several(one, links)
    moved = [link for link in links if link.entity in sources]
    told = f"the next build makes {_described(sources[0], moved) if sources else one} part of {target}"
    if apart := sorted(number for place, number in standing.items() if place[:2] == one.key and place[2]):
        told += f", but not where line {_listed(list(map(str, apart)))} splits it off"
    other_type = None if other.type == one.type else other.type
    decision = Decision("merge", one.type, one.form, other.form, other_type, None, reason)
    return Proposal(decision, told + _instead_of(standing.get((*one.key, None))))


def propose_split(
    links: Sequence[Link],
    decisions: Sequence[tuple[int, Decision]],
    form: str,
    *,
    paper: str | None = None,
    type_: str | None = None,
    reason: str = "",
) -> Proposal:
    """Propose that the mentions of a form are an entity of their own.

    Args:
        links: Of the graph as it was built.
        decisions: Those that count, with their lines.
        form: A form or the id of an entity.
        paper: Id of the only paper that it is about; None: all.
        type_: Type of the mentions, where the form has several.
        reason: Why, for those who read the table.

    Raises:
        QueryError: The form matches nothing or several things; says what to add.
    """
    form = _form_of_id(form, links)
    among = links if paper is None else _in_paper(form, paper, links)
    meant = _mentions(form, among, type_)
    standing = {decision.subject: (number, decision) for number, decision in decisions}
    number, before = standing.get((*meant.key, paper), (None, None))
    if before is not None and before.action == "split":
        return Proposal(None, f"line {number} of the decisions says so already: {before}")
    if len(meant.entities) > 1:
        what = f"is a form of {len(meant.entities)} entities ({_listed(meant.entities)})"
        raise QueryError(form, what, "add --paper to say in which paper it is one of its own")
    (entity,) = meant.entities
    split = set(meant.links)
    rest = [link for link in links if link.entity == entity and link not in split]
    if not rest and (*meant.key, None) not in standing:
        return Proposal(None, f"{meant} is an entity of its own already: {entity}")
    told = f"the next build makes {meant} in {paper or _counted(meant.links)} an entity of its own"
    if rest:
        told += f", apart from the rest of {_described(entity, rest)}"
    decision = Decision("split", meant.type, meant.form, paper=paper, reason=reason)
    return Proposal(decision, told + _instead_of(number))


# --- what is meant -------------------------------------------------------------------------------


def _mentions(
    text: str,
    links: Sequence[Link],
    type_: str | None,
    *,
    whole: bool = False,
    beside: _Mentions | None = None,
) -> _Mentions:
    """Return the mentions that a user means.

    Args:
        text: A form, in any spelling that `fold` makes equal, or the id of an entity.
        links: Where to look.
        type_: The type that the user has named.
        whole: The mentions stand for their entity, whatever other types it has.
        beside: What the mentions are to be merged with: its type counts before others,
            but of the same name another type is meant.

    Raises:
        QueryError: There are none, or of several types.
    """
    form = _form_of_id(text, links)
    found = [link for link in links if fold(link.form) == fold(form)]
    if not found:
        if form.strip().casefold() in {link.entity for link in links}:
            what = "other entities have all forms of this one too"
            raise QueryError(
                text, what, "name a form, and decide with kg split --paper what is one of its own"
            )
        raise QueryError(text, "no paper of the graph uses this form", near_hint(text, links))
    counts = Counter(link.type for link in found)
    types = " and ".join(f"{each} ({_counted(found, each)})" for each in sorted(counts))
    option = "--type" if beside is None else "--into-type"
    meant = [type_] if type_ is not None else _types_meant(found, whole=whole, beside=beside)
    if len(meant) > 1:
        raise QueryError(
            text, f"is used as {types}", f"add {' or '.join(f'{option} {each}' for each in meant)}"
        )
    if meant[0] not in counts:
        raise QueryError(text, f"is used as {types}, not as {meant[0]}", f"correct {option}")
    chosen = tuple(link for link in found if link.type == meant[0])
    return _Mentions(_usual(chosen, form), meant[0], chosen)


def _types_meant(found: Sequence[Link], *, whole: bool, beside: _Mentions | None) -> list[str]:
    """Return the types of mentions that may be meant where none was named, sorted."""
    counts = Counter(link.type for link in found)
    if beside is not None and beside.type in counts:
        if fold(found[0].form) != beside.key[1]:
            return [beside.type]
        if len(counts) > 1:
            del counts[beside.type]
    if whole and len({link.entity for link in found if link.type in counts}) == 1:
        return [min(counts, key=lambda each: (-counts[each], each))]
    return sorted(counts)


def _not_split_off(links: Sequence[Link], decisions: Iterable[tuple[int, Decision]]) -> list[Link]:
    """Return the links without those mentions that decisions split off in their papers: no merge moves them.

    Those of a form that is split off wherever it is used stay.
    """
    apart = {decision.subject for _, decision in decisions if decision.paper is not None}
    kept = [link for link in links if (link.type, fold(link.form), link.paper) not in apart] if apart else []
    left = {(link.type, fold(link.form)) for link in kept}
    return [*kept, *(link for link in links if (link.type, fold(link.form)) not in left)]


def _form_of_id(text: str, links: Sequence[Link]) -> str:
    """Return the form that stands for an entity where the text is its id, else the text."""
    return _own_form(text.strip().casefold(), links) or text


def _own_form(entity: str, links: Sequence[Link]) -> str | None:
    """Return the form of an entity that most papers use, among those that no other entity has."""
    forms = {(link.type, fold(link.form)) for link in links if link.entity == entity}
    if not forms:
        return None
    forms -= {(link.type, fold(link.form)) for link in links if link.entity != entity}
    own = [link for link in links if link.entity == entity and (link.type, fold(link.form)) in forms]
    return _usual(own) if own else None


def _in_paper(form: str, paper: str, links: Sequence[Link]) -> list[Link]:
    """Return the links of a paper, which is checked to use a form.

    Raises:
        QueryError: It does not; names the papers that do.
    """
    papers = sorted({link.paper for link in links if fold(link.form) == fold(form)})
    if papers and paper not in papers:
        raise QueryError(form, f"is not used by {paper}", f"it is used by {_listed(papers)}")
    return [link for link in links if link.paper == paper] if papers else list(links)


def _joined_by(one: _Form, other: _Form, decisions: Iterable[tuple[int, Decision]]) -> int | None:
    """Return the line of a decision by which two forms are one entity, if they are by decisions alone."""
    merges = {
        decision.subject[:2]: (number, decision.target)
        for number, decision in decisions
        if decision.target is not None
    }
    ends = []
    last = None
    for form in (other, one):
        while form in merges:
            last, form = merges[form]  # noqa: PLW2901  # follows the merges to their end
        ends.append(form)
    return last if ends[0] == ends[1] else None


# --- words -----------------------------------------------------------------------------------------


def near_hint(text: str, links: Iterable[Link]) -> str:
    """Return what to do about a name that is not known: near names, where there are some."""
    near = near_names(text, (link.form for link in links))
    return f"near names: {', '.join(near)}" if near else "kg query DIR find -p text=... finds names"


def _several(mentions: _Mentions, links: Sequence[Link]) -> QueryError:
    what = f"stands for {len(mentions.entities)} entities ({_listed(mentions.entities)})"
    own = [repr(form) for entity in mentions.entities if (form := _own_form(entity, links)) is not None]
    todo = f"name a form that only one of them has: {_listed(own)}" if own else "decide with kg split --paper"
    return QueryError(str(mentions), what, todo)


def _described(entity: str, links: Sequence[Link]) -> str:
    forms = Counter(link.form for link in links)
    order = sorted(forms, key=lambda form: (-forms[form], form))
    return f"{entity} ({_listed([repr(form) for form in order])}; {_counted(links)})"


def _counted(links: Iterable[Link], type_: str | None = None) -> str:
    number = len({link.paper for link in links if type_ in (None, link.type)})
    return f"{number} paper{'s' * (number > 1)}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _usual(links: Sequence[Link], wanted: str | None = None) -> str:
    """Return the wanted form, where a paper has it, else the one that most papers have."""
    forms = Counter(link.form for link in links)
    return min(forms, key=lambda form: (form != wanted, -forms[form], form))


def _instead_of(number: int | None) -> str:
    return "" if number is None else f", instead of what line {number} says"
