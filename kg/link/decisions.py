"""Decisions of people about identity: a table that every build obeys and anyone may edit.

One decision a line; columns divided by tabs, under a header; ``#`` begins a comment::

    action  type    form  other                     other_type  paper                   reason
    merge   Method  SAM   Segment Anything Model    Model                               one thing
    split   Method  MoD                                         paper:0123456789abcdef  of depths

merge: every mention of the form with this type, and all that is linked with it, becomes
the entity of ``other``, a form of the same type or of ``other_type``. split: the mentions
of the form, in one paper or in all, are an entity of their own, whatever other rules say.
Forms count in every spelling that `fold` makes equal. Of decisions about one form in one
paper, or in general, the last one counts.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg.errors import RecordError
from kg.files import write_whole
from kg.link.forms import fold
from kg.link.tables import read_rows
from kg.records import Extraction
from kg.schema import ENTITY_TYPES

ACTIONS: Final = ("merge", "split")

COLUMNS: Final = ("action", "type", "form", "other", "other_type", "paper", "reason")
"""Header of the table. Cells at the end of a line that are empty may be missing."""

_INTRODUCTION: Final = (
    "# What is one entity and what is not, as decided by people: kg build obeys it.",
    "# Written by kg merge and kg split, and by hand; delete a line to undo it.",
    "\t".join(COLUMNS),
)

_Form = tuple[str, str]  # type and folded form


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person has decided about the mentions of a form."""

    action: str  # "merge" or "split"
    type: str  # of the mentions
    form: str
    other: str | None = None  # merge: a form of the entity that they become
    other_type: str | None = None  # merge: type of those mentions, where it is another one
    paper: str | None = None  # split: only in this paper (id); None: everywhere
    reason: str = ""

    @property
    def subject(self) -> tuple[str, str, str | None]:
        """What it is about: type, folded form, paper. Of decisions about the same, the last one counts."""
        return self.type, fold(self.form), self.paper

    @property
    def target(self) -> _Form | None:
        """What the mentions become: type and folded form; None for a split."""
        return None if self.other is None else (self.other_type or self.type, fold(self.other))

    def __str__(self) -> str:
        """Return it in words, without the reason."""
        form = f"{self.form!r} ({self.type})"
        if self.other is not None:
            return f"merge {form} into {self.other!r} ({self.other_type or self.type})"
        return f"split {form}" + (f" in {self.paper}" if self.paper else "")


def numbered_decisions(path: Path) -> tuple[tuple[int, Decision], ...]:
    """Return the decisions of a file that count, each with its line from 1; none where there is no file.

    Raises:
        RecordError: As `parse_decisions`.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return ()
    return parse_decisions(data, str(path))


def parse_decisions(data: bytes, where: str) -> tuple[tuple[int, Decision], ...]:
    """Return the decisions of a table that count, each with its line, counted from 1.

    Args:
        data: The table, in UTF-8.
        where: The file, for errors.

    Raises:
        RecordError: A line is no decision, or merges lead in a circle; names the line.
    """
    found: dict[tuple[str, str, str | None], tuple[int, Decision]] = {}
    for number, place, cells in read_rows(data, where, COLUMNS, may_be_empty=True):
        decision = _decision(cells, place)
        found.pop(decision.subject, None)  # the later line stands at its own place
        found[decision.subject] = number, decision
    _check_circles(found.values(), where)
    return tuple(found.values())


def add_decision(path: Path, decision: Decision) -> int:
    """Append a decision to a table, which is made where there is none; return the number of its line.

    Whatever stands in the table stays as it is. The whole file is replaced at once.

    Raises:
        RecordError: The table, or the table with the decision, is faulty; nothing is written then.
        OSError: It cannot be written.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        data = b""
    parse_decisions(data, str(path))
    end = "\r\n" if b"\r\n" in data else "\n"
    if data and not data.endswith(b"\n"):
        data += end.encode()
    lines = [] if _has_header(data) else list(_INTRODUCTION)
    cells = (getattr(decision, column) or "" for column in COLUMNS)
    lines.append("\t".join(" ".join(cell.split()) for cell in cells).rstrip("\t"))
    data += "".join(line + end for line in lines).encode()
    parse_decisions(data, str(path))
    write_whole(path, [data])
    return data.count(b"\n")


