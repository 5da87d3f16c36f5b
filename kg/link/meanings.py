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
_STEM: Final = 5  # letters by which words with different endings are known as one

_Place = tuple[str, str]  # class of types, and key of an abbreviation

_CLASS: Final = {"Method": "system", "Model": "system"}
_ASKED: Final = {"Method": ("system", "Task"), "Model": ("system", "Task"), "Task": ("Task", "system")}
"""Where the meaning of an abbreviation is looked for; of a dataset or metric only among its like."""


@dataclass(slots=True)
class Meaning:
    """One meaning of an abbreviation: how many papers give it, and what else they speak of."""

    key: str
    papers: int = 0
    company: Counter[str] = field(default_factory=Counter)


class Meanings:
    """The meanings of all abbreviations: collect them all, then ask."""

    def __init__(self) -> None:
        self._defined: dict[_Place, dict[str, Meaning]] = defaultdict(dict)
        self._alike: dict[_Place, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._main: dict[str, str] = {}
        self._common: Counter[str] = Counter()  # company -> definitions it stands beside

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
        meaning = self._defined[place].setdefault(key, Meaning(key))
        meaning.papers += 1
        meaning.company.update(company)
        self._common.update(company)
        self._alike[place][_stem(full)].add(key)

    def settle(self, popular: Mapping[str, int]) -> None:
        """Join the meanings that differ in endings only, under the key that most papers use."""
        for place in sorted(self._alike):
            for keys in self._alike[place].values():
                roots = sorted({self.main(key) for key in keys}, key=lambda key: (-popular.get(key, 0), key))
                for other in roots[1:]:
                    self._main[other] = roots[0]
        for place, meanings in self._defined.items():
            joined: dict[str, Meaning] = {}
            for key, meaning in meanings.items():
                into = joined.setdefault(self.main(key), Meaning(self.main(key)))
                into.papers += meaning.papers
                into.company.update(meaning.company)
            self._defined[place] = joined

    def main(self, key: str) -> str:
        """Return the key that stands for all full forms which differ from this one in endings only."""
        while (other := self._main.get(key)) is not None:
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
        classes = _ASKED.get(type_, (type_,))
        meanings = next(filter(None, (self._defined.get((each, abbreviation)) for each in classes)), None)
        if meanings is None:
            return None
        ranked = sorted(meanings.values(), key=lambda meaning: (-meaning.papers, meaning.key))
        if own and ranked[0].papers < _COMMON:
            return None
        if len(ranked) == 1:
            return ranked[0].key, "abbreviation"
        fits = {meaning.key: self._fit(meaning, company) for meaning in ranked}
        best, next_best = sorted(ranked, key=lambda meaning: (-fits[meaning.key], meaning.key))[:2]
        if fits[best.key] > _STANDS_OUT * fits[next_best.key]:
            return best.key, "context"
        if ranked[0].papers >= SURE * sum(meaning.papers for meaning in ranked):
            return ranked[0].key, "abbreviation"
        return None

    def _fit(self, meaning: Meaning, company: Collection[str]) -> float:
        """Return how much of the company is that of a meaning; what stands beside everything says little."""
        shared = (meaning.company[key] / self._common[key] for key in company if key in meaning.company)
        return sum(sorted(shared)) / math.sqrt(meaning.papers)


def _stem(full: str) -> str:
    """Return a full form without endings and empty words.

    >>> _stem("Class Activation Mappings") == _stem("class activate map")
    True
    """
    words = re.findall(r"[^\W_]+", full.casefold())
    stems = (_root(word) for word in words if word.removesuffix("s") not in _EMPTY_WORDS)
    return " ".join(stems) or full.casefold()


def _root(word: str) -> str:
    root = word.removesuffix("s").removesuffix("ing")
    return (root[:-1] if root != word and root[-2:-1] == root[-1:] else root)[:_STEM]
