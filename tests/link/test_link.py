"""Linking: what becomes one entity, by which rule, whatever the order."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.link import RULES, link
from kg.records import ExtractedEntity, Extraction, Link


def paper(id_: str, *entities: tuple[str, ...]) -> Extraction:
    """Return an extraction whose entities are (type, form, form, ...)."""
    records = tuple(
        ExtractedEntity(type_, forms[0], forms, (), 1.0)
        for type_, *forms_ in entities
        for forms in [tuple(forms_)]
    )
    return Extraction(id_, id_, records, ())


def entity_of(links: tuple[Link, ...], paper_: str, form: str) -> str:
    """Return the entity that a form of a paper became."""
    (found,) = {item.entity for item in links if (item.paper, item.form) == (paper_, form)}
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GSM8K", "GSM-8K"),
        ("GSM8K", "gsm8k"),
        ("knowledge graph", "Knowledge Graphs"),
        ("mixture-of-experts", "Mixture of Experts"),
        ("LLaMA-2-7B", "Llama 2 7B"),
        (r"\textbf{TinyFlow}", "TinyFlow"),
        (r"$\beta$-Flow", "β-flow"),
    ],
)
def test_spellings_are_one_entity(one: str, other: str) -> None:
    """Case, separators and plural do not make another entity."""
    entities, links = link([paper("a", ("Dataset", one)), paper("b", ("Dataset", other))])
    assert len(entities) == 1
    assert {item.rule for item in links} == {"name", "spelling"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GPT-3", "GPT-4"),
        ("BERT", "RoBERTa"),
        ("Qwen1.5", "Qwen15"),
        ("Qwen-2-7B", "Qwen-2.7B"),
        ("C", "C++"),
        ("A", "A*"),
        ("WMT14", "WMT16"),
        (r"$\alpha$-Flow", r"$\beta$-Flow"),
        ("%", "++"),
    ],
)
def test_near_names_stay_apart(one: str, other: str) -> None:
    """Names that differ in a digit, a letter or a sign are two entities."""
    entities, _ = link([paper("a", ("Model", one)), paper("b", ("Model", other))])
    assert len(entities) == 2


def test_types_stay_apart() -> None:
    """One name of two types gives two entities."""
    entities, _ = link([paper("a", ("Model", "CLIP")), paper("b", ("Method", "CLIP"))])
    assert [entity.id for entity in entities] == ["method:clip", "model:clip"]


def test_abbreviation_joins_the_one_full_form() -> None:
    """An abbreviation alone joins the full form that another paper defines for it."""
    entities, links = link(
        [paper("a", ("Method", "Mixture-of-Experts", "MoE")), paper("b", ("Method", "MoE"))]
    )
    assert len(entities) == 1
    assert entity_of(links, "a", "Mixture-of-Experts") == entity_of(links, "b", "MoE")
    assert entities[0].name == "MoE"
    assert entities[0].aliases == ("Mixture-of-Experts",)


def test_name_is_the_usual_form_plainly_spelled() -> None:
    """Of forms that equally many papers use, the one without hyphens wins."""
    entities, _ = link([paper("a", ("Dataset", "GSM-8K")), paper("b", ("Dataset", "GSM8K"))])
    assert [entity.id for entity in entities] == ["dataset:gsm8k"]


def test_thing_is_known_by_its_abbreviation_and_task_by_its_name() -> None:
    """Of forms that equally many papers use, a dataset gets the abbreviation, a task the full name."""
    entities, _ = link(
        [
            paper("a", ("Dataset", "General Language Understanding Evaluation", "GLUE")),
            paper("b", ("Task", "named entity recognition", "NER")),
        ]
    )
    assert [entity.name for entity in entities] == ["GLUE", "named entity recognition"]


def test_abbreviation_with_two_meanings_stays_apart() -> None:
    """Where papers define an abbreviation differently, one without definition joins none."""
    _, links = link(
        [
            paper("a", ("Method", "Contrastive Learning", "CL")),
            paper("b", ("Method", "Curriculum Learning", "CL")),
            paper("c", ("Method", "CL")),
        ]
    )
    assert {id_: entity_of(links, id_, "CL") for id_ in "abc"} == {
        "a": "method:contrastive-learning",
        "b": "method:curriculum-learning",
        "c": "method:cl",
    }


def test_every_link_has_a_documented_rule() -> None:
    """The rule of each link is one of RULES, and each of RULES can occur."""
    _, links = link(
        [
            paper("a", ("Method", "Mixture-of-Experts", "MoE", "experts mix")),
            paper("b", ("Method", "mixture of experts")),
            paper("c", ("Method", "MoE"), ("Method", "Mixture-of-Experts")),
            paper("d", ("Method", "Mixture-of-Experts")),
        ]
    )
    assert {item.rule for item in links} == set(RULES)


names = st.sampled_from(["MoE", "Mixture of Experts", "mixture-of-experts", "CL", "Contrastive Learning"])
extraction_lists = st.lists(
    st.lists(st.tuples(st.sampled_from(["Method", "Model"]), names, names), max_size=3),
    min_size=1,
    max_size=5,
).map(lambda papers: [paper(f"paper:{number}", *entities) for number, entities in enumerate(papers)])


@given(extraction_lists, st.randoms())
def test_order_of_papers_changes_nothing(extractions: list[Extraction], random) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  # hypothesis gives a subclass of its own
    """Shuffled papers give the same entities and links."""
    shuffled = list(extractions)
    random.shuffle(shuffled)
    assert link(shuffled) == link(extractions)


@given(extraction_lists)
def test_every_form_has_a_link_to_an_entity(extractions: list[Extraction]) -> None:
    """Each form of each paper is linked, to an entity that lists the form."""
    entities, links = link(extractions)
    forms = {entity.id: {entity.name, *entity.aliases} for entity in entities}
    wanted = {(e.id, form, x.type) for e in extractions for x in e.entities for form in x.forms}
    assert {(item.paper, item.form, item.type) for item in links} == wanted
    assert all(item.form in forms[item.entity] for item in links)


def test_precision_on_labelled_pairs(shared: Path) -> None:
    """On the labelled pairs of mentions, at least nine of ten merges are right."""
    extractions = []
    for name in ("train", "train_extra", "dev"):
        for line in (shared / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            extractions.append(paper(row["id"], *((e["type"], *e["forms"]) for e in row["entities"])))
    _, links = link(extractions)
    entity = {(item.paper, item.form): item.entity for item in links}
    merged = right = 0
    for line in (shared / "gold" / "identity_dev.jsonl").read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        one, other = (entity.get((side["paper"], side["form"])) for side in (pair["a"], pair["b"]))
        if one is not None and one == other:
            merged += 1
            right += pair["label"] == "S"
    assert merged > 50
    assert right / merged >= 0.9
