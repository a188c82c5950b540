"""Every Protocol that crosses the process boundary, on one page.

Steps speak to the outside only through these. Each says what it promises and how it
fails; an implementation stands in `adapters/`, a simulator in `tests/simulators/`.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol, TypeVar

from openmed.domain.candidate import Candidate, ReproParts, StagedFile
from openmed.domain.fleet import FleetState
from openmed.domain.frozen import Frozen
from openmed.domain.ledger import Entry
from openmed.domain.manifest import Listed
from openmed.domain.pointer import PointerTable
from openmed.domain.policy import Policy
from openmed.domain.predictions import ChunkKey, DocumentPredictions, PredictionsChunk, Runtime
from openmed.domain.product import Made
from openmed.domain.profile import RunnerProfile
from openmed.domain.rotation import Rotation
from openmed.domain.span import Document
from openmed.domain.statement import SignedVerdict
from openmed.domain.stored import Stored
from openmed.domain.strays import Stray
from openmed.domain.suite import Suite, SuitePin
from openmed.domain.trust.inputs import RenderedFile, Template
from openmed.domain.waiver import SignedWaiver

Value = TypeVar("Value", bound=Frozen)


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
            OutsideError: the recipe failed.
        """


class ArtifactStore(Protocol):
    """Staged trees, by tree digest, read-only."""

    def path(self, artifact: str) -> str:
        """Folder of a staged tree."""

    def is_present(self, artifact: str, files: tuple[StagedFile, ...]) -> bool:
        """Whether every file is there with its size; a cheap look, not a proof."""

    def verify(self, artifact: str, files: tuple[StagedFile, ...]) -> None:
        """Hash every byte again.

        Raises:
            IntegrityError: a file is missing, extra or changed.
        """

    def adopt(self, folder: str, files: tuple[StagedFile, ...]) -> None:
        """Take released bytes back in from where they are served.

        Raises:
            IntegrityError: they are gone, or not what was released.
        """

    def profile(self, artifact: str) -> RunnerProfile:
        """The artifact's runner profile.

        Raises:
            EvidenceError: missing or malformed.
        """

    def profile_text(self, artifact: str) -> str | None:
        """Its text as it is staged, well formed or not; None when there is none to read."""


class Predictions(Protocol):
    """Cached predictions, by chunk."""

    def get(self, key: ChunkKey) -> PredictionsChunk | None:
        """The chunk if it is there and valid, else None."""

    def put(self, chunk: PredictionsChunk) -> None:
        """Keep a chunk; atomic."""


