"""Component `kg_roles`: what a paper does with each of its entities.

Input: ``doc._.kg_sentences``, ``doc._.kg_tagged`` and ``doc._.kg_entities`` without
roles. Output: the same entities with roles and, for each role, the sentence that shows
it. Two opinions are mixed: the network's scores of the words that begin a mention, and
a linear model over cues (``kg.extract.linear``): words around the mentions, where the
mentions stand, the shape of the name. Entities of a text that no network has read are
judged by the cues alone. Assumes English; ignores what other texts say.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.context import around, cut_words, read_words
from kg.extract.doc import Sentence
from kg.extract.encoder import Tagged, load_encoder
from kg.extract.linear import Linear, load_linear, sigmoid
from kg.records import ExtractedEntity, RoleEvidence
from kg.schema import ROLES

# Of the cues alone; tuned on five folds of the training data: between 0.35 and 0.5 F1 moves by 0.002.
THRESHOLD: Final = 0.4

_OF_TYPE: Final = {"Task": ("addressed", "mentioned"), "Metric": ("measured", "mentioned")}
_OF_OTHERS: Final = ("introduced", "used", "evaluated", "compared", "mentioned")

# These cues count for each type of entity apart as well: "using <Method>" is not "using <Dataset>".
_TYPED: Final = re.compile(
    r"T?[LR]1=|title=|quarter=|mentions=|from=|to=|place=|same=|"
    r"most|in title|not in|capitals|digit|lower"
)


@dataclass(frozen=True, slots=True)
class MentionCues:
    """The cues of one mention."""

    start: int
    sentence: Sentence
    cues: frozenset[str]


@dataclass(frozen=True, slots=True)
class Cues:
    """The cues of one entity: of the whole paper, and of each mention."""

    type: str
    paper: frozenset[str]
    mentions: tuple[MentionCues, ...]

    def all(self) -> frozenset[str]:
        """Return all cues together, as the model was trained."""
        return self.paper.union(*(mention.cues for mention in self.mentions))


def read_cues(
    text: str, sentences: Sequence[Sentence], entities: Sequence[ExtractedEntity]
) -> tuple[Cues, ...]:
    """Return the cues of every entity, in the order of the entities."""
    words = read_words(text, entities)
    of_mentions: list[list[MentionCues]] = [[] for _ in entities]
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
            typed = _typed(cues, entities[entity].type)
            of_mentions[entity].append(MentionCues(words[at].start, sentence, typed))
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


@dataclass(frozen=True, slots=True)
class Opinion:
    """How likely an entity has each role, and which mention shows each role best.

    Attributes:
        likely: Probability of each role that the type allows, in [0, 1].
        shown: For each of ``kg.schema.ROLES``, one score a mention.
    """

    likely: dict[str, float]
    shown: NDArray[np.float64]


def judge_by_cues(entity: ExtractedEntity, cues: Cues, model: Linear) -> Opinion:
    """Return what the cues say."""
    scores = model.scores(cues.all())
    shown = np.array([model.scores(mention.cues) for mention in cues.mentions]).reshape(-1, len(ROLES))
    return Opinion({role: sigmoid(scores[ROLES.index(role)]) for role in allowed(entity.type)}, shown.T)


def judge(
    entity: ExtractedEntity, cues: Cues, model: Linear, tagged: Tagged, mix: dict[str, dict[str, float]]
) -> Opinion:
    """Return what network and cues say together.

    Args:
        entity: The entity.
        cues: Its cues.
        model: The linear model of the cues.
        tagged: What the network says of the words.
        mix: For each role the weights of ``cues`` and ``network``, and a bias a type.
    """
    by_cues = model.scores(cues.all())
    by_mention = mention_scores([mention.start for mention in cues.mentions], tagged)
    by_network = pool(by_mention)
    likely = {}
    for role in allowed(entity.type):
        weights, at = mix[role], ROLES.index(role)
        score = weights["cues"] * by_cues[at] + weights["network"] * by_network[at] + weights[entity.type]
        likely[role] = sigmoid(float(score))
    return Opinion(likely, by_mention.T)


def allowed(type_: str) -> tuple[str, ...]:
    """Return the roles that an entity of a type may have."""
    return _OF_TYPE.get(type_, _OF_OTHERS)


def mention_scores(starts: Sequence[int], tagged: Tagged) -> NDArray[np.float64]:
    """Return the network's log odds of the roles, one row for each mention that starts there."""
    words = np.searchsorted(tagged.words.starts, starts, side="right") - 1
    return tagged.roles[words].astype(np.float64)


