"""Step `approve`: a person signs that a slot's policy may be weaker than at its last release.

Only a file is left, in `gates/waivers/`: the next flip uses it, and records what got weaker.
"""

from dataclasses import dataclass
from typing import NamedTuple

from openmed.domain.attestation.policy_statement import (
    PolicyStatement,
    payload_of_policy_statement,
)
from openmed.domain.gates.gate import Gate
from openmed.domain.ledger.entry import entry_time
from openmed.domain.release.policy_change import (
    approve_command,
    policy_change,
    statement_for,
    unusable,
)
from openmed.errors import IntegrityError, RefusedError, UsageError
from openmed.ports.inputs import Inputs
from openmed.ports.releasing import ReleaseStore, Signer, Verifiers, Waivers


class Approved(NamedTuple):
    """A policy statement that was signed.

    Attributes:
        file: its file in `gates/waivers/`.
        statement: what it says.
    """

    file: str
    statement: PolicyStatement


@dataclass(frozen=True)
class Approve:
    """Signs policy statements."""

    inputs: Inputs
    releases: ReleaseStore
    verifiers: Verifiers
    waivers: Waivers
    gates: tuple[Gate, ...]
    now: str

    def approve(self, signer: Signer, slot: str, *, reason: str, expires: str) -> Approved:
        """Sign that the slot's policy of today may be used.

        Args:
            signer: a person's key, with the role `waive`.
            slot: whose policy.
            reason: why.
            expires: a flip must use it by then.

        Raises:
            UsageError: nothing is weaker than at the slot's last release.
            RefusedError: it is expired already.
            IntegrityError: this key may not sign it; nothing was written.
        """
        state, evidence = self.releases.state(), self.releases.evidence
        recorded = self.verifiers.recorded(evidence)
        change = policy_change(
            state,
            self.inputs.policy(slot),
            slot=slot,
            gates=self.gates,
            evidence=evidence,
            recorded=recorded,
        )
        if change is None or not change.weaker:
            msg = f"the policy of {slot} is not weaker than that of its last release"
            raise UsageError(msg, next_step="openmed policy lint")
        statement = statement_for(change, reason=reason, expires=expires)
        envelope = signer.sign(payload_of_policy_statement(statement, verifier=signer.name))
        signed = self.verifiers.verify_policy_statement(envelope)
        now = entry_time(state.entries, now=self.now)
        if expires < now:
            msg = f"it would expire at {expires}, before now"
            raise RefusedError(msg, next_step=approve_command(slot))
        last = state.last_served(slot)
        judge = recorded(evidence(last.release.verdict)) if last else None
        refused = unusable(state, signed, change, judge=judge, now=now)
        if refused:
            raise IntegrityError(refused, next_step="openmed keys list")
        return Approved(file=self.waivers.put(envelope), statement=statement)
