"""Step `verify`: look at everything that is recorded and served, change nothing, say what is wrong.

Chain and pointer, every evidence file the ledger names, every signature, the bytes of what is
live and of what could be rolled back to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from openmed.domain.changes import Lifted, Promoted, Quarantined
from openmed.domain.fleet import FleetState, LiveRelease
from openmed.domain.lifting import check_lifted
from openmed.domain.signature import void_reason
from openmed.domain.trust.inputs import verified_release
from openmed.errors import IntegrityError, OpenMedError
from openmed.ports import Registry, ReleaseStore, Verifiers


class Findings(NamedTuple):
    """What a look at everything came to.

    Attributes:
        entries: ledger entries looked at.
        evidence: evidence files looked at.
        trees: released trees hashed.
        faults: one line for each thing that is wrong.
    """

    entries: int
    evidence: int
    trees: int
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Verify:
    """Looks at ledger, evidence and served bytes."""

    releases: ReleaseStore
    registry: Registry
    verifiers: Verifiers

    def findings(self) -> Findings:
        """Look at everything; a fault in one place hides no other."""
        try:
            state = self.releases.state()
        except OpenMedError as error:
            return Findings(entries=0, evidence=0, trees=0, faults=(error.message,))
        named = _evidence(state)
        served = _servable(state)
        faults = (
            *(fault for digest in named for fault in self._evidence_faults(digest)),
            *(
                fault
                for change in _judged(state)
                for fault in self._signature_faults(state, change)
            ),
            *(fault for change in _lifted(state) for fault in self._lift_faults(state, change)),
            *(fault for row in state.history for fault in self._release_faults(state, row)),
            *(fault for row in served for fault in self._byte_faults(row)),
        )
        return Findings(
            entries=len(state.entries),
            evidence=len(named),
            trees=len(served),
            faults=tuple(dict.fromkeys(faults)),
        )

    def _evidence_faults(self, digest: str) -> Iterator[str]:
        try:
            self.releases.evidence(digest)
        except OpenMedError as error:
            yield error.message

    def _signature_faults(self, state: FleetState, change: Promoted | Quarantined) -> Iterator[str]:
        try:
            signed = self.verifiers.verify(self.releases.evidence(change.verdict))
        except OpenMedError as error:
            yield f"verdict {change.verdict[:16]}… of {change.slot}: {error.message}"
            return
        if (signed.verdict.slot, signed.verdict.artifact) != (change.slot, change.artifact):
            yield f"verdict {change.verdict[:16]}… is not about {change.slot}"
        void = void_reason(state, signed)
        if void:
            yield f"verdict {change.verdict[:16]}… of {change.slot}: {void}"

    def _lift_faults(self, state: FleetState, change: Lifted) -> Iterator[str]:
        try:
            check_lifted(
                state,
                change,
                waived=lambda name: self.verifiers.verify_waiver(self.releases.evidence(name)),
                judged=lambda name: self.verifiers.verify(self.releases.evidence(name)),
            )
        except IntegrityError as error:
            yield error.message

    def _release_faults(self, state: FleetState, row: LiveRelease) -> Iterator[str]:
        if row.release.repro.hash != row.release.repro_hash:
            yield f"release {row.tag} of {row.release.slot}: its repro_hash does not recompute"
        try:
            verified_release(
                row,
                state=state,
                evidence=self.releases.evidence,
                verify=self.verifiers.verify,
            )
        except IntegrityError as error:
            yield error.message

    def _byte_faults(self, row: LiveRelease) -> Iterator[str]:
        try:
            self.registry.verify(row.release.artifact, row.release.files)
        except IntegrityError as error:
            yield f"{row.release.slot} generation {row.generation}: {error.message}"


def _judged(state: FleetState) -> Iterator[Promoted | Quarantined]:
    for entry in state.entries:
        for change in entry.changes:
            if isinstance(change, (Promoted, Quarantined)):
                yield change


def _lifted(state: FleetState) -> Iterator[Lifted]:
    for entry in state.entries:
        for change in entry.changes:
            if isinstance(change, Lifted):
                yield change


def _evidence(state: FleetState) -> tuple[str, ...]:
    """Evidence files the ledger names, each once, in its order."""
    names = [
        name
        for change in _judged(state)
        for name in (change.verdict, *(reference.report for reference in change.reports))
    ]
    names += [change.waiver for change in _lifted(state)]
    return tuple(dict.fromkeys(names))


def _servable(state: FleetState) -> tuple[LiveRelease, ...]:
    """What is live, and what a rollback could put back; each artifact once."""
    rows = [*state.live, *reversed(state.history)]
    live = {row.release.artifact for row in state.live}
    kept = {
        row.release.artifact: row
        for row in reversed(rows)
        if row.release.artifact in live or not state.is_quarantined(row.release.artifact)
    }
    return tuple(kept.values())
