"""The views beside the picture, the time slider, and the picture of all nodes, in a real browser."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from chromium import Tab
from synthetic import synthetic

from kg.exports.html import html
from kg.records import Graph


def _texts(tab: Tab, selector: str) -> list[str]:
    found = tab.run(f"[...document.querySelectorAll({json.dumps(selector)})].map(each => each.innerText)")
    return [" ".join(str(text).split()) for text in found]


def _open(tab: Tab, page: Path, view: str) -> None:
    tab.open(page)
    tab.run(f"document.getElementById('tab-{view}').click()")


def _set(tab: Tab, id_: str, value: str) -> None:
    """Do to a field what a hand does: a value, then both events."""
    tab.run(
        f"(field => {{ field.value = {json.dumps(value)};"
        " for (const type of ['input', 'change']) field.dispatchEvent(new Event(type)); })"
        f"(document.getElementById({json.dumps(id_)}))"
    )


ROWS = "#claims-table tbody tr:not(.sentence)"


def test_claims_are_a_table(tab: Tab, page: Path) -> None:
    """Every result is a row with its slots, the newest first; its sentence opens below it."""
    _open(tab, page, "claims")
    rows = _texts(tab, ROWS)
    assert len(rows) == 3
    assert "2024-01-16" in rows[0]
    assert all(part in rows[-1] for part in ("SlowFlow", "64.2%", "accuracy", "GSM8K", "2023-12-01", "0.80"))
    assert tab.run("document.querySelector('#claims-table tr.sentence').hidden") is True
    tab.run("document.querySelector('#claims-table .opener').click()")
    assert tab.run("document.querySelector('#claims-table tr.sentence').hidden") is False
    assert tab.run("document.querySelector('#claims-table .opener').getAttribute('aria-expanded')") == "true"


def test_claims_sort_by_their_headings(tab: Tab, page: Path) -> None:
    """A heading sorts, says so, and turns the order round when it is pressed again."""
    _open(tab, page, "claims")
    heading = "document.querySelectorAll('#claims-table th button')[1]"
    orders = []
    for _ in range(2):
        tab.run(f"{heading}.click()")
        values = [row.split("%")[0].split(" points")[0].split()[-1] for row in _texts(tab, ROWS)]
        orders.append((tab.run(f"{heading}.parentElement.getAttribute('aria-sort')"), values))
        assert tab.run(f"document.activeElement === {heading}") is True
    assert orders == [("descending", ["71.50", "64.2", "2.5"]), ("ascending", ["2.5", "64.2", "71.50"])]


def test_claims_are_found_by_words_and_kind(tab: Tab, page: Path) -> None:
    """The field keeps the claims with all its words, the choice those of a kind or with doubts."""
    _open(tab, page, "claims")
    _set(tab, "claims-text", "slowflow gsm8k")
    assert len(_texts(tab, ROWS)) == 1
    _set(tab, "claims-text", "nothing like it")
    assert _texts(tab, ROWS) == []
    assert "No claim fits." in _texts(tab, "#claims-table")[0]
    _set(tab, "claims-text", "")
    for kind, expected in (("absolute", 2), ("change", 1), ("qualitative", 0), ("doubt", 1)):
        _set(tab, "claims-kind", kind)
        assert len(_texts(tab, ROWS)) == expected


def test_doubts_and_hedges_are_shown(tab: Tab, page: Path) -> None:
    """What bounds or doubts a claim stands beside its value, the reason of a check when it is opened."""
    _open(tab, page, "claims")
    assert {"may", "up to", "⚠ unit", "⚠ conflict"} <= set(_texts(tab, "#claims-table .badge"))
    reasons = tab.run("[...document.querySelectorAll('#claims-table details')].map(each => each.textContent)")
    assert any(reason.endswith("paper:2222222222222222 states 7.3") for reason in reasons)


def test_leaderboard_ranks_values(tab: Tab, page: Path) -> None:
    """On a dataset the best value of a metric leads, and changes stand apart from values."""
    _open(tab, page, "leaderboard")
    assert _texts(tab, "#board-dataset option") == ["GSM8K (3)"]
    titles = _texts(tab, "#board-table h2")
    assert [title[:6] for title in titles] == ["Values", "Change"]
    rows = _texts(tab, "#board-table tbody tr:not(.sentence)")
    assert [row.split()[0] for row in rows] == ["TinyFlow", "SlowFlow", "TinyFlow"]
    assert "71.50%" in rows[0]
    assert "2.5 points" in rows[2]
    assert "LLaMA-2" in rows[2]


def test_leaderboard_sorts_by_its_headings(tab: Tab, page: Path) -> None:
    """A heading of a leaderboard sorts its table, which begins in the order of standing."""
    _open(tab, page, "leaderboard")
    first = "#board-table .board:first-of-type"
    assert tab.run(f"document.querySelectorAll('{first} th[aria-sort]').length") == 0
    tab.run(f"document.querySelector('{first} th button').click()")
    rows = _texts(tab, f"{first} tbody tr:not(.sentence)")
    assert [row.split()[0] for row in rows[:2]] == ["SlowFlow", "TinyFlow"]
    assert tab.run(f"document.querySelector('{first} th').getAttribute('aria-sort')") == "ascending"
    _set(tab, "confidence", "0.1")  # filling the view anew keeps the order
    assert _texts(tab, f"{first} tbody tr:not(.sentence)") == rows


def test_leaderboard_of_one_metric(tab: Tab, page: Path) -> None:
    """A metric leaves only its own claims; the button in the panel of a metric chooses it."""
    tab.open(page, "metric:accuracy")
    tab.run(
        "[...document.querySelectorAll('.actions button')].find(b => b.textContent === 'Leaderboard').click()"
    )
    assert tab.run("document.getElementById('board-metric').value") == "accuracy"
    assert tab.run("document.getElementById('tab-leaderboard').getAttribute('aria-selected')") == "true"
    _set(tab, "board-metric", "")
    assert len(_texts(tab, "#board-table tbody tr:not(.sentence)")) == 3


def test_values_over_time_are_drawn(tab: Tab, tmp_path: Path) -> None:
    """Of three dated values a drawing shows each one, and names the best in words."""
    path = tmp_path / "dated.html"
    path.write_text("".join(html(synthetic(60, dated=True))), "utf-8")
    _open(tab, path, "leaderboard")
    points = "document.querySelector('#board-table svg.time').querySelectorAll('circle').length"
    assert tab.run(points) >= 3
    assert "best" in tab.run("document.querySelector('#board-table svg.time').getAttribute('aria-label')")


def test_nodes_are_those_of_the_picture(tab: Tab, page: Path) -> None:
    """The list has a row for each node drawn, and follows the filters."""
    _open(tab, page, "nodes")
    before = len(_texts(tab, "#nodes tbody tr"))
    assert _texts(tab, "#status")[0].startswith(f"{before} of")
    tab.run("document.querySelector('#labels [data-name=Model] input').click()")
    assert len(_texts(tab, "#nodes tbody tr")) == before - 3


def test_nodes_follow_what_is_brought_in(tab: Tab, tmp_path: Path) -> None:
    """A node that the reader goes to is in the list at once, and so are the neighbours asked for."""
    path = tmp_path / "part.html"
    path.write_text("".join(html(synthetic(300), budget=20)), "utf-8")
    _open(tab, path, "nodes")
    counted = "document.querySelectorAll('#nodes caption')[0].innerText.match(/[0-9,]+/)[0]"
    tab.run("location.hash = 'metric:metric-0'")
    tab.wait("document.querySelector('#details h2').textContent === 'Metric-0'")
    for _ in range(2):
        assert _texts(tab, "#status")[0].startswith(f"{tab.run(counted)} of")
        tab.run("document.querySelector('.actions button').click()")


def test_focus_stays_where_rows_are_added(tab: Tab, tmp_path: Path) -> None:
    """Who asks for more rows or neighbours by the keyboard goes on from there, not from the top."""
    path = tmp_path / "long.html"
    path.write_text("".join(html(synthetic(300), budget=20)), "utf-8")
    tab.open(path, "metric:metric-0")
    tab.run("document.querySelector('.actions button').focus(); document.activeElement.click()")
    assert tab.run("document.activeElement === document.querySelector('.actions button')") is True
    tab.run("document.querySelector('#details .more').focus(); document.activeElement.click()")
    assert tab.run("document.activeElement.closest('#details li, #details tbody') !== null") is True
    tab.run("document.getElementById('tab-nodes').click()")
    tab.run("document.getElementById('tab-claims').click()")
    tab.run("document.querySelector('#claims .more').focus(); document.activeElement.click()")
    assert (
        tab.run(
            "[...document.querySelectorAll('#claims tbody tr')].indexOf(document.activeElement.closest('tr'))"
        )
        == 400
    )


def test_search_says_what_it_found(tab: Tab, tmp_path: Path) -> None:
    """A screen reader hears how many nodes fit, of how many only some are listed, and of none."""
    path = tmp_path / "many.html"
    path.write_text("".join(html(synthetic(300), budget=20)), "utf-8")
    tab.open(path)
    said = "document.querySelector('#hits-status[role=status]').textContent"
    _set(tab, "search", "metric-0")
    assert "match" in tab.run(said)
    _set(tab, "search", "e")
    assert tab.run(said).endswith(" matches, 12 shown")
    _set(tab, "search", "nothing like it")
    assert tab.run(said) == "No node has such a name."


def test_theme_chosen_by_hand_stays(tab: Tab, page: Path) -> None:
    """The page follows the system until the reader chooses."""
    theme = "document.documentElement.dataset.theme"

    def system(value: str) -> None:
        tab.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": value}])

    system("light")
    tab.open(page)
    system("dark")
    tab.wait(f"{theme} === 'dark'")
    tab.run("document.getElementById('theme-button').click()")
    system("light")
    system("dark")
    assert tab.run(f"new Promise(done => setTimeout(() => done({theme}), 200))") == "light"
    tab.call("Emulation.setEmulatedMedia", features=[])


def test_views_are_tabs(tab: Tab, page: Path) -> None:
    """Arrow keys, Home and End move through the views; one tab at a time can be reached by Tab."""
    tab.open(page)
    tab.run("document.getElementById('tab-picture').focus()")
    order = []
    for key in ("ArrowRight", "ArrowRight", "End", "ArrowRight", "ArrowLeft", "Home"):
        tab.key(key)
        order.append(tab.run("document.activeElement.id"))
        assert tab.run("document.querySelectorAll('#views [tabindex=\"0\"]').length") == 1
        shown = "document.querySelectorAll('.view:not([hidden])').length"
        assert tab.run(shown) == (0 if order[-1] == "tab-picture" else 1)
        assert tab.run("document.getElementById('stage').inert") is (order[-1] != "tab-picture")
    names = ("claims", "leaderboard", "nodes", "picture", "nodes", "picture")
    assert order == [f"tab-{name}" for name in names]


def test_every_control_has_a_name(tab: Tab, page: Path) -> None:
    """In the tree that screen readers get, whatever can be operated says what it is."""
    for view in ("picture", "claims", "leaderboard", "nodes"):
        tab.open(page, "model:tinyflow")
        tab.run(f"document.getElementById('tab-{view}').click()")
        nodes = tab.call("Accessibility.getFullAXTree")["nodes"]
        operated = {
            "button",
            "checkbox",
            "combobox",
            "link",
            "searchbox",
            "slider",
            "tab",
            "textbox",
            "DisclosureTriangle",
        }
        nameless = [
            node
            for node in nodes
            if not node["ignored"]
            and node["role"]["value"] in operated
            and not node.get("name", {}).get("value")
        ]
        assert nameless == []
        roles = {node["role"]["value"] for node in nodes if not node["ignored"]}
        assert {"banner", "main", "complementary", "search", "heading", "status", "tablist"} <= roles


def test_time_narrows_papers_and_claims(tab: Tab, page: Path) -> None:
    """Between two months only what their papers say is left, in the picture, the tables and the panel."""
    tab.open(page)
    before = _texts(tab, "#status")
    assert _texts(tab, "#dates-value") == ["2023-12 to 2024-01"]
    _set(tab, "from", str(2024 * 12))
    assert _texts(tab, "#dates-value") == ["2024-01 to 2024-01"]
    tab.run("document.getElementById('tab-nodes').click()")
    names = " ".join(_texts(tab, "#nodes tbody tr"))
    assert "TinyFlow" in names
    assert "SlowFlow" not in names
    tab.run("document.getElementById('tab-claims').click()")
    assert len(_texts(tab, ROWS)) == 2
    tab.run("location.hash = 'dataset:gsm8k'")
    tab.wait("document.querySelector('#details h2').textContent === 'GSM8K'")
    assert "SlowFlow" not in _texts(tab, "#details")[0]
    tab.run("document.getElementById('reset').click()")
    assert _texts(tab, "#status") == before


def test_papers_without_a_date_can_be_left_out(tab: Tab, graph: Graph, tmp_path: Path) -> None:
    """How many papers have no date is told beside a box that hides them."""
    nodes = synthetic(20).nodes + graph.nodes
    path = tmp_path / "undated.html"
    path.write_text(
        "".join(html(Graph(tuple(sorted(nodes, key=lambda node: node.id)), graph.edges))), "utf-8"
    )
    _open(tab, path, "nodes")
    assert _texts(tab, "#undated-count") == ["20"]
    assert sum("Paper" in row for row in _texts(tab, "#nodes tbody tr")) == 22
    tab.run("document.getElementById('undated').click()")
    assert sum("Paper" in row for row in _texts(tab, "#nodes tbody tr")) == 2


def test_entity_lists_its_papers_by_year(tab: Tab, page: Path) -> None:
    """The panel of an entity counts its papers by year, and says with a sentence what each does with it."""
    tab.open(page, "dataset:gsm8k")
    assert _texts(tab, ".years li") == ["1 2023", "1 2024"]
    assert _texts(tab, "#details .year") == ["2024", "2023"]
    rows = _texts(tab, "#details .wide")
    assert "evaluates" in rows[1]
    assert "0.88" in rows[1]
    assert "Our SlowFlow reaches 64.2% accuracy on GSM8K." in rows[1]


def test_abstract_tells_what_was_read_where(tab: Tab, page: Path) -> None:
    """A marked sentence of the abstract says, on hovering, what rests on it."""
    tab.open(page, "paper:2222222222222222")
    says = tab.run("document.querySelector('.abstract mark').title")
    assert "introduces SlowFlow" in says
    assert "reports 64.2%" in says


# --- all nodes by WebGL ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page of a graph of which all nodes are to be drawn."""
    path = tmp_path_factory.mktemp("whole") / "graph.html"
    path.write_text("".join(html(synthetic(300), budget=100, draw_all=True)), "utf-8")
    return path


