"""Families of models, as linking finds them among the entities."""

import pytest

from kg.graph import build_graph, graph_records
from kg.link import link
from kg.link.families import with_families
from kg.records import Corpus, Entity, ExtractedEntity, Extraction, Mention, Paper, RoleEvidence, paper_id


def models(*names: str) -> dict[str, Entity]:
    """Return models of these names, with their families."""
    entities = [Entity(f"model:{name}", "Model", name) for name in sorted(names)]
    return {entity.name: entity for entity in with_families(entities)}


def above(found: dict[str, Entity]) -> dict[str, str]:
    """Return what each model is a variant of, by names."""
    return {
        name: entity.variant_of[0].removeprefix("model:")
        for name, entity in found.items()
        if entity.variant_of is not None
    }


def test_parts_of_names() -> None:
    """A model has the parts of its name."""
    entity = models("LLaMA-2-7B-chat")["LLaMA-2-7B-chat"]
    assert (entity.family, entity.version, entity.size, entity.variant) == ("LLaMA", "2", "7B", "chat")


def test_variant_of_the_nearest_known_name() -> None:
    """Names that no entity has are passed over, up to the family."""
    found = models("LLaMA-2-7B-chat", "LLaMA-2", "LLaMA", "GPT-4")
    assert above(found) == {"LLaMA-2-7B-chat": "LLaMA-2", "LLaMA-2": "LLaMA"}


def test_derived_name_is_a_variant_of_a_known_model_only() -> None:
    """BioBERT is a variant of BERT where there is a BERT; "Bio" is no model."""
    assert above(models("BioBERT", "BERT")) == {"BioBERT": "BERT"}
    assert above(models("BioBERT")) == {}


@pytest.mark.parametrize(
    ("model", "other"),
    [
        (Entity("model:lisa", "Model", "LISA", ("Informed Self-Attention",)), "self-attention"),
        (Entity("model:sepformer", "Model", "SepFormer"), "\u221e-former"),
        (Entity("model:sepformer", "Model", "SepFormer"), r"$\infty$-former"),
    ],
)
def test_no_variant_of_what_a_full_form_or_a_sign_hides(model: Entity, other: str) -> None:
    """A model is no variant of a word of its full form, nor of what is its ending but for a sign."""
    method = Entity("method:x", "Method", other)
    assert with_families([method, model])[1].variant_of is None


def test_family_may_be_a_method_but_no_task() -> None:
    """A model is a variant of its architecture, where papers take that for a method."""
    entities = [Entity("method:resnet", "Method", "ResNet"), Entity("model:resnet-50", "Model", "ResNet-50")]
    assert with_families(entities)[1].variant_of == ("method:resnet", "less specific name")
    entities[0] = Entity("task:resnet", "Task", "ResNet")
    assert with_families(entities)[1].variant_of is None


def test_aliases_make_no_circle() -> None:
    """Where aliases lead from two models to each other, only one of them is a variant."""
    found = with_families(
        [Entity("model:a", "Model", "Foo", ("Bar-7B",)), Entity("model:b", "Model", "Bar", ("Foo-7B",))]
    )
    assert sum(entity.variant_of is not None for entity in found) == 1


def test_graph_has_the_edges() -> None:
    """VARIANT_OF stands in the graph between models that papers name."""
    text = "We compare LLaMA-2 and LLaMA-2-7B."
    extraction = Extraction(
        "T",
        paper_id("T"),
        tuple(
            ExtractedEntity(
                "Model",
                name,
                (name,),
                ("compared",),
                1.0,
                (Mention(2 + text.index(name), 2 + text.index(name) + len(name)),),
                (RoleEvidence("compared", 2, 2 + len(text), 1.0),),
            )
            for name in ("LLaMA-2", "LLaMA-2-7B")
        ),
        (),
        "test 1",
    )
    paper = Paper(id=paper_id("T"), title="T", abstract=text)
    entities, links = link([extraction])
    graph = graph_records(build_graph(Corpus((paper,), (extraction,), entities, links)))
    (edge,) = [edge for edge in graph.edges if edge.type == "VARIANT_OF"]
    assert (edge.source, edge.target) == ("model:llama-2-7b", "model:llama-2")
    assert edge.get("rule") == "less specific name"
