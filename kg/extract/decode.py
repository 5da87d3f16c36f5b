"""From tag probabilities to the entities of one text.

Input: a text, its words with their tag probabilities, the abbreviations defined in it.
Output: entities with all their forms and mentions, and a calibrated confidence. The
steps: spans on the likeliest legal tag path; spans of one name gathered, whatever
their case, hyphens and plurals; abbreviations joined to their long forms; one decision
on type and confidence per name and text, from all its occurrences; the longest name
wins where two overlap. Ignores on purpose: anything other texts say.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kg.extract.encoder import TAGS, Words
from kg.records import ExtractedEntity, Mention
from kg.schema import ENTITY_TYPES

Span = tuple[int, int]
"""Half-open range of words."""

FEATURES: Final = (
    "best",  # log odds of the type on its clearest occurrence
    "mean",  # log odds of the type over all occurrences
    "edges",  # log of the probability that the name begins and ends where it does, at best
    "count",  # log of the number of occurrences
    "found",  # share of the occurrences that the tag path itself found
    "title",  # it stands in the title
    "short",  # an abbreviation of it is defined
    "words",  # log of the number of words of its longest form
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

_LONGEST: Final = 16  # words of a name; bounds the search for further occurrences
_TINY: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name of one text before the decision: its spans, its type and the features of its confidence."""

    type: str
    spans: tuple[Span, ...]
    long: tuple[Span, ...]  # long forms by the definition of an abbreviation
    features: tuple[float, ...]