@contextmanager
def _before_load(tab: Tab, script: str) -> Iterator[None]:
    """Run a script in each page before its own."""
    hook = tab.call("Page.addScriptToEvaluateOnNewDocument", source=script)
    try:
        yield
    finally:
        tab.call("Page.removeScriptToEvaluateOnNewDocument", identifier=hook["identifier"])


NO_WEBGL = (
    "const get = HTMLCanvasElement.prototype.getContext; HTMLCanvasElement.prototype.getContext ="
    " function (kind, ...rest) { return kind.startsWith('webgl') ? null : get.call(this, kind, ...rest); };"
)
GRAPHICS_CARD = (
    "const gl = WebGL2RenderingContext.prototype, ask = gl.getParameter; gl.getParameter ="
    " function (name) { return name === 37446 ? 'A card' : ask.call(this, name); };"
)


def test_without_webgl_the_core_is_drawn(tab: Tab, whole: Path) -> None:
    """Where there is no WebGL the page of all nodes draws the core, says why and complains of nothing."""
    with _before_load(tab, NO_WEBGL):
        tab.open(whole)
    assert _texts(tab, "#status")[0].startswith("100 of 1,200 nodes")
    assert _texts(tab, "#hindrance") == ["This browser has no WebGL: the core of 100 nodes is drawn."]
    assert (tab.requests(), tab.complaints()) == ([], [])


