"""The command line: the only package that prints, prompts or exits.

A command is a function in the module of its group, listed in `COMMANDS`.
"""

import sys
from typing import Any

import click

from kg import __version__
from kg.cli.about import evaluate, info
from kg.cli.building import build
from kg.cli.identity import explain, merge, split
from kg.cli.loading import load
from kg.cli.outputs import export, plot
from kg.cli.questions import check, leaderboard, query, stats
from kg.cli.rdf import sparql, validate
from kg.cli.serving import serve
from kg.cli.stages import extract, link, read
from kg.errors import KGError

COMMANDS = (
    read,
    extract,
    link,
    build,
    query,
    sparql,
    leaderboard,
    check,
    explain,
    merge,
    split,
    serve,
    load,
    export,
    plot,
    validate,
    stats,
    evaluate,
    info,
)
"""The commands, in the order in which the help lists them."""

# spaCy takes them up where they are installed and uses none of them here: 3 seconds and 600 MB for torch.
_NOT_NEEDED = ("cupy", "torch", "tensorflow", "mxnet")


class _Group(click.Group):
    """A group whose commands tell an expected failure in one line and exit with 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KGError as error:
            raise click.ClickException(" ".join(str(error).split())) from error
        except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
            raise click.ClickException(f"{error.filename}: {error.strerror}; name another file") from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "--version", message="kg %(version)s")
def main() -> None:
    """Turn listing pages of machine-learning papers into a graph that can be queried.

    \b
    Example:
      kg build pages/*.txt -o graph.kg
      kg query graph.kg leaderboard -p dataset=GSM8K
      kg export graph.kg --format html -o graph.html
    """
    for name in _NOT_NEEDED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # makes an import of it fail


for _command in COMMANDS:
    main.add_command(_command)
