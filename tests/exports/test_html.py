"""The page: what lies in the file, and how it behaves in a real browser."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from arbitrary import graphs
from chromium import Tab
from hypothesis import given, settings
from synthetic import synthetic

from kg.exports.html import PHRASES, html
from kg.records import Graph
from kg.schema import EDGE_TYPES, NODE_TYPES

HOSTILE = "paper:1111111111111111"  # its title is markup


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


def test_policy_admits_the_scripts_only(graph: Graph) -> None:
    """The policy forbids everything but the two scripts and the style, each by its hash."""
    page = _Reader("".join(html(graph)))
    (policy,) = (a["content"] for t, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    admitted = re.findall(r"'sha256-([^']+)'", policy)
    texts = [*page.texts["script"][1:], *page.texts["style"]]
    assert admitted == [base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in texts]


def test_nothing_is_loaded(graph: Graph) -> None:
    """No element names a file or an address."""
    page = _Reader("".join(html(graph)))
    addresses = [a.get("src") or a.get("href") for _, a in page.elements if "src" in a or "href" in a]
    assert all(address is not None and address.startswith(("data:", "#")) for address in addresses)


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
    """Every label has a shape and every edge type reads both ways."""
    script = (Path(__file__).parents[2] / "kg/exports/page/data.js").read_text("utf-8")
    assert set(re.findall(r"^  (\w+): \['", script, re.MULTILINE)) == set(NODE_TYPES)
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


# --- in a browser ------------------------------------------------------------------------------


def _text(tab: Tab, selector: str) -> str:
    return str(tab.run(f"document.querySelector({json.dumps(selector)}).textContent"))


def _search(tab: Tab, text: str) -> None:
    tab.run("document.getElementById('search').focus()")
    tab.type(text)


def test_opens_in_silence(tab: Tab, page: Path) -> None:
    """The page gets ready without a request, a message on the console or a violation of its policy."""
    tab.open(page)
    assert "of 12 nodes" in _text(tab, "#status")
    assert tab.requests() == []
    assert tab.complaints() == []


def test_search_and_enter_open_a_node(tab: Tab, page: Path) -> None:
    """An alias is found, Enter opens its node, the address names it and the focus is on its name."""
    tab.open(page)
    _search(tab, "cot")
    assert _text(tab, "#hits li").startswith("chain-of-thought")
    assert tab.run("document.getElementById('search').getAttribute('aria-expanded')") == "true"
    tab.key("Enter")
    tab.wait("document.activeElement.tagName === 'H2'")
    assert _text(tab, "#details h2") == "chain-of-thought"
    assert tab.run("location.hash") == "#method:chain-of-thought"
    assert tab.run("document.getElementById('hits').hidden") is True


def test_arrows_choose_a_hit(tab: Tab, page: Path) -> None:
    """The arrow keys move through the hits and name the active one."""
    tab.open(page)
    _search(tab, "l")
    first = tab.run("document.getElementById('search').getAttribute('aria-activedescendant')")
    tab.key("ArrowDown")
    second = tab.run("document.getElementById('search').getAttribute('aria-activedescendant')")
    assert (first, second) == ("hit-0", "hit-1")
    wanted = _text(tab, "#hit-1 .name")
    tab.key("Enter")
    tab.wait(f"document.querySelector('#details h2').textContent === {json.dumps(wanted)}")


def test_hostile_texts_are_inert(tab: Tab, page: Path, graph: Graph) -> None:
    """Markup in a title and an alias is shown letter by letter and never runs."""
    title = next(str(node.get("title")) for node in graph.nodes if node.id == HOSTILE)
    tab.open(page, HOSTILE)
    assert _text(tab, "#details h2") == title
    _search(tab, "onerror")
    assert tab.run("document.querySelectorAll('#hits li').length") == 2  # the title and the alias
    tab.open(page, "dataset:gsm8k")
    assert title in tab.run("[...document.querySelectorAll('.chip')].map(chip => chip.textContent)")
    tab.run("document.getElementById('table-button').click()")
    assert title in _text(tab, "#table")
    assert tab.run("document.title").startswith("paper-graph: ")
    assert tab.run("document.querySelectorAll('img').length") == 0
    assert (tab.requests(), tab.complaints()) == ([], [])


def test_policy_blocks_what_would_run(tab: Tab, page: Path) -> None:
    """Even if markup reached the document, its handlers would not run and nothing could be fetched."""
    tab.open(page)
    tab.run("document.body.insertAdjacentHTML('beforeend', '<b onclick=\"document.title=1\" id=bad></b>')")
    tab.run("document.getElementById('bad').click()")
    assert tab.run("document.title").startswith("paper-graph: ")
    assert tab.run("fetch('data:text/plain,x').then(() => 'fetched', () => 'refused')") == "refused"


def test_paper_shows_its_claims(tab: Tab, page: Path) -> None:
    """A paper has its claims as a table, with digits as written, and the sentence marked in the abstract."""
    tab.open(page, HOSTILE)
    rows = tab.run("[...document.querySelectorAll('.claims tbody tr')].map(row => row.innerText)")
    assert len(rows) == 3  # one sentence, two claims
    assert any("TinyFlow" in row and "71.50%" in row and "GSM8K" in row for row in rows)
    sentence = "TinyFlow reaches 71.50% accuracy on GSM8K, 2.5 points above LLaMA-2."
    assert _text(tab, ".abstract mark") == sentence
    assert _text(tab, ".claims blockquote") == sentence


def test_relations_show_sentence_and_confidence(tab: Tab, page: Path) -> None:
    """An entity lists who did what with it, each with the confidence and the sentence."""
    tab.open(page, "method:chain-of-thought")
    shown = tab.run("document.getElementById('details').innerText")
    assert "Used by" in shown
    assert "0.88" in shown
    assert "TinyFlow reaches 71.50% accuracy" in shown


def test_result_shows_every_property(tab: Tab, page: Path) -> None:
    """The panel of a result says all that the record says."""
    tab.open(page, "result:bbbbbbbbbbbbbbbb")
    shown = tab.run("document.getElementById('details').innerText")
    for text in ("delta", "2.5", "points", "better", "0.8", "test 1", "LLaMA-2", "result:bbbbbbbbbbbbbbbb"):
        assert text in shown


def test_filters_hide_and_show(tab: Tab, page: Path) -> None:
    """Types, relations and confidence change what is drawn; starting again undoes it."""
    tab.open(page)
    before = _text(tab, "#status")
    for click in (
        "document.querySelector('#labels [data-name=Model] input').click()",
        "document.querySelector('#relations [data-name=EVALUATES] input').click()",
        "document.querySelector('#labels [data-name=Result] input').click()",
    ):
        told = _text(tab, "#status")
        tab.run(click)
        assert _text(tab, "#status") != told
    slider = "document.getElementById('confidence')"
    tab.run(f"{slider}.value = 0.9; {slider}.dispatchEvent(new Event('input'))")
    assert "and 0 of 26 relations" in _text(tab, "#status")
    tab.run("document.getElementById('reset').click()")
    assert _text(tab, "#status") == before


def test_back_returns_to_the_node_before(tab: Tab, page: Path) -> None:
    """Every node opened is a step of the history; Escape closes the panel."""
    tab.open(page, "model:tinyflow")
    tab.run("location.hash = 'model:llama-2'")
    tab.wait("document.querySelector('#details h2').textContent === 'LLaMA-2'")
    tab.run("history.back()")
    tab.wait("document.querySelector('#details h2').textContent === 'TinyFlow'")
    tab.key("Escape")
    assert _text(tab, "#details h2") == "What is in it"
    assert tab.run("location.hash") == ""


def test_unknown_address_opens_the_overview(tab: Tab, page: Path) -> None:
    """An address that names no node, even a malformed one, opens the page as usual."""
    tab.open(page, "model:none%")
    assert _text(tab, "#details h2") == "What is in it"
    assert tab.complaints() == []


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (420, 800)])
def test_nothing_sticks_out(width: int, height: int, tab: Tab, page: Path) -> None:
    """At desktop and telephone size the page needs no scrolling sideways and shows picture and panel."""
    tab.open(page, HOSTILE, width, height)
    assert tab.run("document.documentElement.scrollWidth <= innerWidth")
    for part in ("picture", "details", "search"):
        box = tab.run(f"document.getElementById('{part}').getBoundingClientRect().toJSON()")
        assert box["width"] >= 200
        assert box["height"] >= 30


def test_dark_and_light(tab: Tab, page: Path) -> None:
    """The page follows the system and changes by the button."""
    dark = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    tab.call("Emulation.setEmulatedMedia", **dark)
    tab.open(page)
    ground = "getComputedStyle(document.body).backgroundColor"
    shown = tab.run(ground)
    tab.run("document.getElementById('theme-button').click()")
    assert (shown, tab.run(ground)) == ("rgb(20, 23, 29)", "rgb(250, 249, 246)")
    tab.call("Emulation.setEmulatedMedia", features=[])


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page of a graph larger than the budget."""
    path = tmp_path_factory.mktemp("large") / "graph.html"
    path.write_text("".join(html(synthetic(400), budget=100)), "utf-8")
    return path


