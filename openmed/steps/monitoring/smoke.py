"""Loads the served bytes in a clean process and asks them a probe; no cache, no staged tree.

What is served is copied out of its registry into a room that was empty, compared with the release
byte by byte, and run there as a candidate is: without keys and network, in its jail.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from openmed.domain.ledger.changes import Promoted
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.monitoring.health.smoke import (
    PROBE,
    SmokeTrial,
    Trial,
    TrialState,
    answer_fault,
)
from openmed.domain.release.product import fault_of
from openmed.errors import (
    EvidenceError,
    ExternalError,
    IntegrityError,
    MachineError,
    OpenMedError,
)
from openmed.ports.execution import Runners
from openmed.ports.publishing import Registries, WatchedRegistry, public_registry
from openmed.ports.releasing import ReleasedBytes
from openmed.ports.storage import ArtifactStore

_TRIES: Final = 2
"""A child that was killed once, as by a machine short of memory, is no regression."""
_TASK: Final = "monitor status"


@dataclass(frozen=True)
class Smoke:
    """Tries live releases, one after the other.

    Attributes:
        registry: where they are served from.
        store: the empty room they are copied to.
        released: brings released bytes there.
        runners: run them, with nothing that was installed before.
        remove: empties the room of one tree.
        log: file that gets what a slot's process says.
        waiver: why a slot may run where code cannot be isolated; None = it may not.
    """

    registry: Registries
    store: ArtifactStore
    released: ReleasedBytes
    runners: Runners
    remove: Callable[[str], None]
    log: Callable[[str], str]
    waiver: Callable[[str], str | None]

    def of(self, state: FleetState, live: LiveRelease) -> SmokeTrial:
        """Try what is live, and what was live before it if that fails."""
        trial = self._tried(live.release, is_live=True)
        if trial.state is not TrialState.FAILED:
            return SmokeTrial(live, trial)
        before = _earlier(state, live)
        control = self._tried(before.release, is_live=False) if before else None
        return SmokeTrial(live, trial, control)

    def _tried(self, release: Promoted, *, is_live: bool) -> Trial:
        try:
            self._bring(release, is_live=is_live)
        except IntegrityError as error:
            return Trial(TrialState.DAMAGED, error.message)
        except (OpenMedError, OSError) as error:
            return Trial(TrialState.NOT_TRIED, fault_of(error, step=_TASK).message)
        try:
            return self._run(release)
        finally:
            self.remove(release.artifact)

    def _bring(self, release: Promoted, *, is_live: bool) -> None:
        public = public_registry(self.registry, release)
        if not (is_live and isinstance(public, WatchedRegistry)):
            self.released.bring(release, may_build=False)
            return
        watched: WatchedRegistry = public
        seen = watched.seen()
        if seen is None:
            raise IntegrityError(f"{release.candidate.repo_id} is not there for readers")
        commit = seen.head.sha

        def fetch(folder: str) -> None:
            watched.fetch_served(commit, folder, files=release.files)

        self.store.adopt(release.files, fetch=fetch)

    def _run(self, release: Promoted) -> Trial:
        reason = ""
        for _ in range(_TRIES):
            try:
                reason = self._asked(release)
            except (MachineError, EvidenceError) as error:
                return Trial(TrialState.NOT_TRIED, error.message)
            except ExternalError as error:
                reason = error.message
            except (OpenMedError, OSError) as error:
                return Trial(TrialState.NOT_TRIED, fault_of(error, step=_TASK).message)
            if not reason:
                return Trial(TrialState.RAN)
        return Trial(TrialState.FAILED, reason)

    def _asked(self, release: Promoted) -> str:
        """Why the probe was not answered; empty when it was."""
        artifact = release.artifact
        profile = self.store.profile(artifact)
        with self.runners.open(
            self.store.path(artifact),
            profile,
            log=self.log(release.slot),
            timeout=float(release.candidate.timeout_seconds),
            isolation_waiver=self.waiver(release.slot),
        ) as session:
            return answer_fault(session.predict(PROBE))


def _earlier(state: FleetState, live: LiveRelease) -> LiveRelease | None:
    """The newest release of the slot with other bytes that could be gone back to."""
    slot, artifact = live.release.slot, live.release.artifact
    rows = (row for row in reversed(state.history) if row.release.slot == slot)
    return next(
        (
            row
            for row in rows
            if row.release.artifact != artifact
            and not state.ineligibility(row.release.artifact, slot=slot)
        ),
        None,
    )
