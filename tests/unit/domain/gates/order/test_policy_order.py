"""One policy beside another: every weakening is refused or named, no strengthening is."""

import tomllib
from typing import Any

import pytest
from support.policy_changes import POLICIES, SLOT, Change, Table, changes, copied

from openmed.domain.frozen import Frozen
from openmed.domain.gates.order.policy_order import Weakening, named, weakenings
from openmed.domain.gates.order.table_order import is_marked, mark_of, row_kind, weaker_keys
from openmed.domain.gates.policy import Policy, policy_from_table
from openmed.domain.gates.rules import GATES
from openmed.domain.gates.strictness import Rows, Stricter
from openmed.domain.gates.verdict import check_policy
from openmed.errors import PolicyError

EMAIL: Table = {"label": "EMAIL", "floor": 0.98, "reason": "r"}
ROWS: Table = {
    "recall_floor": {"labels": [EMAIL]},
    "residual_leakage": {"steward": 0.002},
    "per_language": {"languages": [{"language": "nl", "limit": 0.004, "reason": "r"}]},
    "regression": {
        "labels": [{"label": "EMAIL", "margin": 0.02, "reason": "r"}],
        "may_drop": ["CITY"],
        "may_drop_languages": [{"language": "nl", "reason": "r"}],
    },
    "precision": {
        "labels": [{"label": "EMAIL", "floor": 0.9, "reason": "r"}],
        "typed_labels": [{"label": "EMAIL", "floor": 0.9, "reason": "r"}],
    },
    "evidence": {"suites": ["golden", "smoke"]},
    "shield_regression": {"suites": ["shield-synthetic", "smoke"]},
}
"""What the default policy leaves out, so that every key has something to change."""


def _base() -> Table:
    table = tomllib.loads((POLICIES / "default.toml").read_text(encoding="utf-8"))
    for gate, more in ROWS.items():
        table["gates"][gate] |= copied(more)
    table["suites"] = ["golden", "shield-synthetic", "fresh", "smoke"]
    table["verifiers"] = ["release", "second"]
    return table


BASE = _base()
WEAKER = changes(BASE, GATES, is_weaker=True)
STRICTER = changes(BASE, GATES, is_weaker=False)


def _policy(table: Table) -> Policy:
    policy = policy_from_table("default", table)
    check_policy(policy, GATES)
    return policy


OLD = _policy(BASE)


def _found(table: Table, *, slot: str = SLOT) -> tuple[Weakening, ...]:
    return weakenings(OLD, _policy(table), gates=GATES, slot=slot)


def test_there_are_enough_of_both() -> None:
    """As many as were asked for; every key that decides is made weaker."""
    assert len(WEAKER) >= 60
    assert len(STRICTER) >= 60
    keys = {
        (gate.id, key)
        for gate in GATES
        for key, field in gate.table.model_fields.items()
        if mark_of(field) is not Stricter.WORDS
    }
    assert keys <= {(change.gate, change.key) for change in WEAKER}


def test_every_key_of_ours_declares_its_direction() -> None:
    """Of policies, of gates' tables and of their rows; no key is forgotten into `same`."""
    tables: list[type[Frozen]] = [Policy, *(gate.table for gate in GATES)]
    rows = [
        row_kind(field)
        for table in tables
        for field in table.model_fields.values()
        if isinstance(mark_of(field), Rows)
    ]
    undeclared = [
        f"{table.__name__}.{key}"
        for table in (*tables, *rows)
        for key, field in table.model_fields.items()
        if not is_marked(field)
    ]
    assert ["Policy.gates"] == undeclared


def test_a_key_without_a_direction_may_not_change() -> None:
    """A plug-in's key that declares nothing: any change is named, both ways, whatever it is."""

    class Bare(Frozen):
        number: float
        inner: tuple[str, ...] = ()

    small: Table = {"number": 1}
    large: Table = {"number": 2, "inner": ["a\u202eb"]}
    assert [("number", "1", "2"), ("inner", "none", '"a\\u202eb"')] == [
        tuple(one) for one in weaker_keys(Bare, small, large)
    ]
    assert ["number", "inner"] == [one.key for one in weaker_keys(Bare, large, small)]


def test_a_key_that_is_gone_is_named_and_a_new_one_is_not() -> None:
    """What an earlier engine's table held, and what it did not hold yet."""
    kind = next(gate.table for gate in GATES if gate.id == "drift")
    now: Table = {"suite": "golden", "limit": 0.1}
    assert [] == list(weaker_keys(kind, {"suite": "golden"}, now))
    assert [("least", "3", "no such key")] == [
        tuple(one) for one in weaker_keys(kind, {**now, "least": 3}, now)
    ]


@pytest.mark.parametrize("change", WEAKER, ids=lambda change: change.name)
def test_a_weakening_is_refused_or_named(change: Change) -> None:
    """With gate, key, old and new value."""
    try:
        found = _found(change.table)
    except PolicyError:
        return
    assert [(change.gate, change.key)] == [(one.gate, one.key.split(".")[0]) for one in found]
    assert all(one.old != one.new for one in found)


@pytest.mark.parametrize("change", STRICTER, ids=lambda change: change.name)
def test_a_strengthening_is_not_named(change: Change) -> None:
    """And can be used."""
    assert () == _found(change.table)


def test_few_weakenings_are_refused() -> None:
    """The order decides, not the reader of tables."""
    refused = []
    for change in WEAKER:
        try:
            _policy(change.table)
        except PolicyError:
            refused.append(change.name)
    assert len(refused) * 4 < len(WEAKER), refused


