"""The rules of flip and rollback, one by one and by name, on a real repository without the command.

A rule of docs/concepts/flip.md that is in doubt is looked up here.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import builders
from support.places import BACK, LEAKS, SLOT, Place

from openmed.adapters.disk import atomic
from openmed.adapters.inputs.input_files import FileInputs
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.digest import tree_digest
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.ledger.changes import Quarantined
from openmed.domain.release.results.slot_result import Result, SlotOutcome
from openmed.domain.release.results.slot_undo import Undo
from openmed.domain.release.rollback_options import Request
from openmed.errors import IntegrityError, UsageError
from openmed.exit_codes import EXIT_CODE_OF
from openmed.steps.benchmark.reference import BaselineBenchmark
from openmed.steps.benchmark.runner import BenchmarkRunner, Measurement

OTHER = f"{SLOT}::other"
FIRST, SECOND, THIRD = b"first", b"second", b"third"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A repository with two releases of one slot."""
    made = Place(tmp_path)
    made.release(FIRST)
    made.release(SECOND)
    return made


def _back(**changes: object) -> Request:
    return Request.model_validate({**BACK.model_dump(), **changes})


def _offered(place: Place, content: bytes = THIRD) -> None:
    """A green verdict on a candidate waits for the flip."""
    verdict = place.verdict(content)
    place.offer(verdict, place.signed(verdict), content=content)


def _served(place: Place, slot: str = SLOT) -> tuple[str, int] | None:
    live = place.releases.state().live_in(slot)
    return (live.release.artifact, live.generation) if live else None


def _result(place: Place, queue: tuple[Candidate, ...] | None = None) -> Result:
    (result,) = place.flip(queue=queue).results
    return result


class TestTheQueueEditedMidRun:
    """It is read again by the flip: a verdict is for the row it was made for."""

    def test_a_changed_row_is_refused(self, place: Place) -> None:
        """Conflict, exit 6, nothing moves."""
        _offered(place)
        result = _result(place, (builders.a_candidate(title="Another"),))
        assert (result.standing, result.exit_code) == (SlotOutcome.REFUSED, 6)
        assert result.reason == "the candidate row changed or was removed since the verdict"
        assert _served(place) == (builders.artifact_of(SECOND), 2)

    def test_a_row_that_went_away_is_refused(self, place: Place) -> None:
        """Likewise."""
        _offered(place)
        result = _result(place, ())
        assert (result.standing, result.exit_code) == (SlotOutcome.REFUSED, 6)
        assert _served(place) == (builders.artifact_of(SECOND), 2)

    def test_the_row_put_back_is_released(self, place: Place) -> None:
        """A refusal spends nothing."""
        _offered(place)
        assert _result(place, ()).standing is SlotOutcome.REFUSED
        assert _result(place).standing is SlotOutcome.RELEASED


def test_two_rows_for_one_slot_are_usage(tmp_path: Path) -> None:
    """Exit 2 before anything runs, both rows in one sentence."""
    row = (
        "[[candidate]]\n"
        'slot = "{slot}"\ntitle = "T"\nrepo_id = "org/{name}"\nsource = "file:models/tiny"\n'
        'labels = ["SSN"]\nlanguages = ["en"]\nlicence = "CC0-1.0"\nmax_bytes = 9\n'
        "bootstrap = true\n"
    )
    queue = tmp_path / "gates" / "candidates.toml"
    queue.parent.mkdir()
    queue.write_text(row.format(slot=SLOT, name="a") + row.format(slot=SLOT, name="b"))
    with pytest.raises(UsageError) as caught:
        FileInputs(tmp_path, environ={}).queue()
    assert SLOT in caught.value.message
    assert EXIT_CODE_OF[caught.value.kind] == 2


