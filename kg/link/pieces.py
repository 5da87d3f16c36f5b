"""Cut a name of letters and numbers into pieces, each with the separators before it.

Words are runs of letters and digits, with the point inside a number and a "+" at the end; a
word is cut again before a number glued to its end (`Qwen|2.5`, `GPT|4|o`, `LLaMA|7B`), and
the first one behind the small "m" of "multilingual" (`m|BERT`). The gaps are kept, so that
names made of some of the pieces look as they were written. Case tells `GPT|4|o`, `GPT|4|V`
and `YOLO|v8|n` from ConvS2S, and `EfficientNet|B7` from a word that ends in b.

Ignored on purpose: brackets, dollars and the formatting of LaTeX, and names of more than 120
characters.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_LONGEST = 120  # characters; no name of a model is longer, and all that follows stays cheap
_WORD = re.compile(r"[^\W_]+(?:\.\d[^\W_]*)*(?:[+*]+(?![^\W_]))?")
_FORMATTING = re.compile(r"\\(?:text|math)[a-z]*|[()\[\]{}$^]")
_REWRITTEN = (
    (re.compile(r"(\d)[ -]?([bm])illion\b", re.IGNORECASE), r"\1\2"),
    (re.compile(r"(\d[bm])[ -]param(?:eter)?s?\b", re.IGNORECASE), r"\1"),
    (re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b"), r"\1\2\3"),
    (re.compile(r"\b(x{1,2})[ -](?=(?:large|small)\b)", re.IGNORECASE), r"\1"),
)
COUNT = re.compile(r"a?\d+(?:\.\d+)?(?:x\d+(?:\.\d+)?)?(?:[bmkte]|gf|mf)|\d+[x\u00d7]\d+d?|\d+(?:\.\d+)?x")
"""Matches a number with its unit, in small letters: 7b, 8x7b, a2.7b, 1.6gf, 32x8d, 0.25x."""
T5 = re.compile(r"(?<!gp)t5$")
"""Matches the end of a word, in small letters, where 5 is no version: FLAN-T5, CodeT5, not GPT5."""
_GLUED = re.compile(r"(?P<number>v?\d+(?:\.\d+)*)(?P<letter>[a-z]?)$", re.IGNORECASE)
_END_IN_V = ("rwkv", "conv")  # the V in RWKV6 and conv2 is no "version"
_MULTILINGUAL = re.compile(r"m(?=[A-Z][A-Za-z0-9])(?!PLUG)")  # mBERT, mT5; mPLUG is a name of its own
_BEFORE_PATCH = frozenset("tsblhg")  # ViT-B16 is ViT-B/16


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a name."""

    place: int
    text: str
    gap: str  # what stands between the piece before and this one
    kind: str = "word"

    @property
    def key(self) -> str:
        """The text in small letters."""
        return self.text.casefold()


def cut(name: str) -> list[Piece]:
    """Return the pieces of a name, none for a text that is too long for one.

    >>> [piece.text for piece in cut("Qwen1.5-MoE A2.7B+")], [piece.text for piece in cut("CoX3D")]
    (['Qwen', '1.5', 'MoE', 'A2.7B', '+'], ['CoX3D'])
    """
    if len(name) > _LONGEST:
        return []
    text = unicodedata.normalize("NFKC", _FORMATTING.sub(" ", name))
    for pattern, written in _REWRITTEN:
        text = pattern.sub(written, text)
    text = " ".join(text.split())
    pieces: list[Piece] = []
    end = 0
    for word in _WORD.finditer(text):
        for start, part in enumerate(_unglued(word[0], first=not pieces)):
            pieces.append(Piece(len(pieces), part, "" if start else text[end : word.start()]))
        end = word.end()
    if pieces and _MULTILINGUAL.match(pieces[0].text):
        first = pieces[0].text
        pieces[:1] = [Piece(-1, first[0], "", "variant"), Piece(0, first[1:], "")]
    return pieces


def written(pieces: Sequence[Piece]) -> str:
    """Return the text of some pieces of one name, in their order there."""
    ordered = sorted(pieces, key=lambda piece: piece.place)
    return "".join(piece.gap * (piece is not ordered[0]) + piece.text for piece in ordered)


def camel(word: Piece) -> list[Piece]:
    """Split a word between a small letter and a capital, if both sides are long: Deep|Seek|MoE, PaLM."""
    texts = re.split(r"(?<=[^\W_][^\W_][a-z])(?=[A-Z](?:\d|[^\W_]{2}))", word.text)
    return [Piece(word.place, text, "" if start else word.gap) for start, text in enumerate(texts)]


def _unglued(word: str, *, first: bool) -> list[str]:
    core = word.rstrip("+*")
    plus = word[len(core) :]
    glued = _GLUED.search(core)
    if glued is None or COUNT.fullmatch(core.casefold()) or T5.search(core.casefold()):
        return [piece for piece in (core, plus) if piece]
    body, number, letter = core[: glued.start()], glued["number"], glued["letter"]
    if number[0] in "vV" and (len(number) > 4 or (body + "v").casefold().endswith(_END_IN_V)):
        body, number = body + number[0], number[1:]
    return [piece for piece in (*_cut(body, number, letter, first=first), plus) if piece]


def _cut(body: str, number: str, letter: str, *, first: bool) -> list[str]:
    """Return the number at the end of a word on its own, where it is not a part of the word."""
    if not first and body.casefold() in _BEFORE_PATCH and len(number) > 1 and not letter:
        return [body, number]
    is_name = re.search(r"[^\W\d_]{2}", body) or (len(number) > 1 and sum(map(str.isalpha, body)) > 1)
    if not is_name and (body or first):
        return [body + number + letter]  # T5, R2D2; the 2s of 2s-AGCN
    if letter.casefold() in {"b", "m", "k"} and number[0] not in "vV":
        return [body, number + letter]
    if letter.casefold() == "d" or (letter.isupper() and letter not in "OV"):
        return [body + number + letter]  # CoX3D, ConvS2S; but GPT4o, GPT4V, YOLOv8n
    if re.search(r"[a-z][BR]$", body):
        return [body[:-1], body[-1] + number, letter]  # EfficientNetB7, DeepSeekR1
    return [body, number, letter]
