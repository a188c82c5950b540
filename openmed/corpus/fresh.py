"""A fresh suite: a sample of the notes of a pool, written with other draws. Pure.

Which notes, and every value in them, follow from the seed alone. Every note has the same chance,
so the mix is that of the pool. A note's id is its place and its slice is one for all: reports name
both, and the families of a private folder are nobody's to read.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final, NamedTuple

from openmed.corpus.draws import Draws
from openmed.corpus.family import Family, write_document
from openmed.corpus.pool import Pool
from openmed.domain.text.span import Document

SLICE: Final = "fresh"


class _Note(NamedTuple):
    """One note a pool can write."""

    family: Family
    number: int
    variant: str


def build_fresh(pool: Pool, *, seed: str, documents: int) -> tuple[Document, ...]:
    """Write a sample of a pool's notes, by id.

    Args:
        pool: the templates.
        seed: decides which notes, and every value in them.
        documents: notes of each language; all that its families write where that is fewer.

    Raises:
        UsageError: a template cannot be filled; names file and line.
    """
    notes: dict[str, list[_Note]] = defaultdict(list)
    for family in pool.families:
        notes[family.language] += _notes(family)
    return tuple(
        _written(pool, note, seed=seed, place=place)
        for language in sorted(notes)
        for place, note in enumerate(_sample(notes[language], language, seed, documents), start=1)
    )


def _notes(family: Family) -> Iterator[_Note]:
    for index in range(1, family.copies + 1):
        for variant in family.variants or ("",):
            yield _Note(family, index, variant)


def _sample(notes: list[_Note], language: str, seed: str, documents: int) -> tuple[_Note, ...]:
    draws = Draws(seed=seed, family=f"sample of {language}", index=0)
    return draws.sample(notes, min(documents, len(notes)))


def _written(pool: Pool, note: _Note, *, seed: str, place: int) -> Document:
    family = note.family
    written = write_document(
        family,
        locale=pool.languages[family.language],
        seed=seed,
        index=note.number,
        variant=note.variant,
    )
    return Document(
        id=f"fresh-{family.language.lower()}-{place:04}",
        language=written.language,
        family=written.family,
        slice=SLICE,
        smoke=False,
        text=written.text,
        spans=written.spans,
    )
