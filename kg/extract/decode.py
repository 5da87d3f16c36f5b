"""From tag probabilities to the entities of one text.

Input: a text, its words with their tag probabilities, the abbreviations defined in it.
Output: entities with all their forms and mentions, and a calibrated confidence. The
steps: spans on the likeliest legal tag path; spans of one name gathered, whatever
their case, hyphens and plurals; abbreviations joined to their long forms; names of one
entity joined (``kg.extract.coreference``); one decision on type and confidence per
entity and text, from all its occurrences and from how often the name was annotated in
the texts of the training (``kg.extract.priors``); the longest name wins where two
overlap. Ignores on purpose: the other texts that are read with this one.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kg.extract import priors
from kg.extract.alignment import acronym, read_parts
from kg.extract.coreference import Name, same_entity
from kg.extract.encoder import Tagged, Words
from kg.extract.outputs import TAGS
from kg.extract.priors import PriorTable
from kg.extract.spans import Span, Text
from kg.records import ExtractedEntity, Mention
from kg.schema import ENTITY_TYPES

FEATURES: Final = (
    "best",  # log odds of the type on its clearest occurrence
    "mean",  # log odds of the type over all occurrences
    "edges",  # log of the probability that the name begins and ends where it does, at best
    "type",  # log odds of the type among all types, where it begins, at best
    "last",  # log odds that its last word belongs to a name of any type, at best
    "count",  # log of the number of occurrences
    "found",  # share of the occurrences that the tag path itself found
    "title",  # it stands in the title
    "short",  # an abbreviation of it is defined
    "words",  # log of the number of words of its longest form
    "within",  # a key of it is part of a key of another name, letter by letter
    "around",  # a key of it holds a key of another name
    *priors.FEATURES,
)
"""What the confidence of an entity is computed from, in the order of the settings' ``weights``."""

GENERIC: Final = frozenset(
    "model|language model|large language model|large model|llm|pre trained language model|"
    "pretrained language model|plm|vision language model|vlm|multimodal llm|mllm|"
    "multimodal large language model|foundation model|neural network|deep neural network|deep learning|"
    "machine learning|artificial intelligence|ai|natural language processing|nlp|task|downstream task|"
    "nlp task|dataset|benchmark|corpus|corpora|baseline|state of the art|sota|performance|quality|"
    "training|inference|fine tuning|finetuning|pre training|pretraining".replace(" ", "").split("|")
)
"""Keys of names too generic to be a node, after rule 3 of the annotation guidelines."""

_NO_PART: Final = frozenset(
    "a an and as at by for from in into of on or our that the their this to via with novel proposed".split()  # noqa: SIM905 - a list takes 22 lines
)
"""Lower-case words with which no name begins or ends, after rule 4 of the annotation guidelines."""

_LONGEST_FORMULA: Final = 5  # words and signs

