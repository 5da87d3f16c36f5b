"""Graphs whose texts hypothesis makes up."""

from hypothesis import strategies as st

from kg.records import Edge, Graph, Node, edge_id

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
"""Any text that UTF-8 can hold."""


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Draw a graph of one paper and one dataset that says the drawn texts in every place."""
    title, abstract, name, alias = (draw(TEXT) for _ in range(4))
    said = (("evidence", abstract), ("start", len(title) + 1), ("end", len(title) + 1 + len(abstract)))
    edge = edge_id("EVALUATES", "paper:1", "dataset:x")
    return Graph(
        (
            Node("dataset:x", "Dataset", (("name", name), ("aliases", (alias,)))),
            Node("paper:1", "Paper", (("title", title), ("abstract", abstract))),
        ),
        (
            Edge(
                edge, "EVALUATES", "paper:1", "dataset:x", (*said, ("confidence", 0.5), ("extractor", alias))
            ),
        ),
    )
