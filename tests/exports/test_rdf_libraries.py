"""rdflib and Oxigraph read the same, large graphs and RDF 1.2 are written, and files of matches are read."""

import builtins
import gzip
import io
import json
import re
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib
from arbitrary import graphs
from click.testing import CliRunner
from hypothesis import given, settings
from rdflib.compare import isomorphic

from kg.cli import main
from kg.directory import FORMAT, Meta, write_directory
from kg.errors import ExportError
from kg.exports import EXPORTS, rdf
from kg.exports.alignment import read_matches
from kg.exports.terms import check_base, is_iri
from kg.exports.triples import Match, RdfOptions, triples
from kg.records import Edge, Graph, Node, dump_lines
from tests.conftest import HOSTILE

OX = {
    "nt": pyoxigraph.RdfFormat.N_TRIPLES,
    "ttl": pyoxigraph.RdfFormat.TURTLE,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
}
RDFLIB = {"nt": "nt", "ttl": "turtle", "jsonld": "json-ld"}
OA = rdflib.Namespace("http://www.w3.org/ns/oa#")
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
V12 = RdfOptions(version="1.2")
# rdflib reads JSON-LD through a class of its own that it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


def _by_rdflib(text: str, name: str) -> set[tuple[str, ...]]:
    read = rdflib.Graph().parse(data=text, format=RDFLIB[name])
    return {tuple(term.n3() for term in triple) for triple in read}


def _by_oxigraph(text: str, name: str) -> set[tuple[str, ...]]:
    """Return the triples that Oxigraph reads, as rdflib spells them."""
    quads = pyoxigraph.parse(text, format=OX[name])
    lines = "".join(f"{quad.triple} .\n" for quad in quads)
    return _by_rdflib(lines, "nt")


@pytest.mark.parametrize("name", OX)
def test_both_libraries_read_the_same(name: str, graph: Graph) -> None:
    """Both find the same set of triples in every format: that which was generated."""
    text = "".join(EXPORTS[name].chunks(graph))
    assert _by_rdflib(text, name) == _by_oxigraph(text, name)
    assert len(_by_oxigraph(text, name)) == len(list(triples(graph)))


@pytest.mark.parametrize("name", OX)
@settings(max_examples=25)
@given(graph=graphs())
def test_both_libraries_read_any_text_the_same(name: str, graph: Graph) -> None:
    """Whatever titles, names and sentences hold, both libraries accept each IRI and agree on each text."""
    text = "".join(EXPORTS[name].chunks(graph))
    assert _by_rdflib(text, name) == _by_oxigraph(text, name)


