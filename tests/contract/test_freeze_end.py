"""A freeze that ends by itself: by the clock, never by the ledger's, and said."""

import json
import shutil
from pathlib import Path

import pytest
from support import builders
from support.places import SLOT, Place

from openmed.cli.main import run
from openmed.domain.ledger.changes import Held, Thawed
from openmed.domain.ledger.entry import Entry, next_entry
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.release.flip import FlipPlan, plan_flip
from openmed.domain.release.results.slot_result import SlotOutcome
from openmed.domain.wire import dump, parse
from openmed.errors import EvidenceError, UsageError

BEFORE, END, AFTER = "2026-11-24T13:00:00Z", "2026-11-24T14:00:00Z", "2026-11-24T15:00:00Z"


def a_state(*changes: Held | Thawed, at: str = builders.NOW) -> FleetState:
    """One release that is live, then so many changes."""
    plan = plan_flip(fold(()), (builders.a_proposal(builders.a_verdict()),), now=builders.NOW)
    assert plan.entry is not None
    entries = [plan.entry]
    for change in changes:
        entries.append(next_entry(tuple(entries), (change,), now=at))
    return fold(tuple(entries))


def held(until: str | None = END) -> Held:
    """A freeze."""
    return Held(slot=SLOT, reason="audit", until=until)


def offered(state: FleetState, now: str) -> FlipPlan:
    """A better candidate at some moment, judged just then."""
    artifact = builders.artifact_of(b"better")
    verdict = builders.a_verdict(
        content=b"better", against=state.against(SLOT, artifact=artifact), now=now
    )
    return plan_flip(state, (builders.a_proposal(verdict),), now=now)


@pytest.mark.parametrize(
    ("until", "now", "outcome"),
    [
        (END, BEFORE, SlotOutcome.FROZEN),
        (END, "2026-11-24T13:59:59Z", SlotOutcome.FROZEN),
        (END, END, SlotOutcome.RELEASED),
        (END, AFTER, SlotOutcome.RELEASED),
        (None, AFTER, SlotOutcome.FROZEN),
    ],
)
def test_a_slot_is_free_from_the_end_of_its_freeze_on(
    until: str | None, now: str, outcome: SlotOutcome
) -> None:
    """And not a second before; one without an end stays frozen."""
    (result,) = offered(a_state(held(until)), now).results
    assert outcome == result.standing
    if outcome is SlotOutcome.FROZEN and until:
        assert f"until {until}" in result.reason


def test_a_clock_behind_the_ledger_leaves_the_slot_frozen() -> None:
    """Another machine wrote a later time; which clock is right nobody here can tell."""
    state = a_state(held(), Held(slot=SLOT, reason="again", until=END), at=AFTER)
    (result,) = offered(state, BEFORE).results
    assert SlotOutcome.FROZEN is result.standing


def test_an_entry_says_version_5_only_where_a_freeze_has_an_end() -> None:
    """Entries of earlier engines keep their bytes; one that lies about its version is refused."""
    with_end, without = a_state(held()).entries[-1], a_state(held(None)).entries[-1]
    assert ("openmed.entry/5", "openmed.entry/1") == (with_end.schema_, without.schema_)
    assert b"until" not in dump(without)
    assert with_end == parse(Entry, dump(with_end), what="entry")
    with pytest.raises(EvidenceError):
        parse(Entry, dump(with_end).replace(b"entry/5", b"entry/1"), what="entry")


def test_a_later_freeze_replaces_the_end_and_a_thaw_the_freeze() -> None:
    """The newest counts."""
    state = a_state(held(), held(None))
    freeze = state.freeze_of(SLOT)
    assert freeze is not None
    assert freeze.until is None
    assert a_state(held(), Thawed(slot=SLOT, reason="done")).freeze_of(SLOT) is None


@pytest.mark.parametrize(
    ("have", "other", "is_covered"),
    [
        (None, END, True),
        (END, END, True),
        (AFTER, END, True),
        (END, AFTER, False),
        (END, None, False),
    ],
)
def test_of_two_freezes_the_longer_one_is_kept(
    have: str | None,
    other: str | None,
    is_covered: bool,  # noqa: FBT001 - a row
) -> None:
    """When two heads of the ledger become one."""
    freeze = a_state(held(have)).freeze_of(SLOT)
    assert freeze is not None
    assert is_covered == freeze.covers(other)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One release; made once."""
    place = Place(tmp_path_factory.mktemp("freeze") / "r")
    place.release(b"good")
    place.write_queue()
    place.regenerate()
    return place.root


@pytest.fixture
def root(template: Path, tmp_path: Path) -> Path:
    """A copy."""
    shutil.copytree(template, tmp_path / "r", symlinks=True)
    return tmp_path / "r"


def test_the_step_moves_the_end_and_refuses_one_that_is_over(root: Path) -> None:
    """The same freeze again is none."""
    hold = Place(root).hold
    with pytest.raises(UsageError, match="is over"):
        hold.freeze(SLOT, reason="audit", until=builders.NOW)
    assert hold.freeze(SLOT, reason="audit", until=END) is not None
    assert hold.freeze(SLOT, reason="audit", until=END) is None
    assert hold.freeze(SLOT, reason="audit", until=AFTER) is not None
    assert hold.freeze(SLOT, reason="audit") is not None
    assert hold.thaw(SLOT, reason="done") is not None
    assert hold.thaw(SLOT, reason="done") is None


@pytest.mark.parametrize(
    "said",
    ["2030-13-01", "tomorrow", "2030-12-04T10:00", "2030-12-04T10:00:00+01:00", "9999-12-31"],
)
def test_what_is_no_end_is_refused(root: Path, said: str) -> None:
    """Nothing is frozen by a guess."""
    words = ["release", "freeze", SLOT, "--reason", "x", "--until", said, "--root", str(root)]
    assert 2 == run(words)
    assert Place(root).releases.state().freeze_of(SLOT) is None


def test_a_day_ends_at_its_midnight_and_an_ended_freeze_is_shown_as_ended(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the list; the slot is free."""
    at = ["--root", str(root)]
    assert 0 == run(
        ["release", "freeze", SLOT, "--reason", "x", "--until", "2090-12-04", *at, "--json"]
    )
    capsys.readouterr()
    assert 0 == run(["release", "list", *at, "--json"])
    (row,) = json.loads(capsys.readouterr().out)["data"]
    assert ("live, frozen until 2090-12-05T00:00:00Z", True) == (row["state"], row["frozen"])
    place = Place(root)
    assert place.hold.freeze(SLOT, reason="x", until=END) is not None
    assert 0 == run(["release", "list", *at, "--json"])
    (row,) = json.loads(capsys.readouterr().out)["data"]
    assert (f"live, freeze ended {END}", False) == (row["state"], row["frozen"])
