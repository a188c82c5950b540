"""Reacting on state that machines share: what one found and undid, the other knows."""

from pathlib import Path

import pytest
from support import builders
from support.places import SLOT, Place
from support.reacting import Post, event_of, react_in
from support.simulators.clones import clones_of, git

from openmed.adapters.stores.release_store import FileReleaseStore
from openmed.app.sync import share
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.monitoring.regression_event import RegressionKind
from openmed.domain.release.results.reaction_report import ReactionOutcome

GOOD, BAD = b"good", b"bad"


@pytest.fixture
def clones(work: Path) -> tuple[Place, Place]:
    """Two clones of a repository with a good release and a bad one after it."""
    start = Place(work / "start")
    start.release(GOOD)
    start.release(BAD)
    one, other = clones_of(start, work, attempts=3, names=("one", "other"))
    return one, other


def _remote(work: Path) -> FleetState:
    git(work, "clone", "--quiet", "remote.git", "reader")
    return FileReleaseStore(work / "reader", lock_seconds=5).state()


def _events(root: Path) -> set[str]:
    return {path.stem for path in (root / "gates" / "events").glob("*.json")}


def test_what_was_undone_is_pushed_with_its_event(clones: tuple[Place, Place], work: Path) -> None:
    """The stage is measured; the record follows by a push of its own; the checkout is clean."""
    one, other = clones
    event = event_of(BAD)
    done = react_in(one, event)
    (row,) = done.report.events
    assert row.times is not None
    assert row.times.persisted is not None
    state = _remote(work)
    live = state.live_in(SLOT)
    assert live is not None
    assert (3, builders.artifact_of(GOOD)) == (live.generation, live.release.artifact)
    assert {event.digest} == _events(work / "reader")
    assert ["2026"] == [path.name[:4] for path in (work / "reader/gates/runs").iterdir()]
    assert "" == git(one.root, "status", "--porcelain")
    # The other machine found the same: it follows, and has nothing to do.
    again = react_in(other, event)
    assert [ReactionOutcome.IGNORED] == [row.outcome for row in again.report.events]
    assert state.entries == Place(other.root).releases.state().entries


def test_another_machine_counts_the_nights_too(clones: tuple[Place, Place]) -> None:
    """Also where the ledger did not move: the slot was held before."""
    one, other = clones
    share(one.world, lambda _: one.hold.freeze(SLOT, reason="audit"))
    share(other.world, lambda _: None)
    first = event_of(BAD, kind=RegressionKind.DRIFT)
    second = event_of(BAD, kind=RegressionKind.DRIFT, at="2026-11-25T12:00:00Z")
    done = react_in(one, first)
    assert [ReactionOutcome.HELD] == [row.outcome for row in done.report.events]
    done = react_in(other, second, now="2026-11-25T12:01:00Z")
    (row,) = done.report.events
    assert {first.digest, second.digest} == _events(other.root)
    assert ReactionOutcome.ROLLED_BACK is row.outcome


def test_a_remote_that_is_away_stops_no_rollback(clones: tuple[Place, Place], work: Path) -> None:
    """It is not shared, and so not persisted; the next command shares it."""
    one, _ = clones
    (work / "remote.git").rename(work / "gone.git")
    post = Post()
    done = react_in(one, event_of(BAD), deliver=post)
    (row,) = done.report.events
    assert (ReactionOutcome.ROLLED_BACK, 1) == (row.outcome, len(post.delivered))
    assert row.times is not None
    assert (None, None) != (row.times.flipped, row.times.persisted)
    assert row.times.persisted is None
    (work / "gone.git").rename(work / "remote.git")
    share(one.world, lambda _: None)
    assert 3 == len(_remote(work).entries)
