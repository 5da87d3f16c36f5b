r"""Score extractions against the labelled spans of public corpora.

Input: JSON Lines of texts with spans, one record a line: ``text``, ``entities`` (each
``start``, ``end``, ``label`` and, if it likes, its ``text``; offsets are half-open code
points into the record's text), maybe ``title``; other keys are ignored. Output: an
`Evaluation` over records. Predicted are all mentions of all entities whose type the
corpus annotates; the others are left out, since what a corpus does not look for is not
absent from its texts. Where a corpus knows methods but no models, models count as methods.

============  ==============================================================
span          the same start, end and type
span/TYPE     the same for one type
span-untyped  the same start and end
overlap       the same type and a character in common, each span once
============  ==============================================================

A text that does not begin with its title is read as an abstract without one. Nothing
else is done to bring conventions together (articles, head nouns, enumerations): the
figures are those of our way to annotate as the corpus sees it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from kg.errors import RecordError
from kg.evaluate.agreement import one_to_one
from kg.evaluate.figures import Counts, Evaluation, make_figures, rank_errors
from kg.records import Extraction, Paper, paper_id
from kg.schema import ENTITY_TYPES


class Corpus(NamedTuple):
    """A public corpus and our type for each of its labels.

    ``?`` marks a type that fits only in part; None leaves a label out. No two corpora
    share a label, so that one label tells which corpus a file is from.
    """

    name: str
    citation: str
    labels: Mapping[str, str | None]


CORPORA: Final = (
    Corpus(
        "TDMSci",
        "Hou et al. 2021, TDMSci: A specialized corpus for scientific literature entity tagging of tasks "
        "datasets and metrics, EACL",
        {"TASK": "Task", "DATASET": "Dataset", "METRIC": "Metric"},
    ),
    Corpus(
        "SciERC",
        "Luan et al. 2018, Multi-task identification of entities, relations, and coreference for scientific "
        "knowledge graph construction, EMNLP",
        {
            "Method": "Method",
            "Task": "Task",
            "Metric": "Metric",
            "Material": "Dataset?",  # also what is no named resource: "Japanese text", "images"
            "OtherScientificTerm": None,  # no type of ours; some are methods, most are nothing
            "Generic": None,  # "the system", "this approach": no terms by our guidelines
        },
    ),
    Corpus(
        "NER of dataset names",
        "Heddes et al. 2021, The automatic detection of dataset names in scientific articles, Data 6(8)",
        {"Dataset": "Dataset"},
    ),
)
"""The corpora whose labels are known; each is scored by its own table only."""

Place = tuple[int, int, str]
"""Start and end of a span in the record's text, and its type."""


@dataclass(frozen=True, slots=True)
class LabelledSpan:
    """An annotated span; offsets are half-open code points into the record's text."""

    start: int
    end: int
    label: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class SpanRecord:
    """A text and its annotated spans."""

    text: str
    entities: tuple[LabelledSpan, ...]
    title: str | None = None

    @property
    def paper(self) -> Paper:
        """The text as the extractor gets it; all that may precede it is the line feed of no title."""
        title = self.title or ""
        if self.text.startswith(f"{title}\n"):
            return Paper(title, self.text[len(title) + 1 :], paper_id(title))
        return Paper("", self.text, paper_id(""))


def holds_spans(path: Path) -> bool:
    """Tell whether the first entity of a file has offsets and a label, as spans have."""
    with path.open("rb") as file:
        for line in filter(bytes.strip, file):
            try:
                record = msgspec.json.decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                return False
            match record:
                case {"entities": [first, *_]}:
                    return isinstance(first, dict) and {"start", "end", "label"} <= first.keys()
    return False


def read_spans(path: Path) -> Iterator[SpanRecord]:
    """Yield the records of a file, in order.

    Raises:
        RecordError: A line is no text with spans, or a span does not fit the text; names the line.
    """
    decoder = msgspec.json.Decoder(SpanRecord)
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                record = decoder.decode(line)
                _check(record)
            except (msgspec.MsgspecError, ValueError) as error:  # UnicodeDecodeError is a ValueError
                raise RecordError(
                    f"{path}, line {number}",
                    f"not a text with labelled spans ({error})",
                    "give each span start, end (code points into the text, end exclusive) and label",
                ) from error
            yield record


def _check(record: SpanRecord) -> None:
    for span in record.entities:
        if not 0 <= span.start < span.end <= len(record.text):
            raise ValueError(f"span {span.start}-{span.end} is not in the text")
        if span.text is not None and span.text != record.text[span.start : span.end]:
            found = record.text[span.start : span.end]
            raise ValueError(f"span {span.start}-{span.end} holds {found!r}, not {span.text!r}")


def parse_labels(text: str) -> dict[str, str | None]:
    """Return our type of each label, None where it is left out.

    Raises:
        RecordError: The text is not ``LABEL=TYPE,...``, or a type is none of ours.

    >>> parse_labels("TASK=Task,Material=Dataset?,Generic=")
    {'TASK': 'Task', 'Material': 'Dataset?', 'Generic': None}
    """
    labels: dict[str, str | None] = {}
    todo = f"write it like --labels TASK=Task,OTHER= with types of {', '.join(ENTITY_TYPES)}, or none"
    for item in text.split(","):
        label, sign, type_ = map(str.strip, item.rpartition("="))
        if not label or not sign or type_.removesuffix("?") not in {"", *ENTITY_TYPES}:
            raise RecordError("--labels", f"{item!r} is not LABEL=TYPE", todo)
        labels[label] = type_ or None
    if not any(labels.values()):
        raise RecordError("--labels", "no label has a type", todo)
    return labels


