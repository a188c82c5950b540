"""Whether served bytes answer on a pinned suite as the release's evidence says, span by span.

Predictions are compared where both reports have them as digests, else what they did to each gold
span. Other code that counts is no difference by itself; what would be redacted is.
"""

from collections.abc import Iterator

from openmed.domain.evaluation.leaks import count_leaks, digest_of_leaks
from openmed.domain.evaluation.report import BenchmarkReport, Count, SpanOutcomes
from openmed.domain.frozen import Frozen
from openmed.domain.text import labels
from openmed.domain.text.number_format import count


class SuiteDifference(Frozen):
    """What differs on one suite.

    Attributes:
        suite: its name.
        lost: gold spans that the release covered and that are not covered now.
        gained: the other way round.
        leaks: direct identifiers left in clear now.
        leaks_before: then.
        predictions: labels whose predictions differ, in any language.
        runtime: packages of tonight, and code of the runner, that are others; empty = none is.
    """

    suite: str
    lost: Count
    gained: Count
    leaks: Count
    leaks_before: Count
    predictions: tuple[str, ...]
    runtime: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What is told of it."""
        many = len(self.predictions)
        what = f"predictions of {many} labels differ" if many != 1 else "one label's differ"
        told = f"{self.suite}: {what}; {count(self.lost)} gold spans lost, {count(self.gained)} "
        told += f"gained; {count(self.leaks)} direct identifiers in clear, {self.leaks_before} then"
        return f"{told}; other runtime: {', '.join(self.runtime[:3])}" if self.runtime else told


def difference(recorded: BenchmarkReport, again: BenchmarkReport) -> SuiteDifference | None:
    """What differs between the release's report and the one of tonight; None = nothing.

    Args:
        recorded: of the release.
        again: of the same artifact on the same documents.
    """
    names = tuple(sorted(_differing(recorded, again)))
    pairs = tuple(_pairs(recorded, again))
    lost = sum((one & ~other).bit_count() for one, other in pairs)
    gained = sum((other & ~one).bit_count() for one, other in pairs)
    if not (names or lost or gained) and digest_of_leaks(recorded) == digest_of_leaks(again):
        return None
    if not names and recorded.behaviour and again.behaviour:
        return None  # The same predictions; what counts them is another.
    direct = [facts.name for facts in labels.LABELS if facts.direct]
    return SuiteDifference(
        suite=again.suite.name,
        lost=lost,
        gained=gained,
        leaks=count_leaks(again, direct),
        leaks_before=count_leaks(recorded, direct),
        predictions=names,
        runtime=tuple(_runtime(recorded, again)),
    )


def _differing(recorded: BenchmarkReport, again: BenchmarkReport) -> set[str]:
    """Labels whose predictions differ; empty where they are not known of both."""
    if not (recorded.behaviour and again.behaviour):
        return set()
    one, other = (
        {
            (row.language, label.label, label.spans)
            for row in report.behaviour
            for label in row.labels
        }
        for report in (recorded, again)
    )
    return {label for _, label, _ in one ^ other}


def _pairs(recorded: BenchmarkReport, again: BenchmarkReport) -> Iterator[tuple[int, int]]:
    """Covered spans of each label, before and now, as numbers with one bit a span."""
    then = {row.label: row for row in recorded.outcomes}
    now = {row.label: row for row in again.outcomes}
    for label in sorted(then.keys() & now.keys()):
        yield _bits(then[label]), _bits(now[label])


def _bits(row: SpanOutcomes) -> int:
    return int(row.bits, 16)


def _runtime(recorded: BenchmarkReport, again: BenchmarkReport) -> Iterator[str]:
    then, now = set(recorded.runtime.packages), set(again.runtime.packages)
    yield from sorted(now - then)
    if recorded.runtime.code != again.runtime.code:
        yield f"code of the runner {again.runtime.runner}"
