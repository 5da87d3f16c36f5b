"""Speed of the stores: ``scripts/bench stores`` (``--help`` for options).

Loads a made graph into a fresh local Neo4j server beside two other ways to load it, and
a graph of listing pages twice; makes the embedded database and asks it from new
processes. The server is started for this and stopped again; every way gets a warm-up,
and each run a server without data and indexes. The two ways by batches take turns in each
round; after all their rounds, so do the two of one MERGE a row. Exits with 1 where the
second load has written something.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from timing import in_turns, machine, process, spread

from kg.records import Edge, Graph, Node, Value, edge_id, read_edges, read_nodes
from kg.schema import ENTITY_TYPES, labels
from kg.stored import stored_properties
from kg.stores.batches import cut
from kg.stores.embedded import open_store
from kg.stores.loading import BATCH
from kg.stores.neo4j import Neo4jStore, open_neo4j

if TYPE_CHECKING:
    from neo4j import ManagedTransaction, Session

ROOT: Final = Path(__file__).resolve().parents[2]
PAGES: Final = ROOT.parent / "shared" / "pages"
KG: Final = ("-c", "from kg.cli import main; main()")
OURS: Final = "kg load"
BARE: Final = "bare batched UNWIND CREATE"
SINGLE: Final = "one MERGE a row"
INDEXED: Final = "one MERGE a row, ids constrained"
SHARE: Final = 20
"""One of so many rows is loaded in a transaction of its own, which else takes minutes a round."""
OWN: Final = {"paper": "Paper", "result": "Result"}
"""Labels by which a node is found, by the prefix of its id; all others are entities."""
Groups = dict[str, list[dict[str, Any]]]
ROLES: Final = ("USES", "EVALUATES", "ADDRESSES", "MENTIONS")

# What people write who load by hand; ids are constrained there too, else no edge finds its nodes.
CONSTRAINT: Final = "CREATE CONSTRAINT bare_{0} FOR (n:{0}) REQUIRE n.id IS UNIQUE"
CREATE_NODES: Final = "UNWIND $rows AS row CREATE (n:{labels}) SET n = row.properties"
CREATE_EDGES: Final = """
    UNWIND $rows AS row
    MATCH (a:{source} {{id: row.source}})
    MATCH (b:{target} {{id: row.target}})
    CREATE (a)-[e:{type}]->(b) SET e = row.properties
"""
MERGE_NODE: Final = "MERGE (n:{labels} {{id: $id}}) SET n = $properties"
MERGE_EDGE: Final = """
    MATCH (a:{source} {{id: $source}})
    MATCH (b:{target} {{id: $target}})
    MERGE (a)-[e:{type} {{id: $id}}]->(b) SET e = $properties
