"""The end of a rollback for a person: what moved, how long it took, what to do next."""

from openmed.domain.release.rollback import MOVES, SlotUndo
from openmed.domain.release.rollback_options import Undo
from openmed.domain.slot import parse_slot
from openmed.pipeline.run_report import RollbackRecord, RollbackTimes, RunReport
from openmed.pipeline.summary import table

HEADINGS = ("SLOT", "RESULT", "GENERATION", "SERVES", "ARTIFACT")
WORDS = {
    Undo.ROLLED_BACK: "rolled back",
    Undo.UNCHANGED: "unchanged",
    Undo.YOUNGER: "stays (younger)",
    Undo.WITHDRAWN: "withdrawn",
    Undo.WAITING: "not moved",
    Undo.REFUSED: "REFUSED",
}


def rollback_summary(report: RunReport, *, program: str) -> str:
    """Say what a rollback came to, in lines for a person.

    Args:
        report: what it came to.
        program: how the person can call `openmed` from where they stand.
    """
    record = report.rollback
    if record is None:
        return ""
    lines = [_headline(report, record), ""]
    lines += table((HEADINGS, *(_row(row) for row in record.slots)))
    lines += [f"  {row.slot}: {row.reason}" for row in record.slots if row.reason]
    lines += [
        f"  {row.slot}: passed over generation {passed.generation}: {passed.reason}"
        for row in record.slots
        for passed in row.passed_over
    ]
    lines += [f"  {fault.step}: {fault.message}" for fault in report.faults]
    lines += [f"ALARM: {alarm}" for alarm in report.alarms]
    lines.append("")
    if report.status_page:
        lines.append(f"status page: {report.status_page}")
    lines.append(f"next: {_next(record, program)}")
    return "\n".join(lines) + "\n"


def _headline(report: RunReport, record: RollbackRecord) -> str:
    moved = sum(1 for row in record.slots if row.undo in MOVES)
    if record.is_dry_run:
        return f"dry run: {moved} of {len(record.slots)} slots would move; nothing was written"
    if report.tag is None:
        return "nothing moved"
    return f"{moved} of {len(record.slots)} slots moved; ledger entry {report.tag}; " + _took(
        record.times
    )


def _took(times: RollbackTimes) -> str:
    parts = (
        ("decided", times.decided),
        ("flipped", times.flipped),
        ("regenerated", times.regenerated),
    )
    said = ", ".join(f"{name} after {value:.3f} s" for name, value in parts if value is not None)
    return f"detected at {times.detected_at}, {said}"


def _row(row: SlotUndo) -> tuple[str, ...]:
    way = f"{row.left} → {row.generation}" if row.left != row.generation else str(row.generation)
    return (row.slot, WORDS[row.undo], way, row.repo_id or "-", (row.artifact or "-")[:16])


def withdrawal(slot: str) -> str:
    """The command that empties exactly this slot."""
    parts = parse_slot(slot)
    which = f"--tier {parts.tier} --format {parts.format} --line {parts.line or 'none'}"
    return f"release rollback {parts.family} {which} --withdraw"


def _next(record: RollbackRecord, program: str) -> str:
    refused = [row.slot for row in record.slots if row.undo is Undo.REFUSED]
    if refused:
        return f"{program} {withdrawal(refused[0])}"
    return f"{program} release status"
