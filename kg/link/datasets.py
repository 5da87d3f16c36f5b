"""Spell the years, tasks, splits, language pairs and versions in a dataset's name in one way.

Names of datasets that differ in one of these are different datasets, however alike they look;
names that only spell them differently are one. `dataset_key` rewrites each to its usual
spelling and folds the result, so that whatever else differs still differs:

    what           spellings                                           becomes
    year           '14; 14 behind a series (below)                     2014
                   2018 X                                              X 2018
    task           Task-9, shared task 9; Task 9 of X                  task 9; X task 9
                   Sub-Task A, Track 3                                 subtask a, track 3
    split, last    training, development, validation, test set,        train, dev, val, test,
                   val2017                                             2017 val
    languages      En-De, en2de, English-to-German, English → German   english german
                   En↔De                                               english german both
    version        v2, V2, 2.0, v2.0; v1.1                             v2; 1.1

Two digits are a year behind an apostrophe, or behind the name of a series in `_SERIES`:
campaigns held every year or so and known by it (WMT14, VOC07). Letters alone do not tell
these from a count (CIFAR-10, UCF11, WN18, COCO-20 are of the same make), so the list is
closed: a series that it lacks costs a merge, a rule by shape would make wrong ones. Where one
of these was found, a last word that only says what it is (challenge, dataset) is dropped.

Ignored on purpose: numbers of editions (DSTC7), ranges of years, glued codes of languages
(ende), pairs of codes without English ("Hi-Fi"), a version 1 that is left unsaid.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from kg.link.forms import fold

_SERIES = re.compile(
    "ace|asvspoof|avec|bionlp|brats|camelyon|clef|conll|crohme|cup|cvpr|davis|dcase|dibco|dl|duc|evalita|fire"
    "|germeval|icdar|icews|ilsvrc|inat|inaturalist|isbi|isic|iwslt|kbp|kdd|kddcup|kitti|kits|lits|lre|luna"
    "|mediaeval|mlt|mots?|mrp|newstest|nist|ntcir|ntire|nut|oie|posetrack|robust|semeval|senseval|shrec|sigmorphon"
    "|sre|tac|thumos|visda|visdrone|vlsp|(?:pascal)?voc|vos|vot|wmt|wnut|youtubevis|youtubevos|ytvis",
    re.IGNORECASE,
)
_LANGUAGES = dict(
    re.findall(
        r"(\w+):(\w+)",
        "ar:arabic bg:bulgarian bn:bengali ca:catalan cs:czech da:danish de:german el:greek en:english "
        "es:spanish et:estonian eu:basque fa:persian fi:finnish fr:french gu:gujarati he:hebrew "
        "hi:hindi hr:croatian hu:hungarian id:indonesian is:icelandic it:italian ja:japanese kk:kazakh "
        "km:khmer ko:korean lt:lithuanian lv:latvian mr:marathi ms:malay my:burmese ne:nepali nl:dutch "
        "no:norwegian pl:polish ps:pashto pt:portuguese ro:romanian ru:russian si:sinhala sk:slovak "
        "sl:slovenian sv:swedish sw:swahili ta:tamil te:telugu th:thai tr:turkish uk:ukrainian ur:urdu "
        "vi:vietnamese zh:chinese",
    )
)
_SPLITS = {
    "training": "train",
    "development": "dev",
    "validation": "val",
    "valid": "val",
    "testing": "test",
} | {split: split for split in ("train", "trainval", "dev", "val", "minival", "test", "testdev")}

_FORMATTING = re.compile(r"\\(?:text|math)[a-z]*|[{}$^]")
_LEADING = re.compile(
    r"^(?P<lead>(?:19[89]|20[0-3])\d(?=[ -])|(?:shared )?(?:sub-?)?(?:task|track)[ -]?\d+\w?)"
    r"(?:[ -](?:of|at|in)(?: the)?)?[ -](?P<name>.*[^\W\d_].*)$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19[89]|20[0-3])\d(?!\d)")
_APOSTROPHE_YEAR = re.compile(r" ?['`\u2018\u2019](\d\d)(?!\d)")
_SERIES_YEAR = re.compile(r"(?<![^\W\d_])([A-Za-z]+)[ -]?(\d\d)(?!\.?\d|%|[^\W\d_])((?:[+/&]\d\d(?!\d))*)")
_TASK = re.compile(
    r"(?<![^\W\d_])(?:shared[ -])?(?P<sub>sub[ -]?)?(?P<kind>task|track)[ #-]{0,3}"
    r"(?P<number>\d+(?:-?[a-z])?|[a-d])(?![^\W_])",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    rf"(?<!news)[ (,/-]{{1,3}}(?P<split>{'|'.join(_SPLITS)})(?P<year>[ -]?\d{{4}})?"
    r"(?P<more>-(?:dev|std|clean|other))?(?:[ -](?:set|split))?\)?$",
    re.IGNORECASE,
)
_BETWEEN = r"(?P<between>-to-| to | ?(?:[/→⇒↔⇔\u2013\u2014-]|->|=>|<-+>) ?| |2)"
_PAIR, _CODES = (
    re.compile(rf"(?<![^\W_])(?P<one>{tongues}){_BETWEEN}(?P<other>{tongues})(?![^\W_])", re.IGNORECASE)
    for tongues in ("|".join(_LANGUAGES.values()), "|".join(_LANGUAGES))
)
_VERSION = re.compile(
    r"[ -]{0,3}(?:(?<![\d.])(?P<point>\d{1,3}\.\d{1,3})|v(?:ersion )?(?P<number>\d{1,3}(?:\.\d{1,3})?))"
    r"(?!\.?[^\W_])",
    re.IGNORECASE,
)
_LOOSE_YEAR = re.compile(rf"(?<=[^\W\d_])[ -]+(?={_YEAR.pattern})")
_KIND = re.compile(
    r"(?:[ -](?:shared task|challenge|competition|data ?set|benchmark|corpus|leaderboard)){1,3}$",
    re.IGNORECASE,
)


def dataset_key(name: str) -> str | None:
    """Return the folded usual spelling of a name with a year, task, split and so on; None for another.

    >>> dataset_key("WMT'14 En-De") == dataset_key("WMT 2014 English-to-German")
    True
    >>> dataset_key("WMT14"), dataset_key("SemEval-2020 Task 9"), dataset_key("CIFAR-10")
    ('wmt2014', 'semeval2020task9', None)
    """
    text = _FORMATTING.sub("", name).replace("\u00b4", "'").replace("_", "-")
    plain = text = " ".join(unicodedata.normalize("NFKC", text).split())
    for pattern, rewritten in _REWRITTEN:
        text = pattern.sub(rewritten, text)
    if text == plain and not any(pattern.search(text) for pattern in (_YEAR, _TASK, _PAIR, _VERSION, _SPLIT)):
        return None
    # A year is glued to what it follows, or `fold` takes the end of "MOTS 2020" for a plural.
    return fold(_LOOSE_YEAR.sub("", _SPLIT.sub(_split, _KIND.sub("", text))))


def _full_year(digits: str) -> str:
    return ("19" if digits >= "80" else "20") + digits


def _series_year(found: re.Match[str]) -> str:
    """Write the years behind a series with four digits: "07+12" is two of them."""
    if not _SERIES.fullmatch(found[1]):
        return found[0]
    return f"{found[1]} " + re.sub(r"\d\d", lambda year: _full_year(year[0]), found[2] + found[3])


def _task(found: re.Match[str]) -> str:
    return f" {'sub' if found['sub'] else ''}{found['kind']} {found['number'].replace('-', '')}"


def _pair(found: re.Match[str]) -> str:
    """Name the two languages in their order, in that of the alphabet where the pair goes both ways."""
    ends = [found["one"].casefold(), found["other"].casefold()]
    if max(map(len, ends)) == 2:
        if "en" not in ends:
            return found[0]
        ends = [_LANGUAGES[end] for end in ends]
    both = re.search("[↔⇔]|<", found["between"])
    return f" {' '.join(sorted(ends))} both " if both else f" {' '.join(ends)} "


def _version(found: re.Match[str]) -> str:
    number = found["point"] or found["number"]
    whole = number.removesuffix(".0")
    return f" {whole}" if "." in whole else f" v{whole}"


def _split(found: re.Match[str]) -> str:
    split = _SPLITS[found["split"].casefold()].replace("testdev", "test dev")
    return f" {found['year'] or ''} {split} {found['more'] or ''}"


_REWRITTEN: Final[tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]] = (
    (_APOSTROPHE_YEAR, lambda found: f" {_full_year(found[1])} "),
    (_SERIES_YEAR, _series_year),
    (_LEADING, r"\g<name> \g<lead>"),
    (_PAIR, _pair),
    (_CODES, _pair),
    (_TASK, _task),
    (_VERSION, _version),
)
