"""Staging: from a source to a read-only tree named by its content."""

import shutil
from pathlib import Path

from openmed.adapters.code.entry_points import SOURCES, registered_names
from openmed.adapters.disk.candidate_code import require_code_inside
from openmed.adapters.disk.hashing import file_digest
from openmed.adapters.process.isolation import Isolation
from openmed.adapters.sources.file_admission import copy_in
from openmed.adapters.sources.installed_sources import SourcePlace, source_of
from openmed.adapters.sources.local_folder import require_inside
from openmed.adapters.stores.artifact_store import FileArtifactStore, read_profile
from openmed.adapters.stores.product_store import FileProducts
from openmed.domain.candidates.candidate import OWN_SCHEMES, Candidate, ReproParts, StagedFile
from openmed.domain.digest import digest_of
from openmed.domain.inference.profile import FILE_NAME, RunnerProfile
from openmed.domain.wire import parse
from openmed.errors import EvidenceError
from openmed.ports.execution import Progress
from openmed.ports.inputs import SourceState

_EXTERNAL_DATA = (".data", "_data")
"""How exporters call the weights they keep beside `NAME.onnx`."""
_WEIGHTS = ("*.onnx", "*.safetensors")
"""Files that a profile may choose one of."""


class FileSources:
    """Candidates of one release repository, from whatever source each names."""

    def __init__(  # noqa: PLR0913 - every place is an argument; none has a default
        self,
        root: Path,
        *,
        store: FileArtifactStore,
        products: FileProducts,
        downloads: Path,
        progress: Progress,
        isolation: Isolation,
        profiles: Path | None = None,
    ) -> None:
        """Remember where things are, profiles too if not in `root`; nothing is read yet."""
        self._root = root
        self._profiles = profiles or root
        self._store = store
        self._products = products
        self._downloads = downloads
        self._progress = progress
        self._isolation = isolation

    @property
    def schemes(self) -> tuple[str, ...]:
        """Schemes that are installed, sorted; none is loaded."""
        return registered_names(SOURCES)

    def state(self, candidate: Candidate) -> SourceState:
        """What the source is now, and the profile that goes with it."""
        bare = source_of(candidate).state(candidate, root=self._root)
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
            source = self._fetched(candidate, scratch)
            copy_in(source, kept, max_bytes=candidate.max_bytes, what=candidate.slot)
            if candidate.profile is not None:
                self._add_profile(candidate, kept / FILE_NAME)
            _keep_chosen_model(kept)
            _check_code(kept, what=candidate.slot)
            return self._store.admit(kept)

    def _fetched(self, candidate: Candidate, scratch: Path) -> Path:
        """A folder with the candidate's files as they come, nothing checked yet."""
        made = scratch / "made"
        made.mkdir()
        place = SourcePlace(
            root=self._root,
            target=made,
            scratch=scratch,
            downloads=self._downloads,
            log=self._log(candidate),
            progress=self._progress,
            isolation=self._isolation,
        )
        source = source_of(candidate)
        fault = source.fault(candidate)
        if fault:
            raise EvidenceError(f"{candidate.about}: {fault}")
        folder = source.fetch(candidate, place)
        if candidate.scheme not in OWN_SCHEMES and folder.is_symlink():
            msg = f"{candidate.about}: the source {candidate.scheme}: gave a symlink, not a folder"
            raise EvidenceError(msg)
        return folder

    def _log(self, candidate: Candidate) -> Path:
        return Path(self._products.log(candidate.slot, "stage"))

    def _add_profile(self, candidate: Candidate, place: Path) -> None:
        if place.exists():
            msg = f"{candidate.about}: the source brings its own {FILE_NAME}; drop `profile`"
            raise EvidenceError(msg)
        shutil.copyfile(self._profile(candidate), place)

    def _profile(self, candidate: Candidate) -> Path:
        path = self._profiles / (candidate.profile or "")
        require_inside(self._profiles, candidate, candidate.profile or "", of="profile")
        if not path.is_file():
            msg = f"{candidate.about}: profile {candidate.profile!r} is not a file"
            raise EvidenceError(msg)
        return path


def _keep_chosen_model(folder: Path) -> None:
    """Leave out the weights that the profile does not choose, and the data beside them."""
    place = folder / FILE_NAME
    if not place.is_file():
        return
    try:
        tokens = parse(RunnerProfile, place.read_bytes(), what=FILE_NAME).tokens
    except EvidenceError:
        return  # What reads it next says so.
    if tokens is None or tokens.model_file is None or not (folder / tokens.model_file).is_file():
        return
    for path in sorted(path for kind in _WEIGHTS for path in folder.rglob(kind)):
        if path != folder / tokens.model_file:
            for part in (path, *(path.with_name(path.name + end) for end in _EXTERNAL_DATA)):
                part.unlink(missing_ok=True)


def _check_code(kept: Path, *, what: str) -> None:
    """Refuse a candidate whose code is outside its files; a profile that is none is told later.

    Raises:
        EvidenceError: the profile names code outside.
    """
    try:
        profile = read_profile(kept)
    except EvidenceError:
        return
    try:
        require_code_inside(profile, kept)
    except EvidenceError as error:
        raise EvidenceError(f"{what}: {error.message}", next_step=error.next_step) from None
