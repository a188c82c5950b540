"""Freeze a slot, so that no release moves it, and thaw it again."""

from typing import NamedTuple

from openmed.app.sync import share
from openmed.context import Context
from openmed.domain.ledger.clock_rules import clock_notice
from openmed.domain.slot import parse_slot
from openmed.pipeline.regeneration import settle
from openmed.steps.hold import Hold


class HoldResult(NamedTuple):
    """What freezing or thawing came to.

    Attributes:
        tag: the ledger entry; None when the slot was so already.
        notice: what is to be said of the clock; may be empty.
    """

    tag: str | None
    notice: str


def freeze(context: Context, *, slot: str, reason: str, until: str | None = None) -> HoldResult:
    """Freeze a slot, and write everything that is derived.

    Args:
        context: the release repository.
        slot: which.
        reason: why.
        until: when the freeze ends by itself; None = only when it is thawed.

    Raises:
        UsageError: there is no such slot, or the end is over.
    """
    return share(
        context,
        lambda context: _hold(context, slot, reason=reason, is_thaw=False, until=until),
        is_urgent=True,
    )


def thaw(context: Context, *, slot: str, reason: str) -> HoldResult:
    """Thaw a slot, and write everything that is derived.

    Raises:
        UsageError: there is no such slot.
    """
    return share(context, lambda context: _hold(context, slot, reason=reason, is_thaw=True))


def _hold(
    context: Context, slot: str, *, reason: str, is_thaw: bool, until: str | None = None
) -> HoldResult:
    step = Hold(releases=context.releases, now=context.now)
    key = parse_slot(slot).key
    if is_thaw:
        entry = step.thaw(key, reason=reason)
    else:
        entry = step.freeze(key, reason=reason, until=until)
    settle(context, recorded=entry is not None)
    notice = clock_notice(context.releases.state().entries, now=context.now)
    return HoldResult(entry.tag if entry else None, notice)
