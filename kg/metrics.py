"""What is known of metrics beforehand: whether higher is better, and the usual unit.

The table ``metrics.tsv`` is general knowledge, one metric a line: name, ``true`` or
``false`` for higher is better, usual unit or nothing, the lowest and the highest value
there can be (in percent for shares, which papers also write as fractions of one) or
nothing, aliases separated by ``|``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class KnownMetric:
    """One row of the table."""

    name: str
    higher_is_better: bool
    unit: str | None
    lowest: Decimal | None = None
    highest: Decimal | None = None


def known_metric(form: str) -> KnownMetric | None:
    """Return what is known of a metric: by its whole name, else by the longest end of it.

    >>> found = known_metric("average inference latency")
    >>> (found.name, found.higher_is_better) if found else None
    ('latency', False)
    """
    names, words = _table(), _words(form)
    for start in range(len(words)):
        if (found := names.get(" ".join(words[start:]))) is not None:
            return found
    for stop in range(len(words) - 1, 0, -1):  # "BLEU improvement", "mAP on the test set"
        if (found := names.get(" ".join(words[:stop]))) is not None:
            return found
    return None


@lru_cache(maxsize=10_000)  # the claims of a sentence ask for the same forms
def is_metric(form: str) -> bool:
    """Return whether a form is, as a whole, the name of a known metric.

    >>> is_metric("top-1"), is_metric("accuracy of")
    (True, False)
    """
    return " ".join(_words(form)) in _table()


def _words(form: str) -> list[str]:
    return [_singular(word) for word in re.findall(r"[\w'@+]+", form.casefold())]


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "sui" else word


@cache
def _table() -> Mapping[str, KnownMetric]:
    lines = (files("kg") / "metrics.tsv").read_text(encoding="utf-8").splitlines()
    table: dict[str, KnownMetric] = {}
    for line in lines[1:]:
        name, higher, unit, lowest, highest, aliases = line.split("\t")
        ends = (Decimal(end) if end else None for end in (lowest, highest))
        metric = KnownMetric(name, higher == "true", unit or None, *ends)
        for alias in (name, *filter(None, aliases.split("|"))):
            table.setdefault(" ".join(_words(alias)), metric)
    return table
