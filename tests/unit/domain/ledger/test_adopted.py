"""What was adopted is what a first release is compared with, and nothing else."""

import pytest
from support import builders, fleets

from openmed.domain.gates.gate import Against
from openmed.domain.gates.verdict import Decision
from openmed.domain.ledger.changes import Adopted, Change, Promoted
from openmed.domain.ledger.entry import Entry, next_entry, parse_entry
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.ledger.fold_index import IndexedState, index_bytes, index_of, read_index
from openmed.domain.ledger.retention import needed_artifacts
from openmed.domain.ledger.revisions import State, revisions_of
from openmed.domain.pages.phrases import headline, sentence
from openmed.domain.release.rollback_options import Request, Where, options
from openmed.domain.wire import dump
from openmed.errors import EvidenceError, IntegrityError

SLOT, OTHER = builders.SLOT, "pii::base::onnx"
PUBLISHED, FIRST, SECOND = b"published", b"first", b"second"
ARTIFACT = builders.artifact_of(PUBLISHED)
EMPTY = fold(())
ADOPTED = fleets.adopted(EMPTY, content=PUBLISHED)
RELEASED = fleets.released(ADOPTED, content=FIRST)


def _fact(state: FleetState) -> Adopted:
    (change,) = state.entries[0].changes
    assert isinstance(change, Adopted)
    return change


def _add(state: FleetState, *changes: Change) -> FleetState:
    return fold((*state.entries, next_entry(state.entries, changes, now=builders.NOW)))


@pytest.mark.parametrize("covered", [100, 10])
def test_it_is_recorded_whatever_the_gates_say(covered: int) -> None:
    """A model that finds a tenth is what it is; nothing is live and nothing is condemned."""
    state = fleets.adopted(EMPTY, content=PUBLISHED, covered=covered)
    assert [type(change) for change in state.entries[0].changes] == [Adopted]
    assert (state.live, state.history, state.counts, state.quarantines) == ((), (), (), ())


def test_a_first_release_is_compared_with_it() -> None:
    """Before its flip, after it, and after a second release."""
    first = builders.artifact_of(FIRST)
    assert ADOPTED.against(SLOT, artifact=first) == Against(generation=0, artifact=ARTIFACT)
    assert RELEASED.against(SLOT, artifact=first) == Against(generation=0, artifact=ARTIFACT)
    second = RELEASED.against(SLOT, artifact=builders.artifact_of(SECOND))
    assert second == Against(generation=1, artifact=first)


def test_it_is_not_compared_with_itself() -> None:
    """The published bytes may be released, as a first release of which nothing is known."""
    assert ADOPTED.against(SLOT, artifact=ARTIFACT) == Against(generation=0, artifact=None)
    assert ADOPTED.compared(OTHER, artifact=None) is None


def test_a_release_after_it_is_generation_one() -> None:
    """What was adopted counted no generation."""
    live = RELEASED.live_in(SLOT)
    assert live is not None
    assert (live.generation, live.previous_generation, live.previous_artifact) == (1, 0, None)


@pytest.mark.parametrize("state", [ADOPTED, RELEASED], ids=["alone", "after a release"])
def test_nothing_is_adopted_twice_or_after_a_release(state: FleetState) -> None:
    """Neither the same nor other bytes: the comparison cannot be begun anew."""
    again = fleets.adopted(state, content=SECOND)
    assert again.entries == state.entries
    with pytest.raises(IntegrityError, match="adopts for"):
        _add(state, _fact(ADOPTED))


def test_its_verdict_is_spent() -> None:
    """No other change rests on it."""
    fact = _fact(ADOPTED)
    assert fact.verdict in ADOPTED.spent
    other = Adopted(**{**dict(fact), "slot": OTHER})
    with pytest.raises(IntegrityError, match="again"):
        _add(ADOPTED, other)


def test_it_is_no_rollback_target() -> None:
    """Neither of its own slot nor after the first release."""
    request = Request(
        where=Where(tier="tiny"), tag=None, generation=None, is_revoking=True, is_partial=False,
        is_withdrawing=False, reason="it leaks",
    )  # fmt: skip
    (row,) = options(RELEASED, request)
    assert row.targets == ()


def test_entries_of_earlier_versions_know_nothing_of_it() -> None:
    """It has version 4; an entry that says another one is refused, and old ones read as before."""
    entry = ADOPTED.entries[0]
    assert entry.schema_ == "openmed.entry/4"
    assert parse_entry(dump(entry), what="an entry") == entry
    older = dump(entry).replace(b"openmed.entry/4", b"openmed.entry/3")
    with pytest.raises(EvidenceError, match="does not belong"):
        parse_entry(older, what="an entry")
    assert RELEASED.entries[1].schema_ in {"openmed.entry/2", "openmed.entry/3"}
    assert {type(change) for change in RELEASED.entries[1].changes} == {Promoted}


def test_an_index_gives_it_back() -> None:
    """As the entries add up to it, read one by one."""
    index = index_of(RELEASED)
    assert index is not None
    read = read_index(index_bytes(index))
    assert read == index
    entries = {entry.digest: entry for entry in RELEASED.entries}

    def reader(digest: str) -> Entry:
        return entries[digest]

    state = IndexedState.of(index, reader)
    assert state.adopted == RELEASED.adopted
    assert state.adopted_in(SLOT) == RELEASED.adopted_in(SLOT)
    assert state.compared(SLOT, artifact=None) == RELEASED.compared(SLOT, artifact=None)


def test_its_bytes_stay_until_a_second_release() -> None:
    """A first release is judged again against it."""
    assert ARTIFACT in needed_artifacts(ADOPTED)
    assert ARTIFACT in needed_artifacts(RELEASED)
    twice = fleets.released(RELEASED, content=SECOND)
    assert ARTIFACT not in needed_artifacts(twice)


def test_words_about_it_claim_nothing() -> None:
    """Adopted, not released; never green."""
    (row,) = revisions_of(ADOPTED, SLOT)
    assert (row.state, row.generation, row.release) == (State.ADOPTED, None, None)
    assert headline(ADOPTED).startswith("No release yet. 1 adopted model not released yet.")
    assert "adopted" not in headline(RELEASED)
    assert "not judged, not released" in sentence(_fact(ADOPTED))


def test_a_verdict_on_it_is_no_pass() -> None:
    """Whoever reads only the decision is told that nothing was passed."""
    row = {**dict(builders.a_candidate()), "bootstrap": False, "adopted": True}
    verdict = builders.a_verdict(candidate=type(builders.a_candidate()).model_validate(row))
    assert verdict.decision is Decision.ADOPTED
    assert verdict.adopted
