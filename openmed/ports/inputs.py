"""What the engine is given: queue, policies, suites, and where candidates come from.

Each Protocol says what it promises and how it fails.
"""

from typing import Protocol

from openmed.domain.candidates.candidate import Candidate, ReproParts, StagedFile
from openmed.domain.candidates.catalogue import Listed
from openmed.domain.frozen import Frozen
from openmed.domain.gates.policy import Policy
from openmed.domain.suites.suite import Suite, SuitePin


class Inputs(Protocol):
    """What humans review: queue, policies, suites. Read only."""

    def queue(self) -> tuple[Candidate, ...]:
        """Candidates, by slot.

        Raises:
            UsageError: missing, malformed, empty, or two rows for one slot.
        """

    def policy(self, slot: str) -> Policy:
        """The slot's policy: its own file, else its family's, else the default.

        Raises:
            PolicyError: missing or malformed.
        """

    def pins(self) -> tuple[SuitePin, ...]:
        """Suites as pinned.

        Raises:
            UsageError: missing or malformed.
        """

    def listed(self, repo_id: str) -> Listed:
        """What the catalogue says of a repository; a broken catalogue is said, not raised."""

    def suite(self, pin: SuitePin) -> Suite:
        """The suite's documents, checked against the pin.

        Raises:
            IntegrityError: the data is not what the pin names.
            EvidenceError: the data is missing or malformed.
        """


class SourceState(Frozen):
    """What a source is right now, before any of it is built.

    Attributes:
        source: digest of the source as it can be read now.
        repro: parts of the repro_hash.
    """

    source: str
    repro: ReproParts


class Sources(Protocol):
    """Where candidates' bytes come from."""

    def state(self, candidate: Candidate) -> SourceState:
        """What the source is now.

        Raises:
            EvidenceError: the source does not exist.
        """

    def stage(self, candidate: Candidate) -> tuple[StagedFile, ...]:
        """Copy or build the files, refuse what may not be staged, keep them read-only by content.

        Raises:
            EvidenceError: a file escapes, is a symlink, is pickled, or is too large.
            ExternalError: the recipe failed.
        """
