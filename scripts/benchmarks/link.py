"""Speed and memory of linking: ``scripts/bench link`` (``--help`` for options).

Papers are made from annotated abstracts: each copy keeps the names that papers share,
gets names of its own for what its paper introduces, writes some names in another
spelling, and gives some abbreviations another meaning. Each number of papers is linked
in a process of its own; the memory is that of the whole process at its peak, the papers
themselves included. Where growth is linear, microseconds a mention stay the same.
"""

import argparse
import gc
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from timing import machine

from kg.link import link
from kg.link.forms import is_abbreviation
from kg.link.reading import read_mentions
from kg.records import ExtractedEntity, Extraction

GOLD: Final = Path(__file__).resolve().parents[3] / "shared" / "gold"
SPELLINGS: Final = (str.lower, str.title, lambda form: form.replace("-", " "), lambda form: f"{form}s")
ODD: Final = 0.1
"""Share of the forms that are written otherwise, and of the abbreviations with a meaning of their own."""


def main() -> None:
    """Measure and print, or link once where another process asks for it."""
    options = _options()
    if options.once:
        print(json.dumps(link_once(options.gold, options.once)))
        return
    print(machine())
    print(f"{'papers':>9} {'mentions':>9} {'entities':>9} {'seconds':>8} {'us/mention':>10} {'MB':>6}")
    for papers in options.papers:
        command = [sys.executable, __file__, "--gold", str(options.gold), "--once", str(papers)]
        row = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        each = row["seconds"] / row["mentions"] * 1e6
        counts = f"{papers:9,} {row['mentions']:9,} {row['entities']:9,}"
        print(f"{counts} {row['seconds']:8.1f} {each:10.1f} {row['mb']:6,.0f}")


def link_once(gold: Path, papers: int) -> dict[str, float]:
    """Return what linking so many papers gave and took."""
    known: list[Extraction] = []
    for path in sorted(gold.glob("train*.jsonl")):
        with path.open("rb") as lines:
            known += read_mentions(lines, str(path))
    extractions = list(copies(known, papers))
    mentions = sum(len(entity.forms) for extraction in extractions for entity in extraction.entities)
    gc.collect()
    clock = time.perf_counter()
    entities, _ = link(extractions)
    seconds = time.perf_counter() - clock
    unit = 1024**2 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return {"mentions": mentions, "entities": len(entities), "seconds": seconds, "mb": peak}


def copies(known: list[Extraction], papers: int) -> Iterator[Extraction]:
    """Yield so many papers."""
    rng = random.Random(1)  # noqa: S311 - the same papers each time
    for number in range(papers):
        copy, extraction = number // len(known), known[number % len(known)]
        entities = tuple(_copied(entity, copy, rng) for entity in extraction.entities)
        yield replace(extraction, id=f"{extraction.id}-{copy}", entities=entities)


def _copied(entity: ExtractedEntity, copy: int, rng: random.Random) -> ExtractedEntity:
    if copy and "introduced" in entity.roles:
        forms = tuple(f"{form}{' ' * (' ' in form)}X{copy}" for form in entity.forms)
    elif copy and any(map(is_abbreviation, entity.forms)) and rng.random() < ODD:
        forms = tuple(form if is_abbreviation(form) else f"{form} by means {copy}" for form in entity.forms)
    else:
        forms = tuple(
            rng.choice(SPELLINGS)(form) if copy and rng.random() < ODD else form for form in entity.forms
        )
    forms = tuple(dict.fromkeys(forms))
    return replace(entity, name=forms[0], forms=forms)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--gold", type=Path, default=GOLD, help="folder of annotated abstracts [../shared/gold]"
    )
    parser.add_argument(
        "--papers", type=int, nargs="+", default=[12_500, 25_000, 50_000, 100_000], help="how many to link"
    )
    parser.add_argument("--once", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
