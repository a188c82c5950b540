"""The end of a run for a person: what happened, why something did not, what to run next."""

import re
from collections import Counter
from collections.abc import Iterator

from openmed.cli.render.layout import (
    MOST_CAUSES,
    clipped,
    counted,
    folded,
    table,
)
from openmed.domain.release.results.run_report import RunReport, StepRecord
from openmed.domain.release.results.slot_result import Result, SlotOutcome
from openmed.domain.release.results.step_result import StepState
from openmed.exit_codes import ExitCode

HEADINGS = ("SLOT", "RESULT", "SERVES")
MOST_SLOTS = 40
"""Rows shown; a larger fleet is shown by what needs a person."""
_CAUSE_LINES = 2
"""Lines of one cause; the command for the rest has the whole sentence."""
_WORDS = {
    SlotOutcome.RELEASED: "released",
    SlotOutcome.LIVE: "unchanged",
    SlotOutcome.ADOPTED: "measured as published",
    SlotOutcome.CONDEMNED: "condemned",
    SlotOutcome.NOT_SERVED: "not served",
    SlotOutcome.QUARANTINED: "rejected",
    SlotOutcome.FROZEN: "frozen",
    SlotOutcome.REFUSED: "refused",
    SlotOutcome.NOT_EVALUATED: "without a verdict",
}

_FAILED = (SlotOutcome.QUARANTINED, SlotOutcome.CONDEMNED)
"""A required gate failed: `explain` says which."""


def run_summary(report: RunReport, *, program: str, width: int) -> str:
    """Lines for a person.

    Args:
        report: what the run came to.
        program: how the person can call `openmed` from where they stand.
        width: columns there are.
    """
    lines = [*folded(_headline(report), width=width), ""]
    rows = _shown(report.candidates)
    if rows:
        lines += [*table(HEADINGS, map(_row, rows), width=width), ""]
    hidden = len(report.candidates) - len(rows)
    if hidden:
        lines += [
            *folded(f"and {counted(hidden, 'more slot')} released or unchanged", width=width),
            "",
        ]
    for result in report.candidates:
        if result.exit_code != ExitCode.DONE:
            lines += [*_trouble(result, program=program, width=width), ""]
    faults = [f"{f.step}: {f.message}" for f in report.faults if _is_fleet_wide(f.step)]
    faults += [f"{task} could not run: a fault of openmed itself" for task in report.crashed]
    for fault in faults:
        lines += folded(fault, width=width)
    alarms = [f"ALARM: {alarm}" for alarm in report.alarms]
    for alarm in alarms:
        lines += folded(alarm, width=width)
    lines += [""] if faults or alarms else []
    if report.status_page:
        lines += folded(f"status page: {report.status_page}", width=width)
    lines += folded(f"next: {_next(report, program)}", width=width)
    return "\n".join(lines) + "\n"


def causes(result: Result) -> tuple[str, ...]:
    """Why a candidate was not released: one cause a gate, else one sentence."""
    # A source names its slot in its own sentence; once is enough.
    text = result.reason.removeprefix(f"{result.slot}: ")
    ids = "|".join(map(re.escape, result.gates))
    if not ids:
        return (text,)
    group = rf"(?:{ids})(?:, (?:{ids}))*(?: (?:FAILED|INCONCLUSIVE|ERROR))?: "
    return tuple(part for part in re.split(rf"(?:^|; )(?={group})", text) if part)


def computed_text(steps: tuple[StepRecord, ...]) -> str:
    """How much of some steps was computed."""
    done = sum(1 for step in steps if step.how is not StepState.REUSED)
    return f"{counted(done, 'step')} computed, {len(steps) - done} up to date"


def shown_causes(parts: tuple[str, ...], *, rest: str, width: int) -> Iterator[str]:
    """At most three causes, each cut, and the command that shows the rest."""
    for part in parts[:MOST_CAUSES]:
        yield from clipped(f"  {part}", width=width, lines=_CAUSE_LINES)
    more = len(parts) - MOST_CAUSES
    if more > 0:
        yield from folded(f"  and {more} more: {rest}", width=width)


def _trouble(result: Result, *, program: str, width: int) -> Iterator[str]:
    gates = f" by {counted(len(result.gates), 'gate')}" if result.gates else ""
    yield from folded(
        f"{result.slot}: {result.words}{gates} (candidate {result.repo_id})", width=width
    )
    rest = f"{program} release explain {result.slot}"
    yield from shown_causes(causes(result), rest=rest, width=width)


def _shown(results: tuple[Result, ...]) -> tuple[Result, ...]:
    if len(results) <= MOST_SLOTS:
        return results
    return tuple(row for row in results if row.exit_code != ExitCode.DONE)[:MOST_SLOTS]


def _row(result: Result) -> tuple[str, ...]:
    serves = f"generation {result.generation} ({result.tag})" if result.tag else "nothing"
    return (result.slot, result.words, serves)


def _headline(report: RunReport) -> str:
    if report.exit_code == ExitCode.INTERRUPTED:
        return "Interrupted. Run it again to continue."
    done = report.computed
    reused = len(report.steps) - done
    if done == 0 and report.exit_code == ExitCode.DONE:
        return f"Nothing to do: {counted(reused, 'step')} up to date."
    counts = Counter(row.standing for row in report.candidates)
    what = ", ".join(f"{counts[key]} {word}" for key, word in _WORDS.items() if counts[key])
    steps = f"{counted(done, 'step')} computed, {reused} up to date."
    entry = f" Ledger entry {report.tag}." if report.tag else ""
    return f"{what}. {steps}{entry}" if what else f"{steps}{entry}"


def _is_fleet_wide(step: str) -> bool:
    return step == "flip" or step.startswith("regenerate:")


def _next(report: RunReport, program: str) -> str:
    """The command that helps with this outcome."""
    step = _helping(report)
    return program + step.removeprefix("openmed") if step.startswith("openmed ") else step


def _helping(report: RunReport) -> str:
    if report.exit_code == ExitCode.INTERRUPTED:
        return "openmed release run"
    if report.given_up:
        return "openmed release run --retry"
    fleet = [f.next_step for f in report.faults if _is_fleet_wide(f.step) and f.next_step]
    if fleet:
        return fleet[0]
    trouble = [row for row in report.candidates if row.exit_code != ExitCode.DONE]
    if any(row.standing is SlotOutcome.NOT_SERVED for row in trouble):
        return "openmed publish"
    if trouble:
        return _helping_slot(report, trouble)
    return "openmed doctor" if report.exit_code else "openmed release status"


def _helping_slot(report: RunReport, trouble: list[Result]) -> str:
    """For the first slot that failed a gate, else the first that was not released."""
    row = min(trouble, key=lambda one: one.standing not in _FAILED)
    if row.standing is SlotOutcome.FROZEN:
        return f"openmed release thaw {row.slot}"
    own = [f.next_step for f in report.faults if f":{row.slot}" in f.step and f.next_step]
    if own and row.standing not in _FAILED:
        return own[0]
    if row.exit_code == ExitCode.USAGE:
        return "openmed doctor"  # It is in the way whatever is measured.
    return f"openmed release explain {row.slot}"
