"""A plan for a person: one line a candidate, then what is to be done and why."""

from openmed.app.plan import Plan, PlannedSlot, PlannedStep, Todo, word_of
from openmed.exit_codes import ExitCode
from openmed.pipeline.summary import table

HEADINGS = ("SLOT", "CANDIDATE", "STAGE", "MEASURE", "COMPARE", "FLIP")
_ORDER = (Todo.DO, Todo.FOLLOWS, Todo.GIVEN_UP)


def plan_text(plan: Plan, *, program: str) -> str:
    """Say what a run would do, in lines for a person.

    Args:
        plan: what it would do.
        program: how the person can call `openmed` from where they stand.
    """
    lines = table((HEADINGS, *(_row(slot) for slot in plan.slots))) if plan.slots else []
    lines += _reasons(plan)
    lines += ["", *(_end(plan))]
    lines.append(f"next: {program} release run" if plan.has_changes else "nothing to do")
    return "\n".join(lines) + "\n"


def _row(slot: PlannedSlot) -> tuple[str, ...]:
    stage, *measured, judged = slot.steps
    flip = word_of(slot.result.standing) if slot.result else "decided then"
    return (
        slot.slot,
        slot.repo_id,
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


def _reasons(plan: Plan) -> list[str]:
    rows = [step for step in plan.steps if step.todo in (Todo.DO, Todo.GIVEN_UP)]
    lines = [f"  {step.task}: {step.todo.value}: {step.reason}" for step in rows]
    held = [
        f"  {slot.slot}: {slot.result.reason}"
        for slot in plan.slots
        if slot.result is not None and slot.result.exit_code != ExitCode.DONE
    ]
    return ["", *lines, *held] if lines or held else []


def _end(plan: Plan) -> list[str]:
    count = sum(1 for step in plan.steps if step.todo in (Todo.DO, Todo.FOLLOWS))
    flips = {True: "one ledger entry", False: "no ledger entry", None: "a flip if gates pass"}
    told = [f"plan: {count} steps, {flips[plan.is_flipping]}; nothing was written"]
    if plan.outdated:
        told.append(f"derived files to write again: {', '.join(plan.outdated)}")
    if plan.shards:
        told.append(f"shards: {', '.join(plan.shards)}")
    return told
