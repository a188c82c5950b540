"""A suite's edition is bound to its documents by what is in the ledger; a new one runs beside it.

On a real repository whose candidates are run.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.measured_places import SLOT, MeasuredPlace, measured_place

from openmed.app.doctor import examine
from openmed.app.pipeline_stages import run_flip, run_gate, run_stage
from openmed.app.plan import plan_release
from openmed.app.release import run_release
from openmed.domain.digest import sha256_hex
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.verdict import Decision
from openmed.domain.ledger.cited.suite_editions import NEXT_STEP, SuiteEditions
from openmed.domain.release.product import VerdictProduct
from openmed.domain.release.results.examination import Health, HealthCheck
from openmed.domain.release.results.slot_result import Result, SlotOutcome
from openmed.domain.text.span import Document
from openmed.errors import IntegrityError, OpenMedError
from openmed.exit_codes import EXIT_CODE_OF, ExitCode
from openmed.pipeline.reviewed.reviewed_suites import recorded_editions

MISSES = 6
"""The second build forgets every sixth name; the policy of the small suites lets it pass."""


@pytest.fixture(scope="module")
def _released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MeasuredPlace]:
    """A build that finds everything is live."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        place = measured_place(tmp_path_factory.mktemp("editions") / "r", monkeypatch)
        assert SlotOutcome.RELEASED is _run(place).standing
        yield place


@pytest.fixture
def place(_released: MeasuredPlace, tmp_path: Path) -> MeasuredPlace:
    """A copy of it, whose candidate is a build that forgets names."""
    place = _released.copied(tmp_path / "r")
    place.add_model("models/tiny", misses=MISSES)
    return place


def _run(place: MeasuredPlace) -> Result:
    (result,) = run_release(place.world).candidates
    return result


def _without_missed_gold(place: MeasuredPlace) -> tuple[Document, ...]:
    """Hostile 14: the gold that the candidate misses is deleted, the notes stay."""
    found = json.loads((place.root / "models/tiny/gold.json").read_text(encoding="utf-8"))
    known = {text: {tuple(span[:3]) for span in spans} for text, spans in found.items()}
    documents = []
    for document in place.suites["first"]:
        (spans,) = (s for t, s in known.items() if t == sha256_hex(document.text.encode()))
        kept = [s for s in document.spans if (s.start, s.end, s.label) in spans]
        documents.append(Document.model_validate({**dict(document), "spans": tuple(kept)}))
    return tuple(documents)


def _edition_checks(place: MeasuredPlace) -> list[HealthCheck]:
    return [check for check in examine(place.world).checks if check.name == "edition"]


class TestTheSameEdition:
    """With other documents it stops every run."""

    @pytest.mark.parametrize(
        ("edition", "revision"),
        [("small", "1"), (" Small ", "1"), ("SMALL", "\N{FULLWIDTH DIGIT ONE}")],
    )
    def test_missed_gold_deleted(self, place: MeasuredPlace, edition: str, revision: str) -> None:
        """One sentence, exit 7, nothing was run; whatever the spelling."""
        place.repin("first", _without_missed_gold(place), edition=edition, revision=revision)
        before = place.world.releases.state()
        for command in (run_release, run_gate, run_flip, run_stage, plan_release):
            with pytest.raises(IntegrityError) as caught:
                command(place.world)
            assert caught.value.message.startswith(f"suite first: edition {edition!r}, revision")
            assert "had the documents" in caught.value.message
            assert EXIT_CODE_OF[caught.value.kind] is ExitCode.INTEGRITY
        assert before == place.world.releases.state()

    def test_the_documents_of_before_run_again(self, place: MeasuredPlace) -> None:
        """Put back, the build is judged on them."""
        documents = place.suites["first"]
        place.repin("first", _without_missed_gold(place))
        with pytest.raises(IntegrityError):
            _run(place)
        place.repin("first", documents)
        assert SlotOutcome.QUARANTINED is _run(place).standing

    def test_doctor_says_it(self, place: MeasuredPlace) -> None:
        """Before anybody runs anything; and nothing once they are put back."""
        documents = place.suites["first"]
        assert _edition_checks(place) == []
        place.repin("first", _without_missed_gold(place))
        (check,) = _edition_checks(place)
        assert check.health is Health.BROKEN
        assert "suite first: edition 'small', revision '1'" in check.says
        assert check.fix == NEXT_STEP
        place.repin("first", documents)
        assert _edition_checks(place) == []

    def test_a_quarantine_binds_too(self, place: MeasuredPlace) -> None:
        """Whatever judged something: the documents that condemned a build may not change."""
        place.repin("second", place.suites["second"][:-1], edition="other", more="previous")
        assert SlotOutcome.QUARANTINED is _run(place).standing
        place.repin("second", place.suites["second"][:-2], edition="other")
        with pytest.raises(IntegrityError, match="suite second: edition 'other'"):
            _run(place)

    def test_a_suite_that_judged_nothing_is_free(self, place: MeasuredPlace) -> None:
        """Nothing is in the ledger of it."""
        world = place.world
        other = world.inputs.pins()[0].model_dump() | {"name": "third", "digest": "0" * 64}
        pins = (*world.inputs.pins(), type(world.inputs.pins()[0]).model_validate(other))
        assert SuiteEditions(world.releases.evidence).fault(world.releases.state(), pins) == ""

    def test_what_is_read_of_evidence_is_kept(self, place: MeasuredPlace) -> None:
        """An index: a run keeps what it read, and the next one reads no report."""
        place.repin("first", place.suites["first"][:-1], edition="new", more="previous")
        _run(place)
        run_stage(place.world)

        def nothing(name: str) -> bytes:
            raise AssertionError(name)

        known = recorded_editions(place.world).index
        assert known.rows
        world = place.world
        editions = SuiteEditions(nothing, known)
        assert editions.fault(world.releases.state(), world.inputs.pins()) == ""


