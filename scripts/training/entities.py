"""Reproduce the network that ships: ``scripts/train entities`` (``--help`` for options).

Needs ``../shared`` (annotated abstracts, public corpora), Maven for two public encoders
and the extra ``train``. One annotated paper in three is held out; then

1. teachers with different encoders learn from the other two thirds, and read abstracts
   that nobody has annotated;
2. the student, which is one of the teachers and small enough to ship, learns what they
   read there on average;
3. copies of it learn the annotation of the two thirds, and the claims of more abstracts
   (``claims.jsonl``); the mean of their weights is taken: on the held-out third, which
   nothing of it has seen, the decoder and the mixes of roles and of claims are fitted,
   with counts of the names in what else was annotated or read;
4. other copies learn the whole annotation: their mean ships, as ONNX with int8 weights,
   and the counts of all names.

The development set takes no part in any of this; its figures stand in the model card.
Checkpoints lie in ``--work``: the same command goes on where a stopped run ended.
"""

import argparse
import json
import multiprocessing
import os
import random
import shutil
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from unittest.mock import patch

import numpy as np
import torch
from annotated import TRAINING
from coreference import examples as coreference_examples
from coreference import train as train_coreference
from numpy.typing import NDArray
from results import LABELS, load, load_claimed, slot_models, use
from results import train as train_claim_cues
from roles import examples as role_examples
from roles import train as train_cues
from tagger.bases import load_base, minilm_folder
from tagger.calibration import calibrate, fit_roles, read_unseen
from tagger.card import write_card
from tagger.claims import read_claims
from tagger.examples import annotated, unlabelled
from tagger.export import export
from tagger.mixing import fit_claims
from tagger.network import SIZES, Example, Network, Recipe, fit, predict, start_from, with_claims
from tagger.priors import Reading, count_names, save
from torch import distributed

from kg.evaluate.gold import read_gold
from kg.extract.encoder import (
    NAMES,
    NETWORK,
    SETTINGS,
    VOCABULARY,
    Words,
    load_encoder,
    load_tokenizer,
    softmax,
    split,
)
from kg.extract.linear import load_linear
from kg.extract.outputs import ROLE, TAG
from kg.extract.priors import PriorTable
from kg.extract.spans import Text
from kg.records import Extraction, Paper

ROOT = Path(__file__).resolve().parents[2]

TEACHERS: Final = {
    "bert-base": Recipe(epochs=4, rate=6e-5),
    "bge-small": Recipe(epochs=5, rate=3e-4),
    "minilm": Recipe(epochs=6, rate=3e-4),
}
STUDENT: Final = "minilm"
TAUGHT: Final = Recipe(epochs=5, rate=2e-4)  # by what the teachers read
LAST: Final = Recipe(epochs=5, rate=2e-4)  # by the annotation
SEEDS: Final = (1,)  # of the copies whose mean ships
PROCESSES: Final = 2  # one core each
FOLDS: Final = 3  # one of them is held out


