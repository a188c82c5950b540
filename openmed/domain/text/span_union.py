"""Two sets of spans as one without overlaps: what the model found and what the rules found."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Final, TypeAlias

from openmed.domain.text.span import PredictedSpan

_Member: TypeAlias = tuple[PredictedSpan, bool]
"""A span, and whether it is one of the second set."""
_SORT_KEY: Final = attrgetter("start", "end", "label", "score")


def unite(
    first: Sequence[PredictedSpan], second: Sequence[PredictedSpan], *, length: int
) -> tuple[PredictedSpan, ...]:
    """Merge spans that share a character into one that reaches over all of them.

    Touching is not overlapping. The longest member gives label and score; of equally long ones
    a member of `second`, then the earlier one, then the label, then the surer one. Spans that
    are invalid by themselves (empty, backwards, outside the text) pass through as they are, so
    that they are counted and swallow none that is right.

    Args:
        first: what the model found.
        second: what the rules found.
        length: characters of the text.
    """
    members = [(span, False) for span in first if _is_valid(span, length)]
    members += [(span, True) for span in second if _is_valid(span, length)]
    members.sort(key=_place)
    united = [span for spans in (first, second) for span in spans if not _is_valid(span, length)]
    cluster: list[_Member] = []
    end = 0
    for member in members:
        span = member[0]
        if cluster and span.start >= end:
            united.append(_merged(cluster, end))
            cluster = []
            end = span.end
        elif span.end > end:
            end = span.end
        cluster.append(member)
    if cluster:
        united.append(_merged(cluster, end))
    return tuple(sorted(united, key=_SORT_KEY))


def _is_valid(span: PredictedSpan, length: int) -> bool:
    return 0 <= span.start < span.end <= length


def _place(member: _Member) -> tuple[int, int]:
    span, _ = member
    return span.start, span.end


def _merged(cluster: Sequence[_Member], end: int) -> PredictedSpan:
    if len(cluster) == 1:
        return cluster[0][0]
    best, _ = min(cluster, key=_rank)
    start = cluster[0][0].start
    return PredictedSpan(start=start, end=end, label=best.label, score=best.score)


def _rank(member: _Member) -> tuple[int, bool, int, str, float]:
    span, is_second = member
    return span.start - span.end, not is_second, span.start, span.label, -span.score
