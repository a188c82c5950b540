"""Gate `evidence`: complete reports of the right candidate, with enough gold to judge."""

from typing import Annotated

from pydantic import Field

from openmed.domain.evaluation.report import BenchmarkReport, Counts
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Evidence, Finding, Measure, Outcome, worst
from openmed.domain.gates.report_validation import label_counts, valid_report
from openmed.domain.gates.strictness import Stricter
from openmed.domain.suites.suite import SuiteName
from openmed.domain.text.number_format import count
from openmed.domain.wire import parse


class EvidenceSettings(Frozen):
    """Table `[gates.evidence]`.

    Attributes:
        suites: suites with gold enough for floors; the others must only be answered whole.
        min_support: fewest gold spans of every declared label and language on these.
        min_families: fewest template families they come from.
    """

    suites: Annotated[tuple[SuiteName, ...], Field(min_length=1), Stricter.MORE]
    min_support: Annotated[int, Field(ge=1, le=1_000_000), Stricter.HIGHER]
    min_families: Annotated[int, Field(ge=1, le=100_000), Stricter.HIGHER]


class EvidenceComplete:
    """Every suite measured whole, on the staged bytes, with enough gold for what is declared."""

    id = "evidence"
    table = EvidenceSettings

    def check(self, settings: str) -> None:
        """Read the table."""
        _read(settings)

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """ERROR if a report is missing or wrong; INCONCLUSIVE if gold is too thin."""
        if evidence.faults:
            return Finding(outcome=Outcome.ERROR, message=evidence.faults[0].message)
        reports = [valid_report(evidence, pin.name) for pin in evidence.pins]
        faults = [report for report in reports if isinstance(report, str)]
        if faults or not reports:
            return Finding(
                outcome=Outcome.ERROR, message="; ".join(faults) or "the policy names no suite"
            )
        sound = [report for report in reports if not isinstance(report, str)]
        strangers = sorted(
            {r.suite.name for r in evidence.reports} - {pin.name for pin in evidence.pins}
        )
        if strangers:
            message = f"unexpected report of suite {strangers[0]}, which the policy does not name"
            return Finding(outcome=Outcome.ERROR, message=message)
        wanted = _read(settings)
        unknown = sorted(set(wanted.suites) - {report.suite.name for report in sound})
        if unknown:
            message = (
                f"gates.evidence counts gold on suite {unknown[0]}, which the policy does not name"
            )
            return Finding(outcome=Outcome.ERROR, message=message)
        measures = tuple(
            measure
            for report in sound
            if report.suite.name in wanted.suites
            for measure in _support(evidence, report, wanted)
        )
        thin = [m for m in measures if m.outcome is not Outcome.PASSED]
        if thin:
            named = ", ".join(
                f"{m.name} {count(m.support)} spans ({m.families} families)" for m in thin
            )
            message = (
                f"too little gold on {thin[0].suite}: {named}; {count(wanted.min_support)} spans "
                f"({wanted.min_families} families) of each needed"
            )
            return Finding(outcome=Outcome.INCONCLUSIVE, message=message, measures=measures)
        spans = sum(report.suite.spans for report in sound)
        documents = sum(report.suite.documents for report in sound)
        message = f"all {count(documents)} documents answered, {count(spans)} gold spans"
        return Finding(
            outcome=worst(tuple(m.outcome for m in measures)), message=message, measures=measures
        )


def _read(settings: str) -> EvidenceSettings:
    return parse(EvidenceSettings, settings.encode(), what="table")


def _support(
    evidence: Evidence, report: BenchmarkReport, wanted: EvidenceSettings
) -> tuple[Measure, ...]:
    languages = {row.name: row.counts for row in report.languages}
    declared: list[tuple[str, Counts | None]] = [
        (label, label_counts(report, label)) for label in evidence.candidate.labels
    ]
    declared += [(name, languages.get(name)) for name in evidence.candidate.languages]
    return tuple(_measure(report, name, counts, wanted) for name, counts in declared)


def _measure(
    report: BenchmarkReport, name: str, counts: Counts | None, wanted: EvidenceSettings
) -> Measure:
    support = counts.support if counts else 0
    families = counts.families if counts else 0
    enough = support >= wanted.min_support and families >= wanted.min_families
    return Measure(
        suite=report.suite.name,
        name=name,
        observed=float(support),
        limit=float(wanted.min_support),
        support=support,
        families=families,
        bound=None,
        outcome=Outcome.PASSED if enough else Outcome.INCONCLUSIVE,
    )