"""


def main() -> None:
    """Measure and print."""
    options = _options()
    print(machine(), "\n")
    with TemporaryDirectory(prefix="kg-bench-") as folder:
        directory, written = None, False
        if options.pages:
            directory = Path(folder) / "pages.kg"
            if (options.pages[0] / "meta.json").exists():
                shutil.copytree(options.pages[0], directory)
            else:
                _kg("build", *map(str, options.pages), "-o", str(directory))
            embedded(directory, options.rounds)
        else:
            print("No pages (../shared/pages is not there): only the made graph is loaded.\n")
        with server(Path(folder) / "neo4j") as store:
            made(store, graph(options.nodes), options.rounds)
            if directory is not None:
                written = twice(store, _graph(directory), options.rounds)
    if written:
        sys.exit(1)


def embedded(directory: Path, rounds: int) -> None:
    """Measure new processes that ask the embedded database, made already or not."""
    edges = read_edges(directory / "edges.jsonl")
    ((dataset, _),) = Counter(edge.target for edge in edges if edge.type == "ON_DATASET").most_common(1)
    ask = [*KG, "query", str(directory), "leaderboard", "-p", f"dataset={dataset}"]
    nothing, whole, asked, made_in = [], [], [], []
    for _ in range(rounds):
        shutil.rmtree(directory / "db", ignore_errors=True)
        whole.append(process(ask).wall)
        asked.append(process(ask).wall)
        nothing.append(process([*KG, "--version"]).wall)
    for _ in range(rounds):
        shutil.rmtree(directory / "db", ignore_errors=True)
        clock = time.perf_counter()
        with open_store(directory):
            made_in.append(time.perf_counter() - clock)
    print(f"Embedded, seconds of a new process; the dataset is {dataset}")
    print(f"  {'kg --version':44} {spread(nothing, 2)}")
    print(f"  {'kg query DIR leaderboard':44} {spread(asked, 2)}")
    print(f"  {'the same, the database being made first':44} {spread(whole, 2)}")
    print(f"  making the database alone takes {spread(made_in, 2)} s\n")


def made(store: Neo4jStore, whole: Graph, rounds: int) -> None:
    """Compare ways to load a graph into a server that holds nothing."""
    runs: dict[str, Callable[[], object]] = {
        OURS: lambda: store.load(whole),
        BARE: lambda: bare(store, whole),
    }
    timings = in_turns(runs, rounds, before=lambda: wipe(store))
    single: dict[str, list[float]] = {SINGLE: [], INDEXED: []}
    for number in range(rounds + 1):
        for name, times in single.items():
            wipe(store)
            seconds = one_by_one(store, whole, constrained=name == INDEXED)
            if number:
                times.append(seconds)
    print(f"Neo4j, fresh: {len(whole.nodes)} nodes and {len(whole.edges)} edges")
    for name in runs:
        print(f"  {name:44} {spread(timings[name].wall, 2)} s")
    for name, times in single.items():
        print(f"  {name:44} {spread(times, 0)} s, reckoned from one row of {SHARE}")
    for name, times in single.items():
        ratios = [slow / ours for slow, ours in zip(times, timings[OURS].wall, strict=True)]
        print(f"  {OURS} is {spread(ratios)} times as fast as {name}")
        ratios = [slow / ours for slow, ours in zip(times, timings[BARE].wall, strict=True)]
        print(f"    ({BARE}: {spread(ratios)} times)")
    ratios = [ours / bare for ours, bare in zip(timings[OURS].wall, timings[BARE].wall, strict=True)]
    print(f"  {OURS} takes {spread(ratios, 2)} times as long as {BARE}; all constraints,")
    print("    indexes and full text are made in that time, of which the other has constraints only\n")


def twice(store: Neo4jStore, pages: Graph, rounds: int) -> bool:
    """Load one graph twice and compare; return whether the second load has written."""
    first, second, written = [], [], False
    for number in range(rounds + 1):
        wipe(store)
        clock = time.perf_counter()
        store.load(pages)
        between, mark = time.perf_counter(), last_write(store)
        again = time.perf_counter()
        store.load(pages)
        end = time.perf_counter()
        written = written or last_write(store) != mark
        if number:
            first.append(between - clock)
            second.append(end - again)
    ratios = [later / earlier for later, earlier in zip(second, first, strict=True)]
    print(f"Neo4j, a graph of pages twice: {len(pages.nodes)} nodes and {len(pages.edges)} edges")
    print(f"  first {spread(first, 2)} s, second {spread(second, 2)} s: {spread(ratios, 2)} of it")
    print(f"  the second {'HAS WRITTEN' if written else 'has committed nothing'}")
    return written


def last_write(store: Neo4jStore) -> frozenset[str]:
    """Return the server's own mark of the last transaction that has written anything."""
    with store.driver.session() as session:
        session.run("RETURN 1").consume()
        return session.last_bookmarks().raw_values


def bare(store: Neo4jStore, whole: Graph) -> None:
    """Load as the manual of the driver does: constraints, batches, nothing else."""
    with store.driver.session() as session:
        constrain(session)
        create(session, node_groups(whole.nodes, CREATE_NODES))
        create(session, edge_groups(whole.edges, CREATE_EDGES))


def one_by_one(store: Neo4jStore, whole: Graph, *, constrained: bool) -> float:
    """Load some rows with a query and a transaction each; return the seconds that all rows would take.

    Without a constraint a row takes longer the more nodes there are. Nodes are measured
    where half of them are there, which is their mean, edges where all are there.
    """
    half, some = whole.nodes[::2], whole.nodes[1::SHARE]  # SHARE is even, so they have none in common
    rest = tuple(node for node in whole.nodes[1::2] if node not in some)
    with store.driver.session() as session:
        if constrained:
            constrain(session)
        create(session, node_groups(half, CREATE_NODES))
        nodes = merge(session, node_groups(some, MERGE_NODE))
        create(session, node_groups(rest, CREATE_NODES))
        return SHARE * (nodes + merge(session, edge_groups(whole.edges[::SHARE], MERGE_EDGE)))


def constrain(session: "Session") -> None:
    """Make the constraints without which no edge finds its nodes at once."""
    for label in ("Entity", "Paper", "Result"):
        session.run(CONSTRAINT.format(label)).consume()


def create(session: "Session", groups: Groups) -> None:
    """Load in batches."""

    def run(transaction: "ManagedTransaction", statement: str, some: list[dict[str, Any]]) -> None:
        transaction.run(statement, rows=some).consume()

    for statement, rows in groups.items():
        for some in cut(rows, BATCH):
            session.execute_write(run, statement, some)


def merge(session: "Session", groups: Groups) -> float:
    """Load each row with a query and a transaction of its own; return the seconds."""
    clock = time.perf_counter()
    for statement, rows in groups.items():
        for row in rows:
            session.run(statement, row).consume()
    return time.perf_counter() - clock


