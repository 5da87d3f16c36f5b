"""Fold the spelling of a form, and tell abbreviations from full forms."""

import re
import unicodedata

_FORMATTING = re.compile(r"\\(?:text|math|emph|bf|it|rm|tt|sc|sf|mbox|ensuremath|left|right)[a-z]*\b")
_COMMAND = re.compile(r"\\([a-zA-Z]+)")


def fold(form: str) -> str:
    r"""Return the key under which spellings of one name are equal.

    Case, white space, hyphens and other separators go, and so do a plural "s" and the
    formatting of LaTeX; its letters become letters. What stands between two digits stays
    ("2-7B" is not "2.7B", nor "27B").

    >>> fold("Mixture-of-Experts") == fold("mixture of expert")
    True
    >>> fold("GSM-8K"), fold("Qwen1.5-7B"), fold("Qwen 1 5"), fold("C++"), fold("%")
    ('gsm8k', 'qwen1.5-7b', 'qwen1-5', 'c++', '%')
    >>> fold(r"$\beta$-VAE") == fold("β-VAE"), fold(r"$\beta$-VAE") == fold("VAE")
    (True, False)
    """
    text = _COMMAND.sub(_letter, _FORMATTING.sub("", form))
    text = unicodedata.normalize("NFKC", text).casefold()
    pieces = re.findall(r"([^\W_]+[+#*^]*)([\W_]*)", text)
    words = [(_singular(word), "." if gap == "." else "-") for word, gap in pieces]
    joined = "".join(word + gap for word, gap in words)
    key = re.sub(r"(?<!\d)[.-]|[.-](?!\d)", "", joined)
    return key or "".join(text.split())


def _letter(command: re.Match[str]) -> str:
    """Return the Greek letter that a LaTeX command names, else the name of the command."""
    name = command[1]
    case = "CAPITAL" if name[0].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {name.upper()}")
    except KeyError:
        return name


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def is_abbreviation(form: str) -> bool:
    """Tell whether a form looks like an abbreviation: one word, two capitals or more.

    >>> [is_abbreviation(form) for form in ("MoE", "LoRA", "RL", "Adam", "beam search", "CNNs")]
    [True, True, True, False, False, True]
    """
    return not re.search(r"\s", form) and len(form) <= 10 and sum(char.isupper() for char in form) >= 2
