"""What the engine is given: queue, policies, suites, and where candidates come from.

Each Protocol says what it promises and how it fails.
"""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from openmed.domain.candidates.candidate import Candidate, ReproParts, StagedFile
from openmed.domain.candidates.catalogue import Listed
from openmed.domain.frozen import Frozen
from openmed.domain.gates.order.floor import Floor
from openmed.domain.gates.policy import Policy
from openmed.domain.inference.proposal.model_files import PublishedFiles
from openmed.domain.suites.suite import Suite, SuitePin
from openmed.domain.text.span import Document


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

    def floor(self) -> Floor | None:
        """What every green policy must demand; None when there is no file.

        Raises:
            PolicyError: malformed.
        """

    def pins(self) -> tuple[SuitePin, ...]:
        """Suites as pinned.

        Raises:
            UsageError: missing or malformed.
        """

    def registry_settings(self) -> str:
        """Digest of what says where slots are published; of nothing when there is no file."""

    def listed(self, repo_id: str) -> Listed:
        """What the catalogue says of a repository; a broken catalogue is said, not raised."""

    def suite(self, pin: SuitePin) -> Suite:
        """The suite's documents, checked against the pin.

        Raises:
            IntegrityError: the data is not what the pin names.
            EvidenceError: the data is missing or malformed.
        """

    def suite_defects(self, pin: SuitePin) -> str:
        """Defects of a suite that its pin does not name, in one sentence; empty = none.

        Raises:
            OpenMedError: as `suite`.
        """


class BuiltSuite(NamedTuple):
    """A suite as its seed makes it.

    Attributes:
        files: content of each file, by its path in the release repository.
        documents: its documents.
        subsets: names of its subsets.
    """

    files: Mapping[str, bytes]
    documents: tuple[Document, ...]
    subsets: tuple[str, ...]


class SuiteBuilder(Protocol):
    """Suites that are written, not collected. The same name or folder and seed: the same bytes."""

    def build(self, name: str) -> BuiltSuite:
        """Make a suite from its seed.

        Raises:
            UsageError: no suite of that name has a seed.
        """

    def write(self, templates: str, *, seed: str) -> tuple[Document, ...]:
        """Write the notes of a folder of templates outside the package, by id.

        Raises:
            UsageError: the folder is not one of templates; names file and line.
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


class PublishedModels(Protocol):
    """Repositories of the Hub as they are now; nothing there is changed."""

    @property
    def calls(self) -> int:
        """Questions that were asked."""

    @property
    def is_spent(self) -> bool:
        """Whether the next repository might need more questions than are left."""

    def look(self, repo: str) -> PublishedFiles:
        """Ask for one repository.

        Raises:
            EvidenceError: there is none, or not for us, or its files may not be staged.
            IntegrityError: a file's bytes are not those the commit names.
            ExternalError: the Hub did not answer; it may later.
        """
