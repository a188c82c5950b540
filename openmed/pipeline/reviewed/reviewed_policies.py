"""Policies of candidates, refused before anything runs when one of them cannot be used."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from openmed.context import Context
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.candidates.catalogue import Listed
from openmed.domain.gates.left_out import floor_without, policy_without
from openmed.domain.gates.order.floor import Floor, require_floor
from openmed.domain.gates.order.policy_files import require_used
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.verdict import check_policy
from openmed.domain.ledger.entry import entry_time
from openmed.domain.release.policy_change import AllowedChange, allowed, policy_change
from openmed.domain.suites.suite import Suite, SuitePin
from openmed.errors import OpenMedError, PolicyError
from openmed.ports.inputs import Inputs


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
    return {row.slot: _policy(world, row, pinned=known) for row in candidates}


def usable_policy(world: Context, row: Candidate) -> Policy:
    """The policy of a candidate, known to the engine and, where it is green, on the floor.

    Raises:
        PolicyError: it is not.
    """
    policy, gates = world.inputs.policy(row.slot), world.gates
    check_policy(policy, gates)
    require_floor(policy, world.inputs.floor(), gates=gates, declared=row.labels)
    return policy


def allowed_change(world: Context, policy: Policy, *, slot: str) -> AllowedChange:
    """What a slot's policy demands less than that of its release, and who approved it.

    Raises:
        IntegrityError: the evidence of the release is not whole.
    """
    state, evidence = world.releases.state(), world.releases.evidence
    change = policy_change(
        state,
        policy,
        slot=slot,
        gates=world.gates,
        evidence=evidence,
        recorded=world.verifiers.recorded(evidence),
    )
    if change is None or not change.weaker:
        return AllowedChange(change)
    files = world.verifiers.policy_statements(world.waivers.files())
    now = entry_time(state.entries, now=world.now)
    return allowed(state, change, files, judge=None, now=now)


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
        found = world.inputs.catalogue()
        if isinstance(found, str):
            raise
        if not found.has_unknown_slots:  # One of them may be what the file is for; it is told.
            require_used(files, (*_slots(world), *found.slots))


def _slots(world: Context) -> tuple[str, ...]:
    """Slots with a candidate, and slots that ever had a release."""
    queue = tuple(row.slot for row in world.inputs.queue())
    try:
        state = world.releases.reached()
    except OpenMedError:
        return queue  # What reads the state says what is wrong with it.
    return (*queue, *(slot for slot, _ in state.counts))


def _policy(world: Context, row: Candidate, *, pinned: frozenset[str]) -> Policy:
    policy = usable_policy(world, row)
    named = (*policy.suites, policy.performance_suite)
    missing = [name for name in named if name not in pinned]
    if missing:
        msg = f"policy {policy.name}: suite {missing[0]} is not pinned in gates/suites.toml"
        raise PolicyError(msg)
    return policy


@dataclass(frozen=True)
class LeftOutInputs:
    """The inputs of a repository, some suites of its policies left out.

    Attributes:
        whole: all of it.
        left: names of these suites.
    """

    whole: Inputs
    left: frozenset[str]

    def queue(self) -> tuple[Candidate, ...]:
        """As they are."""
        return self.whole.queue()

    def policy(self, slot: str) -> Policy:
        """Without the gates that need a suite which is left out."""
        return policy_without(self.whole.policy(slot), self.left)

    def floor(self) -> Floor | None:
        """Likewise."""
        return floor_without(self.whole.floor(), self.left)

    def pins(self) -> tuple[SuitePin, ...]:
        """As they are."""
        return self.whole.pins()

    def registry_settings(self) -> str:
        """As they are."""
        return self.whole.registry_settings()

    def listed(self, repo_id: str) -> Listed:
        """As it is."""
        return self.whole.listed(repo_id)

    def suite(self, pin: SuitePin) -> Suite:
        """As it is."""
        return self.whole.suite(pin)

    def suite_defects(self, pin: SuitePin) -> str:
        """As they are."""
        return self.whole.suite_defects(pin)


def inputs_without(whole: Inputs, left: frozenset[str]) -> Inputs:
    """The inputs without some suites; the inputs themselves where none is left out."""
    return LeftOutInputs(whole, left) if left else whole
