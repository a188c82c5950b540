"""A condemned behaviour stays condemned: copies of condemned bytes, however they are wrapped.

With the real judge, flip, keys and ledger.
"""

import json
import shutil
from functools import partial
from pathlib import Path

import pytest
from support import builders
from support.counting import as_version_2
from support.judged_places import compare_step, judge_copy, offer_copy
from support.places import BACK, LEAKS, SLOT, ZERO, Place

from openmed.domain.attestation.verifier import Role
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.gate import CONDEMNED_BEHAVIOUR
from openmed.domain.gates.verdict import Decision
from openmed.domain.ledger.changes import Quarantined, Revoked
from openmed.domain.ledger.cited.condemned_behaviour import CondemnedBehaviours
from openmed.domain.release.flip import SlotOutcome
from openmed.domain.release.product import VerdictProduct
from openmed.domain.release.rollback_options import Request
from openmed.domain.wire import dump, from_plain, plain
from openmed.errors import IntegrityError
from openmed.steps.reconcile import Reconcile

FIRST, SECOND, COPY, AGAIN = b"first", b"second", b"second, and a note", b"a third copy"
OTHER = f"{SLOT}::other"
NEVER = "2027-01-01T23:59:59Z"


@pytest.fixture
def revoked(tmp_path: Path) -> Place:
    """The second release was taken back, which revoked it."""
    place = Place(tmp_path)
    place.release(FIRST)
    place.release(SECOND)
    assert place.roll_back().exit_code == 0
    return place


@pytest.fixture
def quarantined(tmp_path: Path) -> Place:
    """The second candidate failed its gates."""
    place = Place(tmp_path)
    place.release(FIRST)
    place.release(SECOND, covered=LEAKS)
    return place


class TestOneMoreByteInANote:
    """Hostile 7."""

    def test_it_is_quarantined_and_named(self, revoked: Place) -> None:
        """By a result of its own, which says which artifact it is like."""
        result = offer_copy(revoked, COPY, like=SECOND)
        assert (SlotOutcome.QUARANTINED, 3) == (result.standing, result.exit_code)
        assert (CONDEMNED_BEHAVIOUR,) == result.gates
        tag = revoked.releases.state().entries[2].tag
        artifact = builders.artifact_of(SECOND)[:16]
        assert result.reason == (
            f"{CONDEMNED_BEHAVIOUR}: predicts on golden the same as artifact {artifact}, "
            f"revoked since {tag} (rollback)"
        )
        (change,) = revoked.releases.state().entries[-1].changes
        assert isinstance(change, Quarantined)
        assert (CONDEMNED_BEHAVIOUR,) == change.gates
        assert () == revoked.verify().faults

    def test_what_predicts_otherwise_is_released(self, revoked: Place) -> None:
        """A repaired tokenizer or profile, whatever else it shares."""
        assert SlotOutcome.RELEASED is offer_copy(revoked, COPY).standing

    def test_it_is_recorded_once(self, revoked: Place) -> None:
        """The next run says the same without another entry."""
        offer_copy(revoked, COPY, like=SECOND)
        before = len(revoked.releases.state().entries)
        assert SlotOutcome.QUARANTINED is offer_copy(revoked, COPY, like=SECOND).standing
        assert before == len(revoked.releases.state().entries)

    def test_pages_and_records_show_it(self, revoked: Place) -> None:
        """On the status page, in its JSON, in the quarantine file."""
        offer_copy(revoked, COPY, like=SECOND)
        revoked.regenerate()
        trust = revoked.root / "artifacts" / "trust" / "status"
        named = f"the same as artifact {builders.artifact_of(SECOND)[:16]}"
        assert named in (trust / "index.html").read_text()
        assert named in (trust / "status.json").read_text()
        kept = revoked.root / "gates/quarantine" / f"{builders.artifact_of(COPY)}.json"
        assert named in kept.read_text()


