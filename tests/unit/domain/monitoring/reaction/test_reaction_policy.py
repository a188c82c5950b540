"""What `gates/reaction.toml` may say: every kind once, closed keys, what is hard is at once."""

import copy
import tomllib

import pytest

from openmed.domain.digest import Json
from openmed.domain.monitoring.reaction.reaction_policy import HARD, Reaction, reaction_policy
from openmed.domain.monitoring.regression_event import RegressionKind
from openmed.errors import PolicyError

Table = dict[str, dict[str, Json]]
GOOD: Table = tomllib.loads(
    """
critical_leak = { action = "rollback", reason = "it leaks" }
load_failure = { action = "rollback", reason = "it is dead" }
integrity = { action = "repair", reason = "it is good" }
gate_failed = { action = "hold", reason = "look at it" }
drift = { action = "rollback", nights = 2, within_days = 3, meanwhile = "hold", reason = "noise" }
behaviour_changed = { action = "ignore", limit = 4, reason = "another CPU" }
"""
)


def _changed(kind: str, **values: Json) -> Table:
    table = copy.deepcopy(GOOD)
    table[kind].update(values)
    return table


def _read(table: Table) -> None:
    reaction_policy(dict(table), what="gates/reaction.toml")


def test_each_kind_has_its_rule() -> None:
    """With the defaults of what is not said."""
    policy = reaction_policy(dict(GOOD), what="gates/reaction.toml")
    assert list(RegressionKind) == [kind for kind, _ in policy.rules]
    rule = policy.rule(RegressionKind.CRITICAL_LEAK)
    assert (Reaction.ROLLBACK, 1, 1, Reaction.IGNORE, 0) == (
        rule.action, rule.nights, rule.within_days, rule.meanwhile, rule.limit,
    )  # fmt: skip
    assert Reaction.HOLD is policy.rule(RegressionKind.DRIFT).meanwhile


@pytest.mark.parametrize("kind", [kind.value for kind in RegressionKind])
def test_no_kind_may_be_missing(kind: str) -> None:
    """Named."""
    table = {name: rule for name, rule in GOOD.items() if name != kind}
    with pytest.raises(PolicyError, match=rf"no table \[{kind}\]"):
        _read(table)


def test_an_unknown_kind_is_named_with_what_was_meant() -> None:
    """A typo would otherwise decide nothing."""
    with pytest.raises(PolicyError, match="'drifts'; did you mean `drift`"):
        _read({**GOOD, "drifts": GOOD["drift"]})


@pytest.mark.parametrize("kind", sorted(HARD))
@pytest.mark.parametrize("action", list(Reaction))
def test_what_is_hard_cannot_be_softened(kind: RegressionKind, action: Reaction) -> None:
    """Neither by another action nor by waiting."""
    table = _changed(kind.value, action=action.value)
    if action in HARD[kind]:
        _read(table)
        with pytest.raises(PolicyError, match="at once"):
            _read(_changed(kind.value, action=action.value, nights=2, within_days=2))
    else:
        with pytest.raises(PolicyError, match=f"action is {action.value}; wanted"):
            _read(table)


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        ("drift", {"action": "repair"}, "wanted ignore or hold or rollback"),
        ("drift", {"action": "sing"}, "action"),
        ("drift", {"nights": 0}, "nights"),
        ("drift", {"nights": 4}, "never acts"),
        ("drift", {"nights": "two"}, "nights"),
        ("drift", {"meanwhile": "rollback"}, "meanwhile is ignore or hold"),
        ("drift", {"limit": 3}, "belongs to"),
        ("drift", {"reason": ""}, "reason"),
        ("drift", {"reason": "a\nb"}, "reason"),
        ("drift", {"patience": 3}, "patience"),
        ("behaviour_changed", {"limit": -1}, "limit"),
    ],
)
def test_what_may_not_be_said_is_refused(kind: str, values: dict[str, Json], said: str) -> None:
    """In one sentence that names the table."""
    with pytest.raises(PolicyError) as caught:
        _read(_changed(kind, **values))
    assert "\n" not in caught.value.message
    assert f"[{kind}]" in caught.value.message
    assert said in caught.value.message


def test_a_rule_needs_its_reason() -> None:
    """Numbers without one cannot be reviewed."""
    table = copy.deepcopy(GOOD)
    del table["drift"]["reason"]
    with pytest.raises(PolicyError, match="reason"):
        _read(table)
