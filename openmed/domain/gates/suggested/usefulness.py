"""Suggested tables of the gates that look at what is redacted, at other suites, and at cost."""

from collections.abc import Iterator
from typing import NamedTuple

from openmed.domain.digest import Json, canonical_json
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.evaluation.scoring.pairs import OVERALL
from openmed.domain.evaluation.scoring.statistics import provable_margin
from openmed.domain.gates.gate import Finding, Measure
from openmed.domain.gates.report_validation import valid_report
from openmed.domain.gates.rules.generalization import FLOOR, GeneralizationSettings
from openmed.domain.gates.rules.regression import RegressionSettings
from openmed.domain.gates.suggested.margins import (
    DOCUMENTS,
    GAP,
    LEAST,
    MOST_GAP,
    MOST_REDACTED,
    POINTS,
    floor_of,
    limit_of,
    margin_of,
    rounded_up,
)
from openmed.domain.gates.suggested.values import Measured, SuggestedGate, SuggestedKey
from openmed.domain.text import labels
from openmed.domain.text.number_format import bad_share, exact_share, share_change
from openmed.domain.wire import parse

_WIDEST_MARGIN = 0.2
"""Widest margin that the table of `regression` takes."""
_MOST_SUPPORT = 1000
"""Most spans that the table of `generalization` may ask of a label."""


def suggested_precision(measured: Measured) -> SuggestedGate:
    """What is redacted: right labels, and not too much else."""
    report = valid_report(measured.evidence, str(measured.settings["suite"]))
    if isinstance(report, str):
        return measured.without_evidence(report)
    redaction = report.redaction
    if not redaction.outside or not redaction.documents_without_gold:
        name = report.suite.name
        return measured.without_evidence(
            f"{name} has no text outside gold, or no document without gold"
        )
    if not report.predictions:
        return measured.without_evidence("the candidate predicted nothing")
    found = [(row.label, row.touching, row.predicted) for row in report.predictions]
    typed = [
        (row.name, row.counts.typed, row.counts.support)
        for row in report.labels
        if labels.claims(report.scope.labels, row.name) and row.counts.support
    ]
    over = redaction.over_redacted / redaction.outside
    limit = limit_of(over, most=MOST_REDACTED)
    whole = redaction.documents_without_gold
    alarms = min(1.0, rounded_up((redaction.false_alarm_documents + DOCUMENTS) / whole))
    return measured.suggested(
        f"Measured on {report.suite.name}, minus the margin in each row. The defaults hold for a "
        "label that is declared later.",
        SuggestedKey("labels", list(_floors(found, "predictions that touch gold"))),
        SuggestedKey("typed_labels", list(_floors(typed, "spans found by their group"))),
        SuggestedKey(
            "over_redaction",
            MOST_REDACTED if limit is None else limit,
            f"measured {redaction.over_redacted} of {redaction.outside} characters outside gold "
            f"({bad_share(over)}); margin {exact_share(POINTS)}",
        ),
        SuggestedKey(
            "false_alarms",
            alarms,
            f"measured {redaction.false_alarm_documents} of {whole} documents without gold; "
            f"margin {DOCUMENTS}",
        ),
        weak=(
            *_weak(found, "predictions touch gold"),
            *_weak(typed, "gold spans are found by their group"),
            *_greedy(over),
        ),
    )


def _greedy(over: float) -> Iterator[str]:
    if limit_of(over, most=MOST_REDACTED) is None:
        said = f"{bad_share(over)} of the characters outside gold are redacted"
        yield f"{said}; {exact_share(MOST_REDACTED)} is the most"


def _floors(rows: list[tuple[str, int, int]], what: str) -> Iterator[dict[str, Json]]:
    for name, hits, total in rows:
        floor = floor_of(hits, total)
        if floor is not None:
            reason = f"measured {hits} of {total} {what}; margin {margin_of(total)}"
            yield {"label": name, "floor": floor, "reason": reason}


def _weak(rows: list[tuple[str, int, int]], what: str) -> Iterator[str]:
    for name, hits, total in rows:
        if floor_of(hits, total) is None:
            least = exact_share(LEAST)
            yield f"{name}: {hits} of {total} {what}; fewer than {least} is no claim to find it"


def suggested_regression(measured: Measured) -> SuggestedGate:
    """A drop over all labels that the suite has enough gold to decide."""
    wanted = parse(RegressionSettings, measured.table.settings.encode(), what="table")
    report = valid_report(measured.evidence, wanted.suite)
    if isinstance(report, str):
        return measured.without_evidence(report)
    spans = _declared_spans(report)
    if not spans:
        return measured.without_evidence(f"{wanted.suite} has no gold of the declared labels")
    margin = min(_WIDEST_MARGIN, rounded_up(provable_margin(wanted.discordance, spans)))
    if margin <= wanted.overall:
        return measured.kept()
    return measured.suggested(
        measured.table.reason,
        SuggestedKey(
            "overall",
            margin,
            f"{spans} spans of declared labels decide no narrower margin when "
            f"{exact_share(wanted.discordance)} of them change sides",
        ),
    )


def _declared_spans(report: BenchmarkReport) -> int:
    declared = report.scope.labels
    return sum(r.counts.support for r in report.labels if labels.claims(declared, r.name))


