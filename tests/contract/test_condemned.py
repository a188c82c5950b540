"""A live release that today's policy condemns: a fact of the ledger, shown, red until it is green.

It moves nothing and quarantines nothing.
"""

from pathlib import Path

import pytest
from support import builders
from support.places import LEAKS, SLOT, Place

from openmed.domain.gates.verdict import Verdict
from openmed.domain.ledger.changes import Cleared, Condemned, Quarantined
from openmed.domain.pages.phrases import headline
from openmed.domain.release.flip_record import FlipRecord
from openmed.domain.release.results.slot_result import Result, SlotOutcome
from openmed.domain.release.results.step_result import StepResult, StepState
from openmed.pipeline.run_report import report_of
from openmed.pipeline.step_runner import is_current, run_step

FIRST, SECOND = b"first", b"second"
LATER = "2026-11-24T13:00:00Z"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """One release is live."""
    made = Place(tmp_path)
    made.release(FIRST)
    return made


def _offer(place: Place, verdict: Verdict, *, covered: dict[str, int] | None = None) -> None:
    place.offer(verdict, place.signed(verdict), content=FIRST, covered=covered)


def _condemn(place: Place) -> Result:
    _offer(place, place.verdict(FIRST, covered=LEAKS), covered=LEAKS)
    (result,) = place.flip().results
    return result


def _last(place: Place) -> object:
    (change,) = place.releases.state().entries[-1].changes
    return change


def test_it_is_recorded_and_moves_nothing(place: Place) -> None:
    """One entry with its signed evidence; pointer, quarantines and generation stay."""
    before = place.releases.state()
    result = _condemn(place)
    after = place.releases.state()
    assert (SlotOutcome.CONDEMNED, 3) == (result.standing, result.exit_code)
    assert isinstance(_last(place), Condemned)
    assert before.live == after.live
    assert () == after.quarantines
    assert () == place.verify().faults


def test_a_run_that_computes_nothing_is_as_red_as_the_first(place: Place) -> None:
    """Exit 3 whichever way the run came, without another entry."""
    _offer(place, place.verdict(FIRST, covered=LEAKS), covered=LEAKS)
    fresh = run_step(place.flip_step(), products=place.products, retry=False)
    entries = len(place.releases.state().entries)
    assert is_current(place.flip_step(), products=place.products, retry=False)
    reused = run_step(place.flip_step(), products=place.products, retry=False)
    assert [StepState.COMPUTED, StepState.REUSED] == [fresh.how, reused.how]
    assert [3, 3] == [_code(place, fresh), _code(place, reused)]
    assert entries == len(place.releases.state().entries)


def _code(place: Place, done: StepResult) -> int:
    made = place.products.read("", "flip", FlipRecord)
    assert made is not None
    assert isinstance(made.value, FlipRecord)
    report = report_of(
        started=place.now,
        performed=(done,),
        flip=made.value,
        crashed=(),
        is_interrupted=False,
        status_page="",
    )
    return report.exit_code


def test_pages_show_it(place: Place) -> None:
    """Status page, its JSON, card, leaderboard and front page: nowhere green."""
    _condemn(place)
    place.regenerate()
    trust = place.root / "artifacts" / "trust"
    for page in ("status/index.html", "leaderboard/index.html", "index.html"):
        assert "condemned by today" in (trust / page).read_text()
    for card in (trust / "cards").rglob("*.html"):
        assert "condemned by today" in card.read_text()
    assert '"condemned"' in (trust / "status" / "status.json").read_text()
    assert "1 live release fails today's policy" in headline(place.releases.state())


def test_a_green_verdict_clears_it(place: Place) -> None:
    """In the ledger too, once."""
    _condemn(place)
    later = Place(place.root, now=LATER)
    _offer(later, later.verdict(FIRST))
    (result,) = later.flip().results
    assert (SlotOutcome.LIVE, 0) == (result.standing, result.exit_code)
    assert isinstance(_last(later), Cleared)
    assert () == later.releases.state().condemned
    entries = len(later.releases.state().entries)
    assert [0] == [row.exit_code for row in later.flip().results]
    assert entries == len(later.releases.state().entries)
    assert () == later.verify().faults


def test_the_verdict_that_released_it_does_not_clear_it(tmp_path: Path) -> None:
    """It is spent: an old product put back is no new judgement."""
    place = Place(tmp_path)
    verdict = place.verdict(FIRST)
    envelope = place.signed(verdict)
    place.offer(verdict, envelope, content=FIRST)
    assert SlotOutcome.RELEASED is place.flip().results[0].standing
    _condemn(place)
    place.offer(verdict, envelope, content=FIRST)
    (result,) = place.flip().results
    assert (SlotOutcome.CONDEMNED, 3) == (result.standing, result.exit_code)


def test_another_release_ends_it(place: Place) -> None:
    """What is live then was never condemned; back again, it is as it was."""
    _condemn(place)
    place.release(SECOND)
    assert () == place.releases.state().condemned
    place.roll_back()
    (row,) = place.releases.state().condemned
    assert builders.artifact_of(FIRST) == row.fact.artifact


def test_a_candidate_without_a_verdict_does_not_hide_it(place: Place) -> None:
    """The slot stays red, exit 3, while its next candidate waits for evidence."""
    _condemn(place)
    place.products.write(SLOT, "verdict", "0" * 64, builders.a_staged(content=SECOND))
    (result,) = place.flip().results
    assert (SlotOutcome.NOT_EVALUATED, 3) == (result.standing, result.exit_code)
    assert "fails policy" in result.reason


def test_an_unsigned_verdict_condemns_nothing(place: Place) -> None:
    """Anybody could have written it."""
    verdict = place.verdict(FIRST, covered=LEAKS)
    place.offer(verdict, None, content=FIRST, covered=LEAKS)
    (result,) = place.flip().results
    assert (SlotOutcome.REFUSED, 7) == (result.standing, result.exit_code)
    assert () == place.releases.state().condemned


def test_no_quarantine_follows(place: Place) -> None:
    """A quarantine would refuse the bytes everywhere; rollback does that, by name."""
    _condemn(place)
    changes = [change for entry in place.releases.state().entries for change in entry.changes]
    assert [] == [change for change in changes if isinstance(change, Quarantined)]
    place.release(SECOND)
    assert 0 == place.roll_back().exit_code
