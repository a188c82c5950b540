"""What a run report says for the record of its run: counts and names of slots, no messages."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from openmed.domain.records.run_note import LONGEST_DETAIL, RunNote
from openmed.domain.release.results.run_report import RunReport
from openmed.domain.release.results.slot_undo import Undo
from openmed.domain.release.results.step_result import StepState
from openmed.exit_codes import ExitCode
from openmed.printable import printable

_NAMED: Final = 1
"""Slots or steps that are named; the rest is counted."""


def note_of(report: RunReport) -> RunNote:
    """The note of one report."""
    undone = report.rollback
    return RunNote(
        tag=report.tag or "",
        counts=tuple(sorted(Counter(_standings(report)).items())),
        detail=printable("; ".join(_details(report)))[:LONGEST_DETAIL],
        times=undone.times if undone and report.tag else None,
        is_idle=undone is None and _is_idle(report),
    )


def _standings(report: RunReport) -> Iterator[str]:
    yield from (row.standing.value.lower() for row in report.candidates)
    if report.rollback is not None:
        yield from (row.undo.value.lower() for row in report.rollback.slots)


def _details(report: RunReport) -> Iterator[str]:
    held = [row.slot for row in report.candidates if row.exit_code != ExitCode.DONE]
    refused = [
        row.slot
        for row in (report.rollback.slots if report.rollback else ())
        if row.undo is Undo.REFUSED
    ]
    failed = [fault.step for fault in report.faults]
    for what, names in (("not released", held), ("refused", refused), ("failed", failed)):
        if names:
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            yield f"{what}: {', '.join(names[:_NAMED])}{more}"


def _is_idle(report: RunReport) -> bool:
    """Whether nothing was computed, moved or broken."""
    is_still = all(step.how is StepState.REUSED for step in report.steps)
    return is_still and not (
        report.tag or report.crashed or report.exit_code == ExitCode.INTERRUPTED
    )
