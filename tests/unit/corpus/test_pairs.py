"""Notes that come in pairs differ in one thing only."""

import re
from collections import defaultdict

import pytest
from support.golden_corpus import GOLDEN, NAME_POOLS, is_iban, is_luhn, values

from openmed.corpus.locale import Names
from openmed.domain.text.span import Document

NAME_SLICES = tuple(f"names-{pool}" for pool in NAME_POOLS)


def pairs(*slices: str) -> dict[tuple[str, str], list[Document]]:
    """Documents of the slices by family and index, in the slices' order."""
    found: dict[tuple[str, str], list[Document]] = defaultdict(list)
    for slice_ in slices:
        for document in GOLDEN:
            if document.slice == slice_:
                found[document.family, document.id.rpartition("-")[2]].append(document)
    return found


def without(document: Document, label: str) -> tuple[str, ...]:
    """The text between the spans, and the values of every other label."""
    pieces, start = [], 0
    for span in document.spans:
        pieces.append(document.text[start : span.start])
        value = document.text[span.start : span.end]
        pieces.append(span.label if span.label == label else value)
        start = span.end
    return (*pieces, document.text[start:])


def test_every_name_note_is_written_with_every_pool() -> None:
    """Twelve notes of six families, each eight times."""
    counts = [len(documents) for documents in pairs(*NAME_SLICES).values()]
    assert [8] * 12 == counts


def test_name_notes_differ_in_patients_names_only() -> None:
    """Text, order of labels and every other value are the same."""
    for documents in pairs(*NAME_SLICES).values():
        assert 1 == len({without(document, "PATIENT_NAME") for document in documents})


def test_name_notes_differ_in_their_names() -> None:
    """No two pools give a note the same names."""
    for documents in pairs(*NAME_SLICES).values():
        assert len(documents) == len({values("PATIENT_NAME", (d,)) for d in documents})


@pytest.mark.parametrize("slice_", NAME_SLICES)
def test_every_pool_has_as_many_names_in_notes(slice_: str) -> None:
    """Ninety-two mentions: enough to see a gap of some points, not of one."""
    documents = tuple(document for document in GOLDEN if document.slice == slice_)
    assert 92 == len(values("PATIENT_NAME", documents))


@pytest.mark.parametrize("names", NAME_POOLS.values(), ids=NAME_POOLS)
def test_pools_have_forty_given_names_and_forty_surnames(names: Names) -> None:
    """All different, twenty of each sex, so that a place in the list means the same in each."""
    assert (20, 20, 40) == (
        len(set(names.women)),
        len(set(names.men)),
        len(set(names.surnames)),
    )


def test_there_are_eight_pools() -> None:
    """None shares a surname with another."""
    surnames = [surname for names in NAME_POOLS.values() for surname in names.surnames]
    assert (8, len(surnames)) == (len(NAME_POOLS), len(set(surnames)))


def test_twins_differ_in_digits_only() -> None:
    """Same spans; only the last digit of each checked number is another."""
    for valid, invalid in pairs("checksum-valid", "checksum-invalid").values():
        differing = [a for a, b in zip(valid.text, invalid.text, strict=True) if a != b]
        assert (True, valid.spans) == (len(differing) >= 4, invalid.spans)
        assert all(character.isdecimal() for character in differing)


def test_twins_are_right_and_wrong() -> None:
    """Record numbers, cards and accounts hold in one slice and in no case in the other."""
    right = tuple(document for document in GOLDEN if document.slice == "checksum-valid")
    wrong = tuple(document for document in GOLDEN if document.slice == "checksum-invalid")
    for documents, expected in ((right, {True}), (wrong, {False})):
        numbers = (*values("MRN", documents), *values("CREDIT_CARD", documents))
        assert expected == {is_luhn(re.sub(r"\D", "", number)) for number in numbers}
        assert expected == {is_iban(account) for account in values("IBAN", documents)}
