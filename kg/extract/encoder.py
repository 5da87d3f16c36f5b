r"""The shipped network: from a text to the tag probabilities and role scores of its words.

Input: a text ``title + "\n" + abstract``. Output: its words with their offsets, for each
word the probability of every BIO tag, and a score for each role that an entity begun by
the word may have. Assumes English; ignores sentence borders.

A window of the text is one call of the network, never padded and never joined with
another text: dynamic int8 quantisation scales activations by the largest value of the
whole call, so that in a shared batch a neighbour would change the last digits. One
window a call makes equal text give equal bytes; throughput comes from documents that
run side by side in threads.
"""

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from kg.extract.outputs import CLAIMED, ROLE, TAG, WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

WEIGHTS: Final = Path(__file__).with_name("weights")
NETWORK, SETTINGS, VOCABULARY, NAMES = "entities.onnx", "entities.json", "tokenizer.json", "names.npz"
FILES: Final = (NETWORK, SETTINGS, VOCABULARY, NAMES)
"""Network, decoder settings, word-piece vocabulary, counts of names: all written by the training script."""

WINDOW: Final = 510  # word pieces of one call, without [CLS] and [SEP]: the positions the encoder knows
OVERLAP: Final = 128  # word pieces shared by neighbouring windows of a long text
CLS, SEP = 101, 102  # ids in the BERT uncased vocabulary

SHAPES: Final = 16
"""Number of shape codes: 8 kinds of spelling (see `shape`), plus 8 where the word stands in the title."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text cut into words, and the words into word pieces.

    Attributes:
        ids: Vocabulary id of every piece.
        shapes: Shape code of every piece, that of its word.
        first: Index of the first piece of every word.
        starts: Offset of every word in the text.
        ends: Its end, exclusive.
    """

    ids: NDArray[np.int64]
    shapes: NDArray[np.int64]
    first: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tagged:
    """What the network says of a text, one row a word.

    Attributes:
        words: The words.
        tags: Probabilities of `TAGS`.
        roles: Log odds of ``kg.schema.ROLES``, for words that begin a mention.
        claims: The columns of ``kg.extract.outputs`` from `CLAIMED` on.
    """

    words: Words
    tags: NDArray[np.float32]
    roles: NDArray[np.float32]
    claims: NDArray[np.float32]


def shape(word: str) -> int:
    """Return how a word is spelled, which the uncased vocabulary forgets.

    0 no letter or digit, 1 lower case, 2 capitalised, 3 all capitals, 4 one capital,
    5 capitals inside, 6 digits, 7 letters and digits.

    >>> [shape(word) for word in ("-", "bert", "Bert", "BERT", "F", "ReLU", "2020", "ViT5")]
    [0, 1, 2, 3, 4, 5, 6, 7]
    """
    if not any(map(str.isalnum, word)):
        return 0
    if not any(map(str.isalpha, word)):
        return 6
    if any(map(str.isdigit, word)):
        return 7
    if word.islower():
        return 1
    if word.isupper():
        return 3 if len(word) > 1 else 4
    return 2 if word[0].isupper() and (len(word) == 1 or word[1:].islower()) else 5


