"""Write papers in every page format: the inverse of ``kg.pages``, for tests that read them back."""

import csv
import datetime as dt
import io
import json
import textwrap
from collections.abc import Callable, Sequence

from kg.records import Paper, dump_lines


def _date(paper: Paper) -> str:
    date = dt.date.fromisoformat(paper.published or "")
    written = f"{date:%b} {date.day}" if paper.published_inferred else f"{date:%b} {date.day}, {date.year}"
    return written if paper.comments is None else f"{written} {paper.comments}"


def blocks(papers: Sequence[Paper]) -> str:
    """Write blocks as the real pages have them, without furniture."""
    parts = []
    for paper in papers:
        parts += [paper.title, paper.abstract]
        by = paper.organization
        if paper.author_count is not None:
            by = f"  • {paper.author_count} authors"
        if by is not None:
            parts.append(by if paper.published is None else f"{by}\n·\n{_date(paper)}")
    return "\n\n".join(parts)


def lines(papers: Sequence[Paper]) -> str:
    """Write one-line records."""
    return "\n".join(
        f"{'-' if paper.upvotes is None else paper.upvotes} {paper.title} {paper.abstract}"
        f" {paper.author_count} authors · {_date(paper)}"
        for paper in papers
    )


def pairs(papers: Sequence[Paper]) -> str:
    """Write title and abstract on alternating lines."""
    return "\n".join(f"{paper.title}\n{paper.abstract}" for paper in papers)


def spaced(papers: Sequence[Paper]) -> str:
    """Write title and abstract with blank lines between."""
    return "\n\n".join(f"{paper.title}\n\n{paper.abstract}" for paper in papers)


def jsonl(papers: Sequence[Paper]) -> str:
    """Write what ``kg read`` writes."""
    return b"".join(dump_lines(papers)).decode()


def table(papers: Sequence[Paper]) -> str:
    """Write CSV."""
    names = (
        "title",
        "abstract",
        "published",
        "author_count",
        "upvotes",
        "comments",
        "organization",
        "arxiv_id",
    )
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(names)
    writer.writerows([getattr(paper, name) for name in names] for paper in papers)
    return file.getvalue()


def daily(papers: Sequence[Paper]) -> str:
    """Write a daily-papers API response."""
    return json.dumps(
        [
            {
                "paper": {
                    "id": paper.arxiv_id,
                    "title": paper.title,
                    "summary": paper.abstract,
                    "publishedAt": paper.published and f"{paper.published}T08:00:00.000Z",
                    "upvotes": paper.upvotes,
                    "authors": [{"name": str(n)} for n in range(paper.author_count or 0)],
                },
                "numComments": paper.comments,
            }
            for paper in papers
        ]
    )


def arxiv(papers: Sequence[Paper]) -> str:
    """Write records of the arXiv snapshot, with wrapped lines as it has them."""
    rows = []
    for paper in papers:
        created = (
            f"{dt.date.fromisoformat(paper.published):%a, %-d %b %Y} 08:00:00 GMT"
            if paper.published
            else None
        )
        rows.append(
            {
                "id": paper.arxiv_id,
                "title": _wrapped(paper.title),
                "comments": "12 pages, 3 figures",
                "categories": "cs.CL",
                "abstract": f"  {_wrapped(paper.abstract)}\n",
                "versions": [{"version": "v1", "created": created}],
                "authors_parsed": [[str(n), "A.", ""] for n in range(paper.author_count or 0)],
            }
        )
    return "".join(json.dumps(row) + "\n" for row in rows)


def _wrapped(text: str) -> str:
    return "\n  ".join(textwrap.wrap(text, 78, break_on_hyphens=False, break_long_words=False))


WRITERS: dict[str, Callable[[Sequence[Paper]], str]] = {
    "blocks": blocks,
    "lines": lines,
    "pairs": pairs,
    "spaced": spaced,
    "jsonl": jsonl,
    "csv": table,
    "daily": daily,
    "arxiv": arxiv,
}