def _drawn(tab: Tab) -> int:
    return int(re.findall(r"\d[\d,]*", _text(tab, "#status"))[0].replace(",", ""))


def test_double_click_brings_neighbours(tab: Tab, large: Path) -> None:
    """A double click on a node draws all its neighbours."""
    tab.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
    tab.open(large, "metric:metric-0")  # comes to lie in the middle
    before, drawn = _text(tab, "#status"), _drawn(tab)
    middle = tab.run("document.getElementById('picture').getBoundingClientRect().toJSON()")
    at = {"x": middle["x"] + middle["width"] / 2, "y": middle["y"] + middle["height"] / 2, "button": "left"}
    for count in (1, 2):
        for type_ in ("mousePressed", "mouseReleased"):
            tab.call("Input.dispatchMouseEvent", type=type_, clickCount=count, **at)
    tab.wait(f"document.getElementById('status').textContent !== {json.dumps(before)}")
    tab.call("Emulation.setEmulatedMedia", features=[])
    assert _drawn(tab) > drawn + 10


def test_neighbours_come_on_request(tab: Tab, large: Path) -> None:
    """Of a large graph the budget is drawn; a button brings all neighbours of a node."""
    tab.open(large)
    assert _text(tab, "#status").startswith("100 of 1,600 nodes")
    tab.open(large, "metric:metric-0")
    drawn = _drawn(tab)
    button = "document.querySelector('.actions button')"
    count = int(re.findall(r"\d+", tab.run(f"{button}.textContent"))[0])
    assert count > 40  # more than come by themselves
    assert tab.run(f"{button}.disabled") is False
    tab.run(f"{button}.click()")
    assert _drawn(tab) > drawn + 10
    assert tab.run(f"{button}.disabled") is True
