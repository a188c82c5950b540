"""Compare queue and policies with those of the branch they are to go into; writes nothing."""

from collections.abc import Callable

from openmed.context import Context
from openmed.context.base_inputs import BaseInputs, inputs_at
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.gates.policy import Policy
from openmed.domain.release.proposed.input_changes import InputChanges, policy_edits, row_edits
from openmed.domain.suites.suite import SuitePin
from openmed.errors import OpenMedError


def read_changes(world: Context, *, base: str) -> InputChanges:
    """How queue, policies and pins differ from where the branch of today began.

    Args:
        world: the release repository, as it is to become.
        base: branch or commit that it is to go into.

    Raises:
        UsageError: git does not know the commit, or today's queue cannot be read.
        IntegrityError: pointer and ledger disagree.
    """
    rows = world.inputs.queue()
    live = tuple(one.release.slot for one in world.releases.state().live)
    with inputs_at(world, base) as before:
        faults: list[str] = []
        old = _queue(before, faults)
        slots = {*(row.slot for row in (*rows, *old)), *live}
        return InputChanges(
            base=before.commit,
            rows=row_edits(old, rows),
            policies=policy_edits(
                slots,
                before=_policies(before.inputs.policy),
                after=_policies(world.inputs.policy),
                gates=world.gates,
            ),
            suites=_suites(world, before, faults),
            faults=tuple(faults),
        )


def _queue(before: BaseInputs, faults: list[str]) -> tuple[Candidate, ...]:
    if not before.has_queue:
        return ()
    try:
        return before.inputs.queue()
    except OpenMedError as error:
        faults.append(f"queue of {before.commit[:12]}: {error.message}")
        return ()


def _policies(read: Callable[[str], Policy]) -> Callable[[str], Policy | str]:
    """Policies, or why there is none."""

    def policy(slot: str) -> Policy | str:
        try:
            return read(slot)
        except OpenMedError as error:
            return error.message

    return policy


def _suites(world: Context, before: BaseInputs, faults: list[str]) -> tuple[str, ...]:
    """Suites whose pin differs; those that are generated have one for each epoch."""
    try:
        old, new = _fixed(before.inputs.pins()), _fixed(world.inputs.pins())
    except OpenMedError as error:
        faults.append(f"suites: {error.message}")
        return ()
    return tuple(sorted(name for name in {*old, *new} if old.get(name) != new.get(name)))


def _fixed(pins: tuple[SuitePin, ...]) -> dict[str, SuitePin]:
    return {pin.name: pin for pin in pins if not pin.is_generated}
