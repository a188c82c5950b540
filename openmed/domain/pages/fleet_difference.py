"""What differs between two states of the fleet: what serves, and what was measured of it."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from openmed.domain.frozen import Frozen
from openmed.domain.ledger.changes import Promoted
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.pages.headline import Headline


class DifferenceKind(StrEnum):
    """How a slot differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SAME = "same"


class LabelDifference(Frozen):
    """One label, in points of recall; None where one side has no data."""

    label: str
    before: float | None
    after: float | None


class SlotDifference(Frozen):
    """One slot.

    Attributes:
        slot: its slot.
        kind: how it differs.
        before: artifact that served before; None = nothing.
        after: artifact that serves after; None = nothing.
        recall_before: headline recall before; None = no data.
        recall_after: the same after.
        is_comparable: whether both were measured on the same suite.
        labels: labels whose recall differs, by name; only where comparable.
        files_added: files that only the later artifact has.
        files_removed: files that only the earlier one has.
        files_changed: files with other bytes.
    """

    slot: str
    kind: DifferenceKind
    before: str | None
    after: str | None
    recall_before: float | None
    recall_after: float | None
    is_comparable: bool
    labels: tuple[LabelDifference, ...]
    files_added: tuple[str, ...]
    files_removed: tuple[str, ...]
    files_changed: tuple[str, ...]


class FleetDifference(Frozen):
    """What differs between two ledger entries.

    Attributes:
        before: tag of the earlier one.
        after: tag of the later one.
        slots: every slot that served something after either, by slot.
    """

    before: str
    after: str
    slots: tuple[SlotDifference, ...]


def difference(
    before: FleetState, after: FleetState, *, headline: Callable[[Promoted], Headline | None]
) -> FleetDifference:
    """Compare the fleet after two entries.

    Args:
        before: the fleet after the first.
        after: the fleet after the second.
        headline: gives what was measured of a release.
    """
    one = {live.release.slot: live.release for live in before.live}
    other = {live.release.slot: live.release for live in after.live}
    slots = sorted(one.keys() | other.keys())
    return FleetDifference(
        before=before.entries[-1].tag,
        after=after.entries[-1].tag,
        slots=tuple(_slot(name, one.get(name), other.get(name), headline) for name in slots),
    )


def _slot(
    slot: str,
    before: Promoted | None,
    after: Promoted | None,
    headline: Callable[[Promoted], Headline | None],
) -> SlotDifference:
    one = headline(before) if before else None
    other = headline(after) if after else None
    is_comparable = bool(one and other and one.suite_digest == other.suite_digest)
    files, later = _files(before), _files(after)
    return SlotDifference(
        slot=slot,
        kind=_kind(before, after),
        before=before.artifact if before else None,
        after=after.artifact if after else None,
        recall_before=one.recall if one else None,
        recall_after=other.recall if other else None,
        is_comparable=is_comparable,
        labels=_labels(one, other) if one and other and is_comparable else (),
        files_added=tuple(sorted(later.keys() - files.keys())),
        files_removed=tuple(sorted(files.keys() - later.keys())),
        files_changed=tuple(
            sorted(name for name in files.keys() & later.keys() if files[name] != later[name])
        ),
    )


def _kind(before: Promoted | None, after: Promoted | None) -> DifferenceKind:
    if before is None:
        return DifferenceKind.ADDED
    if after is None:
        return DifferenceKind.REMOVED
    return DifferenceKind.SAME if before.artifact == after.artifact else DifferenceKind.CHANGED


def _files(release: Promoted | None) -> Mapping[str, str]:
    return {file.path: file.sha256 for file in release.files} if release else {}


def _labels(one: Headline, other: Headline) -> tuple[LabelDifference, ...]:
    before, after = _recalls(one), _recalls(other)
    names = sorted(before.keys() | after.keys())
    rows = (
        LabelDifference(label=name, before=before.get(name), after=after.get(name))
        for name in names
    )
    return tuple(row for row in rows if row.before != row.after)


def _recalls(headline: Headline) -> dict[str, float | None]:
    return {
        row.label: row.covered / row.support if row.support else None for row in headline.labels
    }
