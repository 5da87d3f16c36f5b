"""Train and measure the model that finds the border between title and abstract.

Input: the pairs of title and abstract in ``../shared``: those of the corpus sota_tdms and
those of the listing pages, except every paper of the page of one-line records (002) and
of the development set. Output: ``kg/pages/border.bin``, the same for the same input, and
the figures on pairs that were not trained on.

    scripts/train borders               trains (some minutes), writes, measures
    scripts/train borders --evaluate    only measures the weights that ship
"""

import argparse
import gzip
import hashlib
import json
import random
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.pages import read_pages
from kg.pages.border import LONGEST_TITLE, TABLE_BITS, UNIT, WEIGHTS, border_features, border_probabilities
from kg.records import paper_id

ROOT = Path(__file__).resolve().parents[2]
ONE_LINE_PAGE = "002_*.txt"
TITLE_DIGESTS = ROOT / "tests" / "pages" / "golden" / "shared_002.sha256"

HELD_OUT = 1000  # pairs of the corpus
SEED = 7
RUNS = 3  # averaged: single runs differ by some errors in 1,000
EPOCHS = 12
RATE = 0.2
DROP = 0.3  # share of the features that each step ignores, so that no single word decides
# Epochs, rate and drop were chosen on another 1,000 pairs of the corpus and by
# cross-validation on the pages: about 10 and 5 errors (of 366) for all values nearby.

Pair = tuple[str, str]


class Example(NamedTuple):
    """Features of one joined pair, see `kg.pages.border.Features`, and the right gap."""

    words: NDArray[np.int32]
    gaps: NDArray[np.int32]
    right: int


class Data(NamedTuple):
    """Pairs by where they come from."""

    corpus: list[Pair]
    pages: list[Pair]
    held_out: list[Pair]


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--evaluate", action="store_true", help="only measure the weights that ship")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="folder of the data")
    options = parser.parse_args()
    data = load(options.shared)
    print(
        f"pairs: {len(data.corpus)} of the corpus, {len(data.pages)} of pages, {len(data.held_out)} held out"
    )
    if not options.evaluate:
        WEIGHTS.write_bytes(quantised(train(data)).tobytes())
        print(f"wrote {WEIGHTS.relative_to(ROOT)}")
    evaluate(data, options.shared)


# --- data --------------------------------------------------------------------------------------


