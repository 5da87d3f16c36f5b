"""Aliases: the table that ships is in order, and tables of users are read or refused with a reason."""

from collections import Counter
from pathlib import Path

import pytest

from kg.errors import RecordError
from kg.link.aliases import COLUMNS, Alias, known_aliases, read_aliases
from kg.link.forms import fold
from kg.schema import ENTITY_TYPES

SHIPPED = known_aliases()
"""The rows of the table that ships."""

JOINED = {"Model": "Method"}
"""A method and a model of one name may be one thing, so that their aliases count for both."""


def place(type_: str, name: str) -> tuple[str, str]:
    """Return under what a name is looked up."""
    return JOINED.get(type_, type_), fold(name)


def table(*rows: str, header: str = "alias|canonical|type|reason") -> bytes:
    """Return a table whose rows have ``|`` between the columns."""
    return "".join(f"{row}\n" for row in (header, *rows)).replace("|", "\t").encode()


def read(directory: Path, data: bytes) -> tuple[Alias, ...]:
    """Return the aliases of a table with this content."""
    path = directory / "mine.tsv"
    path.write_bytes(data)
    return read_aliases(path)


# --- the table that ships ----------------------------------------------------------------------


def test_types_and_reasons() -> None:
    """The table has aliases for every type, each for one of three reasons."""
    assert {alias.type for alias in SHIPPED} == set(ENTITY_TYPES)
    assert {alias.reason for alias in SHIPPED} == {"abbreviation", "other name", "spelling"}


def test_rows_are_sorted() -> None:
    """Rows stand in the order of type, canonical and alias, none twice."""
    rows = [(alias.type, alias.canonical, alias.alias) for alias in SHIPPED]
    assert rows == sorted(set(rows))


def test_every_row_is_of_use() -> None:
    """Folding alone makes no alias equal to its canonical, or to another alias."""
    assert [alias for alias in SHIPPED if fold(alias.alias) == fold(alias.canonical)] == []
    folded = Counter(place(alias.type, alias.alias) for alias in SHIPPED)
    assert [found for found, number in folded.items() if number > 1] == []


def test_no_alias_is_a_canonical() -> None:
    """No alias is the canonical of another row, also where one says Method and the other Model."""
    aliases = {place(alias.type, alias.alias) for alias in SHIPPED}
    assert aliases & {place(alias.type, alias.canonical) for alias in SHIPPED} == set()


def test_a_canonical_is_spelled_in_one_way() -> None:
    """All aliases of one thing name it with the same letters."""
    names: dict[tuple[str, str], set[str]] = {}
    for alias in SHIPPED:
        names.setdefault(place(alias.type, alias.canonical), set()).add(alias.canonical)
    assert [spelled for spelled in names.values() if len(spelled) > 1] == []


@pytest.mark.parametrize(
    ("type_", "form"),
    [
        *[("Method", form) for form in ("MLM", "CL", "SAM", "MoD", "LN", "AE", "CFG", "LDA", "CAM", "RE")],
        *[("Task", form) for form in ("IR", "ST", "DA", "RE", "CL", "SR", "AD", "VAD", "HAR", "HPE", "ASC")],
        *[("Dataset", form) for form in ("ARC", "CSQA", "AVA")],
    ],
)
def test_no_abbreviation_with_two_common_meanings(type_: str, form: str) -> None:
    """What means two things in the field is left to the papers."""
    assert (type_, fold(form)) not in {(alias.type, fold(alias.alias)) for alias in SHIPPED}


@pytest.mark.parametrize(
    ("type_", "one", "other"),
    [
        ("Metric", "top-1", "accuracy"),
        ("Metric", "mAP", "average precision"),
        ("Method", "QLoRA", "LoRA"),
        ("Method", "DCNN", "CNN"),
        ("Method", "sparse MoE", "mixture-of-experts"),
        ("Model", "LLaMA-1", "LLaMA-2"),
        ("Dataset", "IN-21K", "IN-1K"),
        ("Dataset", "VOC07", "VOC12"),
        ("Dataset", "NTU-60", "NTU-120"),
        ("Task", "NMT", "MT"),
        ("Task", "OOD detection", "OOD generalization"),
    ],
)
def test_near_things_stay_apart(type_: str, one: str, other: str) -> None:
    """Another version, size or year and a narrower notion have no common name."""
    canonical = {(alias.type, fold(alias.alias)): fold(alias.canonical) for alias in SHIPPED}
    names = [canonical.get((type_, fold(form)), fold(form)) for form in (one, other)]
    assert names[0] != names[1]


@pytest.mark.parametrize(
    ("type_", "form", "name"),
    [
        ("Method", "CNNs", "convolutional neural network"),
        ("Task", "re-id", "person re-identification"),
        ("Metric", "f1-score", "F1"),
        ("Dataset", "MS COCO", "COCO"),
        ("Model", "Llama 1", "LLaMA"),
    ],
)
def test_other_spellings_of_an_alias(type_: str, form: str, name: str) -> None:
    """An alias counts in every spelling that folding makes equal."""
    canonical = {(alias.type, fold(alias.alias)): alias.canonical for alias in SHIPPED}
    assert canonical[type_, fold(form)] == name


# --- tables of users ---------------------------------------------------------------------------


