"""The end of a rollback for a person: what moved, how long it took, what to run next."""

from openmed.cli.render.layout import counted, folded, table
from openmed.domain.records.run_record import StageTimes
from openmed.domain.release.results.run_report import RollbackRecord, RunReport
from openmed.domain.release.results.slot_undo import MOVES, SlotUndo, Undo
from openmed.domain.slot import parse_slot
from openmed.domain.text.number_format import short_digest
from openmed.exit_codes import ExitCode

HEADINGS = ("SLOT", "RESULT", "GENERATION", "SERVES", "ARTIFACT")
WORDS = {
    Undo.ROLLED_BACK: "rolled back",
    Undo.UNCHANGED: "unchanged",
    Undo.YOUNGER: "stays (younger)",
    Undo.WITHDRAWN: "withdrawn",
    Undo.WAITING: "not moved",
    Undo.REFUSED: "REFUSED",
}


def rollback_summary(report: RunReport, *, program: str, width: int) -> str:
    """Lines for a person.

    Args:
        report: what the rollback came to.
        program: how the person can call `openmed` from where they stand.
        width: columns there are.
    """
    record = report.rollback
    if record is None:
        return ""
    lines = [*folded(_headline(report, record), width=width), ""]
    lines += [*table(HEADINGS, map(_row, record.slots), width=width), ""]
    notes = [f"{row.slot}: {row.reason}" for row in record.slots if row.reason]
    notes += [
        f"{row.slot}: skipped generation {passed.generation}: {passed.reason}"
        for row in record.slots
        for passed in row.passed_over
    ]
    if report.exit_code == ExitCode.UNFINISHED:
        notes.append("MOVED, but what is derived from it could not all be written:")
    notes += [f"{fault.step}: {fault.message}" for fault in report.faults]
    notes += [f"ALARM: {alarm}" for alarm in report.alarms]
    if report.status_page:
        notes.append(f"status page: {report.status_page}")
    notes.append(f"next: {program} {_next(report, record)}")
    lines += [part for note in notes for part in folded(note, width=width)]
    return "\n".join(lines) + "\n"


def _headline(report: RunReport, record: RollbackRecord) -> str:
    moved = sum(1 for row in record.slots if row.undo in MOVES)
    of = counted(len(record.slots), "slot")
    if record.is_dry_run:
        return f"Dry run: {moved} of {of} would move. Nothing was written."
    if report.tag is None:
        refused = sum(1 for row in record.slots if row.undo is Undo.REFUSED)
        return f"Nothing moved: {refused} of {of} refused." if refused else "Nothing moved."
    took = stages(record.times)
    took = f"{took[:1].upper()}{took[1:]}."
    return f"{moved} of {of} moved. Ledger entry {report.tag}. {took}"


def stages(times: StageTimes) -> str:
    """The stages that were reached, in their order."""
    parts = (
        ("decided", times.decided),
        ("flipped", times.flipped),
        ("served", times.served),
        ("regenerated", times.regenerated),
        ("persisted", times.persisted),
        ("told", times.told),
    )
    said = ", ".join(f"{name} after {value:.3f} s" for name, value in parts if value is not None)
    return f"detected at {times.detected_at}, {said}"


def _row(row: SlotUndo) -> tuple[str, ...]:
    way = f"{row.left} → {row.generation}" if row.left != row.generation else str(row.generation)
    return (row.slot, WORDS[row.undo], way, row.repo_id or "-", short_digest(row.artifact) or "-")


def withdrawal(slot: str) -> str:
    """The command that empties exactly this slot."""
    return f"release rollback {parse_slot(slot).selection} --withdraw"


def _next(report: RunReport, record: RollbackRecord) -> str:
    refused = [row.slot for row in record.slots if row.undo is Undo.REFUSED]
    if refused:
        return withdrawal(refused[0])
    if report.faults:
        return "release recover"
    return "release status"
