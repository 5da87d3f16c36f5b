"""The commands about RDF: sparql, validate."""

from dataclasses import asdict, replace
from pathlib import Path

import click

from kg.cli.terminal import DIRECTORY, ROWS, out, print_rows, say
from kg.errors import ValidationError


@click.command()
@click.argument("directory", type=DIRECTORY, required=False)
@click.argument("text", metavar="[QUERY]", required=False)
@click.option("--param", "-p", "params", multiple=True, metavar="KEY=VALUE", help="A parameter of the query.")
@ROWS
@click.option("--list", "listing", is_flag=True, help="List the named queries; parameters as in kg query.")
def sparql(
    directory: Path | None, text: str | None, params: tuple[str, ...], output_format: str, listing: bool
) -> None:
    """Answer a named query, or SPARQL, from a graph directory.

    The named queries answer what those of kg query of the same name do, with equal rows;
    kg sparql --list --format json prints their text, which runs in any triple store that
    holds the graph in RDF 1.1 (not what kg export --rdf 1.2 wrote).
    The prefixes of kg export --format ttl need not be declared. With the extra fast
    (pip install '.[fast]') answers come sooner.

    \b
    Example:
      kg sparql --list
      kg sparql graph.kg leaderboard -p dataset=GSM8K
      kg sparql graph.kg "SELECT ?name { ?m a v:Model ; skos:prefLabel ?name } LIMIT 5" --format json
    """
    from kg.exports.sparql import NamedSparql, answer, open_rdf, sparql_names, sparql_text
    from kg.stores.queries import is_name, named_query, prepare

    if listing:
        if output_format == "table":
            for name in sparql_names():
                out(f"{name}: {named_query(name).question}")
        else:
            texts = ({"name": name, "text": sparql_text(name)} for name in sparql_names())
            print_rows(texts, output_format)
        return
    if directory is None or text is None:
        raise click.UsageError("name a graph directory and a query; --list shows the named ones")
    from kg.cli.names import answers, known_in
    from kg.directory import read_graph

    if is_name(text):
        name = text.strip()
        written = sparql_text(name)
        query = replace(named_query(name), text=written)
        values = prepare(name, params)[1]
        graph = read_graph(directory)
        rows = answers(NamedSparql(open_rdf(graph)), str(directory), query, values, say, known_in(graph))
        print_rows(rows, output_format, f"; kg query {directory} find -p text=... finds names")
    elif params:
        raise click.UsageError("parameters go with named queries; write the values into the SPARQL")
    else:
        print_rows(answer(open_rdf(read_graph(directory)), text), output_format)


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@ROWS
def validate(target: Path, output_format: str) -> None:
    """Hold the RDF of a graph directory, or a file of RDF, against the rules of our vocabulary.

    TARGET is a graph directory, or what kg export wrote in RDF 1.1: .nt, .ttl or .jsonld,
    also with .gz. The rules are SHACL shapes (see README), and that each plain triple of
    an edge has its v:Statement. Each violation is a row: the node, the
    rule that it breaks, what that demands and what was found; the exit code is then 1.

    \b
    Example:
      kg validate graph.kg
      kg validate graph.ttl
    """
    from kg.exports.rdf import to_rdflib
    from kg.exports.validation import count_nodes, read_rdf, violations

    if target.is_file():
        graph = read_rdf(target)
    else:
        from kg.directory import read_graph

        graph = to_rdflib(read_graph(target))
    nodes = count_nodes(graph, str(target))
    found = violations(graph)
    if not found:
        say(f"{target}: {nodes} nodes conform, {len(graph)} triples")
        return
    print_rows((asdict(violation) for violation in found), output_format)
    number = f"{len(found)} violation{'s' * (len(found) > 1)} in {nodes} nodes"
    raise ValidationError(str(target), number, "correct what made them, then export it again")
