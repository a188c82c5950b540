"""A template family: one layout and wording, the unit of independence in a suite's statistics."""

from typing import NamedTuple

from openmed.domain.corpus.draws import Draws
from openmed.domain.corpus.emitter import Emitter
from openmed.domain.corpus.template import Writer
from openmed.domain.span import Document


class Family(NamedTuple):
    """One family.

    Attributes:
        id: unique in the corpus; never reused for another wording.
        slice: what it tests, e.g. `base`, `table`, `hard-negative`.
        write: writes one document.
        language: BCP 47 tag.
        smoke: whether its first document belongs to the smoke subset.
    """

    id: str
    slice: str
    write: Writer
    language: str = "en"
    smoke: bool = False


def write_document(family: Family, *, seed: str, index: int) -> Document:
    """Write one document of a family."""
    out = Emitter()
    family.write(out, Draws(seed=seed, family=family.id, index=index))
    return out.document(
        document_id=f"{family.id}-{index}",
        family=family.id,
        slice_=family.slice,
        language=family.language,
        smoke=family.smoke and index == 1,
    )