class TestANewEdition:
    """Old and new run side by side once."""

    def _easy(self, place: MeasuredPlace) -> tuple[Document, ...]:
        documents = place.without_misses("models/tiny", "first")
        assert 0 < len(documents) < len(place.suites["first"])
        return documents

    def test_without_the_one_before_there_is_no_verdict(self, place: MeasuredPlace) -> None:
        """And the sentence tells what is missing and how."""
        place.repin("first", self._easy(place), edition="new")
        result = _run(place)
        assert (SlotOutcome.NOT_EVALUATED, 5) == (result.standing, result.exit_code)
        assert "suite first has a new edition, 'new', and the live release was" in result.reason
        made = place.world.products.read(SLOT, "verdict", VerdictProduct)
        assert made is not None
        assert isinstance(made.value, VerdictProduct)
        assert "[suite.previous]" in made.value.verdict.faults[0].next_step

    def test_what_is_lost_on_the_one_before_is_lost(self, place: MeasuredPlace) -> None:
        """Perfect on the new edition, and quarantined by the one before."""
        place.repin("first", self._easy(place), edition="new", more="previous")
        result = _run(place)
        assert SlotOutcome.QUARANTINED is result.standing
        assert {"regression", "shield_regression"} == set(result.gates)
        assert "on the edition before of first: " in result.reason

    def test_the_baseline_moves_knowingly(self, place: MeasuredPlace) -> None:
        """A build that loses nothing is released, with both in its evidence; then it is done."""
        easy = self._easy(place)
        place.add_model("models/tiny", misses=0)
        (place.root / "models/tiny/note.txt").write_text("another build", encoding="utf-8")
        place.repin("first", easy, edition="new", revision="2", more="previous")
        assert SlotOutcome.RELEASED is _run(place).standing
        live = place.world.releases.state().live_in(SLOT)
        assert live is not None
        suites = [row.suite for row in live.release.reports]
        assert {"first", "previous-first", "baseline-previous-first"} <= set(suites)
        reference = next(r for r in live.release.reports if r.suite == "previous-first")
        report = json.loads(place.world.releases.evidence(reference.report))
        assert ("small", "1") == (report["suite"]["edition"], report["suite"]["revision"])
        (place.root / "models/tiny/note.txt").write_text("a third build", encoding="utf-8")
        assert SlotOutcome.RELEASED is _run(place).standing
        live = place.world.releases.state().live_in(SLOT)
        assert live is not None
        assert not [r.suite for r in live.release.reports if "previous" in r.suite]

    def test_a_person_may_say_that_it_is_gone(self, place: MeasuredPlace) -> None:
        """The reason stands in the verdict."""
        reason = "its licence ended"
        more = f'previous_missing = "{reason}"\n'
        place.repin("first", self._easy(place), edition="new", more=more)
        assert SlotOutcome.RELEASED is _run(place).standing
        made = place.world.products.read(SLOT, "verdict", VerdictProduct)
        assert made is not None
        assert isinstance(made.value, VerdictProduct)
        (gate,) = (g for g in made.value.verdict.results if g.id == "regression")
        assert f"first has a new edition, and not the one before: {reason}" in gate.message

    def test_doctor_says_that_the_one_before_is_missing(self, place: MeasuredPlace) -> None:
        """Of each slot that names the suite; nothing where both are pinned."""
        place.repin("first", self._easy(place), edition="new", more="")
        (check,) = _edition_checks(place)
        assert check.health is Health.BROKEN
        assert f"{SLOT}: suite first has a new edition, 'new'" in check.says
        assert "previous-first" in check.fix
        place.repin("first", self._easy(place), edition="new", more="previous")
        assert _edition_checks(place) == []

    def test_another_edition_is_not_the_one_before(self, place: MeasuredPlace) -> None:
        """What the live release was measured on, nothing else."""
        place.repin("first", self._easy(place), edition="new", more="previous")
        place.repin("first", self._easy(place)[:-1], edition="newer", more="")
        pins = place.root / "gates/suites.toml"
        text = pins.read_text(encoding="utf-8")
        assert "previous-first" not in text
        assert SlotOutcome.NOT_EVALUATED is _run(place).standing

    def test_the_one_before_is_bound_as_well(self, place: MeasuredPlace) -> None:
        """A weak suite under the name of the edition before."""
        easy = self._easy(place)
        place.repin("first", easy)
        place.repin("first", easy[:-1], edition="new", more="previous")
        with pytest.raises(IntegrityError, match="suite first: edition 'small', revision '1'"):
            _run(place)


