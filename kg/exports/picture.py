"""Which nodes the page shows first, and where every node lies.

A picture of all nodes says nothing, so the page opens on the core of the graph: the
nodes left when those with the fewest links are peeled off again and again (k-core
order; Batagelj and Zaversnik 2003, arXiv:cs/0310049). All others get a place beside a
neighbour and come in by search or by a double click.
"""

import heapq
import math
from collections import defaultdict
from typing import Final, NamedTuple

from kg.records import Graph

QUIET_LABELS: Final = frozenset({"Result"})
"""Not drawn at first: results are read in tables."""

QUIET_RELATIONS: Final = frozenset({"MENTIONS"})
"""Not drawn at first: background only."""

_GAP = 26.0  # between neighbouring nodes of the core, in pixels at full size
_STEPS = 200  # of the layout; another hundred moves no cluster that an eye would see
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))  # radians; spreads points evenly on a spiral


Place = tuple[int, int]
"""Pixels at full size, to the right and downwards."""


class Picture(NamedTuple):
    """Places in the order of the nodes, and the indices of the nodes drawn first.

    ``everywhere`` has the places where all nodes are drawn at once, if that was asked for.
    """

    at: list[Place]
    first: list[int]
    everywhere: list[Place]


def picture(graph: Graph, budget: int, draw_all: bool = False) -> Picture:
    """Return the picture of a graph; at most ``budget`` nodes are drawn first, the weightiest leading."""
    everything, loud = _neighbours(graph)
    candidates = [i for i, node in enumerate(graph.nodes) if node.label not in QUIET_LABELS]
    papers = {i for i in candidates if graph.nodes[i].label == "Paper"}
    core = _core(candidates, papers, loud, budget)
    first = sorted(core, key=lambda i: (-len(loud[i]), i))
    at = _places(graph, core, loud, everything)
    return Picture(at, first, _places(graph, candidates, loud, everything) if draw_all else [])


def _neighbours(graph: Graph) -> tuple[list[set[int]], list[set[int]]]:
    """Return the neighbours of each node, and those among them that attract it in the picture."""
    index = {node.id: i for i, node in enumerate(graph.nodes)}
    quiet = [node.label in QUIET_LABELS for node in graph.nodes]
    everything: list[set[int]] = [set() for _ in graph.nodes]
    loud: list[set[int]] = [set() for _ in graph.nodes]
    for edge in graph.edges:
        one, other = index[edge.source], index[edge.target]
        if one == other:
            continue
        everything[one].add(other)
        everything[other].add(one)
        if edge.type not in QUIET_RELATIONS and not quiet[one] and not quiet[other]:
            loud[one].add(other)
            loud[other].add(one)
    return everything, loud


def _places(graph: Graph, core: list[int], loud: list[set[int]], everything: list[set[int]]) -> list[Place]:
    """Place the core by forces and all other nodes beside it."""
    at = _place_core([graph.nodes[i].id for i in core], core, loud)
    placed = dict(zip(core, at, strict=True))
    _place_rest(placed, everything)
    return [placed[i] for i in range(len(graph.nodes))]


def _core(candidates: list[int], papers: set[int], neighbours: list[set[int]], budget: int) -> list[int]:
    """Peel off the node with the fewest links left until ``budget`` nodes remain; return them sorted.

    What hangs together with the most others stays longest; of equal nodes papers go
    first, because a picture needs names more than titles.
    """
    left = set(candidates)
    main = _largest_component(candidates, neighbours)
    degree = {i: len(neighbours[i] & left) for i in candidates}
    heap = [(i in main, links, i not in papers, i) for i, links in degree.items()]
    heapq.heapify(heap)
    while len(left) > budget:
        _, links, _, i = heapq.heappop(heap)
        if i not in left or links != degree[i]:
            continue  # an older entry of a node whose degree has changed
        left.remove(i)
        for j in neighbours[i] & left:
            degree[j] -= 1
            heapq.heappush(heap, (j in main, degree[j], j not in papers, j))
    return sorted(left)


def _largest_component(candidates: list[int], neighbours: list[set[int]]) -> set[int]:
    largest: set[int] = set()
    seen: set[int] = set()
    for i in candidates:
        if i in seen:
            continue
        component, front = {i}, {i}
        while front:
            front = set().union(*(neighbours[j] for j in front)) - component
            component |= front
        seen |= component
        if len(component) > len(largest):
            largest = component
    return largest


def _place_core(ids: list[str], core: list[int], neighbours: list[set[int]]) -> list[Place]:
    import numpy as np

    from kg.exports.forces import attract_and_repel, push_apart, scattered

    if not core:
        return []
    position = {i: k for k, i in enumerate(core)}
    links = [
        (position[i], position[j]) for i in core for j in sorted(neighbours[i]) if j > i and j in position
    ]
    edges = np.array(links, dtype=np.int64).reshape(-1, 2)
    start = scattered(ids) * math.sqrt(len(core))
    at = attract_and_repel(start, edges, grid=128 if len(core) > 200 else 64, steps=_STEPS)
    at -= at.mean(axis=0)
    spread = math.sqrt(float((at * at).sum(axis=1).mean())) or 1.0
    at *= _GAP * math.sqrt(len(core)) / 1.6 / spread
    degree = np.bincount(edges.ravel(), minlength=len(core))
    at = push_apart(at, _GAP / 2 + 1.5 * np.sqrt(degree))
    return [(round(x), round(y)) for x, y in at.tolist()]


def _place_rest(placed: dict[int, Place], neighbours: list[set[int]]) -> None:
    """Place the other nodes on spirals, each around its placed neighbour with the fewest links."""
    hosted: dict[int, int] = defaultdict(int)  # nodes around each host so far
    wave = sorted({j for i in placed for j in neighbours[i]} - set(placed))
    while wave:
        hosts = {
            i: min((j for j in neighbours[i] if j in placed), key=lambda j: (len(neighbours[j]), j))
            for i in wave
        }
        for i, host in hosts.items():
            placed[i] = _on_spiral(placed[host], hosted[host], inner=2.2)
            hosted[host] += 1
        wave = sorted({j for i in wave for j in neighbours[i]} - set(placed))
    edge = max((math.hypot(*at) for at in placed.values()), default=0.0)
    loose = [i for i in range(len(neighbours)) if i not in placed]
    for k, i in enumerate(loose):  # no link to the core at all: around the whole picture
        placed[i] = _on_spiral((0, 0), k, inner=(edge / _GAP) ** 2 + 4)


def _on_spiral(centre: Place, number: int, inner: float) -> Place:
    """Return a place on a sunflower spiral (Vogel 1979) that leaves out its ``inner`` first seeds."""
    radius, angle = _GAP * math.sqrt(number + inner), number * _GOLDEN_ANGLE
    return round(centre[0] + radius * math.cos(angle)), round(centre[1] + radius * math.sin(angle))
