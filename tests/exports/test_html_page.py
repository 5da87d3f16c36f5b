"""The page in a real browser: picture, search, panel, filters, keys."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from chromium import Tab
from synthetic import synthetic

from kg.exports.html import html
from kg.records import Graph, Value

HOSTILE = "paper:1111111111111111"  # its title is markup


def text_of(tab: Tab, selector: str) -> str:
    """Return the text of the first element that a selector finds."""
    return str(tab.run(f"document.querySelector({json.dumps(selector)}).textContent"))


def search_for(tab: Tab, text: str) -> None:
    """Type a text into the search."""
    tab.run("document.getElementById('search').focus()")
    tab.type(text)


def test_opens_in_silence(tab: Tab, page: Path) -> None:
    """The page gets ready without a request, a message on the console or a violation of its policy."""
    tab.open(page)
    assert "of 12 nodes" in text_of(tab, "#status")
    assert tab.requests() == []
    assert tab.complaints() == []


def test_search_and_enter_open_a_node(tab: Tab, page: Path) -> None:
    """An alias is found, Enter opens its node, the address names it and the focus is on its name."""
    tab.open(page)
    search_for(tab, "cot")
    assert text_of(tab, "#hits li").startswith("chain-of-thought")
    assert tab.run("document.getElementById('search').getAttribute('aria-expanded')") == "true"
    tab.key("Enter")
    tab.wait("document.activeElement.tagName === 'H2'")
    assert text_of(tab, "#details h2") == "chain-of-thought"
    assert tab.run("location.hash") == "#method:chain-of-thought"
    assert tab.run("document.getElementById('hits').hidden") is True


def test_arrows_choose_a_hit(tab: Tab, page: Path) -> None:
    """The arrow keys move through the hits and name the active one."""
    tab.open(page)
    search_for(tab, "l")
    first = tab.run("document.getElementById('search').getAttribute('aria-activedescendant')")
    tab.key("ArrowDown")
    second = tab.run("document.getElementById('search').getAttribute('aria-activedescendant')")
    assert (first, second) == ("hit-0", "hit-1")
    wanted = text_of(tab, "#hit-1 .name")
    tab.key("Enter")
    tab.wait(f"document.querySelector('#details h2').textContent === {json.dumps(wanted)}")


def test_hostile_texts_are_inert(tab: Tab, page: Path, graph: Graph) -> None:
    """Markup in a title and an alias is shown letter by letter and never runs."""
    title = next(str(node.get("title")) for node in graph.nodes if node.id == HOSTILE)
    tab.open(page, HOSTILE)
    assert text_of(tab, "#details h2") == title
    search_for(tab, "onerror")
    assert tab.run("document.querySelectorAll('#hits li').length") == 2  # the title and the alias
    tab.open(page, "dataset:gsm8k")
    assert title in tab.run("[...document.querySelectorAll('.chip')].map(chip => chip.textContent)")
    for view in ("claims", "leaderboard", "nodes"):
        tab.run(f"document.getElementById('tab-{view}').click()")
        assert title[:50] in text_of(tab, f"#{view}")  # the rest is cut off in tables
    assert tab.run("document.title").startswith("paper-graph: ")
    assert tab.run("document.querySelectorAll('img').length") == 0
    assert (tab.requests(), tab.complaints()) == ([], [])


def test_every_hostile_string_is_inert(tab: Tab, graph: Graph, tmp_path: Path) -> None:
    """With markup in every text and the title of the page, nothing runs in any view or panel."""
    attack = (
        "<img src=x onerror=owned()></script><script>owned()</script><a href=javascript:owned()>'`${owned()}"
    )

    def hostile(value: Value) -> Value:
        if isinstance(value, tuple):
            return tuple(f"{each}: {attack}" for each in value)
        return f"{value}{attack}" if isinstance(value, str) else value

    def kept(name: str, value: Value) -> Value:
        return value if name in {"kind", "results", "published"} else hostile(value)

    nodes = tuple(
        replace(node, properties=tuple((name, kept(name, value)) for name, value in node.properties))
        for node in graph.nodes
    )
    edges = tuple(
        replace(edge, properties=tuple((name, kept(name, value)) for name, value in edge.properties))
        for edge in graph.edges
    )
    path = tmp_path / "hostile.html"
    path.write_text("".join(html(Graph(nodes, edges), title=attack, draw_all=True)), "utf-8")
    hook = tab.call(
        "Page.addScriptToEvaluateOnNewDocument",
        source="window.ran = 0; window.owned = () => { window.ran += 1; }",
    )
    tab.open(path)
    shown = tab.run("document.documentElement.outerHTML.length")
    assert text_of(tab, "h1") == attack
    for node in graph.nodes:
        tab.run(f"location.hash = {json.dumps(node.id)}")
        tab.wait(f"document.querySelector('#details .id')?.textContent === {json.dumps(node.id)}")
    search_for(tab, "onerror")
    for view in ("claims", "leaderboard", "nodes", "picture"):
        tab.run(f"document.getElementById('tab-{view}').click()")
        tab.run("document.querySelectorAll('.opener').forEach(opener => opener.click())")
    assert tab.run("document.documentElement.outerHTML.length") > shown
    assert tab.run("document.querySelectorAll('img, a[href^=javascript], iframe, object').length") == 0
    assert tab.run("window.ran") == 0
    assert tab.requests() == []
    assert [told for told in tab.complaints() if "WebGL" not in told] == []
    tab.call("Page.removeScriptToEvaluateOnNewDocument", identifier=hook["identifier"])


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
    assert text_of(tab, ".abstract mark") == sentence
    assert text_of(tab, ".claims blockquote") == sentence


def test_relations_show_sentence_and_confidence(tab: Tab, page: Path) -> None:
    """An entity lists who did what with it, each with the confidence and the sentence."""
    tab.open(page, "method:chain-of-thought")
    shown = tab.run("document.getElementById('details').innerText")
    assert "uses" in shown
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
    before = text_of(tab, "#status")
    for click in (
        "document.querySelector('#labels [data-name=Model] input').click()",
        "document.querySelector('#relations [data-name=EVALUATES] input').click()",
        "document.querySelector('#labels [data-name=Result] input').click()",
    ):
        told = text_of(tab, "#status")
        tab.run(click)
        assert text_of(tab, "#status") != told
    slider = "document.getElementById('confidence')"
    tab.run(f"{slider}.value = 0.9; {slider}.dispatchEvent(new Event('input'))")
    assert "and 0 of 26 relations" in text_of(tab, "#status")
    tab.run("document.getElementById('reset').click()")
    assert text_of(tab, "#status") == before


def test_back_returns_to_the_node_before(tab: Tab, page: Path) -> None:
    """Every node opened is a step of the history; Escape closes the panel."""
    tab.open(page, "model:tinyflow")
    tab.run("location.hash = 'model:llama-2'")
    tab.wait("document.querySelector('#details h2').textContent === 'LLaMA-2'")
    tab.run("history.back()")
    tab.wait("document.querySelector('#details h2').textContent === 'TinyFlow'")
    tab.key("Escape")
    assert text_of(tab, "#details h2") == "What is in it"
    assert tab.run("location.hash") == ""


def test_unknown_address_opens_the_overview(tab: Tab, page: Path) -> None:
    """An address that names no node, even a malformed one, opens the page as usual."""
    tab.open(page, "model:none%")
    assert text_of(tab, "#details h2") == "What is in it"
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
    return int(re.findall(r"\d[\d,]*", text_of(tab, "#status"))[0].replace(",", ""))


def test_double_click_brings_neighbours(tab: Tab, large: Path) -> None:
    """A double click on a node draws all its neighbours."""
    tab.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
    tab.open(large, "metric:metric-0")  # comes to lie in the middle
    before, drawn = text_of(tab, "#status"), _drawn(tab)
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
    assert text_of(tab, "#status").startswith("100 of 1,600 nodes")
    tab.open(large, "metric:metric-0")
    drawn = _drawn(tab)
    button = "document.querySelector('.actions button')"
    count = int(re.findall(r"\d+", tab.run(f"{button}.textContent"))[0])
    assert count > 40  # more than come by themselves
    assert tab.run(f"{button}.ariaDisabled") == "false"
    tab.run(f"{button}.click()")
    assert _drawn(tab) > drawn + 10
    assert tab.run(f"{button}.ariaDisabled") == "true"
