"""The end of a run for a person: a table, where to look, what to try next."""

from openmed.domain.gates.policy import Grade
from openmed.domain.release.flip import Result, SlotOutcome
from openmed.pipeline import interrupts
from openmed.pipeline.run_report import RunReport

_MOST_NAMED = 3
HEADINGS = ("SLOT", "CANDIDATE", "DECISION", "DECIDING GATES", "TAG")


def summary(report: RunReport, *, program: str) -> str:
    """Say what a run came to, in lines for a person.

    Args:
        report: what it came to.
        program: how the person can call `openmed` from where they stand.
    """
    lines = [*_work(report), ""]
    if report.candidates:
        lines += table((HEADINGS, *(_row(result) for result in report.candidates)))
    lines += [
        # A source names its slot in its own sentence; once is enough.
        f"  {result.slot}: {result.reason.removeprefix(f'{result.slot}: ')}"
        for result in report.candidates
        if result.exit_code != 0
    ]
    lines += [f"ALARM: {alarm}" for alarm in report.alarms]
    lines += [f"  {f.step}: {f.message}" for f in report.faults if _is_fleet_wide(f.step)]
    lines += [f"  {task}: could not be run; this is our fault" for task in report.crashed]
    lines.append("")
    if report.status_page:
        lines.append(f"status page: {report.status_page}")
    next_step = _next(report)
    if next_step.startswith("openmed "):
        next_step = f"{program} {next_step.removeprefix('openmed ')}"
    lines.append(f"next: {next_step}")
    return "\n".join(lines) + "\n"


def table(rows: tuple[tuple[str, ...], ...]) -> list[str]:
    """Lay out rows in columns as wide as their widest cell."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def named(gates: tuple[str, ...]) -> str:
    """Gates in a cell: the first ones, and how many more."""
    more = len(gates) - _MOST_NAMED
    return ", ".join(gates[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def points(delta: float | None) -> str:
    """A difference of two shares in percentage points, with its sign."""
    return "-" if delta is None else f"{delta * 100:+.2f}"


def decision(result: Result) -> str:
    """A standing in words; a preview is never shown as plain released."""
    words = {SlotOutcome.RELEASED: "released", SlotOutcome.LIVE: "live"}
    word = words.get(result.standing, result.standing.value)
    is_preview = result.grade is Grade.PREVIEW and result.standing in words
    return f"{word} (preview)" if is_preview else word


def _row(result: Result) -> tuple[str, ...]:
    gates = named(result.gates) or ("all passed" if result.exit_code == 0 else "-")
    return (result.slot, result.repo_id, decision(result), gates, result.tag or "-")


def _work(report: RunReport) -> list[str]:
    if report.exit_code == interrupts.EXIT_CODE:
        return ["interrupted; run it again to go on"]
    done = report.computed
    reused = len(report.steps) - done
    if done == 0 and report.exit_code == 0:
        return [f"nothing to do: {reused} steps are up to date, nothing was computed again"]
    made = f"{done} steps computed, {reused} up to date"
    return [f"{made}; ledger entry {report.tag}" if report.tag else made]


def _is_fleet_wide(step: str) -> bool:
    return step == "flip" or step.startswith("regenerate:")


def _next(report: RunReport) -> str:
    if report.exit_code == interrupts.EXIT_CODE:
        return "openmed release run"
    if report.given_up:
        return "openmed release run --retry"
    steps = [fault.next_step for fault in report.faults if fault.next_step]
    if any(row.standing is SlotOutcome.NOT_SERVED for row in report.candidates):
        return "openmed release publish"
    condemned = [r.slot for r in report.candidates if r.standing is SlotOutcome.CONDEMNED]
    if condemned:
        return f"openmed release explain {condemned[0]}"
    if report.exit_code == 0 or not steps:
        held = next((row.slot for row in report.candidates if row.exit_code != 0), "")
        return f"openmed benchmark run {held}" if held else "openmed release status"
    return steps[0]
