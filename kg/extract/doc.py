r"""What the components of the pipeline leave on a spaCy Doc for each other.

The text of the Doc is ``title + "\n" + abstract``; all offsets are code points
into it. Records are used instead of spaCy spans because forms need not end at
spaCy's token borders ("BERT" in "BERT-based").

==========================  =====================  ==========================================
``doc._.kg_sentences``      `kg_sentences`         sentences; the title is the first
``doc._.kg_abbreviations``  `kg_abbreviations`     short and long forms defined in the text
``doc._.kg_tagged``         `kg_entities`          the words and what the network says of them
``doc._.kg_entities``       `kg_entities`          entities without roles
                            `kg_roles`             the same entities with roles and evidence
``doc._.kg_results``        `kg_results`           claimed results
==========================  =====================  ==========================================
"""

from dataclasses import dataclass

from spacy.tokens import Doc

from kg.records import Mention


@dataclass(frozen=True, slots=True)
class Sentence:
    """Offsets of one sentence, without surrounding white space."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """One definition: "Mixture-of-Experts (MoE)" has the long and the short form."""

    long: Mention
    short: Mention


if not Doc.has_extension("kg_tagged"):
    Doc.set_extension("kg_tagged", default=None)
for _name in ("kg_sentences", "kg_abbreviations", "kg_entities", "kg_results"):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=())
