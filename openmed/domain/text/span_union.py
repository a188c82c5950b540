"""Two sets of spans as one without overlaps: what the model found and what the rules found."""

from collections.abc import Sequence
from typing import NamedTuple

from openmed.domain.text.span import PredictedSpan


class _Member(NamedTuple):
    span: PredictedSpan
    is_second: bool


def unite(
    first: Sequence[PredictedSpan], second: Sequence[PredictedSpan]
) -> tuple[PredictedSpan, ...]:
    """Merge spans that share a character into one that reaches over all of them.

    Touching is not overlapping. The longest member gives label and score; of equally long ones
    a member of `second`, then the earlier one, then the label, then the surer one. Spans that
    are invalid by themselves (empty, backwards, negative) pass through as they are, so that
    they are counted.

    Args:
        first: what the model found.
        second: what the rules found.
    """
    members = [_Member(span, is_second=False) for span in first]
    members += [_Member(span, is_second=True) for span in second]
    united = [m.span for m in members if not _is_valid(m.span)]
    cluster: list[_Member] = []
    end = 0
    for member in sorted((m for m in members if _is_valid(m.span)), key=_place):
        if cluster and member.span.start >= end:
            united.append(_merged(cluster, end))
            cluster = []
        end = max(end, member.span.end) if cluster else member.span.end
        cluster.append(member)
    if cluster:
        united.append(_merged(cluster, end))
    return tuple(sorted(united, key=lambda s: (s.start, s.end, s.label, s.score)))


def _is_valid(span: PredictedSpan) -> bool:
    return 0 <= span.start < span.end


def _place(member: _Member) -> tuple[int, int]:
    return member.span.start, member.span.end


def _merged(cluster: Sequence[_Member], end: int) -> PredictedSpan:
    best = min(
        cluster,
        key=lambda m: (
            m.span.start - m.span.end,
            not m.is_second,
            m.span.start,
            m.span.label,
            -m.span.score,
        ),
    ).span
    start = cluster[0].span.start
    return PredictedSpan(start=start, end=end, label=best.label, score=best.score)
