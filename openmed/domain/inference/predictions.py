"""What a candidate predicted on one chunk of a suite; cached by content, never text.

A chunk is the unit of work: (artifact, runtime, suite, document range). One that is there
and valid is never run again, which gives resume, reuse and merging.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import Field, ValidationError, model_validator

from openmed.domain.digest import canonical_json, sha256_hex
from openmed.domain.frozen import Digest, Frozen, is_absent
from openmed.domain.inference.answer_faults import AnswerFault
from openmed.domain.text.span import PredictedSpan
from openmed.domain.wire import digest_value, dump, parse

_WHAT: Final = "predictions chunk"
_SMALL, _LARGE = 1e-4, 1e15
"""Between these Python writes a number as RFC 8785 does."""


class Runtime(Frozen):
    """What ran the candidate: materials of the benchmark, not of the artifact.

    Attributes:
        runner: registered runner name.
        code: digest of the code that decides what the runner finds.
        packages: `name==version` of what it computes with, sorted.
    """

    runner: str
    code: Digest
    packages: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Identity of the runtime."""
        return digest_value(self)


class ChunkKey(Frozen):
    """Names one chunk; its digest is the cache file's name.

    Attributes:
        artifact: tree digest of the candidate, profile included.
        runtime: digest of the runtime.
        suite: digest of the suite.
        first: index of the first document in the suite's order.
        last: index after the last document.
    """

    artifact: Digest
    runtime: Digest
    suite: Digest
    first: Annotated[int, Field(ge=0)]
    last: Annotated[int, Field(gt=0)]

    @property
    def name(self) -> str:
        """Name of the cache file."""
        return digest_value(self)


class Status(StrEnum):
    """Whether the candidate answered for a document."""

    OK = "ok"
    FAILED = "failed"


class DocumentPredictions(Frozen):
    """The candidate's answer for one document; a failed one has no spans and says why.

    Attributes:
        document: document id.
        status: whether there is an answer.
        fault: type of the failure, no text of the document; empty when ok.
        why: what is wrong with the answer, where a program gave one that cannot be used.
        spans: predicted spans, by (start, end, label).
    """

    document: str
    status: Status
    fault: Annotated[str, Field(max_length=80)] = ""
    why: AnswerFault | None = Field(default=None, exclude_if=is_absent)
    spans: tuple[PredictedSpan, ...] = ()


class PredictionsChunk(Frozen):
    """One cache file.

    Attributes:
        key: what was predicted, by what, on what.
        checksum: digest over `records`; a half-written or edited file is refused by it.
        records: one per document of the range, in suite order.
    """

    schema_: Literal["openmed.predictions/1"] = Field(
        default="openmed.predictions/1", alias="schema"
    )
    key: ChunkKey
    checksum: Digest
    records: tuple[DocumentPredictions, ...]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.checksum != checksum(self.records):
            msg = "checksum does not match the records"
            raise ValueError(msg)
        if len(self.records) != self.key.last - self.key.first:
            msg = "the chunk does not hold one record per document"
            raise ValueError(msg)
        return self


def checksum(records: Sequence[DocumentPredictions]) -> str:
    """Digest over the records of a chunk."""
    return sha256_hex(f"[{','.join(map(_canonical, records))}]".encode())


def chunk_of(data: bytes) -> PredictionsChunk:
    """Read one cache file, strictly.

    Raises:
        EvidenceError: the bytes are not JSON, or not exactly a chunk.
    """
    try:
        chunk = PredictionsChunk.model_validate_json(data)
    except ValidationError:
        return parse(PredictionsChunk, data, what=_WHAT)
    # What we wrote is canonical, and then nothing in it has a second reading.
    before = b'{"checksum":"%b","key":%b,"records":' % (chunk.checksum.encode(), dump(chunk.key))
    after = b',"schema":"%b"}' % chunk.schema_.encode()
    records = data[len(before) : -len(after)]
    if data == before + records + after and sha256_hex(records) == chunk.checksum:
        return chunk
    return parse(PredictionsChunk, data, what=_WHAT)


def _canonical(record: DocumentPredictions) -> str:
    """As `canonical_json` writes it, several times as fast; a law compares the two."""
    spans = ",".join(map(_canonical_span, record.spans))
    document, fault = _written(record.document), _written(record.fault)
    why = "" if record.why is None else f',"why":{dump(record.why).decode()}'
    head = f'{{"document":{document},"fault":{fault},"spans":[{spans}]'
    return f'{head},"status":"{record.status}"{why}}}'


def _canonical_span(span: PredictedSpan) -> str:
    start, end, score = _written(span.start), _written(span.end), _written(span.score)
    return f'{{"end":{end},"label":"{span.label}","score":{score},"start":{start}}}'


def _written(value: float | str) -> str:
    if isinstance(value, str) or not _SMALL <= value < _LARGE:
        return canonical_json(value).decode()
    whole = int(value)
    return f"{whole if whole == value else value}"


def chunk_ranges(documents: int, *, size: int) -> tuple[tuple[int, int], ...]:
    """Cut `documents` documents into ranges of at most `size`, in order."""
    return tuple((first, min(first + size, documents)) for first in range(0, documents, size))
