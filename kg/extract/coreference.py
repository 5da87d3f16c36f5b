"""Which names of one text are forms of one entity: a learned decision about pairs.

Input: a text and its names, each with its type and spans: spellings alike and defined
abbreviations are joined already (``kg.extract.decode``). Output: the names in groups.
Decides by a linear model over cues (``kg.extract.linear``): how the words of the two
names correspond (``kg.extract.alignment``), what kind of words are left over, where the
names stand, which other names hold the same words. Ignores on purpose: the names as
such; only words that are left over in many abstracts have weights of their own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from kg.extract.alignment import Alignment, Part, acronym, align, read_parts
from kg.extract.linear import load_linear, sigmoid
from kg.extract.spans import Span, Text

# Tuned on predictions for 486 annotated papers that neither tagger nor this model had seen: entity F1
# is .7225 without joins and .7349 with 0.6, where 79% of the joins of annotated names are right; 0.55
# gives .7347 and 76%, 0.5 gives .7361 and 70%.
THRESHOLD: Final = 0.6
LEAST: Final = 0.3  # of any two names of a group, and what two names without cues count as

_VERSIONED: Final = frozenset({"Model", "Dataset", "Metric"})


@dataclass(frozen=True, slots=True)
class Name:
    """All mentions of one name of a text, whatever its spelling, with its abbreviation."""

    type: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Form:
    written: str
    parts: tuple[Part, ...]
    stems: frozenset[str]  # without function words


@dataclass(frozen=True, slots=True)
class Profile:
    """A name with what its cues are made from."""

    type: str
    spans: tuple[Span, ...]
    forms: tuple[_Form, ...]  # the first of every key
    begins: frozenset[str]  # the first two letters of all parts
    letters: frozenset[str]  # the first letter of all parts
    capitals: frozenset[str]  # the first letter of parts and forms that may stand for several words
    defined: bool  # it has a defined abbreviation
    title: bool  # it stands in the title


def same_entity(
    source: Text, names: Sequence[Name], abbreviations: Iterable[tuple[Span, Span]]
) -> list[list[int]]:
    """Return the positions of the names in groups, one an entity.

    Args:
        source: The text.
        names: Its names.
        abbreviations: Pairs of long and short form that the text defines.
    """
    read = read_names(source, names, abbreviations)
    model = load_linear("coreference")
    sure = {}
    for pair in combinations(range(len(names)), 2):
        cues = pair_cues(source, read, *pair)
        if cues is not None:
            sure[pair] = sigmoid(model.scores(cues)[0])
    return _linked(len(names), sure)


def _linked(size: int, sure: Mapping[tuple[int, int], float]) -> list[list[int]]:
    """Join pairs, the surest first, unless any two names of their groups are unlikely one entity.

    So "detection" goes with one of "edge detection" and "object detection" and does not join them.
    """
    groups = [[at] for at in range(size)]
    for pair, probability in sorted(sure.items(), key=lambda item: (-item[1], item[0])):
        if probability < THRESHOLD:
            break
        one, two = (groups[at] for at in pair)
        if one is not two and all(sure.get((min(a, b), max(a, b)), LEAST) >= LEAST for a in one for b in two):
            one += two
            for at in two:
                groups[at] = one
    return [sorted(group) for at, group in enumerate(groups) if at == min(group)]


def read_names(
    source: Text, names: Iterable[Name], abbreviations: Iterable[tuple[Span, Span]]
) -> list[Profile]:
    """Return the names, prepared for `pair_cues`.

    Args:
        source: The text.
        names: Its names.
        abbreviations: Pairs of long and short form that the text defines.
    """
    known = {source.key(short): read_parts(source.form(long)) for long, short in abbreviations}
    out = []
    for name in names:
        of_key = {source.key(span): source.form(span) for span in reversed(name.spans)}
        forms = tuple(_read_form(form, known) for form in reversed(of_key.values()))
        parts = [part for form in forms for part in form.parts if not part.small]
        out.append(
            Profile(
                name.type,
                name.spans,
                forms,
                frozenset(part.key[:2] for part in parts),
                frozenset(part.key[0] for form in forms for part in form.parts),
                frozenset(
                    [part.key[0] for part in parts if part.capitals]
                    + [
                        w[0].casefold()
                        for form in forms
                        if " " not in (w := form.written) and not w.islower()
                    ]
                ),
                not known.keys().isdisjoint(of_key),
                name.spans[0][0] < source.border,
            )
        )
    return out


def _read_form(form: str, known: Mapping[str, tuple[Part, ...]]) -> _Form:
    parts = read_parts(form, known)
    return _Form(form, parts, frozenset(part.stem for part in parts if not part.small))


def pair_cues(source: Text, names: Sequence[Profile], one: int, two: int) -> frozenset[str] | None:
    """Return the cues of a pair of names, or None where nothing speaks for one entity."""
    pair = names[one], names[two]
    if (
        pair[0].begins.isdisjoint(pair[1].begins)
        and pair[0].capitals.isdisjoint(pair[1].letters)
        and pair[1].capitals.isdisjoint(pair[0].letters)
    ):
        return None
    short_for = _acronym(*pair) or _acronym(*pair[::-1])
    found, a, b, swapped = min(
        (_aligned(left, right) for left in pair[0].forms for right in pair[1].forms),
        key=lambda aligned: (len(aligned[0].left) + len(aligned[0].right), -aligned[0].linked),
    )
    versioned = short_for is None and not _VERSIONED.isdisjoint((pair[0].type, pair[1].type))
    if (not found.linked and short_for is None) or _differ(found, a, b, versioned=versioned):
        return None
    relation = _relation(found)
    cues = _leftover_cues(found, a, b, relation)
    short, long = (two, one) if swapped else (one, two)
    if relation == "beyond":
        short, long, a, b = long, short, b, a
    return frozenset(
        {"bias", relation, f"acronym={short_for}", f"acronym={short_for}, {relation}"}
        | cues
        | {f"{relation} {cue}" for cue in _relation_cues(found, a, b)}
        | _type_cues(names[short], names[long], relation, short_for)
        | {f"{relation} {cue}" for cue in _other_names(names, (short, a.stems), (long, b.stems))}
        | _place_cues(source, names[short], names[long], relation)
    )


def _aligned(left: _Form, right: _Form) -> tuple[Alignment, _Form, _Form, bool]:
    """Return how two forms correspond, that of fewer parts first, and whether they changed places."""
    swapped = len(left.parts) > len(right.parts)
    a, b = (right, left) if swapped else (left, right)
    return align(a.parts, b.parts), a, b, swapped


def _acronym(short: Profile, long: Profile) -> str | None:
    """Return how a form of one name abbreviates a form of the other, initials before all else."""
    found = [
        kind
        for a in short.forms
        if " " not in a.written
        for b in long.forms
        if (kind := acronym(a.written, b.written, b.parts)) is not None
    ]
    return "initials" if "initials" in found else found[0] if found else None


def _differ(found: Alignment, a: _Form, b: _Form, *, versioned: bool) -> bool:
    """Tell names that no other cue can make one entity, after the rules of identity of the guidelines.

    Two numbers ("GPT-3", "GPT-4"); a number more in the name of what has versions or
    cut-offs ("top-1 accuracy"); a sign more ("LoRA+"); a direction reversed
    ("text-to-image", "image-to-text"); the parts of one word reordered.
    """
    numbers = [{part.key for part in form.parts if part.key.isdigit()} for form in (a, b)]
    signs = [{part.key for part in form.parts if not part.key[0].isalnum()} for form in (a, b)]
    directed = any(part.key == "to" for form in (a, b) for part in form.parts)
    return (
        ((versioned or all(numbers)) and numbers[0] != numbers[1])
        or signs[0] != signs[1]
        or (not found.ordered and (directed or " " not in a.written + b.written))
    )


def _relation(found: Alignment) -> str:
    """Return how the shorter name lies to the longer one."""
    if found.left and found.right:
        return "crossing" if found.linked else "apart"
    if found.left:
        return "beyond"
    if found.right:
        return "inside"
    return "equal" if found.ordered else "turned"


def _relation_cues(found: Alignment, a: _Form, b: _Form) -> set[str]:
    cues = {f"by {'+'.join(sorted(found.ways)) or 'words'}", f"linked={_upto(found.linked, 4)}"}
    cues.add(f"spelled {_spelling(a.written)}, {_spelling(b.written)}")
    small = [{part.key for part in form.parts if part.small} for form in (a, b)]
    if not found.ordered:
        cues.add(f"function words={small[0] != small[1]}")
    numbers = [any(part.key.isdigit() for part in form.parts) for form in (a, b)]
    if numbers[0] != numbers[1]:
        cues.add("number")
    return cues


def _spelling(form: str) -> str:
    if " " not in form and sum(map(str.isupper, form)) > 1:
        return "acronym"
    return "lower" if form.islower() else "capital"


def _upto(number: int, most: int) -> str:
    return str(number) if number < most else f"{most}+"


def _type_cues(short: Profile, long: Profile, relation: str, short_for: str | None) -> set[str]:
    same = short.type == long.type
    types = short.type if same else "+".join(sorted((short.type, long.type)))
    defined = f"defined={int(short.defined)}{int(long.defined)}"
    return {
        f"type={types}",
        f"{relation} type={types}",
        f"{relation} one type={same}",
        f"acronym={short_for}, one type={same}",
        defined,
        f"{relation} {defined}",
        f"acronym={short_for}, {defined}",
    }


def _leftover_cues(found: Alignment, a: _Form, b: _Form, relation: str) -> set[str]:
    """Return what the words are that only one of the names has."""
    cues: set[str] = set()
    if relation == "apart":
        return cues
    for sign, places, form in (("-", found.left, a), ("+", found.right, b)):
        if not places:
            continue
        where = "/".join(sorted({_position(place, places, form.parts) for place in places}))
        many = f"{_upto(len(places), 3)} of {_upto(found.linked, 3)}"
        cues |= {
            f"{relation} {sign}{where}",
            f"{relation} {sign}{len(places)}",
            f"{relation} {sign}{where} {many}",
        }
        cues |= {f"{relation} {sign}{form.parts[place].stem}" for place in places}
    if relation == "crossing":
        cues.add(f"{_upto(len(found.left), 3)}:{_upto(len(found.right), 3)} of {_upto(found.linked, 3)}")
        for left in found.left:
            for right in found.right:
                pair = a.parts[left], b.parts[right]
                cues.add("for=".join(sorted(part.stem for part in pair)))
                shared = _common(pair[0].key, pair[1].key)
                if shared >= 4:
                    cues.add(f"akin={min(shared, 6)}")
    return cues


def _position(place: int, left: Sequence[int], parts: Sequence[Part]) -> str:
    """Return where in its name a word is that the other name lacks."""
    if all(other in left for other in range(place, len(parts))):
        return "head"
    return "front" if all(other in left or parts[other].small for other in range(place)) else "middle"


def _common(one: str, two: str) -> int:
    """Return the number of letters that two words begin with."""
    return next(
        (at for at, (x, y) in enumerate(zip(one, two, strict=False)) if x != y), min(len(one), len(two))
    )


def _other_names(
    names: Sequence[Profile], shorter: tuple[int, frozenset[str]], longer: tuple[int, frozenset[str]]
) -> set[str]:
    """Return how many names hold the words of the shorter one, or lie in the longer one.

    Args:
        names: All names.
        shorter: Position of the shorter name, and the words of its form.
        longer: The same of the longer one.
    """
    (short, inner), (long, outer) = shorter, longer
    rivals = parts = 0
    for at, name in enumerate(names):
        if at not in {short, long}:
            stems = [form.stems for form in name.forms]
            rivals += name.type == names[long].type and any(inner <= other for other in stems)
            parts += any(other and other < outer for other in stems)
    first = names[long].spans[0] < names[short].spans[0]
    return {
        f"rivals={_upto(rivals, 2)}",
        f"rivals={_upto(rivals, 2)}, words={_upto(len(inner), 3)}",
        f"rivals={_upto(rivals, 2)}, longer first={first}",
        f"words={_upto(len(inner), 3)}, longer first={first}",
        f"parts={_upto(parts, 2)}",
        f"title={int(names[short].title)}{int(names[long].title)}",
    }


def _place_cues(source: Text, short: Profile, long: Profile, relation: str) -> set[str]:
    """Return the words between the nearest mentions, up to three."""
    mentions = sorted([(span, 0) for span in short.spans] + [(span, 1) for span in long.spans])
    gap, start, stop = min(
        (
            (after[0] - before[1], before[1], after[0])
            for (before, one), (after, two) in pairwise(mentions)
            if one != two
        )
    )
    if not 0 <= gap <= 3:
        return set()
    between = " ".join(source.form((word, word + 1)).casefold() for word in range(start, stop))
    return {f"between={between}", f"{relation} between={between}", f"{relation} near"}
