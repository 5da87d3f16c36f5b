"""Claimed results."""

import time
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

import kg.extract.results
import kg.extract.roles
import kg.extract.sentences
import kg.extract.slots
from kg.extract import extract
from kg.extract.claims import NUMBER_LABELS
from kg.extract.linear import Linear, load_linear
from kg.extract.numbers import find_numbers
from kg.extract.slots import FILLERS
from kg.pages import read_pages
from kg.records import ExtractedEntity, ExtractedResult, Extraction, Mention, Paper
from kg.schema import DIRECTIONS, ENTITY_TYPES, KINDS


@cache
def pipeline() -> Language:
    """Return a pipeline that reads sentences, roles and results."""
    language = spacy.blank("en")
    for name in ("kg_sentences", "kg_roles", "kg_results"):
        language.add_pipe(name)
    return language


def mentions_of(text: str, *forms: str) -> tuple[Mention, ...]:
    """Return all occurrences of some forms, in order."""
    found = [(at, at + len(form)) for form in forms for at in range(len(text)) if text.startswith(form, at)]
    return tuple(Mention(start, end) for start, end in sorted(found))


def entity(text: str, type_: str, form: str) -> ExtractedEntity:
    """Return an entity with all occurrences of its one form."""
    return ExtractedEntity(type_, form, (form,), (), 1.0, mentions_of(text, form))


def read(text: str, entities: Sequence[ExtractedEntity]) -> Doc:
    """Return the Doc after all components, with these entities."""
    doc = pipeline().make_doc(text)
    doc._.kg_entities = tuple(entities)
    for _, component in pipeline().pipeline:
        doc = component(doc)
    return doc


NAMES = {
    "FooNet": "Model",
    "BERT": "Model",
    "QuxNet": "Model",
    "BazBank": "Dataset",
    "BarCorpus": "Dataset",
    "accuracy": "Metric",
    "perplexity": "Metric",
    "latency": "Metric",
    "question answering": "Task",
}


def results(sentence: str) -> tuple[ExtractedResult, ...]:
    """Return what a sentence claims in a paper that proposes FooNet."""
    text = f"FooNet: A New Model\nIn this paper, we propose FooNet. {sentence}"
    found: tuple[ExtractedResult, ...] = read(
        text, [entity(text, type_, form) for form, type_ in NAMES.items() if form in text]
    )._.kg_results
    return found


def test_numeric_claim() -> None:
    """A number, its metric, its dataset and what it is about are one result."""
    (found,) = results("Experiments show that FooNet achieves 79.8% accuracy on BazBank.")
    assert (found.value, found.number, found.unit) == ("79.8%", Decimal("79.8"), "%")
    assert (found.kind, found.subject, found.metric, found.dataset) == (
        "absolute",
        "FooNet",
        "accuracy",
        "BazBank",
    )


def test_difference_to_a_baseline() -> None:
    """A gain over a rival has a direction and a baseline."""
    (found,) = results("FooNet outperforms BERT by 2.5% accuracy on BazBank.")
    assert (found.value, found.kind, found.direction, found.baseline) == ("2.5%", "delta", "better", "BERT")


@pytest.mark.parametrize(
    ("sentence", "direction"),
    [
        ("FooNet significantly outperforms BERT on BazBank.", "better"),
        ("FooNet achieves state-of-the-art results on BazBank.", "sota"),
        ("FooNet achieves performance comparable to BERT on BazBank.", "comparable"),
    ],
)
def test_comparison_without_a_number(sentence: str, direction: str) -> None:
    """Better, state of the art and comparable are told apart."""
    (found,) = results(sentence)
    assert (found.value, found.number, found.kind) == (None, None, "qualitative")
    assert (found.direction, found.subject, found.dataset) == (direction, "FooNet", "BazBank")


def test_our_method_is_what_the_paper_introduces() -> None:
    """An unnamed subject is the entity that the paper introduces."""
    (found,) = results("Our method significantly outperforms BERT on BazBank.")
    assert (found.subject, found.baseline) == ("FooNet", "BERT")


