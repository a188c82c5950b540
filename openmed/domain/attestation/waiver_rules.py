"""Lifting a quarantine: which waiver may lift which row, and what it does not lift.

A lifted artifact is only no longer refused: every gate judges it again, and a new failure
quarantines it again, by another row. What was revoked is never lifted (ADR 0018).
"""

from collections.abc import Callable

from openmed.domain.attestation.signature_rules import closed_reason, shared_with_judge
from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.attestation.waiver import SignedWaiver, Waiver
from openmed.domain.ledger.changes import Lifted, Revoked
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.ledger.fleet_facts import QuarantineFact
from openmed.errors import IntegrityError, OpenMedError, RefusedError, UsageError

SHORTEST = 8
"""Fewest digits by which an artifact may be named."""


def row_to_waive(state: FleetState, digest: str) -> QuarantineFact:
    """The row that keeps an artifact from being released.

    Args:
        state: the ledger.
        digest: the artifact, or how its digest begins.

    Raises:
        UsageError: nothing that begins so is quarantined, or several are.
        RefusedError: it is revoked.
    """
    rows = [row for row in state.waivable if row.fact.artifact.startswith(digest)]
    found = {row.fact.artifact for row in rows}
    if len(digest) < SHORTEST or not found:
        msg = f"no quarantined artifact begins with {digest[:64]!r}"
        raise UsageError(msg, next_step="openmed release status")
    if len(found) > 1:
        msg = f"{len(found)} quarantined artifacts begin with {digest}"
        raise UsageError(msg, next_step="openmed release status")
    revoked = next((row for row in rows if isinstance(row.fact, Revoked)), None)
    if revoked is not None:
        raise _never(revoked)
    return rows[0]


def waive_command(artifact: str) -> str:
    """The command that signs another waiver; a person puts in why, and until when."""
    return f"openmed release waive {artifact[:16]} --reason REASON --expires YYYY-MM-DD"


def waiver_for(state: FleetState, row: QuarantineFact, *, reason: str, expires: str) -> Waiver:
    """The waiver that names one row."""
    return Waiver(
        slot=row.fact.slot,
        artifact=row.fact.artifact,
        tag=row.tag,
        entry=_entry_digest(state, row.tag),
        reason=reason,
        expires=expires,
    )


def lift(
    state: FleetState,
    signed: SignedWaiver,
    *,
    judged: Callable[[str], SignedVerdict],
    now: str,
) -> Lifted:
    """What the ledger records of a waiver that may be used now.

    Args:
        state: the ledger.
        signed: the waiver, its signature verified.
        judged: gives the verified verdict in an evidence file.
        now: decides its expiry.

    Raises:
        RefusedError: it expired, or the artifact is revoked.
        IntegrityError: it names another artifact or row, or its key may not sign it.
    """
    waiver = signed.waiver
    void = closed_reason(state, keyid=signed.keyid, evidence=signed.envelope_digest)
    if void:
        msg = f"the waiver is void: {void}"
        raise IntegrityError(msg)
    row = _row(state, waiver)
    _check_other_key(row, signed, judged=judged)
    if waiver.expires < now:
        msg = f"the waiver of {signed.verifier} for {waiver.tag} expired at {waiver.expires}"
        raise RefusedError(msg, next_step=waive_command(waiver.artifact))
    return Lifted(
        slot=waiver.slot,
        artifact=waiver.artifact,
        tag=waiver.tag,
        waiver=signed.envelope_digest,
        verifier=signed.verifier,
        reason=waiver.reason,
        expires=waiver.expires,
    )


def check_lifted(
    state: FleetState,
    change: Lifted,
    *,
    waived: Callable[[str], SignedWaiver],
    judged: Callable[[str], SignedVerdict],
) -> None:
    """Check the waiver that the ledger says lifted a quarantine.

    Args:
        state: the ledger.
        change: what it says.
        waived: gives the verified waiver in an evidence file.
        judged: gives the verified verdict in an evidence file.

    Raises:
        IntegrityError: it does not verify or is about something else.
    """
    what = f"the lifting of {change.artifact[:16]} ({change.tag})"
    try:
        signed = waived(change.waiver)
        waiver = signed.waiver
        _check_other_key(_then(state, change), signed, judged=judged)
    except OpenMedError as error:
        msg = f"{what}: {error.message}"
        raise IntegrityError(msg) from None
    said = (waiver.slot, waiver.artifact, waiver.tag, waiver.reason, waiver.expires)
    if said != (change.slot, change.artifact, change.tag, change.reason, change.expires) or (
        waiver.entry != _entry_digest(state, change.tag)
    ):
        msg = f"{what}: the signed waiver is for something else"
        raise IntegrityError(msg)
    void = closed_reason(state, keyid=signed.keyid, evidence=signed.envelope_digest)
    if void:
        msg = f"{what}: {void}"
        raise IntegrityError(msg)


def _row(state: FleetState, waiver: Waiver) -> QuarantineFact:
    rows = [row for row in state.waivable if row.fact.artifact == waiver.artifact]
    if not rows:
        msg = f"the waiver names artifact {waiver.artifact[:16]}, which is not quarantined"
        raise IntegrityError(msg, next_step="openmed release status")
    revoked = next((row for row in rows if isinstance(row.fact, Revoked)), None)
    if revoked is not None:
        raise _never(revoked)
    for row in rows:
        entry = _entry_digest(state, row.tag)
        if (row.tag, entry, row.fact.slot) == (waiver.tag, waiver.entry, waiver.slot):
            return row
    msg = (
        f"the waiver is for row {waiver.tag} of {waiver.slot}; artifact {waiver.artifact[:16]} is "
        f"quarantined by {', '.join(f'{row.tag} of {row.fact.slot}' for row in rows)}"
    )
    raise IntegrityError(msg, next_step=waive_command(waiver.artifact))


def _check_other_key(
    row: QuarantineFact, signed: SignedWaiver, *, judged: Callable[[str], SignedVerdict]
) -> None:
    if isinstance(row.fact, Revoked):
        raise _never(row)
    judge = judged(row.fact.verdict)
    if shared_with_judge(signed, judge):
        msg = (
            f"the waiver is signed by {signed.verifier}, whose verdict quarantined the artifact; "
            "another person must sign it"
        )
        raise IntegrityError(msg, next_step="openmed keys list")


def _then(state: FleetState, change: Lifted) -> QuarantineFact:
    """The row as it stood after the entry that made it."""
    then = state.at(change.tag)
    rows = then.quarantines if then else ()
    for row in rows:
        if (row.tag, row.fact.slot, row.fact.artifact) == (
            change.tag,
            change.slot,
            change.artifact,
        ):
            return row
    msg = "there is no such row"
    raise IntegrityError(msg)


def _entry_digest(state: FleetState, tag: str) -> str:
    return next(entry.digest for entry in state.entries if entry.tag == tag)


def _never(row: QuarantineFact) -> RefusedError:
    msg = (
        f"artifact {row.fact.artifact[:16]} was revoked by {row.tag}: it may not be live "
        "again; a waiver lifts only a quarantine by a gate"
    )
    return RefusedError(msg, next_step="propose another build in gates/candidates.toml")
