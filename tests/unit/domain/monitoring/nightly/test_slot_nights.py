"""What is kept of a slot's nights, and when a count begins anew."""

from support import builders

from openmed.domain.ledger.changes import Promoted
from openmed.domain.ledger.fleet import LiveRelease
from openmed.domain.monitoring.nightly.detector import MOST_NIGHTS, Misses
from openmed.domain.monitoring.nightly.slot_nights import NightCounts, SlotNights, with_night
from openmed.domain.wire import dump, parse

MAKER, ANOTHER = "a" * 16, "b" * 16
ONE = Misses(spans=100, missed=1, effect=2.0)
REFERENCE = Misses(spans=1000, missed=5, effect=1.5)


def _live(generation: int = 1) -> LiveRelease:
    staged = builders.a_staged()
    promoted = Promoted(
        slot=staged.slot,
        generation=generation,
        candidate=builders.a_candidate(),
        artifact=staged.artifact,
        files=staged.files,
        repro=staged.repro,
        repro_hash=staged.repro_hash,
        policy=builders.a_verdict().policy,
        verdict=builders.HEX,
        reports=(),
        previous_generation=generation - 1,
        previous_artifact=None,
    )
    return LiveRelease(
        tag="2026.11.24-1",
        time=builders.NOW,
        generation=generation,
        kind="release",
        release=promoted,
        previous_generation=generation - 1,
        previous_artifact=None,
    )


def _night(  # noqa: PLR0913 - each test changes one thing
    kept: SlotNights | None,
    day: int,
    *,
    live: LiveRelease | None = None,
    maker: str = MAKER,
    fresh: Misses | None = ONE,
    is_measured: bool = True,
) -> SlotNights:
    today = f"2026-12-{day:02}"
    return with_night(
        kept,
        live or _live(),
        NightCounts(night=today, fresh=fresh) if is_measured else None,
        today=today,
        reference=REFERENCE,
        maker=maker,
        seconds=1.26,
    )


def _after(nights: int) -> SlotNights:
    kept = _night(None, 1)
    for day in range(2, nights + 1):
        kept = _night(kept, day)
    return kept


def test_old_nights_are_summed_up() -> None:
    """A file stays small, and nothing that was counted is forgotten."""
    kept = _after(MOST_NIGHTS + 3)
    assert (MOST_NIGHTS, MOST_NIGHTS + 3) == (len(kept.nights), kept.measured)
    assert (300, 3) == (kept.earlier.spans, kept.earlier.missed)
    assert (1300, 8) == (kept.before.spans, kept.before.missed)
    assert kept == parse(SlotNights, dump(kept), what="nights")
    assert len(dump(kept)) < 2500


def test_a_second_run_of_a_night_replaces_the_first() -> None:
    """Its notes are the same: counted twice they would prove too much."""
    kept = _night(_after(3), 3, fresh=Misses(spans=100, missed=9))
    assert (3, 3) == (len(kept.nights), kept.measured)
    assert 9 == kept.fresh[-1].missed


def test_a_night_that_was_only_tried_counts_nothing() -> None:
    """It is known that it was tried, and nothing else."""
    kept = _night(_after(2), 3, is_measured=False)
    assert ("2026-12-02", "2026-12-03", 2) == (kept.day, kept.tried, kept.measured)
    never = _night(None, 1, is_measured=False)
    assert ("", "2026-12-01", 0) == (never.day, never.tried, never.measured)


def test_another_release_and_other_notes_begin_anew() -> None:
    """Neither is to be compared with what was counted before."""
    for kept in (_night(_after(5), 6, live=_live(2)), _night(_after(5), 6, maker=ANOTHER)):
        assert (1, 1, 0) == (len(kept.nights), kept.measured, kept.earlier.spans)


def test_a_night_without_notes_keeps_the_count() -> None:
    """A secret that is missing for one night makes nobody forget the others."""
    kept = _night(_after(5), 6, maker="", fresh=None)
    assert (MAKER, 6, 5) == (kept.maker, len(kept.nights), len(kept.fresh))
