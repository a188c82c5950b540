"""What a slot's policy demands less than the one its live release was judged by. Pure.

Releases since ledger version 2 have their policy in full among their evidence. Of older ones the
ledger has the digest, and the signed verdict shows which gates decided.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from openmed.domain.attestation.policy_statement import PolicyStatement, SignedPolicyStatement
from openmed.domain.attestation.signature_rules import closed_reason, shared_with_judge
from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.frozen import Digest, Frozen
from openmed.domain.gates.gate import CONDEMNED_BEHAVIOUR, Gate, Outcome
from openmed.domain.gates.order.policy_order import NOT_NAMED, POLICY, Weakening, named, weakenings
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.results.grade import Grade
from openmed.domain.gates.verdict import OF_OTHERS, PERFORMANCE, PolicyReference, Verdict
from openmed.domain.ledger.changes import PolicyWeakened
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.suites.suite import PREVIOUS
from openmed.domain.wire import parse
from openmed.errors import EvidenceError, IntegrityError

UNKNOWN = "an earlier engine did not record its limits"
_LONGEST = 300


class PolicyChange(Frozen):
    """Another policy than the one the slot's release was judged by.

    Attributes:
        slot: whose.
        tag: entry that made the release.
        old: what it was judged by.
        new: digest of today's.
        weaker: what is demanded less; empty where nothing is known to be.
        is_known: whether the older limits were recorded.
    """

    slot: str
    tag: str
    old: PolicyReference
    new: Digest
    weaker: tuple[Weakening, ...]
    is_known: bool

    @property
    def sentence(self) -> str:
        """What is weaker, and than what; for people."""
        than = f"policy {self.old.name} of {self.tag}"
        if not self.weaker:
            return f"another policy than {than}; {UNKNOWN}"
        rest = "" if self.is_known else f"; {UNKNOWN}"
        return f"weaker than {than}: {named(self.weaker)}{rest}"


class StatedFile(NamedTuple):
    """A file with a policy statement.

    Attributes:
        name: of the file.
        envelope: its bytes.
        signed: the statement; None when its signature does not count.
        fault: why it does not.
    """

    name: str
    envelope: bytes
    signed: SignedPolicyStatement | None
    fault: str = ""


class AllowedChange(NamedTuple):
    """A change of a policy, and who allowed it.

    Attributes:
        change: what is weaker; None where nothing is.
        statement: what allows it; None where nothing does, or nothing need.
        envelopes: its bytes.
        why_not: why a statement that is there does not allow it; empty where none is there.
    """

    change: PolicyChange | None
    statement: SignedPolicyStatement | None = None
    envelopes: tuple[bytes, ...] = ()
    why_not: str = ""


def policy_change(  # noqa: PLR0913 - two policies, and where the older one is found
    state: FleetState,
    policy: Policy,
    *,
    slot: str,
    gates: tuple[Gate, ...],
    evidence: Callable[[str], bytes],
    recorded: Callable[[bytes], SignedVerdict],
) -> PolicyChange | None:
    """Compare a slot's policy with the one its release was judged by.

    Args:
        state: the ledger.
        policy: the slot's policy now.
        slot: whose.
        gates: every gate there is.
        evidence: gives an evidence file's bytes, checked against its name.
        recorded: checks the signature of a verdict that was released.

    Returns:
        None where nothing is weaker, or the slot never had a release.

    Raises:
        IntegrityError: the evidence of the release is not whole.
    """
    last = state.last_served(slot)
    if last is None or last.release.policy.digest == policy.digest:
        return None
    release = last.release
    if release.policy_file is not None:
        old = _policy_in(evidence(release.policy_file), release.policy)
        weaker = weakenings(old, policy, gates=gates, slot=slot)
    else:
        signed = recorded(evidence(release.verdict))
        weaker = tuple(_weaker_than_judged(signed.verdict, policy))
    is_known = release.policy_file is not None
    if is_known and not weaker:
        return None
    return PolicyChange(
        slot=slot,
        tag=last.tag,
        old=release.policy,
        new=policy.digest,
        weaker=weaker,
        is_known=is_known,
    )


def _policy_in(data: bytes, reference: PolicyReference) -> Policy:
    what = f"the recorded policy {reference.name}"
    try:
        policy = parse(Policy, data, what=what)
    except EvidenceError as error:
        raise IntegrityError(error.message) from None
    if policy.digest != reference.digest:
        msg = f"{what} is not the one of digest {reference.digest[:16]}"
        raise IntegrityError(msg)
    return policy


def _weaker_than_judged(old: Verdict, new: Policy) -> Iterator[Weakening]:
    """What can be seen without the older limits: its grade, suites and gates, which decided."""
    if old.policy.grade is Grade.GREEN and new.grade is not Grade.GREEN:
        yield Weakening(gate=POLICY, key="grade", old=old.policy.grade, new=new.grade)
    measured = tuple(row.suite for row in old.reports if _is_of_a_suite(row.suite))
    if not set(measured) <= set(new.suites):
        was, today = (", ".join(sorted(names))[:_LONGEST] for names in (measured, new.suites))
        yield Weakening(gate=POLICY, key="suites", old=was, new=today)
    now = {table.id: table for table in new.gates}
    for result in old.results:
        table = now.get(result.id)
        if result.id == CONDEMNED_BEHAVIOUR:
            continue
        if table is None:
            yield Weakening(gate=result.id, key="gate", old="named", new=NOT_NAMED)
            continue
        if result.blocking and not table.blocking:
            yield Weakening(gate=result.id, key="blocking", old="true", new="false")
        if result.outcome is not Outcome.NOT_APPLICABLE and table.not_applicable is not None:
            yield Weakening(gate=result.id, key="not_applicable", old="none", new="set")


def _is_of_a_suite(report: str) -> bool:
    """Whether a report of a verdict is the candidate's own, on a suite that its policy names."""
    return report != PERFORMANCE and not report.startswith((*OF_OTHERS, PREVIOUS))


