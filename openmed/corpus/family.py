"""A template family: one layout and wording, the unit of independence in a suite's statistics.

A family with variants writes every note once per variant from the same draws: the same note
with names from another pool, or with check digits that are wrong. The pair shares family and
index; the slice says the variant.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from openmed.corpus.draws import Draws
from openmed.corpus.emitter import Emitter, Form
from openmed.corpus.locale import Locale, with_names
from openmed.corpus.scene import Scene
from openmed.corpus.template import Writer
from openmed.domain.text.span import Document
from openmed.errors import UsageError

INVALID: Final = "invalid"
"""The variant whose check digits are wrong."""
VALID: Final = "valid"
"""The variant beside it, whose check digits are right."""


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
        place: file and line it was read from.
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
    place: str = ""


def write_document(
    family: Family, *, locale: Locale, seed: str, index: int, variant: str = ""
) -> Document:
    """Write one document of a family.

    Raises:
        UsageError: its template cannot be filled; names file and line.
    """
    out = Emitter(line_end=family.line_end, form=family.form)
    is_pool = variant in locale.pools
    try:
        scene = Scene(
            Draws(seed=seed, family=family.id, index=index),
            locale=with_names(locale, locale.pools[variant]) if is_pool else locale,
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
    except UsageError as error:
        raise UsageError(f"{family.place}: family {family.id}: {error.message}") from None
    except (ValueError, OverflowError, RecursionError) as error:
        reason = "is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UsageError(f"{family.place}: family {family.id}: {reason}") from None


def write_documents(family: Family, *, locale: Locale, seed: str) -> Iterator[Document]:
    """Write every document of a family.

    Raises:
        UsageError: its template cannot be filled; names file and line.
    """
    for index in range(1, family.copies + 1):
        for variant in family.variants or ("",):
            yield write_document(family, locale=locale, seed=seed, index=index, variant=variant)
