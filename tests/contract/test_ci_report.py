"""What CI shows of a run: text stays text, and each trouble of a slot is put out once."""

from pathlib import Path

import pytest
from support.github.nights import Nights

from openmed.app.ci_report import summary_markdown, tell_ci
from openmed.app.notify import deliver, standing_troubles, undelivered
from openmed.context import Context
from openmed.domain.notices.notice import NoticeKind
from openmed.domain.release.results.run_report import RunReport
from openmed.domain.release.results.slot_result import Result
from openmed.domain.release.results.slot_result import SlotOutcome as Outcome
from openmed.domain.wire import pretty

SLOT = "pii::tiny::onnx"


def _row(outcome: Outcome, *gates: str, reason: str = "recall 0.9", slot: str = SLOT) -> Result:
    is_good = outcome in {Outcome.RELEASED, Outcome.LIVE, Outcome.ADOPTED}
    return Result(
        slot=slot, standing=outcome, repo_id="OpenMed/x", artifact=None, grade=None, generation=0,
        tag="", reason=reason, gates=gates, exit_code=0 if is_good else 3,
    )  # fmt: skip


def _report(*rows: Result) -> RunReport:
    return RunReport(
        started="2026-11-29T12:00:00Z", tag=None, exit_code=3, candidates=rows, steps=(),
        faults=(), status_page="",
    )  # fmt: skip


class _Runs(Nights):
    """Runs that end in a report, told and delivered."""

    def told(self, *rows: Result) -> Context:
        """One run, in a fresh checkout."""
        context = self.posted(*rows)
        assert deliver(context).undelivered == ()
        return context

    def posted(self, *rows: Result) -> Context:
        """The same, before anybody is told."""
        context = self.context()
        for path in (self.root / "artifacts").rglob("*"):
            if path.is_file() and "outbox" in path.parts:
                path.unlink()
        context.run_files.write_report(pretty(_report(*rows)))
        tell_ci(context)
        return context


@pytest.fixture
def runs(tmp_path: Path) -> _Runs:
    """Nobody but files is told."""
    return _Runs(tmp_path, '[[sink]]\nname = "files"\n')


def test_what_a_gate_says_is_no_markup_and_mentions_nobody() -> None:
    """Nor does it end its line."""
    text = summary_markdown(
        _report(_row(Outcome.QUARANTINED, reason="<img src=x> @team\n# head | [a](b)")), broken=()
    )
    assert "&lt;img src=x" in text
    assert "@team" not in text
    assert "\n# head" not in text


def test_a_run_without_a_report_is_no_good_news() -> None:
    """The jobs that failed come first."""
    text = summary_markdown(None, broken=("flip",))
    assert text.startswith("> **Job flip failed.**")
    assert "no verdict, nothing moved" in text


def test_a_held_slot_is_put_out_and_good_slots_are_not(runs: _Runs) -> None:
    """The fingerprint holds no number."""
    rows = (_row(Outcome.QUARANTINED, "recall_floor"), _row(Outcome.LIVE, slot="pii::b::onnx"))
    (notice,) = runs.posted(*rows).outbox.waiting()
    assert (notice.kind, notice.slot, notice.about) == (NoticeKind.HELD, SLOT, ("recall_floor",))
    (same,) = runs.posted(_row(Outcome.QUARANTINED, "recall_floor", reason="0.8")).outbox.waiting()
    assert same.fingerprint == notice.fingerprint


@pytest.mark.parametrize("good", [Outcome.RELEASED, Outcome.LIVE, Outcome.ADOPTED, Outcome.FROZEN])
def test_a_slot_that_is_good_again_has_recovered(runs: _Runs, good: Outcome) -> None:
    """Told by two runs, then never again."""
    runs.told(_row(Outcome.QUARANTINED, "recall_floor"))
    kinds = []
    for _ in range(3):
        context = runs.posted(_row(good))
        kinds.append([notice.kind for notice in context.outbox.waiting()])
        deliver(context)
    assert kinds == [[NoticeKind.RECOVERED], [NoticeKind.RECOVERED], []]
    assert standing_troubles(runs.context()) == ()


def test_other_gates_end_the_trouble_before(runs: _Runs) -> None:
    """One trouble of a slot stands: the one that is there now."""
    runs.told(_row(Outcome.QUARANTINED, "recall_floor"))
    for _ in range(2):
        runs.told(_row(Outcome.QUARANTINED, "precision"))
    (left,) = standing_troubles(runs.context())
    assert left.cause.about == ("precision",)


def test_no_verdict_ends_no_hold(runs: _Runs) -> None:
    """A candidate that could not be judged proves nothing."""
    runs.told(_row(Outcome.QUARANTINED, "recall_floor"))
    for _ in range(3):
        runs.told(_row(Outcome.NOT_EVALUATED))
    assert len(standing_troubles(runs.context())) == 2
    for _ in range(2):
        runs.told(_row(Outcome.QUARANTINED, "recall_floor"))
    (left,) = standing_troubles(runs.context())
    assert left.cause.kind is NoticeKind.HELD


def test_a_slot_that_is_not_in_the_run_stays(runs: _Runs) -> None:
    """Nothing was found out about it."""
    runs.told(_row(Outcome.QUARANTINED, "recall_floor"))
    for _ in range(3):
        runs.told(_row(Outcome.LIVE, slot="pii::b::onnx"))
    assert len(standing_troubles(runs.context())) == 1


def test_task_files_and_badges(runs: _Runs) -> None:
    """There while the trouble is, for the slot and the fleet."""
    runs.told(_row(Outcome.QUARANTINED, "recall_floor"))
    folder = runs.root / "artifacts" / "notices"
    (task,) = (folder / "tasks").iterdir()
    assert f"openmed release explain {SLOT}" in task.read_text()
    badges = {path.name: path.read_text() for path in (folder / "badges").iterdir()}
    assert set(badges) == {
        "fleet.json", "fleet.svg", "pii--tiny--onnx.json", "pii--tiny--onnx.svg",
    }  # fmt: skip
    assert '"message": "held"' in badges["fleet.json"]
    for _ in range(2):
        runs.told(_row(Outcome.LIVE))
    assert not list((folder / "tasks").iterdir())
    assert '"message": "no trouble"' in (folder / "badges" / "pii--tiny--onnx.json").read_text()


def test_what_waits_is_counted_before_anybody_is_asked(runs: _Runs) -> None:
    """A status page may say it."""
    context = runs.posted(_row(Outcome.QUARANTINED, "recall_floor"))
    assert undelivered(context) == 1
    deliver(context)
    assert undelivered(runs.context()) == 0
