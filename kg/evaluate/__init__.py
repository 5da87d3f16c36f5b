"""Score extractions against annotated texts.

Input: a JSON Lines file of annotated records and a function from papers to
extractions. Output: an `Evaluation`, printed by `format_evaluation`. A file holds
either of two kinds of record, told apart by its first entity: annotated abstracts
as the guidelines describe them, scored here, or texts with labelled spans as public
corpora have them, scored by ``kg.evaluate.spans``.

Abstracts are joined by their normalised title. The figures are micro-averaged over
papers:

================  =================================================================
entity            same type, and one form in common after normalisation
entity/TYPE       the same for one type
entity-untyped    the type ignored
edge              an entity match and, on it, each (entity, role) pair
value             a numeric claim: the same number and unit class
claim             value, and the same metric and direction
tuple             claim, and the same subject, dataset and baseline
comparison        a qualitative claim: overlapping evidence, same direction
comparison-tuple  ... and the same subject, dataset and baseline
================  =================================================================

Every step, its order included, follows the scoring tool that comes with the
annotated data, so that both print the same digits; a test compares them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from kg.errors import RecordError
from kg.evaluate.agreement import (
    Aliases,
    claim_level,
    comparison_level,
    forms,
    match_entities,
    match_results,
    normalise_title,
)
from kg.evaluate.figures import Counts, Evaluation, format_evaluation, make_figures, rank_errors
from kg.evaluate.gold import read_gold
from kg.evaluate.spans import evaluate_spans, holds_spans
from kg.records import ExtractedEntity, ExtractedResult, Extraction, Paper
from kg.schema import ENTITY_TYPES

__all__ = ["Evaluation", "evaluate", "format_evaluation", "score"]


def evaluate(
    gold: Path, extract: Callable[[Iterable[Paper]], Iterable[Extraction]], labels: str | None = None
) -> Evaluation:
    """Extract the texts of an annotated file and score the extractions.

    Args:
        gold: JSON Lines of annotated abstracts, or of texts with labelled spans.
        extract: What is scored; gives one extraction a paper, in the order of the papers.
        labels: What the labels of spans are (see `kg.evaluate.spans.parse_labels`), where
            they are not those of a known corpus.

    Raises:
        RecordError: The file holds no annotated records, a malformed one (names the line),
            or unknown labels.
    """
    if holds_spans(gold):
        return evaluate_spans(gold, extract, labels)
    if labels is not None:
        raise RecordError(str(gold), "its entities are no labelled spans", "leave out --labels")
    annotated = tuple(read_gold(gold))
    if not annotated:
        raise RecordError(str(gold), "no annotated records in it", "name a JSON Lines file of them")
    return score((record for _, record in annotated), extract(paper for paper, _ in annotated))


def score(gold: Iterable[Extraction], predicted: Iterable[Extraction]) -> Evaluation:
    """Score predicted extractions against gold ones.

    A gold paper that was not extracted counts as one with nothing in it; an
    extracted paper that is not in gold is left out.
    """
    gold_of = {normalise_title(extraction.title): extraction for extraction in gold}
    predicted_of = {normalise_title(extraction.title): extraction for extraction in predicted}
    errors: dict[str, Counter[str]] = defaultdict(Counter)
    empty = Extraction("", "", (), ())
    counts = [
        _score_paper(extraction, predicted_of.get(title, empty), errors)
        for title, extraction in sorted(gold_of.items(), key=lambda item: item[0])
    ]
    found = sum(title in predicted_of for title in gold_of)
    heading = f"{len(gold_of)} gold papers, {found} of them found in the predictions"
    return Evaluation(heading, make_figures(counts), rank_errors(errors))


def _score_paper(gold: Extraction, predicted: Extraction, errors: dict[str, Counter[str]]) -> Counts:
    counts = _score_entities(gold.entities, predicted.entities, errors)
    aliases: dict[str, set[str]] = defaultdict(set)
    for entity in gold.entities + predicted.entities:
        names = forms(entity)
        for name in names:
            aliases[name] |= names
    return counts | _score_results(gold.results, predicted.results, aliases, errors)


def _score_entities(
    gold: Sequence[ExtractedEntity],
    predicted: Sequence[ExtractedEntity],
    errors: dict[str, Counter[str]],
) -> Counts:
    pairs = match_entities(gold, predicted, typed=True)
    counts = {"entity": (len(pairs), len(predicted), len(gold))}
    for type_ in ENTITY_TYPES:
        counts[f"entity/{type_}"] = (
            sum(gold[i].type == type_ for i, _ in pairs),
            sum(entity.type == type_ for entity in predicted),
            sum(entity.type == type_ for entity in gold),
        )
    untyped = match_entities(gold, predicted, typed=False)
    counts["entity-untyped"] = (len(untyped), len(predicted), len(gold))
    counts["edge"] = (
        sum(len(set(gold[i].roles) & set(predicted[j].roles)) for i, j in pairs),
        sum(len(set(entity.roles)) for entity in predicted),
        sum(len(set(entity.roles)) for entity in gold),
    )
    for kind, entities, matched in (
        ("missed", gold, {i for i, _ in pairs}),
        ("spurious", predicted, {j for _, j in pairs}),
    ):
        for index, entity in enumerate(entities):
            if index not in matched:
                errors[f"{kind} {entity.type}"][entity.name] += 1
    return counts


def _score_results(
    gold: Sequence[ExtractedResult],
    predicted: Sequence[ExtractedResult],
    aliases: Aliases,
    errors: dict[str, Counter[str]],
) -> Counts:
    counts: Counts = {}
    left = [result for result in gold if result.value is not None]
    right = [result for result in predicted if result.value is not None]
    pairs = match_results(left, right, aliases, claim_level)
    for level, name in ((1, "value"), (2, "claim"), (3, "tuple")):
        counts[name] = (sum(agreement >= level for agreement, _ in pairs), len(right), len(left))
    matched = {index for _, index in pairs}
    for index, result in enumerate(left):
        if index not in matched:
            errors["missed value"][f"{result.value} | {result.evidence[:90]}"] += 1
    left = [result for result in gold if result.value is None]
    right = [result for result in predicted if result.value is None]
    pairs = match_results(left, right, aliases, comparison_level)
    for level, name in ((1, "comparison"), (2, "comparison-tuple")):
        counts[name] = (sum(agreement >= level for agreement, _ in pairs), len(right), len(left))
    return counts
