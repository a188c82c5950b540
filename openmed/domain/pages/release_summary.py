"""The summary of a release: what pages show of it, in a few kilobytes, drawn from its evidence.

Counts only, no computed interval: the same evidence gives the same bytes on every machine. A flip
names the summary by digest in the ledger, and `verify` draws it again and compares the bytes. A
release of an earlier engine names none; its summary is drawn when it is needed.

Not here: who signed, what the ledger says since, and everything a page shows of one report only
(slices by label, predictions, leaks by place), for which the report is opened.
"""

from functools import cached_property
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from openmed.domain.evaluation.leaks import count_leaks
from openmed.domain.evaluation.performance import (
    Host,
    IsolationReport,
    LatencyPercentiles,
    Milliseconds,
    PerformanceReport,
)
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
from openmed.domain.gates.gate import GateResult, Measure, Outcome
from openmed.domain.gates.policy import GateId
from openmed.domain.gates.verdict import PERFORMANCE, Verdict
from openmed.domain.slot import SlotKey

SCHEMA: Final = "openmed.release-summary/1"
DesignEffect = Annotated[float, Field(ge=0)] | None


class ItemCounts(Frozen):
    """What happened to the gold spans of one label, language or slice; as in a report.

    Attributes:
        support: gold spans.
        families: template families they come from.
        covered: spans whose sensitive characters are all redacted.
        partial: spans with some of them redacted.
        missed: spans with none of them redacted.
        exposed: spans that are missed or show a run of 4 or more sensitive characters.
        characters: sensitive characters in the gold.
        leaked: sensitive characters left in clear.
        design_effect: how much less the spans tell than independent ones would.
    """

    support: Count
    families: Count
    covered: Count
    partial: Count
    missed: Count
    exposed: Count
    characters: Count
    leaked: Count
    design_effect: DesignEffect


class ItemRow(Frozen):
    """Counts of one label, language or slice."""

    name: str
    counts: ItemCounts


class CountsTable(Frozen):
    """Counts of many labels, languages or slices, as columns of one length.

    Attributes:
        names: what was counted; the other columns are those of `ItemCounts`.
    """

    names: tuple[str, ...]
    support: tuple[Count, ...]
    families: tuple[Count, ...]
    covered: tuple[Count, ...]
    partial: tuple[Count, ...]
    missed: tuple[Count, ...]
    exposed: tuple[Count, ...]
    characters: tuple[Count, ...]
    leaked: tuple[Count, ...]
    design_effect: tuple[DesignEffect, ...]

    @model_validator(mode="after")
    def _is_a_table(self) -> Self:
        if any(len(column) != len(self.names) for _, column in self):
            msg = "the columns of a table have different lengths"
            raise ValueError(msg)
        return self

    @cached_property
    def rows(self) -> tuple[ItemRow, ...]:
        """The same as rows."""
        names = tuple(ItemCounts.model_fields)
        columns = [getattr(self, name) for name in names]
        return tuple(
            ItemRow(name=name, counts=ItemCounts.model_validate(dict(zip(names, row, strict=True))))
            for name, *row in zip(self.names, *columns, strict=True)
        )


class SliceTable(Frozen):
    """Enough of the counts of slices for their recall with its interval, as columns.

    Attributes:
        names: slices; the other columns are some of those of `ItemCounts`.
    """

    names: tuple[str, ...]
    support: tuple[Count, ...]
    families: tuple[Count, ...]
    covered: tuple[Count, ...]
    exposed: tuple[Count, ...]
    design_effect: tuple[DesignEffect, ...]


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


class Margin(Frozen):
    """One number a gate looked at; as in the verdict.

    Attributes:
        suite: suite it was measured on.
        name: label, language or quantity.
        observed: measured value; None = no data.
        limit: what the policy wants.
        bound: what the evidence proves with 95 % confidence, one-sided; None = nothing.
        support: gold spans or documents behind it.
        outcome: what this number alone says.
    """

    suite: str
    name: str
    observed: float | None
    limit: float
    bound: float | None
    support: Count
    outcome: Outcome


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
    closest: Margin | None


class PerformanceSummary(Frozen):
    """How fast and large it is, and whether a second run says the same; as in its report.

    Attributes:
        report: evidence file with the report.
        documents: how many documents were timed.
        differing_documents: how many got other spans in the second run.
        latency: per document.
        cold_start: milliseconds from starting the child to its being ready.
        peak_rss: most memory of the child, in bytes; None where it cannot be read.
        model_bytes: bytes of all files of the artifact.
        host: where.
        isolation: how the candidate was isolated; None in reports of the first version.
    """

    report: Digest
    documents: Count
    differing_documents: Count
    latency: LatencyPercentiles
    cold_start: Milliseconds
    peak_rss: Count | None
    model_bytes: Count
    host: Host
    isolation: IsolationReport | None


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
    performance: PerformanceSummary | None


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
        performance=_performance(performance, digest=references[PERFORMANCE].report)
        if performance
        else None,
    )


def _performance(report: PerformanceReport, *, digest: str) -> PerformanceSummary:
    shared = set(PerformanceSummary.model_fields) - {"report"}
    fields = {name: getattr(report, name) for name in shared}
    return PerformanceSummary.model_validate({"report": digest, **fields})


def _gate(result: GateResult) -> GateSummary:
    return GateSummary(
        id=result.id,
        outcome=result.outcome,
        blocking=result.blocking,
        message=result.message,
        closest=_margin(min(result.measures, key=_distance)) if result.measures else None,
    )


def _margin(measure: Measure) -> Margin:
    return Margin.model_validate({name: getattr(measure, name) for name in Margin.model_fields})


def _distance(measure: Measure) -> tuple[bool, float]:
    """What fails comes first, then what is nearest to its limit."""
    is_green = measure.outcome is Outcome.PASSED
    if measure.observed is None:
        return is_green, -1.0
    return is_green, abs(measure.observed - measure.limit)


def _suite(report: BenchmarkReport, *, digest: str, measured_by: str | None) -> SuiteSummary:
    return SuiteSummary(
        suite=report.suite,
        report=digest,
        runner=report.runtime.runner,
        library_name=report.library_name,
        decoding=report.decoding,
        measured_by=measured_by,
        scored_documents=report.scored_documents,
        overall=report.overall,
        labels=CountsTable.model_validate(_columns(report.labels, CountsTable)),
        languages=CountsTable.model_validate(_columns(report.languages, CountsTable)),
        slices=SliceTable.model_validate(_columns(report.slices, SliceTable)),
        direct_leaks=tuple(count_leaks(report, (row.name,)) for row in report.labels),
        redaction=report.redaction,
    )


def _columns(
    rows: tuple[SliceCounts, ...], table: type[Frozen]
) -> dict[str, tuple[str | float | None, ...]]:
    wanted = [name for name in table.model_fields if name != "names"]
    columns = {name: tuple(getattr(row.counts, name) for row in rows) for name in wanted}
    return {"names": tuple(row.name for row in rows), **columns}
