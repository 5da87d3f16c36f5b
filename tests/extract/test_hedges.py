"""Words that bound, doubt or deny a claim."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.hedges import find_hedges
from kg.schema import DENIALS


def hedges(text: str, at: str, start: int = 0) -> tuple[str, ...]:
    """Return the hedges of the claim that begins at the first place of some text after ``start``."""
    return find_hedges(text, start, text.index(at, start), number=at[0].isdigit())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It is up to 3x faster.", ("up to",)),
        ("It is upto 3x faster.", ("upto",)),
        ("It is up to a 3% better model.", ("up to",)),
        ("It gains at least 3 points.", ("at least",)),
        ("It gains at most 3 points.", ("at most",)),
        ("It gains more than 3 points.", ("more than",)),
        ("It uses no more than 3% of the data.", ("no more than",)),
        ("It loses less than 3%.", ("less than",)),
        ("It is nearly 3x as fast.", ("nearly",)),
        ("It is about 3x as fast.", ("about",)),
        ("It needs only 3% of it.", ("only",)),
        ("It gains by as much as 3 points.", ("as much as",)),
        ("It gains over 3 points.", ("over",)),
        ("It needs within 3 hours.", ("within",)),
        ("It is ~3x as fast.", ("~",)),
        (r"It is $\sim$3x as fast.", (r"\sim",)),
        ("It is sim3x as fast.", ("sim",)),
        ("It has an error <3%.", ("<",)),
        ("It has an error \u2264 3%.", ("\u2264",)),
        ("It gains up\n to 3 points.", ("up to",)),
        ("It gains Up To +3 points.", ("up to",)),
    ],
)
def test_bound_before_a_number(text: str, found: tuple[str, ...]) -> None:
    """What stands directly before a number and bounds or rounds it is kept, in lower case."""
    assert hedges(text, "3") == found


@pytest.mark.parametrize(
    "text",
    [
        "It gains 3 points.",
        "Over the years it gains 3 points.",
        "It is about learning, and gains 3 points.",
        "Only FooNet gains 3 points.",
        "It improves over BERT by 3 points.",
        "It simulates 3x faster.",
        "Moreover 3 points are gained.",
        "We show that it can gain 3 points.",
    ],
)
def test_no_bound_of_the_number(text: str) -> None:
    """The same words elsewhere in the sentence bound nothing."""
    assert hedges(text, "3") == ()


def test_comparison_has_no_bound() -> None:
    """A word before a comparing word that would bound a number is no hedge of the comparison."""
    assert hedges("It is only better than BERT.", "better") == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It may outperform BERT.", ("may",)),
        ("It could possibly outperform BERT.", ("could", "possibly")),
        ("It appears to outperform BERT.", ("appears to",)),
        ("It seems  to outperform BERT.", ("seems to",)),
        ("Results suggest that we outperform BERT.", ("suggest",)),
        ("In some cases, we outperform BERT.", ("in some cases",)),
        ("It often, if small, may outperform BERT.", ("may",)),
        ("It does not outperform BERT.", ("not",)),
        ("It doesn't outperform BERT.", ("n't",)),
        ("It doesn\u2019t outperform BERT.", ("n't",)),
        ("It can't outperform BERT.", ("n't",)),
        ("It cannot outperform BERT.", ("cannot",)),
        ("It never outperforms BERT.", ("never",)),
        ("It fails to outperform BERT.", ("fails to",)),
        ("It failed\nto outperform BERT.", ("failed to",)),
        ("It is unable to outperform BERT.", ("unable to",)),
        ("It does not, however, outperform BERT.", ("not",)),
        ("It does not outperform, or come near, BERT.", ("not",)),
        ("It does not reach 1,000 points or outperform BERT.", ("not",)),
        ("It no longer outperforms BERT.", ("no",)),
        ("With what may be 1,000 labels we outperform BERT.", ("may",)),
        ("Neither of them may outperform BERT.", ("neither", "may")),
        ("It hardly outperforms BERT.", ("hardly",)),
        ("MAY it outperform BERT?", ("may",)),
    ],
)
def test_doubt_and_denial(text: str, found: tuple[str, ...]) -> None:
    """Words that doubt or deny are found in the clause of the claim, in the order of the text."""
    assert hedges(text, "outperform") == found


@pytest.mark.parametrize("word", DENIALS)
def test_every_denial_is_found(word: str) -> None:
    """What the graph takes for a denial comes out of the text as it is called there."""
    space = "" if word.startswith("n'") else " "
    text = f"It would{space}{word} outperform BERT."
    assert hedges(text, "outperform") == (word,)


@pytest.mark.parametrize(
    "text",
    [
        "It not only is small, it does outperform BERT.",
        "It does not only match but outperform BERT.",
        "It not only outperforms BERT.",
        "It is as good if not outperforming BERT.",
        "It is as good, if not better, and outperforms BERT.",
        "It is no longer slow and outperforms BERT.",
        "With no labels at all it outperforms BERT.",
        "It does not need labels and outperforms BERT.",
        "It does not need labels and significantly outperforms BERT.",
        "It does not need labels, and outperforms BERT.",
        "It does not need labels, however, outperforms BERT.",
        "It does not need labels: we outperform BERT.",
        "It does not need labels; it may be slow; we outperform BERT.",
        "Labels may not help, but we outperform BERT.",
        "FooNet, which may not need labels, outperforms BERT.",
        "On Foo, for which labels may not help, it outperforms BERT.",
        "FooNet (not trained, perhaps) outperforms BERT.",
        "Although it may not use labels, it outperforms BERT.",
        "Even though it may not see 1,000 labels, it outperforms BERT.",
        "While labels may not help, we outperform BERT.",
        "Although with 1,000 labels it may fail, it outperforms BERT.",
        "It may be slow, however, it outperforms BERT.",
        "The cannot-link and may-link rules outperform BERT.",
        "Notable mayhem outperforms BERT.",
        "We outperform BERT, which may not be surprising.",
    ],
)
def test_nothing_doubts_or_denies(text: str) -> None:
    """A word that is meant of something else, or is part of another one, is no hedge of the claim."""
    assert hedges(text, "outperform") == ()


def test_no_denies_what_it_stands_before() -> None:
    """The word "no" denies a gain right after it."""
    assert hedges("It shows no clear improvement over BERT.", "improvement") == ("no",)


def test_denial_in_a_list_of_nouns_reaches_the_claim() -> None:
    """A denied verb may have two objects before the number."""
    assert hedges("It does not lift precision and recall by 3 points.", "3") == ("not",)


def test_doubt_reaches_over_a_list() -> None:
    """The commas of a list do not end the clause."""
    assert hedges("It may lift precision, recall or F1 by 3 points.", "3") == ("may",)


def test_sentence_before_is_not_read() -> None:
    """Only words from the start of the sentence on count."""
    text = "It may fail. It outperforms BERT."
    assert hedges(text, "outperform", start=text.index("It outperforms")) == ()


def test_distant_word_is_no_hedge() -> None:
    """A word counts at 70 characters before the claim, at 90 no more."""
    filled = "it may {} outperform BERT."
    assert hedges(filled.format("x" * 65), "outperform") == ("may",)
    assert hedges(filled.format("x" * 85), "outperform") == ()


@pytest.mark.parametrize("gap", range(65, 90))
def test_reach_ends_between_words(gap: int) -> None:
    """Where the reach ends within a word, the rest of it is no word."""
    assert hedges(f"it is dismay {'x' * gap} outperforms BERT.", "outperform") == ()


def test_repeated_word_is_named_once() -> None:
    """A hedge that stands twice is one hedge."""
    assert hedges("It may, and may indeed, as it may outperform BERT.", "outperform") == ("may",)


PIECES = (
    *("may", "not", "up to", "FooNet", ",", ";", "(", ")", "which", "although", "and", "outperforms"),
    *("no", "if", "3%", "1,000", "n't", "\u2248", "\U0001f9ea", "\n", "  ", "does not"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.data(), st.booleans())
def test_hedges_stand_before_the_claim(pieces: list[str], data: st.DataObject, number: bool) -> None:
    """Whatever the text, hedges are distinct words of the sentence before the claim."""
    text = " ".join(pieces)
    anchor = data.draw(st.integers(0, len(text)))
    start = data.draw(st.integers(0, anchor))
    found = find_hedges(text, start, anchor, number=number)
    before = " ".join(text[start:anchor].lower().split())
    assert all(word in before for word in found)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "unit", ["may not ", "(", ", which ", "although ", "and outperforms ", "no ", "up to "]
)
def test_long_sentence_takes_linear_time(unit: str) -> None:
    """All claims of one sentence of a hundred kilobytes are read in well under 30 seconds."""
    text = unit * (100_000 // len(unit))
    begin = time.perf_counter()
    for anchor in range(0, len(text), 10):
        find_hedges(text, 0, anchor, number=True)
    assert time.perf_counter() - begin < 30