@dataclass(frozen=True)
class Data:
    """The data of a run, and the folder of its checkpoints."""

    shared: Path
    work: Path

    def read(self, *names: str) -> list[tuple[Paper, Extraction]]:
        """Return the papers of annotated files."""
        return [pair for name in names for pair in read_gold(self.shared / "gold" / f"{name}.jsonl")]

    @cached_property
    def papers(self) -> list[tuple[Paper, Extraction]]:
        """All papers to train on."""
        return self.read("train", "train_extra")

    @cached_property
    def examples(self) -> list[Example]:
        """The papers as examples."""
        return [annotated(paper, extraction.entities, TOKENIZER) for paper, extraction in self.papers]

    def claiming(self, papers: Sequence[int]) -> list[Example]:
        """Return some of the papers, then the abstracts of which only claims are annotated, all with claims.

        What the latter name is what the teachers read.
        """
        read, more = load(*TRAINING), load_claimed()
        known = [read[i] for i in papers]
        cues = slot_models([*known, *more])
        place, opinions = {text: index for index, text in enumerate(self.texts)}, self.opinions()
        examples = [self.examples[i] for i in papers]
        for paper in more:
            at = place[paper.reading.text]
            examples.append(Example(self.words[at], opinions[at][:, TAG], soft=opinions[at][:, ROLE]))
        return [
            replace(example, claims=read_claims(example.words, paper, model))
            for example, paper, model in zip(examples, [*known, *more], cues, strict=True)
        ]

    @cached_property
    def texts(self) -> list[str]:
        """Abstracts without annotation."""
        known = [paper.title for paper, _ in [*self.papers, *self.read("dev")]]
        return unlabelled(self.shared / "corpora" / "sota_tdms", known)

    @cached_property
    def words(self) -> list[Words]:
        """Their words."""
        return [split(text, TOKENIZER) for text in self.texts]

    @cached_property
    def parts(self) -> tuple[list[int], list[int]]:
        """The positions of the papers that are held out, and of the others."""
        order = list(range(len(self.papers)))
        random.Random(7).shuffle(order)  # noqa: S311 - the folds need no secret
        return order[::FOLDS], [i for place, i in enumerate(order) if place % FOLDS]

    def opinions(self) -> list[NDArray[np.float32]]:
        """Return for each abstract without annotation what the teachers read, on average."""
        read = np.mean([np.load(self.work / f"{name}.npy") for name in TEACHERS], axis=0, dtype=np.float32)
        return np.split(read, np.cumsum([len(words.first) for words in self.words])[:-1])

    @cached_property
    def read_by_teachers(self) -> list[Reading]:
        """The same, of the tags."""
        return [
            (Text(text, words), opinion[:, TAG])
            for text, words, opinion in zip(self.texts, self.words, self.opinions(), strict=True)
        ]

    def count_names(self, papers: Iterable[int]) -> PriorTable:
        """Return how often names are annotated in some of the papers, and read by the teachers."""
        annotated = [
            (Text(self.papers[i][0].text, self.examples[i].words), self.examples[i].tags) for i in papers
        ]
        return count_names(annotated, self.read_by_teachers)


TOKENIZER: Final = load_tokenizer(minilm_folder() / "tokenizer.json")


def main() -> None:
    """Train, fit, export, measure."""
    options = _options()
    options.work.mkdir(parents=True, exist_ok=True)
    data = Data(options.data, options.work)
    # Two networks on one core each are trained faster than one after the other on both.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, spawn) as pool, TemporaryDirectory(dir=data.work) as folder:
        run_all(pool, teach, data, TEACHERS)
        run_all(
            pool, learn, data, [(rank, Path(folder).resolve() / "rendezvous") for rank in range(PROCESSES)]
        )
        run_all(pool, finish, data, product(("held", "all"), SEEDS))
    held, network = (
        mean([data.work / f"{name}{seed}.pt" for seed in SEEDS]).eval() for name in ("held", "all")
    )

    outside, inside = data.parts
    words = [data.examples[i].words for i in outside]
    unseen = read_unseen(
        [data.papers[i] for i in outside], words, predict(held, words), data.count_names(inside)
    )
    within = set(inside)
    joins = train_coreference([example for example in coreference_examples() if example.paper in within])
    cues = train_cues([example for example in role_examples() if example[0] in within])
    papers = load(*TRAINING)
    claim_cues = train_claim_cues([*(papers[i] for i in inside), *load_claimed()])
    with patch("kg.extract.coreference.load_linear", lambda _: joins):
        settings = calibrate(unseen)
        settings["roles"] = fit_roles(unseen, settings, cues)
        settings["claims"] = fit_claims(unseen, settings, cues, claim_cues)
    use({name: load_linear(name) for name in LABELS})  # those that ship

    known = data.count_names(range(len(data.papers)))
    options.out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(minilm_folder() / "tokenizer.json", options.out / VOCABULARY)
    export(network, options.out / NETWORK)
    (options.out / SETTINGS).write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
    save(known, options.out / NAMES)

    dev = data.read("dev")
    words = [split(paper.text, TOKENIZER) for paper, _ in dev]
    encoder = load_encoder(options.out)
    full, shipped = (
        read_unseen(dev, words, scores, known)
        for scores in (predict(network, words), [encoder.scores(cut) for cut in words])
    )
    counts = {
        "papers": len(data.papers),
        "held": len(outside),
        "texts": len(data.texts),
        "names": len(known.keys),
        "claims": len(load_claimed()),
        "copies": len(SEEDS),
    }
    recipes = {f"teacher {name}": recipe for name, recipe in TEACHERS.items()}
    recipes |= {f"{STUDENT}, taught": TAUGHT, f"{STUDENT}, annotation": LAST}
    write_card(options.out, counts, recipes, settings, load_linear("roles"), full, shipped)


