"""Definitions of abbreviations."""

import time

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.abbreviations import find_abbreviations
from kg.extract.sentences import split_sentences


def pairs(abstract: str) -> list[tuple[str, str]]:
    """Return (short, long) of all definitions as strings."""
    text = f"T\n{abstract}"
    found = find_abbreviations(text, split_sentences(text))
    return [(text[a.short.start : a.short.end], text[a.long.start : a.long.end]) for a in found]


@pytest.mark.parametrize(
    ("abstract", "short", "long"),
    [
        ("We study named entity recognition (NER) here.", "NER", "named entity recognition"),
        ("We use LoRA (Low-Rank Adaptation) here.", "LoRA", "Low-Rank Adaptation"),
        ("We use large language models (LLMs).", "LLMs", "large language models"),
        ("We use Mixture-of-Experts (MoE) layers.", "MoE", "Mixture-of-Experts"),
        ("We use Pre-Layer Normalization (Pre-LN).", "Pre-LN", "Pre-Layer Normalization"),
        ('A score, "word error rate" ("WER"), falls.', "WER", "word error rate"),
        ("Direct preference optimization (DPO, or so) wins.", "DPO", "Direct preference optimization"),
        (
            "DPO (direct preference optimization; Someone et al.) wins.",
            "DPO",
            "direct preference optimization",
        ),
        ("We call it Curriculum Mixup method (CuMix).", "CuMix", "Curriculum Mixup"),
        ("We use a hidden Markov model (HMM).", "HMM", "hidden Markov model"),
        ("We use CNNs (convolutional neural networks).", "CNNs", "convolutional neural networks"),
        ("Réseau de neurones (RdN) is French.", "RdN", "Réseau de neurones"),
    ],
)
def test_definition(abstract: str, short: str, long: str) -> None:
    """Both orders, plurals, hyphens, quotes and further words in the bracket are read."""
    assert pairs(abstract) == [(short, long)]


@pytest.mark.parametrize(
    "abstract",
    [
        "It is good (e.g., on XNLI).",
        "It grows (by 2%).",
        "It is better (see below).",
        "This works. (NER) is another sentence.",
        "We use two (2) of them.",
        "We use BERT (BERT).",
        "It improves on GLUE (+2.5).",
        "Nothing fits here (XYZ).",
    ],
)
def test_no_definition(abstract: str) -> None:
    """Other brackets define nothing."""
    assert pairs(abstract) == []


def test_long_form_stops_at_another_bracket() -> None:
    """Words before an earlier bracket never belong to the long form."""
    found = pairs("Mean average (MA) and precision rate (MAPR) differ.")
    assert found == [("MA", "Mean average")]


@given(
    st.text(alphabet=st.one_of(st.sampled_from(" ()ABCabc-;,.\n'\u00df\u0130\U0001f9ea"), st.characters()))
)
def test_offsets_lie_in_one_sentence(text: str) -> None:
    """Short and long form are disjoint, not empty, trimmed, and stand in one sentence."""
    sentences = split_sentences(text)
    for found in find_abbreviations(text, sentences):
        first, second = sorted((found.long, found.short), key=lambda mention: mention.start)
        assert first.end <= second.start
        assert any(s.start <= first.start and second.end <= s.end for s in sentences)
        for mention in (first, second):
            piece = text[mention.start : mention.end]
            assert piece
            assert piece == piece.strip()


@pytest.mark.parametrize("unit", ["(", "a (A", "aa (AA) ", "(AA)", "a", "Ab ("])
def test_long_text_takes_linear_time(unit: str) -> None:
    """A hundred kilobytes of hostile text are read in well under three seconds."""
    text = "T\n" + unit * (100_000 // len(unit))
    begin = time.perf_counter()
    find_abbreviations(text, split_sentences(text))
    assert time.perf_counter() - begin < 3


def test_component() -> None:
    """The component reads the sentences and sets the attribute."""
    nlp = spacy.blank("en")
    nlp.add_pipe("kg_sentences")
    nlp.add_pipe("kg_abbreviations")
    doc = nlp("Title\nBeam search (BS) is old.")
    (found,) = doc._.kg_abbreviations
    assert doc.text[found.long.start : found.long.end] == "Beam search"