class Session(Protocol):
    """A candidate loaded in a child process."""

    def predict(self, documents: Sequence[Document]) -> tuple[DocumentPredictions, ...]:
        """Answer for each document, in order; a document that fails says so.

        Raises:
            OutsideError: the child died or exceeded its time.
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

    def open(
        self, folder: str, profile: RunnerProfile, *, log: str, timeout: float
    ) -> AbstractContextManager[Session]:
        """Load an artifact in a child process that ends with the block.

        Args:
            folder: the staged tree.
            profile: its profile.
            log: file that gets what the child says.
            timeout: seconds the child may take to load, and again for each call.

        Raises:
            OutsideError: the child could not load it.
        """


class Products(Protocol):
    """Products of steps, one folder a slot."""

    def read(self, slot: str, name: str, kind: type[Value]) -> Made[Value] | None:
        """The product, or None when it is missing, damaged or not of this kind."""

    def write(self, slot: str, name: str, materials: str, value: Frozen) -> None:
        """Replace the product; atomic; writes nothing when the bytes are the same."""

    def log(self, slot: str, name: str) -> str:
        """Path of a log file beside the products."""

    def is_marked(self, slot: str) -> bool:
        """Whether the quarantine marker stands."""

    def mark(self, slot: str, text: str) -> None:
        """Set the quarantine marker."""

    def unmark(self, slot: str) -> None:
        """Remove the quarantine marker."""


class Signer(Protocol):
    """Signs with the key this process may use."""

    @property
    def keyid(self) -> str:
        """Id of the key."""

    @property
    def name(self) -> str:
        """Verifier the key is listed as.

        Raises:
            UsageError: there is no key, or it is listed nowhere.
        """

    def sign(self, payload: bytes) -> bytes:
        """DSSE envelope over a payload, as bytes.

        Raises:
            UsageError: there is no key.
        """


class Verifiers(Protocol):
    """The keys whose signatures count."""

    def verify(self, envelope: bytes) -> SignedVerdict:
        """Check a signature and the statement under it.

        Raises:
            IntegrityError: unsigned, a key that is not listed or may not judge, edited payload,
                signed for another verifier, or not our statement.
        """

    def verify_waiver(self, envelope: bytes) -> SignedWaiver:
        """Check a signature and the waiver under it.

        Raises:
            IntegrityError: as `verify`, for a key that may not waive.
        """


class Waivers(Protocol):
    """Signed waivers that people put into the repository."""

    def files(self) -> tuple[tuple[str, bytes], ...]:
        """Every waiver file, by name."""

    def put(self, envelope: bytes) -> str:
        """Keep a waiver; the name of its file."""


class KeyRing(Protocol):
    """The key pair of this process, while it is replaced."""

    def prepare(self, verifier: str, *, is_lost: bool) -> Rotation:
        """Make the next pair, or find the one a killed call left; keep the old public half.

        Args:
            verifier: whose key; empty = of the private key of this process.
            is_lost: the old private key is not needed.

        Raises:
            UsageError: there is no such key.
        """

    def finish(self, rotation: Rotation) -> None:
        """Put the next pair in the place of the old one."""


class ReleaseStore(Protocol):
    """Pointer, ledger and evidence."""

    def state(self) -> FleetState:
        """What is live, checked against the ledger.

        Raises:
            IntegrityError: pointer and ledger disagree, a file is damaged, or the ledger has
                two heads.
        """

    def reached(self) -> FleetState:
        """What the pointer reaches, whatever else lies in the ledger.

        Raises:
            IntegrityError: as `state`, but for a ledger with two heads.
        """

    def strays(self, state: FleetState) -> tuple[Stray, ...]:
        """Files of the ledger that are not entries of this state, by name."""

    def set_aside(self, name: str) -> str:
        """Move a stray out of the ledger, for good; where to. Nothing is thrown away."""

    def lock(self, *, is_rollback: bool = False) -> AbstractContextManager[None]:
        """One writer at a time; a rollback goes before all others that wait.

        Raises:
            FlipConflict: another process holds it for too long.
        """

    def evidence(self, digest: str) -> bytes:
        """An evidence file's bytes.

        Raises:
            IntegrityError: missing or not what its name says.
        """

    def commit(self, entry: Entry, pointer: PointerTable, *, evidence: tuple[bytes, ...]) -> None:
        """Write evidence, then the entry, then replace the pointer: the commit point.

        The caller holds the lock and read the state under it.

        Raises:
            FlipConflict: the pointer is not the one the entry was made for.
        """


class Registry(Protocol):
    """Where released bytes are served from."""

    def put(self, artifact: str, files: tuple[StagedFile, ...]) -> None:
        """Copy a staged tree, read it back and compare; nothing points at it yet.

        Raises:
            IntegrityError: the bytes read back are not the staged ones.
        """

    def verify(self, artifact: str, files: tuple[StagedFile, ...]) -> None:
        """Hash every byte that is served.

        Raises:
            IntegrityError: the tree or a file is missing, extra or changed.
        """

    def path(self, artifact: str) -> str:
        """Folder a released tree is served from; it may be missing."""


class Hoard(Protocol):
    """A place of things named by their content."""

    def things(self) -> tuple[Stored, ...]:
        """Everything that is there."""

    def remove(self, name: str) -> None:
        """Remove one thing if it is there; whoever looks sees it whole or not at all."""


class Pages(Protocol):
    """The trust artifacts on disk, and the templates they are made from."""

    def templates(self) -> tuple[Template, ...]:
        """Every template, by name."""

    def digests(self, paths: tuple[str, ...]) -> tuple[str | None, ...]:
        """Digest of each file's bytes, None where it is missing."""

    def write(self, files: tuple[RenderedFile, ...], *, owns: str) -> int:
        """Write what differs, remove what is no longer rendered under `owns`; how many changed."""


Progress = Callable[[str], None]
"""Takes one line for a person; never document text."""