def run_all(
    pool: ProcessPoolExecutor, step: Callable[[Data, Any], None], data: Data, runs: Iterable[Any]
) -> None:
    """Run a step for each of the runs, side by side, and raise what fails first."""
    futures = [pool.submit(step, data, run) for run in runs]
    for future in wait(futures, return_when=FIRST_EXCEPTION).done:
        future.result()


def teach(data: Data, name: str) -> None:
    """Train a teacher, and keep the probabilities of tags and roles that it reads in the texts."""
    torch.set_num_threads(1)
    known = [data.examples[i] for i in data.parts[1]]
    network = start_from(load_base(name, data.work), SIZES[name], TEACHERS[name].seed)
    checkpoint, kept = data.work / f"{name}.pt", data.work / f"{name}.npy"
    network = fit(network, known, TEACHERS[name], checkpoint)
    if not kept.exists() or kept.stat().st_mtime < checkpoint.stat().st_mtime:
        partial = data.work / f"{name}.partial.npy"
        np.save(partial, np.concatenate([probable(scores) for scores in predict(network, data.words)]))
        partial.replace(kept)


def probable(scores: NDArray[np.float32]) -> NDArray[np.float16]:
    """Return the probabilities of tags and of roles that the outputs of a network stand for."""
    tags, roles = scores[:, TAG], scores[:, ROLE]
    return np.hstack([softmax(tags), 1 / (1 + np.exp(-roles))]).astype(np.float16)


def learn(data: Data, place: tuple[int, Path]) -> None:
    """Train the student on the mean of what the teachers read (distillation: Hinton et al. 2015).

    Args:
        data: The data.
        place: Number of this process among the `PROCESSES` that share each batch, and the file where
            they meet.
    """
    torch.set_num_threads(1)
    rank, rendezvous = place
    examples = [
        Example(words, opinion[:, TAG], soft=opinion[:, ROLE])
        for words, opinion in zip(data.words, data.opinions(), strict=True)
    ]
    os.environ["GLOO_SOCKET_IFNAME"] = "lo"  # on Linux, whatever the machine's name resolves to
    distributed.init_process_group("gloo", f"file://{rendezvous}", rank=rank, world_size=PROCESSES)
    try:
        fit(trained(data.work / f"{STUDENT}.pt"), examples, TAUGHT, data.work / "student.pt", rank)
    finally:
        distributed.destroy_process_group()  # so that the others do not wait for one that failed


def finish(data: Data, run: tuple[str, int]) -> None:
    """Train a copy of the student on ``all`` of the annotation, or without what is ``held`` out."""
    torch.set_num_threads(1)
    name, seed = run
    known = data.claiming(range(len(data.papers)) if name == "all" else data.parts[1])
    student = with_claims(trained(data.work / "student.pt").state_dict(), SIZES[STUDENT])
    fit(student, known, replace(LAST, seed=seed), data.work / f"{name}{seed}.pt")


def mean(checkpoints: Sequence[Path]) -> Network:
    """Return the student with the mean of the weights of copies from one start (Wortsman et al. 2022)."""
    states = [torch.load(checkpoint, weights_only=True)["network"] for checkpoint in checkpoints]
    together = {key: torch.stack([state[key] for state in states]).mean(0) for key in states[0]}
    return with_claims(together, SIZES[STUDENT])


def trained(checkpoint: Path) -> Network:
    """Return the student as a checkpoint has it."""
    network = Network(SIZES[STUDENT])
    network.load_state_dict(torch.load(checkpoint, weights_only=True)["network"])
    return network


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, default=ROOT.parent / "shared", help="folder with gold/ and corpora/ [../shared]"
    )
    parser.add_argument(
        "--work", type=Path, default=ROOT / "build" / "entities", help="folder of checkpoints"
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "kg" / "extract" / "weights", help="where to write"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
