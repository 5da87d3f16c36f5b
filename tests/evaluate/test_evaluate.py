"""The figures of an evaluation."""

import json
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import RecordError
from kg.evaluate import Evaluation, evaluate, format_evaluation, score
from kg.evaluate.gold import read_gold
from kg.records import ExtractedEntity, ExtractedResult, Extraction, Paper, dump_line


def entity(type_: str, *forms: str, roles: tuple[str, ...] = ("used",)) -> ExtractedEntity:
    """Return an entity of the given forms."""
    return ExtractedEntity(type_, forms[0], forms, roles, 1.0)


def result(value: str | None, **slots: str | None) -> ExtractedResult:
    """Return a claim; slots not named are empty."""
    names = ("subject", "metric", "direction", "dataset", "task", "baseline")
    evidence = slots.pop("evidence", None) or "We gain two points over the other model."
    filled = {name: slots.get(name) for name in names}
    kind = "qualitative" if value is None else "delta"
    return ExtractedResult(evidence, 0, len(evidence), value=value, kind=kind, confidence=1.0, **filled)


def paper(*found: ExtractedEntity | ExtractedResult, title: str = "A title") -> Extraction:
    """Return an extraction that holds these entities and results."""
    entities = tuple(item for item in found if isinstance(item, ExtractedEntity))
    results = tuple(item for item in found if isinstance(item, ExtractedResult))
    return Extraction(title, "paper:0", entities, results)


def counts(evaluation: Evaluation, name: str) -> tuple[float, float, float]:
    """Return precision, recall and F1 of a figure, rounded."""
    (figure,) = (figure for figure in evaluation.figures if figure.name == name)
    return round(figure.precision, 3), round(figure.recall, 3), round(figure.f1, 3)


@pytest.mark.parametrize(
    ("forms", "expected"),
    [
        (("mixture of experts",), 1.0),
        (("the Mixtures-of-Experts",), 1.0),
        (("sparse MoE", "MoE"), 1.0),
        (("sparse MoE",), 0.0),
    ],
)
def test_entity_needs_one_form_in_common(forms: tuple[str, ...], expected: float) -> None:
    """Case, hyphens, article and plural are forgiven, other words are not."""
    gold = paper(entity("Method", "Mixture-of-Experts", "MoE"))
    assert counts(score([gold], [paper(entity("Method", *forms))]), "entity")[2] == expected


def test_type_matters_but_for_untyped() -> None:
    """An entity of another type counts only where types are ignored."""
    evaluation = score([paper(entity("Model", "T5"))], [paper(entity("Method", "T5"))])
    assert counts(evaluation, "entity") == (0, 0, 0)
    assert counts(evaluation, "entity-untyped") == (1, 1, 1)


def test_edges_count_roles() -> None:
    """Each role of a matched entity is one edge."""
    gold = paper(entity("Model", "T5", roles=("introduced", "evaluated")))
    predicted = paper(entity("Model", "T5", roles=("introduced", "used", "compared")))
    assert counts(score([gold], [predicted]), "edge") == (0.333, 0.5, 0.4)


@pytest.mark.parametrize(
    ("claim", "level"),
    [
        (result("2.00 %", metric="the F1 score", direction="better", subject="T5"), 3),
        (result("2%", metric="F1", direction="better", subject="T5-XXL"), 3),
        (result("2%", metric="F1", direction="better", subject="T5", baseline="GPT"), 2),
        (result("2%", metric="BLEU", direction="better", subject="T5"), 1),
        (result("2%", metric="F1", direction="worse", subject="T5"), 1),
        (result("2", metric="F1", direction="better", subject="T5"), 0),
    ],
)
def test_levels_of_numeric_claims(claim: ExtractedResult, level: int) -> None:
    """Value, claim and tuple need ever more slots to agree."""
    gold = paper(entity("Model", "T5", "T5-XXL"), result("2%", metric="F1", direction="better", subject="T5"))
    evaluation = score([gold], [paper(claim)])
    found = [counts(evaluation, name)[2] for name in ("value", "claim", "tuple")]
    assert found == [1.0] * level + [0.0] * (3 - level)


@pytest.mark.parametrize(
    ("claim", "level"),
    [
        (result(None, direction="better", evidence="We beat the baselines by far"), 2),
        (result(None, direction="better", baseline="GPT", evidence="We beat the baselines by far"), 1),
        (result(None, direction="sota", evidence="We beat the baselines by far"), 0),
        (result(None, direction="better", evidence="Nothing in common with that."), 0),
    ],
)
def test_levels_of_comparisons(claim: ExtractedResult, level: int) -> None:
    """A comparison needs the direction and half of the words of the evidence."""
    gold = paper(result(None, direction="better", evidence="On all tasks we beat the baselines by far."))
    evaluation = score([gold], [paper(claim)])
    found = [counts(evaluation, name)[2] for name in ("comparison", "comparison-tuple")]
    assert found == [1.0] * level + [0.0] * (2 - level)


def test_missing_and_foreign_papers() -> None:
    """A paper that was not extracted lowers recall; one that is not in gold is left out."""
    gold = [paper(entity("Model", "T5"), title="One"), paper(entity("Model", "T5"), title="Two")]
    predicted = [
        paper(entity("Model", "T5"), title="ONE!"),
        paper(entity("Model", "GPT"), title="Three"),
    ]
    evaluation = score(gold, predicted)
    assert evaluation.heading == "2 gold papers, 1 of them found in the predictions"
    assert counts(evaluation, "entity") == (1.0, 0.5, 0.667)


