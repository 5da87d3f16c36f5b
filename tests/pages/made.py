"""A few papers for tests that need some papers, whatever they say."""

from kg.records import Paper, paper_id

_ABSTRACTS = {
    "Reedwarbler: Parsing by Ear": (
        "Syntactic parsers read text but never hear it. We present Reedwarbler, a parser that predicts"
        " prosodic breaks first and builds trees around them. On the Penn Treebank it reaches 95.9 F1,"
        " which is 0.4 points higher than a parser without breaks."
    ),
    "Are Footnotes Read by Language Models?": (
        "Footnotes carry caveats that the running text leaves out. This paper asks whether language"
        " models use them. We move 3,000 facts into footnotes and find that accuracy falls by 12.5%."
        " Fine-tuning on documents with footnotes closes half of the gap."
    ),
    "Ådal: Maps of Ice with $O(n)$ Memory": (
        "Satellite images of sea ice are large and mostly white. We introduce Ådal, a segmentation network"
        " that stores only the borders of floes. It needs memory linear in their length and outperforms"
        " U-Net by 3.1 points mIoU -- at one fifth of the cost \\cite{unet}."
    ),
}


def papers() -> list[Paper]:
    """Return three papers with all that every listing layout can say."""
    return [
        Paper(
            title,
            abstract,
            paper_id(title),
            "2024-03-0" + str(n),
            author_count=n,
            comments=n if n > 1 else None,
        )
        for n, (title, abstract) in enumerate(_ABSTRACTS.items(), 1)
    ]
