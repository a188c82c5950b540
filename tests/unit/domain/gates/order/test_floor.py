"""The floor: a green policy may be stricter, never hollow; a preview is not bound."""

import tomllib

import pytest
from support import builders, floors
from support.policy_changes import POLICIES, Change, Table, changes, copied

from openmed.domain.gates.order.floor import (
    Floor,
    below_floor,
    floor_digest,
    floor_from_table,
    require_floor,
)
from openmed.domain.gates.policy import Policy, policy_from_table
from openmed.domain.gates.rules import GATES
from openmed.errors import PolicyError

BASE: Table = tomllib.loads((POLICIES / "default.toml").read_text(encoding="utf-8"))
BASE["suites"] = ["golden", "shield-synthetic", "fresh", "smoke"]
FILE: Table = tomllib.loads((POLICIES / "floor.toml").read_text(encoding="utf-8"))
FLOOR = floor_from_table(FILE)
BOUND = {gate.id for gate in FLOOR.gates}
WEAKER = [
    one
    for one in changes(BASE, GATES, is_weaker=True)
    if one.gate in BOUND and one.name != "calibration-na"
]
STRICTER = changes(BASE, GATES, is_weaker=False)


def _policy(table: Table) -> Policy:
    return policy_from_table("default", table)


DECLARED = ("PATIENT_NAME", "SSN")


def _require(
    table: Table, floor: Floor | None = FLOOR, *, declared: tuple[str, ...] = DECLARED
) -> None:
    require_floor(_policy(table), floor, gates=GATES, declared=declared)


@pytest.mark.parametrize("change", WEAKER, ids=lambda change: change.name)
def test_a_green_policy_below_the_floor_is_refused(change: Change) -> None:
    """The default policy stands on it, so every weakening of a gate it names is below."""
    with pytest.raises(PolicyError) as caught:
        _require(change.table)
    assert change.gate in caught.value.message


@pytest.mark.parametrize("change", STRICTER, ids=lambda change: change.name)
def test_a_stricter_policy_stands_on_the_floor(change: Change) -> None:
    """Whatever else it asks for."""
    _require(change.table)


@pytest.mark.parametrize("change", WEAKER, ids=lambda change: change.name)
def test_a_preview_is_not_bound(change: Change) -> None:
    """As it was."""
    _require({**change.table, "grade": "preview"})


def test_a_policy_of_one_gate_is_no_green_policy() -> None:
    """A model with recall 0 on 11 of 12 labels was released green under it."""
    gates = {"reproducibility": BASE["gates"]["reproducibility"]}
    with pytest.raises(PolicyError) as caught:
        _require({**BASE, "gates": gates})
    assert (
        "policy default has grade green and is weaker than gates/policy/floor.toml: "
        "evidence.gate named → not named; recall_floor.gate named → not named; "
        "structured_recall.gate named → not named; and 12 more; make it as strict, or write grade "
        "preview"
    ) == caught.value.message


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"suites": ["golden"]}, "policy.suites golden, shield-synthetic → golden"),
        ({"max_age_hours": 48}, "policy.max_age_hours 24 → 48"),
    ],
)
def test_the_policys_own_keys_have_a_floor_too(change: Table, said: str) -> None:
    """What is measured, and how long a verdict waits."""
    policy = builders.a_policy()
    floor = floors.floor_of(policy)
    wide = Floor(
        reason="r", suites=("golden", "shield-synthetic"), max_age_hours=24, gates=floor.gates
    )
    fields = {name: getattr(policy, name) for name in Policy.model_fields}
    other = Policy(**{**fields, "suites": wide.suites, **_tuples(change)})
    assert [said] == [
        one.sentence for one in below_floor(other, wide, gates=GATES, declared=DECLARED)
    ]


def _tuples(change: Table) -> Table:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in change.items()}


def test_without_a_floor_nothing_is_green() -> None:
    """Fail closed: an older repository is brought along by `openmed upgrade`."""
    with pytest.raises(PolicyError, match=r"there is no gates/policy/floor\.toml") as caught:
        _require(BASE, None)
    assert caught.value.next_step == "openmed upgrade"
    _require({**BASE, "grade": "preview"}, None)


BAD: dict[str, tuple[Table, str]] = {
    "no gates": ({**FILE, "gates": {}}, "nothing would be judged"),
    "an unknown key": ({**FILE, "verifiers": ["release"]}, "unknown key `verifiers`"),
    "no suite": ({**FILE, "suites": []}, "suites"),
    "another schema": ({**FILE, "schema": "openmed.policy/1"}, "schema"),
    "no schema": ({k: v for k, v in FILE.items() if k != "schema"}, "schema"),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_floor_that_cannot_be_read_is_refused(name: str) -> None:
    """Never a default in code."""
    table, said = BAD[name]
    with pytest.raises(PolicyError, match="floor") as caught:
        floor_from_table(table)
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("gate", "settings", "said"),
    [
        ("critical_leakagee", {"allowed": 0}, "unknown gate critical_leakagee"),
        ("drift", {"suite": "golden", "limt": 0.1}, "unknown key `limt`; did you mean `limit`?"),
    ],
)
def test_a_floor_with_a_table_nobody_knows_binds_nothing_away(
    gate: str, settings: Table, said: str
) -> None:
    """A misspelt gate in the floor must not read as one that asks for nothing."""
    table = copied(FILE)
    table["gates"][gate] = {"reason": "r", **settings}
    with pytest.raises(PolicyError) as caught:
        _require(BASE, floor_from_table(table))
    assert said in caught.value.message
    assert "policy floor" in caught.value.message


def test_a_gate_the_floor_lets_off_must_still_be_named() -> None:
    """`not_applicable` in the floor: whether it applies is the slot's policy's to say."""
    floor = FLOOR
    off = copied(BASE)
    off["gates"]["calibration"]["not_applicable"] = "it has none"
    _require(off, floor)
    del off["gates"]["calibration"]
    with pytest.raises(PolicyError, match=r"calibration\.gate named → not named"):
        _require(off, floor)


def test_a_gate_about_labels_nobody_declares_need_not_apply() -> None:
    """A model of names only has no critical label; one that declares an SSN has."""
    off = copied(BASE)
    for gate in ("critical_leakage", "structured_recall"):
        off["gates"][gate]["not_applicable"] = "it finds names only"
    # What the slot's own table is about does not count.
    off["gates"]["critical_leakage"]["labels"] = ["MRN"]
    _require(off, declared=("PATIENT_NAME",))
    with pytest.raises(PolicyError, match=r"critical_leakage\.not_applicable none → it"):
        _require(off)
    off["gates"]["regression"]["not_applicable"] = "no"
    with pytest.raises(PolicyError, match=r"regression\.not_applicable"):
        _require(off, declared=("PATIENT_NAME",))


def test_a_verdict_names_the_floor_that_bound_it() -> None:
    """Of a green policy; a preview's says nothing, as an earlier engine's verdicts do."""
    green, preview = builders.a_policy(), builders.a_policy(grade="preview")
    assert floor_digest(green, FLOOR) == FLOOR.digest
    assert floor_digest(preview, FLOOR) is None
    judged = builders.judged(builders.an_evidence())
    assert judged.policy.floor == floors.FLOOR.digest
    assert '"floor"' in judged.model_dump_json()
    other = builders.judged(builders.an_evidence(), policy=preview)
    assert '"floor"' not in other.model_dump_json()
