"""The key of a form: forms of one key and one type are one thing, whatever else they are.

A key is the folded form, after these, each recorded as the rule of the link:

- the alias table (``kg.link.aliases``): "ConvNet" has the key of "convolutional neural network";
- the parts of the names of models (``kg.link.models``): "13B LLaMA" has the key of "LLaMA-13B";
- years and splits of datasets (``kg.link.datasets``): "WMT'14" has the key of "WMT 2014";
- a word at the end that says only what kind of thing it is ("attention mechanism", "IAM
  database", "F1 score"), where the rest stands alone somewhere with the same type.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kg.link.aliases import Alias
from kg.link.datasets import dataset_key
from kg.link.forms import fold, is_abbreviation
from kg.link.models import model_key
from kg.records import Extraction

_KINDS: Final = {
    "Task": "task problem estimation estimate learning ability capability capacity",
    "Method": "method approach algorithm technique mechanism module architecture framework model system "
    "estimation learning",
    "Model": "model architecture",
    "Dataset": "dataset benchmark corpus corpora database suite collection",
    "Metric": "score metric measure ability capability capacity",
}


def _pattern(words: str) -> re.Pattern[str]:
    kinds = {*words.split(), *(re.sub("ys$", "ies", f"{word}s") for word in words.split())}
    kinds |= {"data set", "data sets"} if "dataset" in kinds else set()
    return re.compile(rf"(?P<rest>.*\w)[\s-]+(?P<kind>{'|'.join(sorted(kinds))})", re.IGNORECASE)


_KIND: Final = {type_: _pattern(words) for type_, words in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Key:
    """Under which key a form is looked up, and why it is not simply the folded form."""

    key: str
    rule: str | None = None  # one of RULES; None for the folded form itself


class Keys:
    """Gives the keys of forms, the same for equal ones; remembers what it has given."""

    def __init__(self, aliases: Sequence[Alias], extractions: Iterable[Extraction]) -> None:
        """Prepare the tables.

        Args:
            aliases: Those that count, the strongest first.
            extractions: All mentions.
        """
        self._alias = _resolved(aliases)
        self._named = {(alias.type, fold(alias.canonical)) for alias in aliases}
        self._known: dict[tuple[str, str], Key] = {}
        mentions = [
            {(entity.type, form) for entity in extraction.entities for form in entity.forms}
            for extraction in extractions
        ]
        alone = Counter(
            place for each in mentions for place in {(_like(type_), fold(form)) for type_, form in each}
        )
        # What is stripped of the name of a task is stripped of the same name of a method or model.
        self._rest: dict[tuple[str, str], str] = {}
        for type_, form in sorted(set().union(*mentions)):
            if (found := _KIND[type_].fullmatch(form)) is not None:
                rest = fold(found["rest"])
                # "Foo Bar Module" may be a name as a whole, unless others call it "Foo Bar" too.
                if alone[_like(type_), rest] >= (1 if found["kind"].islower() else 2):
                    self._rest.setdefault((_joined(type_), fold(form)), rest)
        self._model = _spellings(mentions, alone)
        self.papers = Counter(key for each in mentions for key in {self.of(*mention).key for mention in each})

    def of(self, type_: str, form: str) -> Key:
        """Return the key of a form."""
        place = type_, form
        if (known := self._known.get(place)) is None:
            known = self._known[place] = self._find(type_, form)
        return known

    def is_full(self, type_: str, form: str) -> bool:
        """Tell whether a form is a full form, or an abbreviation that the alias table has."""
        if not is_abbreviation(form):
            return True
        found = self.of(type_, form)
        return found.rule == "alias" or any((each, found.key) in self._named for each in _alike(type_))

    def usual(self, keys: Iterable[str]) -> str:
        """Return the key that most papers use; of equals the longest."""
        return min(keys, key=lambda key: (-self.papers[key], -len(key), key))

    def _find(self, type_: str, form: str) -> Key:
        folded = fold(form)
        if (canonical := self._canonical(type_, folded)) is not None:
            return Key(canonical, "alias")
        if type_ == "Dataset" and (key := dataset_key(form)) is not None and key != folded:
            return Key(self._canonical(type_, key) or key, "dataset year")
        usual = self._model.get(folded, folded)
        if type_ in {"Model", "Method"} and usual != folded:
            return Key(self._canonical(type_, usual) or usual, "model name")
        if (rest := self._rest.get((_joined(type_), folded))) is not None:
            return Key(self._canonical(type_, rest) or rest, "kind of thing")
        return Key(folded)

    def _canonical(self, type_: str, folded: str) -> str | None:
        types = (
            (type_, "Method" if type_ == "Model" else "Model") if type_ in {"Method", "Model"} else (type_,)
        )
        return next((key for each in types if (key := self._alias.get((each, folded))) is not None), None)


def _resolved(aliases: Iterable[Alias]) -> dict[tuple[str, str], str]:
    """Return the key of each alias: the last canonical, where that of a user is another one's alias.

    What would lead in a circle with the aliases before it is left out.
    """
    table: dict[tuple[str, str], str] = {}

    def last(type_: str, key: str) -> str:
        while (further := table.get((type_, key))) is not None:
            key = further
        return key

    for alias in aliases:
        key = fold(alias.alias)
        if last(alias.type, fold(alias.canonical)) != key:
            table.setdefault((alias.type, key), fold(alias.canonical))
    return {(type_, key): last(type_, key) for type_, key in table}


def _spellings(
    mentions: Iterable[set[tuple[str, str]]], papers: Mapping[tuple[str, str], int]
) -> dict[str, str]:
    """Return for the folded names of models the one of equal names that most papers use."""
    groups: dict[str, set[str]] = defaultdict(set)
    for type_, form in set().union(*mentions):
        if type_ == "Model" and (key := model_key(form)) is not None:
            groups[key].add(fold(form))
    return {
        folded: min(group, key=lambda other: (-papers.get(("Method", other), 0), len(other), other))
        for group in groups.values()
        if len(group) > 1
        for folded in group
    }


def _alike(type_: str) -> tuple[str, ...]:
    """Return the types of the aliases that count for a type, its own first."""
    return {"Method": ("Method", "Model"), "Model": ("Model", "Method")}.get(type_, (type_,))


def _like(type_: str) -> str:
    """Return one of the types whose names are looked up together."""
    return "Method" if type_ == "Model" else type_


def _joined(type_: str) -> str:
    """Return one of the types of which a name is stripped alike."""
    return "Method" if type_ in {"Task", "Model"} else type_
