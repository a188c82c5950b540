"""Has the answers made that are not kept, and keeps them chunk by chunk as they come."""

from collections.abc import Iterator, Sequence
from typing import Final

from openmed.domain.inference.predictions import PredictionsChunk, Status, checksum
from openmed.domain.wire import digest_value
from openmed.ports.execution import (
    AnsweredChunk,
    ChunkToAnswer,
    Executor,
    ModelToRun,
    SuiteProgress,
)
from openmed.ports.storage import KeptChunk, Predictions

TENTHS: Final = 10
"""Progress is told this often."""


def answer_missing(  # noqa: PLR0913 - every place is an argument
    executor: Executor,
    model: ModelToRun,
    missing: Sequence[ChunkToAnswer],
    *,
    predictions: Predictions,
    progress: SuiteProgress,
    task: str,
    total: int,
) -> Iterator[KeptChunk]:
    """Answer chunks, in the order in which they come.

    Args:
        executor: where the candidate computes.
        model: the candidate.
        missing: what is not kept.
        predictions: where answers are kept, each chunk at once.
        progress: is told how far it is.
        task: whose progress.
        total: documents of the suite.

    Raises:
        ExternalError: the candidate did not answer; what it answered before is kept.
    """
    done = total - sum(len(chunk.documents) for chunk in missing)
    progress.documents(task, done, total)
    for answered in executor.answers(model, missing):
        yield _keep(predictions, answered)
        before, done = done, done + len(answered.answers)
        if done * TENTHS // total > before * TENTHS // total:
            progress.documents(task, done, total)


def _keep(predictions: Predictions, answered: AnsweredChunk) -> KeptChunk:
    key, answers = answered
    chunk = PredictionsChunk(key=key, checksum=checksum(answers), records=answers)
    # A document that failed may answer the next time; only answers are kept.
    if all(answer.status is Status.OK for answer in answers):
        return predictions.put(chunk)
    return KeptChunk(chunk, digest_value(chunk))
