"""Component `kg_entities`: the decoder on made-up probabilities, the component on the shipped weights."""

import importlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from hypothesis import example, given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from kg.evaluate.gold import read_gold
from kg.extract import COMPONENTS
from kg.extract.decode import FEATURES, candidates, choose, tag_path, trim
from kg.extract.encoder import Tagged, Words
from kg.extract.outputs import TAGS
from kg.extract.spans import Text
from kg.records import ExtractedEntity, Mention
from kg.schema import ENTITY_TYPES
from tests.extract.made import count

EVERYTHING: dict[str, Any] = {
    "weights": [1.0, *[0.0] * (len(FEATURES) - 1)],
    "biases": dict.fromkeys(ENTITY_TYPES, 0.0),
    "threshold": 0.5,
}
"""Decoder settings that keep what the tagger finds likely."""

UNKNOWN = count({})
"""No name was ever seen."""


def tagged(text: str, names: dict[str, str], sure: float = 0.95) -> tuple[Words, np.ndarray]:
    """Return words and probabilities as if the tagger had found every given name (to its type)."""
    found = list(re.finditer(r"\w+|[^\w\s]", text))
    starts, ends = (np.array([at(m) for m in found], np.int64) for at in (re.Match.start, re.Match.end))
    zeros = np.zeros(len(found), np.int64)
    probs = np.full((len(found), len(TAGS)), (1 - sure) / (len(TAGS) - 1), np.float32)
    tags = np.zeros(len(found), np.int64)
    for name, type_ in names.items():
        for match in re.finditer(re.escape(name), text):
            inside = np.flatnonzero((starts >= match.start()) & (ends <= match.end()))
            tags[inside] = TAGS.index(f"I-{type_}")
            tags[inside[0]] = TAGS.index(f"B-{type_}")
    probs[np.arange(len(found)), tags] = sure
    return Words(zeros, zeros, zeros, starts, ends), probs


def decoded(
    text: str, names: dict[str, str], abbreviations: Sequence[tuple[str, str]] = (), sure: float = 0.95
) -> tuple[ExtractedEntity, ...]:
    """Return the entities that the decoder makes of them."""
    words, probs = tagged(text, names, sure)
    pairs = []
    for long, short in abbreviations:
        at, bracket = text.index(long), text.index(f"({short})") + 1
        pairs.append((Mention(at, at + len(long)), Mention(bracket, bracket + len(short))))
    return choose(
        text, words, candidates(text, Tagged(words, probs, probs, probs), pairs, 0.0, UNKNOWN), EVERYTHING
    )


def test_spellings_of_one_name_are_one_entity() -> None:
    """Case, hyphens and plurals make forms of one entity, whether the tagger saw them or not."""
    text = "Graph Neural Networks\nA graph neural network is small; graph-neural networks are old."
    (entity,) = decoded(text, {"Graph Neural Networks": "Method"})
    assert entity.forms == ("graph neural network", "Graph Neural Networks", "graph-neural networks")
    assert [text[m.start : m.end] for m in entity.mentions] == [
        "Graph Neural Networks",
        "graph neural network",
        "graph-neural networks",
    ]


def test_an_abbreviation_and_its_long_form_are_one_entity() -> None:
    """The long form is the name, and a tagger that saw only the short one gets both."""
    text = "Title\nWe use low-rank adaptation (LoRA); LoRA is cheap."
    (entity,) = decoded(text, {"LoRA": "Method"}, [("low-rank adaptation", "LoRA")])
    assert (entity.name, entity.forms) == ("low-rank adaptation", ("low-rank adaptation", "LoRA"))
    assert len(entity.mentions) == 3


def test_an_abbreviation_inside_a_longer_name_is_spelled_out() -> None:
    """Two names that differ only in the abbreviation are one entity."""
    text = "Title\nVisual question answering (VQA) and zero-shot VQA, or zero-shot visual question answering."
    names = {"Visual question answering": "Task", "zero-shot VQA": "Task"}
    names["zero-shot visual question answering"] = "Task"
    entities = decoded(text, names, [("Visual question answering", "VQA")])
    assert [entity.forms for entity in entities] == [
        ("Visual question answering", "VQA"),
        ("zero-shot VQA", "zero-shot visual question answering"),
    ]


