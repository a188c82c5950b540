"""Policies: files that extend one another, and their JSON Schema."""

import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError
from support import builders
from support.repositories import ROOT

from openmed.domain.digest import Json, sha256_hex
from openmed.domain.gates.order.floor import floor_from_table, require_floor
from openmed.domain.gates.policy import Policy, extended, policy_from_table
from openmed.domain.gates.policy_schema import policy_schema
from openmed.domain.gates.recall_floors import DIRECT
from openmed.domain.gates.rules import GATES
from openmed.domain.gates.verdict import check_policy
from openmed.domain.wire import dump, parse, plain
from openmed.errors import PolicyError


def _read(path: Path) -> dict[str, Json]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


FILES = {path.stem: _read(path) for path in sorted((ROOT / "gates" / "policy").glob("*.toml"))}
FLOOR = floor_from_table(FILES.pop("floor"))
BASE = FILES["default"]
SCHEMA = policy_schema(GATES)


def _at(value: Json, *path: str) -> Json:
    for step in path:
        assert isinstance(value, dict)
        value = value[step]
    return value


def _keys(value: Json) -> set[str]:
    assert isinstance(value, dict)
    return set(value)


def test_a_family_changes_what_it_names_and_nothing_else() -> None:
    """The steward's target; every other number is the default's."""
    table = extended("pii", FILES["pii"], BASE)
    assert _at(table, "gates", "residual_leakage", "steward") == 0.002
    assert _at(table, "gates", "residual_leakage", "limit") == 0.005
    rest = {k: v for k, v in _gates(table).items() if k != "residual_leakage"}
    assert rest == {k: v for k, v in _gates(BASE).items() if k != "residual_leakage"}
    assert policy_from_table("pii", table).digest != policy_from_table("default", BASE).digest


def _gates(table: dict[str, Json]) -> dict[str, Json]:
    gates = table["gates"]
    assert isinstance(gates, dict)
    return gates


def test_every_committed_policy_can_be_used() -> None:
    """And names every gate of ours: none is forgotten silently."""
    for name, table in FILES.items():
        whole = extended(name, table, BASE) if "extends" in table else table
        policy = policy_from_table(name, whole)
        check_policy(policy, GATES)
        require_floor(policy, FLOOR, gates=GATES, declared=DIRECT)
        assert {gate.id for gate in policy.gates} == {gate.id for gate in GATES}


def test_every_tier_of_the_catalogue_has_a_budget() -> None:
    """Also `medium` and none at all, which the public project always fails."""
    tiers = {"tiny", "small", "base", "medium", "large", "xlarge", "none"}
    for gate in ("latency", "memory"):
        rows = _at(BASE, "gates", gate, "tiers")
        assert isinstance(rows, list)
        assert {row["tier"] for row in rows} == tiers


@pytest.mark.parametrize(
    ("table", "base"),
    [
        ({"extends": "default", "gates": {"evidence": {"min_support": 1}}}, BASE),
        ({"extends": "default", "gates": {"evidence": 1}}, BASE),
        ({"extends": "default", "gates": 1}, BASE),
        ({"extends": "pii"}, FILES["pii"]),
    ],
)
def test_what_cannot_be_extended_is_refused(table: dict[str, Json], base: dict[str, Json]) -> None:
    """No reason of its own, not a table, two levels."""
    with pytest.raises(PolicyError):
        extended("x", table, base)


WAIVED: dict[str, Json] = {"isolation": "none", "isolation_reason": "our own code, reviewed here"}


def test_isolation_is_required_where_nothing_is_said() -> None:
    """Such a policy has the digest it had before there was the key."""
    policy = policy_from_table("default", BASE)
    assert (policy.isolation, policy.isolation_reason) == ("required", None)
    assert dict(policy.isolation_inputs) == {}
    assert b"isolation" not in policy.content
    waived = policy_from_table("default", {**BASE, **WAIVED})
    assert waived.digest != policy.digest
    assert dict(waived.isolation_inputs) == {"isolation": "none"}


@pytest.mark.parametrize(
    "given",
    [
        {"isolation": "none"},
        {"isolation_reason": "because"},
        {**WAIVED, "isolation_reason": ""},
        {**WAIVED, "isolation": "landlock"},
    ],
)
def test_isolation_is_waived_with_a_reason_or_not_at_all(given: dict[str, Json]) -> None:
    """Both keys or neither, and a reason says something."""
    with pytest.raises(PolicyError, match="isolation"):
        policy_from_table("default", {**BASE, **given})


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_schema_knows_every_key_of_every_policy(name: str) -> None:
    """At the top and in each gate's table."""
    table = FILES[name]
    assert _keys(table) <= _keys(_at(SCHEMA, "properties"))
    for gate, settings in _gates(table).items():
        known = _at(SCHEMA, "properties", "gates", "properties", gate, "properties")
        assert _keys(settings) <= _keys(known)


def test_the_schema_wants_what_a_policy_needs() -> None:
    """Whole files need everything; files that extend another need their reasons."""
    needed = _at(SCHEMA, "else", "required")
    assert isinstance(needed, list)
    table = plain(builders.a_policy())
    assert set(needed) == _keys(table) - {"name"}
    assert _at(SCHEMA, "then", "required") == ["reason"]
    whole = _at(SCHEMA, "else", "properties", "gates", "properties", "recall_floor", "anyOf")
    assert whole == [{"required": ["not_applicable"]}, {"required": ["suite", "floor"]}]


def test_the_schema_refers_only_to_what_it_holds() -> None:
    """No reference leads nowhere."""
    found: list[str] = []

    def walk(value: Json) -> None:
        if isinstance(value, dict):
            found.extend(str(v) for k, v in value.items() if k == "$ref")
            for part in value.values():
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    walk(SCHEMA)
    assert {ref.rpartition("/")[2] for ref in found} == _keys(_at(SCHEMA, "$defs"))


class TestTheRecheck:
    """How many documents are run again, and how many of them may get other spans."""

    def test_a_policy_that_leaves_the_keys_out_allows_no_difference(self) -> None:
        """And has the digest it had before there were such keys."""
        policy = builders.a_policy()
        assert policy.recheck == (32, 0.0)
        assert b"recheck" not in dump(policy)

    def test_its_digest_is_that_of_its_bytes(self) -> None:
        """The flip keeps the bytes under that name."""
        policy = builders.a_policy()
        changed = Policy.model_validate({**policy.model_dump(), "recheck_rate": 0.1})
        for one in (policy, changed):
            assert one.digest == sha256_hex(dump(one))
            assert parse(Policy, dump(one), what="policy") == one

    @pytest.mark.parametrize(("key", "value"), [("recheck_documents", 64), ("recheck_rate", 0.1)])
    def test_a_key_is_part_of_the_digest(self, key: str, value: float) -> None:
        """A verdict is for the thresholds it was made under."""
        policy = builders.a_policy()
        changed = Policy.model_validate({**policy.model_dump(), key: value})
        assert policy.digest != changed.digest

    @pytest.mark.parametrize(
        ("key", "value"), [("recheck_documents", 0), ("recheck_rate", 0.21), ("recheck_rate", -0.1)]
    )
    def test_an_absurd_limit_is_refused(self, key: str, value: float) -> None:
        """A sample of nothing, or one of which a fifth may differ, checks nothing."""
        with pytest.raises(ValidationError):
            Policy.model_validate({**builders.a_policy().model_dump(), key: value})
