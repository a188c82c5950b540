"""The summary of a release: what pages show of it, in a few kilobytes, drawn from its evidence.

Counts only, no computed interval: the same evidence gives the same bytes on every machine. A flip
names the summary by digest in the ledger, and `verify` draws it again and compares the bytes. A
release of an earlier engine names none; its summary is drawn when it is needed.

Not here: who signed, what the ledger says since, and everything a page shows of one report only
(slices by label, predictions, leaks by place), for which the report is opened.
"""

from collections import Counter
from collections.abc import Callable
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from openmed.domain.evaluation.performance import PerformanceReport
from openmed.domain.evaluation.report import (
    BenchmarkReport,
    Count,
    Counts,
    DecodingFacts,
    LibraryName,
    Redaction,
    SliceCounts,
    SuiteFacts,
)
from openmed.domain.frozen import Digest, Frozen, VerifierName, is_absent
from openmed.domain.gates.gate import GateId, GateResult, Measure, Outcome
from openmed.domain.gates.verdict import Verdict
from openmed.domain.slot import SlotKey

SCHEMA = "openmed.release-summary/1"


class CountsTable(Frozen):
    """Counts of many labels, languages or slices, as columns of one length.

    Attributes:
        names: what was counted.
    """

    names: tuple[str, ...]
    support: tuple[Count, ...]
    families: tuple[Count, ...]
    documents: tuple[Count, ...]
    covered: tuple[Count, ...]
    partial: tuple[Count, ...]
    missed: tuple[Count, ...]
    exposed: tuple[Count, ...]
    typed: tuple[Count, ...]
    strict: tuple[Count, ...]
    exact: tuple[Count, ...]
    characters: tuple[Count, ...]
    leaked: tuple[Count, ...]
    design_effect: tuple[Annotated[float, Field(ge=0)] | None, ...]

    @model_validator(mode="after")
    def _is_a_table(self) -> Self:
        if any(len(column) != len(self.names) for column in dict(self).values()):
            msg = "the columns of a table have different lengths"
            raise ValueError(msg)
        return self

    @property
    def rows(self) -> tuple[SliceCounts, ...]:
        """The same as rows."""
        columns = [getattr(self, name) for name in Counts.model_fields]
        return tuple(
            SliceCounts(name=name, counts=Counts(**dict(zip(Counts.model_fields, row, strict=True))))
            for name, *row in zip(self.names, *columns, strict=True)
        )


class SliceTable(Frozen):
    """Enough of the counts of slices for their recall with its interval.

    Attributes:
        names: slices.
        support: gold spans.
        families: template families they come from.
        covered: spans that are covered.
        exposed: spans that are missed or show a run of 4 or more sensitive characters.
        design_effect: how much less the spans tell than independent ones would.
    """

    names: tuple[str, ...]
    support: tuple[Count, ...]
    families: tuple[Count, ...]
    covered: tuple[Count, ...]
    exposed: tuple[Count, ...]
    design_effect: tuple[Annotated[float, Field(ge=0)] | None, ...]


class SuiteSummary(Frozen):
    """What one suite measured.

    Attributes:
        suite: which suite.
        report: evidence file with the report.
        runner: what ran the candidate.
        library_name: library that loads it; None where the report names none.
        decoding: how tokens became spans; None where the report does not say it.
        measured_by: who measured it where its text was missing when it was judged; None = here.
        scored_documents: documents with an answer.
        overall: all gold spans.
        labels: by label.
        languages: by language.
        slices: by slice.
        direct_leaks: direct identifiers left in clear, by label as in `labels`.
        redaction: over-redaction.
    """

    suite: SuiteFacts
    report: Digest
    runner: str
    library_name: LibraryName | None
    decoding: DecodingFacts | None
    measured_by: VerifierName | None = Field(default=None, exclude_if=is_absent)
    scored_documents: Count
    overall: Counts
    labels: CountsTable
    languages: CountsTable
    slices: SliceTable
    direct_leaks: tuple[Count, ...]
    redaction: Redaction


