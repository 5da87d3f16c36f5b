"""Stage extract: what one abstract says, as an `Extraction` with offsets and confidences.

Input: papers. Output: one `Extraction` a paper, in the same order. Assumes English
abstracts. Ignores on purpose: anything that another of the papers says.

The pipeline is ``spacy.blank("en")`` with the components of this folder, one file
each, in the order of `COMPONENTS`; the weights lie in ``weights/``. Nothing is
downloaded.
"""

import hashlib
import importlib
import itertools
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kg import __version__
from kg.records import Extraction, Paper

if TYPE_CHECKING:
    from spacy.language import Language

COMPONENTS = {
    "kg_sentences": "kg.extract.sentences",
    "kg_abbreviations": "kg.extract.abbreviations",
    "kg_entities": "kg.extract.entities",
    "kg_roles": "kg.extract.roles",
    "kg_results": "kg.extract.results",
}
"""spaCy components, in order, and the module that registers each; see ``kg.extract.doc``."""


_CODE_AND_DATA = frozenset({".py", ".json", ".npz", ".onnx", ".tsv"})


@cache
def load_pipeline() -> "Language":
    """Return the spaCy pipeline that fills ``doc._.kg_entities`` and ``doc._.kg_results``."""
    import spacy

    nlp = spacy.blank("en")
    for name, module in COMPONENTS.items():
        importlib.import_module(module)  # registers the component with spaCy
        nlp.add_pipe(name)
    return nlp


@cache
def extractor_version() -> str:
    """Return name and version of the extractor, with a hash of its code, weights and cues.

    The hash changes whenever an equal text may be read otherwise, so that no build takes
    over what another extractor has said. Loads no model: ``kg-extract 0.1.0 (3f2a9c1b)``.
    """
    digest = hashlib.sha256()
    folder = Path(__file__).parents[1]
    for path in sorted((*folder.glob("extract/**/*"), *folder.glob("metrics.*"))):
        if path.suffix in _CODE_AND_DATA and path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return f"kg-extract {__version__} ({digest.hexdigest()[:8]})"


def extract(papers: Iterable[Paper]) -> Iterator[Extraction]:
    """Yield what each abstract says, in the order of the papers."""
    version = extractor_version()
    ahead, behind = itertools.tee(papers)
    docs = load_pipeline().pipe(paper.text for paper in ahead)
    for paper, doc in zip(behind, docs, strict=True):
        yield Extraction(paper.title, paper.id, doc._.kg_entities, doc._.kg_results, version)
