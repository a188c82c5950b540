"""Gate `quantization`: a reduced format loses next to nothing of what its parent finds.

The row declares the parent's slot; it is never guessed. Per label and for all labels together
the drop of recall, on the same gold spans, must be smaller than the format's limit. At the limit
or beyond it is FAILED when the candidate is proven to be worse, else INCONCLUSIVE.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from openmed.domain.evaluation.scoring.pairs import Pairs, pairs_of, sum_of
from openmed.domain.evaluation.scoring.statistics import pairs_needed
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Evidence, Finding, Measure, Outcome, worst
from openmed.domain.gates.paired_spans import Interval, interval_of, measure_of, power_of, said_of
from openmed.domain.gates.report_validation import sound_parent, valid_report
from openmed.domain.gates.results.grade import Grade
from openmed.domain.gates.strictness import Rows, Stricter
from openmed.domain.slot import parse_slot
from openmed.domain.suites.suite import SuiteName
from openmed.domain.text.number_format import count, exact_share
from openmed.domain.wire import parse

_EXACT = 1e-9
"""Spans; far less than one, far more than what rounding does to a limit."""


class FormatLimit(Frozen):
    """What one reduced format may lose.

    Attributes:
        format: as it stands in the slot.
        below: the drop of recall must be smaller.
        reason: why so much.
    """

    format: Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[.-][a-z0-9]+)*$"), Stricter.WORDS]
    below: Annotated[float, Field(gt=0, le=0.2), Stricter.LOWER]
    reason: Annotated[str, Field(min_length=1), Stricter.WORDS]


class QuantizationSettings(Frozen):
    """Table `[gates.quantization]`.

    Attributes:
        suite: suite the two are compared on.
        grades: what the parent must have been released as.
        formats: a line for every reduced format; one without a line cannot be judged.
    """

    suite: Annotated[SuiteName, Stricter.SAME]
    grades: Annotated[tuple[Grade, ...], Field(min_length=1), Stricter.FEWER]
    formats: Annotated[
        tuple[FormatLimit, ...], Field(min_length=1), Rows(key="format", of_slot="format")
    ]

    @model_validator(mode="after")
    def _names_each_format_once(self) -> Self:
        names = [row.format for row in self.formats]
        if len(set(names)) < len(names):
            msg = "a format has two limits"
            raise ValueError(msg)
        return self


class Quantization:
    """Paired with the live release of the slot the row names as `parent`."""

    id = "quantization"
    table = QuantizationSettings

    def check(self, settings: str) -> None:
        """Read the table."""
        _read(settings)

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED if proven to lose too much; ERROR if there is no parent to compare with."""
        wanted = _read(settings)
        candidate = evidence.candidate
        if candidate.parent is None:
            message = "the row declares no parent: this is not a reduced format"
            return Finding(outcome=Outcome.NOT_APPLICABLE, message=message)
        name = parse_slot(candidate.slot).format
        below = next((row.below for row in wanted.formats if row.format == name), None)
        if below is None:
            message = f"format {name} has no limit in gates.quantization.formats; add one"
            return Finding(outcome=Outcome.ERROR, message=message)
        fault = _parent_fault(evidence, wanted.grades)
        if fault:
            return Finding(outcome=Outcome.ERROR, message=fault)
        report = valid_report(evidence, wanted.suite)
        before = sound_parent(evidence, wanted.suite)
        if isinstance(report, str) or isinstance(before, str):
            message = report if isinstance(report, str) else str(before)
            return Finding(outcome=Outcome.ERROR, message=message)
        pairs = pairs_of(report, before)
        if not pairs:
            message = f"suite {wanted.suite} has no gold of a label that both declare"
            return Finding(outcome=Outcome.ERROR, message=message)
        whole = sum_of(pairs)
        measures = tuple(_measure(pair, wanted.suite, below) for pair in (whole, *pairs))
        outcome = worst(tuple(measure.outcome for measure in measures))
        head = f"against {candidate.parent}: {power_of(whole)}"
        bad = [_said(m, below) for m in measures if m.outcome is not Outcome.PASSED]
        return Finding(outcome=outcome, message="; ".join((head, *bad)), measures=measures)


def _read(settings: str) -> QuantizationSettings:
    return parse(QuantizationSettings, settings.encode(), what="table")


def _parent_fault(evidence: Evidence, grades: tuple[Grade, ...]) -> str:
    parent, slot = evidence.parent, evidence.candidate.parent
    if parent is None:
        return f"nothing is live in the parent's slot {slot}; release it first"
    if parent.slot != slot:
        return f"the parent is of slot {parent.slot}, the row declares {slot}"
    if parent.condemned:
        return f"the parent's artifact {parent.artifact[:16]} is condemned since {parent.condemned}"
    if parent.grade not in grades:
        return (
            f"the parent is released as {parent.grade}; the policy requires {' or '.join(grades)}"
        )
    return ""


def _measure(pair: Pairs, suite: str, below: float) -> Measure:
    interval = interval_of(pair)
    outcome = _outcome(pair, interval, below)
    return measure_of(pair, interval, suite=suite, limit=-below, outcome=outcome)


def _outcome(pair: Pairs, interval: Interval, below: float) -> Outcome:
    # Compared as counts, so that rounding cannot bring a drop under its limit.
    if pair.lost - pair.gained < below * pair.total - _EXACT:
        return Outcome.PASSED
    return Outcome.FAILED if interval.upper < 0 else Outcome.INCONCLUSIVE


def _said(measure: Measure, below: float) -> str:
    said = f"{said_of(measure)}, the drop must be below {exact_share(below)}"
    if measure.outcome is Outcome.INCONCLUSIVE:
        discordant = ((measure.lost or 0) + (measure.gained or 0)) / measure.support
        needed = max(pairs_needed(discordant, margin=below), measure.support + 1)
        said += f", about {count(needed)} spans needed to decide"
    return said