@pytest.mark.parametrize(
    ("seen", "defined", "short", "believed"),
    [
        ("optimal transport", "fine-grained optimal transport", "FGOT", "fine-grained optimal transport"),
        ("fast fine-grained transport", "fine-grained transport", "FGT", "fine-grained transport"),
        ("person re-tracking", "re-tracking", "Re-TR", "person re-tracking"),
    ],
)
def test_tagger_and_definition_agree_on_the_long_form(
    seen: str, defined: str, short: str, believed: str
) -> None:
    """The definition wins where the tagger saw less, or where all initials are there; else the tagger."""
    long = max(seen, defined, key=len)
    text = f"Title\nWe use {long} ({short}); {short} is cheap."
    (entity,) = decoded(text, {seen: "Method", short: "Method"}, [(defined, short)])
    assert entity.forms == (believed, short)


def test_names_of_one_entity_are_joined() -> None:
    """A name shortened to its head is a form of the longer one, which gives the name."""
    text = (
        "Detection of Objects in Video\nWe study object detection in video. "
        "Detection of objects is hard; our object detection is fast."
    )
    names = dict.fromkeys(("Detection of Objects", "object detection", "Detection of objects"), "Task")
    (entity,) = decoded(text, names)
    assert entity.forms == ("Detection of Objects", "object detection", "Detection of objects")
    assert len(entity.mentions) == 4


@pytest.mark.parametrize(
    ("span", "name"),
    [("the ensemble of", "ensemble"), ("beam search and", "beam search"), ("A* search", "A* search")],
)
def test_function_words_are_no_part_of_a_name(span: str, name: str) -> None:
    """A name begins and ends with a word of its own."""
    (entity,) = decoded(f"Title\nWe use {span} it.", {span: "Method"})
    assert entity.forms == (name,)


@pytest.mark.parametrize(
    ("name", "seen"), [(r"$\alpha$-Quillon", r"alpha$-Quillon"), ("$k$-LM", "-LM"), ("Flow", "Flow")]
)
def test_a_formula_at_the_beginning_is_part_of_the_name(name: str, seen: str) -> None:
    """A name that the tagger saw without its first sign, or behind the formula, is taken whole."""
    text = f"Title\nIt costs $5 to use {name} here."
    words, probs = tagged(text, {seen: "Method"})
    source = Text(text, words)
    (span,) = tag_path(probs, 0.0, source.lines)
    trimmed = trim(source, span)
    assert trimmed is not None
    assert source.form(trimmed) == name


def test_the_capitals_of_an_acronym_carry_meaning() -> None:
    """A common word spelled like an acronym is not an occurrence of it."""
    text = "RAG for All\nRAG is no rag."
    (entity,) = decoded(text, {"RAG": "Method"})
    assert entity.forms == ("RAG",)


def test_the_longer_name_wins() -> None:
    """A name inside a longer one is no mention there, and is one where it stands alone."""
    text = "Title\nDistil-BERT is smaller than BERT."
    entities = decoded(text, {"Distil-BERT": "Model", " BERT": "Model"})
    assert [(entity.name, entity.mentions) for entity in entities] == [
        ("Distil-BERT", (Mention(6, 17),)),
        ("BERT", (Mention(34, 38),)),
    ]


def test_a_name_has_the_type_that_other_texts_gave_it() -> None:
    """Where a text leaves the type open, other texts decide; where it is clear, they do not."""
    known = count({"flow": ((20, 0, 0, 19, 0, 0), (0,) * 6)})
    text = "Title\nWe use Flow."
    for sure, type_ in ((0.5, "Model"), (0.99, "Method")):
        words, probs = tagged(text, {"Flow": "Method"}, sure)
        flow = np.flatnonzero(probs[:, TAGS.index("B-Method")] == np.float32(sure))
        probs[flow, TAGS.index("B-Model")] = 0.9 * (1 - sure)
        (found,) = candidates(text, Tagged(words, probs, probs, probs), (), 0.0, known)
        assert found.type == type_


def test_one_name_has_one_type_in_a_text() -> None:
    """Occurrences with different tags are one entity of the type that they favour together."""
    text = "Flow\nWe tune Flow. We test Flow."
    words, probs = tagged(text, {"Flow": "Method"})
    probs[0] = np.roll(probs[0], TAGS.index("B-Task") - TAGS.index("B-Method"))
    (entity,) = choose(
        text, words, candidates(text, Tagged(words, probs, probs, probs), (), 0.0, UNKNOWN), EVERYTHING
    )
    assert (entity.type, len(entity.mentions)) == ("Method", 3)