def approve_command(slot: str) -> str:
    """The command that signs a policy statement; a person puts in why, and until when."""
    return f"openmed release approve {slot} --reason REASON --expires YYYY-MM-DD"


def statement_for(change: PolicyChange, *, reason: str, expires: str) -> PolicyStatement:
    """The statement that allows a weaker policy."""
    return PolicyStatement(
        slot=change.slot,
        old=change.old.digest,
        new=change.new,
        weaker=change.weaker,
        reason=reason,
        expires=expires,
    )


def is_about(signed: SignedPolicyStatement, change: PolicyChange) -> bool:
    """Whether a statement names the slot and both policies of a change."""
    said = signed.statement
    return (said.slot, said.old, said.new) == (change.slot, change.old.digest, change.new)


def unusable(  # noqa: PLR0911 - one refusal after the other
    state: FleetState,
    signed: SignedPolicyStatement,
    change: PolicyChange,
    *,
    judge: SignedVerdict | None,
    now: str,
) -> str:
    """Why a statement does not allow a change now; empty when it does.

    Args:
        state: the ledger.
        signed: the statement, its signature verified.
        change: what it would allow.
        judge: the verdict that would be used; None while there is none.
        now: decides its expiry.
    """
    who = f"the statement of {signed.verifier}"
    void = closed_reason(state, keyid=signed.keyid, evidence=signed.envelope_digest)
    if void:
        return f"{who} is void: {void}"
    if not is_about(signed, change):
        return f"{who} is about another slot or other policies"
    if signed.statement.weaker != change.weaker:
        return f"{who} lists other keys than are weaker today"
    shared = "" if judge is None else shared_with_judge(signed, judge)
    if shared:
        return f"{who} is by the {shared} of the verdict; another person must sign it"
    if signed.statement.expires < now:
        return f"{who} expired at {signed.statement.expires}"
    if signed.envelope_digest in state.spent:
        return f"{who} was used by an earlier flip"
    return ""


def allowed(
    state: FleetState,
    change: PolicyChange,
    files: tuple[StatedFile, ...],
    *,
    judge: SignedVerdict | None,
    now: str,
) -> AllowedChange:
    """The statement among some files that allows a change now, or why none does.

    Args:
        state: the ledger.
        change: what is to be allowed.
        files: statements that people put into the repository.
        judge: the verdict that would be used; None while there is none.
        now: decides expiry.
    """
    why: list[str] = []
    for file in files:
        if file.signed is None:
            why.append(f"gates/waivers/{file.name}: {file.fault}")
        elif is_about(file.signed, change):
            reason = unusable(state, file.signed, change, judge=judge, now=now)
            if not reason:
                return AllowedChange(change, file.signed, (file.envelope,))
            why.append(reason)
    return AllowedChange(change, why_not="; ".join(why[:1]))


def weakened(
    change: PolicyChange,
    signed: SignedPolicyStatement | None,
    *,
    new: PolicyReference,
    generation: int,
) -> PolicyWeakened:
    """What the ledger records of a release under another policy than the one before it."""
    used = signed if change.weaker else None
    return PolicyWeakened(
        slot=change.slot,
        generation=generation,
        old=change.old,
        new=new,
        weaker=change.weaker,
        is_known=change.is_known,
        statement=used.envelope_digest if used else None,
        verifier=used.verifier if used else None,
        reason=used.statement.reason if used else None,
    )


def check_weakened(
    state: FleetState,
    change: PolicyWeakened,
    *,
    stated: Callable[[str], SignedPolicyStatement],
    judged: Callable[[str], SignedVerdict],
) -> None:
    """Check the statement that the ledger says allowed a weaker policy.

    Args:
        state: the ledger.
        change: what it says.
        stated: gives the verified statement in an evidence file.
        judged: gives the verified verdict in an evidence file.

    Raises:
        IntegrityError: it does not verify, or is about something else.
    """
    if change.statement is None:
        return
    what = f"the weaker policy of {change.slot} generation {change.generation}"
    signed = stated(change.statement)
    said = signed.statement
    wanted = (change.slot, change.old.digest, change.new.digest, change.weaker, change.reason)
    if (said.slot, said.old, said.new, said.weaker, said.reason) != wanted:
        msg = f"{what}: the signed statement is about something else"
        raise IntegrityError(msg)
    void = closed_reason(state, keyid=signed.keyid, evidence=signed.envelope_digest)
    if void:
        msg = f"{what}: {void}"
        raise IntegrityError(msg)
    served = state.generation(change.slot, change.generation)
    if served is not None:
        judge = judged(served.release.verdict)
        if shared_with_judge(signed, judge):
            msg = f"{what}: the statement is by {signed.verifier}, whose verdict released it"
            raise IntegrityError(msg)
