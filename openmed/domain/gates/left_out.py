"""What a policy asks where some suites are left to somebody else: nothing of these suites.

A part of CI that has no suite secret cannot measure a generated suite. What it says of its
candidates is said without the gates that need one; nothing is signed by such a policy.
"""

from collections.abc import Iterable
from typing import Final, TypeVar

from openmed.domain.digest import Json
from openmed.domain.gates.order.floor import Floor
from openmed.domain.gates.policy import GatePolicy, Policy, suites_of
from openmed.domain.wire import dump, from_plain, plain, read_table

Kind = TypeVar("Kind", Policy, Floor)
REASON: Final = "left to the job that holds the suite secret"


def policy_without(policy: Policy, left: frozenset[str]) -> Policy:
    """The same policy without some suites, and without the gates that need one of them."""
    kept = [name for name in policy.suites if name not in left]
    rows = [plain(row) for row in policy.measured_by if row.suite not in left]
    more: dict[str, Json] = {"measured_by": rows} if policy.measured_by else {}
    return _without(policy, kept, policy.gates, left, **more)


def floor_without(floor: Floor | None, left: frozenset[str]) -> Floor | None:
    """The same floor likewise."""
    if floor is None:
        return None
    kept = [name for name in floor.suites if name not in left]
    return _without(floor, kept, floor.gates, left)


def _without(
    whole: Kind,
    kept: Iterable[str],
    gates: tuple[GatePolicy, ...],
    left: frozenset[str],
    **more: Json,
) -> Kind:
    if not left:
        return whole
    table = read_table(dump(whole), what="policy")
    rows = [plain(_left(gate) if _needs(gate, left) else gate) for gate in gates]
    return from_plain(
        type(whole), {**table, **more, "suites": [*kept], "gates": rows}, what="policy"
    )


def _needs(gate: GatePolicy, left: frozenset[str]) -> bool:
    named = suites_of(read_table(gate.settings.encode(), what=gate.id))
    return gate.not_applicable is None and not named.isdisjoint(left)


def _left(gate: GatePolicy) -> GatePolicy:
    return GatePolicy(
        id=gate.id,
        blocking=gate.blocking,
        reason=gate.reason,
        not_applicable=REASON,
        settings=gate.settings,
    )