class TestATagOlderThanASlot:
    """`rollback --to TAG`: a slot that served nothing at the tag."""

    @pytest.fixture
    def younger(self, place: Place) -> Place:
        """A second slot, released last."""
        place.release(THIRD, slot=OTHER)
        return place

    def _to_the_first(self, **changes: object) -> Request:
        return _back(tag="2026.11.24-1", where={"all_slots": True}, **changes)

    def test_it_stays_and_is_listed(self, younger: Place) -> None:
        """The older slot goes back all the same."""
        plan = younger.roll_back(self._to_the_first())
        assert {row.slot: row.undo for row in plan.slots} == {
            SLOT: Undo.ROLLED_BACK,
            OTHER: Undo.YOUNGER,
        }
        assert _served(younger, OTHER) == (builders.artifact_of(THIRD), 1)
        assert _served(younger) == (builders.artifact_of(FIRST), 3)

    def test_withdraw_empties_it(self, younger: Place) -> None:
        """Its bytes are condemned like all that is left."""
        plan = younger.roll_back(self._to_the_first(is_withdrawing=True))
        assert plan.exit_code == 0
        assert _served(younger, OTHER) is None
        assert younger.releases.state().is_quarantined(builders.artifact_of(THIRD))


class TestARevokedTarget:
    """What was left for a reason is not gone back to."""

    @pytest.fixture
    def revoked(self, place: Place) -> Place:
        """The second release was rolled back; the third is live."""
        place.roll_back()
        place.release(THIRD)
        return place

    def test_by_tag_it_is_refused_by_name(self, revoked: Place) -> None:
        """Exit 4, nothing moves."""
        before = _served(revoked)
        plan = revoked.roll_back(_back(tag="2026.11.24-2"))
        assert (plan.entry, plan.exit_code) == (None, 4)
        assert f"artifact {builders.artifact_of(SECOND)[:16]} is revoked since" in (
            plan.slots[0].reason
        )
        assert _served(revoked) == before

    def test_without_a_name_it_is_passed_over(self, revoked: Place) -> None:
        """The first release it is, which was live twice."""
        plan = revoked.roll_back()
        assert _served(revoked) == (builders.artifact_of(FIRST), 5)
        assert [row.generation for row in plan.slots[0].passed_over] == [2]

    def test_no_release_brings_it_back(self, revoked: Place) -> None:
        """A green verdict on it, or not."""
        _offered(revoked, SECOND)
        assert _result(revoked).standing is SlotOutcome.QUARANTINED
        assert _served(revoked) == (builders.artifact_of(THIRD), 4)


@dataclass(frozen=True)
class _CountingBench(BenchmarkRunner):
    """Measures nothing; says what it was asked to measure."""

    def measure(self, asked: Measurement, *, has_backstop: bool = True) -> BenchmarkReport:
        assert has_backstop
        assert tree_digest(asked.files) == asked.subject.artifact
        staged = builders.a_staged(content=SECOND)
        assert asked.subject.artifact == staged.artifact
        return builders.a_report(staged, pin=asked.pin)


class TestABaselineWithoutASuite:
    """The live release was not measured on a suite that the policy names now."""

    def _step(self, place: Place) -> BaselineBenchmark:
        place.stage(THIRD)
        place.products.write(SLOT, "staged", "0" * 64, builders.a_staged(content=THIRD))
        world = place.world
        return BaselineBenchmark(
            candidate=builders.a_candidate(),
            pin=builders.a_pin(name="new"),
            staged_product="staged",
            products=world.products,
            releases=place.releases,
            released=world.released_bytes,
            bench=_CountingBench(
                inputs=world.inputs,
                store=world.store,
                runners=world.runners,
                executor=world.executor,
                predictions=world.predictions,
                progress=world.progress,
                scorer="0" * 64,
                linter="0" * 64,
                may_run=True,
            ),
        )

    def test_its_live_bytes_are_measured_again(self, place: Place) -> None:
        """Staged again from what is served if need be."""
        atomic.remove_tree(Path(place.store.path(builders.artifact_of(SECOND))))
        report = self._step(place).run().report
        assert report is not None
        assert (report.suite.name, report.subject.artifact) == ("new", builders.artifact_of(SECOND))

    def test_without_bytes_there_is_no_baseline(self, place: Place) -> None:
        """An error product follows, and every gate that compares says ERROR."""
        artifact = builders.artifact_of(SECOND)
        for path in (place.store.path(artifact), place.served(artifact)):
            atomic.remove_tree(Path(path))
        with pytest.raises(IntegrityError, match="are gone from this machine"):
            self._step(place).run()