@pytest.mark.parametrize("name", ["Large Language Models", "LLMs", "neural network", "fine-tuning", "NLP"])
def test_generic_names_are_no_entities(name: str) -> None:
    """What the guidelines call too generic is dropped however sure the tagger is."""
    assert decoded(f"Title\nAll of {name} is here.", {name: "Method"}) == ()


def test_no_name_runs_from_the_title_into_the_abstract() -> None:
    """A span ends with the title even where the tags go on."""
    probs = np.full((4, len(TAGS)), 0.01, np.float32)
    probs[1:, TAGS.index("I-Task")] = 0.8
    probs[0, TAGS.index("B-Task")] = 0.8
    spans = tag_path(probs, 0.0, {2})
    assert (0, 2) in spans
    assert all(last <= 2 or first >= 2 for first, last in spans)


def features(text: str, names: dict[str, str], of: str, sure: float = 0.9) -> dict[str, float]:
    """Return the features of the candidate that has a form."""
    words, probs = tagged(text, names, sure)
    source = Text(text, words)
    found = candidates(text, Tagged(words, probs, probs, probs), (), 0.0, UNKNOWN)
    (one,) = [each for each in found if of in {source.form(span) for span in each.spans}]
    return dict(zip(FEATURES, one.features, strict=True))


def test_features_tell_where_a_name_stands_and_how_sure_it_is() -> None:
    """Title, occurrences, length and probabilities of a name are what its confidence is made from."""
    text = "Flow Matching\nFlow matching is old. We use Ebb."
    names = {"Flow Matching": "Method", "Ebb": "Task"}
    flow, ebb = features(text, names, "Flow Matching"), features(text, names, "Ebb")
    assert (flow["title"], ebb["title"]) == (1, 0)
    assert np.exp([flow["count"], ebb["count"], flow["words"]]) == pytest.approx([2, 1, 2])
    assert flow["found"] == 0.5
    for name in ("best", "type", "last", "edges"):
        assert features(text, names, "Ebb", sure=0.6)[name] < ebb[name]


@pytest.mark.parametrize(("of", "within", "around"), [("BERT", 1, 0), ("DistilBERT", 0, 1), ("Ebb", 0, 0)])
def test_features_tell_names_inside_names(of: str, within: int, around: int) -> None:
    """A name that is part of another one is known as such, and so is the other one."""
    text = "Title\nDistilBERT is a small BERT, Ebb is none."
    found = features(text, {"DistilBERT": "Model", " BERT": "Model", "Ebb": "Method"}, of)
    assert (found["within"], found["around"]) == (within, around)


@pytest.mark.parametrize(
    ("name", "seen"), [("in-context tuning", "in-context tuning"), ("plug-in", "plug-in")]
)
def test_a_function_word_with_a_hyphen_is_part_of_a_name(name: str, seen: str) -> None:
    """What a hyphen joins is one word."""
    (entity,) = decoded(f"Title\nWe use {name} here.", {seen: "Method"})
    assert entity.forms == (name,)


def test_what_falls_below_the_threshold_is_left_out() -> None:
    """A name that the tagger holds possible, but less likely than the threshold, is no entity."""
    text = "Title\nWe use Flow."
    assert decoded(text, {"Flow": "Method"}, sure=0.6) != ()
    words, probs = tagged(text, {"Flow": "Method"}, sure=0.6)
    strict = EVERYTHING | {"threshold": 0.7}
    assert (
        choose(text, words, candidates(text, Tagged(words, probs, probs, probs), (), 0.0, UNKNOWN), strict)
        == ()
    )


# --- the component, with the weights that ship -------------------------------------------------


@pytest.fixture(scope="module")
def nlp() -> Language:
    """Return the pipeline as far as `kg_entities`."""
    pipeline = spacy.blank("en")
    for name in ("kg_sentences", "kg_abbreviations", "kg_entities"):
        importlib.import_module(COMPONENTS[name])
        pipeline.add_pipe(name)
    return pipeline


RETRIEVAL = (
    "TinyFlow: Fast Retrieval-Augmented Generation\n"
    "Retrieval-augmented generation (RAG) helps question answering. We fine-tune BERT with low-rank "
    "adaptation (LoRA) on SQuAD and GLUE. Our model reaches 81.2% accuracy, and its latency is half that "
    "of GPT-4."
)
TRANSLATION = (
    "Beam Search Revisited\n"
    "Machine translation systems are evaluated with BLEU on WMT14. The Transformer, trained with knowledge "
    "distillation, beats LSTM networks by 1.3 BLEU in machine translation."
)
TEXTS = (RETRIEVAL, TRANSLATION)


