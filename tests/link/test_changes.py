"""What linking anew changes, told by entity."""

import pytest

from kg.link.changes import Change, compare_links
from kg.records import Link

Linked = tuple[str, str, str]
"""Paper, form, entity."""


def links(*items: Linked, type_: str = "Method", rule: str = "name", confidence: float = 1.0) -> list[Link]:
    """Return links of mentions of one type by one rule."""
    return [Link(paper, form, type_, entity, rule, confidence) for paper, form, entity in items]


def told(before: list[Link], after: list[Link]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return kind, entity and parts of all changes."""
    return [(change.change, change.entity, change.parts) for change in compare_links(before, after)]


A, B, C = "method:a", "method:b", "method:c"


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ([("1", "a", A)], [("1", "a", A)], []),
        ([("1", "a", A)], [("1", "a", A), ("2", "a", A)], []),
        ([("1", "a", A)], [("1", "a", A), ("2", "A", A)], []),
        ([("1", "a", A)], [("1", "a", A), ("2", "aa", A)], [("merge", A, (A, "aa"))]),
        ([("1", "a", A), ("2", "b", B)], [("1", "a", A), ("2", "b", A)], [("merge", A, (A, B))]),
        ([("1", "a", A), ("1", "b", A)], [("1", "a", A), ("1", "b", B)], [("split", A, (A, B))]),
        ([("1", "a", A), ("1", "b", A)], [("1", "a", C), ("1", "b", B)], [("split", A, (B, C))]),
        ([("1", "a", A)], [("1", "a", B)], [("rename", B, (A,))]),
        ([("1", "a", A)], [("1", "a", A), ("2", "b", B)], [("add", B, ("b",))]),
        ([("1", "a", A), ("2", "b", B)], [("1", "a", A)], [("remove", B, ())]),
        ([("1", "a", A), ("2", "a", A)], [("1", "a", A)], []),
        ([], [("1", "a", A), ("1", "aa", A), ("2", "b", B)], [("merge", A, ("a", "aa")), ("add", B, ("b",))]),
        (
            [("1", "a", A), ("2", "b", B), ("2", "a", B)],
            [("1", "a", A), ("2", "b", B), ("2", "a", A)],
            [("merge", A, (A, B)), ("split", B, (A, B))],
        ),
    ],
)
def test_changes(before: list[Linked], after: list[Linked], changes: list[object]) -> None:
    """Each entity that gathers, falls apart, moves, comes or goes is one change, by kind."""
    assert told(links(*before), links(*after)) == changes


def test_forms_of_another_type_say_so() -> None:
    """One form with two types that becomes one entity is a merge, the odd type named."""
    after = links(("1", "a", A)) + links(("2", "a", A), type_="Model")
    assert told([], after) == [("merge", A, ("a", "a (Model)"))]


def test_rules_and_papers_stand_beside() -> None:
    """A merge tells the rules of its links with their numbers, the boldest first, and its papers."""
    after = links(("1", "a", A), ("2", "a", A)) + links(("1", "aa", A), rule="alias", confidence=0.9)
    (change,) = compare_links([], after)
    assert change == Change("merge", A, ("a", "aa"), ("alias 1", "name 2"), 2, 0.9)


def test_least_sure_merges_come_first() -> None:
    """Of one kind those come first that people should look at first."""
    after = links(("1", "a", A), ("1", "aa", A)) + links(("1", "b", B), ("1", "bb", B), confidence=0.7)
    assert [change.entity for change in compare_links([], after)] == [B, A]
