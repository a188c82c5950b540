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
    context: dict[str, object] = {"suites": [_suite(inputs.rows, name) for name in names]}
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
    missing: list[FleetRow] = []
    for row in rows:
        one = next((one for one in row.suites if one.suite.name == name), None)
        if one is None:
            missing.append(row)
        else:
            measured.append((row, one))
    ranks = rank_ranges(tuple(filter(None, (_ranked(row, one) for row, one in measured))))
    order = sorted(measured, key=lambda pair: (-_recall(pair[1]), pair[0].slot))
    return {
        "name": name,
        "facts": measured[-1][1].suite,
        "rows": [
            {"rank": ranks.get(row.slot) or "not ranked: no gold", "cells": one.cells}
            for row, one in order
        ],
        "missing": missing,
    }


def _recall(one: SuiteRow) -> float:
    return -1.0 if one.recall is None else one.recall


def _ranked(row: FleetRow, one: SuiteRow) -> Ranked | None:
    if one.low is None or one.recall is None or one.high is None:
        return None
    return Ranked(slot=row.slot, low=one.low, recall=one.recall, high=one.high)
