"""Policies of candidates, refused before anything runs when one of them cannot be used."""

from collections.abc import Iterable, Mapping

from openmed.context import Context
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.gates.order.floor import require_floor
from openmed.domain.gates.order.policy_files import require_used
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.verdict import check_policy
from openmed.errors import OpenMedError, PolicyError


def policies_of(
    world: Context, candidates: Iterable[Candidate], *, pinned: Iterable[str]
) -> Mapping[str, Policy]:
    """The policy of each candidate, by slot.

    Args:
        world: the release repository.
        candidates: whose policies.
        pinned: names of suites.

    Raises:
        PolicyError: a policy is missing, malformed, unknown to the engine or hollow, or a file of
            `gates/policy` is used by no slot.
    """
    require_policies_used(world)
    known = frozenset(pinned)
    return {row.slot: _policy(world, row.slot, pinned=known) for row in candidates}


def require_policies_used(world: Context) -> None:
    """Refuse a file of `gates/policy` that no slot uses: somebody believes that it counts.

    Raises:
        PolicyError: names the file and what it may be meant for.
    """
    files = world.inputs.policy_files()
    try:
        require_used(files, _slots(world))
    except PolicyError:
        # The catalogue is large, and read only where a file is not explained without it.
        require_used(files, (*_slots(world), *world.inputs.catalogue_slots()))


def _slots(world: Context) -> tuple[str, ...]:
    """Slots with a candidate, and slots that ever had a release."""
    queue = tuple(row.slot for row in world.inputs.queue())
    try:
        state = world.releases.reached()
    except OpenMedError:
        return queue  # What reads the state says what is wrong with it.
    return (*queue, *(slot for slot, _ in state.counts))


def _policy(world: Context, slot: str, *, pinned: frozenset[str]) -> Policy:
    policy = world.inputs.policy(slot)
    check_policy(policy, world.gates)
    require_floor(policy, world.inputs.floor(), gates=world.gates)
    named = (*policy.suites, policy.performance_suite)
    missing = [name for name in named if name not in pinned]
    if missing:
        msg = f"policy {policy.name}: suite {missing[0]} is not pinned in gates/suites.toml"
        raise PolicyError(msg)
    return policy
