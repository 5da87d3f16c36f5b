"""The page as a file: what lies in it, and that nothing in it can run or be loaded but its own scripts."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from arbitrary import graphs
from hypothesis import given, settings

from kg.exports.html import PHRASES, html
from kg.exports.still import LOOKS
from kg.records import Graph
from kg.schema import EDGE_TYPES, NODE_TYPES

PAGE = Path(__file__).parents[2] / "kg/exports/page"


class _Reader(HTMLParser):
    """Collects elements, their attributes and the texts of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._inside: str | None = None
        self.texts: dict[str, list[str]] = {"script": [], "style": [], "title": []}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in self.texts:
            self.texts[tag].append("")
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the signature is HTMLParser's
        self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside in self.texts:
            self.texts[self._inside][-1] += data

    def data(self) -> Any:
        """Return the data of the page."""
        return json.loads(self.texts["script"][0])


def test_same_graph(graph: Graph) -> None:
    """The data of the page hold every node, edge, property and sentence."""
    data = _Reader("".join(html(graph))).data()
    labels, relations = ([row[0] for row in data[key]] for key in ("labels", "relations"))
    nodes = [(row[1], labels[row[0]], row[5]) for row in data["nodes"]]
    expected = [
        (node.id, node.label, {k: list(v) if isinstance(v, tuple) else v for k, v in node.properties})
        for node in graph.nodes
    ]
    for _, _, properties in expected:
        if "value" in properties:
            properties["value"] = str(properties["value"])
    assert nodes == expected
    ids = [row[1] for row in data["nodes"]]
    edges = [
        (ids[s], relations[r], ids[t], confidence, data["sentences"][said])
        for s, t, r, confidence, said, _ in data["edges"]
    ]
    assert edges == [
        (e.source, e.type, e.target, e.get("confidence"), e.get("evidence")) for e in graph.edges
    ]


@pytest.mark.parametrize("draw_all", [False, True])
def test_policy_admits_the_scripts_only(draw_all: bool, graph: Graph) -> None:
    """The policy forbids everything but the scripts and the style, each by its hash."""
    page = _Reader("".join(html(graph, draw_all=draw_all)))
    (policy,) = (a["content"] for t, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    admitted = re.findall(r"'sha256-([^']+)'", policy)
    inert = 2 if draw_all else 1  # the data, and the licences of libraries
    texts = [*page.texts["script"][inert:], *page.texts["style"]]
    assert sorted(admitted) == sorted(
        [base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in texts]
    )


def test_nothing_is_loaded(graph: Graph) -> None:
    """No element names a file or an address."""
    page = _Reader("".join(html(graph)))
    addresses = [a.get("src") or a.get("href") for _, a in page.elements if "src" in a or "href" in a]
    assert all(address is not None and address.startswith(("data:", "#")) for address in addresses)


def test_libraries_are_those_of_the_table() -> None:
    """The libraries are the files of the packages that the table names, each with its licence beside it."""
    table = (PAGE / "vendor/README.md").read_text("utf-8")
    rows = re.findall(r"^\| `([\w.]+)` \| (\w+) [\d.]+, .* \| (\w{64}) \|$", table, re.MULTILINE)
    assert [name for name, _, _ in rows] == sorted((p.name for p in PAGE.glob("vendor/*.js")), reverse=True)
    for name, package, digest in rows:
        assert hashlib.sha256((PAGE / "vendor" / name).read_bytes()).hexdigest() == digest
        licence = (PAGE / f"vendor/LICENSE.{package}.txt").read_text("utf-8")
        assert "Permission is hereby granted, free of charge" in licence


def test_libraries_come_only_when_asked_for(graph: Graph) -> None:
    """The libraries for all nodes lie in the page of all nodes only, and name no file of theirs."""
    core, whole = ("".join(html(graph, draw_all=draw_all)) for draw_all in (False, True))
    assert "graphology" not in core
    assert "graphology" in whole
    assert "sourceMappingURL" not in whole


def test_libraries_come_with_their_licences(graph: Graph) -> None:
    """The page that holds the libraries holds each licence in full, as text that nothing runs."""
    files = sorted(PAGE.glob("vendor/LICENSE.*.txt"))
    names = {file.name.split(".")[1] for file in files}
    assert names == {"sigma", "graphology", "graphology-utils", "events", "babel"}
    core, whole = ("".join(html(graph, draw_all=draw_all)) for draw_all in (False, True))
    assert 'id="licences"' not in core
    held = whole.partition('<script type="text/plain" id="licences">')[2].partition("</script>")[0]
    assert [file.name for file in files if file.read_text("utf-8").strip() not in held] == []


def test_title_and_language(graph: Graph) -> None:
    """The title counts what is in the graph, and the language is named."""
    page = _Reader("".join(html(graph)))
    assert page.texts["title"] == ["paper-graph: 2 papers, 7 entities, 3 results, 26 relations"]
    assert page.elements[0] == ("html", {"lang": "en"})
    assert {"header", "main", "aside", "h1"} <= {tag for tag, _ in page.elements}


def test_hostile_title_of_the_page_is_escaped(graph: Graph) -> None:
    """A title of the page that is markup stays text."""
    page = _Reader("".join(html(graph, title="</title><script>alert(1)</script>")))
    assert len(page.texts["script"]) == 3
    assert page.texts["title"][0].startswith("</title><script>")


def test_page_knows_the_whole_schema() -> None:
    """Every label has a shape and the colour of still pictures, and every edge type reads both ways."""
    script = (PAGE / "data.js").read_text("utf-8")
    looks = dict(re.findall(r"^  (\w+): \['.*?', '(#\w+)', '#\w+'\],$", script, re.MULTILINE))
    assert set(looks) == set(NODE_TYPES)
    assert looks == {label: colour for label, (_, colour) in LOOKS.items()}
    assert set(PHRASES) == set(EDGE_TYPES)


@settings(max_examples=15, deadline=None)
@given(graph=graphs())
def test_any_text_survives(graph: Graph) -> None:
    """Texts come back from the data of the page, and never end their script."""
    page = _Reader("".join(html(graph)))
    assert len(page.texts["script"]) == 3
    data = page.data()
    (dataset, paper), (edge,) = graph.nodes, graph.edges
    assert data["nodes"][0][5] == {"name": dataset.get("name"), "aliases": list(dataset.get("aliases") or ())}
    assert data["nodes"][1][5] == dict(paper.properties)
    assert data["sentences"] == [edge.get("evidence")]
