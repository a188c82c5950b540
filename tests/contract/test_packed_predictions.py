"""Predictions are kept packed; their digests are of the plain bytes, as they always were."""

import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.chunk_files import plain_bytes
from support.scored_cases import cases

from openmed.adapters.disk import limited_read, packed
from openmed.adapters.disk.limited_read import TooLargeError
from openmed.adapters.stores.prediction_cache import FilePredictions
from openmed.domain.digest import sha256_hex
from openmed.domain.inference.predictions import (
    ChunkKey,
    DocumentPredictions,
    PredictionsChunk,
    Status,
    checksum,
)
from openmed.domain.text.span import PredictedSpan
from openmed.domain.wire import dump

HEX = "a" * 64
MOST = 1_000_000
DAMAGED = "not what it says"


def _chunk(documents: int = 32) -> PredictionsChunk:
    """As a model answers: 30 spans a document."""
    records = tuple(
        DocumentPredictions(
            document=f"golden-en-{n:04d}",
            status=Status.OK,
            spans=tuple(
                PredictedSpan(
                    start=37 * at, end=37 * at + 9, label="PATIENT_NAME", score=0.9 + at / 1000
                )
                for at in range(30)
            ),
        )
        for n in range(documents)
    )
    key = ChunkKey(artifact=HEX, runtime=HEX, suite=HEX, first=0, last=documents)
    return PredictionsChunk(key=key, checksum=checksum(records), records=records)


def test_a_chunk_is_small_on_disk_and_has_the_digest_it_always_had(tmp_path: Path) -> None:
    """A fifth of its bytes; what was written comes back."""
    chunk, store = _chunk(), FilePredictions(tmp_path)
    kept = store.put(chunk)
    path = tmp_path / chunk.key.name
    assert path.stat().st_size < len(dump(chunk)) / 5
    assert kept.digest == store.digest(chunk.key) == sha256_hex(dump(chunk))
    assert store.get(chunk.key) == kept
    assert plain_bytes(path) == dump(chunk)


def test_a_plain_file_of_an_earlier_engine_is_used(tmp_path: Path) -> None:
    """It is not predicted again, and its digest is that of the packed one."""
    chunk = _chunk()
    old, new = FilePredictions(tmp_path / "old"), FilePredictions(tmp_path / "new")
    kept = new.put(chunk)
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / chunk.key.name).write_bytes(dump(chunk))
    assert old.get(chunk.key) == kept
    assert old.digest(chunk.key) == kept.digest


@given(st.binary(max_size=2000))
def test_what_is_packed_comes_back(data: bytes) -> None:
    """Any bytes, also none."""
    assert packed.unpack(packed.pack(data), most=MOST) == data
    assert data.startswith(packed.unpack_start(packed.pack(data), size=10))


def _stating(size: int, data: bytes) -> bytes:
    return b"openmed.packed/1 %d\n" % size + zlib.compress(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_stating(10, bytes(50_000_000)), DAMAGED),
        (_stating(50_000_000, bytes(50_000_000)), "plain bytes; at most"),
        (_stating(MOST + 1, b""), "plain bytes; at most"),
        (_stating(10**9, b"short"), "plain bytes; at most"),
        (_stating(6, b"short"), DAMAGED),
        (_stating(5, b"short")[:-1], DAMAGED),
        (_stating(5, b"short") + b"more", DAMAGED),
        (b"openmed.packed/1 5\nnot zlib", DAMAGED),
        (b"openmed.packed/1 05\n" + zlib.compress(b"short"), DAMAGED),
        (b"openmed.packed/1 -5\n" + zlib.compress(b"short"), DAMAGED),
        (b"openmed.packed/1 5", DAMAGED),
        (b"openmed.packed/1 99999999999\n", DAMAGED),
        (b"x" * (MOST + 1), "plain bytes; at most"),
    ],
)
def test_bombs_and_damage_are_refused(data: bytes, said: str) -> None:
    """Nothing is unpacked beyond what the file states and the reader allows."""
    with pytest.raises(OSError, match=said) as caught:
        packed.unpack(data, most=MOST)
    assert isinstance(caught.value, TooLargeError) == (said != DAMAGED)


def test_no_chunk_is_read_beyond_the_limit(tmp_path: Path) -> None:
    """Whatever few bytes it is packed into, it is as if it were not there."""
    chunk, store = _chunk(), FilePredictions(tmp_path)
    tmp_path.joinpath(chunk.key.name).write_bytes(
        packed.pack(dump(chunk) + b" " * limited_read.PREDICTIONS)
    )
    assert (store.get(chunk.key), store.digest(chunk.key)) == (None, None)


@given(cases(), st.data())
def test_a_byte_that_flips_is_never_another_answer(
    case: tuple[object, list[DocumentPredictions]], data: st.DataObject
) -> None:
    """The plain bytes, or none."""
    records = tuple(case[1])
    plain = b"".join(dump(record) for record in records)
    spoilt = bytearray(packed.pack(plain))
    place = data.draw(st.integers(0, len(spoilt) - 1))
    spoilt[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        found = packed.unpack(bytes(spoilt), most=MOST)
    except OSError:
        return
    # Where the first word was hit it is no packed file: then it is no chunk, nor JSON.
    assert found == plain or place < len(b"openmed.packed/1 ")
