"""Reproduce the entity weights that ship: ``python scripts/training/entities.py`` (``--help`` for options).

Needs the annotated abstracts in ``../shared/gold`` and the extra ``train``. Trains a
network on two thirds of the papers and fits the decoder on the third that it has not
seen (``--calibrate 3``: on all, by three networks), trains the network that ships on
all papers, writes it as ONNX with int8 weights, and its model card with the figures on
the development set, which takes no part in training or fitting. Checkpoints lie in
``--work``: the same command goes on where a stopped run ended.
"""

import argparse
import json
import random
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tagger.calibration import Unseen, calibrate, f1, reliability
from tagger.card import write_card
from tagger.export import export
from tagger.network import Example, base_folder, fit, probabilities

from kg.evaluate.agreement import match_entities
from kg.evaluate.gold import read_gold
from kg.extract.abbreviations import find_abbreviations
from kg.extract.decode import candidates, choose
from kg.extract.encoder import FILES, Words, load_encoder, load_tokenizer, split
from kg.extract.sentences import split_sentences
from kg.records import ExtractedEntity, Extraction, Mention, Paper
from kg.schema import ENTITY_TYPES

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Train, calibrate, export, measure."""
    options = _options()
    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    gold = options.data / "gold"
    papers = [pair for name in ("train", "train_extra") for pair in read_gold(gold / f"{name}.jsonl")]
    tokenizer = load_tokenizer(base_folder() / "tokenizer.json")
    words = [split(paper.text, tokenizer) for paper, _ in papers]
    examples = [
        Example(cut, tag_words(paper.text, annotation.entities, cut))
        for (paper, annotation), cut in zip(papers, words, strict=True)
    ]
    recipe = {"epochs": options.epochs, "rate": options.rate, "size": 16, "seed": options.seed}

    order = list(range(len(papers)))
    random.Random(7).shuffle(order)  # noqa: S311 - the folds need no secret
    unseen = []
    for fold in range(options.calibrate):
        inside = [examples[i] for place, i in enumerate(order) if place % options.folds != fold]
        network = fit(inside, options.work / f"fold{fold}.pt", **recipe)
        for place, i in enumerate(order):
            if place % options.folds == fold:
                paper, annotation = papers[i]
                probs = probabilities(network, words[i])
                unseen.append(_unseen(paper, annotation.entities, words[i], probs))
    settings = calibrate(unseen)

    network = fit(examples, options.work / "all.pt", **recipe)
    options.out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(base_folder() / "tokenizer.json", options.out / FILES[2])
    export(network, options.out / FILES[0])
    (options.out / FILES[1]).write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")

    dev = list(read_gold(gold / "dev.jsonl"))
    full = [
        _unseen(paper, annotation.entities, cut, probabilities(network, cut))
        for paper, annotation in dev
        for cut in [split(paper.text, tokenizer)]
    ]
    encoder = load_encoder(options.out)
    shipped = [_unseen(paper, annotation.entities, *encoder.words(paper.text)) for paper, annotation in dev]
    print(f"dev F1: fp32 {f1(full, settings):.4f}, int8 {f1(shipped, settings):.4f}")
    predicted = [_extraction(paper, item, settings) for (paper, _), item in zip(dev, shipped, strict=True)]
    write_card(
        options.out,
        papers=len(papers),
        unseen=len(unseen),
        recipe=recipe,
        settings=settings,
        fp32=f1(full, settings),
        gold=[annotation for _, annotation in dev],
        predicted=predicted,
        reliability=reliability(list(_judged(shipped, predicted))),
    )


def tag_words(text: str, entities: Iterable[ExtractedEntity], words: Words) -> NDArray[np.int64]:
    """Return the tag of each word: every occurrence of a gold form is a mention, the longest form wins.

    A form stands where no letter or digit touches it (rule 6 of the annotation guidelines).
    """
    tags = np.zeros(len(words.first), np.int64)
    taken = np.zeros(len(text), bool)
    forms = [(form, ENTITY_TYPES.index(entity.type)) for entity in entities for form in entity.forms]
    for form, kind in sorted(forms, key=lambda item: (-len(item[0]), item)):
        for found in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", text):
            start, end = found.span()
            inside = np.flatnonzero((words.starts < end) & (words.ends > start))
            if taken[start:end].any() or not len(inside):
                continue
            taken[start:end] = True
            tags[inside] = 2 + 2 * kind
            tags[inside[0]] = 1 + 2 * kind
    return tags


def _unseen(
    paper: Paper, entities: Sequence[ExtractedEntity], words: Words, probs: NDArray[np.float32]
) -> Unseen:
    pairs: list[tuple[Mention, Mention]] = [
        (pair.long, pair.short) for pair in find_abbreviations(paper.text, split_sentences(paper.text))
    ]
    return Unseen(paper.text, words, probs, pairs, entities)


def _extraction(paper: Paper, item: Unseen, settings: dict[str, Any]) -> Extraction:
    found = candidates(item.text, item.words, item.probs, item.abbreviations, settings["bias"])
    return Extraction(paper.title, paper.id, choose(item.text, item.words, found, settings), ())


def _judged(items: Sequence[Unseen], predicted: Sequence[Extraction]) -> Iterator[tuple[float, bool]]:
    """Yield the confidence of each predicted entity and whether it is right."""
    for item, extraction in zip(items, predicted, strict=True):
        right = {j for _, j in match_entities(item.gold, extraction.entities, typed=True)}
        yield from ((entity.confidence, j in right) for j, entity in enumerate(extraction.entities))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    shared = ROOT.parent / "shared"
    parser.add_argument("--data", type=Path, default=shared, help="folder with gold/ [../shared]")
    parser.add_argument(
        "--work", type=Path, default=ROOT / "build" / "entities", help="folder of checkpoints"
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "kg" / "extract" / "weights", help="where to write"
    )
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--folds", type=int, default=3, help="parts that the training papers are cut into")
    parser.add_argument("--calibrate", type=int, default=1, help="parts held out in turn to fit the decoder")
    parser.add_argument("--rate", type=float, default=3e-4, help="highest learning rate of the encoder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2, help="1 where other programs use the cores [2]")
    return parser.parse_args()


if __name__ == "__main__":
    main()
