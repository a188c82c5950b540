"""The end of a run for a person, also of a bad day."""

import pytest

from openmed.cli.render.run_summary import causes, run_summary
from openmed.domain.gates.results.grade import Grade
from openmed.domain.gates.results.step_fault import StepFault
from openmed.domain.release.results.run_report import RunReport, StepRecord
from openmed.domain.release.results.slot_result import Result, SlotOutcome
from openmed.domain.release.results.step_result import StepState

GATES = (
    "recall_floor", "critical_leakage", "name_recall", "structured_recall", "precision",
    "per_language", "residual_leakage", "regression", "shield_regression",
)  # fmt: skip
LONG = "clinical-notes-of-a-long-family::xlarge::onnx-int8::second-line"
MESSAGE = "PATIENT_NAME recall 78.28 % (6,634 spans), floor 92 %; SSN recall 80.00 % (99 spans), "
NAMES = "Organisation-With-A-Long-Name/clinical-notes-of-a-long-family-xlarge-onnx-int8"


def _result(slot: str, standing: SlotOutcome, *, gates: tuple[str, ...] = GATES) -> Result:
    reason = "; ".join(f"{gate}: {MESSAGE * 4}floor 95 % \x1b[31m" for gate in gates)
    codes = {SlotOutcome.RELEASED: 0, SlotOutcome.NOT_EVALUATED: 5, SlotOutcome.REFUSED: 2}
    return Result(
        slot=slot,
        standing=standing,
        repo_id=NAMES,
        artifact="a" * 64,
        grade=Grade.PREVIEW,
        generation=3,
        tag="2026.11.28-1",
        reason=reason or "it did not answer",
        gates=gates,
        exit_code=codes.get(standing, 3),
    )


def _report(*results: Result, faults: tuple[StepFault, ...] = (), code: int = 3) -> RunReport:
    return RunReport(
        started="2026-11-28T17:04:05Z",
        tag="2026.11.28-2",
        exit_code=code,
        candidates=results,
        steps=(StepRecord(task="t", how=StepState.COMPUTED, seconds=1.0, fault=None),),
        faults=faults,
        status_page="artifacts/trust/status/index.html",
    )


BAD_DAY = _report(
    *(_result(f"pii-{number}::tiny::onnx", SlotOutcome.QUARANTINED) for number in range(7)),
    _result(LONG, SlotOutcome.QUARANTINED),
    _result("b::tiny::onnx", SlotOutcome.NOT_EVALUATED, gates=()),
    _result("c::tiny::onnx", SlotOutcome.RELEASED, gates=()),
)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_bad_day_fits(width: int) -> None:
    """Many slots, many gates, long names: no line runs over, nothing acts on the terminal."""
    text = run_summary(BAD_DAY, program="openmed", width=width)
    assert max(map(len, text.splitlines())) <= width
    assert text.replace("\n", "").isprintable()
    assert 8 == text.count("and 6 more:")


def test_three_causes_then_the_command_that_has_the_rest() -> None:
    """Each cause is cut to two lines."""
    text = run_summary(_report(_result(LONG, SlotOutcome.QUARANTINED)), program="om", width=200)
    lines = text.splitlines()
    start = next(n for n, line in enumerate(lines) if "QUARANTINED by 9 gates" in line)
    shown = [line.split(":")[0].strip() for line in lines[start + 1 :] if line.startswith("  ")]
    assert ["recall_floor", "critical_leakage", "name_recall"] == [s for s in shown if s in GATES]
    assert f"  and 6 more: om release explain {LONG}" in lines


def test_causes_are_told_apart_although_messages_hold_semicolons() -> None:
    """One cause a gate."""
    assert GATES == tuple(
        cause.partition(":")[0] for cause in causes(_result("a::b::c", SlotOutcome.QUARANTINED))
    )


FAULT = StepFault(
    step="stage:b::tiny::onnx", error="E", message="m", next_step="openmed doctor", exit_code=5
)
FLEET = StepFault(
    step="flip", error="E", message="m", next_step="openmed release recover", exit_code=7
)


@pytest.mark.parametrize(
    ("report", "step"),
    [
        (_report(_result(LONG, SlotOutcome.REFUSED, gates=())), "doctor"),
        (_report(_result("a::b::c", SlotOutcome.RELEASED, gates=()), code=0), "release status"),
        (_report(_result("a::b::c", SlotOutcome.QUARANTINED)), "release explain a::b::c"),
        (
            _report(_result("b::tiny::onnx", SlotOutcome.NOT_EVALUATED, gates=()), faults=(FAULT,)),
            "doctor",
        ),
        (
            _report(_result("a::b::c", SlotOutcome.NOT_EVALUATED, gates=("evidence",)), code=5),
            "release explain a::b::c",
        ),
        (_report(_result("a::b::c", SlotOutcome.FROZEN, gates=())), "release thaw a::b::c"),
        (_report(faults=(FLEET,), code=7), "release recover"),
        (_report(code=130), "release run"),
        (_report(code=1), "doctor"),
    ],
)
def test_next_is_the_command_that_helps(report: RunReport, step: str) -> None:
    """With this outcome, not in general."""
    text = run_summary(report, program="openmed", width=200)
    assert f"next: openmed {step}" == text.splitlines()[-1]
