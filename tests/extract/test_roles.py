"""Roles of entities."""

import time
from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

import kg.extract.roles
import kg.extract.sentences  # noqa: F401 -- registers the component
from kg.extract.encoder import Tagged, load_encoder, split
from kg.extract.linear import load_linear
from kg.extract.outputs import TAGS
from kg.extract.roles import assign_roles, judge, read_cues
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


EVEN = {
    role: {"cues": 0.0, "network": 1.0} | dict.fromkeys(ENTITY_TYPES, 0.0) for role in ROLES
}  # the network alone decides


def tagged(text: str, odds: dict[int, dict[str, float]]) -> Tagged:
    """Return what a network may say: log odds of roles by offset, -5 elsewhere."""
    words = split(text, load_encoder().tokenizer)
    roles = np.full((len(words.first), len(ROLES)), -5.0, np.float32)
    for start, of_word in odds.items():
        for role, value in of_word.items():
            roles[words.starts == start, ROLES.index(role)] = value
    return Tagged(words, np.zeros((len(words.first), len(TAGS)), np.float32), roles, roles)


def test_any_mention_can_show_a_role() -> None:
    """The roles of an entity are those of its mentions; the evidence is the sentence that shows each."""
    text = "A Title\nWe use FooNet here. We beat FooNet there."
    foonet = entity(text, "Model", "FooNet")
    doc = read(pipeline(), text, [foonet])
    (cues,) = read_cues(text, doc._.kg_sentences, [foonet])
    starts = [mention.start for mention in foonet.mentions]
    said = tagged(text, {starts[0]: {"used": 3.0}, starts[1]: {"compared": 3.0}})
    opinion = judge(foonet, cues, load_linear("roles"), said, EVEN)
    with_roles = assign_roles(foonet, opinion, cues, doc._.kg_sentences[0], 0.5)
    assert [(item.role, text[item.start : item.end]) for item in with_roles.role_evidence] == [
        ("used", "We use FooNet here."),
        ("compared", "We beat FooNet there."),
    ]


def test_cues_and_network_are_weighed() -> None:
    """A role that the network doubts holds where the cues are trusted more."""
    text = "A Title\nIn this paper, we propose FooNet, a new model."
    foonet = entity(text, "Model", "FooNet")
    (cues,) = read_cues(text, read(pipeline(), text, [foonet])._.kg_sentences, [foonet])
    said = tagged(text, {})
    likely = [
        judge(foonet, cues, load_linear("roles"), said, mix).likely["introduced"]
        for mix in (EVEN, {role: weights | {"cues": 4.0} for role, weights in EVEN.items()})
    ]
    assert likely[0] < 0.5 < likely[1]


def test_types_bound_the_roles() -> None:
    """Whatever the network says, a task is addressed or mentioned."""
    text = "A Title\nWe try parsing."
    task = entity(text, "Task", "parsing")
    (cues,) = read_cues(text, read(pipeline(), text, [task])._.kg_sentences, [task])
    said = tagged(text, {text.index("parsing"): dict.fromkeys(ROLES, 5.0)})
    assert set(judge(task, cues, load_linear("roles"), said, EVEN).likely) == {"addressed", "mentioned"}
