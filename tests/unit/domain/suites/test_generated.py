"""A generated suite: its epoch, its seed, and the pin that stands for it."""

import pytest

from openmed.domain.suites.generated import (
    ABSENT,
    Content,
    GeneratedSuite,
    Period,
    absent_pin,
    epoch_of,
    fingerprint_of,
    pin_of,
    seed_of,
)
from openmed.domain.suites.suite import suite_digest

ROW = GeneratedSuite(
    name="fresh",
    title="Fresh notes",
    every=Period.WEEK,
    documents=3,
    licence="Apache-2.0",
    source="Made.",
)
ONE, OTHER = bytes(32), bytes([1]) * 32

EPOCHS = (
    ("2026-11-28T20:28:44Z", "2026-11-28", "2026-W48"),
    ("2026-11-29T23:59:59Z", "2026-11-29", "2026-W48"),
    ("2026-11-30T00:00:00Z", "2026-11-30", "2026-W49"),
    ("2027-01-01T00:00:00Z", "2027-01-01", "2026-W53"),
    ("2027-01-04T00:00:00Z", "2027-01-04", "2027-W01"),
    ("2024-12-30T12:00:00Z", "2024-12-30", "2025-W01"),
)


@pytest.mark.parametrize(("now", "day", "week"), EPOCHS)
def test_an_epoch_is_a_day_or_an_iso_week(now: str, day: str, week: str) -> None:
    """Of UTC; a week belongs to the year of its Thursday."""
    assert (epoch_of(now, every=Period.DAY), epoch_of(now, every=Period.WEEK)) == (day, week)


def test_a_seed_depends_on_secret_suite_and_epoch() -> None:
    """And on nothing else; it is not the fingerprint, which may be shown."""
    seeds = [
        seed_of(secret, suite=suite, epoch=epoch)
        for secret in (ONE, OTHER)
        for suite in ("fresh", "other")
        for epoch in ("2026-W48", "2026-W49")
    ]
    assert len({*seeds, fingerprint_of(ONE), fingerprint_of(OTHER)}) == 10
    assert seeds[0] == seed_of(ONE, suite="fresh", epoch="2026-W48")


def test_the_pin_names_the_epoch_and_no_file() -> None:
    """So a report says when its notes were made, and nothing looks for them on disk."""
    content = Content(sha256="a" * 64, digest="b" * 64)
    pin = pin_of(ROW, epoch="2026-W48", revision="c" * 64, content=content)
    assert (pin.edition, pin.revision, pin.digest) == ("week 2026-W48", "c" * 16, "b" * 64)
    assert pin.is_generated
    assert pin.files == (("generated/fresh.jsonl", "a" * 64),)


def test_a_suite_that_cannot_be_made_is_like_no_other() -> None:
    """Its digest is that of no documents, not even of none."""
    pin = absent_pin(ROW, epoch="2026-W48")
    assert pin.is_generated
    assert pin.digest == ABSENT != suite_digest(())
