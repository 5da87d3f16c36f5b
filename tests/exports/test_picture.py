"""What the page draws first, and where."""

import math

from synthetic import synthetic

from kg.exports.picture import QUIET_LABELS, picture
from kg.records import Edge, Graph, Node


def _models(links: list[tuple[str, str]]) -> Graph:
    names = sorted({name for link in links for name in link})
    nodes = tuple(Node(f"model:{name}", "Model", (("name", name),)) for name in names)
    edges = tuple(
        Edge(f"edge:{a}{b}", "VARIANT_OF", f"model:{a}", f"model:{b}", (("rule", "size"),)) for a, b in links
    )
    return Graph(nodes, edges)


def test_budget_is_kept() -> None:
    """Exactly the budget is drawn first, without results; every node has a place."""
    graph = synthetic(60)
    drawn = picture(graph, 50)
    assert len(drawn.first) == len(set(drawn.first)) == 50
    assert len(drawn.at) == len(graph.nodes)
    assert not any(graph.nodes[i].label in QUIET_LABELS for i in drawn.first)


def test_the_core_is_drawn_first() -> None:
    """Leaves are peeled off before what hangs together, small islands before leaves."""
    triangle, leaf, island = [("a", "b"), ("b", "c"), ("c", "a")], [("a", "d")], [("x", "y")]
    graph = _models(triangle + leaf + island)
    names = [graph.nodes[i].name for i in picture(graph, 3).first]
    assert sorted(names) == ["a", "b", "c"]
    assert names[0] == "a"  # the weightiest leads
    assert sorted(graph.nodes[i].name for i in picture(graph, 4).first) == ["a", "b", "c", "d"]


def test_no_two_nodes_coincide() -> None:
    """In the first picture all nodes lie apart, leaves of one hub included."""
    graph = _models([("hub", f"leaf-{i}") for i in range(40)])
    at = picture(graph, 600).at
    closest = min((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 for i, a in enumerate(at) for b in at[:i])
    assert closest**0.5 > 15  # pixels


def test_linked_nodes_lie_nearer() -> None:
    """Two groups that one link joins come to lie apart."""
    groups = [[(f"{g}{i}", f"{g}{j}") for i in range(8) for j in range(i)] for g in "ab"]
    graph = _models(groups[0] + groups[1] + [("a0", "b0")])
    at = dict(zip((node.name for node in graph.nodes), picture(graph, 600).at, strict=True))
    centres = [[sum(at[f"{g}{i}"][axis] for i in range(8)) / 8 for axis in (0, 1)] for g in "ab"]
    apart = sum((centres[0][axis] - centres[1][axis]) ** 2 for axis in (0, 1)) ** 0.5
    spread = max(abs(at[f"a{i}"][axis] - centres[0][axis]) for i in range(8) for axis in (0, 1))
    assert apart > spread


def test_places_do_not_depend_on_the_run() -> None:
    """The same graph gets the same picture."""
    assert picture(synthetic(30), 40) == picture(synthetic(30), 40)


def test_all_nodes_lie_apart_where_all_are_drawn() -> None:
    """Where all nodes are drawn at once few overlap, leaves of one paper included."""
    graph = synthetic(120)
    places = picture(graph, 50, draw_all=True).everywhere
    at = [place for place, node in zip(places, graph.nodes, strict=True) if node.label not in QUIET_LABELS]
    pairs = [(a, b) for i, a in enumerate(at) for b in at[:i]]
    touching = sum(math.dist(a, b) < 15 for a, b in pairs)
    assert len(at) == 360
    assert touching <= 3
