"""Weaker policies, made from the marks of gates' keys: each is refused, or named everywhere."""

import importlib.resources

import pytest
from support import builders
from support.policy_changes import Change, changes
from support.weaker_policies import (
    BASE,
    LIVE,
    OLD,
    SLOT,
    change_to,
    flip_under,
    policy_of,
    signed_for,
    verdict_under,
)

from openmed.app.plan import Plan, PlannedSlot, PlannedStep, Todo
from openmed.app.policies import PolicyStanding
from openmed.cli.render.plan_text import plan_text
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.rules import GATES
from openmed.domain.ledger.changes import PolicyWeakened, Promoted
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.pages.inputs import ReleaseRecord, Template, TrustInputs
from openmed.domain.pages.renderers import RENDERERS
from openmed.domain.release.flip import FlipPlan, SlotOutcome
from openmed.domain.release.policy_change import AllowedChange, PolicyChange
from openmed.errors import PolicyError
from openmed.exit_codes import ExitCode

TEMPLATES = tuple(
    Template(name=file.name, source=file.read_text(encoding="utf-8"))
    for file in importlib.resources.files("openmed").joinpath("templates").iterdir()
    if file.name.endswith(".j2")
)


def _is_read(change: Change) -> bool:
    try:
        policy_of(change.table)
    except PolicyError:
        return False
    return True


WEAKER = [one for one in changes(BASE, GATES, is_weaker=True) if _is_read(one)]
STRICTER = [one for one in changes(BASE, GATES, is_weaker=False) if _is_read(one)]


def test_there_are_enough() -> None:
    """As many as were asked for, that a policy may hold at all."""
    assert len(WEAKER) >= 60
    assert len(STRICTER) >= 30


@pytest.mark.parametrize("change", WEAKER, ids=lambda change: change.name)
def test_a_weakening_is_refused_until_it_is_approved_and_then_named(change: Change) -> None:
    """Gate, key, old and new value: in the refusal, in the plan, in the ledger, on the page."""
    policy = policy_of(change.table)
    found = change_to(LIVE, policy)
    assert found is not None
    names = [(one.gate, one.key.split(".")[0]) for one in found.weaker]
    assert {(change.gate, change.key)} == set(names)
    sentences = [one.sentence for one in found.weaker]

    refused = flip_under(LIVE, policy, AllowedChange(found))
    result = refused.results[0]
    assert refused.entry is None
    assert (SlotOutcome.REFUSED, ExitCode.HELD) == (result.standing, result.exit_code)
    assert sentences[0] in result.reason
    text = plan_text(_plan(found, result=refused), program="openmed", width=400)
    assert [] == [one for one in sentences if one not in text]
    assert "next: openmed release approve pii::tiny::onnx" in text

    signed = signed_for(found)
    plan = flip_under(LIVE, policy, AllowedChange(found, signed))
    assert plan.entry is not None, plan.results
    promoted, weakened = plan.entry.changes
    assert isinstance(promoted, Promoted)
    assert isinstance(weakened, PolicyWeakened)
    assert found.weaker == weakened.weaker
    assert (OLD.digest, policy.digest) == (weakened.old.digest, weakened.new.digest)
    assert {policy.digest, signed.envelope_digest} <= set(plan.entry.evidence)

    page = _card(fold((*LIVE.entries, plan.entry)), policy)
    for one in found.weaker:
        cells = f"<code>{one.gate}</code></th><td><code>{one.key}</code></td><td>{one.old}</td>"
        assert f"{cells}<td>{one.new}</td>" in page


STEPS = tuple(
    PlannedStep(task=name, todo=Todo.KEEP, reason="") for name in ("stage", "benchmark", "compare")
)


def _plan(found: PolicyChange, *, result: FlipPlan) -> Plan:
    standing = PolicyStanding(slot=SLOT, policy="test", since=found.tag, weaker=found.weaker)
    slot = PlannedSlot(
        slot=SLOT, repo_id="org/tiny", steps=STEPS, result=result.results[0], policy=standing
    )
    return Plan(slots=(slot,), is_flipping=False, outdated=())


def _card(state: FleetState, policy: Policy) -> str:
    live = state.live[0]
    record = ReleaseRecord(
        live=live,
        verdict=verdict_under(LIVE, policy, b"second"),
        verifier="release",
        reports=(builders.a_report(builders.a_staged(content=b"second")),),
        performance=builders.a_performance(),
        weakened=state.weakening_of(live.release),
    )
    inputs = TrustInputs(
        state=state, releases=(record,), pins=(builders.a_pin(),), templates=TEMPLATES
    )
    files = {file.path: file.content for _, render in RENDERERS for file in render(inputs)}
    assert "weaker policy" in files["status/index.html"]
    return files["cards/pii--tiny--onnx/index.html"]


@pytest.mark.parametrize("change", STRICTER, ids=lambda change: change.name)
def test_a_strengthening_needs_nobody(change: Change) -> None:
    """No change to record, in plan or ledger."""
    assert None is change_to(LIVE, policy_of(change.table))
