"""Step `rollback`: put an earlier release back, in one commit.

A rollback is not part of the graph and needs nothing of it: no queue, no policy, no
measurement. It reads ledger, evidence and bytes, and writes one entry.
"""

from collections.abc import Callable
from dataclasses import dataclass

from openmed.domain.gates.verdict import ReportReference
from openmed.domain.ledger.cited.condemned_behaviour import own_reports
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.pages.inputs import verified_release
from openmed.domain.release.results.slot_undo import PassedOver, Undo
from openmed.domain.release.rollback import Choice, RollbackPlan, plan_rollback
from openmed.domain.release.rollback_options import Options, Request, options
from openmed.errors import IntegrityError, OpenMedError
from openmed.ports.publishing import Registries, public_registry
from openmed.ports.releasing import ReleasedBytes, ReleaseStore, Verifiers
from openmed.ports.storage import ArtifactStore


@dataclass(frozen=True)
class Rollback:
    """Goes back in the slots meant.

    Attributes:
        is_local: whether the registry is the local one, for which a developer's key may sign.
    """

    releases: ReleaseStore
    registry: Registries
    store: ArtifactStore
    verifiers: Verifiers
    released: ReleasedBytes
    now: str
    is_local: bool

    def plan(self, request: Request) -> RollbackPlan:
        """What would be done; writes nothing.

        Raises:
            UsageError: there is no such slot, tag or generation, or several slots without leave.
        """
        return self._planned(request, is_repairing=False)

    def commit(self, request: Request, *, decided: Callable[[], None]) -> RollbackPlan:
        """Plan under the lock and carry it out.

        Args:
            request: what is asked for.
            decided: called when the plan stands, before anything is written.

        Raises:
            FlipConflictError: another process holds the lock, or moved the pointer.
        """
        with self.releases.lock(is_rollback=True):
            plan = self._planned(request, is_repairing=True)
            decided()
            self._serve_what_stays(plan)
            if plan.entry is not None and plan.pointer is not None:
                try:
                    self.releases.commit(plan.entry, plan.pointer, evidence=())
                except OSError:
                    if not self._has_moved(plan.entry):
                        raise
        return plan

    def _has_moved(self, entry: Entry) -> bool:
        """Whether the pointer names an entry; a disk may fail after it was replaced."""
        try:
            entries = self.releases.reached().entries
        except OpenMedError:
            return False
        return bool(entries) and entries[-1].digest == entry.digest

    def _planned(self, request: Request, *, is_repairing: bool) -> RollbackPlan:
        state = self.releases.state()
        choices = tuple(
            self._chosen(state, row, is_repairing=is_repairing) for row in options(state, request)
        )
        return plan_rollback(state, request, choices, now=self.now)

    def _serve_what_stays(self, plan: RollbackPlan) -> None:
        """A slot that serves already what was asked for does so only if its bytes are served."""
        state = self.releases.state()
        for slot in (row.slot for row in plan.slots if row.undo is Undo.UNCHANGED):
            live = state.live_in(slot)
            if live is not None and public_registry(self.registry, live.release) is not None:
                continue
            row = self.released.unserved(live) if live else None
            if live is not None and row is not None and row.is_lost:
                self.released.serve(live.release, may_build=True)

    def _chosen(self, state: FleetState, row: Options, *, is_repairing: bool) -> Choice:
        passed, chosen = list(row.passed_over), None
        for target in row.targets:
            fault = self._fault(state, target, is_repairing=is_repairing)
            if not fault:
                chosen = target
                break
            passed.append(PassedOver(generation=target.generation, reason=fault))
        left = own_reports(row.live.release.reports) if row.live else ()
        return Choice(
            options=row,
            target=chosen,
            passed_over=tuple(passed),
            left_reports=tuple(filter(self._is_whole, left)),
        )

    def _is_whole(self, reference: ReportReference) -> bool:
        """Whether a report can be named; a damaged one must not hold a rollback up."""
        try:
            self.releases.evidence(reference.report)
        except OpenMedError:
            return False
        return True

    def _fault(self, state: FleetState, target: LiveRelease, *, is_repairing: bool) -> str:
        """Why a release may not be restored; empty when evidence, bytes and build are whole."""
        release = target.release
        if release.repro.hash != release.repro_hash:
            return f"its repro_hash {release.repro_hash[:16]} does not recompute from its parts"
        try:
            record = verified_release(
                target,
                state=state,
                evidence=self.releases.evidence,
                verify=self.verifiers.recorded(self.releases.evidence),
            )
            if (record.verdict.repro, record.verdict.repro_hash) != (
                release.repro,
                release.repro_hash,
            ):
                return "its repro_hash is not the one that was signed"
            is_public = public_registry(self.registry, release) is not None
            if record.is_unlisted and (is_public or not self.is_local):
                return "it is signed by a developer's own key, which is listed nowhere here"
            self._check_bytes(target, is_repairing=is_repairing)
        except OpenMedError as error:
            return error.message
        except OSError as error:
            return f"its bytes cannot be read ({error.strerror})"
        return ""

    def _check_bytes(self, target: LiveRelease, *, is_repairing: bool) -> None:
        """Bytes served are hashed; when they are not whole, the staged ones are published again.

        A public repository follows the pointer: what it needs is that the bytes are here.
        """
        artifact, files = target.release.artifact, target.release.files
        if public_registry(self.registry, target.release) is not None:
            self._check_here(target, is_repairing=is_repairing)
            return
        try:
            self.registry.of(target.release).verify(artifact, files)
        except IntegrityError:
            if is_repairing:
                self.released.serve(target.release, may_build=True)
            else:
                self.store.verify(artifact, files)

    def _check_here(self, target: LiveRelease, *, is_repairing: bool) -> None:
        """Staged bytes are hashed; when they are not whole, they come from where they are."""
        artifact, files = target.release.artifact, target.release.files
        try:
            self.store.verify(artifact, files)
        except IntegrityError:
            if is_repairing:
                self.released.bring(target.release)
            else:
                self.registry.of(target.release).verify(artifact, files)
