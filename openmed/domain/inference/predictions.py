"""What a candidate predicted on one chunk of a suite; cached by content, never text.

A chunk is the unit of work: (artifact, runtime, suite, document range). One that is there
and valid is never run again, which gives resume, reuse and merging.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from openmed.domain.digest import digest_of
from openmed.domain.frozen import Digest, Frozen, is_absent
from openmed.domain.inference.answer_faults import AnswerFault
from openmed.domain.text.span import PredictedSpan
from openmed.domain.wire import digest_value, plain


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


def checksum(records: tuple[DocumentPredictions, ...]) -> str:
    """Digest over the records of a chunk."""
    return digest_of([plain(record) for record in records])


def chunk_ranges(documents: int, *, size: int) -> tuple[tuple[int, int], ...]:
    """Cut `documents` documents into ranges of at most `size`, in order."""
    return tuple((first, min(first + size, documents)) for first in range(0, documents, size))
