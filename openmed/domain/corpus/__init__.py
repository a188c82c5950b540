"""The golden corpus, v1: synthetic clinical documents with gold spans, made from a seed. Pure.

The committed JSONL is the truth; this is how it was made, and a test proves it still makes
the same bytes. Identifiers come from ranges that are never issued where there are such ranges
(`identifiers`, `languages`), names from our own lists. Ten languages, most of it English. Titles
(`Mr.`, `Dr.`) stand outside the gold span; relatives of a patient are labelled as the patient is.
`docs/concepts/evaluation.md` says what is in it, and what it is too small to decide.

Not here: reading and writing files, pins and digests (`domain/suite.py`), training text.
"""

from openmed.domain.corpus.families import FAMILIES
from openmed.domain.corpus.family import write_documents
from openmed.domain.text.span import Document

__all__ = ["GOLDEN_SEED", "build_golden"]

GOLDEN_SEED = "golden-v1"
"""The seed of the committed corpus."""


def build_golden(seed: str) -> tuple[Document, ...]:
    """Write every document of the corpus, by id."""
    documents = (document for family in FAMILIES for document in write_documents(family, seed=seed))
    return tuple(sorted(documents, key=lambda document: document.id))