def test_both_writers_of_turtle_say_the_same(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Turtle that rdflib writes and that which pyoxigraph streams are isomorphic."""
    small = "".join(EXPORTS["ttl"].chunks(graph))
    monkeypatch.setattr(rdf, "MOST", 10)
    large = "".join(EXPORTS["ttl"].chunks(graph))
    assert large != small
    both = [rdflib.Graph().parse(data=text, format="turtle") for text in (small, large)]
    assert isomorphic(*both)
    assert "\ndataset:gsm8k a v:Dataset" in large


EMOJI = "\U0001f9ea\U0001f468\u200d\U0001f52c"
COMBINING = "Cafe\u0301 reaches 1\u20e3"


@pytest.mark.parametrize("name", OX)
@pytest.mark.parametrize("title", ["Plain", HOSTILE, EMOJI, COMBINING, "\U00010348\u0301 \u202e"])
def test_positions_are_offsets_of_python(name: str, title: str) -> None:
    """Start and end, as both libraries read them, slice the quotation out of the text."""
    sentence = f"{COMBINING} on {EMOJI}."
    abstract = f"{EMOJI} first. {sentence} Last {COMBINING}."
    start = len(title) + 1 + abstract.index(sentence)
    said = (("evidence", sentence), ("start", start), ("end", start + len(sentence)))
    paper = Node("paper:1", "Paper", (("title", title), ("abstract", abstract)))
    dataset = Node("dataset:x", "Dataset", (("name", "x"),))
    edge = Edge(
        "edge:1", "EVALUATES", paper.id, dataset.id, (*said, ("confidence", 0.5), ("extractor", "a 1"))
    )
    text = "".join(EXPORTS[name].chunks(Graph((dataset, paper), (edge,))))
    for read in (
        rdflib.Graph().parse(data=text, format=RDFLIB[name]),
        rdflib.Graph().parse(
            data="\n".join(map(" ".join, _lines(_by_oxigraph(text, name)))), format="turtle"
        ),
    ):
        (quote,), (first,), (last,) = (read.objects(None, OA[part]) for part in ("exact", "start", "end"))
        assert (first.toPython(), last.toPython()) == (start, start + len(sentence))
        assert f"{title}\n{abstract}"[first.toPython() : last.toPython()] == str(quote) == sentence


def _lines(found: set[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [(*triple, ".") for triple in found]


@pytest.mark.parametrize("name", ["nt", "ttl"])
def test_rdf_1_2_has_one_triple_term_for_each_edge(name: str, graph: Graph) -> None:
    """RDF 1.2 says of a statement what it is about by one triple, and all else as RDF 1.1 does."""
    new = {q.triple for q in pyoxigraph.parse("".join(EXPORTS[name].chunks(graph, V12)), format=OX[name])}
    old = {q.triple for q in pyoxigraph.parse("".join(EXPORTS[name].chunks(graph)), format=OX[name])}
    terms = {(t.subject.value, t.object) for t in new if isinstance(t.object, pyoxigraph.Triple)}
    parts: dict[str, dict[str, Any]] = {}
    for triple in old:
        part = triple.predicate.value.rpartition("#")[2]
        if part in ("subject", "predicate", "object"):
            parts.setdefault(triple.subject.value, {})[part] = triple.object
    assert len(terms) == len(parts) == len(graph.edges)
    for subject, about in terms:
        assert parts[subject] == {p: getattr(about, p) for p in ("subject", "predicate", "object")}
    assert {(t.subject, t.predicate) for t in new - old if not isinstance(t.object, pyoxigraph.Triple)} == {
        (t.subject, t.predicate) for t in old if t.predicate.value.endswith("triples")
    }


def test_json_ld_has_no_rdf_1_2(graph: Graph) -> None:
    """RDF 1.2 is refused for JSON-LD in one line that says what to do."""
    with pytest.raises(ExportError, match=r"JSON-LD: has no RDF 1\.2; export nt or ttl"):
        list(EXPORTS["jsonld"].chunks(graph, V12))


@pytest.mark.parametrize(("options", "most"), [(V12, 200_000), (None, 10)])
def test_missing_library_is_named(
    options: RdfOptions | None, most: int, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where pyoxigraph is needed and not there, the error names the extra to install."""
    imported = builtins.__import__

    def without(name: str, *args: Any) -> Any:
        if name == "pyoxigraph":
            raise ImportError(name)
        return imported(name, *args)

    monkeypatch.setattr(rdf, "MOST", most)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ExportError, match=r"pip install '\.\[fast\]'"):
        list(EXPORTS["ttl"].chunks(graph, options))


# --- options of the command line ------------------------------------------------------------------


@pytest.fixture
def directory(graph: Graph, tmp_path: Path) -> Path:
    """Return a graph directory of the test graph."""
    contents = {"nodes.jsonl": dump_lines(graph.nodes), "edges.jsonl": dump_lines(graph.edges)}
    write_directory(tmp_path / "a.kg", contents, Meta(FORMAT, "1", "test 1", (), {}, {}, {}))
    return tmp_path / "a.kg"


def test_options_reach_the_file(directory: Path, tmp_path: Path) -> None:
    """Base, confidence, version and matches of the command line are in what it writes."""
    table = tmp_path / "align.tsv"
    table.write_text("entity\tmatch\ndataset:gsm8k\twikidata:Q1\ndataset:none\twikidata:Q2\n")
    options = ["--base", "https://x.example/kg", "--min-confidence", "0.9", "--rdf", "1.2"]
    done = CliRunner().invoke(
        main,
        [
            *("export", str(directory), "--format", "nt.gz", "-o", str(tmp_path / "a.nt.gz")),
            *(*options, "--align", str(table)),
        ],
    )
    assert done.exit_code == 0, done.output
    text = gzip.decompress((tmp_path / "a.nt.gz").read_bytes()).decode()
    same = "<http://www.w3.org/2004/02/skos/core#exactMatch> <http://www.wikidata.org/entity/Q1> ."
    assert f"<https://x.example/kg/dataset/gsm8k> {same}\n" in text
    assert "<<( <https://x.example/kg/" in text
    assert not re.search("^<[^>]*> <[^>]*#evaluates>", text, re.MULTILINE)
    assert "1 of its entities are not in what is exported" in done.stderr


@pytest.mark.parametrize("options", [["--base", "urn:x"], ["--rdf", "1.1"], ["--align", "a.tsv"]])
def test_options_of_rdf_are_for_rdf(options: list[str], directory: Path) -> None:
    """An option that a format has no use for is wrong usage, not ignored."""
    done = CliRunner().invoke(main, ["export", str(directory), "--format", "graphml", *options])
    assert done.exit_code == 2


@pytest.mark.parametrize(
    "base",
    [
        "",
        "example.org/kg",
        "https://",
        "https:///x",
        "https://a b/",
        "https://x/<y>",
        "urn:x#a#b",
        "https://x/%zz",
        "http://[::1]/x",
        "schema:x/",
        "model:",
    ],
)
def test_bad_base_is_refused(base: str, directory: Path) -> None:
    """A base that is no absolute IRI is refused before anything is written."""
    done = CliRunner().invoke(main, ["export", str(directory), "--format", "nt", "--base", base])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "no absolute IRI that every reader of RDF accepts" in done.stderr


