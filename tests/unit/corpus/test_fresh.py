"""A fresh suite: the mix of the pool, other values, and nothing that names a family."""

from collections import Counter

import pytest
from support.golden_corpus import POOL

from openmed.corpus import GOLDEN_SEED, build_golden
from openmed.corpus.fresh import SLICE, build_fresh
from openmed.corpus.pool import Pool
from openmed.domain.suites.suite import suite_digest
from openmed.domain.text.span import Document

SIZE = 40


def _values(documents: tuple[Document, ...], label: str) -> set[str]:
    return {
        document.text[span.start : span.end]
        for document in documents
        for span in document.spans
        if span.label == label
    }


def test_the_same_seed_writes_the_same_notes() -> None:
    """And another seed writes none of them."""
    one, again, other = (build_fresh(POOL, seed=s, documents=SIZE) for s in ("a", "a", "b"))
    assert suite_digest(one) == suite_digest(again) != suite_digest(other)
    assert not {d.text for d in one} & {d.text for d in other}


@pytest.mark.parametrize("label", ["SSN", "MRN", "CREDIT_CARD"])
def test_its_identifiers_are_not_those_of_golden(label: str) -> None:
    """Whoever knows golden by heart has never seen them."""
    golden = build_golden(POOL, seed=GOLDEN_SEED)
    fresh = build_fresh(POOL, seed="a", documents=SIZE)
    assert _values(fresh, label)
    assert not _values(fresh, label) & _values(golden, label)


def test_each_language_has_as_many_as_asked_for_or_all_there_are() -> None:
    """A language with fewer notes gives them all."""
    has = Counter(d.language for d in build_golden(POOL, seed="a"))
    wrote = Counter(d.language for d in build_fresh(POOL, seed="a", documents=SIZE))
    assert wrote == {language: min(SIZE, count) for language, count in has.items()}


def test_reports_cannot_name_a_family() -> None:
    """Ids are places and the slice is one: a private family's name appears in neither."""
    documents = build_fresh(POOL, seed="a", documents=SIZE)
    families = {family.id for family in POOL.families}
    assert {document.family for document in documents} <= families
    assert {document.slice for document in documents} == {SLICE}
    assert not any(family in document.id for document in documents for family in families)
    assert len({document.id for document in documents}) == len(documents)


def test_every_note_can_be_written_with_every_seed() -> None:
    """A secret that no suite can be made from would stop every release for an epoch.

    A surname of three letters could not be broken across lines: two notes in a hundred of one
    family.
    """
    for number in range(8):
        build_fresh(POOL, seed=f"q{number}", documents=10_000)


def test_every_note_of_the_pool_is_drawn_equally_often() -> None:
    """So the mix of labels is the pool's: over many seeds each family gets its share."""
    english = tuple(f for f in POOL.families if f.language == "en")[:6]
    pool = Pool(POOL.languages, english)
    drawn = Counter(
        d.family for i in range(300) for d in build_fresh(pool, seed=str(i), documents=3)
    )
    notes = {f.id: f.copies * max(1, len(f.variants)) for f in english}
    for family, count in notes.items():
        expected = 900 * count / sum(notes.values())
        assert abs(drawn[family] - expected) < 5 * expected**0.5
