"""A slot released under a policy, and its next candidate under another one; all in memory."""

from support import builders, floors
from support.policy_changes import Table

from openmed.domain.attestation.policy_statement import PolicyStatement, SignedPolicyStatement
from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.digest import sha256_hex
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Against, Evidence
from openmed.domain.gates.policy import Policy, policy_from_table
from openmed.domain.gates.rules import GATES
from openmed.domain.gates.verdict import Verdict, check_policy, judge
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.release.flip import FlipPlan, plan_flip
from openmed.domain.release.flip_preconditions import Proposal
from openmed.domain.release.policy_change import (
    AllowedChange,
    PolicyChange,
    policy_change,
    statement_for,
)
from openmed.domain.wire import dump, from_plain, plain

SLOT = builders.SLOT
BASE: Table = {
    "schema": "openmed.policy/1",
    "milestone": "v2.0",
    "grade": "green",
    "reason": "a test",
    "suites": ["golden"],
    "performance_suite": "smoke",
    "max_age_hours": 24,
    "verifiers": ["release"],
    "gates": {
        "evidence": {"reason": "r", "suites": ["golden"], "min_support": 50, "min_families": 3},
        "recall_floor": {
            "reason": "r",
            "suite": "golden",
            "floor": 0.9,
            "labels": [{"label": "SSN", "floor": 0.8, "reason": "r"}],
        },
        "structured_recall": {"reason": "r", "suite": "golden", "floor": 0.9},
        "name_recall": {"reason": "r", "suite": "golden", "floor": 0.9},
        "critical_leakage": {
            "reason": "r",
            "suite": "golden",
            "labels": ["SSN", "PATIENT_NAME"],
            "allowed": 3,
        },
        "residual_leakage": {"reason": "r", "suite": "golden", "limit": 0.05, "steward": 0.04},
        "per_language": {
            "reason": "r",
            "suite": "golden",
            "limit": 0.05,
            "languages": [{"language": "nl", "limit": 0.04, "reason": "r"}],
        },
        "regression": {
            "reason": "r",
            "suite": "golden",
            "overall": 0.02,
            "per_label": 0.05,
            "widest": 0.1,
            "discordance": 0.005,
            "labels": [{"label": "SSN", "margin": 0.06, "reason": "r"}],
        },
        "latency": {"reason": "r", "tiers": [{"tier": "tiny", "p50_ms": 50.0, "p95_ms": 100.0}]},
        "memory": {"reason": "r", "tiers": [{"tier": "tiny", "peak_rss_mib": 350.0}]},
        "span_integrity": {"reason": "r", "allowed": 1},
        "calibration": {"reason": "r"},
        "manifest_coherence": {"reason": "r"},
        "reproducibility": {"reason": "r"},
    },
}


def policy_of(table: Table) -> Policy:
    """The policy of a table, which every gate can read."""
    policy = policy_from_table("test", table)
    check_policy(policy, GATES)
    return policy


OLD = policy_of(BASE)


def _evidence(content: bytes, against: Against) -> Evidence:
    live = builders.a_staged(content=b"first")
    return builders.an_evidence(
        content=content,
        against=against,
        baselines=(builders.a_report(live),) if against.artifact else (),
    )


def verdict_under(state: FleetState, policy: Policy, content: bytes) -> Verdict:
    """A candidate judged under a policy, which it passes."""
    against = state.against(SLOT, artifact=builders.artifact_of(content))
    floor = floors.floor_of(policy)
    return judge(
        _evidence(content, against), policy=policy, gates=GATES, floor=floor, now=builders.NOW
    )


def _proposal(
    state: FleetState, policy: Policy, content: bytes, found: AllowedChange | None = None
) -> Proposal:
    verdict = verdict_under(state, policy, content)
    proposal = builders.a_proposal(verdict, policy=policy)
    fields = {name: getattr(proposal, name) for name in Proposal.model_fields}
    made = Proposal(**{**fields, "floor": floors.floor_of(policy)})
    if found is None:
        return made
    return made.under(found.change, found.statement, why_not=found.why_not)


def _released() -> FleetState:
    plan = plan_flip(fold(()), (_proposal(fold(()), OLD, b"first"),), now=builders.NOW)
    assert plan.entry is not None, plan.results
    return fold((plan.entry,))


LIVE = _released()


def _never(data: bytes) -> SignedVerdict:
    raise AssertionError(data)


def change_to(state: FleetState, policy: Policy) -> PolicyChange | None:
    """What a policy demands less than the recorded one."""
    kept = {OLD.digest: OLD.content}
    return policy_change(
        state, policy, slot=SLOT, gates=GATES, evidence=kept.__getitem__, recorded=_never
    )


def signed_for(
    change: PolicyChange, *, verifier: str = "alice", keyid: str = "a" * 64, **fields: object
) -> SignedPolicyStatement:
    """A statement on a change, as if its signature had been verified."""
    made = statement_for(change, reason="gold was wrong", expires="2026-12-01T23:59:59Z")
    table = {**plain_of(made), **fields}
    statement = from_plain(PolicyStatement, table, what="statement")
    envelope = sha256_hex(dump(statement))
    return SignedPolicyStatement(
        statement=statement, verifier=verifier, keyid=keyid, envelope_digest=envelope
    )


def plain_of(value: Frozen) -> Table:
    """A value as a table."""
    table = plain(value)
    assert isinstance(table, dict)
    return dict(table)


def flip_under(state: FleetState, policy: Policy, found: AllowedChange) -> FlipPlan:
    """A flip to another candidate under a policy."""
    return plan_flip(state, (_proposal(state, policy, b"second", found),), now=builders.NOW)
