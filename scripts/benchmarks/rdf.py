"""Speed and memory of RDF: ``scripts/bench rdf [GRAPH]`` (``--help`` for options).

A graph directory is repeated, each copy with fresh ids, until it makes a million triples.
Each way of writing them is a process of its own that reads that directory and writes a
file; the writing is told alone and with the rest of the process, the memory is that of
the whole process at its peak. Then both libraries read what
was written, and must find the same.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from timing import Process, machine, process

from kg.build import build
from kg.directory import FORMAT, Meta, read_graph, write_directory
from kg.exports import write_export
from kg.exports.rdf import to_rdflib
from kg.exports.triples import triples
from kg.records import Edge, Graph, Node, Value, dump_lines

ROOT: Final = Path(__file__).resolve().parents[2]


def main() -> None:
    """Measure and print, or do one part where another process asks for it."""
    options = _options()
    if options.once:
        _PARTS[options.once](options.graph, options.to, options.triples)
        return
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        measure(options.graph, Path(folder), options.triples, rdflib=not options.without_rdflib)


def measure(graph: Path | None, folder: Path, number: int, *, rdflib: bool) -> None:
    """Print what each way of writing the repeated graph takes, and how often as long as ours rdflib's."""
    repeated, counted = folder / "repeated.kg", folder / "counted.txt"
    _run("repeat", graph, repeated, number)
    _run("count", repeated, counted, number)
    print(f"{int(counted.read_text(encoding='utf-8')):,} triples; seconds of all cores, and rdflib's in ours")
    print(f"{'':16} {'writing':>8} {'times':>6} {'process':>8} {'times':>6} {'GB':>6} {'file MB':>8}")
    took: dict[str, tuple[float, float]] = {}
    for name in _WAYS:
        if rdflib or not name.startswith("rdflib"):
            path = folder / name.partition(" ")[2]
            whole = _run(name, repeated, path, number)
            took[name] = float(_timed(path).read_text(encoding="utf-8")), whole.cpu
            others = took.get(f"rdflib {name.partition(' ')[2]}", ())
            ratios = [f"{other / own:.1f}" for other, own in zip(others, took[name], strict=False)]
            if name.startswith("rdflib") or not others:
                ratios = ["", ""]
            (writing, process_), size = took[name], path.stat().st_size / 1e6
            print(f"{name:16} {writing:8.1f} {ratios[0]:>6} {process_:8.1f} {ratios[1]:>6}", end="")
            print(f" {whole.peak / 1e9:6.2f} {size:8.1f}", flush=True)
    same = folder / "same.txt"
    _run("compare", folder, same, number)
    print(same.read_text(encoding="utf-8"))


def _run(part: str, graph: Path | None, to: Path, number: int) -> Process:
    given = ["--once", part, "--to", str(to), "--triples", str(number)]
    return process([__file__, *given, *([] if graph is None else [str(graph)])])


def _repeat(graph: Path | None, to: Path, number: int) -> None:
    """Write the repeated graph; without one to repeat, that of the sample pages."""
    if graph is None:
        graph = to.with_name("samples.kg")
        build(sorted(map(str, (ROOT / "tests" / "pages" / "samples").iterdir())), graph)
    one = read_graph(graph)
    copies = -(-number // sum(1 for _ in triples(one)))
    contents = {
        "nodes.jsonl": dump_lines(node for copy in range(copies) for node in _nodes(one, copy)),
        "edges.jsonl": dump_lines(edge for copy in range(copies) for edge in _edges(one, copy)),
    }
    write_directory(to, contents, Meta(FORMAT, "bench", "bench", (), {}, {}, {}))


def _nodes(graph: Graph, copy: int) -> Iterator[Node]:
    return (replace(node, id=f"{node.id}-{copy}") for node in graph.nodes)


def _edges(graph: Graph, copy: int) -> Iterator[Edge]:
    for edge in graph.edges:
        ids = (f"{id_}-{copy}" for id_ in (edge.id, edge.source, edge.target))
        id_, source, target = ids
        properties = tuple((name, _fresh(name, value, copy)) for name, value in edge.properties)
        yield Edge(id_, edge.type, source, target, properties)


def _fresh(name: str, value: Value, copy: int) -> Value:
    return (
        tuple(f"{id_}-{copy}" for id_ in value) if name == "results" and isinstance(value, tuple) else value
    )


def _count(graph: Path | None, to: Path, _: int) -> None:
    to.write_text(str(sum(1 for _ in triples(read_graph(_given(graph))))), encoding="utf-8")


def _export(name: str) -> Callable[[Path | None, Path, int], None]:
    return _measured(lambda graph, to: write_export(graph, name, to))


def _rdflib(name: str) -> Callable[[Path | None, Path, int], None]:
    return _measured(lambda graph, to: to_rdflib(graph).serialize(str(to), format=name, encoding="utf-8"))


def _measured(write: Callable[[Graph, Path], object]) -> Callable[[Path | None, Path, int], None]:
    """Return what reads a graph and writes it, and notes the seconds of the writing."""

    def run(graph: Path | None, to: Path, _: int) -> None:
        held = read_graph(_given(graph))
        clock = time.process_time()
        write(held, to)
        _timed(to).write_text(str(time.process_time() - clock), encoding="utf-8")

    return run


def _timed(path: Path) -> Path:
    return path.with_name(f"{path.name}.seconds")


def _compare(folder: Path | None, to: Path, _: int) -> None:
    """Hold the triples of all files that were written against each other, as Oxigraph reads them."""
    import pyoxigraph

    formats = {
        "nt": pyoxigraph.RdfFormat.N_TRIPLES,
        "ttl": pyoxigraph.RdfFormat.TURTLE,
        "jsonld": pyoxigraph.RdfFormat.JSON_LD,
    }
    first: set[int] | None = None
    told = []
    for name, format_ in formats.items():
        quads = pyoxigraph.parse(path=str(_given(folder) / name), format=format_)
        # A 64 bit hash for each triple: all the triples of three files are too much to hold.
        found = {hash(str(quad.triple)) for quad in quads}
        first = found if first is None else first
        told.append(f"{name}: {len(found):,} triples, {'the same' if found == first else 'OTHERS'}")
    to.write_text("read back by Oxigraph: " + "; ".join(told), encoding="utf-8")


def _given(path: Path | None) -> Path:
    if path is None:
        raise SystemExit("this part needs a graph")
    return path


_WAYS: Final[dict[str, Callable[[Path | None, Path, int], None]]] = {
    "rdflib nt": _rdflib("nt"),
    "kg nt": _export("nt"),
    "kg nt.gz": _export("nt.gz"),
    "rdflib ttl": _rdflib("turtle"),
    "kg ttl": _export("ttl"),
    "rdflib jsonld": _rdflib("json-ld"),
    "kg jsonld": _export("jsonld"),
}
_PARTS: Final = {"repeat": _repeat, "count": _count, "compare": _compare, **_WAYS}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "graph", type=Path, nargs="?", help="graph directory to repeat [that of the sample pages]"
    )
    parser.add_argument("--triples", type=int, default=1_000_000, help="how many, at least [1,000,000]")
    parser.add_argument("--without-rdflib", action="store_true", help="leave out the slow ways of rdflib")
    parser.add_argument("--once", choices=_PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--to", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
