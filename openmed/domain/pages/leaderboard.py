"""The leaderboard: live releases side by side, suite by suite.

Ranked by covered / gold spans of all labels of the suite, so that no model stands higher for
declaring less; recall over declared gold stands beside it. Ranks are ranges: two models share
one when the 95 % intervals of their recalls overlap, because then the evidence does not say
which is better. What was not measured is not ranked.
"""

from bisect import bisect_left, bisect_right

from openmed.domain.frozen import Frozen
from openmed.domain.pages.fleet_row import FleetInputs, FleetRow, SuiteRow
from openmed.domain.pages.html import render
from openmed.domain.pages.inputs import RenderedFile
from openmed.domain.pages.view import View, bar
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


def render_leaderboard(inputs: FleetInputs) -> tuple[RenderedFile, ...]:
    """One page, one table per suite."""
    names = sorted({one.suite.name for row in inputs.rows for one in row.suites})
    context = {"suites": [_suite(inputs.rows, name) for name in names]}
    page = render(inputs.templates, "leaderboard.html.j2", "leaderboard/index.html", context)
    return (page,)


def rank_ranges(rows: tuple[Ranked, ...]) -> dict[str, str]:
    """Rank of each slot: best and worst place its interval allows."""
    ranges: dict[str, str] = {}
    lows, highs = sorted(row.low for row in rows), sorted(row.high for row in rows)
    for row in rows:
        best = 1 + len(rows) - bisect_right(lows, row.high)
        worst = len(rows) - bisect_left(highs, row.low)
        ranges[row.slot] = str(best) if best == worst else f"{best}-{worst}"
    return ranges


def _suite(rows: tuple[FleetRow, ...], name: str) -> dict[str, object]:
    measured: list[tuple[FleetRow, SuiteRow]] = []
    missing: list[View] = []
    for row in rows:
        one = next((one for one in row.suites if one.suite.name == name), None)
        if one is None:
            missing.append(_release(row))
        else:
            measured.append((row, one))
    ranks = rank_ranges(tuple(filter(None, (_ranked(row, one) for row, one in measured))))
    order = sorted(measured, key=lambda pair: (-_recall(pair[1]), pair[0].slot))
    return {
        "name": name,
        "facts": measured[-1][1].suite,
        "rows": [_row(row, one, ranks.get(row.slot, "")) for row, one in order],
        "missing": missing,
    }


def _recall(one: SuiteRow) -> float:
    return -1.0 if one.recall is None else one.recall


def _ranked(row: FleetRow, one: SuiteRow) -> Ranked | None:
    if one.low is None or one.recall is None or one.high is None:
        return None
    return Ranked(slot=row.slot, low=one.low, recall=one.recall, high=one.high)


def _release(row: FleetRow) -> dict[str, object]:
    return {
        "slot": row.slot,
        "slug": row.slug,
        "title": row.title,
        "tag": row.tag,
        "grade_class": row.grade_class,
        "grade_sign": row.grade_sign,
        "grade_word": row.grade_word,
    }


def _row(row: FleetRow, one: SuiteRow, rank: str) -> View:
    return {
        **_release(row),
        "rank": rank or "not ranked: no gold",
        "recall": share_down(one.covered, one.support),
        "declared_recall": share_down(one.declared_covered, one.declared_support),
        "interval": (
            "no data"
            if one.low is None or one.high is None
            else f"{share_of_one(one.low)} to {bad_share(one.high)}"
        ),
        "bar": bar(one.recall, one.low),
        "support": one.declared_support,
        "leaked": share_up(one.leaked, one.characters),
        "left": one.left,
        "direct": one.direct,
        "label_count": one.declared_labels,
        "label_total": one.labels,
    }