def _corpus_of(path: Path, records: Iterable[SpanRecord], labels: str | None) -> Corpus:
    used = {span.label for record in records for span in record.entities}
    corpora = CORPORA if labels is None else (Corpus("as given", "", parse_labels(labels)),)
    for corpus in corpora:
        if used <= corpus.labels.keys():
            return corpus
    template = ",".join(f"{label}=" for label in sorted(used))
    known = "; ".join(f"{corpus.name} has {', '.join(corpus.labels)}" for corpus in corpora)
    raise RecordError(
        str(path),
        f"no known corpus has all its labels ({known})"
        if labels is None
        else "--labels lacks some of its labels",
        f"pass --labels '{template}' with our type behind each = where it has one: {', '.join(ENTITY_TYPES)}",
    )


def evaluate_spans(
    path: Path, extract: Callable[[Iterable[Paper]], Iterable[Extraction]], labels: str | None = None
) -> Evaluation:
    """Extract the texts of a corpus file and score all mentions against its spans.

    Args:
        path: JSON Lines of texts with spans.
        extract: Gives one extraction a paper, in the order of the papers.
        labels: See `parse_labels`; without it the labels tell the corpus.

    Raises:
        RecordError: A record is malformed, or a label is not known; names it.
    """
    records = tuple(read_spans(path))
    corpus = _corpus_of(path, records, labels)
    types = _counted(corpus.labels)
    own = [type_ for type_ in ENTITY_TYPES if types[type_] == type_]
    errors: dict[str, Counter[str]] = defaultdict(Counter)
    counts = []
    extractions = extract(record.paper for record in records)
    for record, extraction in zip(records, extractions, strict=True):
        gold = _gold_places(record, corpus.labels)
        predicted = _predicted_places(record, extraction, types)
        counts.append(_score_record(gold, predicted, own))
        _note_errors(record.text, gold, predicted, errors)
    return Evaluation(_heading(len(records), corpus, types), make_figures(counts), rank_errors(errors))


def _heading(number: int, corpus: Corpus, types: Mapping[str, str | None]) -> str:
    table = ",".join(f"{label}={type_ or ''}" for label, type_ in corpus.labels.items())
    notes = "; Model counts as Method" if types["Model"] == "Method" else ""
    notes += "; ?: fits in part" if "?" in table else ""
    return f"{number} records with spans ({corpus.name}): {table}{notes}"


def _counted(labels: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return for each of our types the one it is counted as, None where the corpus has no such label."""
    annotated = {type_.removesuffix("?") for type_ in labels.values() if type_}
    counted: dict[str, str | None] = dict.fromkeys(ENTITY_TYPES)
    counted.update((type_, type_) for type_ in annotated)
    if "Method" in annotated and "Model" not in annotated:
        counted["Model"] = "Method"
    return counted


def _gold_places(record: SpanRecord, labels: Mapping[str, str | None]) -> set[Place]:
    types = {label: type_.removesuffix("?") for label, type_ in labels.items() if type_}
    return {(span.start, span.end, types[span.label]) for span in record.entities if span.label in types}


def _predicted_places(
    record: SpanRecord, extraction: Extraction, types: Mapping[str, str | None]
) -> set[Place]:
    before = len(record.paper.text) - len(record.text)
    return {
        (mention.start - before, mention.end - before, type_)
        for entity in extraction.entities
        if (type_ := types[entity.type]) is not None
        for mention in entity.mentions
    }


def _score_record(gold: set[Place], predicted: set[Place], types: Iterable[str]) -> Counts:
    counts = {"span": (len(gold & predicted), len(predicted), len(gold))}
    for type_ in types:
        left, right = ({place for place in side if place[2] == type_} for side in (gold, predicted))
        counts[f"span/{type_}"] = (len(left & right), len(right), len(left))
    left_bare, right_bare = ({place[:2] for place in side} for side in (gold, predicted))
    counts["span-untyped"] = (len(left_bare & right_bare), len(right_bare), len(left_bare))
    lefts, rights = sorted(gold), sorted(predicted)
    candidates = [
        (-common, i, j)
        for i, left_place in enumerate(lefts)
        for j, right_place in enumerate(rights)
        if left_place[2] == right_place[2] and (common := _in_common(left_place, right_place)) > 0
    ]
    counts["overlap"] = (len(one_to_one(candidates)), len(predicted), len(gold))
    return counts


def _in_common(left: Place, right: Place) -> int:
    """Return how many characters two spans share; none or less where they lie apart."""
    return min(left[1], right[1]) - max(left[0], right[0])


def _note_errors(text: str, gold: set[Place], predicted: set[Place], errors: dict[str, Counter[str]]) -> None:
    """Count each span that is not right as one of mistyped, boundary, missed and spurious."""
    explained: set[Place] = set()
    for place in sorted(gold - predicted):
        start, end, type_ = place
        form = text[start:end]
        near = sorted(other for other in predicted - gold if _in_common(place, other) > 0)
        for other in near:
            if other[:2] == (start, end):
                errors[f"mistyped {type_}"][f"{form} as {other[2]}"] += 1
                explained.add(other)
                break
        else:
            cut = [other for other in near if other[2] == type_]
            if cut:
                found = " + ".join(text[other[0] : other[1]] for other in cut)
                errors[f"boundary {type_}"][f"{form} as {found}"] += 1
                explained.update(cut)
            else:
                errors[f"missed {type_}"][form] += 1
    for start, end, type_ in sorted(predicted - gold - explained):
        errors[f"spurious {type_}"][text[start:end]] += 1