def test_nothing_is_its_own_rival(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the model puts one entity in both slots, it is not the baseline of its own claim."""
    eager = Linear(("fills",), {"subject:bias": (500,), "baseline:bias": (500,)})
    monkeypatch.setattr(kg.extract.slots, "load_linear", lambda _: eager)
    text = "FooNet: A Model\nWe propose FooNet. FooNet significantly outperforms everything on all tasks."
    found = read(text, [entity(text, "Model", "FooNet")])._.kg_results
    assert {result.subject for result in found} == {"FooNet"}
    assert "FooNet" not in {result.baseline for result in found}


def test_slots_hold_forms() -> None:
    """Where the text of a mention is no form of its entity, the name stands in the slot."""
    text = "T\nWe propose FooNets. FooNets significantly outperforms existing methods on all tasks."
    one = replace(entity(text, "Model", "FooNets"), name="FooNet", forms=("FooNet",))
    (found,) = read(text, [one])._.kg_results
    assert found.subject == "FooNet"


def test_baseline_as_written() -> None:
    """A rival without a name is the phrase of the text."""
    (found,) = results("FooNet outperforms existing methods on BazBank.")
    assert found.baseline == "existing methods"


def test_one_result_for_each_dataset() -> None:
    """A comparison over two datasets is two results."""
    found = results("Experiments show that FooNet outperforms BERT on BazBank and BarCorpus.")
    assert sorted(str(result.dataset) for result in found) == ["BarCorpus", "BazBank"]


@pytest.mark.parametrize(
    "sentence",
    [
        "It has 7B parameters and 24 layers.",
        "The corpus holds 1,200 documents in 12 languages.",
        "Since 2019, many models have been proposed.",
        "We train it for 3 epochs with a batch size of 64.",
        "Question answering is an old problem.",
    ],
)
def test_no_claims(sentence: str) -> None:
    """Sizes, counts, years and settings claim nothing."""
    assert results(sentence) == ()


PIECES = (
    *("We achieve", "outperforms", "79.8%", "2x", "by", "on", "than", "the best methods", ".", "\n"),
    *("state-of-the-art", "\u00e9t\u00e9", "1/3", "half", "(", "33\\%", "comparable to"),
)
FORMS = ("question answering", "\U0001f9eaNet", "BERT", "BazBank", "accuracy")


@settings(max_examples=80, deadline=None)  # the first example loads spaCy
@given(st.lists(st.sampled_from([*FORMS, *PIECES]), max_size=25))
def test_records_hold_their_contract(parts: list[str]) -> None:
    """Evidence and value are slices, slots are forms, names are those of the schema."""
    text = " ".join(parts)
    forms = {form for form in FORMS if form in text}
    entities = [
        entity(text, type_, form) for type_, form in zip(ENTITY_TYPES, FORMS, strict=True) if form in text
    ]
    for found in read(text, entities)._.kg_results:
        assert text[found.start : found.end] == found.evidence != ""
        assert found.value is None or found.value in found.evidence
        assert (found.kind == "qualitative") == (found.value is None)
        assert found.kind in KINDS
        assert found.direction in (None, *DIRECTIONS)
        assert {found.subject, found.dataset, found.task} <= {None, *forms}
        assert found.metric is None or found.metric in found.evidence or found.metric in forms
        assert found.baseline is None or found.baseline in found.evidence or found.baseline in forms
        assert 0 <= found.confidence <= 1


@pytest.mark.parametrize("text", ["", "\n", "Word", "T\n", "\n5%"])
def test_little_text(text: str) -> None:
    """Empty titles and abstracts are no error."""
    assert isinstance(read(text, [])._.kg_results, tuple)


@pytest.mark.parametrize(
    "unit",
    [
        "FooNet outperforms BERT by 2% accuracy on BazBank. ",
        "FooNet is 5% better than BERT and ",
        "1 % of the ",
    ],
)
def test_long_text_takes_linear_time(unit: str) -> None:
    """A hundred kilobytes full of claims, in many sentences or in one, are read in well under 30 seconds."""
    text = "T\n" + unit * (100_000 // len(unit))
    entities = [entity(text, type_, form) for form, type_ in NAMES.items() if form in text]
    begin = time.perf_counter()
    read(text, entities)
    assert time.perf_counter() - begin < 30


def test_models_fit_the_schema() -> None:
    """The weights that ship have the labels that the code reads."""
    assert load_linear("claims").labels == NUMBER_LABELS
    assert load_linear("comparisons").labels == DIRECTIONS
    assert load_linear("numbers").labels == ("claim",)
    assert load_linear("slots").labels == ("fills",)


@pytest.fixture(scope="module")
def real_papers(shared: Path) -> list[tuple[Paper, Extraction]]:
    """Return the papers of the five real pages with what the shipped pipeline reads in them."""
    papers = read_pages([str(page) for page in sorted((shared / "pages").glob("*.txt"))]).papers
    return list(zip(papers, extract(papers), strict=True))


def test_evidence_on_real_pages_is_verbatim(real_papers: list[tuple[Paper, Extraction]]) -> None:
    """On all five pages evidence and values are slices, slots are forms, and numbers are what is written."""
    results = 0
    for paper, extraction in real_papers:
        forms = {(entity.type, form) for entity in extraction.entities for form in entity.forms}
        for found in extraction.results:
            results += 1
            assert paper.text[found.start : found.end] == found.evidence
            assert found.evidence.strip() == found.evidence != ""
            assert (found.value is None) == (found.kind == "qualitative")
            if found.value is not None:
                assert found.value in found.evidence
                parsed = {
                    (number.number, number.unit)
                    for number in find_numbers(paper.text, found.start, found.end)
                    if paper.text[number.start : number.end] == found.value
                }
                assert (found.number, found.unit) in parsed
            for slot, types in FILLERS.items():
                filler = getattr(found, slot)
                as_written = slot in {"metric", "baseline"} and (filler or "") in found.evidence
                assert filler is None or as_written or any((type_, filler) in forms for type_ in types)
            assert all(hedge.replace("'", "") in _plain(found.evidence) for hedge in found.hedges)
    assert results > len(real_papers)


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("\u2019", "").replace("'", "").split())
