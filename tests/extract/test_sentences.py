"""Sentences of titles and abstracts."""

import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.sentences import split_sentences


def sentences(text: str) -> list[str]:
    """Return the sentences as strings."""
    return [text[sentence.start : sentence.end] for sentence in split_sentences(text)]


def test_title_is_one_sentence() -> None:
    """A title with marks that end sentences elsewhere stays whole."""
    text = "Is it all you need? A study. v1.5\nWe say no."
    assert sentences(text) == ["Is it all you need? A study. v1.5", "We say no."]


@pytest.mark.parametrize(
    "sentence",
    [
        "We use tools, e.g. Parsers and taggers, i.e. The usual ones.",
        "Smith et al. Proposed it.",
        "Red vs. Blue is hard.",
        "As Fig. 2 and Eqs. 3 show, Sec. A.1 is short.",
        "It gains 2.5 points over v1.5 and costs .5 s.",
        "J. R. Smith and A.-B. Jones wrote it.",
        "The code is at https://example.org/a.b?c=D. and more.",
        "In the U.S. Census it holds.",
        "We write 33\\% of $A_{i.j}$ and $p < .05$.",
        "It is w.r.t. Time the best.",
        "Released by Dr. No and Prof. Yes of Acme Inc. Berlin.",
        "Node.js and Next.Js run.",
    ],
)
def test_stops_inside_a_sentence(sentence: str) -> None:
    """Abbreviations, numbers, initials, addresses and formulas do not end a sentence."""
    assert sentences(f"T\n{sentence}") == ["T", sentence]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("It works.", "We show why."),
        ("Does it work?", "mBERT does."),
        ("It saves 33\\%.", "$K$ is small."),
        ('They call it "new."', "It is old."),
        ("Parsers, taggers, etc.", "We use all."),
        ("We train it for MT.", "Results follow."),
        ("It runs in the U.K.", "However, it is slow."),
        ("It works!", "(Mostly.)"),
        ("There are three parts.", "(1) One is small."),
        ("The answer is no.", "Others differ."),
        ("It ends", "\n\nA new paragraph"),
    ],
)
def test_two_sentences(first: str, second: str) -> None:
    """A stop before something that can open a sentence ends one."""
    assert sentences(f"T\n{first} {second}") == ["T", first, second.strip()]


def test_missing_space() -> None:
    """A stop glued to the first word of the next sentence ends a sentence."""
    assert sentences("T\nIt is a model.We train it.") == ["T", "It is a model.", "We train it."]


def test_line_feed_is_white_space() -> None:
    """A hard-wrapped abstract is not cut at its lines."""
    assert sentences("T\nIt is a\nmodel.") == ["T", "It is a\nmodel."]


@pytest.mark.parametrize(
    ("text", "expected"), [("", []), ("\n", []), ("Word", ["Word"]), ("\nA b.", ["A b."]), ("T\n \n", ["T"])]
)
def test_little_text(text: str, expected: list[str]) -> None:
    """Empty titles and abstracts give no empty sentences."""
    assert sentences(text) == expected


@given(st.text(alphabet=st.one_of(st.sampled_from(" \n.!?)\"'eg1AZ\u201d\u00e9\U0001f9ea"), st.characters())))
def test_sentences_cover_the_text(text: str) -> None:
    """Sentences are ordered, disjoint, trimmed and leave out white space only."""
    found = split_sentences(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    for sentence in found:
        piece = text[sentence.start : sentence.end]
        assert piece
        assert piece == piece.strip()
    kept = "".join(text[sentence.start : sentence.end] for sentence in found)
    assert "".join(kept.split()) == "".join(text.split())


@pytest.mark.parametrize("unit", [".", ". ", "a.B", '."', "\n ", "e.g. ", "?!", "A. "])
def test_long_text_takes_linear_time(unit: str) -> None:
    """A hundred kilobytes of hostile text are split in well under two seconds."""
    text = "T\n" + unit * (100_000 // len(unit)) + "x"
    begin = time.perf_counter()
    split_sentences(text)
    assert time.perf_counter() - begin < 2


def test_component() -> None:
    """The component is registered and sets the attribute."""
    nlp = spacy.blank("en")
    nlp.add_pipe("kg_sentences")
    doc = nlp("A title\nOne. Two.")
    assert [doc.text[sentence.start : sentence.end] for sentence in doc._.kg_sentences] == [
        "A title",
        "One.",
        "Two.",
    ]


def test_evidence_of_the_training_data(shared: Path) -> None:
    """At least 97 of 100 annotated evidence strings are exactly one of our sentences."""
    exact = total = 0
    for line in (shared / "gold" / "train.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        found = set(sentences(record["text"]))
        evidence = {result["evidence"] for result in record["results"]}
        exact += len(evidence & found)
        total += len(evidence)
    assert exact >= 0.97 * total > 0
