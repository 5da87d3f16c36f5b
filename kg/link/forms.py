"""Fold the spelling of a form, and tell abbreviations from full forms."""

import re
import unicodedata

_LATEX = re.compile(r"\\[a-zA-Z]+|[\\{}$^]")


def fold(form: str) -> str:
    """Return the key under which spellings of one name are equal.

    Case, white space, hyphens and other separators go, and so does a plural "s";
    a separator between two digits stays, since "1.5" is not "15".

    >>> fold("Mixture-of-Experts") == fold("mixture of expert")
    True
    >>> fold("GSM-8K"), fold("Qwen1.5-7B"), fold("C++"), fold("Qwen15")
    ('gsm8k', 'qwen1.5.7b', 'c++', 'qwen15')
    """
    text = unicodedata.normalize("NFKC", _LATEX.sub("", form)).casefold()
    words = [_singular(word) for word in re.findall(r"[^\W_]+[+#*]*", text)]
    return re.sub(r"(?<=\d) (?=\d)", ".", " ".join(words)).replace(" ", "")


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
