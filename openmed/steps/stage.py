"""Step `stage`: freeze a candidate's bytes by content."""

from dataclasses import dataclass

from openmed.domain.candidates.candidate import Candidate, StagedCandidate
from openmed.domain.digest import tree_digest
from openmed.domain.frozen import Frozen
from openmed.domain.release.product import Step, materials_digest
from openmed.domain.wire import plain
from openmed.errors import RefusedError
from openmed.ports.inputs import Sources
from openmed.ports.releasing import ReleaseStore
from openmed.ports.storage import ArtifactStore

PRODUCT = "staged"


@dataclass(frozen=True)
class Stage(Step[StagedCandidate]):
    """Stages one candidate."""

    candidate: Candidate
    sources: Sources
    store: ArtifactStore
    releases: ReleaseStore

    @property
    def slot(self) -> str:
        """Slot of the candidate."""
        return self.candidate.slot

    @property
    def name(self) -> str:
        """Name of the product."""
        return PRODUCT

    @property
    def product_type(self) -> type[StagedCandidate]:
        """What the product is."""
        return StagedCandidate

    @property
    def task(self) -> str:
        """Task name."""
        return f"stage:{self.slot}"

    def inputs_digest(self) -> str:
        """The row, and the source as it is now."""
        state = self.sources.state(self.candidate)
        return materials_digest(
            row=self.candidate.row, source=state.source, repro=plain(state.repro)
        )

    def run(self) -> StagedCandidate:
        """Copy or build the files; identify them; refuse bytes that were condemned."""
        state = self.sources.state(self.candidate)
        files = self.sources.stage(self.candidate)
        refusal = self.releases.state().refusal(tree_digest(files), slot=self.slot)
        if refusal:
            raise RefusedError(refusal, next_step="propose another build in gates/candidates.toml")
        return StagedCandidate(
            slot=self.candidate.slot,
            repo_id=self.candidate.repo_id,
            row=self.candidate.row,
            source=state.source,
            artifact=tree_digest(files),
            files=files,
            repro=state.repro,
            repro_hash=state.repro.hash,
        )

    def is_current(self, value: Frozen) -> bool:
        """Whether the staged files are still there."""
        return isinstance(value, StagedCandidate) and self.store.is_present(
            value.artifact, value.files
        )
