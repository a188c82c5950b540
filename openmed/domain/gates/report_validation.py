"""Whether a report may be looked at at all: of this candidate, on this suite, whole, coherent.

Every gate asks here before it reads a number, so no gate relies on another one having
looked. What does not add up is not judged: it is an ERROR, never a pass and never a fail.
"""

from typing import NamedTuple

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.evaluation.leaks import count_leaks
from openmed.domain.evaluation.report import BenchmarkReport, Counts, Scope, SliceCounts
from openmed.domain.evaluation.scoring.bitmaps import bitmap_fault, exposed_fault
from openmed.domain.evaluation.unanswered import reasons
from openmed.domain.gates.gate import Evidence
from openmed.domain.suites.suite import SuitePin
from openmed.domain.text import labels
from openmed.domain.wire import digest_value

ADDITIVE = (
    "support", "covered", "partial", "missed", "exposed", "typed", "strict", "exact",
    "characters", "leaked",
)  # fmt: skip
"""Counts of spans and characters: those of the parts add up to those of the whole."""


def valid_report(evidence: Evidence, suite: str) -> BenchmarkReport | str:
    """The suite's report, or one sentence why there is none to judge."""
    pins = [pin for pin in evidence.pins if pin.name == suite]
    reports = [report for report in evidence.reports if report.suite.name == suite]
    if len(pins) != 1:
        return f"suite {suite} is not pinned for this policy"
    if not reports:
        steps = [fault for fault in evidence.faults if fault.step.endswith(suite)]
        why = f": {steps[0].message}" if steps else ""
        return f"no report of suite {suite}{why}"
    if len(reports) > 1:
        return f"there are {len(reports)} reports of suite {suite}"
    fault = fault_of(reports[0], pin=pins[0], evidence=evidence)
    return f"report of suite {suite}: {fault}" if fault else reports[0]


def sound_baseline(evidence: Evidence, suite: str) -> BenchmarkReport | str:
    """The live release's report of a suite, or one sentence why it cannot be compared with.

    It must be of what is live, on the identical suite, counted by the same code.
    """
    other = _Other(
        who="the live release",
        step=f"baseline-{suite}",
        reports=evidence.baselines,
        slot=evidence.candidate.slot,
        artifact=evidence.against.artifact,
    )
    return _sound_other(evidence, suite, other)


def sound_pair(evidence: Evidence, suite: str) -> tuple[BenchmarkReport, BenchmarkReport] | str:
    """The suite's report and the live release's, or one sentence why they cannot be compared."""
    report = valid_report(evidence, suite)
    if isinstance(report, str):
        return report
    before = sound_baseline(evidence, suite)
    return before if isinstance(before, str) else (report, before)


def sound_parent(evidence: Evidence, suite: str) -> BenchmarkReport | str:
    """The parent's report of a suite, or one sentence why it cannot be compared with.

    As for the live release; and the same runner must have run both, or its difference would be
    taken for that of the format.
    """
    parent = evidence.parent
    other = _Other(
        who="the parent",
        step=f"parent-{suite}",
        reports=evidence.parents,
        slot=parent.slot if parent else "none",
        artifact=parent.artifact if parent else None,
    )
    before, report = _sound_other(evidence, suite, other), valid_report(evidence, suite)
    if isinstance(before, str) or isinstance(report, str):
        return before
    ran, runs = before.runtime.runner, report.runtime.runner
    if ran != runs:
        return f"the parent was measured with runner {ran}, the candidate with {runs}"
    return before


class _Other(NamedTuple):
    """What a candidate is compared with, and how its reports are found."""

    who: str
    step: str
    reports: tuple[BenchmarkReport, ...]
    slot: str
    artifact: str | None


def _sound_other(evidence: Evidence, suite: str, other: _Other) -> BenchmarkReport | str:
    reports = [report for report in other.reports if report.suite.name == suite]
    report = valid_report(evidence, suite)
    if isinstance(report, str):
        return report
    if len(reports) != 1:
        steps = [f for f in evidence.faults if f.step.endswith(other.step)]
        why = f": {steps[0].message}" if steps else ""
        return f"no report of {other.who} on suite {suite}{why}"
    before = reports[0]
    wanted = (
        ("artifact", before.subject.artifact, other.artifact or "none"),
        ("slot", before.subject.slot, other.slot),
        ("suite digest", before.suite.digest, report.suite.digest),
        ("label schema", before.label_schema, report.label_schema),
        ("scorer", before.scorer, report.scorer),
        ("languages", " ".join(before.scope.languages), " ".join(report.scope.languages)),
        ("spans", _supports(before), _supports(report)),
    )
    for name, got, want in wanted:
        if got != want:
            return f"{other.who}'s {name} on suite {suite} is {got[:20]}, expected {want[:20]}"
    fault = _missing(before) or _incoherent(before)
    return f"{other.who}'s report of suite {suite}: {fault}" if fault else before


