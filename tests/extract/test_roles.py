"""Roles of entities."""

import time
from collections.abc import Sequence
from functools import cache

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

import kg.extract.roles
import kg.extract.sentences  # noqa: F401 -- registers the component
from kg.extract.linear import load_linear
from kg.records import ExtractedEntity, Mention
from kg.schema import ENTITY_TYPES, ROLES


@cache
def pipeline() -> Language:
    """Return a pipeline that reads sentences and roles."""
    language = spacy.blank("en")
    language.add_pipe("kg_sentences")
    language.add_pipe("kg_roles")
    return language


@pytest.fixture
def nlp() -> Language:
    """Return the pipeline."""
    return pipeline()


def entity(text: str, type_: str, form: str) -> ExtractedEntity:
    """Return an entity with all occurrences of its one form."""
    starts = [at for at in range(len(text)) if text.startswith(form, at)]
    mentions = tuple(Mention(at, at + len(form)) for at in starts)
    return ExtractedEntity(type_, form, (form,), (), 1.0, mentions)


def read(nlp: Language, text: str, entities: Sequence[ExtractedEntity]) -> Doc:
    """Return the Doc after all components, with these entities."""
    doc = nlp.make_doc(text)
    doc._.kg_entities = tuple(entities)
    for _, component in nlp.pipeline:
        doc = component(doc)
    return doc


TEXT = (
    "FooNet: Fast Parsing with Bar Attention\n"
    "Parsing is slow. In this paper, we propose FooNet, a new model for parsing. "
    "FooNet is built on Bar Attention. We evaluate it on BazBank. "
    "Experiments show that FooNet outperforms QuxNet in accuracy."
)


@pytest.mark.parametrize(
    ("type_", "form", "role"),
    [
        ("Model", "FooNet", "introduced"),
        ("Method", "Bar Attention", "used"),
        ("Dataset", "BazBank", "evaluated"),
        ("Model", "QuxNet", "compared"),
        ("Metric", "accuracy", "measured"),
        ("Task", "arsing", "addressed"),
    ],
)
def test_plain_cases(nlp: Language, type_: str, form: str, role: str) -> None:
    """What the sentence around a name says about it becomes its role."""
    forms = {
        "FooNet": "Model",
        "Bar Attention": "Method",
        "BazBank": "Dataset",
        "QuxNet": "Model",
        "accuracy": "Metric",
    }
    entities = [entity(TEXT, of_form, name) for name, of_form in forms.items() if name != form]
    entities.append(entity(TEXT, type_, form))
    (found,) = (each for each in read(nlp, TEXT, entities)._.kg_entities if each.name == form)
    assert role in found.roles


def test_evidence_is_the_sentence_that_shows_it(nlp: Language) -> None:
    """Of several sentences that name an entity, the evidence is the one with the cue."""
    doc = read(nlp, TEXT, [entity(TEXT, "Model", "FooNet")])
    (found,) = doc._.kg_entities
    (introduced,) = (item for item in found.role_evidence if item.role == "introduced")
    assert "we propose FooNet" in TEXT[introduced.start : introduced.end]


@pytest.mark.parametrize("type_", ENTITY_TYPES)
def test_types_keep_their_roles(nlp: Language, type_: str) -> None:
    """Tasks are addressed or mentioned, metrics measured or mentioned, others neither of those."""
    doc = read(nlp, TEXT, [entity(TEXT, type_, "FooNet"), entity(TEXT, type_, "QuxNet")])
    allowed = {"Task": {"addressed", "mentioned"}, "Metric": {"measured", "mentioned"}}
    others = set(ROLES) - {"addressed", "measured"}
    for found in doc._.kg_entities:
        assert set(found.roles) <= allowed.get(type_, others)


def test_an_entity_without_mentions_keeps_a_role(nlp: Language) -> None:
    """Even then there is a role, shown by the first sentence."""
    doc = read(nlp, TEXT, [ExtractedEntity("Task", "x", ("x",), (), 1.0)])
    (found,) = doc._.kg_entities
    assert len(found.role_evidence) == 1
    assert found.role_evidence[0].start == 0


@pytest.mark.parametrize("text", ["", "\n", "Word", "T\n"])
def test_little_text(nlp: Language, text: str) -> None:
    """Empty titles and abstracts are no error, with an entity or without."""
    entities = [entity(text, "Task", text.strip())] if text.strip() else []
    doc = read(nlp, text, entities)
    assert len(doc._.kg_entities) == len(entities)


PIECES = ("We propose", "on", ".", "\n", "outperforms", "5%", "\u00e9t\u00e9")
FORMS = ("BERT", "n\u00e4ive Bayes", "\U0001f9eaNet", "F1", "a")


@settings(max_examples=60, deadline=None)  # the first example loads spaCy
@given(st.lists(st.sampled_from([*FORMS, *PIECES])))
def test_records_hold_their_contract(parts: list[str]) -> None:
    """Each entity keeps all but its roles; each role has one sentence of the text as evidence."""
    text = " ".join(parts)
    given_entities = [
        entity(text, type_, form) for type_, form in zip(ENTITY_TYPES, FORMS, strict=True) if form in text
    ]
    doc = read(pipeline(), text, given_entities)
    sentences = {(sentence.start, sentence.end) for sentence in doc._.kg_sentences}
    for before, after in zip(given_entities, doc._.kg_entities, strict=True):
        assert (before.type, before.forms, before.mentions) == (after.type, after.forms, after.mentions)
        assert after.roles == tuple(role for role in ROLES if role in after.roles) != ()
        assert tuple(item.role for item in after.role_evidence) == after.roles
        for item in after.role_evidence:
            assert 0 <= item.confidence <= 1
            assert (item.start, item.end) in sentences


def test_long_text_takes_linear_time(nlp: Language) -> None:
    """A hundred kilobytes with a thousand mentions are read in well under ten seconds."""
    text = "T\n" + "We propose FooNet and it outperforms BarNet on the data in all experiments. " * 1300
    entities = [entity(text, "Model", "FooNet"), entity(text, "Model", "BarNet")]
    begin = time.perf_counter()
    read(nlp, text, entities)
    assert time.perf_counter() - begin < 10


def test_model_fits_the_schema() -> None:
    """The weights that ship have one column for each role of the schema."""
    model = load_linear("roles")
    assert model.labels == ROLES
    assert {len(row) for row in model.weights.values()} == {len(ROLES)}
