"""Staging: from a source to a read-only tree named by its content."""

from pathlib import Path

from openmed.adapters.artifact_store import FileArtifactStore
from openmed.adapters.hashing import folder_digest
from openmed.adapters.products import FileProducts
from openmed.adapters.sources.intake import copy_in
from openmed.adapters.sources.recipe import build_recipe, recipe_state
from openmed.domain.candidate import Candidate, ReproParts, SourceKind, StagedFile
from openmed.errors import EvidenceError
from openmed.ports import Progress, SourceState

DEFAULT_BUILD = "default"


class FileSources:
    """Sources inside one release repository: `recipe:` and `file:`."""

    def __init__(
        self,
        root: Path,
        *,
        store: FileArtifactStore,
        products: FileProducts,
        progress: Progress,
    ) -> None:
        """Remember where things are; nothing is read yet."""
        self._root = root
        self._store = store
        self._products = products
        self._progress = progress

    def state(self, candidate: Candidate) -> SourceState:
        """What the source is now."""
        folder, build = self._locate(candidate)
        match candidate.source_kind:
            case SourceKind.RECIPE:
                return recipe_state(folder, build, what=candidate.slot)
            case SourceKind.FILE:
                source = folder_digest(folder)
                repro = ReproParts(
                    recipe=f"{candidate.source}@{source}",
                    data_manifest="none",
                    base_model="none",
                    git_sha="none",
                )
                return SourceState(source=source, repro=repro)

    def stage(self, candidate: Candidate) -> tuple[StagedFile, ...]:
        """Copy or build the files and admit them to the store."""
        folder, build = self._locate(candidate)
        what = candidate.slot
        with self._store.scratch() as scratch:
            source = folder
            if candidate.source_kind is SourceKind.RECIPE:
                source = scratch / "built"
                source.mkdir()
                log = Path(self._products.log(candidate.slot, "stage"))
                build_recipe(
                    folder,
                    build,
                    homes=scratch,
                    out=source,
                    log=log,
                    what=what,
                    progress=self._progress,
                )
            kept = scratch / "kept"
            kept.mkdir()
            copy_in(source, kept, max_bytes=candidate.max_bytes, what=what)
            return self._store.admit(kept)

    def _locate(self, candidate: Candidate) -> tuple[Path, str]:
        reference, _, fragment = candidate.source_reference.partition("#")
        is_recipe = candidate.source_kind is SourceKind.RECIPE
        path = Path(reference)
        folder = path if path.is_absolute() else self._root / path
        inside = folder.resolve().is_relative_to(self._root.resolve())
        if ".." in path.parts or (not inside and (is_recipe or not path.is_absolute())):
            msg = f"{candidate.slot}: source {reference[:80]!r} leads out of the release repository"
            raise EvidenceError(msg)
        if fragment and not is_recipe:
            msg = f"{candidate.slot}: only a recipe: source may name a build with '#'"
            raise EvidenceError(msg)
        if not folder.is_dir():
            msg = f"{candidate.slot}: source {reference[:80]!r} is not a folder"
            raise EvidenceError(msg)
        return folder, fragment or DEFAULT_BUILD
