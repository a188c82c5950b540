"""The leaderboard: live releases side by side, suite by suite.

Ranked by covered / gold spans of all labels of the suite, so that no model stands higher for
declaring less; recall over declared gold stands beside it. Ranks are ranges: two models share
one when the 95 % intervals of their recalls overlap, because then the evidence does not say
which is better. What was not measured is not ranked.
"""

from bisect import bisect_left, bisect_right

from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.evaluation.scoring.statistics import (
    clopper_pearson_lower,
    clopper_pearson_upper,
)
from openmed.domain.frozen import Frozen
from openmed.domain.pages.html import render
from openmed.domain.pages.inputs import ReleaseRecord, RenderedFile, TrustInputs
from openmed.domain.pages.view import (
    View,
    bar,
    declared_counts,
    declared_rows,
    direct_left,
    release_view,
)
from openmed.domain.text.number_format import bad_share, share_down, share_of_one, share_up


class Ranked(Frozen):
    """One model on one suite.

    Attributes:
        slot: its slot.
        low: lower end of the interval of its recall.
        recall: observed recall over all gold of the suite.
        high: upper end.
    """

    slot: str
    low: float
    recall: float
    high: float


def render_leaderboard(inputs: TrustInputs) -> tuple[RenderedFile, ...]:
    """One page, one table per suite."""
    names = sorted({r.suite.name for record in inputs.releases for r in record.reports})
    context = {"suites": [_suite(inputs, name) for name in names]}
    return (render(inputs, "leaderboard.html.j2", "leaderboard/index.html", context),)


def rank_ranges(rows: tuple[Ranked, ...]) -> dict[str, str]:
    """Rank of each slot: best and worst place its interval allows."""
    ranges: dict[str, str] = {}
    lows, highs = sorted(row.low for row in rows), sorted(row.high for row in rows)
    for row in rows:
        best = 1 + len(rows) - bisect_right(lows, row.high)
        worst = len(rows) - bisect_left(highs, row.low)
        ranges[row.slot] = str(best) if best == worst else f"{best}-{worst}"
    return ranges


def _suite(inputs: TrustInputs, name: str) -> dict[str, object]:
    measured: list[tuple[ReleaseRecord, BenchmarkReport]] = []
    missing: list[View] = []
    facts = None
    for record in inputs.releases:
        report = next((r for r in record.reports if r.suite.name == name), None)
        if report is None:
            missing.append(release_view(record))
            continue
        measured.append((record, report))
        facts = report.suite
    ranked = [_ranked(record, report) for record, report in measured]
    known = tuple(row for row in ranked if row is not None)
    ranks = rank_ranges(known)
    by_slot = {row.slot: row for row in known}
    order = sorted(
        measured,
        key=lambda pair: (
            -(by_slot[s].recall if (s := pair[0].live.release.slot) in by_slot else -1.0),
            s,
        ),
    )
    return {
        "name": name,
        "facts": facts,
        "rows": [
            _row(record, report, ranks.get(record.live.release.slot, ""), by_slot)
            for record, report in order
        ],
        "missing": missing,
    }


def _ranked(record: ReleaseRecord, report: BenchmarkReport) -> Ranked | None:
    covered, support = report.overall.covered, report.overall.support
    if support == 0:
        return None
    effect = max(1.0, report.overall.design_effect or 1.0)
    worth = support / effect
    recall = covered / support
    return Ranked(
        slot=record.live.release.slot,
        low=round(clopper_pearson_lower(recall * worth, worth, alpha=0.025), 6),
        recall=round(recall, 6),
        high=round(clopper_pearson_upper(recall * worth, worth, alpha=0.025), 6),
    )


def _row(
    record: ReleaseRecord, report: BenchmarkReport, rank: str, known: dict[str, Ranked]
) -> View:
    covered, support, leaked, characters = declared_counts(record, report)
    left, direct = direct_left(record, report)
    ranked = known.get(record.live.release.slot)
    return {
        **release_view(record),
        "rank": rank or "not ranked: no gold",
        "recall": share_down(report.overall.covered, report.overall.support),
        "declared_recall": share_down(covered, support),
        "interval": (
            f"{share_of_one(ranked.low)} to {bad_share(ranked.high)}" if ranked else "no data"
        ),
        "bar": bar(ranked.recall, ranked.low) if ranked else None,
        "support": support,
        "leaked": share_up(leaked, characters),
        "left": left,
        "direct": direct,
        "label_count": len(declared_rows(record, report)),
        "label_total": len(report.labels),
    }