class TestSiblings:
    """The same behaviour in other clothes."""

    @pytest.mark.parametrize(
        "changes",
        [
            {"repo_id": "org/another-name"},
            {"slot": OTHER},
            {"slot": "other-family::large::gguf"},
            {"labels": ("SSN",)},
            {"labels": ("PATIENT_NAME", "SSN", "DATE")},
            {"title": "A new title"},
        ],
        ids=["renamed", "other line", "other family", "claims less", "claims more", "retitled"],
    )
    def test_it_is_condemned(self, revoked: Place, changes: dict[str, object]) -> None:
        """The fleet over, as its bytes are."""
        row = Candidate.model_validate({**builders.a_candidate().model_dump(), **changes})
        covered = dict.fromkeys(("PATIENT_NAME", "SSN"), 100)
        verdict = judge_copy(revoked, COPY, like=SECOND, row=row, covered=covered).verdict
        assert CONDEMNED_BEHAVIOUR in [gate.id for gate in verdict.failing]
        assert Decision.QUARANTINED is verdict.decision

    def test_a_report_of_another_runner_is(self, revoked: Place) -> None:
        """What finds the spans is not what is compared: other runtime, same spans."""
        report = builders.a_report(
            builders.a_staged(content=COPY), behaves_like=builders.artifact_of(SECOND)
        )
        table = {**_table(report), "runtime": {"runner": "callable", "code": ZERO, "packages": []}}
        other = from_plain(BenchmarkReport, table, what="report")
        found = CondemnedBehaviours(revoked.releases.evidence).like(
            revoked.releases.state(),
            lambda: (other,),
            slot=SLOT,
            artifact=builders.artifact_of(COPY),
        )
        assert found is not None

    def test_the_copy_of_a_copy(self, revoked: Place) -> None:
        """It names what was condemned first."""
        offer_copy(revoked, COPY, like=SECOND)
        result = offer_copy(revoked, AGAIN, like=SECOND)
        assert builders.artifact_of(SECOND)[:16] in result.reason

    def test_what_was_released_before_the_copy_that_was_revoked(self, tmp_path: Path) -> None:
        """An earlier release that predicts the same may not be released again."""
        place = Place(tmp_path)
        for content in (SECOND, FIRST, COPY):
            place.release(content)
        place.roll_back()
        assert SlotOutcome.RELEASED is offer_copy(place, SECOND).standing
        place.release(AGAIN)
        place.roll_back(Request.model_validate({**BACK.model_dump(), "generation": 2}))
        assert SlotOutcome.QUARANTINED is offer_copy(place, SECOND, like=AGAIN).standing


def _table(report: BenchmarkReport) -> dict[str, object]:
    table = plain(report)
    assert isinstance(table, dict)
    return dict(table)


class TestTheCause:
    """Only a revocation, or a gate over predictions."""

    def test_a_gate_over_predictions(self, quarantined: Place) -> None:
        """Its copy is refused by name, also where its own gates would pass."""
        result = offer_copy(quarantined, COPY, like=SECOND)
        assert "quarantined since" in result.reason
        assert "recall_floor" in result.reason

    def test_a_typo_in_the_catalogue(self, quarantined: Place) -> None:
        """Who repairs it gets other bytes that predict the same, and they are good."""
        state = quarantined.releases.state()
        (row,) = state.quarantines
        assert isinstance(row.fact, Quarantined)
        for gates in (("manifest_coherence",), ("latency", "reproducibility")):
            fact = Quarantined.model_validate({**row.fact.model_dump(), "gates": gates})
            spoilt = type(row)(tag=row.tag, time=row.time, fact=fact)
            fields = {name: getattr(state, name) for name in type(state).model_fields}
            other = type(state).model_validate({**fields, "quarantines": (spoilt,)})
            report = builders.a_report(
                builders.a_staged(content=COPY), behaves_like=builders.artifact_of(SECOND)
            )
            found = CondemnedBehaviours(quarantined.releases.evidence).like(
                other,
                partial(tuple, (report,)),
                slot=SLOT,
                artifact=builders.artifact_of(COPY),
            )
            assert found is None

    def test_a_freeze_condemns_nothing(self, tmp_path: Path) -> None:
        """`--no-revoke`: nobody said that it is bad."""
        place = Place(tmp_path)
        place.release(FIRST)
        place.release(SECOND)
        place.roll_back(Request.model_validate({**BACK.model_dump(), "is_revoking": False}))
        assert SlotOutcome.FROZEN is offer_copy(place, COPY, like=SECOND).standing

    def test_a_live_release_that_fails_todays_policy_condemns_no_copy(self, tmp_path: Path) -> None:
        """It may be cleared; its copy fails the same gates by itself."""
        place = Place(tmp_path)
        place.release(SECOND)
        judge_copy(place, SECOND, covered=LEAKS)
        assert SlotOutcome.CONDEMNED is place.flip().results[0].standing
        assert SlotOutcome.RELEASED is offer_copy(place, COPY, like=SECOND).standing

    def test_what_is_live_is_not_looked_at(self, tmp_path: Path) -> None:
        """A rollback went back to it knowingly, whatever was taken back."""
        place = Place(tmp_path)
        place.release(FIRST)
        place.release(SECOND)
        place.roll_back()
        verdict = judge_copy(place, FIRST, like=SECOND).verdict
        assert Decision.RELEASABLE is verdict.decision