def test_rows_are_read_in_order(tmp_path: Path) -> None:
    """A table gives its aliases in the order of the file."""
    rows = ("WugNet|wug network|Method|abbreviation", "blick|BLICK-2|Dataset|as its authors say")
    assert read(tmp_path, table(*rows)) == (
        Alias("WugNet", "wug network", "Method", "abbreviation"),
        Alias("blick", "BLICK-2", "Dataset", "as its authors say"),
    )


@pytest.mark.parametrize(
    "data",
    [
        b"# mine\n\n" + table("WN|wug network|Method|short", "", "# WN|no|Method|row"),
        b"\xef\xbb\xbf" + table("WN|wug network|Method|short"),
        table("WN|wug network|Method|short").replace(b"\n", b"\r\n"),
        table(" WN | wug  network | Method | short ", header="alias | canonical|type|reason"),
        table("WN|wug network|Method|short").rstrip(),
    ],
    ids=["comments and blank lines", "byte order mark", "CRLF", "blanks", "no line end"],
)
def test_what_editors_leave_behind_does_not_count(tmp_path: Path, data: bytes) -> None:
    """Comments, blank lines, a byte order mark, line ends and blanks around cells change nothing."""
    assert read(tmp_path, data) == (Alias("WN", "wug network", "Method", "short"),)


@pytest.mark.parametrize(
    "rows",
    [
        ("WN|wug network|Method|short", "WN|word net|Dataset|short"),
        ("WN|wug network|Method|short", "wn|Wug Networks|Method|again"),
        ("WN|wug network|Method|short", "WugNet|wug network|Method|short"),
        (),
    ],
    ids=["two types", "said twice", "two aliases of one thing", "no rows"],
)
def test_what_is_no_contradiction(tmp_path: Path, rows: tuple[str, ...]) -> None:
    """An alias may mean a thing of each type, be repeated, or have a fellow; a table may be empty."""
    assert len(read(tmp_path, table(*rows))) == len(rows)


@pytest.mark.parametrize(
    ("data", "where", "what"),
    [
        (b"", "mine.tsv", "no header"),
        (b"# only a comment\n", "mine.tsv", "no header"),
        (table(header="CNN|convolutional neural network|Method|short"), "line 1", "no header, but 'CNN"),
        (table(header="canonical|alias|type|reason"), "line 1", "no header"),
        (table("a|b|Method"), "line 2", "3 columns, not the 4"),
        (table("a|b|Method|c|d"), "line 2", "5 columns, not the 4"),
        (table("a b Method c"), "line 2", "1 column, not the 4"),
        (table("ab|cd|Method|e", "|cd|Method|e"), "line 3", "the alias is empty"),
        (table("ab||Method|e"), "line 2", "the canonical is empty"),
        (table("ab|cd||e"), "line 2", "the type is empty"),
        (table("ab|cd|Method|"), "line 2", "the reason is empty"),
        (table("ab|cd|method|e"), "line 2", "the type is 'method'"),
        (table("GSM-8K|gsm8k|Dataset|e"), "line 2", "spellings of one name"),
        (table("ab|cd|Method|e", "#", "AB|xy|Method|e"), "line 4", "'AB' stands for 'xy', but in line 2"),
        (table("ab|cd|Method|e", "cd|xy|Method|e"), "line 2", "'cd' is itself an alias, of 'xy' in line 3"),
        (table("ab|cd|Method|e", "cd|ab|Method|e"), "line 2", "'cd' is itself an alias, of 'ab' in line 3"),
        (table() + b"\xff\n", "line 2", "not UTF-8"),
    ],
)
def test_bad_table_is_refused(tmp_path: Path, data: bytes, where: str, what: str) -> None:
    """A fault gives one line that names the place, what is wrong and what to do."""
    with pytest.raises(RecordError) as caught:
        read(tmp_path, data)
    assert caught.value.where.endswith(where)
    assert what in caught.value.what
    assert caught.value.todo
    assert "\n" not in str(caught.value)


def test_unknown_type_lists_the_types(tmp_path: Path) -> None:
    """Whoever writes a type that there is not is told which there are."""
    with pytest.raises(RecordError, match=", ".join(ENTITY_TYPES)):
        read(tmp_path, table("ab|cd|Thing|e"))


def test_alias_of_an_alias_names_the_last(tmp_path: Path) -> None:
    """A chain is refused with the name to write instead; a circle with the lines to choose from."""
    with pytest.raises(RecordError, match="write 'xy' as the canonical name"):
        read(tmp_path, table("ab|cd|Method|e", "cd|xy|Method|e"))
    with pytest.raises(RecordError, match="remove this line or line 3"):
        read(tmp_path, table("ab|cd|Method|e", "cd|ab|Method|e"))


@pytest.mark.parametrize("name", ["absent.tsv", "."])
def test_unreadable_file(tmp_path: Path, name: str) -> None:
    """A file that is not there, or is a folder, is an error of ours."""
    with pytest.raises(RecordError, match="cannot be read"):
        read_aliases(tmp_path / name)


def test_header_of_the_table_that_ships() -> None:
    """The columns are the fields of an alias."""
    assert tuple(Alias.__dataclass_fields__) == COLUMNS
