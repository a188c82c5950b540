"""A plan for a person: one row a candidate, then what a run would do and why."""

from collections.abc import Iterator

from openmed.app.plan import Plan, PlannedSlot, PlannedStep, Todo
from openmed.app.policies import PolicyStanding
from openmed.cli.render.layout import MOST_CAUSES, counted, folded, table
from openmed.domain.release.policy_change import UNKNOWN, approve_command
from openmed.domain.release.results.blocker import suggest_command
from openmed.domain.release.results.slot_result import SlotOutcome
from openmed.exit_codes import ExitCode

HEADINGS = ("SLOT", "STAGE", "MEASURE", "COMPARE", "FLIP")
MOST_SLOTS = 40
"""Slots shown; `--json` has all."""
_ORDER = (Todo.DO, Todo.FOLLOWS, Todo.GIVEN_UP)
FLIPS = {
    SlotOutcome.RELEASED: "flips",
    SlotOutcome.LIVE: "live",
    SlotOutcome.ADOPTED: "adopted",
    SlotOutcome.CONDEMNED: "condemned",
    SlotOutcome.NOT_SERVED: "not served",
    SlotOutcome.QUARANTINED: "quarantined",
    SlotOutcome.FROZEN: "frozen",
    SlotOutcome.REFUSED: "refused",
    SlotOutcome.NOT_EVALUATED: "no verdict",
}


def plan_text(plan: Plan, *, program: str, width: int) -> str:
    """Lines for a person.

    Args:
        plan: what a run would do.
        program: how the person can call `openmed` from where they stand.
        width: columns there are.
    """
    lines = [*_head(plan, width=width), ""]
    busy = [slot for slot in plan.slots if _is_busy(slot)]
    shown = (plan.slots if len(plan.slots) <= MOST_SLOTS else busy)[:MOST_SLOTS]
    if shown:
        lines += [*table(HEADINGS, map(_row, shown), width=width), ""]
    for slot in busy[:MOST_SLOTS]:
        lines += [*_reasons(slot, width=width), ""]
    for slot in [slot for slot in plan.slots if slot.blockers][:MOST_SLOTS]:
        lines += [*_blockers(slot, width=width), ""]
    for slot in [slot for slot in plan.slots if slot.policy.since][:MOST_SLOTS]:
        lines += [*_policy(slot.policy, width=width), ""]
    hidden = len(plan.slots) - len(shown)
    if hidden:
        text = f"and {counted(hidden, 'more slot')}: {program} release plan --json"
        lines += [*folded(text, width=width), ""]
    lines += folded(f"next: {program} {_next(plan)}", width=width)
    return "\n".join(lines) + "\n"


def _head(plan: Plan, *, width: int) -> Iterator[str]:
    count = sum(1 for step in plan.steps if step.todo in (Todo.DO, Todo.FOLLOWS))
    flips = {
        True: "one ledger entry",
        False: "no ledger entry",
        None: "a flip if the gates pass",
    }
    if plan.has_changes:
        text = f"{counted(count, 'step')} to do, then {flips[plan.is_flipping]}."
    else:
        text = "Nothing to do."
    yield from folded(f"{text} Nothing was written.", width=width)
    for fault in plan.catalogue[:MOST_CAUSES]:
        yield from folded(fault, width=width)
    more = len(plan.catalogue) - MOST_CAUSES
    if more > 0:
        yield from folded(f"and {counted(more, 'more row')}: openmed doctor", width=width)
    if plan.outdated:
        kinds = ", ".join(plan.outdated)
        yield from folded(f"derived files to write again: {kinds}", width=width)
    if plan.shards:
        yield from folded(f"shards: {', '.join(plan.shards)}", width=width)


def _row(slot: PlannedSlot) -> tuple[str, ...]:
    stage, *measured, judged = slot.steps
    flip = FLIPS[slot.result.standing] if slot.result else "after compare"
    return (
        slot.slot,
        stage.todo.value,
        _together(measured),
        judged.todo.value,
        flip,
    )


def _together(steps: list[PlannedStep]) -> str:
    parts = [
        f"{count} {todo.value}"
        for todo in _ORDER
        if (count := sum(1 for step in steps if step.todo is todo))
    ]
    return ", ".join(parts) or Todo.KEEP.value


def _is_busy(slot: PlannedSlot) -> bool:
    is_held = slot.result is not None and slot.result.exit_code != ExitCode.DONE
    return is_held or any(step.todo in (Todo.DO, Todo.GIVEN_UP) for step in slot.steps)


def _reasons(slot: PlannedSlot, *, width: int) -> Iterator[str]:
    """Steps of one slot, those with the same reason together."""
    yield from folded(slot.slot, width=width)
    groups: dict[tuple[Todo, str], list[str]] = {}
    for step in slot.steps:
        if step.todo in (Todo.DO, Todo.GIVEN_UP):
            name = " ".join(part for part in step.task.replace(slot.slot, "").split(":") if part)
            groups.setdefault((step.todo, step.reason), []).append(name)
    for (todo, reason), names in groups.items():
        yield from folded(f"  {todo.value}: {', '.join(names)} ({reason})", width=width)
    if slot.result is not None and slot.result.exit_code != ExitCode.DONE:
        yield from folded(f"  {FLIPS[slot.result.standing]}: {slot.result.reason}", width=width)


def _blockers(slot: PlannedSlot, *, width: int) -> Iterator[str]:
    """What a run would say at its end, with what comes next."""
    things = counted(len(slot.blockers), "thing")
    text = f"{slot.slot} is not released, whatever it measures, because of {things}:"
    yield from folded(text, width=width)
    for one in slot.blockers:
        yield from folded(f"  {one.says} → {one.fix}", width=width)


def _policy(policy: PolicyStanding, *, width: int) -> Iterator[str]:
    """What a policy demands less than that of the slot's release, key by key."""
    yield from folded(f"policy {policy.policy} of {policy.slot}", width=width)
    if policy.weaker:
        word = f"approved by {policy.approved_by}" if policy.approved_by else "not approved"
        why = f" ({policy.why_not})" if policy.why_not else ""
        yield from folded(f"  weaker than at {policy.since}, {word}{why}:", width=width)
        for one in policy.weaker:
            yield from folded(f"    {one.sentence}", width=width)
    if not policy.is_known:
        yield from folded(f"  another policy than at {policy.since}: {UNKNOWN}", width=width)


def _next(plan: Plan) -> str:
    refused = next((slot for slot in plan.slots if slot.policy.is_refused), None)
    if refused is not None and not refused.policy.fault:
        return approve_command(refused.slot).removeprefix("openmed ")
    if plan.slots and all(slot.blockers for slot in plan.slots):
        unsuited = next((slot for slot in plan.slots if _wants_policy(slot)), None)
        return suggest_command(unsuited.slot).removeprefix("openmed ") if unsuited else "doctor"
    if any(step.todo is Todo.GIVEN_UP for step in plan.steps):
        return "release run --retry"
    if plan.has_changes:
        return "release run"
    held = [s for s in plan.slots if s.result is not None and s.result.exit_code != ExitCode.DONE]
    return f"release explain {held[0].slot}" if held else "release status"


def _wants_policy(slot: PlannedSlot) -> bool:
    return any(one.fix == suggest_command(slot.slot) for one in slot.blockers)
