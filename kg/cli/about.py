"""The commands about kg itself: how well it extracts, and what it is made of."""

import platform
from pathlib import Path

import click

from kg import __version__
from kg.cli.terminal import FILE, out
from kg.exports import EXPORTS
from kg.pages import FORMATS


@click.command()
@click.argument("gold", type=FILE)
@click.option(
    "--errors", default=0, type=click.IntRange(min=0), help="List so many of the most frequent errors."
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option(
    "--labels", metavar="LABEL=TYPE,...", help="Our type of each label of a corpus that is not known."
)
def evaluate(gold: Path, errors: int, as_json: bool, labels: str | None) -> None:
    """Extract annotated texts and score the extraction against their annotation.

    GOLD is JSON Lines: annotated abstracts (entities with type, forms and roles, and
    results), scored by abstract; or texts with spans (entities with start, end and
    label), scored by exact span. The labels of TDMSci, SciERC and the dataset names of
    Heddes et al. are known; for others pass --labels, with nothing after the = of a
    label that is none of our types.

    \b
    Example:
      kg evaluate gold.jsonl --errors 20
      kg evaluate sentences.jsonl --labels TaskName=Task,DatasetName=Dataset,URL=
    """
    from kg.evaluate import evaluate as evaluate_gold
    from kg.evaluate import format_evaluation
    from kg.extract import extract as extract_papers

    evaluation = evaluate_gold(gold, extract_papers, labels)
    out(format_evaluation(evaluation, errors=errors, as_json=as_json))


@click.command()
def info() -> None:
    """Print versions, formats and models.

    \b
    Example:
      kg info
    """
    from importlib import metadata  # takes a tenth of a second, and only this command needs it

    from kg.extract import extractor_version

    out(f"kg {__version__}, Python {platform.python_version()}")
    out(f"extractor: {extractor_version()}")
    out(f"page formats: {', '.join(FORMATS)}")
    out(f"export formats: {', '.join(EXPORTS)}")
    libraries = (
        "spacy",
        "networkx",
        "neo4j",
        "arcadedb",
        "pyvis",
        "rdflib",
        "pyshacl",
        "onnxruntime",
        "click",
    )
    out("libraries: " + ", ".join(f"{name} {metadata.version(name)}" for name in libraries))
