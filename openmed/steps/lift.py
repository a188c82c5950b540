"""Step `lift`: sign a waiver, and record in the ledger which quarantines waivers lift.

The file in `gates/waivers/` is how a waiver travels; the fact is the ledger entry, and the
signed waiver is kept as evidence. So removing the file afterwards changes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.attestation.waiver import SignedWaiver, Waiver, payload_of_waiver
from openmed.domain.attestation.waiver_rules import lift, row_to_waive, waiver_for
from openmed.domain.digest import sha256_hex
from openmed.domain.ledger.changes import Lifted
from openmed.domain.ledger.entry import Entry, entry_time, next_entry
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.ledger.pointer import pointer_of
from openmed.errors import OpenMedError
from openmed.exit_codes import EXIT_CODE_OF
from openmed.ports.releasing import ReleaseStore, Signer, Verifiers, Waivers


class RefusedWaiver(NamedTuple):
    """A waiver file that lifts nothing, why, and what helps; that may be empty."""

    file: str
    reason: str
    exit_code: int
    next_step: str = ""


class Lifting(NamedTuple):
    """What a look at the waiver files came to.

    Attributes:
        entry: the ledger entry; None when nothing was lifted.
        lifted: what was lifted.
        refused: files that lift nothing.
    """

    entry: Entry | None
    lifted: tuple[Lifted, ...]
    refused: tuple[RefusedWaiver, ...]


class Waived(NamedTuple):
    """A waiver that was signed.

    Attributes:
        file: its file in `gates/waivers/`.
        waiver: what it says.
        entry: the ledger entry that lifts the quarantine; None when it was only signed.
        remaining: tags of other rows that still quarantine the artifact.
    """

    file: str
    waiver: Waiver
    entry: Entry | None
    remaining: tuple[str, ...]


@dataclass(frozen=True)
class Lift:
    """Lifts quarantines by signed waivers."""

    releases: ReleaseStore
    verifiers: Verifiers
    waivers: Waivers
    now: str

    def waive(
        self, signer: Signer, digest: str, *, reason: str, expires: str, is_recording: bool
    ) -> Waived:
        """Sign a waiver for the row that keeps an artifact quarantined, and record it.

        Args:
            signer: a person's key.
            digest: the artifact, or how its digest begins.
            reason: why.
            expires: the artifact must be released by then.
            is_recording: lift it now; if not, only leave the file.

        Raises:
            UsageError: no such artifact is quarantined.
            RefusedError: it is revoked, or the waiver expired already.
            IntegrityError: this key may not sign it; nothing was written.
        """
        with self.releases.lock():
            state = self.releases.state()
            row = row_to_waive(state, digest)
            waiver = waiver_for(state, row, reason=reason, expires=expires)
            envelope = signer.sign(payload_of_waiver(waiver, verifier=signer.name))
            change = self._lift(state, self.verifiers.verify_waiver(envelope))
            file = self.waivers.put(envelope)
            entry = self._commit(state, ((change, envelope),)) if is_recording else None
        others = (one for one in state.quarantines if one != row)
        remaining = tuple(o.tag for o in others if o.fact.artifact == waiver.artifact)
        return Waived(file=file, waiver=waiver, entry=entry, remaining=remaining)

    def record(self) -> Lifting:
        """Record every waiver file that is not in the ledger yet and may lift what it names."""
        lifted: list[tuple[Lifted, bytes]] = []
        refused: list[RefusedWaiver] = []
        with self.releases.lock():
            state = self.releases.state()
            for file, envelope in self._pending(state):
                try:
                    change = self._lift(state, self.verifiers.verify_waiver(envelope))
                except OpenMedError as error:
                    code = EXIT_CODE_OF[error.kind]
                    refused.append(RefusedWaiver(file, error.message, code, error.next_step))
                    continue
                if not any(_is_same_row(change, other) for other, _ in lifted):
                    lifted.append((change, envelope))
            entry = self._commit(state, tuple(lifted)) if lifted else None
        changes = tuple(change for change, _ in lifted)
        return Lifting(entry=entry, lifted=changes, refused=tuple(refused))

    def _pending(self, state: FleetState) -> Iterator[tuple[str, bytes]]:
        for file, envelope in self.waivers.files():
            is_other = self.verifiers.is_policy_statement(envelope)
            if not is_other and sha256_hex(envelope) not in state.spent:
                yield file, envelope

    def _lift(self, state: FleetState, signed: SignedWaiver) -> Lifted:
        return lift(
            state,
            signed,
            judged=self._judged,
            now=entry_time(state.entries, now=self.now),
        )

    def _judged(self, digest: str) -> SignedVerdict:
        evidence = self.releases.evidence
        return self.verifiers.recorded(evidence)(evidence(digest))

    def _commit(self, state: FleetState, lifted: tuple[tuple[Lifted, bytes], ...]) -> Entry:
        changes = tuple(change for change, _ in lifted)
        entry = next_entry(state.entries, changes, now=self.now)
        after = fold((*state.entries, entry))
        evidence = tuple(envelope for _, envelope in lifted)
        self.releases.commit(entry, pointer_of(after), evidence=evidence)
        return entry


def _is_same_row(one: Lifted, other: Lifted) -> bool:
    return (one.slot, one.artifact, one.tag) == (other.slot, other.artifact, other.tag)
