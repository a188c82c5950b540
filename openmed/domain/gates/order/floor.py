"""The floor: what every policy must demand that releases as green (`gates/policy/floor.toml`).

A grade is a promise to people who read no policy. So it means a minimum: gates that must be named,
decide and apply, each with the worst limit it may have. A policy may be stricter, never hollow.
Previews are not bound by it.
"""

from collections.abc import Collection, Mapping
from typing import Annotated, Literal

from pydantic import Field

from openmed.domain.digest import Json
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Gate, check_tables, is_idle
from openmed.domain.gates.order.policy_order import POLICY, Weakening, named, weaker_gates
from openmed.domain.gates.policy import GatePolicy, Policy, gate_rows
from openmed.domain.gates.results.grade import Grade
from openmed.domain.suites.suite import SuiteName
from openmed.domain.wire import digest_value, from_plain
from openmed.errors import EvidenceError, PolicyError

NAME = "floor"
"""Of its file in `gates/policy`; no slot's policy may be called so."""


class Floor(Frozen):
    """The minimum of a green policy.

    Attributes:
        reason: why it is what it is.
        suites: suites that must be measured.
        max_age_hours: longest that a verdict may wait for its flip.
        gates: gates that must be named, each with the worst limits it may have.
    """

    schema_: Literal["openmed.floor/1"] = Field(default="openmed.floor/1", alias="schema")
    reason: Annotated[str, Field(min_length=1)]
    suites: Annotated[tuple[SuiteName, ...], Field(min_length=1)]
    max_age_hours: Annotated[int, Field(ge=1, le=24 * 31)]
    gates: Annotated[tuple[GatePolicy, ...], Field(min_length=1)]

    @property
    def digest(self) -> str:
        """Its identity; named by every verdict that it bound."""
        return digest_value(self)


def floor_from_table(table: Mapping[str, Json]) -> Floor:
    """Build the floor from its TOML table.

    Raises:
        PolicyError: names the file and the key.
    """
    what = f"gates/policy/{NAME}.toml"
    rest = {key: value for key, value in table.items() if key != "gates"}
    rows = gate_rows(what, table.get("gates"))
    try:
        return from_plain(Floor, {**rest, "gates": rows}, what=what)
    except EvidenceError as error:
        raise PolicyError(error.message) from None


def below_floor(
    policy: Policy, floor: Floor, *, gates: tuple[Gate, ...], declared: Collection[str]
) -> tuple[Weakening, ...]:
    """What a policy demands less than the floor, whatever its grade.

    Args:
        policy: the policy.
        floor: what it must demand.
        gates: every gate there is.
        declared: labels of the candidate; a gate about others may be not applicable.
    """
    found: list[Weakening] = []
    missing = [name for name in floor.suites if name not in policy.suites]
    if missing:
        listed = (", ".join(names) for names in (floor.suites, policy.suites))
        old, new = (text[:_LONGEST] for text in listed)
        found.append(Weakening(gate=POLICY, key="suites", old=old, new=new))
    if policy.max_age_hours > floor.max_age_hours:
        hours = (f"{floor.max_age_hours}", f"{policy.max_age_hours}")
        found.append(Weakening(gate=POLICY, key="max_age_hours", old=hours[0], new=hours[1]))
    idle = _idle(policy, floor, gates=gates, declared=frozenset(declared))
    binding = tuple(table for table in floor.gates if table.id not in idle)
    return (*found, *weaker_gates(binding, policy.gates, gates=gates))


_LONGEST = 300


def _idle(
    policy: Policy, floor: Floor, *, gates: tuple[Gate, ...], declared: frozenset[str]
) -> frozenset[str]:
    """Gates that a policy says do not apply, and that would find nothing of the candidate to judge.

    The floor's own table says which labels they are about, so that no policy can narrow them.
    """
    off = {table.id for table in policy.gates if table.not_applicable is not None}
    rules = {gate.id: gate for gate in gates}
    return frozenset(
        table.id
        for table in floor.gates
        if table.id in off and is_idle(rules.get(table.id), table.settings, declared=declared)
    )


def floor_digest(policy: Policy, floor: Floor | None) -> str | None:
    """Identity of the floor that binds a policy; None when none does."""
    return floor.digest if floor is not None and policy.grade is Grade.GREEN else None


def require_floor(
    policy: Policy, floor: Floor | None, *, gates: tuple[Gate, ...], declared: Collection[str]
) -> None:
    """Refuse a green policy that promises less than green means here.

    Args:
        policy: the policy.
        floor: what a green one must demand; None = nobody wrote it down.
        gates: every gate there is.
        declared: labels of the candidate.

    Raises:
        PolicyError: there is no floor, it cannot be used, or the policy is weaker.
    """
    if policy.grade is not Grade.GREEN:
        return
    if floor is None:
        msg = f"policy {policy.name} has grade green, and there is no gates/policy/{NAME}.toml"
        raise PolicyError(msg, next_step="openmed upgrade")
    check_tables(NAME, floor.gates, gates)
    found = below_floor(policy, floor, gates=gates, declared=declared)
    if found:
        msg = (
            f"policy {policy.name} has grade green and is weaker than gates/policy/{NAME}.toml: "
            f"{named(found)}; make it as strict, or write grade preview"
        )
        raise PolicyError(msg)