def test_errors_are_ranked() -> None:
    """Missed and spurious entities are listed by frequency."""
    gold = [paper(entity("Model", "T5"), title=title) for title in ("a", "b")]
    table = format_evaluation(score(gold, [paper(entity("Task", "parsing"), title="a")]), errors=5)
    assert "missed Model: T5 (2)" in table
    assert "spurious Task: parsing" in table


# --- the door


def write(path: Path, *records: object) -> Path:
    """Write records as JSON Lines."""
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    return path


RECORD = {
    "title": "A title",
    "text": "A title\nWe use T5.",
    "entities": [{"type": "Model", "forms": ["T5"], "roles": ["used"]}],
    "results": [],
}


def test_evaluate_extracts_the_papers_of_the_file(tmp_path: Path) -> None:
    """The extraction function gets title and abstract, and its answer is scored."""
    seen = []

    def extract(papers: Iterable[Paper]) -> Iterator[Extraction]:
        for each in papers:
            seen.append(each.abstract)
            yield Extraction(each.title, each.id, (entity("Model", "T5"),), ())

    evaluation = evaluate(write(tmp_path / "gold.jsonl", RECORD), extract)
    assert seen == ["We use T5."]
    assert counts(evaluation, "edge") == (1, 1, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": None}, "title"),
        ({"text": None}, "neither an abstract nor a text"),
        ({"text": "Other\nWe use T5."}, "does not begin with the title"),
        ({"entities": [{"type": "Person", "forms": ["x"], "roles": []}]}, "'Person' is none of Task"),
        ({"entities": [{"type": "Task", "forms": [], "roles": []}]}, "no forms"),
        ({"entities": [{"type": "Task", "forms": ["x"], "roles": ["bad"]}]}, "'bad' is none of introduced"),
        ({"results": [{"evidence": "x", "kind": "huge"}]}, "'huge' is none of absolute"),
        ({"results": [{"evidence": "x", "kind": "delta", "direction": "up"}]}, "'up' is none of better"),
    ],
)
def test_malformed_records_name_the_line(tmp_path: Path, change: dict[str, object], message: str) -> None:
    """A record outside the contract is refused with file, line and reason."""
    path = write(tmp_path / "gold.jsonl", RECORD, RECORD | change)
    with pytest.raises(RecordError, match=message) as caught:
        list(read_gold(path))
    assert caught.value.where == f"{path}, line 2"


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe{}", b"{"])
def test_no_records(tmp_path: Path, content: bytes) -> None:
    """An empty or broken file is refused."""
    path = tmp_path / "gold.jsonl"
    path.write_bytes(content)
    with pytest.raises(RecordError):
        evaluate(path, lambda _: ())


# --- the same digits as the tool


def perturbed(gold: Iterable[Extraction]) -> Iterator[Extraction]:
    """Yield extractions with every kind of mistake, the same ones in every run."""
    rng = random.Random(7)  # noqa: S311 -- test data
    for extraction in gold:
        if rng.random() < 0.1:
            continue
        entities = []
        for each in extraction.entities:
            if rng.random() < 0.2:
                continue
            if rng.random() < 0.15:
                each = replace(each, type="Method")  # noqa: PLW2901 -- the mistake of this entity
            forms = each.forms[: rng.randint(1, len(each.forms))]
            roles = tuple(role for role in each.roles if rng.random() < 0.8)
            entities.append(replace(each, name=forms[0], forms=forms, roles=roles))
        results = []
        for claim in extraction.results:
            if rng.random() < 0.2:
                continue
            changes: dict[str, str | None] = {
                slot: None for slot in ("subject", "metric", "dataset", "baseline") if rng.random() < 0.15
            }
            if rng.random() < 0.1:
                changes["direction"] = "worse"
            if claim.value and rng.random() < 0.1:
                changes["value"] = "1"
            results.append(replace(claim, evidence=claim.evidence[: rng.randint(5, 200)], **changes))
        yield Extraction(extraction.title, extraction.id, tuple(entities), tuple(results * 2))


@pytest.mark.parametrize("options", [[], ["--errors", "9"], ["--json"]])
def test_same_output_as_the_tool(shared: Path, tmp_path: Path, options: list[str]) -> None:
    """Table, errors and JSON are those of the tool that comes with the annotated data."""
    gold = shared / "gold" / "train.jsonl"
    predicted = list(perturbed(extraction for _, extraction in read_gold(gold)))
    path = tmp_path / "predicted.jsonl"
    path.write_bytes(b"".join(dump_line(extraction) + b"\n" for extraction in predicted))
    tool = subprocess.run(
        [sys.executable, str(shared / "tools" / "score.py"), str(gold), str(path), *options],
        capture_output=True,
        text=True,
        check=True,
    )
    evaluation = evaluate(gold, lambda _: predicted)
    ours = format_evaluation(
        evaluation, errors=9 if "--errors" in options else 0, as_json="--json" in options
    )
    assert ours == tool.stdout.rstrip("\n")
