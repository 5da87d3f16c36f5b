"""A graph of any size, and what its exports cost.

``python tests/exports/synthetic.py [papers]`` prints seconds and sizes; 1,500 papers
make 6,000 nodes and 15,000 edges.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from kg.exports import EXPORTS, write_export
from kg.records import Edge, Graph, Node, Value, edge_id

_WORDS = (
    "we",
    "show",
    "that",
    "our",
    "method",
    "improves",
    "over",
    "strong",
    "baselines",
    "on",
    "most",
    "tasks",
)
_ROLES = (
    ("INTRODUCES", "Method"),
    ("USES", "Model"),
    ("EVALUATES", "Dataset"),
    ("COMPARES_WITH", "Model"),
    ("ADDRESSES", "Task"),
    ("MEASURES", "Metric"),
)
_SHARES = {"Method": 9, "Model": 4, "Dataset": 3, "Metric": 1, "Task": 3}
"""Of twenty entities, how many have each label."""


def synthetic(papers: int, mentions: int = 0, dated: bool = False) -> Graph:
    """Return a graph of ``papers`` papers, twice as many entities and one result a paper.

    Each paper has ten edges, and besides them so many mentions of methods.
    """
    nodes, edges = [], {}
    counts = {label: max(1, papers * 2 * share // 20) for label, share in _SHARES.items()}
    for label, count in counts.items():
        for i in range(count):
            properties = (("name", f"{label}-{i}"), ("aliases", (f"{label} no. {i}",)))
            nodes.append(Node(f"{label.lower()}:{label.lower()}-{i}", label, properties))
    for k in range(papers):
        paper, result = f"paper:{k:016x}", f"result:{k:016x}"
        abstract = "\n".join(" ".join(_sentence(k, s)) for s in range(6))
        date = (("published", f"{2020 + k % 5}-{k % 12 + 1:02}"),) if dated else ()
        nodes.append(Node(paper, "Paper", (("title", f"Paper {k}"), ("abstract", abstract), *date)))
        claim = dict(_said(k, 0))
        slots: dict[str, Value] = {"kind": "absolute", "value": Decimal(k % 1000) / 10}
        nodes.append(Node(result, "Result", tuple((slots | claim).items())))
        ends = [(type_, paper, _pick(label, counts[label], k, n)) for n, (type_, label) in enumerate(_ROLES)]
        ends += [
            ("REPORTS", paper, result),
            ("ABOUT", result, ends[0][2]),
            ("BY_METRIC", result, ends[5][2]),
            ("ON_DATASET", result, ends[2][2]),
        ]
        ends += [("MENTIONS", paper, _pick("Method", counts["Method"], k, 10 + n)) for n in range(mentions)]
        for n, (type_, source, target) in enumerate(ends):
            id_ = edge_id(type_, source, target)
            edges[id_] = Edge(id_, type_, source, target, tuple(_said(k, n % 6)))
    nodes.sort(key=lambda node: node.id)
    return Graph(tuple(nodes), tuple(edges[id_] for id_ in sorted(edges)))


def _pick(label: str, count: int, paper: int, number: int) -> str:
    """Choose an entity: few are chosen often, most seldom."""
    share = (paper * 7919 + number * 104729) % 10007 / 10007
    return f"{label.lower()}:{label.lower()}-{int(count * share**2.5)}"


def _sentence(paper: int, number: int) -> Iterator[str]:
    return (_WORDS[(paper * 3 + number * 5 + i * i) % len(_WORDS)] for i in range(22))


def _said(paper: int, number: int) -> Iterator[tuple[str, Value]]:
    sentence = " ".join(_sentence(paper, number))
    yield "evidence", sentence
    yield "start", 10 + number
    yield "end", 10 + number + len(sentence)
    yield "confidence", (paper * 31 + number) % 100 / 100
    yield "extractor", "synthetic 1"


def main() -> None:
    """Print what each export of a synthetic graph costs."""
    graph = synthetic(int(sys.argv[1]) if len(sys.argv) > 1 else 1500)
    print(f"{len(graph.nodes):,} nodes, {len(graph.edges):,} edges")  # noqa: T201 - a figure is asked for
    with tempfile.TemporaryDirectory() as folder:
        for name, export in EXPORTS.items():
            path = Path(folder) / f"graph{export.suffix}"
            start, busy = time.perf_counter(), time.process_time()
            write_export(graph, name, path)
            seconds, busy = time.perf_counter() - start, time.process_time() - busy
            size = path.stat().st_size / 1e6
            print(f"{name:8} {seconds:6.2f} s ({busy:5.2f} s of processor) {size:6.2f} MB")  # noqa: T201


if __name__ == "__main__":
    main()
