"""Whether a model's spans depend on what else is in the batch: a sample, twice.

The gate `span_integrity` asks the same of every document of a release; this is for measuring, where
no gate runs. `deterministic` of the profile is a promise: a model that breaks it has no number.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

from openmed.domain.inference.profile import FILE_NAME, RunnerProfile
from openmed.domain.text.span import Document
from openmed.errors import EvidenceError
from openmed.ports.execution import Session

BATCHES = "batches"
"""Name of the log."""

SAMPLE = 32
"""Documents that are answered twice."""


class BatchCheck(NamedTuple):
    """What was seen.

    Attributes:
        documents: documents that were answered twice.
        differing: of these, the ones that got another answer alone than in company.
    """

    documents: int
    differing: int

    @property
    def sentence(self) -> str:
        """What a person is told."""
        return f"{self.differing} of {self.documents} sampled documents get other spans alone"


def check_batches(
    documents: Sequence[Document], *, opened: Callable[[], AbstractContextManager[Session]]
) -> BatchCheck:
    """Have a sample answered all at once, then one by one.

    Args:
        documents: those of a suite; the sample is spread over them.
        opened: loads the model.

    Raises:
        ExternalError: the model cannot be run.
    """
    step = max(1, len(documents) // SAMPLE)
    sample = tuple(documents[::step][:SAMPLE])
    with opened() as session:
        together = session.predict(sample)
        alone = [record for document in sample for record in session.predict((document,))]
    differing = sum(
        (one.status, one.spans) != (other.status, other.spans)
        for one, other in zip(together, alone, strict=True)
    )
    return BatchCheck(documents=len(sample), differing=differing)


def require_promise(check: BatchCheck, profile: RunnerProfile) -> None:
    """Refuse a measurement of a model that breaks what its profile promises.

    Raises:
        EvidenceError: spans differ, and the profile says that they do not.
    """
    if check.differing and profile.deterministic:
        raise EvidenceError(
            f"{check.sentence} than in a batch, and {FILE_NAME} says deterministic: "
            "no number of it can be reported",
            next_step="set max_items to 1, or say deterministic false and read the numbers so",
        )
