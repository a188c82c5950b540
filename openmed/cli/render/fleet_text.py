"""What many slots serve, as lines: what needs a person first, then families."""

from collections.abc import Iterator
from typing import Final

from openmed.app.status import FleetSlot, Trouble
from openmed.cli.render.layout import counted, folded, table
from openmed.cli.render.status_text import HEADINGS, StatusAdvice, end_lines, fact_lines, live_row
from openmed.domain.gates.results.grade import Grade
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.pages.phrases import headline
from openmed.domain.release.served import Unserved
from openmed.domain.slot import parse_slot

MOST_TROUBLES: Final = 20
"""Slots named that need a person; `--all` names every one."""
_REJECTED: Final = (Trouble.QUARANTINED, Trouble.NOT_EVALUATED)


def fleet_text(  # noqa: PLR0913 - every part of the page is named
    state: FleetState,
    slots: tuple[FleetSlot, ...],
    unserved: tuple[Unserved, ...] = (),
    *,
    program: str,
    width: int,
    is_all: bool = False,
    notes: tuple[str, ...] = (),
) -> str:
    """Lines for a person.

    Args:
        state: the fleet.
        slots: its slots.
        unserved: live releases whose bytes are not served from here.
        program: how the person can call `openmed` from where they stand.
        width: columns there are.
        is_all: whether every slot is named.
        notes: lines about what nobody else has, and what could not be checked here.
    """
    troubled = sum(1 for row in slots if row.troubles)
    lines = [*folded(headline(state, to_look_at=troubled), width=width), ""]
    lines += _troubles(slots, program=program, width=width, is_all=is_all)
    lines += [*table(_FAMILY, _families(slots), width=width), ""]
    if is_all and state.live:
        lines += [*table(HEADINGS, map(live_row, state.live), width=width), ""]
    lines += fact_lines(state, "", width=width)
    for text in (*(f"{row.slot}: {row.sentence}" for row in unserved), *notes):
        lines += folded(text, width=width)
    rejected = (row.slot for row in slots if any(one in _REJECTED for one in row.troubles))
    waits = any(row.is_waiting for row in slots)
    todo = StatusAdvice(unserved, rejected=next(rejected, ""), is_waiting=waits)
    lines += end_lines(state, todo, program=program, width=width)
    return "\n".join(lines) + "\n"


def _troubles(
    slots: tuple[FleetSlot, ...], *, program: str, width: int, is_all: bool
) -> Iterator[str]:
    order = {trouble: place for place, trouble in enumerate(Trouble)}
    wrong = sorted(
        (row for row in slots if row.troubles), key=lambda row: (order[row.troubles[0]], row.slot)
    )
    shown = wrong if is_all else wrong[:MOST_TROUBLES]
    for row in shown:
        yield from folded(f"{row.slot}: {', '.join(row.troubles)}", width=width)
    more = len(wrong) - len(shown)
    if more:
        text = f"and {counted(more, 'more slot')} to look at: {program} release status --all"
        yield from folded(text, width=width)
    if wrong:
        yield ""


_FAMILY: Final = ("FAMILY", "SLOTS", "LIVE", "PREVIEWS", "TO LOOK AT")


def _families(slots: tuple[FleetSlot, ...]) -> Iterator[tuple[str, ...]]:
    """Families, those with the most to look at first."""
    rows: dict[str, list[FleetSlot]] = {}
    for row in slots:
        rows.setdefault(parse_slot(row.slot).family, []).append(row)
    counts = {
        family: (
            len(members),
            sum(1 for row in members if row.live),
            sum(1 for row in members if row.live and _is_preview(row)),
            sum(1 for row in members if row.troubles),
        )
        for family, members in rows.items()
    }
    for family in sorted(counts, key=lambda name: (-counts[name][3], name)):
        yield (family, *(f"{count:,}" for count in counts[family]))


def _is_preview(row: FleetSlot) -> bool:
    return row.live is not None and row.live.release.policy.grade is Grade.PREVIEW