class TestBytesCollected:
    """A release whose bytes are gone, by accident or by `gc`."""

    def test_a_lost_target_is_passed_over(self, tmp_path: Path) -> None:
        """With its reason; the next older one is taken."""
        place = Place(tmp_path)
        for content in (FIRST, SECOND, THIRD):
            place.release(content)
        for path in (place.store.path, place.served):
            atomic.remove_tree(Path(path(builders.artifact_of(SECOND))))
        plan = place.roll_back()
        assert _served(place) == (builders.artifact_of(FIRST), 4)
        assert "are gone" in plan.slots[0].passed_over[0].reason

    def test_the_only_target_lost_is_a_refusal(self, place: Place) -> None:
        """Exit 4, nothing moves; never success with nothing to do."""
        for path in (place.store.path, place.served):
            atomic.remove_tree(Path(path(builders.artifact_of(FIRST))))
        assert place.roll_back().exit_code == 4
        assert _served(place) == (builders.artifact_of(SECOND), 2)

    def test_live_bytes_lost_are_named(self, place: Place) -> None:
        """A clone without them says so."""
        atomic.remove_tree(Path(place.served(builders.artifact_of(SECOND))))
        (fault,) = place.verify().faults
        assert fault.startswith(f"{SLOT} generation 2: registry tree")
        assert fault.endswith("is gone")


class TestTheKeyIsLost:
    """It voids what was not used; it holds up no rollback."""

    @pytest.fixture
    def lost(self, place: Place) -> Place:
        """A verdict waits; then the private key is gone."""
        _offered(place)
        place.keys.private.unlink()
        return place

    def test_a_rollback_needs_no_key(self, lost: Place) -> None:
        """It signs nothing."""
        assert lost.roll_back().exit_code == 0

    def test_the_verdict_that_waits_is_void(self, lost: Place) -> None:
        """Refused with exit 7 once the key is closed; what was released stays whole."""
        lost.rotate(verifier="release", is_lost=True)
        result = _result(lost)
        assert (result.standing, result.exit_code) == (SlotOutcome.REFUSED, 7)
        assert "was closed as lost" in result.reason
        assert lost.verify().faults == ()


class TestACandidateThatIsAlreadyLive:
    """It is judged against what it replaced, and never moved or condemned by a release."""

    def test_a_green_verdict_moves_nothing(self, place: Place) -> None:
        """No entry, exit 0."""
        _offered(place, SECOND)
        result = _result(place)
        assert (result.standing, result.exit_code) == (SlotOutcome.LIVE, 0)
        assert len(place.releases.state().entries) == 2

    def test_it_is_judged_against_what_it_replaced(self, place: Place) -> None:
        """Not against itself."""
        against = place.verdict(SECOND).against
        assert (against.generation, against.artifact) == (1, builders.artifact_of(FIRST))

    def test_a_bad_verdict_is_a_regression_not_a_quarantine(self, place: Place) -> None:
        """Red, and it serves on: the ledger says so, and rollback answers."""
        verdict = place.verdict(SECOND, covered=LEAKS)
        place.offer(verdict, place.signed(verdict), content=SECOND, covered=LEAKS)
        result = _result(place)
        assert (result.standing, result.exit_code) == (SlotOutcome.CONDEMNED, 3)
        assert _served(place) == (builders.artifact_of(SECOND), 2)
        changes = [change for entry in place.releases.state().entries for change in entry.changes]
        assert not [change for change in changes if isinstance(change, Quarantined)]


def test_generations_are_one_more_each_time(place: Place) -> None:
    """For a release, a rollback and a release after it; none is used twice."""
    place.roll_back()
    place.release(THIRD)
    rows = [json.loads(row.model_dump_json()) for row in place.releases.state().history]
    assert [row["generation"] for row in rows] == [1, 2, 3, 4]
    assert [row["kind"] for row in rows] == ["release", "release", "rollback", "release"]