_TINY: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity of one text before the decision: its spans, its type and the features of its confidence."""

    type: str
    spans: tuple[Span, ...]
    long: tuple[Span, ...]  # long forms by the definition of an abbreviation
    features: tuple[float, ...]


def tag_path(probs: NDArray[np.float32], bias: float, lines: Collection[int]) -> list[Span]:
    """Return the spans on the likeliest legal tag path (Viterbi).

    Args:
        probs: Tag probabilities, one row a word.
        bias: Taken from the log probability of "O": more spans, for the confidence to judge.
        lines: Words that begin a line, where no span goes on.
    """
    if not len(probs):
        return []
    scores = np.log(probs.astype(np.float64) + 1e-9)
    scores[:, 0] -= bias
    kinds = len(ENTITY_TYPES)
    begins, insides = np.arange(1, 2 * kinds, 2), np.arange(2, 2 * kinds + 1, 2)
    total = scores[0].copy()
    total[insides] = -np.inf
    back = np.zeros((len(probs), len(TAGS)), np.int64)
    for word in range(1, len(probs)):
        best = int(total.argmax())
        back[word] = best
        step = total[best] + scores[word]
        if word in lines:
            step[insides] = -np.inf
        else:
            from_inside = total[insides] >= total[begins]
            back[word, insides] = np.where(from_inside, insides, begins)
            step[insides] = np.maximum(total[insides], total[begins]) + scores[word, insides]
        total = step
    tags = [int(total.argmax())]
    for word in range(len(probs) - 1, 0, -1):
        tags.append(int(back[word, tags[-1]]))
    tags.reverse()
    spans: list[Span] = []
    for word, tag in enumerate(tags):
        if tag and tag % 2:
            spans.append((word, word + 1))
        elif tag:
            spans[-1] = (spans[-1][0], word + 1)
    return spans


def candidates(
    text: str,
    tagged: Tagged,
    abbreviations: Iterable[tuple[Mention, Mention]],
    bias: float,
    known: PriorTable,
) -> list[Candidate]:
    """Return the entities found in a text, judged but not yet chosen.

    Args:
        text: The text.
        tagged: Its words with their tag probabilities.
        abbreviations: Pairs of long and short form.
        bias: See `tag_path`.
        known: Counts of names in other texts.
    """
    source = Text(text, tagged.words)
    path = tag_path(tagged.tags, bias, source.lines)
    trimmed = [span for span in (trim(source, span) for span in path) if span]
    found, pairs = believe(source, trimmed, abbreviations)
    types = _Types(tagged.tags)
    names = [Name(ENTITY_TYPES[types.likeliest(spans)], spans) for spans in gather(source, found, pairs)]
    groups = [
        tuple(sorted({span for at in group for span in names[at].spans}))
        for group in same_entity(source, names, pairs)
    ]
    keys = [frozenset(map(source.key, spans)) for spans in groups]
    long = {full for full, _ in pairs}
    out = []
    for at, spans in enumerate(groups):
        seen = [span for span in spans if span in found]
        prior = known.of(keys[at])
        kind = types.likeliest(spans, prior.log_types())
        others = [key for other, of_other in enumerate(keys) if other != at for key in of_other - keys[at]]
        defined = tuple(span for span in spans if span in long)
        features = (
            *types.features(spans, seen or spans, kind),
            float(np.log(len(spans))),
            len(seen) / len(spans),
            float(spans[0][0] < source.border),
            float(bool(defined)),
            float(np.log(max(last - first for first, last in spans))),
            float(any(key in other for key in keys[at] for other in others)),
            float(any(other in key for key in keys[at] for other in others)),
            *prior.features(ENTITY_TYPES[kind]),
        )
        out.append(Candidate(ENTITY_TYPES[kind], spans, defined, features))
    return sorted(out, key=lambda candidate: candidate.spans)


def believe(
    source: Text, tagged: Sequence[Span], abbreviations: Iterable[tuple[Mention, Mention]]
) -> tuple[frozenset[Span], list[tuple[Span, Span]]]:
    """Let tagger and definitions of abbreviations agree on where long forms begin.

    The definition is believed where the tagger sees less, or where the letters of the
    abbreviation are the first ones of all words ("multi-hop knowledge graph (KG)");
    else the tagger, which knows "video-based person re-identification (Re-ID)". Where
    one of the two was annotated, on 486 papers, this takes the right one 41 times of 48.

    Args:
        source: The text.
        tagged: Spans that the tagger found.
        abbreviations: Pairs of long and short form.

    Returns:
        The tagged spans, corrected, and the definitions whose long or short form is among them.
    """
    found = {span for span in tagged if source.key(span) not in GENERIC}
    keys = {source.key(span) for span in found}
    pairs = []
    for mentions in abbreviations:
        full, short = (source.span(mention) for mention in mentions)
        if not full or not short or not GENERIC.isdisjoint((source.key(full), source.key(short))):
            continue
        rivals = [span for span in found if full[0] < span[1] <= full[1]]
        longer = next((span for span in rivals if span[1] == full[1] and span[0] < full[0]), None)
        if longer:
            form = source.form(full)
            if acronym(source.form(short), form, read_parts(form)) != "initials":
                full = longer
        if {source.key(full), source.key(short)} & keys:
            if rivals:
                found = found.difference(rivals) | {full}
            pairs.append((full, short))
    return frozenset(found), pairs


def gather(
    source: Text, found: frozenset[Span], pairs: Sequence[tuple[Span, Span]]
) -> list[tuple[Span, ...]]:
    """Return the spans of each name: its spellings, its abbreviation and their further occurrences."""
    clusters = {key: {key} for key in map(source.key, found)}
    known: dict[str, set[Span]] = defaultdict(set)
    for span in found:
        known[source.key(span)].add(span)
    for pair in pairs:
        keys = {source.key(span) for span in pair}
        merged = keys.union(*(clusters[key] for key in keys if key in clusters))
        clusters |= dict.fromkeys(merged, merged)
        for span in pair:
            known[source.key(span)].add(span)
    taken = _cover(found, len(source.starts))
    everywhere = defaultdict(list)
    for span in source.occurrences(set(clusters)):
        if not any(taken[slice(*span)]):
            everywhere[source.key(span)].append(span)
    distinct = {id(cluster): cluster for cluster in clusters.values()}
    return sorted(
        tuple(
            sorted(
                {span for key in cluster for span in known[key] | _alike(source, known[key], everywhere[key])}
            )
        )
        for cluster in distinct.values()
    )


def trim(source: Text, span: Span) -> Span | None:
    """Drop what is no part of a name at its ends: function words, signs other than "+", "#", "%", "*"."""
    first, last = span
    while first < last and not _opens(source.form((first, first + 1))) and not _compound(source, first):
        first += 1
    while first < last and not _closes(source.form((last - 1, last))) and not _compound(source, last - 1):
        if source.form((last - 1, last)) == ")" and "(" in source.form((first, last)):
            break  # a closing bracket that the name itself opens
        last -= 1
    return (_math(source, first, last), last) if first < last else None


def _math(source: Text, first: int, last: int) -> int:
    r"""Return the first word of a name with the formula that it begins with: "$\alpha$-Quillon", "$k$NN"."""
    begin = first
    while first - begin < _LONGEST_FORMULA and begin and source.starts[begin] == source.ends[begin - 1]:
        begin -= 1
        formula = source.form((begin, last))
        if formula[0] == "$" and formula.count("$") == 2:
            return begin
    return first


def _compound(source: Text, word: int) -> bool:
    """Tell a function word that a hyphen makes part of a longer one: "in-context", "plug-in"."""
    if source.form((word, word + 1)) not in _NO_PART:
        return False
    before, after = (max(0, word - 1), word), (word, min(word + 1, len(source.starts) - 1))
    return any(
        source.ends[left] == source.starts[right] and not source.folded[left + right - word]
        for left, right in (before, after)
        if left != right
    )


def _opens(word: str) -> bool:
    return word[0].isalnum() and word not in _NO_PART


def _closes(word: str) -> bool:
    return (word[-1].isalnum() and word not in _NO_PART) or word in {"+", "#", "%", "*"}


def _cover(spans: Iterable[Span], size: int) -> list[bool]:
    taken = [False] * size
    for first, last in spans:
        taken[first:last] = [True] * (last - first)
    return taken


def _alike(source: Text, known: set[Span], more: Iterable[Span]) -> set[Span]:
    """Return those of the further occurrences of a key that name the same thing.

    The capitals of an acronym carry its meaning: "SAM" is not "Sam", "RAG" no "rag".
    """
    forms = {source.form(span) for span in known}
    if all(" " not in form and sum(map(str.isupper, form)) > 1 for form in forms):
        letters = {_letters(form) for form in forms}
        return {span for span in more if _letters(source.form(span)) in letters}
    return set(more)


def _letters(form: str) -> str:
    return "".join(filter(str.isalnum, form.removesuffix("s")))


class _Types:
    """The tag probabilities of a text, asked for the types of spans."""

    def __init__(self, probs: NDArray[np.float32]) -> None:
        self._probs = probs
        of_words = probs[:, 1::2].astype(np.float64) + probs[:, 2::2]
        self._sums = np.vstack([np.zeros(len(ENTITY_TYPES)), of_words.cumsum(axis=0)])

    def masses(self, spans: Sequence[Span]) -> NDArray[np.float64]:
        """Return for each span and type the mean probability over the words that they belong to it."""
        first, last = np.array(spans).T
        return np.asarray((self._sums[last] - self._sums[first]) / (last - first)[:, None])

    def likeliest(self, spans: Sequence[Span], prior: NDArray[np.float64] | float = 0.0) -> int:
        """Return the type that the spans and the logarithm of a prior favour together."""
        return int((np.log(self.masses(spans).mean(axis=0) + _TINY) + prior).argmax())

    def features(self, spans: Sequence[Span], seen: Sequence[Span], kind: int) -> tuple[float, ...]:
        """Return how surely the spans are names of this type: best, mean, edges, type and last of `FEATURES`.

        Args:
            spans: All occurrences of a name.
            seen: Those whose edges count.
            kind: The type.
        """
        ours = self.masses(spans)[:, kind]
        begins = self._probs[[first for first, _ in spans], 1::2].astype(np.float64)
        outside = self._probs[[last - 1 for _, last in spans], 0]
        return (
            _logit(float(ours.max())),
            _logit(float(ours.mean())),
            float(np.log(max(_TINY, *(self._edges(span, kind) for span in seen)))),
            _logit(float((begins[:, kind] / (begins.sum(axis=1) + _TINY)).max())),
            _logit(1 - float(outside.min())),
        )

    def _edges(self, span: Span, kind: int) -> float:
        """Return the probability that a name of this type begins and ends with the span."""
        begin = float(self._probs[span[0], 1 + 2 * kind])
        goes_on = float(self._probs[span[1], 2 + 2 * kind]) if span[1] < len(self._probs) else 0.0
        return begin * (1 - goes_on)


def _logit(value: float) -> float:
    value = min(max(value, _TINY), 1 - _TINY)
    return float(np.log(value / (1 - value)))


def confidence(candidate: Candidate, settings: dict[str, Any]) -> float:
    """Return the calibrated probability that the candidate is an entity of its type, in [0, 1]."""
    weights: list[float] = settings["weights"]
    score = settings["biases"][candidate.type] + float(np.dot(weights, candidate.features))
    return float(1 / (1 + np.exp(-score)))


def choose(
    text: str, words: Words, found: Iterable[Candidate], settings: dict[str, Any]
) -> tuple[ExtractedEntity, ...]:
    """Return the candidates above the threshold as entities, by first mention."""
    source = Text(text, words)
    kept = []
    for candidate in found:
        sure = confidence(candidate, settings)
        if sure >= settings["threshold"]:
            kept.append((candidate, sure))
    owned = sorted(
        ((span, number) for number, (candidate, _) in enumerate(kept) for span in candidate.spans),
        key=lambda item: (item[0][0] - item[0][1], item[0], item[1]),
    )
    taken = [False] * len(source.starts)
    spans_of: dict[int, list[Span]] = defaultdict(list)
    for span, number in owned:  # longest first: a name inside a longer one is no mention
        if not any(taken[slice(*span)]):
            taken[slice(*span)] = [True] * (span[1] - span[0])
            spans_of[number].append(span)
    entities = []
    for number, spans in spans_of.items():
        candidate, sure = kept[number]
        spans.sort()
        name = _name(source, spans, candidate.long)
        others = dict.fromkeys(source.form(span) for span in spans)
        mentions = tuple(Mention(source.starts[first], source.ends[last - 1]) for first, last in spans)
        forms = (name, *(form for form in others if form != name))
        entities.append(ExtractedEntity(candidate.type, name, forms, (), round(sure, 4), mentions))
    return tuple(sorted(entities, key=lambda entity: (entity.mentions[0].start, entity.type)))


def _name(source: Text, spans: list[Span], long: tuple[Span, ...]) -> str:
    """Return the most explicit usual form.

    It is the long form of an abbreviation, else the first name of several words, else
    the first name; in its commonest, singular, first spelling.
    """
    explicit = [span for span in spans if span in long] or spans
    keys = [source.key(span) for span in explicit]
    counts = Counter(source.form(span) for span in explicit)

    def rank(span: Span) -> tuple[bool, int, int, bool]:
        form = source.form(span)
        return " " not in form, keys.index(source.key(span)), -counts[form], form.endswith("s")

    return source.form(min(explicit, key=rank))
