"""How the words of two names correspond."""

import pytest

from kg.extract.alignment import acronym, align, read_parts


@pytest.mark.parametrize(
    ("form", "keys"),
    [
        ("Wide-ResNets", ["wide", "re", "net"]),
        ("GANs", ["gan"]),
        ("OpenIE", ["open", "ie"]),
        ("LoRA+", ["lo", "ra", "+"]),
        ("3D networks", ["3", "d", "network"]),
        ("", []),
    ],
)
def test_a_name_falls_into_parts(form: str, keys: list[str]) -> None:
    """Words, capitals inside words, digits and meaningful signs part a name."""
    assert [part.key for part in read_parts(form)] == keys


def test_a_known_abbreviation_counts_as_its_long_form() -> None:
    """An abbreviation inside a longer name is spelled out, the abbreviation as such is not."""
    known = {"qa": read_parts("question answering")}
    assert [part.key for part in read_parts("open QA", known)] == ["open", "question", "answering"]
    assert [part.key for part in read_parts("QA", known)] == ["qa"]


@pytest.mark.parametrize(
    ("first", "second", "ways"),
    [
        ("traffic forecast", "traffic forecasting", {"stem"}),
        ("Wide Residual Networks", "Wide-ResNets", {"prefix"}),
        ("OOD detection", "out-of-distribution detection", {"initials"}),
        ("segmentation of roads", "road segmentation", set()),
    ],
)
def test_parts_correspond_in_several_ways(first: str, second: str, ways: set[str]) -> None:
    """Inflected, shortened and abbreviated words correspond, whatever their order, and nothing is left."""
    found = align(read_parts(first), read_parts(second))
    assert (found.left, found.right, found.ways) == ((), (), ways)


def test_what_only_one_name_says_is_left_over() -> None:
    """Parts without a counterpart are named by their places, function words are not."""
    found = align(read_parts("detection"), read_parts("detection of small objects"))
    assert (found.left, found.right, found.linked) == ((), (2, 3), 1)


@pytest.mark.parametrize(
    ("first", "second"), [("RGB images", "RGBD images"), ("image-to-text", "image and text")]
)
def test_near_words_do_not_correspond(first: str, second: str) -> None:
    """Capitals are not shortened by a letter, and "to" has a meaning of its own."""
    found = align(read_parts(first), read_parts(second))
    assert found.left or found.right


def test_order_is_told() -> None:
    """Two names of the same words in another order are told from two in the same."""
    assert not align(read_parts("image to text"), read_parts("text to image")).ordered
    assert align(read_parts("image to text"), read_parts("image-to-text")).ordered


@pytest.mark.parametrize(
    ("short", "long", "kind"),
    [
        ("PEFT", "Parameter Efficient Fine-tuning", "initials"),
        ("L3D", "Large Labelled Leaf Dataset", "initials"),
        ("DGT-Net", "Dense Gated Tracking Network", "initials"),
        ("ANNs", "artificial neural networks", "initials"),
        ("BiAF", "Bidirectional Attention Flow", "most, 4"),
        ("BLEU", "Transformer", None),
        ("peft", "Parameter Efficient Fine-tuning", None),
        ("PEFT", "PEFT", None),
        ("+", "+ +", None),
    ],
)
def test_an_acronym_is_told_without_brackets(short: str, long: str, kind: str | None) -> None:
    """The share of letters that begin words says how well a short name abbreviates a long one."""
    assert acronym(short, long, read_parts(long)) == kind
