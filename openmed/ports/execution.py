"""Running candidates.

Each Protocol says what it promises and how it fails.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.evaluation.performance import IsolationReport
from openmed.domain.inference.predictions import (
    ChunkKey,
    DocumentPredictions,
    Runtime,
)
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.text.span import Document


class Session(Protocol):
    """A candidate loaded in a child process, wherever that is."""

    def predict(self, documents: Sequence[Document]) -> tuple[DocumentPredictions, ...]:
        """Answer for each document, in order; a document that fails says so.

        Raises:
            ExternalError: the child died or exceeded its time.
        """

    def peak_memory(self) -> int | None:
        """Most memory the child had so far, in bytes; None where it cannot be read."""

    def abort(self) -> None:
        """End the child at once, from any thread; whoever waits for its answer gets an error."""


class LocalSession(Session, Protocol):
    """The same in a child process of this one."""

    @property
    def isolation(self) -> IsolationReport:
        """How it is isolated."""


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
    ) -> AbstractContextManager[LocalSession]:
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


class ModelToRun(NamedTuple):
    """A candidate as whoever runs it needs it.

    Attributes:
        artifact: tree digest of its staged bytes.
        files: its files.
        folder: the staged tree on this machine.
        profile: its profile.
        runtime: what must run it.
        log: file that gets what the child says.
        timeout: seconds the child may take to load, and again for each call.
        isolation_waiver: as for `Runners.open`.
    """

    artifact: str
    files: tuple[StagedFile, ...]
    folder: str
    profile: RunnerProfile
    runtime: Runtime
    log: str
    timeout: float
    isolation_waiver: str | None

    @property
    def identity(self) -> str:
        """Equal for what may be answered by one loaded child."""
        return f"{self.artifact} {self.timeout} {self.isolation_waiver}"

    @property
    def bytes(self) -> int:
        """Size of its files."""
        return sum(file.size for file in self.files)


class ChunkToAnswer(NamedTuple):
    """Documents that are answered in one call: a batch never holds others."""

    key: ChunkKey
    documents: tuple[Document, ...]


class AnsweredChunk(NamedTuple):
    """What a candidate answered for the documents of one chunk, in their order."""

    key: ChunkKey
    answers: tuple[DocumentPredictions, ...]


class Executor(Protocol):
    """Has candidates answer chunks, each candidate in its own jail.

    The answers are the same whichever executor ran and however many processes it has: a chunk is
    one call, always of the same documents. A chunk whose child died or was too late is answered
    once more, alone in a fresh child.
    """

    @property
    def processes(self) -> int:
        """How many candidates may compute at a time."""

    def answers(
        self, model: ModelToRun, chunks: Sequence[ChunkToAnswer]
    ) -> Iterator[AnsweredChunk]:
        """Answer chunks, each once, in any order.

        Raises:
            EvidenceError: the candidate brings code, and nothing can isolate it.
            ExternalError: it could not be loaded, or a chunk was lost twice. What was answered
                before holds.
            KeyboardInterrupt: the executor was closed meanwhile.
        """

    def kept(self) -> AbstractContextManager[None]:
        """Keep what is loaded until the block ends; then nothing of this executor computes."""


Progress = Callable[[str], None]
"""Takes one line for a person; never document text."""


class SuiteProgress(Protocol):
    """Takes how far the measuring of a suite is; never document text."""

    def detail(self, line: str) -> None:
        """One line for a person."""

    def documents(self, task: str, done: int, of: int) -> None:
        """So many documents of `of` are answered."""
