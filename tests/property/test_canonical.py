"""Canonical JSON is RFC 8785 to the byte, whichever way it is written."""

import struct

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from openmed.domain.digest import Json, canonical_json, digest_of
from openmed.domain.inference.answer_faults import AnswerFault, Reason
from openmed.domain.inference.predictions import (
    ChunkKey,
    DocumentPredictions,
    PredictionsChunk,
    Status,
    checksum,
    chunk_of,
)
from openmed.domain.suites.suite import canonical_document
from openmed.domain.text.span import Document, GoldSpan, PredictedSpan
from openmed.domain.wire import dump, plain
from openmed.errors import EvidenceError


def _float_of(bits: int) -> float:
    (number,) = struct.unpack("<d", struct.pack("<Q", bits))
    assert isinstance(number, float)
    return number


NUMBERS = st.one_of(
    st.integers(-(2**54), 2**54),
    st.floats(),
    st.floats(1e-8, 1e-2),
    st.floats(1e13, 1e23),
    st.integers(0, 2**64 - 1).map(_float_of),
    st.decimals(-1000, 1000, places=4).map(float),
)
SCALARS = st.none() | st.booleans() | NUMBERS | st.text() | st.text(st.characters(codec=None))
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


def _written(write: object, value: Json) -> bytes | str:
    assert callable(write)
    try:
        made = write(value)
    except ValueError as error:
        return f"refused: {isinstance(error, ValueError)}"
    assert isinstance(made, bytes)
    return made


@given(VALUES)
@example("\ud800")
@example({"\U0001f600": 1, "\ufb01": 2})
@example([1.0, -0.0, 1e-7, 1e21, 1e16, 0.1, 2**53, 123456789012345.6])
@example('\x00\x1f\x7f\u2028\\"/')
def test_it_is_rfc_8785(value: Json) -> None:
    """The quick way and the other one write the same bytes, or refuse the same values."""
    assert _written(rfc8785.dumps, value) == _written(canonical_json, value)


SPANS = st.builds(
    PredictedSpan,
    start=st.integers(-(2**53) + 1, 2**53 - 1),
    end=st.integers(-5, 200),
    label=st.sampled_from(("PATIENT_NAME", "DATE")),
    score=st.floats(0, 1) | st.decimals(0, 1, places=4).map(float),
)
RECORDS = st.builds(
    DocumentPredictions,
    document=st.text(st.characters(codec="utf-8")),
    status=st.sampled_from(Status),
    fault=st.text(st.characters(codec="utf-8"), max_size=80),
    why=st.none()
    | st.builds(
        AnswerFault,
        reason=st.sampled_from(Reason),
        labels=st.lists(st.sampled_from(('a"b', "é")), max_size=2).map(tuple),
        other_labels=st.integers(0, 2**40),
    ),
    spans=st.lists(SPANS, max_size=3).map(tuple),
)
DOCUMENTS = st.builds(
    Document,
    id=st.from_regex(r"[a-z0-9][a-z0-9._-]{0,9}", fullmatch=True),
    language=st.from_regex(r"[a-z]{2}(-[a-z0-9]{2})?", fullmatch=True),
    family=st.from_regex(r"[a-z0-9][a-z0-9._-]{0,9}", fullmatch=True),
    slice=st.from_regex(r"[a-z0-9][a-z0-9-]{0,9}", fullmatch=True),
    smoke=st.booleans(),
    text=st.text(st.characters(codec="utf-8"), min_size=1),
    spans=st.lists(
        st.builds(
            GoldSpan,
            start=st.integers(0, 2**53 - 1),
            end=st.integers(0, 9),
            label=st.sampled_from(("PATIENT_NAME", "DATE")),
        ),
        max_size=3,
    ).map(tuple),
)


@given(st.lists(RECORDS, max_size=3))
def test_records_of_a_chunk_have_the_digest_of_their_canonical_form(
    records: list[DocumentPredictions],
) -> None:
    """Written by hand, for speed."""
    assert digest_of([plain(record) for record in records]) == checksum(records)


@given(DOCUMENTS)
def test_a_document_is_written_in_its_canonical_form(document: Document) -> None:
    """Written by hand, for speed."""
    assert dump(document) == canonical_document(document)


@pytest.mark.parametrize("end", [2**53, 2**60])
def test_an_offset_without_a_canonical_form_is_refused(end: int) -> None:
    """By hand as by the general way."""
    span = PredictedSpan(start=0, end=end, label="DATE", score=0.5)
    record = DocumentPredictions(document="a", status=Status.OK, spans=(span,))
    with pytest.raises(ValueError, match=r"range|exceeds"):
        checksum([record])
    gold = GoldSpan(start=0, end=end, label="DATE")
    document = Document(
        id="a", language="en", family="a", slice="a", smoke=False, text="x", spans=(gold,)
    )
    with pytest.raises(ValueError, match=r"range|exceeds"):
        canonical_document(document)


KEY = ChunkKey(artifact="a" * 64, runtime="b" * 64, suite="c" * 64, first=0, last=1)


def _chunk() -> bytes:
    spans = (PredictedSpan(start=0, end=4, label="DATE", score=1.0),)
    records = (DocumentPredictions(document="d", status=Status.OK, spans=spans),)
    return dump(PredictionsChunk(key=KEY, checksum=checksum(records), records=records))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"status":"ok"', b'"status":"ok","status":"ok"'),
        (b'"end":4', b'"end":5,"end":4'),
        (b'"first":0', b'"first":7,"first":0'),
        (b'"schema":', b'"schema":"openmed.predictions/2","schema":'),
    ],
)
def test_a_chunk_that_says_two_things_is_refused(old: bytes, new: bytes) -> None:
    """The quick way takes canonical bytes only; a last value that is right hides nothing."""
    data = _chunk()
    assert dump(chunk_of(data)) == data
    assert data.count(old) == 1
    with pytest.raises(EvidenceError, match="twice"):
        chunk_of(data.replace(old, new))


def test_a_chunk_that_is_written_with_blanks_is_read() -> None:
    """Other bytes of the same value are no fault, as before."""
    spaced = _chunk().replace(b'"records":', b'"records": ')
    assert chunk_of(_chunk()) == chunk_of(spaced)
