"""Running candidates.

Each Protocol says what it promises and how it fails.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from openmed.domain.evaluation.performance import IsolationReport
from openmed.domain.inference.predictions import (
    DocumentPredictions,
    Runtime,
)
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.text.span import Document


class Session(Protocol):
    """A candidate loaded in a child process."""

    @property
    def isolation(self) -> IsolationReport:
        """How it is isolated."""

    def predict(self, documents: Sequence[Document]) -> tuple[DocumentPredictions, ...]:
        """Answer for each document, in order; a document that fails says so.

        Raises:
            ExternalError: the child died or exceeded its time.
        """

    def peak_memory(self) -> int | None:
        """Most memory the child had so far, in bytes; None where it cannot be read."""


class Runners(Protocol):
    """Runs candidates, each in a child process without keys or tokens."""

    def runtime(self, runner: str) -> Runtime:
        """What would run with this runner now.

        Raises:
            UsageError: the runner is unknown or its packages are not installed.
        """

    def library_name(self, runner: str) -> str | None:
        """Library that loads what this runner runs, as the Hub calls it; None when none does.

        Raises:
            UsageError: the runner is unknown.
        """

    def open(
        self,
        folder: str,
        profile: RunnerProfile,
        *,
        log: str,
        timeout: float,
        isolation_waiver: str | None = None,
    ) -> AbstractContextManager[Session]:
        """Load an artifact in a child process that ends with the block.

        Args:
            folder: the staged tree.
            profile: its profile.
            log: file that gets what the child says.
            timeout: seconds the child may take to load, and again for each call.
            isolation_waiver: why it may run on a machine that cannot isolate its code; None = it
                may not.

        Raises:
            EvidenceError: it brings code, and the machine cannot isolate it.
            ExternalError: the child could not load it.
        """


Progress = Callable[[str], None]
"""Takes one line for a person; never document text."""
