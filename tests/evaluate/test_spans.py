"""Extractions against the labelled spans of public corpora."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.errors import RecordError
from kg.evaluate import Evaluation, evaluate, format_evaluation
from kg.evaluate.spans import CORPORA, parse_labels
from kg.extract import extract as extract_papers
from kg.records import ExtractedEntity, Extraction, Mention, Paper
from kg.schema import ENTITY_TYPES

TEXT = "We tag the parts of ZooBank with FooNet and report zoo parsing by F1."

Extract = Callable[[Iterable[Paper]], Iterator[Extraction]]


def spans(text: str, *found: tuple[str, str]) -> list[dict[str, Any]]:
    """Return spans of the given labels and forms, each form where it first stands in the text."""
    return [
        {"start": text.index(form), "end": text.index(form) + len(form), "label": label, "text": form}
        for label, form in found
    ]


def record(*found: tuple[str, str], text: str = TEXT, **more: str) -> dict[str, Any]:
    """Return a record of the text with spans of these labels and forms."""
    return {"id": "r1", "text": text, "entities": spans(text, *found), **more}


def finding(*found: tuple[str, str]) -> Extract:
    """Return an extractor that finds these types and forms, wherever they stand in a text."""

    def extract(papers: Iterable[Paper]) -> Iterator[Extraction]:
        for paper in papers:
            entities = tuple(
                ExtractedEntity(
                    type_,
                    form,
                    (form,),
                    (),
                    1.0,
                    tuple(Mention(*match.span()) for match in re.finditer(re.escape(form), paper.text)),
                )
                for type_, form in found
            )
            yield Extraction(paper.title, paper.id, entities, ())

    return extract


def write(folder: Path, *records: object) -> Path:
    """Write records as JSON Lines."""
    path = folder / "spans.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in records), encoding="utf-8")
    return path


def counts(evaluation: Evaluation, name: str = "span") -> tuple[int, int, int]:
    """Return true positives, predicted and gold of a figure."""
    (figure,) = (figure for figure in evaluation.figures if figure.name == name)
    return round(figure.precision * figure.predicted), figure.predicted, figure.gold


def test_spans_must_be_exact(tmp_path: Path) -> None:
    """A span counts with its start, end and type; overlap and type alone have figures of their own."""
    path = write(
        tmp_path, record(("DATASET", "ZooBank"), ("TASK", "zoo parsing"), ("METRIC", "F1"), ("TASK", "tag"))
    )
    found = finding(("Dataset", "ZooBank"), ("Task", "report zoo parsing"), ("Task", "F1"))
    evaluation = evaluate(path, found)
    assert counts(evaluation) == (1, 3, 4)
    assert counts(evaluation, "span/Dataset") == (1, 1, 1)
    assert counts(evaluation, "span/Task") == (0, 2, 2)
    assert counts(evaluation, "span/Metric") == (0, 0, 1)
    assert counts(evaluation, "span-untyped") == (2, 3, 4)
    assert counts(evaluation, "overlap") == (2, 3, 4)


def test_all_mentions_count(tmp_path: Path) -> None:
    """An entity counts as often as it is mentioned."""
    text = "ZooBank is large. ZooBank is free."
    assert counts(
        evaluate(write(tmp_path, record(("Dataset", "ZooBank"), text=text)), finding(("Dataset", "ZooBank")))
    ) == (1, 2, 1)


def test_overlap_takes_each_span_once(tmp_path: Path) -> None:
    """Two predicted spans inside one annotated span are one hit, not two."""
    path = write(tmp_path, record(("Dataset", "ZooBank with FooNet")))
    evaluation = evaluate(path, finding(("Dataset", "ZooBank"), ("Dataset", "FooNet")))
    assert counts(evaluation, "overlap") == (1, 2, 1)


def test_types_that_a_corpus_does_not_annotate_are_left_out(tmp_path: Path) -> None:
    """A method found in a corpus without methods is no error and has no figure."""
    evaluation = evaluate(
        write(tmp_path, record(("TASK", "zoo parsing"))),
        finding(("Task", "zoo parsing"), ("Method", "FooNet"), ("Model", "ZooBank")),
    )
    assert counts(evaluation) == (1, 1, 1)
    assert [figure.name for figure in evaluation.figures] == [
        "span",
        "span/Task",
        "span/Dataset",
        "span/Metric",
        "span-untyped",
        "overlap",
    ]


@pytest.mark.parametrize(
    ("labels", "expected"), [("M=Method", (1, 1, 1)), ("M=Model", (0, 0, 1)), ("M=Method,N=Model", (0, 1, 1))]
)
def test_models_are_methods_where_a_corpus_knows_no_models(
    tmp_path: Path, labels: str, expected: tuple[int, int, int]
) -> None:
    """Our Model counts as Method in a corpus with methods only, our Method never as Model."""
    found = finding(("Method", "FooNet")) if labels == "M=Model" else finding(("Model", "FooNet"))
    assert counts(evaluate(write(tmp_path, record(("M", "FooNet"))), found, labels)) == expected


@pytest.mark.parametrize(
    ("label", "name", "expected"),
    [
        ("METRIC", "TDMSci", (1, 1, 1)),
        ("Material", "SciERC", (0, 1, 1)),
        ("Generic", "SciERC", (0, 1, 0)),
        ("Dataset", "NER of dataset names", (0, 0, 1)),
    ],
)
def test_labels_tell_the_corpus(
    tmp_path: Path, label: str, name: str, expected: tuple[int, int, int]
) -> None:
    """The table of the corpus that has the labels is taken and named; left out labels are no gold."""
    evaluation = evaluate(write(tmp_path, record((label, "F1"))), finding(("Metric", "F1")))
    assert evaluation.heading.startswith(f"1 records with spans ({name}): ")
    assert counts(evaluation) == expected


def test_partial_fit_is_shown(tmp_path: Path) -> None:
    """The heading shows how each label is read, and which fit only in part."""
    heading = evaluate(write(tmp_path, record(("Material", "ZooBank"))), finding()).heading
    assert heading == (
        "1 records with spans (SciERC): Method=Method,Task=Task,Metric=Metric,Material=Dataset?,"
        "OtherScientificTerm=,Generic=; Model counts as Method; ?: fits in part"
    )


def test_corpora_share_no_label() -> None:
    """One label is enough to tell the corpus, and every type is one of ours."""
    labels = [label for corpus in CORPORA for label in corpus.labels]
    assert len(labels) == len(set(labels))
    types = {type_ for corpus in CORPORA for type_ in corpus.labels.values() if type_}
    assert {type_.removesuffix("?") for type_ in types} <= set(ENTITY_TYPES)


@pytest.mark.parametrize(
    ("title", "text", "seen"),
    [
        (None, "We use ZooBank.", ("", "We use ZooBank.")),
        (None, "\nWe use ZooBank.", ("", "We use ZooBank.")),
        ("Zoos", "We use ZooBank.", ("", "We use ZooBank.")),
        ("Zoos", "Zoos\nWe use ZooBank.", ("Zoos", "We use ZooBank.")),
        ("", "\U0001f9ea é ZooBank", ("", "\U0001f9ea é ZooBank")),
    ],
)
def test_offsets_are_those_of_the_text(
    tmp_path: Path, title: str | None, text: str, seen: tuple[str, str]
) -> None:
    """A text is read as an abstract without title unless it begins with its title; offsets stay its own."""
    papers = []

    def extract(given: Iterable[Paper]) -> Iterator[Extraction]:
        for paper in given:
            papers.append((paper.title, paper.abstract))
            yield from finding(("Dataset", "ZooBank"))([paper])

    path = write(tmp_path, record(("Dataset", "ZooBank"), text=text) | {"title": title})
    assert counts(evaluate(path, extract)) == (1, 1, 1)
    assert papers == [seen]


def test_errors_are_told_by_kind(tmp_path: Path) -> None:
    """An error is of type, of boundary, missed or spurious, and stands in the list once."""
    path = write(tmp_path, record(("METRIC", "F1"), ("TASK", "report zoo parsing"), ("DATASET", "ZooBank")))
    found = finding(("Task", "F1"), ("Task", "zoo"), ("Task", "parsing"), ("Dataset", "FooNet"))
    table = format_evaluation(evaluate(path, found), errors=5)
    assert table.split("\n\n")[1:] == [
        "boundary Task: report zoo parsing as zoo + parsing",
        "missed Dataset: ZooBank",
        "mistyped Metric: F1 as Task",
        "spurious Dataset: FooNet",
    ]


def test_records_without_spans_count(tmp_path: Path) -> None:
    """A file may begin with texts that have no span; what is found in them is spurious."""
    path = write(tmp_path, record(), record(("Dataset", "ZooBank")))
    assert counts(evaluate(path, finding(("Dataset", "ZooBank")))) == (1, 2, 1)


# --- the door


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": None}, "text"),
        ({"entities": [{"start": 0, "label": "TASK"}]}, "end"),
        ({"entities": [{"start": 3, "end": 3, "label": "TASK"}]}, "span 3-3 is not in the text"),
        ({"entities": [{"start": -1, "end": 3, "label": "TASK"}]}, "span -1-3 is not in the text"),
        ({"entities": [{"start": 0, "end": 900, "label": "TASK"}]}, "span 0-900 is not in the text"),
        ({"entities": [{"start": 0, "end": 2, "label": "TASK", "text": "e "}]}, "holds 'We', not 'e '"),
    ],
)
def test_malformed_records_name_the_line(tmp_path: Path, change: dict[str, object], message: str) -> None:
    """A span that does not fit its text is refused with file, line and reason."""
    path = write(tmp_path, record(("TASK", "zoo parsing")), record() | change)
    with pytest.raises(RecordError, match=re.escape(message)) as caught:
        evaluate(path, finding())
    assert caught.value.where == f"{path}, line 2"


@pytest.mark.parametrize(
    ("found", "labels", "message"),
    [
        ((("tool", "tag"), ("Method", "FooNet")), None, "--labels 'Method=,tool='"),
        ((("TASK", "tag"), ("Method", "FooNet")), None, "TDMSci has TASK, DATASET, METRIC; SciERC has"),
        ((("TASK", "tag"), ("tool", "FooNet")), "TASK=Task", "lacks some of its labels"),
        ((("TASK", "tag"),), "TASK=Tasks", "'TASK=Tasks' is not LABEL=TYPE"),
        ((("TASK", "tag"),), "TASK", "'TASK' is not LABEL=TYPE"),
        ((("TASK", "tag"),), "=Task", "'=Task' is not LABEL=TYPE"),
        ((("TASK", "tag"),), "TASK=", "no label has a type"),
    ],
)
def test_unknown_labels_are_told(
    tmp_path: Path, found: tuple[tuple[str, str], ...], labels: str | None, message: str
) -> None:
    """Labels of no known corpus, or that the option does not name or type, are refused with what to write."""
    with pytest.raises(RecordError, match=re.escape(message)):
        evaluate(write(tmp_path, record(*found)), finding(), labels)


def test_labels_may_be_named(tmp_path: Path) -> None:
    """The option names the type of each label, or none; a label may hold an equals sign."""
    path = write(tmp_path, record(("a=b", "zoo parsing"), ("tool", "tag")))
    evaluation = evaluate(path, finding(("Task", "zoo parsing")), "a=b=Task,tool=, other=Metric?")
    assert counts(evaluation) == (1, 1, 1)
    assert parse_labels("a=b=Task, tool=") == {"a=b": "Task", "tool": None}


def test_labels_are_of_no_use_to_annotated_abstracts(tmp_path: Path) -> None:
    """The option is refused where the entities have no labels."""
    gold = {"title": "A", "abstract": "B", "results": [], "entities": []}
    with pytest.raises(RecordError, match="no labelled spans"):
        evaluate(write(tmp_path, gold), finding(), "TASK=Task")


# --- the real thing


@pytest.mark.parametrize("options", [[], ["--labels", "DATASET=Dataset"], ["--errors", "3"], ["--json"]])
def test_command_scores_spans(tmp_path: Path, options: list[str]) -> None:
    """The command reads a file with spans and prints the figures of the shipped model."""
    path = write(tmp_path, record(("DATASET", "ImageNet"), text="We train a ResNet-50 on ImageNet."))
    result = CliRunner().invoke(main, ["evaluate", str(path), *options])
    assert result.exit_code == 0, result.output
    assert "span/Dataset" in result.output
    assert ("span/Task" in result.output) == ("--labels" not in options)


def test_command_tells_unknown_labels(tmp_path: Path) -> None:
    """Labels that are not known give exit 1 and one line with the option to write."""
    result = CliRunner().invoke(main, ["evaluate", str(write(tmp_path, record(("tool", "FooNet"))))])
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert "--labels 'tool='" in result.output


@pytest.mark.parametrize("corpus", ["tdmsci", "scierc", "ner_datasets"])
def test_public_corpora_are_read(shared: Path, tmp_path: Path, corpus: str) -> None:
    """The first records of each public test set are recognised, read and scored by the shipped model."""
    with (shared / "corpora" / corpus / "test.jsonl").open(encoding="utf-8") as file:
        lines = [next(file) for _ in range(12)]
    path = tmp_path / "some.jsonl"
    path.write_text("".join(lines), encoding="utf-8")
    evaluation = evaluate(path, extract_papers)
    hits, predicted, gold = counts(evaluation, "overlap")
    assert evaluation.heading.startswith("12 records with spans")
    assert 0 < hits <= min(predicted, gold)
