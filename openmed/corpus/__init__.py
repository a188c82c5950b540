"""The golden corpus, v1: synthetic clinical documents with gold spans, made from a seed. Pure.

The committed JSONL is the truth; this is how it was made, and a test proves it still makes
the same bytes. Templates and languages are data (`templates/LANG/`); code draws, computes check
digits and records spans. Identifiers come from ranges that are never issued where there are such
ranges, names from our own lists. Titles (`Mr.`, `Dr.`) stand outside the gold span; relatives of a
patient are labelled as the patient is. `docs/concepts/evaluation.md` says what is in it, and what
it is too small to decide.

Reached through the suites port only. Not here: reading and writing files (an adapter hands texts
in), pins, training text.
"""

from openmed.corpus.pool import Pool
from openmed.domain.text.span import Document

__all__ = ["GOLDEN_SEED", "build_golden"]

GOLDEN_SEED = "golden-v1"
"""The seed of the committed corpus."""


def build_golden(pool: Pool, *, seed: str) -> tuple[Document, ...]:
    """Write every document of a pool, by id.

    Raises:
        UsageError: a template cannot be filled; names file and line.
    """
    return tuple(sorted(pool.documents(seed), key=lambda document: document.id))
