"""A loader that is killed at any moment, and what the next load makes of it."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kg.records import Graph, read_edges, read_nodes
from kg.stores.embedded import open_store
from kg.stores.neo4j import Neo4jStore
from tests.conftest import ROOT
from tests.stores.conftest import Store, with_claims, write_graph

KILLS = 20
NODES = "MATCH (n) RETURN n ORDER BY n.id"
EDGES = "MATCH (a)-[e]->(b) RETURN a.id AS source, e, b.id AS target ORDER BY e.id"
# Of a server, with the books of the loader, which are not in nodes and edges that are returned whole.
ALL_NODES = "MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties ORDER BY n.id"
ALL_EDGES = """
    MATCH (a)-[e]->(b)
    RETURN a.id AS source, type(e) AS type, properties(e) AS properties, b.id AS target
    ORDER BY e.id
"""

LOADER = """
import os, pathlib, sys
from kg.records import Graph, read_edges, read_nodes
directory = pathlib.Path(sys.argv[1])
if len(sys.argv) == 2:
    import arcadedb
    from kg.stores.embedded import open_store
    print("ready", flush=True)
    sys.stdin.readline()
    with open_store(directory):
        pass
else:
    from kg.stores.neo4j import open_neo4j
    graph = Graph(tuple(read_nodes(directory / "nodes.jsonl")), tuple(read_edges(directory / "edges.jsonl")))
    with open_neo4j(*sys.argv[2:]) as store:
        print("ready", flush=True)
        sys.stdin.readline()
        store.load(graph, batch_size=20)
print("done", flush=True)
"""


def run_loader(*arguments: str | Path, kill_after: float | None = None) -> tuple[float, int]:
    """Let a process load a graph directory, and perhaps kill it; return its seconds and its exit status.

    Seconds, as those of the kill, begin when it has all it needs and nothing but the load is left.
    """
    with subprocess.Popen(
        [sys.executable, "-c", LOADER, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "ARCADEDB_LOG_CONSOLE": "0"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        begun = time.monotonic()
        process.stdin.write(b"\n")
        process.stdin.flush()
        if kill_after is not None:
            time.sleep(kill_after)
            process.kill()
        process.wait()
        return time.monotonic() - begun, process.returncode


def content(store: Store) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return all nodes and edges of a store with all their properties."""
    if isinstance(store, Neo4jStore):
        return list(store.run(ALL_NODES)), list(store.run(ALL_EDGES))
    return list(store.run(NODES)), list(store.run(EDGES))


def targets(graph: Graph) -> list[Graph]:
    """Return two graphs of which each has to be added to, changed and cut to become the other."""
    values = [("absolute", str(number), None, None) for number in range(60)]
    others = [("absolute", str(number), "%", None) for number in range(30)]
    return [with_claims(graph, *values), with_claims(graph, *others)]


def kill_and_complete(
    seconds: list[float],
    run: Callable[[int, float], tuple[float, int]],
    is_clean: Callable[[int], bool],
) -> None:
    """Load two graphs in turn, each time killed at a random moment of the load; then complete and compare."""
    rng, killed = random.Random(7), 0  # noqa: S311 - the same moments each time
    for number in range(KILLS):
        turn = number % 2
        _, status = run(turn, rng.random() * seconds[turn])
        killed += status == -signal.SIGKILL
        assert is_clean(turn), f"after kill {number}"
    assert killed > KILLS / 2  # the others had ended before


def test_killed_load_of_the_server_is_completed(
    empty_store: Neo4jStore, server: dict[str, str], tmp_path: Path, graph: Graph
) -> None:
    """After a kill at any moment the next load makes the server what a clean load makes it."""
    graphs = targets(graph)
    login = [server[f"NEO4J_{name}"] for name in ("URI", "USERNAME", "PASSWORD")]
    directories = [write_graph(tmp_path / str(number), each) for number, each in enumerate(graphs)]
    graphs = [  # as the loader reads them: the hash of a node follows the order of its properties
        Graph(tuple(read_nodes(each / "nodes.jsonl")), tuple(read_edges(each / "edges.jsonl")))
        for each in directories
    ]
    clean, seconds = [], []
    for directory in (*directories, *directories):  # the second round has no indexes to make
        taken, status = run_loader(directory, *login)
        assert status == 0
        seconds.append(taken)
        clean.append(content(empty_store))
    assert [(len(nodes), len(edges)) for nodes, edges in clean[2:]] == [
        (len(each.nodes), len(each.edges)) for each in graphs
    ]

    def is_clean(turn: int) -> bool:
        empty_store.load(graphs[turn], batch_size=20)
        return content(empty_store) == clean[turn]

    kill_and_complete(
        seconds[2:],
        lambda turn, moment: run_loader(directories[turn], *login, kill_after=moment),
        is_clean,
    )


def test_killed_build_of_the_embedded_database_is_made_anew(tmp_path: Path, graph: Graph) -> None:
    """After a kill at any moment the next opening finds what a clean build makes."""
    graphs, directory = targets(graph), tmp_path / "killed"
    clean, seconds = [], []
    for number, each in enumerate(graphs):
        whole = write_graph(tmp_path / str(number), each)
        taken, status = run_loader(whole)
        assert status == 0
        seconds.append(taken)
        with open_store(whole) as store:
            clean.append(content(store))
    assert [(len(nodes), len(edges)) for nodes, edges in clean] == [
        (len(each.nodes), len(each.edges)) for each in graphs
    ]

    def is_clean(turn: int) -> bool:
        with open_store(directory) as store:
            return content(store) == clean[turn]

    kill_and_complete(
        seconds,
        lambda turn, moment: run_loader(write_graph(directory, graphs[turn]), kill_after=moment),
        is_clean,
    )
