"""Which names of one text are forms of one entity, with the weights that ship."""

import re
from collections.abc import Sequence

import numpy as np
import pytest

from kg.extract.coreference import Name, pair_cues, read_names, same_entity
from kg.extract.encoder import Words
from kg.extract.spans import Span, Text
from kg.schema import ENTITY_TYPES


def read(text: str) -> Text:
    """Return a text cut into words."""
    found = list(re.finditer(r"\w+|[^\w\s]", text))
    starts, ends = (np.array([at(m) for m in found], np.int64) for at in (re.Match.start, re.Match.end))
    zeros = np.zeros(len(found), np.int64)
    return Text(text, Words(zeros, zeros, zeros, starts, ends))


def spans(source: Text, form: str) -> tuple[Span, ...]:
    """Return the words of every occurrence of a form."""
    out = []
    for match in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", source.text):
        inside = [
            i
            for i, start in enumerate(source.starts)
            if match.start() <= start and source.ends[i] <= match.end()
        ]
        out.append((inside[0], inside[-1] + 1))
    return tuple(out)


def joined(
    text: str, names: Sequence[str], type_: str = "Method", known: Sequence[tuple[str, str]] = ()
) -> list[set[str]]:
    """Return the given names in groups."""
    source = read(text)
    pairs = [(spans(source, long)[0], spans(source, short)[0]) for long, short in known]
    groups = same_entity(source, [Name(type_, spans(source, name)) for name in names], pairs)
    assert sorted(at for group in groups for at in group) == list(range(len(names)))
    return [{names[at] for at in group} for group in groups]


@pytest.mark.parametrize(
    ("type_", "text", "names"),
    [
        (
            "Method",
            "A Study of Parameter-Efficient Fine-Tuning\nWe compare PEFT with the rest. PEFT is cheap.",
            ("Parameter-Efficient Fine-Tuning", "PEFT"),
        ),
        (
            "Task",
            "OOD Detection in Practice\nWe study out-of-distribution detection.",
            ("OOD Detection", "out-of-distribution detection"),
        ),
        (
            "Task",
            "Segmentation of Roads\nIn this work, road segmentation is studied anew.",
            ("Segmentation of Roads", "road segmentation"),
        ),
        (
            "Method",
            "Wide Residual Networks\nWe show that Wide ResNets are fast.",
            ("Wide Residual Networks", "Wide ResNets"),
        ),
    ],
)
def test_forms_of_one_entity_are_joined(type_: str, text: str, names: tuple[str, str]) -> None:
    """Abbreviations without brackets, inflections and other orders of words name one entity."""
    assert joined(text, names, type_) == [set(names)]


@pytest.mark.parametrize(
    ("type_", "text", "names"),
    [
        ("Model", "Title\nWe compare GPT-3 and GPT-4.", ("GPT-3", "GPT-4")),
        ("Method", "Title\nWe propose LoRA+, which improves on LoRA.", ("LoRA+", "LoRA")),
        ("Method", "Title\nWe compare LoRA with QLoRA.", ("LoRA", "QLoRA")),
        (
            "Task",
            "Title\nWe address semantic segmentation and instance segmentation.",
            ("semantic segmentation", "instance segmentation"),
        ),
        (
            "Task",
            "Title\nFrom machine translation to summarization.",
            ("machine translation", "summarization"),
        ),
    ],
)
def test_different_entities_are_not_joined(type_: str, text: str, names: tuple[str, str]) -> None:
    """Other versions, other signs and other kinds of one thing stay apart."""
    assert joined(text, names, type_) == [{names[0]}, {names[1]}]


def test_a_name_between_two_does_not_join_them() -> None:
    """A name that could be short for either of two joins at most one of them."""
    text = "Robust Object Detection and Edge Detection\nObject detection, edge detection: detection is hard."
    groups = joined(text, ("Object detection", "edge detection", "detection"), "Task")
    assert not any({"Object detection", "edge detection"} <= group for group in groups)


def test_a_known_abbreviation_inside_a_name_is_spelled_out() -> None:
    """What the text says of an abbreviation counts for the longer names that hold it."""
    text = "Title\nWe study keyframe bundling (KFX) and use fast KFX. Indeed fast keyframe bundling is fast."
    names = ("fast KFX", "fast keyframe bundling")
    assert joined(text, names, known=[("keyframe bundling", "KFX")]) == [set(names)]
    assert len(joined(text, names)) == 2


def test_names_without_a_common_word_have_no_cues() -> None:
    """The model is not asked about names that share no word and no letters."""
    source = read("Title\nWe compare beam search with dropout.")
    named = [Name("Method", spans(source, form)) for form in ("beam search", "dropout")]
    assert pair_cues(source, read_names(source, named, ()), 0, 1) is None


@pytest.mark.parametrize("type_", ENTITY_TYPES)
def test_a_text_may_have_no_or_one_name(type_: str) -> None:
    """Nothing is joined where there is nothing to join."""
    source = read("Title\nWe use GLUE.")
    assert same_entity(source, [], ()) == []
    assert same_entity(source, [Name(type_, spans(source, "GLUE"))], ()) == [[0]]