def pool(by_mention: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log odds of the roles over all mentions: a role that one of them shows holds.

    The sum of the odds, as the network was trained.
    """
    return np.asarray(np.logaddexp.reduce(by_mention, axis=0, initial=-np.inf))


def assign_roles(
    entity: ExtractedEntity,
    opinion: Opinion,
    cues: Cues,
    title: Sentence,
    threshold: float,
) -> ExtractedEntity:
    """Return the entity with its roles, each with the sentence that shows it best.

    Args:
        entity: The entity.
        opinion: How likely the roles are.
        cues: Its mentions with their sentences.
        title: The first sentence of the text; evidence only where nothing else names the entity.
        threshold: Least probability of a role; the likeliest holds even below it.
    """
    chosen = {role for role, probability in opinion.likely.items() if probability >= threshold}
    if len(chosen) > 1:
        chosen.discard("mentioned")  # background only means no other role
    if not chosen:
        chosen.add(max(opinion.likely, key=lambda role: opinion.likely[role]))
    # A sentence says more than a title.
    body = [place for place, mention in enumerate(cues.mentions) if mention.sentence != title]
    evidence = []
    for at, role in enumerate(ROLES):
        if role in chosen:
            best = max(body, key=lambda place: opinion.shown[at][place], default=None)
            sentence = title if best is None else cues.mentions[best].sentence
            evidence.append(RoleEvidence(role, sentence.start, sentence.end, round(opinion.likely[role], 4)))
    return replace(entity, roles=tuple(item.role for item in evidence), role_evidence=tuple(evidence))


def read_roles(
    text: str,
    sentences: Sequence[Sentence],
    entities: Sequence[ExtractedEntity],
    model: Linear,
    *,
    tagged: Tagged | None,
    settings: dict[str, Any],
) -> tuple[ExtractedEntity, ...]:
    """Return the entities with their roles.

    Args:
        text: The text.
        sentences: Its sentences, the title first.
        entities: Its entities.
        model: The linear model of the cues.
        tagged: What the network says of the words; None lets the cues decide alone.
        settings: How the two are mixed (``mix``, ``threshold``); not needed without the network.
    """
    with_roles = []
    for entity, cues in zip(entities, read_cues(text, sentences, entities), strict=True):
        if tagged is None:
            opinion, threshold = judge_by_cues(entity, cues, model), THRESHOLD
        else:
            opinion, threshold = judge(entity, cues, model, tagged, settings["mix"]), settings["threshold"]
        with_roles.append(assign_roles(entity, opinion, cues, sentences[0], threshold))
    return tuple(with_roles)


@Language.component(
    "kg_roles",
    requires=["doc._.kg_sentences", "doc._.kg_tagged", "doc._.kg_entities"],
    assigns=["doc._.kg_entities"],
)
def kg_roles(doc: Doc) -> Doc:
    """Set the roles of ``doc._.kg_entities``."""
    if doc._.kg_entities:
        sentences = doc._.kg_sentences or (Sentence(0, len(doc.text)),)
        tagged = doc._.kg_tagged
        settings = {} if tagged is None else load_encoder().settings["roles"]
        doc._.kg_entities = read_roles(
            doc.text, sentences, doc._.kg_entities, load_linear("roles"), tagged=tagged, settings=settings
        )
    return doc
