"""Look at the policies that slots are judged by, beside the floor and what live releases passed."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from openmed.context import Context
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.frozen import Frozen
from openmed.domain.gates.order.policy_order import Weakening
from openmed.errors import OpenMedError
from openmed.pipeline.reviewed.reviewed_policies import (
    allowed_change,
    require_policies_used,
    usable_policy,
)


class PolicyStanding(Frozen):
    """The policy of one slot.

    Attributes:
        slot: its slot.
        policy: its name; empty when it cannot be used.
        grade: what passing it entitles to; empty when it cannot be used.
        digest: identity of its thresholds; empty when it cannot be used.
        gates: how many of its gates apply.
        fault: why it cannot be used; empty when it can.
        since: entry of the release it is compared with; empty where it is no weaker.
        weaker: what it demands less than the policy of that release.
        is_known: whether the limits of that policy were recorded.
        approved_by: who signed that it may be weaker; empty where nobody did.
        why_not: why a statement that is there does not allow it.
    """

    slot: str
    policy: str = ""
    grade: str = ""
    digest: str = ""
    gates: int = 0
    fault: str = ""
    since: str = ""
    weaker: tuple[Weakening, ...] = ()
    is_known: bool = True
    approved_by: str = ""
    why_not: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether a release would be refused because of it."""
        return bool(self.fault) or (bool(self.weaker) and not self.approved_by)


class PolicyLint(Frozen):
    """What was found of the policies.

    Attributes:
        slots: the policy of every candidate, by slot.
        unused: files that nothing uses, or that hide what else is wrong; one sentence each.
    """

    schema_: Literal["openmed.policy-lint/1"] = Field(
        default="openmed.policy-lint/1", alias="schema"
    )
    slots: tuple[PolicyStanding, ...]
    unused: tuple[str, ...]


def lint_policies(world: Context) -> PolicyLint:
    """Look at the policy of every candidate, and at every file.

    Raises:
        UsageError: the queue cannot be read.
        IntegrityError: pointer and ledger disagree.
    """
    world.releases.state()
    slots = tuple(policy_standing(world, row) for row in world.inputs.queue())
    return PolicyLint(slots=slots, unused=tuple(_unused(world)))


def policy_standing(world: Context, row: Candidate) -> PolicyStanding:
    """How the policy of one candidate stands."""
    try:
        policy = usable_policy(world, row)
        found = allowed_change(world, policy, slot=row.slot)
    except OpenMedError as error:
        return PolicyStanding(slot=row.slot, fault=error.message)
    change, statement = found.change, found.statement
    return PolicyStanding(
        slot=row.slot,
        policy=policy.name,
        grade=policy.grade,
        digest=policy.digest,
        gates=sum(1 for gate in policy.gates if gate.not_applicable is None),
        since=change.tag if change else "",
        weaker=change.weaker if change else (),
        is_known=change.is_known if change else True,
        approved_by=statement.verifier if statement else "",
        why_not=found.why_not,
    )


def _unused(world: Context) -> Iterator[str]:
    try:
        require_policies_used(world)
    except OpenMedError as error:
        yield error.message