def split(text: str, tokenizer: "Tokenizer") -> Words:
    """Cut a text into words (runs of letters and digits, single other characters) and pieces."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    title_end = text.find("\n")
    starts: list[int] = []
    ends: list[int] = []
    first: list[int] = []
    previous = None
    for index, (word, (start, end)) in enumerate(zip(encoding.word_ids, encoding.offsets, strict=True)):
        if word != previous:
            first.append(index)
            starts.append(start)
            ends.append(end)
        ends[-1] = end
        previous = word
    lengths = np.diff([*first, len(encoding.ids)])
    codes = [
        shape(text[start:end]) + 8 * (start < title_end) for start, end in zip(starts, ends, strict=True)
    ]
    return Words(
        np.array(encoding.ids, np.int64),
        np.repeat(np.array(codes, np.int64), lengths),
        np.array(first, np.int64),
        np.array(starts, np.int64),
        np.array(ends, np.int64),
    )


def windows(pieces: int) -> list[tuple[int, int]]:
    """Return the half-open ranges of pieces that together cover a text.

    >>> windows(300), windows(0)
    ([(0, 300)], [])
    >>> windows(1000)
    [(0, 510), (382, 892), (490, 1000)]
    """
    if pieces <= WINDOW:
        return [(0, pieces)] if pieces else []
    starts = [*range(0, pieces - WINDOW, WINDOW - OVERLAP), pieces - WINDOW]
    return [(start, start + WINDOW) for start in starts]


def owners(first: NDArray[np.int64], ranges: list[tuple[int, int]]) -> NDArray[np.int64]:
    """Return for every word the window in which it stands farthest from both borders."""
    margins = np.stack([np.minimum(first - start, end - 1 - first) for start, end in ranges])
    return np.asarray(margins.argmax(axis=0), np.int64)


@dataclass(frozen=True, slots=True)
class Encoder:
    """The loaded network with its vocabulary and the settings of its decoder."""

    session: "InferenceSession"
    tokenizer: "Tokenizer"
    settings: dict[str, Any]

    def read(self, text: str) -> Tagged:
        """Return the words of a text, their tag probabilities and their role scores."""
        words = split(text, self.tokenizer)
        return tagged(words, self.scores(words))

    def scores(self, words: Words) -> NDArray[np.float32]:
        """Return the columns of ``kg.extract.outputs`` for each word of a text."""
        ranges = windows(len(words.ids))
        scores = np.empty((len(words.first), WIDTH), np.float32)
        owner = owners(words.first, ranges) if ranges else np.zeros(0, np.int64)
        for number, (start, end) in enumerate(ranges):
            ids = np.concatenate([[CLS], words.ids[start:end], [SEP]])[None]
            shapes = np.concatenate([[0], words.shapes[start:end], [0]])[None]
            (outputs,) = self.session.run(["outputs"], {"ids": ids, "shapes": shapes})
            mine = owner == number
            scores[mine] = outputs[0, words.first[mine] - start + 1]
        return scores

    def stream(self, texts: "Iterable[str]", threads: int) -> Iterator[Tagged]:
        """Yield the same as `read` for each text in order, ``threads`` texts at a time.

        Within a stretch of texts the longest go first, so that no thread ends late.
        """
        texts = iter(texts)
        with ThreadPoolExecutor(threads) as pool:
            while stretch := list(islice(texts, 32 * threads)):
                order = sorted(range(len(stretch)), key=lambda i: -len(stretch[i]))
                futures = {i: pool.submit(self.read, stretch[i]) for i in order}
                for i in range(len(stretch)):
                    yield futures[i].result()


def tagged(words: Words, scores: NDArray[np.float32]) -> Tagged:
    """Return what the outputs of the network for each word say."""
    return Tagged(words, softmax(scores[:, TAG]), scores[:, ROLE], scores[:, CLAIMED.start :])


def softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return probabilities along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True, initial=-np.inf))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)


def load_tokenizer(path: Path) -> "Tokenizer":
    """Return the word-piece tokenizer of a file, without truncation and padding."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


@cache
def load_encoder(folder: Path = WEIGHTS) -> Encoder:
    """Return the network of a folder that holds `FILES`; each call of it runs on one core."""
    from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_ALL
    network, settings, vocabulary = (folder / name for name in (NETWORK, SETTINGS, VOCABULARY))
    session = InferenceSession(
        str(network),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=["SkipLayerNormFusion"],  # its kernel is slower than the two it replaces: 12%
    )
    return Encoder(session, load_tokenizer(vocabulary), json.loads(settings.read_text(encoding="utf-8")))


@cache
def weights_hash(folder: Path = WEIGHTS) -> str:
    """Return 8 hexadecimal digits of the content of `FILES`."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:8]
