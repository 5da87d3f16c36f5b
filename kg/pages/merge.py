"""The same paper on several pages becomes one paper.

Input: the papers of all pages, in any order. Output: one paper for each id, sorted by id.
What only one page says is taken over; where pages contradict each other the first by
(page, record) is kept and the contradiction noted. Papers beyond `_HELD` wait in sorted
temporary files, so that millions of them need no more memory than some thousands.
"""

import heapq
import itertools
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import msgspec

from kg.records import Paper, dump_lines

_HELD: Final = 50_000  # papers; about 200 MB
_FIELDS: Final = (
    "title",
    "abstract",
    "author_count",
    "upvotes",
    "comments",
    "organization",
    "arxiv_id",
    "url",
)

Key = tuple[str, tuple[tuple[str, int], ...]]


def sort_papers(papers: Iterable[Paper], stack: ExitStack, held: int = _HELD) -> Iterator[Paper]:
    """Read all papers, then return them sorted by id and sources.

    Args:
        papers: The papers; they are all read before this function returns.
        stack: Closes the temporary files, which must stay as long as papers are taken.
        held: How many papers to hold in memory.
    """
    runs: list[Iterable[Paper]] = []
    source = iter(papers)
    while run := sorted(itertools.islice(source, held), key=_key):
        if len(run) < held:
            runs.append(run)
            break
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kg-read-"))
        path = Path(folder, "papers.jsonl")
        with path.open("wb") as file:
            file.writelines(dump_lines(run))
        runs.append(_read_run(path, stack))
    return heapq.merge(*runs, key=_key)


def _read_run(path: Path, stack: ExitStack) -> Iterator[Paper]:
    return map(msgspec.json.Decoder(Paper).decode, stack.enter_context(path.open("rb")))


def _key(paper: Paper) -> Key:
    return paper.id, tuple((source.page, source.record) for source in paper.sources)


def merge_papers(papers: Iterable[Paper], note: Callable[[str], None]) -> Iterator[Paper]:
    """Yield one paper for each id.

    Args:
        papers: Papers sorted by id and sources.
        note: Told each contradiction between pages.
    """
    for _, group in itertools.groupby(papers, key=lambda paper: paper.id):
        yield _merged(list(group), note)


def _merged(papers: list[Paper], note: Callable[[str], None]) -> Paper:
    if len(papers) == 1:
        return papers[0]

    def first_known(name: str) -> Any:
        """Return the first known value of a field; note every other one."""
        having = [paper for paper in papers if getattr(paper, name) is not None]
        for paper in having[1:]:
            if getattr(paper, name) != getattr(having[0], name):
                note(_contradiction(name, having[0], paper))
        return getattr(having[0], name) if having else None

    dated = _dated(papers, note)
    sources = {(source.page, source.record): source for paper in papers for source in paper.sources}
    return Paper(
        id=papers[0].id,
        published=dated.published,
        published_inferred=dated.published_inferred,
        sources=tuple(source for _, source in sorted(sources.items())),
        **{name: first_known(name) for name in _FIELDS},
    )


def _dated(papers: list[Paper], note: Callable[[str], None]) -> Paper:
    """Return the paper whose date is kept.

    A written year is worth more than an inferred one, and a day more than the year
    it lies in; neither is a contradiction unless month or day differ.
    """
    written_first = sorted(papers, key=lambda paper: (paper.published is None, paper.published_inferred))
    kept = written_first[0]
    for paper in written_first[1:]:
        old, new = kept.published or "", paper.published or ""
        if new.startswith(old) and not paper.published_inferred:
            kept = paper
        elif not old.startswith(new) and not (paper.published_inferred and old[4:] == new[4:]):
            note(_contradiction("published", kept, paper))
    return kept


def _contradiction(name: str, kept: Paper, other: Paper) -> str:
    (page, value), (other_page, other_value) = (
        (f"{paper.sources[0].page}#{paper.sources[0].record}", _shown(getattr(paper, name)))
        for paper in (kept, other)
    )
    return f"{kept.id}: {name} is {value} on {page}, but {other_value} on {other_page}; kept {page}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:76]}... ({len(str(value))} characters)"
