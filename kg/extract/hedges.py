"""Words that bound, doubt or deny a claim: "up to", "may", "not".

They are kept on the result as written; they change neither its value nor its direction.
The kinds are those of Hyland (1998) and of BioScope (Vincze et al. 2008), cut to words
that abstracts about machine learning use of their results.
"""

import re
from typing import Final

from kg.schema import DENIALS

_REACH: Final = 80  # characters before the claim in which a word doubts or denies it
_SIGHT: Final = 400  # characters before the claim in which its clause begins

_BOUNDS: Final = re.compile(
    r"(?<!\w)(?P<word>up\s*to|at (?:most|least)|no (?:more|less) than|"
    r"(?:more|less|fewer|better|lower|higher) than|"
    r"nearly|almost|about|around|approximately|roughly|close to|as (?:much|little|few|many|low|high) as|only|"
    r"within|over|above|below|under|\\?sim|\\?approx|~|\u2248|[<>\u2264\u2265]=?)"
    r"[\s$({]*(?:an?\s|the\s|another\s)?[+\u2191\u2193\u2212-]?\s?$".replace(" ", r"\s+"),
    re.IGNORECASE,
)
"""What stands directly before a number and makes it a bound or an estimate."""

_DENIED_BY: Final = "|".join((*DENIALS, "no", "neither", "nor", "hardly", "barely"))
_DOUBTED_BY: Final = (
    "may|might|could|possibly|potentially|perhaps|presumably|likely|appears? to|seems? to|tends? to|"
    "suggests?|suggesting|in some cases|sometimes|often|usually|typically|generally|mostly"
)
_WORDS: Final = re.compile(
    rf"(?<![\w-])(?:(?P<doubt>{_DOUBTED_BY})|{_DENIED_BY})(?![\w-])|(?<=\w)n['\u2019]t\b".replace(
        " ", r"\s+"
    ),
    re.IGNORECASE,
)
_NO_DENIAL: Final = re.compile(
    r"not (?:only|just|merely|simply|to mention)\b|(?<=\bif )not\b|no (?:more|less|fewer) than\b|"
    r"no\b(?! (?:[\w-]+ ){0,2}\Z)",  # "no clear gain" denies a gain, "no labels" does not
    re.IGNORECASE,
)
_ASIDE: Final = (
    r"while|whereas|although|(?:even )?though|despite|unlike|if|when|since|because|(?:\w+ )?which|who|where|"
    r"with|without"
)
_BORDER: Final = re.compile(
    rf"(?:\A|,\s)(?:{_ASIDE})\b(?:[^,]|,(?=\d))*,(?!\d)|[;:]|,\s(?:and|but|yet|{_ASIDE})\b|"
    r"(?<!\bnot),\showever\b|\b(?:but|while|whereas)\b",
    re.IGNORECASE,
)
"""Where the clause of a claim may begin: an aside that a comma ends is none of its own."""

_PASSED: Final = re.compile(
    r",(?!\d)|\band (?:\w+ly |still |also |even )?(?:is|are|has|can|(?:achiev|improv|surpass|outperform|"
    r"reach|obtain|exceed|attain|yield|reduc|match|beat|perform|deliver)e?[sd])\b",
    re.IGNORECASE,
)
"""What ends the reach of a denial: "does not need labels and outperforms BERT"."""

_VERB: Final = 20  # characters from the claim on that hold its verb


def find_hedges(text: str, start: int, anchor: int, *, number: bool) -> tuple[str, ...]:
    r"""Return the hedges of a claim, in lower case, in the order of the text.

    Args:
        text: The text.
        start: Start of the sentence of the claim.
        anchor: Start of the number, or of the word that compares.
        number: It is a number; what stands directly before it may bound it.

    >>> text = "It may be up to 3\\times faster, but does not beat BERT."
    >>> find_hedges(text, 0, text.index("3"), number=True)
    ('may', 'up to')
    >>> find_hedges(text, 0, text.index("beat"), number=False)
    ('not',)
    """
    before = text[max(start, anchor - _SIGHT) : anchor]
    begin = max(0, len(before) - _REACH, *(border.end() for border in _BORDER.finditer(before)))
    claim = text[anchor : anchor + _VERB]
    found = [word[0] for word in _WORDS.finditer(before, begin) if _is_hedge(word, claim)]
    if number and (bound := _BOUNDS.search(before, begin)) is not None:
        found.append(bound["word"])
    return tuple(dict.fromkeys(" ".join(word.lower().replace("\u2019", "'").split()) for word in found))


def _is_hedge(word: re.Match[str], claim: str) -> bool:
    """Tell whether a word before a claim is about the claim, not about what stands between."""
    between = word.string[word.end() :]
    if between.count(")") > between.count("("):
        return False
    if word["doubt"] is not None:
        return True
    between = re.sub(r"\A,[^,]{1,25},", "", between)  # "not, however, better"
    passed = _PASSED.search(between + claim)
    reaches = passed is None or passed.start() >= len(between)
    return reaches and _NO_DENIAL.match(word.string, word.start()) is None