def unused_decisions(
    decisions: Sequence[Decision], extractions: Iterable[Extraction]
) -> tuple[Decision, ...]:
    """Return the decisions whose form, or that of what it is merged into, no paper has."""
    if not decisions:
        return ()
    papers = {decision.paper for decision in decisions} - {None}
    spelled: set[_Form] = set()
    in_paper: dict[str, set[_Form]] = {}
    for extraction in extractions:
        forms = {(entity.type, form) for entity in extraction.entities for form in entity.forms}
        spelled |= forms
        if extraction.id in papers:
            in_paper[extraction.id] = _folded(forms)
    everywhere = _folded(spelled)
    return tuple(decision for decision in decisions if not _is_used(decision, everywhere, in_paper))


def _is_used(decision: Decision, everywhere: Collection[_Form], in_paper: dict[str, set[_Form]]) -> bool:
    type_, form, paper = decision.subject
    known = everywhere if paper is None else in_paper.get(paper, ())
    return (type_, form) in known and (decision.target is None or decision.target in everywhere)


def _folded(forms: Iterable[_Form]) -> set[_Form]:
    return {(type_, fold(form)) for type_, form in forms}


def _has_header(data: bytes) -> bool:
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return any(line.strip() and not line.startswith(b"#") for line in lines)


def _decision(cells: list[str], place: str) -> Decision:
    """Return the decision of a line.

    Raises:
        RecordError: The line is none; says what to write.
    """
    if not 3 <= len(cells) <= len(COLUMNS):
        what = f"{len(cells)} column{'s' * (len(cells) > 1)}, not 3 to {len(COLUMNS)}"
        raise RecordError(place, what, "divide the columns by one tab each, not by spaces")
    action, type_, form, other, other_type, paper, reason = (*cells, *("",) * (len(COLUMNS) - len(cells)))
    types = ", ".join(ENTITY_TYPES)
    faults = (
        (action not in ACTIONS, f"the action is {action!r}", f"write one of {', '.join(ACTIONS)}"),
        (type_ not in ENTITY_TYPES, f"the type is {type_!r}", f"write one of {types}"),
        (other_type not in ("", *ENTITY_TYPES), f"the other_type is {other_type!r}", f"write one of {types}"),
        (not form, "the form is empty", "write the form that is decided about"),
        (action == "merge" and not other, "a merge into nothing", "write the other form in column 4"),
        (action == "merge" and paper, "a merge in one paper", "leave the column 'paper' of a merge empty"),
        (
            action == "split" and (other or other_type),
            "a split with another form",
            "leave columns 4 and 5 empty",
        ),
    )
    for fault, what, todo in faults:
        if fault:
            raise RecordError(place, what, todo)
    other_type = "" if other_type == type_ else other_type
    decision = Decision(action, type_, form, other or None, other_type or None, paper or None, reason)
    if decision.target == (type_, fold(form)):
        what = f"{form!r} and {other!r} are spellings of one name"
        raise RecordError(place, what, "remove the line: they are one entity anyway")
    return decision


def _check_circles(found: Iterable[tuple[int, Decision]], where: str) -> None:
    """Check that following merges comes to an end.

    Raises:
        RecordError: It does not; names the last line of the circle.
    """
    merges = {
        decision.subject[:2]: (number, decision.target)
        for number, decision in found
        if decision.target is not None
    }
    for start in merges:
        passed: dict[_Form, int] = {}
        place = start
        while place in merges and place not in passed:
            passed[place], place = merges[place]
        if place in passed:
            circle = list(passed.values())[list(passed).index(place) :]
            first, last = min(circle), max(circle)
            what = f"merges in a circle with line {first}"
            raise RecordError(f"{where}, line {last}", what, "remove one of the lines")
