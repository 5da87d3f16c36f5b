"""Component `kg_entities`: the entities that an abstract names, without roles.

Input: the text and ``doc._.kg_abbreviations``. Output: ``doc._.kg_entities``, in the
order of their first mentions, each with all its forms, all its mentions and a
calibrated confidence; ``doc._.kg_tagged``, what the network says of each word. The
network is ``kg.extract.encoder``, the decision ``kg.extract.decode``. Assumes English;
ignores on purpose: roles (`kg_roles`).
"""

from collections.abc import Iterable, Iterator
from itertools import tee

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract.decode import candidates, choose
from kg.extract.encoder import Tagged, load_encoder
from kg.extract.priors import load_priors


class EntityTagger:
    """The component; it holds nothing but the number of texts to tag side by side."""

    def __init__(self, threads: int) -> None:
        self.threads = threads

    def __call__(self, doc: Doc) -> Doc:
        """Set ``doc._.kg_entities`` of one text."""
        return _set(doc, load_encoder().read(doc.text))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 0) -> Iterator[Doc]:  # noqa: ARG002 - asked by spaCy
        """Yield the texts with ``doc._.kg_entities`` set, in order, several at a time."""
        ahead, behind = tee(stream)
        tagged = load_encoder().stream((doc.text for doc in ahead), self.threads)
        for doc, of_doc in zip(behind, tagged, strict=True):
            yield _set(doc, of_doc)


def _set(doc: Doc, tagged: Tagged) -> Doc:
    settings = load_encoder().settings
    pairs = [(pair.long, pair.short) for pair in doc._.kg_abbreviations]
    found = candidates(doc.text, tagged, pairs, settings["bias"], load_priors())
    doc._.kg_tagged = tagged
    doc._.kg_entities = choose(doc.text, tagged.words, found, settings)
    return doc


@Language.factory(
    "kg_entities",
    default_config={"threads": 2},
    requires=["doc._.kg_abbreviations"],
    assigns=["doc._.kg_tagged", "doc._.kg_entities"],
)
def make_kg_entities(nlp: Language, name: str, threads: int) -> EntityTagger:  # noqa: ARG001 - asked by spaCy
    """Return the component.

    Args:
        nlp: The pipeline.
        name: Its name in the pipeline.
        threads: Texts tagged side by side; does not change results.
    """
    return EntityTagger(threads)
