"""How the words of two names correspond: equal, inflected, shortened, or by their initials.

Input: two names as written. Output: which parts of one stand for which parts of the
other, and what is left over. Assumes English word endings; knows no names.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from kg.extract.spans import fold

# Words that neither add to a name nor tell two names apart.
SMALL: Final = frozenset(
    "a an and as at based by for from in into of on or over the under using via with within".split()  # noqa: SIM905 - a list takes 24 lines
)

_WORDS: Final = re.compile(r"[^\W_]+|[+*#@]+")
# "ResNet", "LayerNorms", "3DCNN" and "GANs" hold several words or an ending of their own.
_PARTS: Final = re.compile(r"[A-Z]+(?=s\b)|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+")
_ENDING: Final = re.compile(
    r"(?:i[sz]ations?|[ia]tions?|[io]nal|ions?|ings?|[eo]rs?|ed|es|i?als?|ives?|ments?|ability|i?ties|i?ty|"
    r"[ae]nces?|[ae]nt|ary|ies|y|e|s|i[sz]e|ic)\Z"
)
_LONGEST: Final = 12  # letters of an acronym of a whole name


@dataclass(frozen=True, slots=True)
class Part:
    """A word of a name, or a part of one."""

    key: str  # as `kg.extract.spans.fold` makes it
    stem: str  # without endings
    written: str
    small: bool  # a function word
    capitals: bool  # may stand for the first letters of several words


@dataclass(frozen=True, slots=True)
class Alignment:
    """What corresponds in two names.

    Attributes:
        left: Places of the parts of the first name to which nothing corresponds.
        right: The same of the second name.
        ways: How the others correspond: "stem", "prefix", "initials"; nothing where they are equal.
        ordered: They stand in the same order in both names.
        linked: Number of parts of the first name, without function words, that correspond to something.
    """

    left: tuple[int, ...]
    right: tuple[int, ...]
    ways: frozenset[str]
    ordered: bool
    linked: int


@lru_cache(1 << 14)
def _part(written: str) -> Part:
    key = fold(written)
    capitals = 2 <= len(written) <= 6 and sum(map(str.isupper, written)) > 1
    return Part(key, stem(key), written, key in SMALL, capitals)


def stem(word: str) -> str:
    """Return a word without up to two endings; at least four letters remain.

    >>> stem("forecasting"), stem("normalization"), stem("networks"), stem("use")
    ('forecast', 'norm', 'network', 'use')
    """
    for _ in range(2):
        ending = _ENDING.search(word, 4)
        if ending is None:
            break
        word = word[: ending.start()]
    return word


def read_parts(form: str, known: Mapping[str, tuple[Part, ...]] | None = None) -> tuple[Part, ...]:
    """Return the parts of a name; inside it, an abbreviation known in the text counts as its long form.

    >>> [part.key for part in read_parts("Wide-ResNets++ of 3D GANs")]
    ['wide', 're', 'net', '++', 'of', '3', 'd', 'gan']
    """
    out: list[Part] = []
    for word in _WORDS.findall(form):
        if known and len(word) < len(form) and fold(word) in known:
            out += known[fold(word)]
        elif word[0].isalnum():
            parts = [part for part in _PARTS.findall(word) if part != "s"]
            out += map(_part, parts or [word])
        else:
            out.append(_part(word))
    return tuple(out)


def align(first: Sequence[Part], second: Sequence[Part]) -> Alignment:
    """Let each part of one name correspond to at most one of the other, the surest ways first."""
    links: tuple[list[int | None], list[int | None]] = ([None] * len(first), [None] * len(second))
    ways = set()
    free = list(range(len(second)))
    for way, alike in _WAYS.items():
        after = 0
        for i, part in enumerate(first):
            if links[0][i] is None:
                fit = [j for j in free if alike(part, second[j])]
                if not fit:
                    continue
                j = min(fit, key=lambda j: (j < after, j))
                links[0][i], links[1][j] = j, i
                free.remove(j)
                if way != "equal":
                    ways.add(way)
            after = (links[0][i] or 0) + 1
    for names, (ours, theirs) in (((first, second), links), ((second, first), links[::-1])):
        for i, part in enumerate(names[0]):
            if ours[i] is None and part.capitals:
                run = _run(part.written, names[1], theirs)
                if run is not None:
                    ways.add("initials")
                    ours[i] = run[0]
                    theirs[slice(*run)] = [i] * (run[1] - run[0])
    places = [j for part, j in zip(first, links[0], strict=True) if j is not None and not part.small]
    return Alignment(
        tuple(i for i, part in enumerate(first) if links[0][i] is None and not part.small),
        tuple(j for j, part in enumerate(second) if links[1][j] is None and not part.small),
        frozenset(ways),
        places == sorted(places),
        len(places),
    )


def _equal(part: Part, other: Part) -> bool:
    return part.key == other.key


def _inflected(part: Part, other: Part) -> bool:
    return part.stem == other.stem and len(part.stem) > 2


def _shortened(part: Part, other: Part) -> bool:
    """Tell "net" for "network" and "ID" for "identification", but not "RGB" for "RGBD"."""
    short, long = (part, other) if len(part.key) < len(other.key) else (other, part)
    return (
        len(short.key) >= 2
        and long.key.startswith(short.key)
        and short.key.isalpha()
        and not long.written.isupper()
        and not short.small
    )


_WAYS: Final[Mapping[str, Callable[[Part, Part], bool]]] = {
    "equal": _equal,
    "stem": _inflected,
    "prefix": _shortened,
}


def _run(letters: str, parts: Sequence[Part], links: Sequence[int | None]) -> tuple[int, int] | None:
    """Return the first free range of parts that begin with these letters."""
    for start, part in enumerate(parts):
        if part.key[0] != letters[0].casefold():
            continue
        for end in range(start + 2, min(len(parts), start + 2 * len(letters)) + 1):
            if links[end - 1] is not None and not parts[end - 1].small:
                break
            if links[start] is None and initials(letters, parts[start:end]):
                return start, end
    return None


def initials(letters: str, parts: Sequence[Part]) -> bool:
    """Tell whether letters are the first ones of all parts; function words may go without.

    >>> initials("OOD", read_parts("out-of-distribution")), initials("MT", read_parts("made up"))
    (True, False)
    """
    letters = letters.casefold()
    read = {0}
    for part in parts:
        step = {at + 1 for at in read if letters[at : at + 1] == part.key[0]}
        read = step | read if part.small or part.key == "to" else step
        if not read:
            return False
    return len(letters) in read


def acronym(short: str, long: str, parts: Sequence[Part]) -> str | None:
    """Return how well a name of one word abbreviates one of several words, or None.

    "initials": its letters are the first ones of the words. Else, where its letters
    stand in the long form in order, from the right, as Schwartz and Hearst (2003) match
    them, the share of them that begin words ("all", "most", "some", "few"), and the
    number of letters.

    >>> long = "Large Labelled Leaf Dataset"
    >>> acronym("L3D", long, read_parts(long))
    'initials'
    >>> acronym("BERT", "Bidirectional Encoder Representations", ())
    """
    if short[0].casefold() != long[0].casefold() or not short[0].isalnum() or short.islower():
        return None
    if " " in short or len(short) > _LONGEST or len(short) >= len(long) or len(parts) < 2:
        return None
    letters = "".join(filter(str.isalnum, short.removesuffix("s") if short[-2:-1].isupper() else short))
    # "L3D" and "C4" count their letters.
    letters = re.sub(r"([^\W\d])([2-5])", lambda found: found[1] * int(found[2]), letters).casefold()
    net = letters.endswith("net") and len(letters) > 4 and parts[-1].stem.startswith("net")
    if initials(letters, parts) or (net and initials(letters[:-3], parts[:-1])):
        return "initials"
    text = long.casefold()
    at, begin = len(text), 0
    for letter in reversed(letters[1:]):
        at = text.rfind(letter, 1, at)
        if at < 0:
            return None
        begin += not text[at - 1].isalnum()
    share = (begin + 1) / len(letters)
    how = "all" if share == 1 else "most" if share >= 0.6 else "some" if share >= 0.3 else "few"
    return f"{how}, {len(letters) if len(letters) < 5 else '5+'}"
