"""Gate `critical_leakage`: no critical identifier is left in clear.

A leak is a gold span with a critical label that is missed or shows a run of 4 or more of
its letters and digits. Zero leaks is a fact about the suite; what it proves is the upper
bound printed beside it: with n documents, 1 - 0.05^(1/n).
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from openmed.domain.evaluation.leaks import count_leaks
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.evaluation.scoring.statistics import zero_leak_upper
from openmed.domain.frozen import Frozen, Label
from openmed.domain.gates.gate import Evidence, Finding, Measure, Outcome, worst
from openmed.domain.gates.report_validation import label_counts, valid_report
from openmed.domain.gates.strictness import Stricter
from openmed.domain.suites.suite import SuiteName
from openmed.domain.text import labels
from openmed.domain.text.number_format import bad_share, count
from openmed.domain.wire import parse

TOTAL = "leaks"
"""Name of the measure over all critical labels."""


class CriticalLeakageSettings(Frozen):
    """Table `[gates.critical_leakage]`.

    Attributes:
        suite: suite the limit is for.
        labels: critical labels, each with those it means too; what a candidate declares is judged.
        allowed: leaks allowed, all labels together.
    """

    suite: Annotated[SuiteName, Stricter.SAME]
    labels: Annotated[tuple[Label, ...], Field(min_length=1), Stricter.MORE]
    allowed: Annotated[int, Field(ge=0, le=10_000), Stricter.LOWER]

    @model_validator(mode="after")
    def _are_direct(self) -> Self:
        strange = sorted(
            n for n in self.labels if n not in labels.BY_NAME or not labels.BY_NAME[n].direct
        )
        if strange:
            msg = f"{strange[0]} is not a direct identifier"
            raise ValueError(msg)
        return self


class CriticalLeakage:
    """Leaks of critical labels, at most the allowed number."""

    id = "critical_leakage"
    table = CriticalLeakageSettings

    def check(self, settings: str) -> None:
        """Read the table."""
        _read(settings)

    def about(self, settings: str) -> tuple[str, ...]:
        """The critical labels, those they mean too, and those that may mean one of them."""
        critical = _read(settings).labels
        wider = (name for label in critical for name in labels.MEANINGS[label])
        return tuple(dict.fromkeys((*labels.with_narrower(critical), *wider)))

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED above the limit; ERROR if a declared critical label was not measured."""
        wanted = _read(settings)
        report = valid_report(evidence, wanted.suite)
        if isinstance(report, str):
            return Finding(outcome=Outcome.ERROR, message=report)
        declared = _judged(wanted, evidence.candidate.labels, report)
        if not declared:
            message = "the candidate declares no critical label; set not_applicable in the policy"
            return Finding(outcome=Outcome.ERROR, message=message)
        measures = tuple(_measure(report, label, wanted.allowed) for label in declared)
        unmeasured = [measure.name for measure in measures if measure.outcome is Outcome.ERROR]
        if unmeasured:
            message = f"no gold spans of {', '.join(unmeasured)}"
            return Finding(outcome=Outcome.ERROR, message=message, measures=measures)
        leaks = count_leaks(report, declared)
        total = _total(report, leaks, wanted.allowed)
        message = (
            f"{count(leaks)} leaks of {len(declared)} critical labels in "
            f"{count(report.suite.documents)} documents, limit {count(wanted.allowed)}"
        )
        if leaks == 0:
            message += f"; proven at 95 %: fewer than {bad_share(total.bound)} of documents leak"
        return Finding(
            outcome=worst((total.outcome,)), message=message, measures=(total, *measures)
        )


def _read(settings: str) -> CriticalLeakageSettings:
    return parse(CriticalLeakageSettings, settings.encode(), what="table")


def _judged(
    wanted: CriticalLeakageSettings, declared: tuple[str, ...], report: BenchmarkReport
) -> list[str]:
    """Critical labels that are declared, and those with gold that a declared one claims."""
    critical = labels.with_narrower(wanted.labels)
    has_gold = {row.name for row in report.labels if not labels.BY_NAME[row.name].is_coarse}
    return [
        label
        for label in critical
        if label in declared or (label in has_gold and labels.claims(declared, label))
    ]


def _measure(report: BenchmarkReport, label: str, allowed: int) -> Measure:
    counts = label_counts(report, label)
    leaks = count_leaks(report, (label,))
    if counts is None or counts.support == 0:
        outcome = Outcome.ERROR
    else:
        outcome = Outcome.PASSED if leaks <= allowed else Outcome.FAILED
    return Measure(
        suite=report.suite.name,
        name=label,
        observed=None if outcome is Outcome.ERROR else float(leaks),
        limit=float(allowed),
        support=counts.support if counts else 0,
        families=counts.families if counts else 0,
        bound=zero_leak_upper(counts.documents) if counts and leaks == 0 else None,
        outcome=outcome,
    )


def _total(report: BenchmarkReport, leaks: int, allowed: int) -> Measure:
    return Measure(
        suite=report.suite.name,
        name=TOTAL,
        observed=float(leaks),
        limit=float(allowed),
        support=report.suite.documents,
        families=report.overall.families,
        bound=zero_leak_upper(report.suite.documents) if leaks == 0 else None,
        outcome=Outcome.PASSED if leaks <= allowed else Outcome.FAILED,
    )
