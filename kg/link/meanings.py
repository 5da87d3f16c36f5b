"""What an abbreviation means where nothing in its paper says so.

Papers define abbreviations by giving one entity both forms. Where others define it, an
abbreviation joins the one meaning that nearly all of them give; where several meanings
are common, the one whose papers speak of the same things, if one stands out; else none.
Full forms of one abbreviation that differ only in endings or in a word like "neural"
are one meaning.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

SURE: Final = 0.75
"""Share of the papers that define an abbreviation by which a meaning is taken without context."""

_STANDS_OUT: Final = 2.0  # how many times as well as the next meaning the context must fit
_COMMON: Final = 3  # papers that define what everybody may mean
_EMPTY_WORDS: Final = frozenset(
    {"a", "an", "and", "deep", "method", "model", "network", "neural", "of", "the", "wise"}
)
_ENDINGS: Final = ("ation", "ate", "ion", "ing", "ed", "e")
_SHORTEST_ROOT: Final = 3  # letters

_Place = tuple[str, str]  # class of types, and key of an abbreviation or full form

_CLASS: Final = {"Method": "system", "Model": "system"}
_ASKED: Final = {"Method": ("system", "Task"), "Model": ("system", "Task"), "Task": ("Task", "system")}
"""Where the meaning of an abbreviation is looked for; of a dataset or metric only among its like."""


@dataclass(slots=True)
class _Meaning:
    """One meaning of an abbreviation: how many papers give it, and what else they speak of."""

    key: str
    papers: int = 0
    company: Counter[str] = field(default_factory=Counter)


class Meanings:
    """The meanings of all abbreviations: collect them all, settle, then ask."""

    def __init__(self) -> None:
        self._defined: dict[_Place, dict[str, _Meaning]] = defaultdict(dict)
        self._stems: dict[_Place, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._main: dict[_Place, str] = {}
        self._common: Counter[str] = Counter()  # company -> definitions it stands beside
        self._ranked: dict[_Place, list[_Meaning]] = {}
        self._beside: dict[
            _Place, dict[str, list[_Meaning]]
        ] = {}  # company -> meanings that it stands beside

    def define(self, type_: str, abbreviation: str, key: str, full: str, company: Collection[str]) -> None:
        """Take note that a paper defines an abbreviation.

        Args:
            type_: Type of the entity.
            abbreviation: Its key.
            key: Key of the full form.
            full: The full form.
            company: Keys of what else the paper speaks of.
        """
        place = _CLASS.get(type_, type_), abbreviation
        meaning = self._defined[place].setdefault(key, _Meaning(key))
        meaning.papers += 1
        meaning.company.update(company)
        self._common.update(company)
        self._stems[place][_stem(full)].add(key)

    def settle(self, popular: Mapping[str, int]) -> None:
        """Join the meanings that differ in endings only, under the key that most papers use; rank them."""
        for place in sorted(self._stems):
            class_ = place[0]
            for keys in self._stems[place].values():
                mains = {self.main(class_, key) for key in keys}
                first, *others = sorted(mains, key=lambda key: (-popular.get(key, 0), key))
                self._main |= dict.fromkeys(((class_, other) for other in others), first)
        for place, meanings in self._defined.items():
            joined: dict[str, _Meaning] = {}
            for key, meaning in meanings.items():
                main = self.main(place[0], key)
                into = joined.setdefault(main, _Meaning(main))
                into.papers += meaning.papers
                into.company.update(meaning.company)
            ranked = sorted(joined.values(), key=lambda meaning: (-meaning.papers, meaning.key))
            beside: dict[str, list[_Meaning]] = defaultdict(list)
            for meaning in ranked:
                for key in meaning.company:
                    beside[key].append(meaning)
            self._ranked[place], self._beside[place] = ranked, beside

    def main(self, type_: str, key: str) -> str:
        """Return the key that stands for all full forms which differ from this one in endings only."""
        class_ = _CLASS.get(type_, type_)
        while (other := self._main.get((class_, key))) is not None:
            key = other
        return key

    def of(
        self, type_: str, abbreviation: str, company: Collection[str], *, own: bool
    ) -> tuple[str, str] | None:
        """Return what an abbreviation means beside other things: key of the meaning, and the rule.

        Args:
            type_: Type of the entity.
            abbreviation: Its key.
            company: Keys of what else the paper speaks of.
            own: The paper introduces the thing, so that it is hardly that of another one.
        """
        places = ((class_, abbreviation) for class_ in _ASKED.get(type_, (type_,)))
        place = next((place for place in places if place in self._ranked), None)
        if place is None or (own and self._ranked[place][0].papers < _COMMON):
            return None
        ranked = self._ranked[place]
        if len(ranked) == 1:
            return ranked[0].key, "abbreviation"
        fits = self._fits(place, company)
        best = sorted(fits, key=lambda key: (-fits[key], key))[:2]
        if best and (len(best) == 1 or fits[best[0]] > _STANDS_OUT * fits[best[1]]):
            return best[0], "context"
        if ranked[0].papers >= SURE * sum(meaning.papers for meaning in ranked):
            return ranked[0].key, "abbreviation"
        return None

    def _fits(self, place: _Place, company: Collection[str]) -> dict[str, float]:
        """Return how much of the company is that of each meaning, of those with any of it.

        What stands beside everything says little.
        """
        shares: dict[str, list[float]] = defaultdict(list)
        beside = self._beside[place]
        for key in company:
            for meaning in beside.get(key, ()):
                share = meaning.company[key] / self._common[key]
                shares[meaning.key].append(share / math.sqrt(meaning.papers))
        return {key: math.fsum(of_key) for key, of_key in shares.items()}


def _stem(full: str) -> str:
    """Return a full form without endings and empty words.

    >>> _stem("Class Activation Mappings") == _stem("class activate map")
    True
    >>> _stem("Neural Transfer") == _stem("Neural Translation")
    False
    """
    words = re.findall(r"[^\W_]+", full.casefold())
    return " ".join(_root(word) for word in words if word.removesuffix("s") not in _EMPTY_WORDS) or full


def _root(word: str) -> str:
    word = word.removesuffix("s")
    for ending in _ENDINGS:
        root = word.removesuffix(ending)
        if root != word and len(root) >= _SHORTEST_ROOT:
            return root[:-1] if root[-1] == root[-2] else root
    return word