class GateSummary(Frozen):
    """What one gate found.

    Attributes:
        id: gate.
        outcome: its outcome.
        blocking: whether it decides.
        message: what, got, wanted.
        closest: the number that fails, or is closest to its limit; None where there is none.
    """

    id: GateId
    outcome: Outcome
    blocking: bool
    message: str
    closest: Measure | None


class ReleaseSummary(Frozen):
    """What pages show of one release, whatever the ledger records later.

    Attributes:
        slot: release channel.
        artifact: tree digest of the released bytes.
        policy: digest of the policy it passed.
        gates: every gate of the policy, in its order.
        suites: every suite the policy names, in its order.
        performance: how fast and large it is; None where the policy asks for no such report.
    """

    schema_: Literal["openmed.release-summary/1"] = Field(default=SCHEMA, alias="schema")
    slot: SlotKey
    artifact: Digest
    policy: Digest
    gates: tuple[GateSummary, ...]
    suites: tuple[SuiteSummary, ...]
    performance: PerformanceReport | None


def summary_of(
    verdict: Verdict,
    *,
    reports: tuple[BenchmarkReport, ...],
    performance: PerformanceReport | None,
) -> ReleaseSummary:
    """Draw the summary of a release from what was signed.

    Args:
        verdict: the signed verdict, which names an artifact.
        reports: the suites' own reports that it names.
        performance: the performance report that it names; None where it names none.
    """
    references = {row.suite: row for row in verdict.reports}
    return ReleaseSummary(
        slot=verdict.slot,
        artifact=verdict.artifact or "",
        policy=verdict.policy.digest,
        gates=tuple(map(_gate, verdict.results)),
        suites=tuple(
            _suite(
                report,
                digest=references[report.suite.name].report,
                measured_by=said.verifier
                if (said := references[report.suite.name].measured_by)
                else None,
            )
            for report in reports
        ),
        performance=performance,
    )


def _gate(result: GateResult) -> GateSummary:
    return GateSummary(
        id=result.id,
        outcome=result.outcome,
        blocking=result.blocking,
        message=result.message,
        closest=min(result.measures, key=_distance, default=None),
    )


def _distance(measure: Measure) -> tuple[bool, float]:
    """What fails comes first, then what is nearest to its limit."""
    is_green = measure.outcome is Outcome.PASSED
    if measure.observed is None:
        return is_green, -1.0
    return is_green, abs(measure.observed - measure.limit)


def _suite(report: BenchmarkReport, *, digest: str, measured_by: str | None) -> SuiteSummary:
    leaks = Counter(leak.label for leak in report.leaks)
    return SuiteSummary(
        suite=report.suite,
        report=digest,
        runner=report.runtime.runner,
        library_name=report.library_name,
        decoding=report.decoding,
        measured_by=measured_by,
        scored_documents=report.scored_documents,
        overall=report.overall,
        labels=_table(report.labels),
        languages=_table(report.languages),
        slices=_slices(report.slices),
        direct_leaks=tuple(leaks[row.name] for row in report.labels),
        redaction=report.redaction,
    )


def _table(rows: tuple[SliceCounts, ...]) -> CountsTable:
    columns = {name: _column(rows, name) for name in Counts.model_fields}
    return CountsTable(names=tuple(row.name for row in rows), **columns)


def _slices(rows: tuple[SliceCounts, ...]) -> SliceTable:
    kept = [name for name in SliceTable.model_fields if name != "names"]
    columns = {name: _column(rows, name) for name in kept}
    return SliceTable(names=tuple(row.name for row in rows), **columns)


def _column(rows: tuple[SliceCounts, ...], name: str) -> tuple[int, ...]:
    values: Callable[[SliceCounts], int] = lambda row: getattr(row.counts, name)  # noqa: E731
    return tuple(map(values, rows))