class TestLint:
    """A suite is linted before it judges."""

    def _spoilt(self, place: MeasuredPlace) -> tuple[Document, ...]:
        """One text stands in three documents; the candidate finds everything."""
        place.add_model("models/tiny", misses=0)
        (place.root / "models/tiny/note.txt").write_text("another build", encoding="utf-8")
        first, *rest = place.suites["first"]
        twins = (
            Document.model_validate({**dict(first), "id": name}) for name in ("a-twin", "b-twin")
        )
        return (first, *rest, *twins)

    def test_a_defect_is_no_verdict(self, place: MeasuredPlace) -> None:
        """Named by rule and count, exit 5."""
        place.repin("first", self._spoilt(place), edition="new", more="previous")
        result = _run(place)
        assert (SlotOutcome.NOT_EVALUATED, 5) == (result.standing, result.exit_code)
        said = "suite first has defects that its pin does not name: duplicate-text"
        assert said in result.reason

    @pytest.mark.parametrize(("at_most", "is_judged"), [(2, True), (1, False)])
    def test_a_known_defect_is_allowed_up_to_its_count(
        self, place: MeasuredPlace, at_most: int, *, is_judged: bool
    ) -> None:
        """Two findings: one for each of the twins. Allowed, the candidate is released."""
        known = (
            f'defects = [{{ rule = "duplicate-text", at_most = {at_most}, reason = "a pair" }}]\n'
            'previous_missing = "a test"\n'
        )
        place.repin("first", self._spoilt(place), edition="new", more=known)
        wanted = SlotOutcome.RELEASED if is_judged else SlotOutcome.NOT_EVALUATED
        assert wanted is _run(place).standing

    def test_a_rule_that_is_none_is_usage(self, place: MeasuredPlace) -> None:
        """With the nearest one."""
        known = 'defects = [{ rule = "duplicate-txt", at_most = 9, reason = "a pair" }]\n'
        place.repin("first", place.suites["first"], more=known)
        with pytest.raises(OpenMedError, match=r"did you mean .?duplicate-text") as caught:
            run_gate(place.world)
        assert EXIT_CODE_OF[caught.value.kind] is ExitCode.USAGE


def test_every_report_says_which_edition_it_is_of(place: MeasuredPlace) -> None:
    """Or nothing could be bound."""
    made = place.world.products.read(SLOT, "first", BenchmarkReport)
    assert made is not None
    assert isinstance(made.value, BenchmarkReport)
    assert ("small", "1") == (made.value.suite.edition, made.value.suite.revision)
    decisions = {row.decision for row in run_gate(place.world).judged}
    assert decisions == {Decision.QUARANTINED}
