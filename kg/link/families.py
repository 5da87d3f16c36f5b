"""Families of models: the parts of their names, and which model is a variant of which.

A model is a variant of the nearest less specific name that is a model or method of the
graph too ("LLaMA-2-7B" of "LLaMA-2", and this of "LLaMA"), by the grammar in
``kg.link.models``; where there is none, of what its name is derived from ("BioBERT" of
"BERT"). No node is made up for a family that no paper names. A full form tells what a name
is short for, not what it is derived from: LISA, linguistically-informed self-attention, is
no variant of self-attention.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from kg.link.forms import fold
from kg.link.models import bases, model_key, parents, parse_model
from kg.records import Entity

_PARTS: Final = "less specific name"


def with_families(entities: Sequence[Entity]) -> list[Entity]:
    """Return the entities, models with the parts of their names and the model they are variants of."""
    by_key: dict[str, str] = {}
    # An architecture is a method, what is trained of it a model. Methods have no parts to be
    # read, and are many: they are found by the spelling of their names alone.
    for type_, key_of in (("Model", model_key), ("Method", fold)):
        for entity in entities:
            if entity.type == type_:
                for form in (entity.name, *entity.aliases):
                    # A sign in front is lost in the key: not every "former" is an "∞-former".
                    if form[:1].isalnum() and (key := key_of(form)) is not None:
                        by_key.setdefault(key, entity.id)
    above: dict[str, str] = {}
    return [_with_family(entity, by_key, above) if entity.type == "Model" else entity for entity in entities]


def _with_family(entity: Entity, by_key: Mapping[str, str], above: dict[str, str]) -> Entity:
    found = next(_less_specific(entity, by_key, above), None)
    if found is not None:
        above[entity.id] = found[0]
    parsed = parse_model(entity.name)
    if parsed is None:
        return replace(entity, variant_of=found)
    return replace(
        entity,
        family=parsed.family,
        version=parsed.version,
        size=parsed.size,
        variant=parsed.variant,
        variant_of=found,
    )


def _less_specific(
    entity: Entity, by_key: Mapping[str, str], above: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield entities that this one may be a variant of, the nearest first, each with the rule."""
    forms = (entity.name, *entity.aliases)
    parents_of = ((parent, _PARTS) for form in forms for parent in parents(form))
    names = (entity.name, *(form for form in entity.aliases if " " not in form))
    bases_of = ((base, "derived name") for form in names for base in bases(form))
    for name, rule in chain(parents_of, bases_of):
        id_ = by_key.get(model_key(name) or "")
        if id_ is None and rule == _PARTS:
            id_ = by_key.get(fold(name))  # a method: what is only derived from its name is no variant
        if id_ is not None and entity.id not in _up(id_, above):
            yield id_, rule


def _up(id_: str, above: Mapping[str, str]) -> Iterable[str]:
    """Yield an entity and all that it is a variant of."""
    at: str | None = id_
    while at is not None:
        yield at
        at = above.get(at)
