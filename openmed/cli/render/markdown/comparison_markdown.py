"""Comparisons as Markdown: numbers that change, per label, with intervals. Never a text."""

from collections.abc import Iterable, Iterator
from typing import Final

from openmed.app.change_trial import ChangeTrial, SlotTrial
from openmed.cli.render.layout import counted, named
from openmed.cli.render.markdown.markdown_table import (
    BUDGET,
    markdown_details,
    markdown_table,
    markdown_text,
)
from openmed.domain.evaluation.comparison import Comparison, PairedDifference
from openmed.domain.text.number_format import points

_HEADINGS: Final = ("Label", "Spans", "Lost", "Gained", "Difference", "90 % interval")


def comparison_markdown(found: Comparison) -> str:
    """One comparison: labels that changed, and how many did not."""
    return "\n".join(_comparison(found, budget=BUDGET))


def trial_markdown(trial: ChangeTrial) -> str:
    """What the candidates that change would come to: one section a slot."""
    if not trial.trials:
        return f"### Numbers against `{trial.base[:12]}`\n\nNo candidate to measure changed.\n"
    lines = [f"### Numbers against `{trial.base[:12]}`", ""]
    heads = ("Slot", "Would be decided", "Why")
    lines += markdown_table(heads, map(_decided, trial.trials), more="openmed release gate")
    room = _ROOM // len(trial.trials)
    for one in trial.trials:
        count = sum(pair.lost + pair.gained for pair in _changed(one.comparisons))
        summary = f"{one.slot}: {counted(count, 'span')} lost or gained"
        sections = (line for pair in one.comparisons for line in _comparison(pair, budget=room))
        lines += markdown_details(summary, sections)
    if trial.untried:
        more = counted(len(trial.untried), "more slot")
        lines += [f"and {more}, not measured here: {markdown_text(named(trial.untried))}", ""]
    return "\n".join(lines)


_ROOM: Final = 400_000
"""Bytes for all comparisons of a page."""


def _changed(comparisons: Iterable[Comparison]) -> Iterator[PairedDifference]:
    yield from (row for one in comparisons for row in one.labels if row.lost or row.gained)


def _decided(one: SlotTrial) -> tuple[str, ...]:
    if one.judged is None:
        return one.slot, "no verdict", one.fault or "its gates did not run"
    gates = f"{named(one.judged.gates)}: " if one.judged.gates else ""
    why = f"{gates}{one.judged.reasons[0]}" if one.judged.reasons else one.fault
    return one.slot, one.judged.decision.value, why or "every required gate passed"


def _comparison(found: Comparison, *, budget: int) -> Iterator[str]:
    before, after = found.before.artifact[:12], found.after.artifact[:12]
    yield f"#### {markdown_text(found.suite)}: `{after}` against `{before}`"
    yield ""
    rows = [row for row in found.labels if row.lost or row.gained]
    same = len(found.labels) - len(rows)
    cells = map(_row, (*rows, found.overall))
    more = f"openmed benchmark show {found.after.slot}"
    yield from markdown_table(_HEADINGS, cells, more=more, budget=budget)
    if same:
        yield f"{counted(same, 'other label')}: no span lost or gained."
        yield ""


def _row(row: PairedDifference) -> tuple[str, ...]:
    counts = (f"{number:,}" for number in (row.spans, row.lost, row.gained))
    interval = f"{points(row.lower)} to {points(row.upper)}"
    return (row.name, *counts, points(row.observed), interval)
