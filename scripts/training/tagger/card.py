"""Write the model card from the figures of the run, so that it cannot go stale."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.evaluate import score
from kg.evaluate.agreement import match_entities
from kg.extract.decode import FEATURES
from kg.extract.encoder import FILES, OVERLAP, WINDOW, weights_hash
from kg.extract.linear import Linear
from tagger.calibration import Unseen, f1, reliability
from tagger.mixing import with_results
from tagger.network import Recipe

PARTS = (
    "network",
    "settings of the decoder",
    "vocabulary",
    "for hashes of names: how many texts hold them, and how many have them annotated",
)
"""What each of ``kg.extract.encoder.FILES`` is."""

CARD = """\
# Network for entities, roles and claims {hash}

Written by `scripts/train entities`; do not edit.

Marks tasks, methods, models, datasets and metrics in English titles and abstracts of
machine-learning papers, scores what the paper does with each, and reads what is claimed: by a BERT
encoder of 6 layers, 384 wide (22 million parameters, int8 weights) that also sees how each word is
spelled and whether it stands in the title. One pass gives each word a BIO tag, seven roles, whether a
number is claimed, of which kind and direction, whether a sentence compares, and queries and keys by
which numbers and comparisons find the mentions that fill their slots (`kg/extract/outputs.py`). A
decoder gathers the spans of one name, joins its forms, and gives each entity a confidence by a logistic
regression on {features} features, among them how often {names:,} names were annotated
where other texts hold them. Roles and claims mix the scores of the network with those of linear
models over cues.

| file | bytes | is |
| --- | --- | --- |
{files}

## Data and licences

- Encoders: all-MiniLM-L6-v2 (Apache-2.0; its vocabulary is `tokenizer.json`) for what ships; as
  teachers also bge-small-en-v1.5 (MIT) and BERT-base uncased (Apache-2.0).
- {papers:,} titles and abstracts annotated for this project.
- {texts:,} titles and abstracts of papers with leaderboards (those of "SOTA?", SimpleText task 4 of
  CLEF 2024, CC BY-SA 4.0), without any annotation: what is learned there is what three teachers read.
- The claims of {claims:,} of these texts, annotated by a language model after the guidelines with the
  entities that an earlier state of the network had read (`scripts/training/claims.jsonl`, offsets only).
- No annotation of a public corpus is used. A few test sentences of TDMSci and of the dataset names stand,
  without their annotation, in texts that the teachers read (`corpora/overlaps.jsonl` lists those of TDMSci).

The texts are not part of the package; they stay under the papers' own terms. These weights:
Apache-2.0, as the package.

## Training

Each step is AdamW with linear warm-up and decay, fixed seeds, batches of 16 texts.

| step | passes | learning rate |
| --- | --- | --- |
{recipes}

Copies that differ in seed at the last step and whose weights are averaged: {copies}.
Teachers, and everything that the decoder is fitted on, see two thirds of the annotated papers only:
on the other {held} papers, with copies of the student that have not seen them either, entity F1
is {cv:.3f}, edge F1 {edge:.3f}; {claimed} - after the decoder was fitted on the same papers. What
ships has then learned from all. The development set of {dev} papers is only measured on.

## Figures

On the development set, as `kg evaluate ../shared/gold/dev.jsonl` prints them:

| | precision | recall | F1 | 95% of F1 | gold | predicted |
| --- | --- | --- | --- | --- | --- | --- |
{figures}

Entities of the same network before quantisation: F1 {fp32:.3f} (int8: {int8:.3f}). Expected
calibration error of the confidences of these entities: {ece:.3f}, in ten bins:

| mean confidence | precision | entities |
| --- | --- | --- |
{bins}

## What it cannot do

- Other languages than English, other fields than machine learning, full papers: not trained, not measured.
- Names of several words that are joined by "and" and share a word are found only as far as they
  stand contiguously in the text.
- Names that no training text holds are found less often, above all tasks. Whether weights of a new name
  exist (Model) or not (Method) it guesses from the sentence, and often wrongly.
- Of a claim, direction and baseline of absolute values, and the dataset among several, are least sure.
  Claims that stretch over several sentences are not read as one.
- Texts longer than {window} word pieces are read in windows that share {overlap}; context farther
  away is not seen.
- Equal text gives equal bytes on one machine whatever other texts are tagged with it; the last digits
  of a confidence may differ between kinds of processor.
"""


def write_card(  # noqa: PLR0917 - the parts of one card
    folder: Path,
    counts: Mapping[str, int],
    recipes: Mapping[str, Recipe],
    settings: dict[str, Any],
    cues: Linear,
    full: Sequence[Unseen],
    shipped: Sequence[Unseen],
) -> None:
    """Write ``MODEL_CARD.md`` beside the weights.

    Args:
        folder: Of the weights.
        counts: Papers, held-out papers, texts without annotation, texts with claims only, names, copies.
        recipes: Of the steps, in order.
        settings: Of the decoder.
        cues: Of the roles; those of claims are the ones that ship.
        full: The development papers as read before quantisation.
        shipped: The same as read by what ships.
    """
    gold = [paper.gold for paper in shipped]
    predicted = [with_results(paper, paper.extraction(settings, cues), settings) for paper in shipped]
    judged = [
        (entity.confidence, j in right)
        for annotation, extraction in zip(gold, predicted, strict=True)
        for right in [{j for _, j in match_entities(annotation.entities, extraction.entities, typed=True)}]
        for j, entity in enumerate(extraction.entities)
    ]
    error, bins = reliability(judged)
    text = CARD.format(
        **counts,
        hash=weights_hash(folder),
        features=len(FEATURES),
        files="\n".join(
            f"| `{name}` | {(folder / name).stat().st_size:,} | {what} |"
            for name, what in zip(FILES, PARTS, strict=True)
        ),
        recipes="\n".join(f"| {name} | {one.epochs} | {one.rate:g} |" for name, one in recipes.items()),
        cv=settings["f1"],
        edge=settings["roles"]["f1"],
        claimed=", ".join(f"{name} {f1:.3f}" for name, f1 in settings["claims"]["f1"].items()),
        dev=len(gold),
        figures="\n".join(
            f"| {row.name} | {row.precision:.3f} | {row.recall:.3f} | {row.f1:.3f} "
            f"| {row.low:.3f}-{row.high:.3f} | {row.gold} | {row.predicted} |"
            for row in score(gold, predicted).figures
        ),
        fp32=f1(full, settings),
        int8=f1(shipped, settings),
        ece=error,
        bins="\n".join(f"| {sure:.2f} | {right:.2f} | {size} |" for sure, right, size in bins),
        window=WINDOW,
        overlap=OVERLAP,
    )
    (folder / "MODEL_CARD.md").write_text(text, encoding="utf-8")
