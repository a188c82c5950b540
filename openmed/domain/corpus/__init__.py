"""The golden v0 corpus: synthetic clinical documents with gold spans, made from a seed. Pure.

The committed JSONL is the truth; this is how it was made, and a test proves it still makes
the same bytes. Every identifier comes from a range that is never issued (`identifiers`), every
name from our own lists. v0 is in English only, as the models it judges are. Titles (`Mr.`,
`Dr.`) stand outside the gold span; relatives of a patient are labelled as the patient is.

Not here: reading and writing files, pins and digests (`domain/suite.py`), training text.
"""

from openmed.domain.corpus.families import FAMILIES
from openmed.domain.corpus.family import write_document
from openmed.domain.span import Document

__all__ = ["GOLDEN_SEED", "build_golden"]

GOLDEN_SEED = "golden-v0"
"""The seed of the committed corpus."""

_DOCUMENTS_PER_FAMILY = 4


def build_golden(seed: str) -> tuple[Document, ...]:
    """Write every document of the corpus, by id."""
    documents = (
        write_document(family, seed=seed, index=index)
        for family in FAMILIES
        for index in range(1, _DOCUMENTS_PER_FAMILY + 1)
    )
    return tuple(sorted(documents, key=lambda document: document.id))
