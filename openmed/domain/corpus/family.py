"""A template family: one layout and wording, the unit of independence in a suite's statistics.

A family with variants writes every note once per variant from the same draws: the same note
with names from another pool, or with check digits that are wrong. The pair shares family and
index; the slice says the variant.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from openmed.domain.corpus.draws import Draws
from openmed.domain.corpus.emitter import Emitter, Form
from openmed.domain.corpus.languages import LOCALES
from openmed.domain.corpus.pools import POOLS, with_names
from openmed.domain.corpus.scene import Scene
from openmed.domain.corpus.template import Writer
from openmed.domain.text.span import Document

INVALID: Final = "invalid"
"""The variant whose check digits are wrong."""


class Family(NamedTuple):
    """One family.

    Attributes:
        id: unique in the corpus; never reused for another wording.
        slice: what it tests, e.g. `discharge`, `table`, `hard-negative`.
        write: writes one document.
        language: BCP 47 tag.
        smoke: whether its first document belongs to the smoke subset.
        copies: how many notes it writes.
        variants: names of the variants each note is written in; none = as it is.
        line_end: what ends a line.
        form: Unicode normalization form of its texts.
    """

    id: str
    slice: str
    write: Writer
    language: str = "en"
    smoke: bool = False
    copies: int = 2
    variants: tuple[str, ...] = ()
    line_end: str = "\n"
    form: Form = "NFC"


def write_document(family: Family, *, seed: str, index: int, variant: str = "") -> Document:
    """Write one document of a family."""
    out = Emitter(line_end=family.line_end, form=family.form)
    locale = LOCALES[family.language]
    scene = Scene(
        Draws(seed=seed, family=family.id, index=index),
        locale=with_names(locale, POOLS[variant]) if variant in POOLS else locale,
        is_spoiled=variant == INVALID,
    )
    family.write(out, scene)
    return out.document(
        document_id="-".join(part for part in (family.id, variant, str(index)) if part),
        family=family.id,
        slice_="-".join(part for part in (family.slice, variant) if part),
        language=family.language,
        smoke=family.smoke and index == 1 and variant == "".join(family.variants[:1]),
    )


def write_documents(family: Family, *, seed: str) -> Iterator[Document]:
    """Write every document of a family."""
    for index in range(1, family.copies + 1):
        for variant in family.variants or ("",):
            yield write_document(family, seed=seed, index=index, variant=variant)
