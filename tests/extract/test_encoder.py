"""The shipped tagger: words, windows, equal bytes for equal text."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.encoder import (
    FILES,
    WEIGHTS,
    WINDOW,
    load_encoder,
    load_tokenizer,
    owners,
    split,
    weights_hash,
    windows,
)
from kg.extract.outputs import TAGS
from kg.schema import ROLES

SHORT = "TinyFlow: Small Models That Count\nTinyFlow reaches 71.5% accuracy on GSM8K."
OTHERS = [
    "A Title\nUnlike BERT, our ΔNet \U0001f9ea needs no labels; F1 on GLUE rises by 2.5 points.",
    "Nothing\n",
    "Long\n" + "Contrastive learning helps speech recognition on LibriSpeech. " * 40,
]


@given(st.text(max_size=300))
def test_words_lie_in_order_in_the_text(text: str) -> None:
    """Words are non-empty, in order and without overlap, whatever the text."""
    words = split(text, load_tokenizer(WEIGHTS / FILES[2]))
    assert (words.starts < words.ends).all()
    assert (words.ends[:-1] <= words.starts[1:]).all()
    assert len(words.ids) == len(words.shapes)
    assert words.ends.max(initial=0) <= len(text)


def test_words_are_runs_of_letters_and_single_signs() -> None:
    """A name is cut at hyphens, dots and brackets, and its offsets count code points."""
    text = "Ünï-\U0001f9ea GPT-4o (v2.5)\n"
    words = split(text, load_tokenizer(WEIGHTS / FILES[2]))
    found = [text[a:b] for a, b in zip(words.starts, words.ends, strict=True)]
    assert found == ["Ünï", "-", "\U0001f9ea", "GPT", "-", "4o", "(", "v2", ".", "5", ")"]


@given(st.integers(0, 6000))
def test_windows_cover_all_pieces(pieces: int) -> None:
    """Every piece lies in a window, and no window is longer than the encoder reads."""
    ranges = windows(pieces)
    assert {piece for start, end in ranges for piece in range(start, end)} == set(range(pieces))
    assert all(0 < end - start <= WINDOW for start, end in ranges)


@given(st.integers(WINDOW + 1, 6000))
def test_a_word_is_read_where_it_has_context(pieces: int) -> None:
    """In a long text every word away from its ends has 60 pieces on both sides in its window."""
    ranges = windows(pieces)
    first = np.arange(pieces)
    for word, owner in zip(first, owners(first, ranges), strict=True):
        start, end = ranges[owner]
        assert word - start >= min(60, word)
        assert end - word >= min(60, pieces - word)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_equal_text_gives_equal_bytes(threads: int) -> None:
    """What is said of a text is the same bytes alone and among any other texts."""
    encoder = load_encoder()
    alone = encoder.read(SHORT)
    for texts in ([SHORT, *OTHERS], [*reversed(OTHERS), SHORT], [SHORT] * 5):
        for text, tagged in zip(texts, encoder.stream(texts, threads), strict=True):
            assert len(tagged.words.first) == len(tagged.tags) == len(tagged.roles)
            if text == SHORT:
                assert tagged.tags.tobytes() == alone.tags.tobytes()
                assert tagged.roles.tobytes() == alone.roles.tobytes()


def test_probabilities_of_a_long_text_are_complete() -> None:
    """A text of several windows has one row of probabilities for each word."""
    text = "Title\n" + "We train BERT on Wikipedia, and it is good. " * 150
    tagged = load_encoder().read(text)
    assert len(tagged.words.ids) > 2 * WINDOW
    assert tagged.tags.shape == (len(tagged.words.first), len(TAGS))
    assert tagged.roles.shape == (len(tagged.words.first), len(ROLES))
    assert np.allclose(tagged.tags.sum(axis=1), 1, atol=1e-5)


def test_a_text_without_words_is_read() -> None:
    """An empty text has no rows."""
    assert load_encoder().read("\n").tags.shape == (0, len(TAGS))


def test_the_hash_covers_every_file(tmp_path: Path) -> None:
    """A changed setting of the decoder changes the version, not only changed weights."""
    for name in FILES:
        shutil.copy(WEIGHTS / name, tmp_path / name)
    (tmp_path / FILES[1]).write_text("{}", encoding="utf-8")
    assert weights_hash(tmp_path) != weights_hash()


def test_the_weights_stay_small() -> None:
    """The files that ship take at most 25 MB together."""
    assert sum((WEIGHTS / name).stat().st_size for name in FILES) <= 25_000_000


def test_the_card_is_of_these_weights() -> None:
    """The model card names the hash of the weights beside it."""
    assert weights_hash() in (WEIGHTS / "MODEL_CARD.md").read_text(encoding="utf-8").splitlines()[0]


def test_importing_loads_no_model() -> None:
    """Importing the stage brings in neither spaCy nor the model runtime."""
    code = "import sys, kg.extract; sys.exit(bool({'onnxruntime', 'spacy', 'tokenizers'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True)
