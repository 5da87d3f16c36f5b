"""The table of metrics: well-formed, without contradiction, found by every name in it."""

from decimal import Decimal
from importlib.resources import files

import pytest

from kg.metrics import known_metric

HEAD, *ROWS = (files("kg") / "metrics.tsv").read_text(encoding="utf-8").splitlines()
FIELDS = [row.split("\t") for row in ROWS]
NAMES = [(form, name) for name, *_, aliases in FIELDS for form in (name, *filter(None, aliases.split("|")))]
"""Every name and alias, with the name of its row."""


def test_head_names_the_fields() -> None:
    """The first line names the six fields."""
    assert HEAD.split("\t") == ["name", "higher_is_better", "unit", "lowest", "highest", "aliases"]


@pytest.mark.parametrize("fields", FIELDS, ids=lambda fields: fields[0])
def test_row_is_well_formed(fields: list[str]) -> None:
    """A row has six fields, a truth value, and ends of which the lowest is the lower."""
    name, higher, _, lowest, highest, _ = fields
    assert name
    assert higher in {"true", "false"}
    ends = [Decimal(end) for end in (lowest, highest) if end]
    assert ends == sorted(set(ends))


@pytest.mark.parametrize("fields", FIELDS, ids=lambda fields: fields[0])
def test_row_holds_no_stray_blanks(fields: list[str]) -> None:
    """Fields and aliases have no blanks around them, and no alias is empty or stands twice."""
    *others, aliases = fields
    forms = [*others, *(aliases.split("|") if aliases else ())]
    assert forms == [form.strip() for form in forms]
    named = [fields[0], *forms[len(others) :]]
    assert all(named)
    assert len(named) == len(set(named))


def test_no_name_belongs_to_two_rows() -> None:
    """A name or alias stands for one metric, whatever its case and number."""
    rows: dict[str, set[str]] = {}
    for form, name in NAMES:
        rows.setdefault(form.casefold(), set()).add(name)
    assert {form: names for form, names in rows.items() if len(names) > 1} == {}


def test_every_name_is_found() -> None:
    """Each name and alias leads to its own row, in any case."""
    for form, name in NAMES:
        for spelled in (form, form.upper(), form.lower()):
            found = known_metric(spelled)
            assert found is not None, spelled
            assert found.name == name, spelled


@pytest.mark.parametrize(
    ("form", "name", "higher"),
    [
        ("F1", "F1", True),
        ("top-1 accuracy", "accuracy", True),
        ("average inference latency", "latency", False),
        ("WERs", "word error rate", False),
        ("accuracies", "accuracy", True),
        ("BLEU improvement", "BLEU", True),
    ],
)
def test_known_metric(form: str, name: str, higher: bool) -> None:
    """A metric is known by its name, an alias, or one of them inside a longer form."""
    found = known_metric(form)
    assert found is not None
    assert (found.name, found.higher_is_better) == (name, higher)


@pytest.mark.parametrize("form", ["wugginess", "", " ", "%", "the"])
def test_unknown_metric(form: str) -> None:
    """What is not in the table is not guessed."""
    assert known_metric(form) is None


@pytest.mark.parametrize(
    ("form", "lowest", "highest"),
    [
        ("accuracy", Decimal(0), Decimal(100)),
        ("PPL", Decimal(1), None),
        ("WER", Decimal(0), None),
        ("R2", None, Decimal(100)),
        ("PSNR", None, None),
        ("PESQ", Decimal("-0.5"), Decimal("4.65")),
    ],
)
def test_range_of_a_metric(form: str, lowest: Decimal | None, highest: Decimal | None) -> None:
    """The lowest and the highest value are exact decimals, or None where there is no end."""
    found = known_metric(form)
    assert found is not None
    assert (found.lowest, found.highest) == (lowest, highest)
