"""Counts of names in other texts: made-up tables, how they are counted, and the one that ships."""

import sys

import numpy as np
import pytest

from kg.extract.encoder import NAMES, WEIGHTS, load_encoder, split
from kg.extract.outputs import TAGS
from kg.extract.priors import FEATURES, load_priors
from kg.extract.spans import Text
from kg.schema import ENTITY_TYPES
from tests.conftest import ROOT
from tests.extract.made import count


def test_an_unknown_name_counts_nothing() -> None:
    """A name that no text holds has no counts, favours no type, and is not thought unlikely to be one."""
    prior = count({"bert": ((9, 0, 0, 9, 0, 0), (5, 0, 0, 5, 0, 0))}).of({"roberta"})
    assert len(set(prior.log_types().tolist())) == 1
    assert prior.features("Model") == pytest.approx((np.log(0.5), 0, np.log(0.5), np.log(0.5), 0))
    assert len(prior.features("Model")) == len(FEATURES)


def test_counts_are_those_of_the_best_known_key() -> None:
    """Of the forms of an entity the one that most annotated texts hold speaks for it."""
    known = count(
        {"mt": ((2, 0, 0, 0, 0, 0), (90, 0, 0, 0, 0, 0)), "translation": ((7, 6, 0, 0, 0, 0), (0,) * 6)}
    )
    prior = known.of({"mt", "translation", "unseen"})
    assert prior.annotated.tolist() == [7, 6, 0, 0, 0, 0]
    assert prior.features("Task") == pytest.approx(
        (np.log(6.5 / 2), np.log(8), np.log(6.5 / 2), np.log(0.5), 0)
    )


def test_among_equal_keys_the_one_that_teachers_read_more_counts() -> None:
    """Two forms that as many annotated texts hold are told apart by the texts of the teachers."""
    row = (1, 1, 0, 0, 0, 0)
    known = count({"a": (row, (3, 0, 3, 0, 0, 0)), "b": (row, (9, 0, 8, 0, 0, 0))})
    assert known.of({"a", "b"}).features("Method")[3:] == pytest.approx((np.log(8.5 / 2), np.log(10)))


def test_a_type_that_was_annotated_is_favoured() -> None:
    """An annotated text says more of the type than three that teachers read."""
    prior = count({"clip": ((3, 0, 0, 3, 0, 0), (3, 0, 3, 0, 0, 0))}).of({"clip"})
    order = np.argsort(prior.log_types())[::-1]
    assert [ENTITY_TYPES[at] for at in order[:2]] == [ENTITY_TYPES[2], ENTITY_TYPES[1]]


def test_names_are_counted_once_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text counts for a name once, with the type of its tags, even where a word is trimmed or far off."""
    monkeypatch.syspath_prepend(ROOT / "scripts" / "training")
    from tagger.priors import count_names

    texts = {
        "T\nThe study of Flow and of Flow": {"of Flow": "Method"},
        "T\nWe like Flow and Ebb": {"Flow": "Method", "Ebb": "Task"},
    }
    readings = [read(text, names) for text, names in texts.items()]
    table = count_names(readings, [read("T\nNo flow here", {})])
    sys.modules.pop("tagger", None)
    assert len(table.keys) == 1  # what only one text has is left out
    prior = table.of({"flow"})
    assert prior.annotated.tolist() == [2, 0, 2, 0, 0, 0]
    assert prior.read.tolist() == [1, 0, 0, 0, 0, 0]


def read(text: str, names: dict[str, str]) -> tuple[Text, np.ndarray]:
    """Return a text with the first occurrence of each name tagged."""
    words = split(text, load_encoder().tokenizer)
    tags = np.zeros(len(words.first), np.int64)
    for name, type_ in names.items():
        start = text.index(name)
        inside = np.flatnonzero((words.starts >= start) & (words.ends <= start + len(name)))
        tags[inside] = TAGS.index(f"I-{type_}")
        tags[inside[0]] = TAGS.index(f"B-{type_}")
    return Text(text, words), np.eye(len(TAGS), dtype=np.float32)[tags]


def test_the_table_that_ships_is_sound() -> None:
    """Keys ascend, no name is annotated in more texts than hold it, and there is no text in the file."""
    known = load_priors()
    assert (np.diff(known.keys.astype(object)) > 0).all()
    for counts in (known.annotated, known.read):
        assert (counts[:, 1:].sum(axis=1) <= counts[:, 0]).all()
    assert (known.annotated[:, 1:].sum(axis=1) + known.read[:, 1:].sum(axis=1) >= 2).all()
    with np.load(WEIGHTS / NAMES) as table:
        assert {table[name].dtype.kind for name in table.files} == {"u"}


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("machine translation", "Task"),
        ("in-context learning", "Method"),
        ("BERT", "Model"),
        ("ImageNet", "Dataset"),
        ("BLEU", "Metric"),
    ],
)
def test_well_known_names_have_their_types(name: str, type_: str) -> None:
    """The table that ships knows common names by the keys that the decoder makes."""
    words = split(name, load_encoder().tokenizer)
    prior = load_priors().of({Text(name, words).key((0, len(words.first)))})
    assert ENTITY_TYPES[int(prior.log_types().argmax())] == type_