class TestWaivers:
    """A person's waiver lifts it, for these bytes."""

    def _waived(self, place: Place, content: bytes = COPY) -> None:
        place.lift.waive(
            place.person("alice", Role.WAIVE),
            builders.artifact_of(content),
            reason="the leak was in the monitor",
            expires=NEVER,
            is_recording=True,
        )

    def test_the_copy_is_judged_again_and_released(self, revoked: Place) -> None:
        """What was revoked stays revoked."""
        offer_copy(revoked, COPY, like=SECOND)
        row = builders.a_candidate()
        made = revoked.products.read(SLOT, "verdict", VerdictProduct)
        assert made is not None
        assert isinstance(made.value, VerdictProduct)
        assert compare_step(revoked, row).is_current(made.value)
        self._waived(revoked)
        assert not compare_step(revoked, row).is_current(made.value)
        assert SlotOutcome.RELEASED is offer_copy(revoked, COPY, like=SECOND).standing
        assert revoked.releases.state().is_quarantined(builders.artifact_of(SECOND))
        assert () == revoked.verify().faults

    def test_another_copy_needs_its_own(self, revoked: Place) -> None:
        """A waiver names bytes."""
        offer_copy(revoked, COPY, like=SECOND)
        self._waived(revoked)
        assert SlotOutcome.QUARANTINED is offer_copy(revoked, AGAIN, like=SECOND).standing

    def test_what_is_condemned_after_the_waiver_counts(self, revoked: Place) -> None:
        """The person did not know of it."""
        offer_copy(revoked, COPY, like=SECOND)
        self._waived(revoked)
        later = Place(revoked.root, now="2026-11-24T13:00:00Z")
        later.release(AGAIN)
        later.roll_back()
        assert SlotOutcome.QUARANTINED is offer_copy(later, COPY, like=AGAIN).standing

    def test_a_lifted_original_condemns_no_copy(self, quarantined: Place) -> None:
        """The gate was wrong, so its behaviour is not condemned any more."""
        self._waived(quarantined, SECOND)
        assert SlotOutcome.RELEASED is offer_copy(quarantined, COPY, like=SECOND).standing

    def test_a_copys_quarantine_condemns_not_the_original(self, quarantined: Place) -> None:
        """It was never judged by itself: lifted, the original may pass."""
        offer_copy(quarantined, COPY, like=SECOND)
        self._waived(quarantined, SECOND)
        assert SlotOutcome.RELEASED is offer_copy(quarantined, SECOND).standing


class TestTheFlip:
    """The last look, under the lock."""

    def test_what_was_condemned_since_the_verdict_counts(self, tmp_path: Path) -> None:
        """Judged green, and then its twin was taken back."""
        place = Place(tmp_path)
        place.release(FIRST, slot=OTHER)
        place.release(SECOND, slot=OTHER)
        place.release(FIRST)
        assert Decision.RELEASABLE is judge_copy(place, COPY, like=SECOND).verdict.decision
        place.roll_back(Request.model_validate({**BACK.model_dump(), "where": {"line": "other"}}))
        (result,) = place.flip().results
        assert (SlotOutcome.REFUSED, 3) == (result.standing, result.exit_code)
        assert "the same as artifact" in result.reason
        assert SlotOutcome.QUARANTINED is offer_copy(place, COPY, like=SECOND).standing

    def test_a_verdict_that_passed_over_it_is_no_verdict(self, revoked: Place) -> None:
        """Its result taken out: RELEASABLE, and refused all the same."""
        verdict = revoked.verdict(COPY)
        staged = builders.a_staged(content=COPY)
        report = builders.a_report(staged, behaves_like=builders.artifact_of(SECOND))
        evidence = builders.an_evidence(reports=(report,), content=COPY, against=verdict.against)
        judged = builders.judged(evidence)
        revoked.offer(judged, revoked.signed(judged), content=COPY)
        revoked.products.write(SLOT, "golden", ZERO, report)
        (result,) = revoked.flip().results
        assert (SlotOutcome.REFUSED, 3) == (result.standing, result.exit_code)