def _supports(report: BenchmarkReport) -> str:
    return str([(row.name, row.counts.support) for row in report.labels])


def fault_of(report: BenchmarkReport, *, pin: SuitePin, evidence: Evidence) -> str:
    """What is wrong with a report; empty when nothing is."""
    staged = evidence.staged
    if staged is None:
        return "nothing is staged"
    wanted = (
        ("row", staged.row, evidence.candidate.row),
        ("artifact", report.subject.artifact, staged.artifact),
        ("slot", report.subject.slot, evidence.candidate.slot),
        ("repo_id", report.subject.repo_id, evidence.candidate.repo_id),
        ("suite digest", report.suite.digest, pin.digest),
        ("label schema", report.label_schema, labels.SCHEMA_VERSION),
        (
            "scope (labels and languages)",
            digest_value(report.scope),
            digest_value(scope_of(evidence.candidate)),
        ),
    )
    for name, got, want in wanted:
        if got != want:
            return f"its {name} is {got[:20]}, expected {want[:20]}"
    return _missing(report) or _incoherent(report)


def label_counts(report: BenchmarkReport, label: str) -> Counts | None:
    """Counts of one label, or None when the suite has no gold for it."""
    return next((row.counts for row in report.labels if row.name == label), None)


def scope_of(candidate: Candidate) -> Scope:
    """What a candidate declares, as a report names it."""
    return Scope(labels=candidate.labels, languages=candidate.languages)


def _missing(report: BenchmarkReport) -> str:
    if report.suite.documents == 0 or report.suite.spans == 0:
        return "the suite is empty"
    if report.is_incomplete:
        told = "; ".join(reasons(report))
        why = f" ({told})" if told else ""
        got = f"{report.scored_documents} of {report.suite.documents} documents were answered{why}"
        return f"{got}; all are needed"
    if report.overall.support != report.suite.spans:
        return f"{report.overall.support} of {report.suite.spans} gold spans were scored"
    return ""


def _incoherent(report: BenchmarkReport) -> str:
    return (
        _bad_labels(report)
        or _bad_counts(report)
        or _bad_outcomes(report)
        or _bad_leaks(report)
        or _bad_predictions(report)
        or _bad_behaviour(report)
        or _bad_matchings(report)
        or _bad_redaction(report)
    )


def _bad_labels(report: BenchmarkReport) -> str:
    named = (*report.scope.labels, *(row.name for row in report.labels))
    unknown = [name for name in named if name not in labels.BY_NAME]
    return f"unknown label {unknown[0][:40]}" if unknown else ""


def _bad_counts(report: BenchmarkReport) -> str:
    if not _adds_up(report.overall):
        return "the overall counts contradict each other"
    for kind in ("labels", "languages", "slices"):
        fault = _bad_split(getattr(report, kind), report.overall)
        if fault:
            return f"{kind}: {fault}"
    fault = _bad_declared(report)
    return f"declared_languages: {fault}" if fault else ""


def _bad_declared(report: BenchmarkReport) -> str:
    """Languages of declared labels only: together those labels, each within its language."""
    declared = [row.counts for row in report.labels if labels.claims(report.scope.labels, row.name)]
    whole = {row.name: row.counts for row in report.languages}
    fault = _bad_rows(report.declared_languages)
    if fault:
        return fault
    for field in ADDITIVE:
        rows = [
            (int(getattr(row.counts, field)), int(getattr(whole.get(row.name), field, 0)))
            for row in report.declared_languages
        ]
        if sum(part for part, _ in rows) != sum(int(getattr(c, field)) for c in declared):
            return f"{field} does not add up to that of the declared labels"
        if any(part > all_of_it for part, all_of_it in rows):
            return f"{field} is more than that of all labels"
    return ""


def _bad_rows(rows: tuple[SliceCounts, ...]) -> str:
    names = [row.name for row in rows]
    if len(set(names)) < len(names):
        return "a name is counted twice"
    bad = [row.name for row in rows if not _adds_up(row.counts)]
    return f"the counts of {bad[0]} contradict each other" if bad else ""


