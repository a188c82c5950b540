"""Weaker policies, made from the marks of gates' keys: each is refused, or named everywhere."""

import importlib.resources

import pytest
from support import builders, floors
from support.policy_changes import Change, changes, with_another_suite
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
from openmed.domain.gates.order.floor import below_floor
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.rules import GATES
from openmed.domain.ledger.changes import PolicyWeakened, Promoted
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.pages.inputs import ReleaseRecord, Template, TrustInputs
from openmed.domain.pages.renderers import RENDERERS
from openmed.domain.release.flip import FlipPlan
from openmed.domain.release.policy_change import AllowedChange, PolicyChange
from openmed.domain.release.results.slot_result import SlotOutcome
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
    assert len(STRICTER) >= 60


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


def _plan(found: PolicyChange | None, *, result: FlipPlan) -> Plan:
    since, weaker = (found.tag, found.weaker) if found else ("", ())
    standing = PolicyStanding(slot=SLOT, policy="test", since=since, weaker=weaker)
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
    assert ("weaker policy" in files["status/index.html"]) is (record.weakened is not None)
    return files["cards/pii--tiny--onnx/index.html"]


@pytest.mark.parametrize("change", STRICTER, ids=lambda change: change.name)
def test_a_strengthening_needs_nobody(change: Change) -> None:
    """Nothing is named in plan, ledger or page; what stops it is a gate, never the policy."""
    policy = policy_of(change.table)
    assert None is change_to(LIVE, policy)
    plan = flip_under(LIVE, policy, AllowedChange(None))
    assert "weaker" not in plan_text(_plan(None, result=plan), program="openmed", width=400)
    if plan.entry is None:
        verdict = verdict_under(LIVE, policy, b"second")
        # A suite that is asked besides has no report here.
        assert verdict.deciding or "it cites no report of" in plan.results[0].reason
        assert SlotOutcome.RELEASED is not plan.results[0].standing
        return
    assert [Promoted] == [type(one) for one in plan.entry.changes]
    assert "weaker policy" not in _card(fold((*LIVE.entries, plan.entry)), policy)


SWAPS = with_another_suite(BASE, "golden", "golden-easy")


@pytest.mark.parametrize("change", SWAPS, ids=lambda change: change.name)
def test_another_suite_in_place_of_a_new_edition_is_a_weakening(change: Change) -> None:
    """An easier suite under another name is bound to nothing, so a person must approve it."""
    policy = policy_of(change.table)
    found = change_to(LIVE, policy)
    assert found is not None
    sentences = [one.sentence for one in found.weaker]
    assert f"{change.gate}.{change.key} golden → golden-easy" in sentences
    refused = flip_under(LIVE, policy, AllowedChange(found))
    assert refused.entry is None
    below = below_floor(policy, floors.floor_of(OLD), gates=GATES, declared=())
    assert (change.gate, change.key) in {(one.gate, one.key) for one in below}


def test_every_gate_of_a_suite_is_swapped() -> None:
    """Nine gates of the policy name golden, and the policy does."""
    assert {"evidence", "recall_floor", "critical_leakage", "regression", "policy"} <= {
        change.gate for change in SWAPS
    }
    assert len(SWAPS) >= 9
