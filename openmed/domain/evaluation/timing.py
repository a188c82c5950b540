"""Times a candidate: all documents at once, then one by one against the clock."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from openmed.domain.evaluation.performance import LatencyPercentiles, latency_of
from openmed.domain.inference.predictions import DocumentPredictions, Status
from openmed.domain.text.span import Document

Answer: TypeAlias = Callable[[Sequence[Document]], Sequence[DocumentPredictions]]


class Timing(NamedTuple):
    """What was seen.

    Attributes:
        latency: of one document alone.
        failed: documents without an answer, the first or the second time.
        differing: documents that were answered otherwise the second time.
    """

    latency: LatencyPercentiles
    failed: int
    differing: int


def timed(documents: Sequence[Document], *, answer: Answer, timer: Callable[[], float]) -> Timing:
    """Have every document answered twice.

    Args:
        documents: at least one.
        answer: gives what is redacted in each document.
        timer: a clock, in seconds.
    """
    first = answer(documents)
    again: list[DocumentPredictions] = []
    seconds: list[float] = []
    for document in documents:
        start = timer()
        again += answer((document,))
        seconds.append(timer() - start)
    pairs = tuple(zip(first, again, strict=True))
    return Timing(
        latency=latency_of(seconds),
        failed=sum(Status.FAILED in (one.status, two.status) for one, two in pairs),
        differing=sum(one.spans != two.spans for one, two in pairs),
    )
