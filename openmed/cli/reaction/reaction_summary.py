"""The end of a reaction for a person: what followed from each event, how long, what comes next."""

from openmed.cli.render.layout import counted, folded, table
from openmed.cli.render.rollback_summary import stages, withdrawal
from openmed.domain.release.results.reaction_report import (
    EventOutcome,
    ReactionOutcome,
    ReactionReport,
)
from openmed.domain.release.undoing.undo_notices import DELIVER

_HEADINGS = ("SLOT", "GENERATION", "FOUND", "RESULT", "EVENT")
_WORDS = {
    ReactionOutcome.IGNORED: "ignored",
    ReactionOutcome.HELD: "held",
    ReactionOutcome.REPAIRED: "served again",
    ReactionOutcome.ROLLED_BACK: "rolled back",
    ReactionOutcome.NO_TARGET: "CANNOT GO BACK",
    ReactionOutcome.REFUSED: "REFUSED",
}


def reaction_summary(report: ReactionReport, *, program: str, width: int) -> str:
    """Lines for a person.

    Args:
        report: what reacting came to.
        program: how the person can call `openmed` from where they stand.
        width: columns there are.
    """
    what = counted(len(report.events), "event")
    head = f"Dry run: {what}. Nothing was written." if report.is_dry_run else f"{what}."
    if not report.events:
        head = "No event is waiting. Nothing moved."
    lines = [head, ""]
    if report.events:
        lines += [*table(_HEADINGS, map(_row, report.events), width=width), ""]
    notes = [f"{row.slot or row.event}: {row.reason}" for row in report.events]
    notes += [
        f"{row.slot}: ledger entry {row.tag}; {stages(row.times)}"
        for row in report.events
        if row.times is not None
    ]
    notes += [f"{fault.step}: {fault.message}" for fault in report.faults]
    notes += [f"ALARM: {alarm}" for alarm in report.alarms]
    notes.append(f"next: {program} {_next(report)}")
    lines += [part for note in notes for part in folded(note, width=width)]
    return "\n".join(lines) + "\n"


def _row(row: EventOutcome) -> tuple[str, ...]:
    return (
        row.slot or "-",
        str(row.generation) if row.generation else "-",
        row.kind.replace("_", " ") or "-",
        _WORDS[row.outcome],
        row.event[:16],
    )


def _next(report: ReactionReport) -> str:
    stuck = [row.slot for row in report.events if row.outcome is ReactionOutcome.NO_TARGET]
    if stuck:
        return withdrawal(stuck[0])
    if report.faults:
        is_untold = all(fault.step == DELIVER for fault in report.faults)
        return "notify" if is_untold else "release recover"
    return "release status"