class _Gap(NamedTuple):
    """What one suite says of generalization."""

    suite: str
    finding: Finding

    def rows(self) -> tuple[Measure, ...]:
        """Single labels; what is compared with the live release is not about this."""
        named = (OVERALL, FLOOR)
        return tuple(m for m in self.finding.measures if m.lost is None and m.name not in named)

    @property
    def whole(self) -> tuple[Measure, ...]:
        """Over all labels: one, or none when there is nothing in common."""
        rows = [m for m in self.finding.measures if m.lost is None and m.name == OVERALL]
        return tuple(rows[:1])

    @property
    def is_decidable(self) -> bool:
        """Whether there is a gap at which it would pass."""
        return bool(self.whole) and all(_needed(m) <= MOST_GAP for m in self.whole)

    @property
    def recall(self) -> Measure | None:
        """Recall there; None where no floor is set."""
        return next((m for m in self.finding.measures if m.name == FLOOR), None)


def suggested_generalization(measured: Measured) -> SuggestedGate:
    """How far recall on suites that nobody knows lies below the one that is public."""
    wanted = parse(GeneralizationSettings, measured.table.settings.encode(), what="table")
    found = [_Gap(suite, _alone(measured, wanted, suite)) for suite in wanted.suites]
    judged = [gap for gap in found if gap.is_decidable]
    weak = [
        f"{gap.suite}: recall of {m.name} lies more than {exact_share(MOST_GAP)} below "
        f"{wanted.suite} ({share_change(m.observed or 0.0)})"
        for gap in found
        for m in (*gap.whole, *gap.rows())
        if m.upper is not None and m.upper < -MOST_GAP
    ]
    if not judged:
        said = "; ".join(_why_not(gap) for gap in found)
        return measured.idle(f"no suite can decide it: {said}")._replace(weak=tuple(weak))
    names = [gap.suite for gap in judged]
    undecided = [m.support for gap in judged for m in gap.rows() if _needed(m) > MOST_GAP]
    least = max([wanted.min_support, *(support + 1 for support in undecided)])
    recalls = [gap.recall for gap in judged if gap.recall is not None]
    floors = [(m, floor_of(round((m.observed or 0.0) * m.support), m.support)) for m in recalls]
    weak += [
        f"{m.suite}: recall {exact_share(m.observed or 0.0)}; at least {exact_share(LEAST)}"
        for m, floor in floors
        if floor is None
    ]
    left_out = "; ".join(f"left out: {_why_not(gap)}" for gap in found if gap not in judged)
    return measured.suggested(
        f"{measured.table.reason} Gaps are the ends of the measured intervals plus "
        f"{exact_share(GAP)}, or the default.",
        SuggestedKey("suites", [*names], left_out),
        SuggestedKey("paired", [name for name in wanted.paired if name in names]),
        SuggestedKey("gaps", [_gap_row(gap, wanted) for gap in judged]),
        SuggestedKey("label_gaps", [_label_row(gap, wanted, least=least) for gap in judged]),
        SuggestedKey(
            "min_support",
            min(least, _MOST_SUPPORT),
            "" if least == wanted.min_support else "labels with fewer spans cannot be decided",
        ),
        SuggestedKey("floor_suites", [name for name in wanted.floor_suites if name in names]),
        SuggestedKey(
            "floor",
            min([wanted.floor, *(floor for _, floor in floors if floor is not None)]),
            "; ".join(f"measured {exact_share(m.observed or 0)} on {m.suite}" for m in recalls),
        ),
        weak=tuple(weak),
    )


def _alone(measured: Measured, wanted: GeneralizationSettings, suite: str) -> Finding:
    """What the gate finds on one of its suites, compared with nothing that is live."""
    one: dict[str, Json] = {
        **measured.settings,
        "suites": [suite],
        "paired": [],
        "floor_suites": [suite] if suite in wanted.floor_suites else [],
        "gaps": [],
        "label_gaps": [],
    }
    return measured.gate.decide(measured.evidence, canonical_json(one).decode())


def _needed(measure: Measure) -> float:
    """The gap at which this would pass, and a suite of other documents likely, too."""
    observed, lower = measure.observed or 0.0, measure.bound or 0.0
    return max(observed - lower, -lower if observed < 0 else 0.0) + GAP


def _why_not(gap: _Gap) -> str:
    if not gap.whole:
        return gap.finding.message
    spans = sum(m.support for m in gap.whole)
    return f"{gap.suite} has {spans} spans, too few for a gap of {exact_share(MOST_GAP)}"


def _gap_row(gap: _Gap, wanted: GeneralizationSettings) -> dict[str, Json]:
    value = max(wanted.gap_of(gap.suite), *(rounded_up(_needed(m)) for m in gap.whole))
    said = "; ".join(map(_interval, gap.whole))
    return {"suite": gap.suite, "gap": value, "reason": f"measured {said}"}


def _label_row(gap: _Gap, wanted: GeneralizationSettings, *, least: int) -> dict[str, Json]:
    rows = [m for m in gap.rows() if m.support >= least and _needed(m) <= MOST_GAP]
    value = max([wanted.per_label_of(gap.suite), *(rounded_up(_needed(m)) for m in rows)])
    widest = max(rows, key=_needed, default=None)
    said = f"widest: {widest.name} {_interval(widest)}" if widest else "no label is judged alone"
    return {"suite": gap.suite, "gap": value, "reason": said}


def _interval(measure: Measure) -> str:
    ends = (share_change(value or 0.0) for value in (measure.bound, measure.upper))
    return f"{share_change(measure.observed or 0.0)} [{', '.join(ends)}], {measure.support} spans"
