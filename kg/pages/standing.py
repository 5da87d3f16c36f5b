"""Titles that stand alone on another page of the same call.

A one-line record has nothing between title and abstract; where another page gives the same
paper with its title apart, that says where the border is. Readers of such records ask for
the ids of all titles that a record may begin with; papers of other pages are offered and
remembered only where they were asked for, so millions of other papers cost no memory.
"""

from collections.abc import Iterable

from kg.records import Paper, normalise_title

_OPENING = 40  # letters, digits and spaces of an abstract that must agree


class Standing:
    """The titles asked for, and those found standing alone, with how their abstracts open."""

    def __init__(self) -> None:
        self._wanted: set[str] = set()
        self._found: dict[str, set[str]] = {}

    def want(self, ids: Iterable[str]) -> None:
        """Ask for papers by id."""
        self._wanted.update(ids)

    def offer(self, paper: Paper) -> None:
        """Remember a paper whose title stands alone, if it was asked for."""
        if paper.id in self._wanted:
            self._found.setdefault(paper.id, set()).add(_opening(paper.abstract))

    def stands(self, id_: str) -> bool:
        """Tell whether a title stands alone elsewhere."""
        return id_ in self._found

    def stands_with(self, id_: str, abstract: str) -> bool:
        """Tell whether a title stands alone elsewhere, before an abstract that opens alike."""
        return _opening(abstract) in self._found.get(id_, ())


def _opening(abstract: str) -> str:
    return normalise_title(abstract[: 3 * _OPENING])[:_OPENING]