def node_groups(nodes: Iterable[Node], template: str) -> Groups:
    """Return rows by the statement for their labels."""
    groups: Groups = {}
    for node in nodes:
        row = {"id": node.id, "properties": stored_properties(node)}
        groups.setdefault(template.format(labels=":".join(labels(node.label))), []).append(row)
    return groups


def edge_groups(edges: Iterable[Edge], template: str) -> Groups:
    """Return rows by the statement for their type and the labels of their ends."""
    groups: Groups = {}
    for edge in edges:
        ends = {"source": edge.source, "target": edge.target}
        names = {kind: OWN.get(id_.partition(":")[0], "Entity") for kind, id_ in ends.items()}
        row = {"id": edge.id, **ends, "properties": stored_properties(edge)}
        groups.setdefault(template.format(type=edge.type, **names), []).append(row)
    return groups


def wipe(store: Neo4jStore) -> None:
    """Delete all data, constraints and indexes of the server."""
    with store.driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()
        for kind, some in (("CONSTRAINT", ""), ("INDEX", "WHERE type <> 'LOOKUP'")):
            for name in session.run(f"SHOW {kind} YIELD * {some} RETURN name").value():
                session.run(f"DROP {kind} {name}").consume()


@contextmanager
def server(home: Path) -> Iterator[Neo4jStore]:
    """Start a server in a home of its own, and stop it at the end."""
    environment = {**os.environ, "KG_NEO4J_HOME": str(home)}
    script = str(ROOT / "scripts" / "neo4j")
    with ExitStack() as stack:
        started = subprocess.run(
            [script, "start"], env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
        stack.callback(subprocess.run, [script, "stop"], env=environment, check=True)
        uri, username, password = (line.partition("=")[2] for line in started.stdout.splitlines())
        yield stack.enter_context(open_neo4j(uri, username, password))


def graph(nodes: int) -> Graph:
    """Return a made graph of so many nodes and twice as many edges, the same each time."""
    rng = random.Random(1)  # noqa: S311 - the same graph each time
    words = [f"word{number}" for number in range(3000)]

    def text(length: int) -> str:
        return " ".join(rng.choices(words, k=length))

    def said() -> tuple[tuple[str, Value], ...]:
        return (
            ("evidence", text(25)),
            ("start", 5),
            ("end", 90),
            ("confidence", 0.5),
            ("extractor", "made 1"),
        )

    papers = [f"paper:{number:016x}" for number in range(nodes // 5)]
    results = [f"result:{number:016x}" for number in range(3 * nodes // 10)]
    labels = [
        ENTITY_TYPES[number % len(ENTITY_TYPES)] for number in range(nodes - len(papers) - len(results))
    ]
    entities = [f"{label.lower()}:e{number}" for number, label in enumerate(labels)]
    made = [
        Node(id_, "Paper", (("title", text(9)), ("abstract", text(150)), ("published", "2024-05")))
        for id_ in papers
    ]
    made += [
        Node(id_, "Result", (("kind", "absolute"), ("value", Decimal("71.5")), ("unit", "%"), *said()))
        for id_ in results
    ]
    made += [
        Node(id_, label, (("name", text(2)), ("aliases", (text(2), text(1)))))
        for id_, label in zip(entities, labels, strict=True)
    ]
    of = {
        label: [id_ for id_, each in zip(entities, labels, strict=True) if each == label]
        for label in ENTITY_TYPES
    }
    ends = {("REPORTS", papers[number % len(papers)], id_) for number, id_ in enumerate(results)}
    for type_, label in (("ABOUT", "Model"), ("ON_DATASET", "Dataset"), ("BY_METRIC", "Metric")):
        ends |= {(type_, id_, rng.choice(of[label][:200])) for id_ in results}
    while len(ends) < 2 * nodes:
        ends.add((rng.choice(ROLES), rng.choice(papers), rng.choice(entities)))
    edges = [Edge(edge_id(*each), *each, said()) for each in sorted(ends)]
    return Graph(tuple(sorted(made, key=lambda n: n.id)), tuple(sorted(edges, key=lambda e: e.id)))


def _graph(directory: Path) -> Graph:
    return Graph(tuple(read_nodes(directory / "nodes.jsonl")), tuple(read_edges(directory / "edges.jsonl")))


def _kg(*arguments: str) -> None:
    subprocess.run([sys.executable, *KG, *arguments], check=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench stores", description="Measure the speed of the stores."
    )
    parser.add_argument(
        "pages",
        nargs="*",
        type=Path,
        help="pages, or a graph directory (default: ../shared/pages where it is)",
    )
    parser.add_argument("--nodes", type=int, default=10_000, help="of the made graph (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="default: %(default)s")
    options = parser.parse_args()
    options.pages = options.pages or (sorted(PAGES.iterdir()) if PAGES.is_dir() else [])
    return options


if __name__ == "__main__":
    main()
