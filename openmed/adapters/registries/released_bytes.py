"""The bytes of releases: whether the registry serves them, and where else they can be had.

Bytes that are missing on this machine come from the registry, or are staged again from the row
recorded in the ledger; they count only at the tree digest that was released.
"""

from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from openmed.adapters.disk import atomic
from openmed.adapters.disk.disk import Disk
from openmed.adapters.stores.artifact_store import read_profile
from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.digest import sha256_hex, tree_digest
from openmed.domain.inference.candidate_code import code_fault
from openmed.domain.ledger.changes import Measured, Promoted
from openmed.domain.ledger.fleet import LiveRelease
from openmed.domain.ledger.stored_blob import StoredBlob
from openmed.domain.release.publishing.public_move import BESIDE
from openmed.domain.release.served import Unserved, unserved_row, way_to_serve
from openmed.errors import ExternalError, IntegrityError, OpenMedError
from openmed.ports.inputs import Sources
from openmed.ports.publishing import Registries
from openmed.ports.releasing import PlacedRegistry, Registry
from openmed.ports.storage import ArtifactStore

FOLDER: Final = "published"
"""Folder of the marks: one file for each tree this machine published to a local registry."""


class RegistryBytes:
    """Released bytes, through one registry."""

    def __init__(self, registry: Registries, *, store: ArtifactStore, sources: Sources) -> None:
        """Remember the places; nothing is read yet.

        Args:
            registry: where releases are served from, by slot; one without marks is seen by every
                machine.
            store: staged trees.
            sources: where candidates come from.
        """
        self._registry = registry
        self._store = store
        self._sources = sources

    def unserved(self, live: LiveRelease) -> Unserved | None:
        """Hash what is served of a live release; None when it is whole."""
        artifact, files = live.release.artifact, live.release.files
        registry = self._registry.of(live.release)
        try:
            registry.verify(artifact, files)
        except (OpenMedError, OSError) as error:
            reason = error.message if isinstance(error, OpenMedError) else _why(error)
            marks = registry.marks if isinstance(registry, MarkedRegistry) else None
            is_lost = marks is None or marks.has(registry.where, artifact)
            return unserved_row(live, reason=reason, is_lost=is_lost)
        return None

    def code_fault(self, release: Promoted) -> str:
        """Read the profile of a release that runs code, and say what it names outside."""
        with suppress(OpenMedError, OSError), TemporaryDirectory(prefix="openmed-") as folder:
            self._registry.of(release).fetch(release.artifact, folder)
            profile = read_profile(Path(folder))
            return code_fault(profile, paths=[file.path for file in release.files])
        return ""

    def is_staged(self, release: Measured) -> bool:
        """Whether its bytes are staged here; a cheap look, not a proof."""
        return self._store.is_present(release.artifact, release.files)

    def serve(self, release: Promoted, *, may_build: bool) -> None:
        """Publish a release again."""
        self.bring(release, may_build=may_build)
        registry = self._registry.of(release)
        registry.put(release.artifact, release.files)
        registry.verify(release.artifact, release.files)

    def bring(self, release: Measured, *, may_build: bool = True) -> None:
        """Have a release's bytes staged here."""
        try:
            self._store.verify(release.artifact, release.files)
        except IntegrityError:
            self._fetch(release, may_build=may_build)

    def _fetch(self, release: Measured, *, may_build: bool) -> None:
        fetch = partial(self._fetch_tree, release)
        try:
            self._store.adopt(release.files, fetch=fetch)
        except (OpenMedError, OSError) as error:
            if not may_build:
                raise
            self._stage_again(release, error)

    def _fetch_tree(self, release: Measured, folder: str) -> None:
        self._registry.of(release).fetch(release.artifact, folder)
        for name in BESIDE - {file.path for file in release.files}:
            Path(folder, name).unlink(missing_ok=True)

    def _stage_again(self, release: Measured, first: OpenMedError | OSError) -> None:
        what = f"the bytes of artifact {release.artifact[:16]}"
        said = first.message if isinstance(first, OpenMedError) else _why(first)
        source = release.candidate.source
        try:
            got = tree_digest(self._sources.stage(release.candidate))
        except (OpenMedError, OSError) as error:
            again = error.message if isinstance(error, OpenMedError) else _why(error)
            msg = f"{what} are gone: {said}; staging {source} again: {again}"
            raise IntegrityError(msg, next_step=way_to_serve(release.slot)) from None
        if got != release.artifact:
            msg = f"{what} are gone: {said}; {source} gives other bytes today: {got[:16]}"
            raise IntegrityError(msg, next_step=way_to_serve(release.slot))


class Marks:
    """Trees this machine published to a registry of its own, by registry."""

    def __init__(self, folder: Path, *, disk: Disk) -> None:
        """Remember the folder; it is made when first needed."""
        self._folder = folder / FOLDER
        self._disk = disk

    def add(self, where: str, artifact: str) -> None:
        """Note that a tree was published.

        Raises:
            ExternalError: it cannot be noted.
        """
        path = self._path(where, artifact)
        try:
            if not path.exists():
                atomic.keep(path, b"", disk=self._disk)
        except OSError as error:
            msg = f"cannot note that artifact {artifact[:16]} is published: {error.strerror}"
            raise ExternalError(msg) from None

    def has(self, where: str, artifact: str) -> bool:
        """Whether a tree was published from here, and not collected since."""
        return self._path(where, artifact).exists()

    def drop(self, where: str, artifact: str) -> None:
        """Note that a tree was removed on purpose."""
        self._path(where, artifact).unlink(missing_ok=True)

    def _path(self, where: str, artifact: str) -> Path:
        return self._folder / sha256_hex(where.encode())[:16] / artifact


class MarkedRegistry:
    """A registry of this machine that remembers, outside itself, what was published to it."""

    def __init__(self, registry: Registry, marks: Marks) -> None:
        """Remember both."""
        self._registry = registry
        self.marks = marks

    @property
    def where(self) -> str:
        """Where it is."""
        return self._registry.where

    def is_writable(self) -> bool:
        """Whether trees can be put here now."""
        return self._registry.is_writable()

    def is_there(self) -> bool:
        """Whether its place is there."""
        return not isinstance(self._registry, PlacedRegistry) or self._registry.is_there()

    def put(self, artifact: str, files: tuple[StagedFile, ...]) -> None:
        """Copy a staged tree, read it back, note that it is here."""
        self._registry.put(artifact, files)
        self.marks.add(self.where, artifact)

    def verify(self, artifact: str, files: tuple[StagedFile, ...]) -> None:
        """Hash every byte that is served."""
        self._registry.verify(artifact, files)

    def fetch(self, artifact: str, folder: str) -> None:
        """Copy a released tree into an empty folder."""
        self._registry.fetch(artifact, folder)

    def things(self) -> tuple[StoredBlob, ...]:
        """Every tree."""
        return self._registry.things()

    def remove(self, name: str) -> None:
        """Remove one tree if it is there."""
        self._registry.remove(name)
        self.marks.drop(self.where, name)

    def sweep(self) -> int:
        """Remove what a killed run left unfinished."""
        return self._registry.sweep()


def marked(registry: Registry, folder: Path, *, disk: Disk) -> MarkedRegistry:
    """A registry of this machine whose marks are kept in a folder outside it."""
    return MarkedRegistry(registry, Marks(folder, disk=disk))


def _why(error: OSError) -> str:
    return f"it cannot be read ({error.strerror})"
