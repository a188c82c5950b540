"""A suite's new edition and the one before it, side by side: a gate's result on both.

Only gates that compare with the live release look at the edition before: what it lost there
must not be hidden by other documents.
"""

from openmed.domain.evaluation.report import BenchmarkReport, SuiteFacts
from openmed.domain.gates.gate import Evidence, Finding, Gate, Measure, worst
from openmed.domain.suites.suite import PREVIOUS, SuitePin

COMPARED_WITH_LIVE = frozenset({"generalization", "regression", "shield_regression"})
"""Gates that compare span by span with the live release."""


def on_both_editions(gate: Gate, evidence: Evidence, settings: str) -> Finding:
    """What a gate finds on the suites, and on the editions before them where these moved."""
    found = gate.decide(evidence, settings)
    if gate.id not in COMPARED_WITH_LIVE or not evidence.moved:
        return found
    message = found.message
    for suite, why in evidence.moved:
        if why:
            message += f"; {suite} has a new edition, and not the one before: {why}"
    again = tuple(suite for suite, why in evidence.moved if not why)
    if not again:
        return Finding(outcome=found.outcome, message=message, measures=found.measures)
    before = gate.decide(_before(evidence, again), settings)
    return Finding(
        outcome=worst((found.outcome, before.outcome)),
        message=f"{message}; on the edition before of {', '.join(again)}: {before.message}",
        measures=(*found.measures, *(_of_previous(m, again) for m in before.measures)),
    )


def _before(evidence: Evidence, suites: tuple[str, ...]) -> Evidence:
    """The same, with the editions before in the place of some suites."""
    return Evidence.model_validate(
        {
            **dict(evidence),
            "pins": tuple(
                SuitePin.model_validate({**dict(pin), "name": _called(pin.name, suites)})
                for pin in evidence.pins
                if pin.name not in suites
            ),
            "reports": _reports(evidence.reports, suites),
            "baselines": _reports(evidence.baselines, suites),
            "moved": (),
        }
    )


def _reports(
    reports: tuple[BenchmarkReport, ...], suites: tuple[str, ...]
) -> tuple[BenchmarkReport, ...]:
    return tuple(
        BenchmarkReport.model_validate({**dict(report), "suite": _facts(report.suite, suites)})
        for report in reports
        if report.suite.name not in suites
    )


def _facts(facts: SuiteFacts, suites: tuple[str, ...]) -> SuiteFacts:
    return SuiteFacts.model_validate({**dict(facts), "name": _called(facts.name, suites)})


def _called(name: str, suites: tuple[str, ...]) -> str:
    suite = name.removeprefix(PREVIOUS)
    return suite if suite in suites else name


def _of_previous(measure: Measure, suites: tuple[str, ...]) -> Measure:
    name = f"{PREVIOUS}{measure.suite}" if measure.suite in suites else measure.suite
    return Measure.model_validate({**dict(measure), "suite": name})
