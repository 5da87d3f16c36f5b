"""Component `kg_roles`: what a paper does with each of its entities.

Input: ``doc._.kg_sentences`` and ``doc._.kg_entities`` without roles. Output: the
same entities with roles and, for each role, the sentence that shows it. Decides by
a linear model over cues (``kg.extract.linear``): words around the mentions, where
the mentions stand, the shape of the name. Assumes English; ignores on purpose: what
the name itself means, so that a new name is read like an old one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.context import around, cut_words, read_words
from kg.extract.doc import Sentence
from kg.extract.linear import Linear, load_linear, sigmoid
from kg.records import ExtractedEntity, RoleEvidence
from kg.schema import ROLES

# Tuned on five folds of the training data, in steps of 0.05: between 0.35 and 0.5 F1 moves by 0.002.
THRESHOLD: Final = 0.4

_OF_TYPE: Final = {"Task": ("addressed", "mentioned"), "Metric": ("measured", "mentioned")}
_OF_OTHERS: Final = ("introduced", "used", "evaluated", "compared", "mentioned")

# These cues count for each type of entity apart as well: "using <Method>" is not "using <Dataset>".
_TYPED: Final = re.compile(
    r"T?[LR]1=|title=|quarter=|mentions=|from=|to=|place=|same=|"
    r"most|in title|not in|capitals|digit|lower"
)


@dataclass(frozen=True, slots=True)
class Cues:
    """The cues of one entity: of the whole paper, and of each mention with its sentence."""

    type: str
    paper: frozenset[str]
    mentions: tuple[tuple[Sentence, frozenset[str]], ...]

    def all(self) -> frozenset[str]:
        """Return all cues together, as the model was trained."""
        return self.paper.union(*(cues for _, cues in self.mentions))


def read_cues(
    text: str, sentences: Sequence[Sentence], entities: Sequence[ExtractedEntity]
) -> tuple[Cues, ...]:
    """Return the cues of every entity, in the order of the entities."""
    words = read_words(text, entities)
    of_mentions: list[list[tuple[Sentence, frozenset[str]]]] = [[] for _ in entities]
    places: list[list[int]] = [[] for _ in entities]
    for place, sentence in enumerate(sentences):
        first, stop = cut_words(words, sentence)
        texts = [word.text for word in words[first:stop]]
        whole = frozenset(f"s={word}" for word in texts)
        for at in range(first, stop):
            entity = words[at].entity
            if entity is None:
                continue
            cues = around(texts, at - first, 8)
            cues = _in_title(texts, at - first, cues | whole) if place == 0 else cues | whole
            cues |= _place(place, len(sentences))
            of_mentions[entity].append((sentence, _typed(cues, entities[entity].type)))
            places[entity].append(place)
    most = _most_mentions(entities, places)
    return tuple(
        Cues(
            entity.type,
            _typed(_paper_cues(entity, entities, places[index], len(sentences), most), entity.type),
            tuple(of_mentions[index]),
        )
        for index, entity in enumerate(entities)
    )


def _typed(cues: set[str], type_: str) -> frozenset[str]:
    return frozenset(cues | {f"{type_}:{cue}" for cue in cues if _TYPED.match(cue)})


def _in_title(texts: Sequence[str], at: int, cues: set[str]) -> set[str]:
    colon = texts.index(":") if ":" in texts else -1
    part = "none" if colon < 0 else "before" if at < colon else "after"
    return (
        {f"T{cue}" for cue in cues}
        | {f"title={part}"}
        | ({"title=name"} if at == 0 and colon == 1 else set())
    )


def _place(place: int, sentences: int) -> set[str]:
    if place == 0:
        return {"place=title"}
    cues = {"place=abstract", f"quarter={(place - 1) * 4 // max(1, sentences - 1)}"}
    return (
        cues
        | ({"place=first"} if place == 1 else set())
        | ({"place=last"} if place == sentences - 1 else set())
    )


def _most_mentions(entities: Sequence[ExtractedEntity], places: Sequence[Sequence[int]]) -> int:
    """Return how often the most frequent system or dataset is named."""
    counts = (
        len(of_entity)
        for entity, of_entity in zip(entities, places, strict=True)
        if entity.type in {"Method", "Model", "Dataset"}
    )
    return max(counts, default=0)


def _paper_cues(
    entity: ExtractedEntity,
    entities: Sequence[ExtractedEntity],
    places: Sequence[int],
    sentences: int,
    most: int,
) -> set[str]:
    same = sum(other.type == entity.type for other in entities)
    cues = {"bias", entity.type, f"mentions={min(len(places), 5)}", f"forms={min(len(entity.forms), 3)}"}
    cues |= {f"same={min(same, 6)}", "in title" if 0 in places else "not in title"}
    if len(places) == most > 1:
        cues.add("most frequent")
    body = [place for place in places if place > 0]
    if body:
        cues |= {
            f"{which}={min(4, (place - 1) * 5 // max(1, sentences - 1))}"
            for which, place in (("from", min(body)), ("to", max(body)))
        }
    shapes = {
        "capitals": r"[a-z][A-Z]|[A-Z]{2}",
        "digit": r"\d",
        "lower": r"[^A-Z]+\Z",
        "words": r"[A-Z].* [A-Z]",
    }
    cues |= {shape for shape, pattern in shapes.items() if re.match(f"(?s:.*?)(?:{pattern})", entity.name)}
    return cues


def assign_roles(entity: ExtractedEntity, cues: Cues, fallback: Sentence, model: Linear) -> ExtractedEntity:
    """Return the entity with its roles, each with the sentence that shows it best.

    ``fallback`` is the sentence of an entity without mentions.
    """
    allowed = _OF_TYPE.get(entity.type, _OF_OTHERS)
    scores = dict(zip(model.labels, model.scores(cues.all()), strict=True))
    likely = {role: sigmoid(scores[role]) for role in allowed}
    chosen = {role for role, probability in likely.items() if probability >= THRESHOLD}
    if len(chosen) > 1:
        chosen.discard("mentioned")  # background only means no other role
    if not chosen:
        chosen.add(max(allowed, key=lambda role: likely[role]))
    # A sentence says more than a title; the title is evidence where nothing else names the entity.
    body = [pair for pair in cues.mentions if "place=abstract" in pair[1]] or cues.mentions
    by_sentence = [(sentence, model.scores(mention)) for sentence, mention in body]
    evidence = []
    for role in ROLES:
        if role in chosen:
            index = model.labels.index(role)
            best = max(
                by_sentence, key=lambda pair: (pair[1][index], -pair[0].start), default=(fallback, [])
            )[0]
            evidence.append(RoleEvidence(role, best.start, best.end, round(likely[role], 4)))
    return replace(entity, roles=tuple(item.role for item in evidence), role_evidence=tuple(evidence))


@Language.component(
    "kg_roles", requires=["doc._.kg_sentences", "doc._.kg_entities"], assigns=["doc._.kg_entities"]
)
def kg_roles(doc: Doc) -> Doc:
    """Set the roles of ``doc._.kg_entities``."""
    entities = doc._.kg_entities
    if entities:
        sentences = doc._.kg_sentences or (Sentence(0, len(doc.text)),)
        cues = read_cues(doc.text, sentences, entities)
        model = load_linear("roles")
        doc._.kg_entities = tuple(
            assign_roles(entity, of_entity, sentences[0], model)
            for entity, of_entity in zip(entities, cues, strict=True)
        )
    return doc
