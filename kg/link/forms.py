"""Fold the spelling of a form, and tell abbreviations from full forms."""

import re
import unicodedata
from functools import lru_cache

_FORMATTING = re.compile(r"\\(?:text|math|emph|bf|it|rm|tt|sc|sf|mbox|ensuremath|left|right)[a-z]*\b")
_PLURAL = re.compile(r"([A-Z]{2,})s")
_BRITISH_S = re.compile(r"(.{3,}i)s(e|ed|er|ing|ation)")  # optimise, tokenisation
_BRITISH_LL = re.compile(r"(model|label|travel|cancel|signal|channel|level|tunnel|parallel)l(ed|er|ing)")
_TITLE_CASE = re.compile(r"[A-Z][a-z]+(?:-[A-Z][a-z]+)+")
_LONGEST_ABBREVIATION = 10
_SHORT = 4  # letters
_COMMAND = re.compile(r"\\([a-zA-Z]+)")


@lru_cache(maxsize=2**18)  # forms are folded again and again, in linking and in naming
def fold(form: str) -> str:
    r"""Return the key under which spellings of one name are equal.

    Case, white space, accents, hyphens and other separators go, and so do a plural "s", British
    spelling and the formatting of LaTeX; its letters become letters. What stands between two digits stays
    ("2-7B" is not "2.7B", nor "27B").

    >>> fold("Mixture-of-Experts") == fold("mixture of expert")
    True
    >>> fold("GSM-8K"), fold("Qwen1.5-7B"), fold("Qwen 1 5"), fold("C++"), fold("%")
    ('gsm8k', 'qwen1.5-7b', 'qwen1-5', 'c++', '%')
    >>> fold("GRUs") == fold("GRU"), fold("COTS") == fold("CoT"), fold("Modelling") == fold("modeling")
    (True, False, True)
    >>> fold("FLORES-200") == fold("Flores-200"), fold("FLOPS") == fold("FLOPs")
    (True, True)
    >>> fold(r"$\beta$-VAE") == fold("β-VAE"), fold(r"$\beta$-VAE") == fold("VAE")
    (True, False)
    """
    text = _COMMAND.sub(_letter, _FORMATTING.sub("", form))
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text))
    text = "".join(char for char in decomposed if not unicodedata.combining(char))
    pieces = re.findall(r"([^\W_]+[+#*^]*)([\W_]*)", text)
    words = [(_root(word), "." if gap == "." else "-") for word, gap in pieces]
    joined = "".join(word + gap for word, gap in words)
    key = re.sub(r"(?<!\d)[.-]|[.-](?!\d)", "", joined)
    return key or "".join(text.split()) or form


def _letter(command: re.Match[str]) -> str:
    """Return the Greek letter that a LaTeX command names, else the name of the command."""
    name = command[1]
    case = "CAPITAL" if name[0].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {name.upper()}")
    except KeyError:
        return name


def _root(word: str) -> str:
    """Return a word in lower case, singular, in American spelling; of capitals only "CNNs" is plural."""
    if (plural := _PLURAL.fullmatch(word)) is not None:
        return plural[1].casefold()
    if word.isupper() and len(word) <= _SHORT:  # COTS is no plural of CoT, but FLORES is Flores
        return word.casefold()
    word = _singular(word.casefold())
    if (british := _BRITISH_S.fullmatch(word)) is not None:
        return f"{british[1]}z{british[2]}"
    doubled = _BRITISH_LL.fullmatch(word)
    return word if doubled is None else doubled[1] + doubled[2]


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@lru_cache(maxsize=2**18)
def is_abbreviation(form: str) -> bool:
    """Tell whether a form looks like an abbreviation: one word, two capitals or more.

    >>> [is_abbreviation(form) for form in ("MoE", "LoRA", "RL", "Adam", "beam search", "CNNs", "Few-Shot")]
    [True, True, True, False, False, True, False]
    """
    if len(form) > _LONGEST_ABBREVIATION or re.search(r"\s", form):
        return False
    return sum(char.isupper() for char in form) >= 2 and not _TITLE_CASE.fullmatch(form)
