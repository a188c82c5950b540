"""The changes that a judged candidate leads to, made from its signed verdict."""

from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.gates.gate import Against
from openmed.domain.gates.verdict import Decision, Verdict
from openmed.domain.ledger.changes import Adopted, Cleared, Condemned, Promoted, Quarantined
from openmed.domain.ledger.fleet import LiveRelease
from openmed.domain.release.flip_preconditions import Proposal
from openmed.errors import IntegrityError


def promotion(proposal: Proposal, before: Against) -> Promoted:
    """It becomes its slot's live release."""
    signed, candidate = _usable(proposal)
    verdict = signed.verdict
    if verdict.artifact is None or verdict.repro is None or verdict.repro_hash is None:
        msg = f"{proposal.slot}: a releasable verdict names no artifact"
        raise IntegrityError(msg)
    return Promoted(
        slot=proposal.slot,
        generation=before.generation + 1,
        candidate=candidate,
        artifact=verdict.artifact,
        files=verdict.files,
        repro=verdict.repro,
        repro_hash=verdict.repro_hash,
        policy=verdict.policy,
        verdict=signed.envelope_digest,
        reports=verdict.reports,
        previous_generation=before.generation,
        previous_artifact=before.artifact,
        policy_file=verdict.policy.digest,
        summary=proposal.summary,
    )


def adoption(proposal: Proposal) -> Adopted:
    """It is what its slot's first release is compared with."""
    signed, candidate = _usable(proposal)
    verdict = signed.verdict
    if verdict.artifact is None or verdict.repro is None or verdict.repro_hash is None:
        msg = f"{proposal.slot}: the measured artifact is not named"
        raise IntegrityError(msg)
    return Adopted(
        slot=proposal.slot,
        candidate=candidate,
        artifact=verdict.artifact,
        files=verdict.files,
        repro=verdict.repro,
        repro_hash=verdict.repro_hash,
        policy=verdict.policy,
        verdict=signed.envelope_digest,
        reports=verdict.reports,
    )


def is_adoption_of(verdict: Verdict, change: Adopted) -> bool:
    """Whether a verdict is the one that what was adopted was recorded from."""
    said = (verdict.files, verdict.row, verdict.reports, verdict.repro, verdict.repro_hash)
    kept = (change.files, change.candidate.row, change.reports, change.repro, change.repro_hash)
    is_whole = change.repro.hash == change.repro_hash
    return verdict.decision is Decision.ADOPTED and said == kept and is_whole


def quarantine(proposal: Proposal) -> Quarantined:
    """It may not be published any more."""
    signed, _ = _usable(proposal)
    verdict = signed.verdict
    if verdict.artifact is None:
        msg = f"{proposal.slot}: a failed verdict names no artifact"
        raise IntegrityError(msg)
    return Quarantined(
        slot=proposal.slot,
        repo_id=verdict.repo_id,
        artifact=verdict.artifact,
        policy=verdict.policy,
        verdict=signed.envelope_digest,
        reports=verdict.reports,
        gates=tuple(gate.id for gate in verdict.failing),
        reasons=tuple(gate.message for gate in verdict.failing),
    )


def condemnation(proposal: Proposal, live: LiveRelease) -> Condemned:
    """It is live, and fails gates."""
    signed, _ = _usable(proposal)
    verdict = signed.verdict
    return Condemned(
        slot=proposal.slot,
        generation=live.generation,
        artifact=live.release.artifact,
        policy=verdict.policy,
        verdict=signed.envelope_digest,
        reports=verdict.reports,
        gates=tuple(gate.id for gate in verdict.failing),
        reasons=tuple(gate.message for gate in verdict.failing),
    )


def clearance(proposal: Proposal, live: LiveRelease) -> Cleared:
    """It is live, was condemned, and passes every gate."""
    signed, _ = _usable(proposal)
    return Cleared(
        slot=proposal.slot,
        generation=live.generation,
        artifact=live.release.artifact,
        policy=signed.verdict.policy,
        verdict=signed.envelope_digest,
        reports=signed.verdict.reports,
    )


def _usable(proposal: Proposal) -> tuple[SignedVerdict, Candidate]:
    if proposal.signed is None or proposal.candidate is None:
        msg = f"{proposal.slot}: a change was planned without a signature or a row"
        raise IntegrityError(msg)
    return proposal.signed, proposal.candidate
