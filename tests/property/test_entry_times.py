"""Times of entries under clocks that jump both ways: they never decrease, tags are unique."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from openmed.domain.ledger.changes import Held
from openmed.domain.ledger.clock_rules import TOLERANCE, entries_ahead, require_clock
from openmed.domain.ledger.entry import Entry, next_entry
from openmed.errors import IntegrityError

FORM = "%Y-%m-%dT%H:%M:%SZ"
CLOCKS = st.lists(
    st.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1)).map(lambda now: now.strftime(FORM)),  # noqa: DTZ001 - hypothesis wants naive bounds
    min_size=1,
    max_size=12,
)


def _ledger(clocks: list[str]) -> tuple[Entry, ...]:
    entries: tuple[Entry, ...] = ()
    for now in clocks:
        change = Held(slot="pii::tiny::onnx", reason="x")
        entries = (*entries, next_entry(entries, (change,), now=now))
    return entries


@given(CLOCKS)
def test_times_never_decrease_and_tags_are_unique(clocks: list[str]) -> None:
    """And a tag's day is that of its entry."""
    entries = _ledger(clocks)
    times = [entry.time for entry in entries]
    assert sorted(times) == times
    assert len(entries) == len({entry.tag for entry in entries})
    assert [e.time[:10].replace("-", ".") for e in entries] == [e.tag[:10] for e in entries]
    assert all(entry.time >= now for entry, now in zip(entries, clocks, strict=True))


@given(CLOCKS, st.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1)))  # noqa: DTZ001 - as above
def test_a_release_is_refused_just_when_an_entry_is_ahead(
    clocks: list[str], moment: datetime
) -> None:
    """What recover names is what refuses."""
    entries = _ledger(clocks)
    now = moment.strftime(FORM)
    try:
        require_clock(entries, now=now)
        is_refused = False
    except IntegrityError:
        is_refused = True
    behind = datetime.fromisoformat(max(clocks)) - moment.replace(microsecond=0, tzinfo=UTC)
    assert is_refused == bool(entries_ahead(entries, now=now)) == (behind > TOLERANCE)
