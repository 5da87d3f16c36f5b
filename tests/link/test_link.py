"""Linking: what becomes one entity, by which rule, whatever the order."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.link import CONFIDENCE, RULES, link
from kg.link.aliases import Alias
from kg.link.decisions import Decision
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


def test_one_name_of_two_types_is_one_entity() -> None:
    """The type that most papers give counts; links keep what the paper says."""
    entities, links = link(
        [paper("a", ("Model", "CLIP")), paper("b", ("Method", "CLIP")), paper("c", ("Model", "CLIP"))]
    )
    assert [entity.id for entity in entities] == ["model:clip"]
    assert [(item.type, item.rule) for item in links] == [
        ("Model", "name"),
        ("Method", "other type"),
        ("Model", "name"),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [(("Dataset", "question answering"), ("Task", "question answering")), (("Task", "MT"), ("Metric", "MT"))],
)
def test_other_types_stay_apart(one: tuple[str, str], other: tuple[str, str]) -> None:
    """A dataset is never a task, and abbreviations of unlike types are not joined."""
    assert len(link([paper("a", one), paper("b", other)])[0]) == 2


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


def test_usual_meaning_of_an_abbreviation() -> None:
    """Where nearly all papers that define an abbreviation give one meaning, it joins that one."""
    common = [paper(f"a{number}", ("Task", "Question Answering", "QA")) for number in range(6)]
    rare = paper("b", ("Task", "Query Answering", "QA"))
    _, links = link([*common, rare, paper("c", ("Task", "QA"))])
    assert entity_of(links, "c", "QA") == entity_of(links, "a0", "QA") != entity_of(links, "b", "QA")


def test_context_tells_what_an_abbreviation_means() -> None:
    """Between two common meanings the one counts whose papers speak of the same things."""
    _, links = link(
        [
            paper("a", ("Method", "Contrastive Learning", "CL"), ("Task", "image retrieval")),
            paper("b", ("Method", "Curriculum Learning", "CL"), ("Task", "machine translation")),
            paper("c", ("Method", "CL"), ("Task", "Machine Translation")),
        ]
    )
    assert entity_of(links, "c", "CL") == entity_of(links, "b", "CL")
    assert {item.rule for item in links if item.paper == "c" and item.form == "CL"} == {"context"}


def test_what_a_paper_introduces_is_its_own() -> None:
    """The new system of a paper is not what another paper calls by the same letters."""
    own = paper("b", ("Method", "DGM"))
    own = replace(own, entities=(replace(own.entities[0], roles=("introduced",)),))
    _, links = link([paper("a", ("Method", "Dynamic Graph Matching", "DGM")), own])
    assert entity_of(links, "a", "DGM") != entity_of(links, "b", "DGM")


@pytest.mark.parametrize(
    ("forms", "others"),
    [
        (("Self-Supervised Training", "SST"), ("Self-Supervision Training", "SST")),
        (("Convolutional Graph Network", "CGN"), ("Convolutional Graph Neural Network", "CGN")),
    ],
)
def test_meanings_that_differ_in_endings_are_one(forms: tuple[str, ...], others: tuple[str, ...]) -> None:
    """Full forms of one abbreviation with other endings, or with "neural", are one entity."""
    assert len(link([paper("a", ("Method", *forms)), paper("b", ("Method", *others))])[0]) == 1


def test_kind_of_thing_counts_for_nothing() -> None:
    """A "gated attention mechanism" is "gated attention", which stands alone in other papers."""
    alone = [paper(id_, ("Method", "gated attention")) for id_ in "ab"]
    _, links = link([*alone, paper("c", ("Method", "gated attention mechanism"))])
    (found,) = [item for item in links if item.paper == "c"]
    assert (found.entity, found.rule) == ("method:gated-attention", "kind of thing")
    _, links = link([paper("a", ("Method", "Foo Bar")), paper("c", ("Method", "Foo Bar Module"))])
    assert entity_of(links, "a", "Foo Bar") != entity_of(links, "c", "Foo Bar Module")


def test_head_of_a_name_is_that_name() -> None:
    """What a paper calls "routing" besides "dynamic routing" is no routing in general."""
    _, links = link(
        [
            paper("a", ("Method", "routing", "dynamic routing")),
            *(paper(i, ("Method", "routing")) for i in "bcd"),
        ]
    )
    assert entity_of(links, "a", "routing") == "method:dynamic-routing" != entity_of(links, "b", "routing")


def test_aliases_join() -> None:
    """What the table calls another name of a thing joins it, the table of the user first."""
    papers = [paper("a", ("Dataset", "FooBank")), paper("b", ("Dataset", "The Bank of Foo"))]
    alias = Alias("the bank of foo", "FooBank", "Dataset", "other name")
    assert len(link(papers)[0]) == 2
    entities, links = link(papers, [alias])
    assert len(entities) == 1
    assert "alias" in {item.rule for item in links}


def test_decisions_count_above_all() -> None:
    """What the user merges is one, what the user splits is two, and a split stays."""
    papers = [paper("a", ("Method", "Foo")), paper("b", ("Method", "Bar")), paper("c", ("Method", "foo"))]
    merge = Decision("merge", "Method", "Foo", "Bar", None, None, "the same")
    _, links = link(papers, decisions=[merge])
    assert {item.entity for item in links} == {"method:bar"}
    assert {item.rule for item in links if item.paper == "a"} == {"decision"}
    split = Decision("split", "Method", "foo", None, None, "c", "another")
    _, links = link(papers, decisions=[split, merge])
    assert entity_of(links, "a", "Foo") == entity_of(links, "b", "Bar") != entity_of(links, "c", "foo")


def test_split_form_has_its_own_type_and_leaves_the_id() -> None:
    """What is split off has the type of its own mentions; the rest keeps its id."""
    papers = [paper("a", ("Model", "Foo")), paper("b", ("Method", "foo")), paper("c", ("Model", "Foo"))]
    entities, links = link(papers, decisions=[Decision("split", "Method", "foo", reason="a recipe")])
    assert entity_of(links, "a", "Foo") == "model:foo"
    assert {entity.type for entity in entities} == {"Model", "Method"}


def test_split_in_one_paper_counts_more() -> None:
    """A split in one paper stays apart from a general one, and from merges of its other forms."""
    papers = [
        paper("a", ("Method", "Aaa", "Zzz")),
        paper("b", ("Method", "Zzz")),
        paper("c", ("Method", "Bbb")),
    ]
    in_a = Decision("split", "Method", "Zzz", paper="a")
    _, links = link(papers, decisions=[in_a, Decision("split", "Method", "Zzz")])
    assert entity_of(links, "a", "Zzz") != entity_of(links, "b", "Zzz")
    _, links = link(papers, decisions=[in_a, Decision("merge", "Method", "Zzz", "Bbb")])
    assert entity_of(links, "a", "Zzz") != entity_of(links, "c", "Bbb") == entity_of(links, "b", "Zzz")


def test_split_separates_forms_of_one_paper() -> None:
    """A form that a paper joined wrongly is taken out alone; the rest stays what it was."""
    papers = [paper("a", ("Method", "Foo", "Foo scheduler")), paper("b", ("Method", "Foo"))]
    _, links = link(papers, decisions=[Decision("split", "Method", "Foo scheduler")])
    rules = {(item.paper, item.form): (item.entity, item.rule) for item in links}
    assert rules["a", "Foo"] == rules["b", "Foo"] == ("method:foo", "name")
    assert rules["a", "Foo scheduler"][0] != "method:foo"
    assert rules["a", "Foo scheduler"][1] == "decision"


def test_aliases_of_users_meet_those_that_ship() -> None:
    """An alias of the user may lead to one that ships, or say the same the other way round."""
    papers = [
        paper("a", ("Method", "ultra net")),
        paper("b", ("Method", "ConvNet")),
        paper("c", ("Method", "convolutional neural network")),
    ]
    for alias in (
        Alias("ultra net", "ConvNet", "Method", "ours"),
        Alias("convolutional neural network", "ultra net", "Method", "ours"),
    ):
        assert len(link(papers, [alias])[0]) == 1, alias


@pytest.mark.parametrize(
    ("one", "other"),
    [("Multimodal Language Model", "Multilingual Language Model"), ("Neural Transfer", "Neural Translation")],
)
def test_meanings_that_differ_in_a_word_stay_apart(one: str, other: str) -> None:
    """Words that begin alike are no endings of one word."""
    papers = [paper("a", ("Task", one, "MLM")), paper("b", ("Task", other, "MLM"))]
    assert len(link(papers)[0]) == 2


def test_reason_of_a_single_form() -> None:
    """A paper with one form joins a name of another paper for a reason that is true."""
    _, links = link(
        [
            paper("a", ("Method", "Foo Bar Baz", "FBB")),
            paper("b", ("Method", "Foo Bar Baz")),
            *(paper(id_, ("Method", "FBB")) for id_ in "cde"),
        ]
    )
    rules = {(item.paper, item.form): item.rule for item in links}
    assert rules["a", "Foo Bar Baz"] == "same paper"
    assert rules["b", "Foo Bar Baz"] == "abbreviation"


def test_every_rule_is_documented() -> None:
    """Each rule has a confidence."""
    assert RULES.keys() == CONFIDENCE.keys()


names = st.sampled_from(
    [
        *("MoE", "Mixture of Experts", "mixture-of-experts", "mixture-of-experts layer", "CL"),
        *("Contrastive Learning", "Curriculum Learning", "contrastive learning method", "Learning"),
    ]
)
extraction_lists = st.lists(
    st.lists(st.tuples(st.sampled_from(["Method", "Model", "Task"]), names, names), max_size=4),
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


def test_labelled_pairs(shared: Path) -> None:
    """On the labelled pairs of mentions nearly all merges are right, and most of what is one is merged."""
    extractions = []
    for name in ("train", "train_extra", "dev"):
        for line in (shared / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            extraction = paper(row["id"], *((e["type"], *e["forms"]) for e in row["entities"]))
            entities = zip(extraction.entities, row["entities"], strict=True)
            known = tuple(replace(entity, roles=tuple(e["roles"])) for entity, e in entities)
            extractions.append(replace(extraction, entities=known))
    _, links = link(extractions)
    entity = {(item.paper, item.form): item.entity for item in links}
    merged = right = same = 0
    for line in (shared / "gold" / "identity_dev.jsonl").read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        one, other = (entity.get((side["paper"], side["form"])) for side in (pair["a"], pair["b"]))
        same += pair["label"] == "S"
        if one is not None and one == other:
            merged += 1
            right += pair["label"] == "S"
    assert right >= 0.95 * merged
    assert right >= 0.85 * same
