"""The border between title and abstract in one-line records."""

from kg.pages.border import TABLE_BITS, WEIGHTS, border_probabilities
from kg.pages.oneline import find_border
from kg.pages.standing import Standing
from kg.records import Paper, paper_id
from tests.pages.conftest import Read
from tests.pages.layouts import WRITERS
from tests.pages.made import papers

ABSTRACT = "Instruction tuning teaches models to follow requests. We show that it also teaches them to count."


def standing_with(title: str, abstract: str) -> Standing:
    """Return a record of one title that stands alone."""
    standing = Standing()
    standing.want([paper_id(title)])
    standing.offer(Paper(title, abstract, paper_id(title)))
    return standing


def test_weights_fill_the_table_and_stay_small() -> None:
    """The weights are a table of bytes of the size that the features index."""
    assert WEIGHTS.stat().st_size == 1 << TABLE_BITS <= 300 * 1024


def test_probabilities_add_up_to_one() -> None:
    """Each gap among the first words may be the border, and one of them is."""
    found = border_probabilities(f"Counting Models {ABSTRACT}")
    assert len(found) == len(ABSTRACT.split()) + 1
    assert abs(sum(found) - 1) < 1e-9


def test_title_that_stands_alone_elsewhere_decides() -> None:
    """A title before the same abstract on another page is believed against the model."""
    odd = "Counting Models Instruction"
    text = f"{odd} {ABSTRACT.removeprefix('Instruction ')}"
    border = find_border(text, standing_with(odd, ABSTRACT.removeprefix("Instruction ")))
    assert border is not None
    assert text[: border.end] == odd
    assert border.probability > 0.999


def test_short_title_of_another_paper_does_not_cut_a_longer_one() -> None:
    """A title that merely begins alike does not outweigh a certain model."""
    text = f"Counting Models for Large Orchards in Northern Valleys {ABSTRACT}"
    border = find_border(text, standing_with("Counting Models", "Apples are counted by hand."))
    assert border is not None
    assert text[: border.end] == "Counting Models for Large Orchards in Northern Valleys"


def test_border_keeps_all_characters_of_both_sides(read: Read) -> None:
    """Only the white space between title and abstract goes."""
    text = "- Two  Spaces Within   We keep  the spaces, as they stand, in 2 papers. 3 authors · Mar 1, 2024"
    paper = read(text + "\n" + WRITERS["lines"](papers())).papers
    assert ("Two  Spaces Within", "We keep  the spaces, as they stand, in 2 papers.") in {
        (found.title, found.abstract) for found in paper
    }


def test_another_page_of_the_call_helps_whatever_the_order(read: Read) -> None:
    """A paper of a one-line page finds its title on a page that is named before or after."""
    abstract = (
        "Large models count well. We show that small ones do, too, when their instructions are patient,"
    )
    odd = Paper(
        "In Defence of the",
        f"{abstract} and that patience, which is cheap, pays for itself.",
        "paper:x",
        "2024-01-01",
        author_count=1,
    )
    alone = read(WRITERS["lines"]([odd]))
    assert alone.papers[0].title != odd.title
    for pages in (("lines", "spaced"), ("spaced", "lines")):
        together = read(*(WRITERS[name]([odd]) for name in pages))
        assert [paper.title for paper in together.papers] == [odd.title]


def test_uncertain_border_is_told(read: Read) -> None:
    """A title that may end elsewhere is noted with its place and probability."""
    unclear = "- Robust Parsing Dependency Parsing Neural Parsing has become robust. 1 authors · Mar 1, 2024"
    notes = read(unclear).notes
    assert any("record 1" in note and "probability" in note for note in notes)