def _bad_split(rows: tuple[SliceCounts, ...], overall: Counts) -> str:
    """Every gold span is in exactly one row, so the rows add up to the whole."""
    fault = _bad_rows(rows)
    if fault:
        return fault
    for field in ADDITIVE:
        if sum(int(getattr(row.counts, field)) for row in rows) != getattr(overall, field):
            return f"{field} does not add up to the overall one"
    for field in ("families", "documents"):
        # Two rows may share a family or a document, so the whole lies between largest and sum.
        parts = [int(getattr(row.counts, field)) for row in rows]
        if not max(parts, default=0) <= getattr(overall, field) <= sum(parts):
            return f"{field} contradicts the overall one"
    return ""


def _bad_outcomes(report: BenchmarkReport) -> str:
    if [row.name for row in report.labels] != [row.label for row in report.outcomes]:
        return "the outcome bitmaps are not of the labels counted"
    for row, outcome in zip(report.labels, report.outcomes, strict=True):
        fault = bitmap_fault(outcome, row.counts)
        if not fault and report.leaks is None:
            fault = exposed_fault(outcome, support=row.counts.support)
        if fault:
            return f"the outcome bitmap of {row.name} {fault}"
    return ""


def _bad_leaks(report: BenchmarkReport) -> str:
    listed = report.leaks or ()
    places = {(leak.document, leak.start, leak.end) for leak in listed}
    if len(places) < len(listed) or any(leak.start >= leak.end for leak in listed):
        return "the list of leaks names a place twice, or one that is empty"
    direct = {name for name, facts in labels.BY_NAME.items() if facts.direct}
    exposed = {row.name: row.counts.exposed for row in report.labels if row.name in direct}
    named = {leak.label for leak in listed}
    if any(count_leaks(report, (name,)) != exposed.get(name, 0) for name in {*named, *exposed}):
        return "what leaked disagrees with the exposed counts"
    return ""


def _bad_matchings(report: BenchmarkReport) -> str:
    names = [row.name for row in report.matchings]
    if len(set(names)) < len(names):
        return "a way of matching is counted twice"
    predicted = sum(row.predicted for row in report.predictions)
    for row in report.matchings:
        pairs = row.correct + row.incorrect + row.partial
        if (pairs + row.missed, pairs + row.spurious) != (report.overall.support, predicted):
            return f"the counts of {row.name} matching contradict the others"
    return ""


def _bad_predictions(report: BenchmarkReport) -> str:
    names = [row.label for row in report.predictions]
    if len(set(names)) < len(names):
        return "the predictions of a label are counted twice"
    if any(not _is_declared(report, name) for name in names):
        return "there are predictions of a label that is not declared"
    for row in report.predictions:
        if not 0 < row.predicted >= row.touching:
            return f"the prediction counts of {row.label} contradict each other"
    touching = {row.label: row.touching for row in report.predictions}
    for label in report.labels:
        # What was found with this label was predicted, and touches gold.
        if label.counts.strict > touching.get(label.name, 0):
            return f"more spans of {label.name} were found than predictions touch gold"
    return ""


def _is_declared(report: BenchmarkReport, label: str) -> bool:
    return label in labels.BY_NAME and labels.is_declared(report.scope.labels, label)


def _bad_behaviour(report: BenchmarkReport) -> str:
    """What is redacted is of the labels that were predicted, and of languages that were run."""
    if report.schema_ == "openmed.report/1":
        return ""
    if not report.behaviour:
        return "its behaviour is missing"
    languages = [row.language for row in report.behaviour]
    if len(set(languages)) < len(languages) or set(languages) - set(report.scope.languages):
        return "the behaviour is of a language twice, or of one that is not declared"
    digested = [[label.label for label in row.labels] for row in report.behaviour]
    named = {label for labels_of in digested for label in labels_of}
    if any(len(set(row)) < len(row) for row in digested) or named != {
        row.label for row in report.predictions
    }:
        return "the behaviour is not of the labels that were predicted"
    return ""


def _bad_redaction(report: BenchmarkReport) -> str:
    counts, suite = report.redaction, report.suite
    if (
        counts.over_redacted > counts.outside
        or counts.false_alarm_documents > counts.documents_without_gold
        or counts.documents_without_gold + report.overall.documents != suite.documents
    ):
        return "the redaction counts contradict each other"
    return ""


def _adds_up(counts: Counts) -> bool:
    return (
        counts.covered + counts.partial + counts.missed == counts.support
        and counts.missed <= counts.exposed <= counts.partial + counts.missed
        and counts.typed <= counts.covered
        and counts.strict <= counts.exact <= counts.support
        and counts.leaked <= counts.characters
        and min(1, counts.support) <= counts.families <= counts.support
        and min(1, counts.support) <= counts.documents <= counts.support
        and counts.support <= counts.characters
        and (counts.leaked == 0) == (counts.covered == counts.support)
    )