def load(shared: Path) -> Data:
    """Return all pairs, without the papers of page 002 and of the development set."""
    barred = {
        paper_id(json.loads(line)["title"])
        for line in (shared / "gold" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    }
    one_line = " ".join(next((shared / "pages").glob(ONE_LINE_PAGE)).read_text(encoding="utf-8").split())
    corpus: dict[str, Pair] = {}
    with gzip.open(shared / "corpora" / "sota_tdms" / "train.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            title = row.get("title", "").strip()
            if title:
                corpus.setdefault(paper_id(title), (title, row["text"][len(row["title"]) :].strip()))
    pages = {
        paper.id: (paper.title, paper.abstract)
        for paper in read_pages([str(path) for path in other_pages(shared)]).papers
    }
    for pairs in (corpus, pages):
        for id_, (title, abstract) in list(pairs.items()):
            listed = f" {title} {abstract[:30]}" in one_line or paper_id(title) in barred
            if listed or len(title.split()) > LONGEST_TITLE:
                del pairs[id_]
    shuffled = sorted(corpus)
    random.Random(SEED).shuffle(shuffled)  # noqa: S311  # no secret
    held_out, trained = shuffled[:HELD_OUT], shuffled[HELD_OUT:]
    return Data(
        [corpus[id_] for id_ in trained],
        [pages[id_] for id_ in sorted(pages.keys() - set(held_out))],
        [corpus[id_] for id_ in held_out],
    )


def other_pages(shared: Path) -> list[Path]:
    """Return the listing pages whose titles stand apart from the abstracts."""
    return sorted(path for path in (shared / "pages").glob("*.txt") if not path.match(ONE_LINE_PAGE))


def mixture(data: Data, seed: int) -> list[Pair]:
    """Return pairs to train on: true ones, and titles before abstracts of other papers.

    The border of a foreign pair is as certain as that of a true one, and it cannot be
    found by words that title and abstract share, so the model learns other cues too.
    """
    rng = random.Random(seed)  # noqa: S311  # no secret
    corpus = [abstract for _, abstract in data.corpus]
    pages = [abstract for _, abstract in data.pages]
    pairs = data.corpus + data.pages * 2
    pairs += [(title, rng.choice(corpus)) for title, _ in data.corpus]
    for _ in range(4):
        pairs += [(title, rng.choice(pages)) for title, _ in data.pages]
    for _ in range(2):
        pairs += [(title, rng.choice(corpus)) for title, _ in data.pages]
        pairs += [(title, rng.choice(pages)) for title, _ in rng.sample(data.corpus, len(data.pages))]
    return pairs


def examples(pairs: Iterable[Pair]) -> list[Example]:
    """Return the features of joined pairs."""
    found = []
    for title, abstract in pairs:
        features = border_features(f"{title} {abstract}")
        words, gaps = np.array(features.words, np.int32), np.array(features.gaps, np.int32)
        found.append(Example(words, gaps, len(title.split()) - 1))
    return found


# --- training ----------------------------------------------------------------------------------


def train(data: Data) -> NDArray[np.float32]:
    """Return weights averaged over `RUNS` mixtures."""
    runs = []
    for run in range(RUNS):
        runs.append(train_once(examples(mixture(data, run)), run))
        print(f"run {run + 1} of {RUNS} done", file=sys.stderr)
    return np.asarray(np.mean(runs, axis=0, dtype=np.float64), np.float32)


def train_once(batch: Sequence[Example], seed: int) -> NDArray[np.float32]:
    """Minimise the log loss of the right gap by AdaGrad; average the second half of the epochs."""
    rng = np.random.default_rng(seed)
    weights = np.zeros(1 << TABLE_BITS, np.float32)
    squares = np.full_like(weights, 0.01)
    total = np.zeros(1 << TABLE_BITS, np.float64)
    for epoch in range(EPOCHS):
        for index in rng.permutation(len(batch)):
            words, gaps, right = batch[index]
            keep_gap = (rng.random(gaps.shape[1]) >= DROP).astype(np.float32)
            keep_word = (rng.random(words.shape) >= DROP).astype(np.float32)
            scores = np.cumsum((weights[words] * keep_word).sum(1)) + (weights[gaps] * keep_gap).sum(1)
            slope = np.exp(scores - scores.max())
            slope /= slope.sum()
            slope[right] -= 1
            later = np.cumsum(slope[::-1])[::-1]  # a word counts for all gaps after it
            indices = np.concatenate([gaps.ravel(), words.ravel()])
            steps = np.concatenate(
                [(slope[:, None] * keep_gap).ravel(), (later[:, None] * keep_word).ravel()]
            ).astype(np.float32)
            matters = np.abs(steps) > 1e-4
            if not matters.any():
                continue
            unique, inverse = np.unique(indices[matters], return_inverse=True)
            gradient = np.bincount(inverse, steps[matters], len(unique)).astype(np.float32)
            squares[unique] += gradient * gradient
            weights[unique] -= RATE * gradient / np.sqrt(squares[unique])
        if epoch >= EPOCHS // 2:
            total += weights
    return (total / (EPOCHS - EPOCHS // 2)).astype(np.float32)


def quantised(weights: NDArray[np.float32]) -> NDArray[np.int8]:
    """Return weights in units that fit a byte."""
    return np.clip(np.round(weights / UNIT), -127, 127).astype(np.int8)


# --- figures -----------------------------------------------------------------------------------


def evaluate(data: Data, shared: Path) -> None:
    """Print how many borders the weights that lie in the package find."""
    wrong = [pair for pair in data.held_out if not is_found(*pair)]
    print(
        f"joined pairs held out:                  {len(data.held_out) - len(wrong)} of {len(data.held_out)}"
    )
    one_line = str(next((shared / "pages").glob(ONE_LINE_PAGE)))
    truth = set(TITLE_DIGESTS.read_text(encoding="ascii").split())
    for name, others in (("on its own", []), ("with the other pages", other_pages(shared))):
        papers = read_pages([one_line, *map(str, others)]).papers
        page = Path(one_line).name
        listed = [paper for paper in papers if any(source.page == page for source in paper.sources)]
        right = sum(digest(paper.title) in truth for paper in listed)
        print(f"page of one-line records, {name + ':':<22} {right} of {len(truth)}")


def is_found(title: str, abstract: str) -> bool:
    """Tell whether the likeliest border is the right one."""
    likely = border_probabilities(f"{title} {abstract}")
    return max(range(len(likely)), key=likely.__getitem__) + 1 == len(title.split())


def digest(title: str) -> str:
    """Return what stands for a title where its text must not."""
    return hashlib.sha256(title.encode()).hexdigest()[:16]


if __name__ == "__main__":
    main()
