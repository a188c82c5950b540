"""Two reports of one suite, span by span: what the second lost and gained. Judges nothing."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from openmed.domain.evaluation.report import BenchmarkReport, Count, Subject
from openmed.domain.evaluation.scoring.pairs import Pairs, pairs_of, sum_of
from openmed.domain.evaluation.scoring.score import in_scope
from openmed.domain.evaluation.scoring.statistics import tango_bounds
from openmed.domain.evaluation.unanswered import incomplete
from openmed.domain.frozen import Digest, Frozen, Label
from openmed.domain.suites.suite import Suite
from openmed.errors import EvidenceError

DIGITS = 6


class SpanPlace(Frozen):
    """One gold span, without its text."""

    document: str
    start: Count
    end: Count
    label: Label


class PairedDifference(Frozen):
    """How the second differs on one label, or on all.

    Attributes:
        name: label, or `all labels`.
        spans: gold spans of it.
        families: template families these come from.
        lost: covered by the first only.
        gained: covered by the second only.
        observed: (gained - lost) / spans.
        lower: lower bound of the difference (Tango, one side, 95 %).
        upper: upper bound, likewise.
    """

    name: str
    spans: Count
    families: Count
    lost: Count
    gained: Count
    observed: float
    lower: float
    upper: float


class Comparison(Frozen):
    """The second report against the first, on labels that both claim.

    Attributes:
        suite: suite name.
        digest: its content digest.
        before: whose report the first is.
        after: whose report the second is.
        before_decoder: the first one's rule from tokens to spans; empty when it names none.
        after_decoder: the second one's.
        overall: all labels.
        labels: per label, by name.
        lost: spans the second no longer covers.
        gained: spans only the second covers.
    """

    schema_: Literal["openmed.comparison/1"] = Field(default="openmed.comparison/1", alias="schema")
    suite: str
    digest: Digest
    before: Subject
    after: Subject
    before_decoder: str = ""
    after_decoder: str = ""
    overall: PairedDifference
    labels: Annotated[tuple[PairedDifference, ...], Field(min_length=1)]
    lost: tuple[SpanPlace, ...]
    gained: tuple[SpanPlace, ...]


def compare(before: BenchmarkReport, after: BenchmarkReport, suite: Suite) -> Comparison:
    """Compare span by span.

    Args:
        before: the first report.
        after: the second.
        suite: the suite both are of.

    Raises:
        EvidenceError: the two cannot be compared.
    """
    _require_comparable(before, after, suite)
    pairs = pairs_of(after, before)
    if not pairs:
        msg = f"suite {suite.pin.name} has no gold of a label that both claim"
        raise EvidenceError(msg)
    then, now = _covered(before, suite), _covered(after, suite)
    labels = {pair.name for pair in pairs}
    both = [place for place in then if place.label in labels]
    return Comparison(
        suite=suite.pin.name,
        digest=suite.pin.digest,
        before=before.subject,
        after=after.subject,
        before_decoder=before.decoding.decoder if before.decoding else "",
        after_decoder=after.decoding.decoder if after.decoding else "",
        overall=_difference(sum_of(pairs)),
        labels=tuple(_difference(pair) for pair in pairs),
        lost=tuple(place for place in both if then[place] and not now[place]),
        gained=tuple(place for place in both if now[place] and not then[place]),
    )


def difference_between(before: BenchmarkReport, after: BenchmarkReport) -> str:
    """Why two reports cannot be compared span by span; empty when they can.

    Args:
        before: the first report.
        after: the second.
    """
    return _mismatch(before, after) or _lacking(before, after)


def _require_comparable(before: BenchmarkReport, after: BenchmarkReport, suite: Suite) -> None:
    wanted = suite.pin.digest
    others = (one.suite.digest for one in (before, after) if one.suite.digest != wanted)
    digests = (f"suite digest {other[:40]} against {wanted[:40]}" for other in others)
    fault = next(digests, "") or _mismatch(before, after)
    if fault:
        msg = f"the two cannot be compared: {fault}"
        raise EvidenceError(msg, next_step="measure both anew with the same suite and engine")
    fault = _lacking(before, after)
    if fault:
        raise EvidenceError(f"the two cannot be compared: {fault}")


def _mismatch(before: BenchmarkReport, after: BenchmarkReport) -> str:
    for name, one, other in (
        ("suite digest", before.suite.digest, after.suite.digest),
        ("list of languages", str(before.scope.languages), str(after.scope.languages)),
        ("label schema", before.label_schema, after.label_schema),
        ("scorer", before.scorer, after.scorer),
    ):
        if one != other:
            return f"{name} {one[:40]} against {other[:40]}"
    return ""


def _lacking(before: BenchmarkReport, after: BenchmarkReport) -> str:
    for which, report in (("first", before), ("second", after)):
        if report.is_incomplete:
            return f"the {which} report is {incomplete(report)}"
    return ""


def _covered(report: BenchmarkReport, suite: Suite) -> dict[SpanPlace, bool]:
    """Whether each gold span is covered, in suite order."""
    bits = {row.label: _bits(row.bits) for row in report.outcomes}
    return {
        SpanPlace(document=document.id, start=span.start, end=span.end, label=span.label): next(
            bits[span.label]
        )
        for document in in_scope(suite, report.scope)
        for span in sorted(document.spans, key=lambda s: (s.start, s.end, s.label))
    }


def _bits(text: str) -> Iterator[bool]:
    for byte in bytes.fromhex(text):
        for place in range(7, -1, -1):
            yield bool(byte >> place & 1)


def _difference(pair: Pairs) -> PairedDifference:
    lower, upper = tango_bounds(pair.lost, pair.gained, pair.total)
    return PairedDifference(
        name=pair.name,
        spans=pair.total,
        families=pair.families,
        lost=pair.lost,
        gained=pair.gained,
        observed=round((pair.gained - pair.lost) / pair.total, DIGITS),
        lower=lower,
        upper=upper,
    )
