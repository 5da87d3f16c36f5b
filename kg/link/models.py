r"""Read the name of a model: family, version, size, variant, and which names are less specific.

A name is cut into pieces by `kg.link.pieces`; case matters only there.

    name    = {front} family {part}
    front   = count | size word | "multilingual" | "m" glued to a capital    13B LLaMA, Base T5, mBERT
    family  = word {word}          two letters at least, or a letter and a number: T5, S4, o1
    part    = version | size | variant
    version = ["v"] number below 10, or with a point or a "v"      GPT-4, LLaMA-1.5, YOLOv8, Whisper v3
            | letter digit, unless the letter is one of a size     DeepSeek-R1, Kimi K2
    size    = count | number from 10 to 999                        7B, 8x7B, A2.7B, 1.6GF; ResNet-50
            | size word | size letter [number]                     base, XL; Swin-T, B0, ViT-B/16
    count   = ["A"] number ["x" number] ("B" | "M" | "K" | "T" | "E" | "GF" | "MF")
    variant = variant word | "+" {"+"} | date | number of 4 digits or more
            | letter glued to a version                            GPT-4o, GPT-4V, YOLOv8n
            | any word once a part has been read                   DeepSeek-R1-Distill-Llama

What letters and digits alone cannot tell, by rule:
- A size or variant word is a part only if no word of the family follows it: "BERT large", but
  not "Large Kernel Network"; one strange word may follow a size word ("RoBERTa-large-MNLI").
- A digit between letters belongs to the word (wav2vec, Mask2Former, ConvS2S), and so does one
  after a single letter (T5) and a dimension (CoX3D).
- R, J, V and other letters that are no size belong to the family (XLM-R, GPT-J, ERNIE-M);
  M, N and X are sizes only behind a version (EfficientNetV2-M).
- Version 1 is what the family was called before there was a second one: LLaMA-1 is LLaMA.
- A second version is a variant; "K" is a size though it may be the length of context.

Ignored on purpose: owners before a slash (a/b), versions without their point ("gpt-35"), the
difference of ViT-g and ViT-G, and families of over 4 words with no part, which describe.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile

from kg.link.forms import fold
from kg.link.pieces import COUNT, T5, Piece, camel, cut, written

_SIZE = re.compile(r"nano|tiny|mini|medium|base|big|huge|giant|gigantic|x{0,2}(?:small|large)")
_LETTERS = {"t": "tiny", "ti": "tiny", "s": "small", "b": "base", "l": "large", "h": "huge", "g": "giant"}
_LETTERS |= {"xxs": "xxsmall", "xs": "xsmall", "xl": "xlarge", "xxl": "xxlarge"}
_LATE_LETTERS = {"n": "nano", "m": "medium", "x": "xlarge"}
_CODE_LETTERS = frozenset("abfhlpstw")  # "EfficientNet-B0", "NFNet-F5"
_VARIANT = re.compile(
    "chat|instruct|it|sft|dpo|rlhf|rl|ft|finetuned|turbo|preview|distill|distilled|lite|plus|pro|max|ultra|flash"
    "|air|instant|opus|sonnet|haiku|coder|code|math|med|vl|vision|audio|omni|moe|zero|thinking|reasoning"
    r"|multilingual|cased|uncased|awq|gptq|hf|[+*]+"
)
_SAME_VARIANT = {"it": "instruct", "distilled": "distill"}
_HEADS = frozenset({"network", "net", "transformer", "model", "encoder", "decoder"})

# What the grammar would read wrongly, besides what `kg.link.pieces` names: Transformer-XL is no
# large Transformer; o1 is no version of a family OpenAI; models trained as CLIP and the like are
# told apart by their backbone (CLIP ViT-L/14), which elsewhere is the family (Wave-ViT).
_TRAINED_AS = ("clip", "dino", "mae")
_BACKBONES = frozenset({"vit", "vits", "resnet", "rn", "swin", "convnext"})

_KINDS = ("version", "size", "variant")
_LONGEST_FAMILY = 4  # words between spaces; more of them without a part are a description
_NUMBER = re.compile(r"v?\d+(?:\.\d+)*")
_CODE = re.compile(r"[a-z]\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class ModelName:
    """The parts of a name: the family as written; "2.5"; "7B", "8x7B", "base", "B/16"; "distill-llama"."""

    family: str
    version: str | None
    size: str | None
    variant: str | None


def parse_model(name: str) -> ModelName | None:
    """Return the parts of a model's name, None where it holds no family.

    >>> parse_model("LLaMA-2-7B-chat")
    ModelName(family='LLaMA', version='2', size='7B', variant='chat')
    >>> parse_model("ViT-B/16"), parse_model("7B")
    (ModelName(family='ViT', version=None, size='B/16', variant=None), None)
    """
    family, parts = _read(name)
    if not family:
        return None
    version, sizes, variants = (
        [_plain(part, shown=True) for part in parts if part.kind == kind] for kind in _KINDS
    )
    return ModelName(
        written(family), "".join(version) or None, _size(sizes) or None, "-".join(variants) or None
    )


def parents(name: str) -> tuple[str, ...]:
    """Return the less specific names, as written in it, the nearest first and the family last.

    What stands last is dropped first; a name with a variant is also tried without its size.

    >>> parents("LLaMA-2-7B-chat")
    ('LLaMA-2-7B', 'LLaMA-2-chat', 'LLaMA-2', 'LLaMA')
    >>> parents("Mistral 7B v0.2"), parents("13B LLaMA"), parents("XLM-R"), parents("LLaMA-1")
    (('Mistral 7B', 'Mistral v0.2', 'Mistral'), ('LLaMA',), (), ())
    """
    family, parts = _read(name)
    kept = [parts[:count] for count in range(len(parts))]
    kept += [[part for part in some if part.kind != "size"] for some in (*kept, parts)]
    kept.sort(key=lambda some: -len(some))  # stable: of two as long, the one with its size comes first
    return _others([written([*family, *some]) for some in kept], name)


def bases(name: str) -> tuple[str, ...]:
    """Return names that the family may be derived from; only those that are known models count.

    "Chinese CLIP", "BioBERT", "Med-PaLM 2" and "LLaVA-HR" are named after CLIP, BERT, PaLM 2
    (then PaLM) and LLaVA: words of the family, or the pieces of a word in camel case, are
    dropped from its front, then from its end; only the caller can know that CLIP is a model and
    "Chinese" none. What ends in a head ("Vision Grid Transformer") is named after no other.

    >>> bases("Med-PaLM 2"), bases("BioBERT"), bases("BERT")
    (('PaLM 2', 'PaLM', 'Med'), ('BERT', 'Bio'), ())
    """
    family, parts = _read(name)
    words = [piece for word in family for piece in camel(word)]
    has_head = bool(words) and words[-1].key.removesuffix("s") in _HEADS
    tails = [] if has_head else [words[place:] for place in range(1, len(words))]
    starts = [words[:place] for place in range(len(words) - 1 - has_head, 0, -1)]
    texts = [written(kept) for tail in tails for kept in ([*tail, *parts], tail)] + [*map(written, starts)]
    return _others([text for text in texts if len(text) > 2 or text[-1].isdigit()], name)


@lru_cache(maxsize=2**17)  # linking asks for the forms of models and methods twice
def model_key(name: str) -> str | None:
    """Return the key under which spellings, and orders of the parts, of one model's name are equal.

    >>> model_key("13B LLaMA 1") == model_key("llama-13b"), model_key("DeiT-S") == model_key("DeiT small")
    (True, True)
    >>> model_key("LLaMA-2") == model_key("LLaMA"), model_key("wav2vec2") == model_key("wav2vec 2.0")
    (False, True)
    """
    family, parts = _read(name)
    version, sizes, variants = ([_plain(part) for part in parts if part.kind == kind] for kind in _KINDS)
    keys = (fold(written(family)), *version * (version != ["1"]), "", *sizes, "", *sorted(variants))
    return "|".join(keys) if family else None


def _others(texts: Sequence[str], name: str) -> tuple[str, ...]:
    """Return the texts once each, without those that are no names or other spellings of this one."""
    not_others = {model_key(name), None}
    first = {fold(text): text for text in reversed(texts) if model_key(text) not in not_others}
    return tuple(dict.fromkeys(text for text in texts if first.get(fold(text)) == text))


def _plain(part: Piece, *, shown: bool = False) -> str:
    """Return one spelling for the spellings of a part; to be shown, a size keeps its letter."""
    if part.kind == "size":
        return part.key if shown else (_LETTERS | _LATE_LETTERS).get(part.key, part.key)
    if part.kind == "version":
        return part.key.removeprefix("v").removesuffix(".0").upper()
    return "multilingual" if part.place < 0 else _SAME_VARIANT.get(part.key, part.key)


def _size(sizes: Sequence[str]) -> str:
    """Join sizes as they are usually written: "B/16", "30B-A3B", "101-32x8d", "base"."""
    upper = [size if _SIZE.fullmatch(size) else size.upper() for size in sizes]
    shown = [re.sub(r"(?<=\d)[XD]", lambda unit: unit[0].lower(), size) for size in upper]
    return re.sub(r"-(?=\d+(?:-|$))", "/", "-".join(shown))


def _read(name: str) -> tuple[list[Piece], list[Piece]]:
    """Return the words of the family, none if this is no name, and the parts, most specific last."""
    pieces = cut(name)
    if len(pieces) > 1 and pieces[0].key == "openai":
        pieces = pieces[1:]
    strange = _strange_words(pieces)
    family: list[Piece] = []
    parts: list[Piece] = []
    front: list[Piece] = []
    for piece, following in zip(pieces, strange[1:], strict=True):
        kind = _kind(piece, family, parts, following) if family else _front_kind(piece, following)
        group = family if kind == "word" else parts if family else front
        group.append(replace(piece, kind=kind))
    letters = sum(char.isalpha() for word in family for char in word.text)
    is_family = letters > 1 or (letters == 1 and _CODE.fullmatch(family[0].key))
    spaces = sum(" " in word.gap for word in family[1:])
    if not is_family or (spaces >= _LONGEST_FAMILY and not parts):
        return [], []
    behind = sum(1 for _ in takewhile(lambda part: part.kind == "version", parts))
    return family, [*parts[:behind], *front, *parts[behind:]]


def _strange_words(pieces: Sequence[Piece]) -> list[int]:
    """Return how many words of no known kind stand from each piece to the next number; a head counts many."""
    counts = [0]
    for piece in reversed(pieces):
        if T5.fullmatch(piece.key):
            counts.append(1)
        elif any(pattern.fullmatch(piece.key) for pattern in (_NUMBER, COUNT, _CODE)):
            counts.append(0)
        elif piece.key.removesuffix("s") in _HEADS:
            counts.append(_LONGEST_FAMILY)
        else:
            known = _VARIANT.fullmatch(piece.key) or _is_size(piece.key, late=False)
            counts.append(counts[-1] + (not known))
    return counts[::-1]


def _front_kind(piece: Piece, following: int) -> str:
    """Return what a piece is that stands before any word of the family."""
    if following == 1 and piece.key == "multilingual":
        return "variant"
    is_count = COUNT.fullmatch(piece.key) and piece.key.endswith(("b", "m"))
    return "size" if is_count or (following == 1 and _SIZE.fullmatch(piece.key)) else piece.kind


def _is_size(key: str, *, late: bool) -> bool:
    return _SIZE.fullmatch(key) is not None or key in _LETTERS or (late and key in _LATE_LETTERS)


def _kind(piece: Piece, family: Sequence[Piece], parts: Sequence[Piece], following: int) -> str:
    """Return what a piece behind the family is; `following` as in `_strange_words`, for the next piece."""
    key = piece.key
    has_version = any(part.kind == "version" for part in parts)
    otherwise = "variant" if parts else "word"
    if T5.fullmatch(key):
        return otherwise
    if _NUMBER.fullmatch(key) or (_CODE.fullmatch(key) and key[0] not in _CODE_LETTERS):
        return _kind_of_number(key, parts, has_version=has_version)
    if COUNT.fullmatch(key) or _CODE.fullmatch(key):
        return "size"
    if has_version and not piece.gap:
        return "variant"  # "GPT-4o"
    if _is_size(key, late=has_version):
        near = following <= (1 if _SIZE.fullmatch(key) else 0)
        return "size" if near and (family[-1].key, key) != ("transformer", "xl") else otherwise
    is_backbone = key in _BACKBONES and family[-1].key.endswith(_TRAINED_AS)
    return "variant" if is_backbone or (_VARIANT.fullmatch(key) and not following) else otherwise


def _kind_of_number(key: str, parts: Sequence[Piece], *, has_version: bool) -> str:
    if key.isdigit():
        if len(key) > 3 or (len(key) > 1 and key[0] == "0"):
            return "variant"  # a date, or month and day of one
        if len(key) > 1 or (parts and parts[-1].kind == "size" and parts[-1].key.isdigit()):
            return "size"
    has_version |= key[0] != "v" and key[1:].isdigit() and len(key) > 2  # R50 is a ResNet-50
    return "variant" if has_version else "version"
