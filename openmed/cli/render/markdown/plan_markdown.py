"""A plan as Markdown: what would be decided and why, what it costs, what an edit changes."""

from collections.abc import Iterator, Mapping
from typing import Final

from openmed.app.plan import Plan, PlannedSlot, Todo
from openmed.app.plan_cost import SlotCost
from openmed.cli.render.layout import counted, named
from openmed.cli.render.markdown.markdown_table import (
    markdown_details,
    markdown_table,
    markdown_text,
)
from openmed.cli.render.plan_text import FLIPS
from openmed.domain.gates.order.policy_order import Weakening
from openmed.domain.release.proposed.input_changes import InputChanges, PolicyEdit
from openmed.exit_codes import ExitCode

_JSON: Final = "openmed release plan --json"
_AFTER: Final = "measured, then judged"


def plan_markdown(
    plan: Plan, *, changes: InputChanges | None, costs: Mapping[str, SlotCost]
) -> str:
    """The page of a job.

    Args:
        plan: what a run would do.
        changes: how queue and policies differ from another commit; None = nobody asked.
        costs: of slots that would be measured.
    """
    lines = [f"### {_head(plan, costs)}", ""]
    if changes is not None:
        lines += _changes(changes)
    busy = [slot for slot in plan.slots if _is_told(slot, changes)]
    heads = ("Slot", "Would be decided", "Why", "Steps", "Documents", "Seconds")
    lines += markdown_table(heads, (_slot(slot, costs) for slot in busy), more=_JSON)
    quiet = len(plan.slots) - len(busy)
    if quiet:
        lines += [f"{counted(quiet, 'other slot')}: nothing to do, nothing held.", ""]
    lines += markdown_details(
        "Rows of the catalogue that cannot be used",
        markdown_table(("Fault",), ((one,) for one in plan.catalogue), more="openmed doctor"),
    )
    return "\n".join(lines)


def _head(plan: Plan, costs: Mapping[str, SlotCost]) -> str:
    if not plan.has_changes:
        return "A run would do nothing"
    steps = sum(1 for step in plan.steps if step.todo in (Todo.DO, Todo.FOLLOWS))
    read = sum(one.documents for one in costs.values())
    return f"A run would do {counted(steps, 'step')}; models would read {counted(read, 'document')}"


def _is_told(slot: PlannedSlot, changes: InputChanges | None) -> bool:
    is_held = slot.result is not None and slot.result.exit_code != ExitCode.DONE
    is_edited = changes is not None and slot.slot in changes.slots
    return is_held or is_edited or bool(slot.blockers) or not slot.is_known


def _slot(slot: PlannedSlot, costs: Mapping[str, SlotCost]) -> tuple[str, ...]:
    todo = sum(1 for step in slot.steps if step.todo in (Todo.DO, Todo.FOLLOWS))
    cost = costs.get(slot.slot, SlotCost(0, None))
    return (
        slot.slot,
        FLIPS[slot.result.standing] if slot.result else _AFTER,
        _why(slot),
        f"{todo:,}",
        f"{cost.documents:,}",
        "-" if cost.seconds is None else f"{cost.seconds:,.1f}",
    )


def _why(slot: PlannedSlot) -> str:
    if slot.blockers:
        return f"not released, whatever it measures: {named([one.says for one in slot.blockers])}"
    if slot.policy.is_refused:
        return slot.policy.fault or f"its policy is weaker than at {slot.policy.since}"
    if slot.result is not None:
        return slot.result.reason or slot.result.words
    reasons = dict.fromkeys(step.reason for step in slot.steps if step.todo is Todo.DO)
    return named(list(reasons)) or "a step before it is made anew"


def _changes(changes: InputChanges) -> Iterator[str]:
    yield f"Against `{changes.base[:12]}`:"
    yield ""
    for fault in changes.faults:
        yield f"* **{markdown_text(fault)}**"
    if not (changes.rows or changes.policies or changes.suites):
        yield "Queue, policies and suites are the same."
        yield ""
        return
    rows = (
        (row.slot, row.kind, key.key, key.old, key.new) for row in changes.rows for key in row.keys
    )
    yield from markdown_table(("Queue row", "Is", "Key", "Before", "Now"), rows, more="git diff")
    yield from _policies(changes.policies)
    if changes.suites:
        yield f"Other pins of suites: {markdown_text(named(changes.suites))}."
        yield ""


def _policies(policies: tuple[PolicyEdit, ...]) -> Iterator[str]:
    heads = ("Policy", "Decides for", "Demands are")
    rows = ((_names(one), _slots(one), one.fault or one.verdict) for one in policies)
    yield from markdown_table(heads, rows, more="git diff gates/policy")
    keys = ("Policy", "Key", "Before", "Now", "Is")
    edits = (
        (_names(one), f"{key.gate}.{key.key}", key.old, key.new, word)
        for one in policies
        for word, found in _directions(one)
        for key in found
    )
    yield from markdown_table(keys, edits, more="git diff gates/policy")


def _directions(one: PolicyEdit) -> tuple[tuple[str, tuple[Weakening, ...]], ...]:
    return ("weaker", one.weaker), ("stricter", one.stricter), ("different", one.other)


def _names(one: PolicyEdit) -> str:
    before, after = one.before or "none", one.after or "none"
    return after if before == after else f"{before} → {after}"


def _slots(one: PolicyEdit) -> str:
    return f"{counted(len(one.slots), 'slot')}: {named(one.slots)}"
