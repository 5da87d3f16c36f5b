"""Counts of names in other texts: made-up tables, and the one that ships."""

from collections.abc import Mapping

import numpy as np
import pytest

from kg.extract.encoder import WEIGHTS
from kg.extract.priors import FEATURES, Priors, digest, load_priors
from kg.extract.spans import Text
from kg.schema import ENTITY_TYPES

Row = tuple[int, ...]


def count(names: Mapping[str, tuple[Row, Row]]) -> Priors:
    """Return a table: for each key the counts of annotated texts and of texts that teachers read."""
    order = sorted(names, key=digest)
    empty = np.zeros((0, 1 + len(ENTITY_TYPES)))
    return Priors(
        np.array([digest(key) for key in order], np.uint64),
        *(np.array([names[key][table] for key in order] or empty, np.uint16) for table in (0, 1)),
    )


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
    assert prior.features("Task")[:3] == pytest.approx((np.log(6.5 / 2), np.log(8), np.log(6.5 / 2)))


def test_a_type_that_was_annotated_is_favoured() -> None:
    """An annotated text says more of the type than one that teachers read."""
    prior = count({"clip": ((3, 0, 0, 3, 0, 0), (3, 0, 3, 0, 0, 0))}).of({"clip"})
    order = np.argsort(prior.log_types())[::-1]
    assert [ENTITY_TYPES[at] for at in order[:2]] == [ENTITY_TYPES[2], ENTITY_TYPES[1]]


def test_the_table_that_ships_is_sound() -> None:
    """Keys ascend, no name is annotated in more texts than hold it, and there is no text in the file."""
    known = load_priors()
    assert (np.diff(known.keys.astype(object)) > 0).all()
    for counts in (known.annotated, known.read):
        assert (counts[:, 1:].sum(axis=1) <= counts[:, 0]).all()
        assert counts.max() < np.iinfo(np.uint16).max
    with np.load(WEIGHTS / "names.npz") as table:
        assert {table[name].dtype.kind for name in table.files} == {"u"}


@pytest.mark.parametrize(
    ("name", "type_"),
    [("machine translation", "Task"), ("BERT", "Model"), ("ImageNet", "Dataset"), ("BLEU", "Metric")],
)
def test_well_known_names_have_their_types(name: str, type_: str) -> None:
    """The table that ships knows common names by the keys that the decoder makes."""
    prior = load_priors().of({key(name)})
    assert ENTITY_TYPES[int(prior.log_types().argmax())] == type_


def key(name: str) -> str:
    """Return the key of a name."""
    from kg.extract.encoder import load_encoder, split

    words = split(name, load_encoder().tokenizer)
    return Text(name, words).key((0, len(words.first)))
