"""Times a candidate: all documents at once, then one by one against the clock.

What is timed is what a release does with a text, so the rules of the backstop are in the time.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from openmed.domain.evaluation.performance import LatencyPercentiles, latency_of
from openmed.domain.evaluation.redaction import redactions
from openmed.domain.evaluation.report import Scope
from openmed.domain.inference.predictions import DocumentPredictions, Status
from openmed.domain.text.span import Document

Predict: TypeAlias = Callable[[Sequence[Document]], tuple[DocumentPredictions, ...]]


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


def timed(
    documents: Sequence[Document],
    *,
    predict: Predict,
    timer: Callable[[], float],
    rules: Sequence[str],
    scope: Scope,
) -> Timing:
    """Have every document answered twice.

    Args:
        documents: at least one.
        predict: answers.
        timer: a clock, in seconds.
        rules: ids of the profile's rules.
        scope: what the candidate declares.

    Raises:
        EvidenceError: a rule is unknown.
    """
    first = redactions(documents, predict(documents), rules=rules, scope=scope)
    again: list[DocumentPredictions] = []
    seconds: list[float] = []
    for document in documents:
        start = timer()
        again += redactions((document,), predict((document,)), rules=rules, scope=scope)
        seconds.append(timer() - start)
    pairs = tuple(zip(first, again, strict=True))
    return Timing(
        latency=latency_of(seconds),
        failed=sum(Status.FAILED in (one.status, two.status) for one, two in pairs),
        differing=sum(one.spans != two.spans for one, two in pairs),
    )
