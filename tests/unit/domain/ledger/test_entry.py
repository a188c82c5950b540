"""The ledger adds up, and refuses what does not follow."""

import pytest
from support import builders

from openmed.domain.ledger.changes import Promoted
from openmed.domain.ledger.entry import Entry, next_tag
from openmed.domain.ledger.fleet import fold
from openmed.domain.ledger.pointer import PointerTable, open_state, pointer_of
from openmed.domain.release.flip import plan_flip
from openmed.domain.wire import dump, parse
from openmed.errors import IntegrityError


def _first() -> Entry:
    plan = plan_flip(fold(()), (builders.a_proposal(),), now=builders.NOW)
    assert plan.entry is not None
    return plan.entry


def _edited(entry: Entry, old: str, new: str) -> Entry:
    return parse(Entry, dump(entry).replace(old.encode(), new.encode(), 1), what="entry")


def test_an_entry_is_named_by_its_content() -> None:
    """Reading an entry back gives the same digest."""
    entry = _first()
    assert parse(Entry, dump(entry), what="entry").digest == entry.digest


def test_an_edited_entry_does_not_fit_its_pointer() -> None:
    """The pointer anchors the head, so even the last entry cannot be rewritten."""
    entry = _first()
    pointer = pointer_of(fold((entry,)))
    with pytest.raises(IntegrityError):
        open_state(pointer, (_edited(entry, "12:00:00", "12:00:01"),))


def test_a_cut_ledger_does_not_fit_its_pointer() -> None:
    """A missing tail is noticed."""
    with pytest.raises(IntegrityError):
        open_state(pointer_of(fold((_first(),))), ())


def test_a_ledger_without_a_pointer_is_refused() -> None:
    """Entries that nothing points at are never read as state."""
    with pytest.raises(IntegrityError):
        open_state(None, (_first(),))


def test_a_pointer_that_says_something_else_is_refused() -> None:
    """An edited pointer row is noticed."""
    entry = _first()
    data = dump(pointer_of(fold((entry,)))).replace(b'"generation":1', b'"generation":2')
    with pytest.raises(IntegrityError):
        open_state(parse(PointerTable, data, what="pointer"), (entry,))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"sequence":1', '"sequence":2'),
        ('"parent":null,"schema"', f'"parent":"{builders.HEX}","schema"'),
        ('"generation":1', '"generation":2'),
        ('"previous_generation":0', '"previous_generation":1'),
    ],
)
def test_an_entry_that_does_not_follow_is_refused(old: str, new: str) -> None:
    """Sequence, parent and generation each go up by exactly one."""
    with pytest.raises(IntegrityError):
        fold((_edited(_first(), old, new),))


def test_nothing_is_live_in_an_empty_ledger() -> None:
    """A fresh clone has no state and no pointer."""
    assert open_state(None, ()).live == ()


def test_tags_count_up_within_a_day_and_start_again_the_next() -> None:
    """Numbers are compared as numbers: 10 follows 9."""
    entry = _first()
    tenth = _edited(entry, "2026.11.24-1", "2026.11.24-9")
    assert next_tag((tenth,), now=builders.NOW) == "2026.11.24-10"
    assert next_tag((tenth,), now="2026-11-25T00:00:00Z") == "2026.11.25-1"


def test_a_promotion_names_the_row_it_was_made_for() -> None:
    """Cards are rendered from the ledger alone."""
    change = _first().changes[0]
    assert isinstance(change, Promoted)
    assert change.candidate == builders.a_candidate()
