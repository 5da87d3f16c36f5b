"""Records: JSON Lines round trips, ids, and what malformed lines are told."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import RecordError
from kg.records import (
    ExtractedEntity,
    ExtractedResult,
    Extraction,
    Graph,
    Link,
    Mention,
    Paper,
    RoleEvidence,
    Source,
    dump_line,
    dump_lines,
    entity_id,
    paper_id,
    read_edges,
    read_lines,
    read_nodes,
)

unit = st.floats(0, 1)
optional_text = st.none() | st.text(max_size=5)
count = st.none() | st.integers(0, 10**6)
offset = st.integers(0, 10**4)

papers = st.builds(
    Paper,
    title=st.text(),
    abstract=st.text(),
    id=st.text(min_size=1),
    published=optional_text,
    published_inferred=st.booleans(),
    author_count=count,
    upvotes=count,
    comments=count,
    organization=optional_text,
    arxiv_id=optional_text,
    url=optional_text,
    sources=st.lists(st.builds(Source, st.text(), offset), max_size=2).map(tuple),
)
entities = st.builds(
    ExtractedEntity,
    st.text(),
    st.text(),
    st.lists(st.text(), max_size=2).map(tuple),
    st.lists(st.text(), max_size=2).map(tuple),
    unit,
    st.lists(st.builds(Mention, offset, offset), max_size=2).map(tuple),
    st.lists(st.builds(RoleEvidence, st.text(), offset, offset, unit), max_size=2).map(tuple),
)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**6), max_value=10**6)
results = st.builds(
    ExtractedResult,
    evidence=st.text(),
    start=offset,
    end=offset,
    subject=optional_text,
    metric=optional_text,
    value=optional_text,
    kind=st.text(),
    direction=optional_text,
    dataset=optional_text,
    task=optional_text,
    baseline=optional_text,
    confidence=unit,
    number=st.none() | decimals,
    unit=optional_text,
)
extractions = st.builds(
    Extraction,
    st.text(),
    st.text(min_size=1),
    st.lists(entities, max_size=2).map(tuple),
    st.lists(results, max_size=2).map(tuple),
    st.text(),
)
links = st.builds(Link, st.text(), st.text(), st.text(), st.text(), st.text(), unit)


@given(st.lists(papers, max_size=3))
def test_papers_survive_json_lines(records: list[Paper]) -> None:
    """Papers written as JSON Lines read back equal."""
    assert list(read_lines(dump_lines(records), Paper, "test")) == records


@given(st.lists(extractions, max_size=3))
def test_extractions_survive_json_lines(records: list[Extraction]) -> None:
    """Extractions written as JSON Lines read back equal, decimals with all their digits."""
    back = list(read_lines(dump_lines(records), Extraction, "test"))
    assert back == records
    for before, after in zip(records, back, strict=True):
        assert [str(result.number) for result in before.results] == [
            str(result.number) for result in after.results
        ]


@given(st.lists(links, max_size=3))
def test_links_survive_json_lines(records: list[Link]) -> None:
    """Links written as JSON Lines read back equal."""
    assert list(read_lines(dump_lines(records), Link, "test")) == records


def test_graph_survives_json_lines(graph: Graph, tmp_path: Path) -> None:
    """Nodes and edges written as JSON Lines read back equal, and a value keeps its last zero."""
    nodes, edges = tmp_path / "nodes.jsonl", tmp_path / "edges.jsonl"
    nodes.write_bytes(b"".join(dump_lines(graph.nodes)))
    edges.write_bytes(b"".join(dump_lines(graph.edges)))
    assert Graph(tuple(read_nodes(nodes)), tuple(read_edges(edges))) == graph
    values = [node.get("value") for node in read_nodes(nodes)]
    assert "71.50" in map(str, values)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"{", "truncated"),
        (b"[]", "Expected `object`"),
        (b'{"title": 3}', "Expected `str`"),
        (b'{"title": "t"}', "abstract"),
        (b'{"title": "\xff"}', "utf-8"),
    ],
)
def test_malformed_line_is_named(line: bytes, found: str) -> None:
    """A malformed line is told with file, line number and what was found."""
    good = dump_line(Paper("t", "a", "paper:1"))
    with pytest.raises(RecordError, match=r"papers\.jsonl, line 3") as caught:
        list(read_lines([good, b"\n", line], Paper, "papers.jsonl"))
    assert found in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        '{"id": "result:1", "label": "Result", "kind": "delta"}',
        '{"id": "result:1", "label": "Claim"}',
        '{"id": "task:x", "label": "Task", "name": 3}',
        '{"label": "Task", "name": "x"}',
        "3",
    ],
)
def test_node_that_does_not_fit_is_refused(line: str, tmp_path: Path) -> None:
    """A node line that lacks something, or has a wrong type or label, is refused."""
    path = tmp_path / "nodes.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(RecordError, match="line 1"):
        list(read_nodes(path))


def test_paper_id_ignores_case_and_punctuation_only() -> None:
    """Titles that differ in case, dashes or space are one paper; other words another."""
    assert paper_id("GPT-4: A Report") == paper_id("gpt 4 \u2013 a  REPORT")
    assert paper_id("GPT-4: A Report") != paper_id("GPT-4: The Report")
    assert paper_id("知識グラフ") != paper_id("機械学習")


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("C++", "method:c-plus-plus"),
        ("C", "method:c"),
        ("F1@10%", "method:f1-at-10-pct"),
        ("Señorita", "method:senorita"),
    ],
)
def test_entity_id_is_readable(name: str, id_: str) -> None:
    """Signs that tell names apart are spelled out, accents are transliterated."""
    assert entity_id("Method", name) == id_


@given(st.text(min_size=1))
def test_entity_id_is_never_empty(name: str) -> None:
    """Every name, also one without any ASCII letter, gives an id of safe characters."""
    type_, _, slug = entity_id("Dataset", name).partition(":")
    assert type_ == "dataset"
    assert slug
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_entity_id_keeps_names_beyond_ascii_apart() -> None:
    """Names that lose all their letters in a slug still get different ids."""
    assert entity_id("Task", "翻訳") != entity_id("Task", "要約")


def test_decimal_is_written_as_it_stands() -> None:
    """A decimal is a JSON number with the digits that the text has."""
    assert b'"number":71.50' in dump_line(
        Extraction(
            "t",
            "paper:1",
            (),
            (
                ExtractedResult(
                    "e", 0, 1, None, None, "71.50", "absolute", None, None, None, None, 1.0, Decimal("71.50")
                ),
            ),
        )
    )
