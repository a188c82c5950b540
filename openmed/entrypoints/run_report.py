"""The run report: what CI reads, because doit, nox and make flatten exit codes."""

from typing import Annotated, Literal

from pydantic import Field

from openmed.domain.flip import FlipRecord, Result, Standing
from openmed.domain.frozen import Frozen, Timestamp
from openmed.domain.gate import StepFault
from openmed.entrypoints.perform import How, Performed

SEVERITY = (1, 7, 6, 2, 3, 5, 4)
"""Exit codes, worst first: our own fault, integrity, conflict, configuration, held, no verdict."""


class StepRecord(Frozen):
    """One step of the run."""

    task: str
    how: How
    seconds: float
    fault: StepFault | None


class RunReport(Frozen):
    """Result of one run.

    Attributes:
        started: when the run started.
        tag: ledger entry it made; None when it made none.
        exit_code: what `openmed` exits with.
        candidates: where every candidate stands.
        steps: what was computed and what was reused.
        faults: steps that failed, fleet-wide ones too.
        status_page: path of the status page; empty when there is none.
    """

    schema_: Literal["openmed.run-report/1"] = Field(default="openmed.run-report/1", alias="schema")
    started: Timestamp
    tag: str | None
    exit_code: Annotated[int, Field(ge=0, le=255)]
    candidates: tuple[Result, ...]
    steps: tuple[StepRecord, ...]
    faults: tuple[StepFault, ...]
    status_page: str

    @property
    def computed(self) -> int:
        """Steps that made their product anew."""
        return sum(1 for step in self.steps if step.how is not How.REUSED)


def report_of(
    *,
    started: str,
    performed: tuple[Performed, ...],
    flip: FlipRecord | None,
    crashed: tuple[str, ...],
    status_page: str,
) -> RunReport:
    """Add up a run.

    Args:
        started: when it started.
        performed: its steps, in order.
        flip: what the flip left; None when it left nothing usable.
        crashed: tasks that doit itself reports as broken.
        status_page: path of the status page; empty when there is none.
    """
    moved = any(step.task == "flip" and step.how is How.COMPUTED for step in performed)
    results = () if flip is None else flip.results if moved else _settled(flip.results)
    faults = tuple(step.fault for step in performed if step.fault is not None)
    fleet_wide = [f for f in faults if f.step == "flip" or f.step.startswith("regenerate:")]
    codes = {result.exit_code for result in results} | {fault.exit_code for fault in fleet_wide}
    if crashed or flip is None:
        codes.add(1 if crashed or not fleet_wide else fleet_wide[0].exit_code)
    return RunReport(
        started=started,
        tag=flip.tag if flip and moved else None,
        exit_code=next((code for code in SEVERITY if code in codes), max(codes, default=0)),
        candidates=results,
        steps=tuple(
            StepRecord(task=s.task, how=s.how, seconds=s.seconds, fault=s.fault) for s in performed
        ),
        faults=faults,
        status_page=status_page,
    )


def _settled(results: tuple[Result, ...]) -> tuple[Result, ...]:
    """What an earlier run released is live now."""
    return tuple(
        Result(
            slot=row.slot,
            standing=Standing.LIVE if row.standing is Standing.RELEASED else row.standing,
            repo_id=row.repo_id,
            artifact=row.artifact,
            grade=row.grade,
            generation=row.generation,
            tag=row.tag,
            reason="already live" if row.standing is Standing.RELEASED else row.reason,
            gates=row.gates,
            exit_code=row.exit_code,
        )
        for row in results
    )
