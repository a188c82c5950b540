"""The performance report: how fast, how large, and whether a second run says the same.

Kept apart from the other reports because it depends on the machine and the hour: they are
byte-reproducible, this one is not. Its measured run is the second run of its documents, with
another batch policy (one document at a time), so it is also the test of determinism.
"""

import math
from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from openmed.domain.evaluation.report import Count, Subject
from openmed.domain.frozen import Digest, Frozen, Line, is_absent
from openmed.domain.inference.predictions import Runtime

Milliseconds = Annotated[float, Field(gt=0)]
"""Nothing that was measured took no time."""
DIGITS = 3
LEAST_MEMORY = 1024 * 1024
"""Bytes; a process that runs a model has more. Less is a number in another unit."""


class Host(Frozen):
    """Where it was measured; no name, only what decides speed.

    Attributes:
        system: operating system.
        machine: processor architecture.
        processors: processors this process may use.
        python: version of Python.
    """

    system: str
    machine: str
    processors: Annotated[int, Field(ge=1)]
    python: str


class LatencyPercentiles(Frozen):
    """Time from handing over one document to having its spans, in milliseconds.

    Percentiles are by nearest rank: the value that at least that share of documents needs.
    """

    p50: Milliseconds
    p95: Milliseconds
    p99: Milliseconds

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        if not self.p50 <= self.p95 <= self.p99:
            msg = "a higher percentile is lower"
            raise ValueError(msg)
        return self


class IsolationReport(Frozen):
    """How the candidate was kept from everything else while it was measured.

    Attributes:
        layers: what was closed, and by what: `files: landlock 7, seccomp`; empty = nothing.
        waiver: why the policy lets it run on a machine that cannot isolate its code; None where
            it was isolated, or brings no code.
    """

    layers: tuple[Line, ...]
    waiver: Line | None


class PerformanceReport(Frozen):
    """Product of `performance`.

    Attributes:
        suite: digest of the documents it was measured on.
        subject: which candidate.
        runtime: what ran it.
        documents: how many documents were timed; all of them.
        failed_documents: how many had no answer in one of the two runs.
        differing_documents: how many got other spans in the second run.
        latency: per document.
        cold_start: milliseconds from starting the child to its being ready.
        peak_rss: most memory of the child, in bytes; None where it cannot be read.
        model_bytes: bytes of all files of the artifact.
        host: where.
        isolation: how the candidate was isolated; None in reports of the first version.
    """

    schema_: Literal["openmed.performance/1", "openmed.performance/2"] = Field(
        default="openmed.performance/2", alias="schema"
    )
    suite: Digest
    subject: Subject
    runtime: Runtime
    documents: Annotated[int, Field(ge=1)]
    failed_documents: Count
    differing_documents: Count
    latency: LatencyPercentiles
    cold_start: Milliseconds
    peak_rss: Annotated[int, Field(ge=LEAST_MEMORY)] | None
    model_bytes: Annotated[int, Field(gt=0)]
    host: Host
    isolation: Annotated[IsolationReport | None, Field(exclude_if=is_absent)] = None

    @model_validator(mode="after")
    def _counts_its_documents(self) -> Self:
        if max(self.failed_documents, self.differing_documents) > self.documents:
            msg = "more documents failed or differ than were timed"
            raise ValueError(msg)
        return self


def latency_of(seconds: Sequence[float]) -> LatencyPercentiles:
    """Percentiles of measured times.

    Args:
        seconds: at least one.
    """
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return milliseconds(ordered[math.ceil(share * len(ordered)) - 1])

    return LatencyPercentiles(p50=at(0.50), p95=at(0.95), p99=at(0.99))


def milliseconds(seconds: float) -> float:
    """Seconds as stored milliseconds."""
    return round(seconds * 1000, DIGITS)