def check(doc: Doc) -> None:
    """Assert all that the contract says of the entities of one text."""
    covered: set[int] = set()
    names = []
    for entity in doc._.kg_entities:
        assert entity.type in ENTITY_TYPES
        assert entity.name == entity.forms[0]
        assert len(set(entity.forms)) == len(entity.forms)
        assert {doc.text[m.start : m.end] for m in entity.mentions} == set(entity.forms)
        assert list(entity.mentions) == sorted(entity.mentions, key=lambda m: m.start)
        assert (entity.roles, entity.role_evidence) == ((), ())
        assert 0 <= entity.confidence <= 1
        assert entity.confidence == round(entity.confidence, 4)
        for mention in entity.mentions:
            inside = set(range(mention.start, mention.end))
            assert not inside & covered
            assert "\n" not in doc.text[mention.start : mention.end]
            covered |= inside
        names += entity.forms
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("number", "type_", "form"),
    [
        (0, "Method", "RAG"),
        (0, "Method", "LoRA"),
        (0, "Task", "question answering"),
        (0, "Dataset", "SQuAD"),
        (0, "Metric", "accuracy"),
        (0, "Model", "GPT-4"),
        (1, "Metric", "BLEU"),
        (1, "Dataset", "WMT14"),
        (1, "Task", "machine translation"),
        (1, "Method", "Transformer"),
    ],
)
def test_the_weights_know_common_names(nlp: Language, number: int, type_: str, form: str) -> None:
    """The shipped weights find well-known names in plain sentences, with their types."""
    found = {(entity.type, name) for entity in nlp(TEXTS[number])._.kg_entities for name in entity.forms}
    assert (type_, form) in found


def test_an_abbreviation_is_joined_in_a_text(nlp: Language) -> None:
    """All spellings of a name of a real sentence are forms of one entity, the long one its name."""
    (entity,) = (entity for entity in nlp(TEXTS[0])._.kg_entities if "RAG" in entity.forms)
    assert set(entity.forms) == {
        "Retrieval-Augmented Generation",
        "Retrieval-augmented generation",
        "RAG",
    }
    assert entity.name != "RAG"


@pytest.mark.parametrize("text", ["", "\n", "A Title\n", "\n\n\n", "The\nIt is what it is, and that is all."])
def test_a_text_may_have_no_entities(nlp: Language, text: str) -> None:
    """Empty and plain texts pass and have no entities."""
    assert nlp(text)._.kg_entities == ()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([*TEXTS[0].split(), *TEXTS[1].split(), "(", ")", "-", "\n"]), st.text(max_size=8)
        ),
        max_size=60,
    )
)
@example(["\n", "Retrieval-Augmented", "\n", "TinyFlow:"])
def test_offsets_are_exact_in_any_text(nlp: Language, parts: list[str]) -> None:
    """Every mention is one of the forms, no two mentions overlap, no form is of two entities."""
    check(nlp(" ".join(parts)))


def test_offsets_are_exact_in_real_abstracts(nlp: Language, shared: Path) -> None:
    """The same holds on abstracts as they are published."""
    texts = [paper.text for paper, _ in read_gold(shared / "gold" / "dev.jsonl")][:20]
    for doc in nlp.pipe(texts):
        check(doc)


def test_a_long_text_is_tagged_to_its_end(nlp: Language) -> None:
    """A name in the last sentence of a text of several windows is found."""
    text = TEXTS[0] + " It is so, as was said before." * 200 + " At last we evaluate on ImageNet with BLEU."
    doc = nlp(text)
    check(doc)
    assert any(mention.start > len(text) - 20 for entity in doc._.kg_entities for mention in entity.mentions)


@pytest.mark.parametrize("batch_size", [1, 2, 50])
def test_a_text_is_tagged_alike_in_any_company(nlp: Language, batch_size: int) -> None:
    """Entities do not depend on the other texts, their order or the size of batches."""
    texts = [*TEXTS, "A Title\n", TEXTS[0] + " " + TEXTS[1], *TEXTS]
    alone = {text: nlp(text)._.kg_entities for text in texts}
    for order in (texts, texts[::-1]):
        docs = list(nlp.pipe(order, batch_size=batch_size))
        assert [doc.text for doc in docs] == order
        assert [doc._.kg_entities for doc in docs] == [alone[text] for text in order]