def test_the_same_policy_is_no_weaker() -> None:
    """Nor with its gates in another order, nor with other words."""
    words = copied(BASE)
    words["gates"] = dict(reversed(words["gates"].items()))
    words |= {"reason": "another", "milestone": "v3.0"}
    words["gates"]["evidence"]["reason"] = "another"
    assert () == _found(BASE) == _found(words)


FEWER = (
    "critical_leakage.labels ACCOUNT_NUMBER, CREDIT_CARD, HEALTH_PLAN_ID, IBAN, MRN, OTHER_ID, SSN "
    "→ ACCOUNT_NUMBER, HEALTH_PLAN_ID, MRN, SSN"
)
PAIRS: dict[str, tuple[Any, ...]] = {
    "a limit": ("residual_leakage", {"limit": 0.1}, "residual_leakage.limit 0.005 → 0.1"),
    "the steward's target is given up": (
        "residual_leakage",
        {"steward": None},
        "residual_leakage.steward 0.002 → none",
    ),
    "a label's own floor": (
        "recall_floor",
        {"labels": [{"label": "EMAIL", "floor": 0.5, "reason": "r"}]},
        "recall_floor.labels.EMAIL 0.98 → 0.5",
    ),
    "a label that had the common floor": (
        "recall_floor",
        {
            "labels": [
                *ROWS["recall_floor"]["labels"],
                {"label": "SSN", "floor": 0.5, "reason": "r"},
            ]
        },
        "recall_floor.labels.SSN 0.995 (floor) → 0.5",
    ),
    "a label's own limit is given up": (
        "per_language",
        {"languages": []},
        "per_language.languages.nl 0.004 → 0.005 (limit)",
    ),
    "a label's margin is given up": (
        "regression",
        {"labels": []},
        "regression.labels.EMAIL 0.02 → 0.1 (widest)",
    ),
    "fewer names": (
        "critical_leakage",
        {"labels": ["SSN", "MRN", "HEALTH_PLAN_ID", "ACCOUNT_NUMBER"]},
        FEWER,
    ),
    "it only reports": ("precision", {"blocking": False}, "precision.blocking true → false"),
    "another suite": ("name_recall", {"suite": "smoke"}, "name_recall.suite golden → smoke"),
}


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_a_weakening_says_gate_key_old_and_new(name: str) -> None:
    """In one line, as plan, ledger and page show it."""
    gate, new, said = PAIRS[name]
    table = copied(BASE)
    table["gates"][gate] |= new
    table["gates"][gate] = {
        key: one for key, one in table["gates"][gate].items() if one is not None
    }
    assert [said] == [one.sentence for one in _found(table)]


def test_a_target_that_nobody_set_is_not_named_beside_the_limit() -> None:
    """Without a steward the limit holds; it gets weaker once, not twice."""
    table = copied(BASE)
    del table["gates"]["residual_leakage"]["steward"]
    loose = copied(table)
    loose["gates"]["residual_leakage"]["limit"] = 0.1
    found = weakenings(_policy(table), _policy(loose), gates=GATES, slot=SLOT)
    assert ["residual_leakage.limit 0.005 → 0.1"] == [one.sentence for one in found]


def test_rows_of_other_slots_do_not_matter() -> None:
    """Another tier's budget, another format's limit: nothing to this slot, but to that one."""
    table = copied(BASE)
    table["gates"]["latency"]["tiers"].append({"tier": "nano", "p50_ms": 1, "p95_ms": 2})
    table["gates"]["quantization"]["formats"][0]["below"] = 0.1
    assert () == _found(table)
    assert [
        "latency.tiers.nano.p50_ms not judged → 1",
        "latency.tiers.nano.p95_ms not judged → 2",
    ] == [one.sentence for one in _found(table, slot="pii::nano::onnx-q4")]
    assert ["quantization.formats.int8 0.005 → 0.1"] == [
        one.sentence for one in _found(table, slot="pii::tiny::int8")
    ]


def test_listed_keys_after_a_developers_own_are_no_weaker() -> None:
    """Where anybody's key counted, a named one adds nobody; the other way round it does."""
    mine = {**BASE, "grade": "preview", "verifiers": ["local"]}
    old, new = _policy(mine), _policy({**mine, "verifiers": ["release"]})
    assert () == weakenings(old, new, gates=GATES, slot=SLOT)
    assert ["policy.verifiers release → local"] == [
        one.sentence for one in weakenings(new, old, gates=GATES, slot=SLOT)
    ]


def test_isolation_that_is_waived_is_weaker() -> None:
    """And it is named; to require it again is not."""
    waived = {"isolation": "none", "isolation_reason": "our own code"}
    found = _found({**copied(BASE), **waived})
    assert ["policy.isolation required → none"] == [one.sentence for one in found]
    assert () == weakenings(_policy({**BASE, **waived}), OLD, gates=GATES, slot=SLOT)


def test_a_gate_that_does_not_apply_is_not_compared_further() -> None:
    """It was no limit, so whatever holds now is no weaker."""
    table = copied(BASE)
    table["gates"]["latency"] = {"reason": "r", "not_applicable": "no clock"}
    old = _policy(table)
    assert () == weakenings(old, OLD, gates=GATES, slot=SLOT)


def test_three_weakenings_are_named_and_the_others_counted() -> None:
    """A sentence stays one a person reads."""
    one = Weakening(gate="g", key="k", old="1", new="2")
    assert named((one,) * 5) == "g.k 1 → 2; g.k 1 → 2; g.k 1 → 2; and 2 more"
