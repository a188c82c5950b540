"""What the engine keeps: staged trees, predictions, products, blobs, pages.

Each Protocol says what it promises and how it fails.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol, TypeVar

from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.frozen import Frozen
from openmed.domain.inference.predictions import (
    ChunkKey,
    PredictionsChunk,
)
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.ledger.stored_blob import StoredBlob
from openmed.domain.pages.inputs import RenderedFile, Template
from openmed.domain.release.product import Made
from openmed.domain.release.upload import UploadedFile

Value = TypeVar("Value", bound=Frozen)


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

    def adopt(self, files: tuple[StagedFile, ...], *, fetch: Callable[[str], None]) -> None:
        """Take released bytes back in.

        Args:
            files: what was released.
            fetch: copies the bytes into the empty folder it is given.

        Raises:
            IntegrityError: they are gone, or not what was released.
        """

    def profile(self, artifact: str) -> RunnerProfile:
        """The artifact's runner profile, which names no code outside the artifact.

        Raises:
            EvidenceError: missing or malformed, or it names code outside.
        """

    def profile_text(self, artifact: str) -> str | None:
        """Its text as it is staged, well formed or not; None when there is none to read."""


class KeptChunk(NamedTuple):
    """Predictions as they are kept.

    Attributes:
        chunk: the predictions.
        digest: of their plain bytes, whether they are kept packed or not.
    """

    chunk: PredictionsChunk
    digest: str


class Predictions(Protocol):
    """Cached predictions, by chunk."""

    def get(self, key: ChunkKey) -> KeptChunk | None:
        """The chunk if it is there and valid, else None."""

    def digest(self, key: ChunkKey) -> str | None:
        """Digest of the plain bytes that are there, valid or not; None when there are none."""

    def put(self, chunk: PredictionsChunk) -> KeptChunk:
        """Keep a chunk; atomic."""


class Products(Protocol):
    """Products of steps, one folder a slot."""

    def read(self, slot: str, name: str, kind: type[Value]) -> Made[Value] | None:
        """The product, or None when it is missing, damaged or not of this kind."""

    def write(self, slot: str, name: str, materials: str, value: Frozen) -> None:
        """Replace the product; atomic; writes nothing when the bytes are the same."""

    def log(self, slot: str, name: str) -> str:
        """Path of a log file beside the products."""

    def keep_error(self, slot: str, name: str, frames: str) -> None:
        """Keep where making a product failed; frames quote no document."""

    def is_marked(self, slot: str) -> bool:
        """Whether the quarantine marker stands."""

    def mark(self, slot: str, text: str) -> None:
        """Set the quarantine marker."""

    def unmark(self, slot: str) -> None:
        """Remove the quarantine marker."""


class Upload(Protocol):
    """What one job of CI brought, in a folder of its own. Nothing in it is trusted."""

    @property
    def products(self) -> Products:
        """Products of steps."""

    @property
    def predictions(self) -> Predictions:
        """Predictions."""

    def files(self) -> tuple[UploadedFile, ...]:
        """Everything in it, links as links.

        Raises:
            IntegrityError: there is more than any job may bring.
        """

    def fetch(self, artifact: str, folder: str) -> None:
        """Copy a staged tree into an empty folder.

        Raises:
            IntegrityError: it is not there.
        """


class Uploads(Protocol):
    """What the jobs of CI brought."""

    def names(self) -> tuple[str, ...]:
        """Names of everything where uploads are."""

    def named(self, name: str) -> Upload:
        """One upload."""

    def recheck(self) -> bytes | None:
        """What running a sample again came to; None when nobody brought it."""


class BlobStore(Protocol):
    """Blobs stored under the digest of their content."""

    def things(self) -> tuple[StoredBlob, ...]:
        """Everything that is there."""

    def remove(self, name: str) -> None:
        """Delete one blob if it exists; readers see it whole or not at all."""


class Pages(Protocol):
    """The trust artifacts on disk, and the templates they are made from."""

    def templates(self) -> tuple[Template, ...]:
        """Every template, by name."""

    def digests(self, paths: tuple[str, ...]) -> tuple[str | None, ...]:
        """Digest of each file's bytes, None where it is missing."""

    def noted_digests(self, paths: tuple[str, ...], *, of: str) -> tuple[str | None, ...]:
        """The same, but a file is hashed only if it may have changed since it was hashed.

        Args:
            paths: all files of one kind.
            of: name of the kind.
        """

    def write(
        self, files: tuple[RenderedFile, ...], *, owns: str, kept: frozenset[str] = frozenset()
    ) -> int:
        """Write what differs, remove what is neither rendered nor kept; how many changed.

        Args:
            files: what was rendered.
            owns: folder that holds nothing else.
            kept: files that stand as they are.
        """


class PageRows(Protocol):
    """Rows of the fleet's pages as earlier runs made them: a cache."""

    def rows(self) -> dict[str, tuple[str, str]]:
        """What each slot's row was made from, and the row; what is damaged is not there."""

    def keep_rows(self, rows: Mapping[str, tuple[str, str]]) -> None:
        """Keep these rows, and no other."""

    def forget(self) -> None:
        """Drop everything."""
