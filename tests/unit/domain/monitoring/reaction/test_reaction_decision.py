"""What follows from an event: by the policy, by what is live, and by earlier nights."""

import itertools

import pytest
from support import builders, fleets

from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.monitoring.reaction.reaction_decision import (
    decide,
    event_fault,
    reason_of,
    tags_about,
)
from openmed.domain.monitoring.reaction.reaction_policy import (
    Reaction,
    ReactionPolicy,
    ReactionRule,
)
from openmed.domain.monitoring.regression_event import RegressionEvent, RegressionKind

A, B = b"first", b"second"
STATE = fleets.a_fleet(A, B)
AT_ONCE = ReactionRule(action=Reaction.ROLLBACK, reason="now")
LATER = ReactionRule(
    action=Reaction.ROLLBACK, nights=3, within_days=4, meanwhile=Reaction.HOLD, reason="noise"
)


def _policy(rule: ReactionRule) -> ReactionPolicy:
    return ReactionPolicy(rules=tuple((kind, rule) for kind in RegressionKind))


def _event(
    *,
    at: str = "2026-11-24T13:00:00Z",
    generation: int = 2,
    content: bytes = B,
    kind: RegressionKind = RegressionKind.DRIFT,
    changed: int | None = None,
) -> RegressionEvent:
    return RegressionEvent(
        slot=builders.SLOT,
        generation=generation,
        artifact=builders.artifact_of(content),
        kind=kind,
        monitor="nightly",
        detail="recall fell",
        detected_at=at,
        changed=changed,
    )


def _night(day: int, **fields: int) -> RegressionEvent:
    return _event(at=f"2026-11-{day}T13:00:00Z", changed=fields.get("changed"))


def _reaction(
    event: RegressionEvent,
    *history: RegressionEvent,
    rule: ReactionRule = LATER,
    state: FleetState = STATE,
) -> Reaction:
    return decide(event, history=history, state=state, policy=_policy(rule)).reaction


def test_what_is_confirmed_by_one_night_is_done() -> None:
    """Whatever the kind."""
    for kind in RegressionKind:
        assert Reaction.ROLLBACK is _reaction(_event(kind=kind), rule=AT_ONCE)


@pytest.mark.parametrize(
    ("earlier", "wanted"),
    [
        ((), Reaction.HOLD),
        ((26,), Reaction.HOLD),
        ((25, 26), Reaction.ROLLBACK),
        ((24, 26), Reaction.ROLLBACK),
        ((23, 26), Reaction.HOLD),
        ((22, 23, 24), Reaction.HOLD),
    ],
)
def test_nights_within_the_days_add_up(earlier: tuple[int, ...], wanted: Reaction) -> None:
    """Three of four; the one of the 27th is the newest."""
    assert wanted is _reaction(_night(27), *(_night(day) for day in earlier))


def test_the_order_of_events_decides_nothing() -> None:
    """Also when the newest was given first."""
    nights = [_night(day) for day in (24, 25, 27)]
    for first, *others in itertools.permutations(nights):
        assert Reaction.ROLLBACK is _reaction(first, *others)


def test_a_day_counts_once() -> None:
    """Ten findings of one day are one night, and an event is not its own second."""
    same = [_event(at=f"2026-11-24T13:00:{second:02}Z") for second in range(10)]
    assert Reaction.HOLD is _reaction(same[0], *same)


@pytest.mark.parametrize(
    "other",
    [
        _event(kind=RegressionKind.GATE_FAILED, at="2026-11-25T13:00:00Z"),
        _event(generation=1, content=A, at="2026-11-25T13:00:00Z"),
    ],
)
def test_nights_of_something_else_do_not_count(other: RegressionEvent) -> None:
    """Another kind, another release."""
    assert Reaction.HOLD is _reaction(_night(26), _night(24), other)


def test_what_the_policy_allows_is_ignored_and_is_no_night() -> None:
    """A count that is not known is never within a limit."""
    rule = ReactionRule(action=Reaction.ROLLBACK, nights=2, within_days=3, limit=4, reason="CPU")
    assert Reaction.IGNORE is _reaction(_night(26, changed=4), _night(25, changed=9), rule=rule)
    assert Reaction.IGNORE is _reaction(_night(26, changed=5), _night(25, changed=4), rule=rule)
    assert Reaction.ROLLBACK is _reaction(_night(26, changed=5), _night(25), rule=rule)


@pytest.mark.parametrize("rule", [AT_ONCE, LATER])
def test_an_event_of_what_is_no_longer_live_decides_nothing(rule: ReactionRule) -> None:
    """Replaced, or withdrawn."""
    old = _event(generation=1, content=A)
    decision = decide(old, history=(), state=STATE, policy=_policy(rule))
    assert (Reaction.IGNORE, True) == (decision.reaction, "replaced by 2" in decision.reason)


FAULTS = {
    "is later than now": _event(at="2026-11-24T20:00:00Z"),
    "before generation 2": _event(at="2026-11-24T11:00:00Z"),
    "generation 9 of pii::tiny::onnx, which never was": _event(generation=9),
    "and generation 2 of pii::tiny::onnx is": _event(content=A),
}


@pytest.mark.parametrize("said", sorted(FAULTS))
def test_what_cannot_be_true_is_said(said: str) -> None:
    """In one line."""
    fault = event_fault(FAULTS[said], state=STATE, now="2026-11-24T13:00:00Z")
    assert said in fault
    assert fault.isprintable()


def test_a_slot_that_never_was_is_said() -> None:
    """In an empty ledger every slot is."""
    fault = event_fault(_event(), state=fold(()), now="2026-11-24T13:00:00Z")
    assert "nothing was ever live" in fault


def test_clocks_may_differ_by_minutes() -> None:
    """Either way."""
    for at in ("2026-11-24T13:04:00Z", "2026-11-24T11:56:00Z"):
        assert "" == event_fault(_event(at=at), state=STATE, now="2026-11-24T13:00:00Z")


def test_the_ledger_names_an_event_in_one_line_that_fits() -> None:
    """However long its sentence is."""
    long = RegressionEvent.model_validate({**dict(_event()), "detail": "x" * 400})
    assert 400 == len(reason_of(long))
    assert reason_of(_event()).startswith(f"event {_event().digest[:16]}: drift: ")
    assert () == tags_about(_event(), state=STATE)