def fold(word: str) -> str:
    """Return the key of one word: without case, hyphen and regular plural.

    >>> [fold(word) for word in ("Networks", "queries", "BERT", "-", "loss", "bus", "GANs")]
    ['network', 'query', 'bert', '', 'loss', 'bus', 'gan']
    """
    if word in {"-", "\u2010", "\u2011", "\u2013"}:
        return ""
    word = word.casefold()
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 2 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def tag_path(probs: NDArray[np.float32], bias: float, border: int) -> list[Span]:
    """Return the spans on the likeliest legal tag path (Viterbi).

    Args:
        probs: Tag probabilities, one row a word.
        bias: Taken from the log probability of "O": more spans, for the confidence to judge.
        border: First word of the abstract, where no span goes on.
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
        if word == border:
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


class Text:
    """One text with the keys of its words, asked for spans by name."""

    def __init__(self, text: str, words: Words) -> None:
        self.text = text
        self.starts: list[int] = words.starts.tolist()
        self.ends: list[int] = words.ends.tolist()
        self.folded = [fold(text[a:b]) for a, b in zip(self.starts, self.ends, strict=True)]
        title_end = text.find("\n")
        self.border = sum(start < title_end for start in self.starts)
        self._first = {start: i for i, start in enumerate(self.starts)}
        self._last = {end: i + 1 for i, end in enumerate(self.ends)}

    def key(self, span: Span) -> str:
        """Return the key of a span; equal keys name the same thing."""
        return "".join(self.folded[slice(*span)])

    def form(self, span: Span) -> str:
        """Return the text of a span."""
        return self.text[self.starts[span[0]] : self.ends[span[1] - 1]]

    def span(self, mention: Mention) -> Span | None:
        """Return the words of a mention, or None where it does not begin and end with one."""
        first, last = self._first.get(mention.start), self._last.get(mention.end)
        return None if first is None or last is None or first >= last else (first, last)

    def occurrences(self, keys: frozenset[str] | set[str]) -> list[Span]:
        """Return all spans with one of the keys, which may overlap."""
        found = []
        longest = max(map(len, keys), default=0)
        prefixes = {key[:3] for key in keys}
        for first in range(len(self.folded)):
            # A hyphen at either side belongs to the sentence, not to the name.
            if not self.folded[first] or self._glued(first):
                continue
            end_of_part = self.border if first < self.border else len(self.folded)
            key = ""
            for last in range(first, min(end_of_part, first + _LONGEST)):
                key += self.folded[last]
                if len(key) > longest or (len(key) >= 3 and key[:3] not in prefixes):
                    break
                if self.folded[last] and key in keys and not self._glued(last + 1):
                    found.append((first, last + 1))
        return found

    def _glued(self, word: int) -> bool:
        """Tell whether a word continues the one before it as one run of letters ("x_y", "±3")."""
        if not 0 < word < len(self.starts) or self.starts[word] != self.ends[word - 1]:
            return False
        before, after = self.text[self.starts[word] - 1], self.text[self.starts[word]]
        return (before.isalnum() or before == "_") and (after.isalnum() or after == "_")


def candidates(
    text: str,
    words: Words,
    probs: NDArray[np.float32],
    abbreviations: Iterable[tuple[Mention, Mention]],
    bias: float,
) -> list[Candidate]:
    """Return the names found in a text, judged but not yet chosen.

    Args:
        text: The text.
        words: Its words.
        probs: Tag probabilities of the words.
        abbreviations: Pairs of long and short form.
        bias: See `tag_path`.
    """
    source = Text(text, words)
    found = [trimmed for span in tag_path(probs, bias, source.border) if (trimmed := _trim(source, span))]
    keys = {source.key(span) for span in found} - GENERIC
    found = [span for span in found if source.key(span) in keys]
    clusters = {key: {key} for key in keys}
    long: set[Span] = set()
    defined: dict[str, set[Span]] = defaultdict(set)
    for pair in abbreviations:
        full, short = (source.span(mention) for mention in pair)
        if full and short and GENERIC.isdisjoint((source.key(full), source.key(short))):
            # The tagger may see the long form begin elsewhere; where both end together it is believed.
            full = next((span for span in found if span[1] == full[1]), full)
            if _join(clusters, {source.key(full), source.key(short)}):
                long.add(full)
                for span in (full, short):
                    defined[source.key(span)].add(span)
                _join_longer(source, clusters, found, (full, short))
    distinct = {id(cluster): cluster for cluster in clusters.values()}
    taken = _cover(found, len(source.starts))
    everywhere = defaultdict(list)
    for span in source.occurrences(set(clusters)):
        if not any(taken[slice(*span)]):
            everywhere[source.key(span)].append(span)
    out = []
    for cluster in distinct.values():
        seen = [span for span in found if source.key(span) in cluster]
        spans = set(seen)
        for key in cluster:
            known = {*defined[key], *(span for span in seen if source.key(span) == key)}
            spans |= known | _alike(source, known, everywhere[key])
        out.append(_judge(source, probs, seen, sorted(spans), tuple(sorted(long & spans))))
    return sorted(out, key=lambda candidate: candidate.spans)


def _trim(source: Text, span: Span) -> Span | None:
    """Drop what is no part of a name at its ends: function words, signs other than "+", "#", "%", "*"."""
    first, last = span
    while first < last and not _opens(source.form((first, first + 1))):
        first += 1
    while first < last and not _closes(source.form((last - 1, last))):
        if source.form((last - 1, last)) == ")" and "(" in source.form((first, last)):
            break  # a closing bracket that the name itself opens
        last -= 1
    return (first, last) if first < last else None


def _opens(word: str) -> bool:
    return word[0].isalnum() and word not in _NO_PART


def _closes(word: str) -> bool:
    return (word[-1].isalnum() and word not in _NO_PART) or word in {"+", "#", "%", "*"}


def _join(clusters: dict[str, set[str]], pair: set[str]) -> bool:
    """Put the keys of an abbreviation into one cluster, if the tagger found either; tell whether it did."""
    if pair.isdisjoint(clusters):
        return False
    merged = set().union(pair, *(clusters[key] for key in pair if key in clusters))
    for key in merged:
        clusters[key] = merged
    return True


def _join_longer(
    source: Text, clusters: dict[str, set[str]], found: list[Span], pair: tuple[Span, Span]
) -> None:
    """Join longer names that differ only in the abbreviation: "zero-shot VQA" with its long form."""
    long, short = map(source.key, pair)
    for first, last in found:
        words = source.folded[first:last]
        if short in words and len(words) > 1:
            spelled_out = "".join(long if word == short else word for word in words)
            if spelled_out in clusters:
                _join(clusters, {"".join(words), spelled_out})


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


def _judge(
    source: Text, probs: NDArray[np.float32], seen: list[Span], spans: list[Span], long: tuple[Span, ...]
) -> Candidate:
    masses = np.stack([_mass(probs, span) for span in spans])
    kind = int(masses.mean(axis=0).argmax())
    ours = masses[:, kind]
    edges = max(_edges(probs, span, kind) for span in (seen or spans))
    features = (
        _logit(float(ours.max())),
        _logit(float(ours.mean())),
        float(np.log(max(edges, _TINY))),
        float(np.log(len(spans))),
        len(seen) / len(spans),
        float(spans[0][0] < source.border),
        float(bool(long)),
        float(np.log(max(last - first for first, last in spans))),
    )
    return Candidate(ENTITY_TYPES[kind], tuple(spans), long, features)


def _mass(probs: NDArray[np.float32], span: Span) -> NDArray[np.float64]:
    """Return for each type the mean probability over the words that they belong to it."""
    rows = probs[slice(*span), 1:].astype(np.float64)
    return np.asarray((rows[:, ::2] + rows[:, 1::2]).mean(axis=0))


def _edges(probs: NDArray[np.float32], span: Span, kind: int) -> float:
    begin = float(probs[span[0], 1 + 2 * kind])
    goes_on = float(probs[span[1], 2 + 2 * kind]) if span[1] < len(probs) else 0.0
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
    """Return the candidates above the threshold of their type as entities, by first mention."""
    source = Text(text, words)
    kept = []
    for candidate in found:
        sure = confidence(candidate, settings)
        if sure >= settings["thresholds"][candidate.type]:
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
    """Return the most explicit usual form: the long one, else the commonest, singular, first one."""
    forms = [source.form(span) for span in spans if span in long] or [source.form(span) for span in spans]
    counts = Counter(forms)
    return min(counts, key=lambda form: (-counts[form], form.endswith("s"), forms.index(form)))
