"""What is kept of a slot's nights: counts, in `gates/nightly/<slot>.json`.

The file says which release it is of; another release begins a new one. Nothing that judges or
releases reads it: it decides when a slot is measured next, and whether recall drifts.
"""

from typing import Annotated, Final, Literal

from pydantic import Field

from openmed.domain.evaluation.report import Count
from openmed.domain.frozen import Digest, Frozen
from openmed.domain.ledger.fleet import LiveRelease
from openmed.domain.monitoring.nightly.detector import MOST_NIGHTS, Misses, sum_of_misses
from openmed.domain.slot import SlotKey

SCHEMA: Final = "openmed.slot-nights/1"
Day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
NO_MISSES: Final = Misses(spans=0, missed=0)


class NightCounts(Frozen):
    """One night.

    Attributes:
        night: its day.
        fresh: misses on the documents of that night; None = there were none to measure on.
        changed: pinned suites on which the answers were not those of the release.
        failed: required absolute gates that failed.
    """

    night: Day
    fresh: Misses | None
    changed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


class SlotNights(Frozen):
    """The nights of one live release.

    Attributes:
        slot: release channel.
        generation: that is live.
        artifact: its tree digest.
        tried: day of the last night, measured or not.
        seconds: what it cost.
        maker: what wrote the notes of its nights; other notes begin a new count. Empty = there
            were none.
        measured: nights in which it was measured.
        reference: misses of the release's own measurement on such a suite; None = it has none.
        earlier: misses of the nights that are not kept one by one.
        nights: the last nights, oldest first.
    """

    schema_: Literal["openmed.slot-nights/1"] = Field(default=SCHEMA, alias="schema")
    slot: SlotKey
    generation: Annotated[int, Field(ge=1)]
    artifact: Digest
    tried: Day
    seconds: Annotated[float, Field(ge=0)]
    maker: Annotated[str, Field(pattern=r"^([0-9a-f]{16})?$")]
    measured: Count
    reference: Misses | None
    earlier: Misses
    nights: tuple[NightCounts, ...]

    @property
    def day(self) -> str:
        """Its last night in which it was measured; empty = there is none."""
        return self.nights[-1].night if self.nights else ""

    @property
    def before(self) -> Misses:
        """What its nights are compared with."""
        return sum_of_misses((self.reference or NO_MISSES, self.earlier))

    @property
    def fresh(self) -> tuple[Misses, ...]:
        """Misses of the nights that are kept, oldest first."""
        return tuple(row.fresh for row in self.nights if row.fresh is not None)


def is_of(kept: SlotNights, live: LiveRelease) -> bool:
    """Whether nights are those of what is live now."""
    now = (live.release.slot, live.generation, live.release.artifact)
    return (kept.slot, kept.generation, kept.artifact) == now


def with_night(  # noqa: PLR0913 - each says something else of the night
    kept: SlotNights | None,
    live: LiveRelease,
    night: NightCounts | None,
    *,
    today: str,
    reference: Misses | None,
    maker: str,
    seconds: float,
) -> SlotNights:
    """The nights of a slot with one more; a second run of one night replaces the first.

    Nights of another release, or with notes that something else wrote, are dropped.

    Args:
        kept: its nights until now.
        live: what was measured.
        night: what came of it; None = it could not be measured.
        today: the day.
        reference: misses of the release's own measurement.
        maker: what wrote the notes of this night; empty = there were none.
        seconds: what it cost.
    """
    is_same = kept is not None and is_of(kept, live) and maker in {"", kept.maker}
    own = kept if is_same else None
    before = own.nights if own else ()
    is_again = bool(before) and before[-1].night == today
    new = () if night is None else (night,)
    rows = (*(before[:-1] if is_again and new else before), *new)
    left, rows = rows[:-MOST_NIGHTS], rows[-MOST_NIGHTS:]
    earlier = own.earlier if own else NO_MISSES
    return SlotNights(
        slot=live.release.slot,
        generation=live.generation,
        artifact=live.release.artifact,
        tried=today,
        seconds=round(seconds, 1),
        maker=maker or (own.maker if own else ""),
        measured=(own.measured if own else 0) + (bool(new) and not is_again),
        reference=reference or (own.reference if own else None),
        earlier=sum_of_misses((earlier, *(row.fresh for row in left if row.fresh is not None))),
        nights=rows,
    )