def test_without_a_graphics_card_the_reader_decides(tab: Tab, whole: Path) -> None:
    """WebGL by the processor is slow: the core is drawn, and all nodes on request."""
    tab.open(whole)
    assert _texts(tab, "#status")[0].startswith("100 of 1,200 nodes")
    tab.run("document.querySelector('#hindrance button').click()")
    assert _texts(tab, "#status")[0].startswith("900 of 1,200 nodes")  # all but results
    assert tab.run("document.getElementById('hindrance').hidden") is True


def test_where_webgl_fails_the_core_is_drawn(tab: Tab, whole: Path) -> None:
    """A driver that promises WebGL and then fails leaves the core, and says so."""
    broken = "WebGL2RenderingContext.prototype.createShader = () => { throw new Error('lost'); };"
    with _before_load(tab, GRAPHICS_CARD + broken):
        tab.open(whole)
    assert _texts(tab, "#status")[0].startswith("100 of 1,200 nodes")
    assert _texts(tab, "#hindrance") == ["WebGL has failed: the core of 100 nodes is drawn."]


def test_with_a_graphics_card_all_nodes_are_drawn(tab: Tab, whole: Path) -> None:
    """All nodes are there at once; one in the middle can be clicked, its neighbours stay bright."""
    tab.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
    with _before_load(tab, GRAPHICS_CARD):
        tab.open(whole, "metric:metric-0")
    tab.call("Emulation.setEmulatedMedia", features=[])
    assert _texts(tab, "#status")[0].startswith("900 of 1,200 nodes")
    tab.key("Escape")
    assert _texts(tab, "#details h2") == ["What is in it"]
    tab.run("document.getElementById('fit').click(); location.hash = 'metric:metric-0'")
    tab.wait("document.querySelector('#details h2').textContent === 'Metric-0'")
    tab.key("Escape")
    box = tab.run("document.getElementById('picture').getBoundingClientRect().toJSON()")
    at = {
        "x": box["x"] + box["width"] / 2,
        "y": box["y"] + box["height"] / 2,
        "button": "left",
        "clickCount": 1,
    }
    tab.call("Input.dispatchMouseEvent", type="mouseMoved", x=at["x"] - 3, y=at["y"])
    for type_ in ("mousePressed", "mouseReleased"):
        tab.call("Input.dispatchMouseEvent", type=type_, **at)
    tab.wait("document.querySelector('#details h2').textContent !== 'What is in it'")
    assert _texts(tab, "#details h2") == ["Metric-0"]
    assert tab.requests() == []
    assert [told for told in tab.complaints() if "WebGL" not in told] == []