class TestEarlierEngines:
    """Condemnations whose evidence does not say what was predicted."""

    def test_their_counts_are_compared(self, tmp_path: Path) -> None:
        """And that no more can be known is told."""
        place = Place(tmp_path)
        old = builders.a_report(builders.a_staged(content=SECOND))
        table = {**_table(as_version_2(old)), "schema": "openmed.report/1"}
        del table["behaviour"]
        report = from_plain(BenchmarkReport, table, what="report")
        place.release(FIRST)
        place.release(SECOND, report=report)
        place.roll_back()
        result = offer_copy(place, COPY)
        assert SlotOutcome.QUARANTINED is result.standing
        assert "what that one predicted was not recorded" in result.reason
        covered = {"PATIENT_NAME": 99, "SSN": 100}
        assert SlotOutcome.RELEASED is offer_copy(place, AGAIN, covered=covered).standing


class TestHeadsOfTheLedger:
    """What was revoked on a branch that is given up stays condemned, its copies too."""

    def test_an_abandoned_branch(self, tmp_path: Path) -> None:
        """The release was made there, and nothing of ours knows its reports."""
        ours = Place(tmp_path / "ours")
        ours.release(FIRST)
        shutil.copytree(ours.root, tmp_path / "theirs")
        theirs = Place(tmp_path / "theirs")
        theirs.release(SECOND)
        theirs.roll_back()
        ours.hold.freeze(SLOT, reason="meanwhile")
        for seen in ("gates/ledger", "gates/evidence", "artifacts/witness"):
            shutil.copytree(theirs.root / seen, ours.root / seen, dirs_exist_ok=True)
        Reconcile(releases=ours.releases, registry=ours.registry, now=ours.now).reconcile(
            is_abandoning=True, reason="that machine is gone"
        )
        facts = [row.fact for row in ours.releases.state().quarantines]
        assert [Revoked] == [type(fact) for fact in facts]
        ours.hold.thaw(SLOT, reason="done")
        assert SlotOutcome.QUARANTINED is offer_copy(ours, COPY, like=SECOND).standing
        assert () == ours.verify().faults


def test_a_rollback_needs_no_report(revoked: Place) -> None:
    """Damaged evidence of what is left does not hold it up; what cannot be named is not."""
    revoked.release(AGAIN)
    live = revoked.releases.state().live_in(SLOT)
    assert live is not None
    report = next(row.report for row in live.release.reports if row.suite == "golden")
    (revoked.root / "gates/evidence" / f"{report}.json").unlink()
    assert revoked.roll_back().exit_code == 0
    (_, change) = revoked.releases.state().entries[-1].changes
    assert isinstance(change, Revoked)
    assert () == change.reports


def test_evidence_that_is_gone_is_an_error_and_no_pass(revoked: Place) -> None:
    """Whoever removes the report of what was revoked gains nothing."""
    (row,) = revoked.releases.state().quarantines
    assert isinstance(row.fact, Revoked)
    (reference,) = row.fact.reports
    (revoked.root / "gates/evidence" / f"{reference.report}.json").unlink()
    with pytest.raises(IntegrityError, match="cannot be read"):
        judge_copy(revoked, COPY, like=SECOND)


def test_an_entry_of_an_earlier_engine_keeps_its_bytes(tmp_path: Path) -> None:
    """They are its name: no key is added to what was written."""
    place = Place(tmp_path)
    place.release(FIRST)
    place.release(SECOND)
    place.roll_back()
    entry = place.releases.state().entries[-1]
    assert json.loads(dump(entry))["schema"] == "openmed.entry/2"
    (_, revoked) = entry.changes
    assert isinstance(revoked, Revoked)
    old = Revoked.model_validate({**dict(revoked), "reports": ()})
    assert "reports" not in json.loads(dump(old))