@pytest.mark.parametrize(
    "base", ["https://x.example/kg/", "https://x.example/kg#", "urn:x:", "https://é.example"]
)
def test_good_base_gives_valid_iris(base: str, graph: Graph) -> None:
    """Any absolute IRI is a base whose IRIs Oxigraph accepts in every format."""
    for name, format_ in OX.items():
        text = "".join(EXPORTS[name].chunks(graph, RdfOptions(check_base(base))))
        assert sum(1 for _ in pyoxigraph.parse(text, format=format_)) == len(list(triples(graph)))


@given(graphs())
def test_what_is_called_an_iri_is_one(graph: Graph) -> None:
    """Whatever text is taken for an IRI, Oxigraph takes for one too."""
    title = str(graph.nodes[1].get("title"))
    for text in (title, f"https://example.org/{title}", f"urn:{title}"):
        if is_iri(text):
            assert pyoxigraph.NamedNode(text).value == text


def test_table_of_matches_is_read(tmp_path: Path) -> None:
    """Rows are exact matches unless they say otherwise; pages of Wikidata become its things."""
    path = tmp_path / "align.tsv"
    path.write_text(
        "\ufeffentity\tmatch\trelation\ntask:b\thttps://example.org/é\tcloseMatch\r\n\n"
        "task:a\thttps://www.wikidata.org/wiki/Q5\t\ntask:a\twikidata:Q5\n",
        encoding="utf-8",
    )
    assert read_matches(path) == (
        Match("task:a", "exactMatch", "http://www.wikidata.org/entity/Q5"),
        Match("task:b", "closeMatch", "https://example.org/é"),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: begins with"),
        ("id\tiri\n", "line 1: begins with"),
        ("entity\tmatch\ntask\twikidata:Q5\n", "line 2: .*no id of an entity"),
        ("entity\tmatch\n\ntask:a\tQ5\n", "line 3: 'Q5' is no IRI"),
        ("entity\tmatch\ntask:a\thttps://x.example/a b\n", "line 2: .* is no IRI"),
        ("entity\tmatch\trelation\ntask:a\twikidata:Q5\tsameAs\n", "'sameAs' is no relation.*exactMatch"),
        ("entity\tmatch\ntask:a\twikidata:Q5\tcloseMatch\n", "line 2"),
        ("entity\tmatch\ntask:a\tmodel:bert\n", "line 2: 'model:bert' is a name with a prefix"),
        ("entity\tmatch\ntask:a\tschema:Dataset\n", "line 2: 'schema:Dataset' is a name with a prefix"),
        ("entity\tmatch\ntask:a\twikidata:\n", "line 2: 'wikidata:' is no IRI"),
        (f"entity\tmatch\ntask:a\t{'x' * 200_000}\n", "line 2: .* is no IRI"),
    ],
)
def test_bad_table_of_matches_is_refused(text: str, told: str, tmp_path: Path) -> None:
    """What is not understood is told with its line."""
    path = tmp_path / "align.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ExportError, match=told):
        read_matches(path)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("folder", ["wiki", "entity"])
def test_page_of_wikidata_is_its_thing(scheme: str, folder: str, tmp_path: Path) -> None:
    """Whatever the address of a thing at Wikidata, its IRI is the one of its triples."""
    path = tmp_path / "align.tsv"
    path.write_text(f"entity\tmatch\ntask:a\t{scheme}://www.wikidata.org/{folder}/Q5\n")
    (match,) = read_matches(path)
    assert match.iri == "http://www.wikidata.org/entity/Q5"


@pytest.mark.parametrize("name", ["nt", "graphml", "html"])
def test_confidence_is_a_number(name: str, directory: Path) -> None:
    """NaN, with which nothing compares, is wrong usage for every format."""
    done = CliRunner().invoke(main, ["export", str(directory), "--format", name, "--min-confidence", "nan"])
    assert done.exit_code == 2
    assert "nan is no number" in done.stderr


def test_json_ld_reads_without_rdf(graph: Graph) -> None:
    """A program that knows only JSON finds names, numbers and edges under plain keys."""
    document = json.load(io.StringIO("".join(EXPORTS["jsonld"].chunks(graph))))
    nodes = {node["id"]: node for node in document["@graph"]}
    assert nodes["dataset:gsm8k"]["aliases"] == sorted(["GSM-8K", HOSTILE])
    result = nodes["result:aaaaaaaaaaaaaaaa"]
    assert (result["value"], result["kind"], result["onDataset"]) == ("71.50", "absolute", "dataset:gsm8k")
    assert nodes["metric:accuracy"]["higherIsBetter"] is True
