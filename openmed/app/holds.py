"""Freeze a slot, so that no release moves it, and thaw it again."""

from openmed.app.sync import share
from openmed.context import Context
from openmed.domain.slot import parse_slot
from openmed.pipeline.regeneration import settle
from openmed.steps.hold import Hold


def freeze(context: Context, *, slot: str, reason: str) -> str | None:
    """Freeze a slot, and write everything that is derived.

    Returns:
        Tag of the ledger entry; None when the slot was frozen already.

    Raises:
        UsageError: there is no such slot.
    """
    return share(
        context,
        lambda context: _hold(context, slot, reason=reason, is_thaw=False),
        is_urgent=True,
    )


def thaw(context: Context, *, slot: str, reason: str) -> str | None:
    """Thaw a slot, and write everything that is derived.

    Returns:
        Tag of the ledger entry; None when the slot was not frozen.

    Raises:
        UsageError: there is no such slot.
    """
    return share(context, lambda context: _hold(context, slot, reason=reason, is_thaw=True))


def _hold(context: Context, slot: str, *, reason: str, is_thaw: bool) -> str | None:
    step = Hold(releases=context.releases, now=context.now)
    key = parse_slot(slot).key
    entry = step.thaw(key, reason=reason) if is_thaw else step.freeze(key, reason=reason)
    settle(context)
    return entry.tag if entry else None
