"""Advice of runs, plans and reports on a real model: done as printed, it helps."""

import json
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from doit.exceptions import InvalidTask
from support.following import Desk, Said, follow, told_by
from support.mutations import sealed
from support.repositories import Repository

from openmed.adapters import clock
from openmed.adapters.disk.disk import RealDisk
from openmed.adapters.sources.staging import FileSources
from openmed.context import open_context
from openmed.domain.release.product import VerdictProduct
from openmed.errors import IntegrityError
from openmed.pipeline import doit_main, interrupts

SLOT = "pii::tiny::onnx"
RUN, RETRY = "openmed release run", "openmed release run --retry"
EXPLAIN, STATUS = "openmed release explain {}", "openmed release status"
APPROVE = "openmed release approve {} --reason REASON --expires YYYY-MM-DD"
KEY = "OPENMED_SIGNING_KEY_FILE"
DOCTOR, RECOVER = "openmed doctor", "openmed release recover"


@pytest.fixture
def desk(released: Repository) -> Desk:
    """Whoever has one release, judged on 40 documents."""
    return Desk(released.root, released.home, now=clock.now())


def _model(desk: Desk) -> Path:
    return desk.root / "models" / "tiny" / "runner_profile.json"


def _make_another(desk: Desk, items: int = 8) -> None:
    text = _model(desk).read_text()
    _model(desk).write_text(text.replace('"max_items": 16', f'"max_items": {items}'))


def _raise_floor(desk: Desk) -> None:
    """No model reaches it."""
    policy = desk.root / "gates" / "policy" / "pii--tiny--onnx.toml"
    policy.write_text(policy.read_text().replace("floor = 0.01", "floor = 1.0"))


def test_from_an_empty_repository(repository: Repository) -> None:
    """Each says `release run`; then something is live and there is nothing to do."""
    repository.make_quick()
    desk = Desk(repository.root, repository.home, now=clock.now())
    plan = desk.openmed("release", "plan")
    follow(desk, desk.openmed("release", "status"), RUN)
    follow(desk, plan, RUN)
    follow(desk, desk.openmed("release", "plan"), STATUS)
    follow(desk, desk.openmed("release", "run"), STATUS)
    (plan,) = follow(desk, desk.openmed("release", "status"), "openmed release plan")
    assert "Nothing to do." in plan.text
    follow(desk, desk.openmed("release", "status", SLOT), "openmed release history {}")


def test_a_candidate_that_fails_gates(desk: Desk) -> None:
    """Run, plan and status lead to the explanation; so does the issue, and to the same measures."""
    _make_another(desk)
    _raise_floor(desk)
    run = desk.openmed("release", "run")
    assert run.code == 3
    for said in (run, desk.openmed("release", "plan"), desk.openmed("release", "status")):
        (why,) = follow(desk, said, EXPLAIN)
        assert "recall_floor" in why.text
    gate = desk.openmed("release", "gate", SLOT)
    follow(desk, gate, "openmed release gate {} --json", ends=(3,))
    desk.openmed("release", "report")
    (issue,) = (desk.root / "artifacts" / "outbox").rglob("*.json")
    notice = json.loads(issue.read_text())
    said = Said(0, "\n".join([*notice["lines"], notice["next_step"]]))
    follow(desk, said, EXPLAIN)
    follow(desk, said, "openmed release gate {}", ends=(3,))


def test_a_slot_that_is_frozen(desk: Desk) -> None:
    """Thawed, the candidate is released."""
    _make_another(desk)
    desk.openmed("release", "freeze", SLOT, "--reason", "audit")
    said = desk.openmed("release", "run")
    assert said.code == 3
    for template in ("openmed release thaw {}", "to release, run openmed release thaw {}"):
        follow(desk, said, template)
        assert desk.openmed("release", "run").code == 0
        _make_another(desk)


def test_an_error_that_stands(desk: Desk) -> None:
    """The same error twice is tried again only when asked; the reason is gone, so it passes."""
    _make_another(desk)
    weights = desk.root / "models" / "tiny" / "model.onnx"
    weights.rename(desk.root / "kept.onnx")
    for _ in range(2):
        desk.openmed("release", "run")
    said = desk.openmed("release", "run")
    for one in (desk.openmed("release", "plan"), said):
        if not weights.exists():
            (desk.root / "kept.onnx").rename(weights)
        follow(desk, one, RETRY)
    assert said.code == 5


def test_bytes_that_are_not_served(desk: Desk) -> None:
    """Published again."""
    shutil.rmtree(desk.root / "models")
    for name in ("registry", "staged"):
        tree = desk.root / "artifacts" / name
        for path in (tree, *tree.rglob("*")):
            path.chmod(0o755)
    (desk.root / "artifacts" / "staged").rename(desk.root / "kept")
    shutil.rmtree(desk.root / "artifacts" / "registry" / "trees")
    said = desk.openmed("release", "run")
    assert said.code == 7
    shutil.rmtree(desk.root / "artifacts" / "staged", ignore_errors=True)
    (desk.root / "kept").rename(desk.root / "artifacts" / "staged")
    follow(desk, said, EXPLAIN)
    assert "models/tiny" in desk.openmed("release", "status").text


def test_a_flip_without_measures(desk: Desk) -> None:
    """What measures nothing says who does."""
    _make_another(desk)
    said = desk.openmed("release", "flip")
    assert said.code == 5
    follow(desk, said, "openmed release gate")
    assert desk.openmed("release", "flip").code == 0


def test_a_flip_without_predictions(desk: Desk) -> None:
    """What runs no candidate says what does."""
    _make_another(desk)
    assert desk.openmed("release", "gate").code == 0
    shutil.rmtree(desk.root / "artifacts" / "predictions")
    assert desk.openmed("release", "flip").code == 5
    follow(desk, _recorded(desk), "openmed release gate")
    assert desk.openmed("release", "flip").code == 0


def _recorded(desk: Desk) -> Said:
    """What the verdict says of the first step that failed."""
    made = open_context(desk.root, quiet=True).products.read(SLOT, "verdict", VerdictProduct)
    assert made is not None
    assert isinstance(made.value, VerdictProduct)
    fault = made.value.verdict.faults[0]
    return Said(fault.exit_code, f"openmed: {fault.message}\nnext: {fault.next_step}")


def test_a_report_that_was_edited(desk: Desk) -> None:
    """It is measured anew."""
    _make_another(desk)
    assert desk.openmed("release", "gate").code == 0
    report = desk.root / "artifacts" / "runs" / SLOT.replace("::", "--") / "smoke.json"
    table = json.loads(report.read_bytes())
    table["content"]["overlapping_predictions"] += 1
    report.write_bytes(sealed(table["materials"], table["content"]))
    assert desk.openmed("release", "flip").code == 7
    follow(desk, _recorded(desk), "openmed release gate")
    assert desk.openmed("release", "flip").code == 0


def test_nothing_was_measured(repository: Repository) -> None:
    """Measured, there are reports."""
    repository.make_quick()
    desk = Desk(repository.root, repository.home, now=clock.now())
    listed = desk.openmed("benchmark", "list")
    follow(desk, desk.openmed("benchmark", "show", SLOT), "openmed benchmark run {}")
    follow(desk, listed, "openmed benchmark run")
    assert desk.openmed("benchmark", "show", SLOT).code == 0


def test_a_disk_that_is_full_after_the_commit_point(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is derived is written later; nothing is done twice."""
    rename = RealDisk.rename

    def full(self: RealDisk, source: Path, target: Path) -> None:
        if "trust" in target.parts:
            raise OSError(28, "No space left on device", str(target))
        rename(self, source, target)

    for typed in (("release", "freeze", SLOT, "--reason", "x"), ("release", "thaw", SLOT)):
        with monkeypatch.context() as patch:
            patch.setattr(RealDisk, "rename", full)
            said = desk.openmed(*typed)
        assert said.code == 8
        follow(desk, said, RECOVER)
    assert desk.openmed("release", "verify").code == 0


def test_a_rollback_on_a_full_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It moved; the pages follow."""
    _make_another(desk)
    assert desk.openmed("release", "run").code == 0
    rename = RealDisk.rename

    def full(self: RealDisk, source: Path, target: Path) -> None:
        if "trust" in target.parts:
            raise OSError(28, "No space left on device", str(target))
        rename(self, source, target)

    with monkeypatch.context() as patch:
        patch.setattr(RealDisk, "rename", full)
        said = desk.openmed("release", "rollback", "pii", "--reason", "leaks")
    assert said.code == 8
    follow(desk, said, RECOVER)
    assert desk.openmed("release", "verify").code == 0


def test_a_run_on_a_full_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Doctor has the disk in its list; with room the run goes on."""
    _make_another(desk)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(FileSources, "stage", full)
        said = desk.openmed("release", "run")
    assert said.code
    (found,) = follow(desk, said, DOCTOR)
    assert "disk" in found.text
    assert desk.openmed("release", "run").code == 0


def test_a_policy_that_got_weaker(desk: Desk) -> None:
    """A person who may waive signs it; then the run releases."""
    alice = replace(desk, environment={KEY: str(desk.home / "alice.pem")})
    desk.openmed("keys", "add", "alice", "--role", "waive", "--key", str(desk.home / "alice.pem"))
    policy = desk.root / "gates" / "policy" / "pii--tiny--onnx.toml"
    policy.write_text(policy.read_text().replace("floor = 0.01", "floor = 0.005"))
    _make_another(desk)
    run = desk.openmed("release", "run")
    assert run.code == 3
    plan, lint, found = (
        desk.openmed(*typed.split()) for typed in ("release plan", "policy lint", "doctor --json")
    )
    late = alice.openmed("release", "approve", SLOT, "--reason", "x", "--expires", "2020-01-01")
    words = {"REASON": "measured again", "YYYY-MM-DD": "2031-01-01"}
    for said in (run, plan, lint, late):
        follow(alice, said, APPROVE, words=words)
    template = "restore it, or " + APPROVE
    (signed,) = follow(alice, found, template, way=1, words=words)
    follow(desk, signed, f"{RUN} --retry")
    assert desk.openmed("policy", "lint").code == 0
    typed = ("release", "approve", SLOT, "--reason", "x", "--expires")
    follow(desk, desk.openmed(*typed, "2031-01-01"), "openmed policy lint")


def test_a_run_that_was_interrupted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes on."""
    with monkeypatch.context() as patch:
        patch.setattr(interrupts, "is_interrupted", lambda: True)
        said = desk.openmed("release", "run")
    assert said.code == 130
    follow(desk, said, RUN)


def test_staged_bytes_that_are_gone(desk: Desk) -> None:
    """Staged and measured again."""
    world = open_context(desk.root, quiet=True)
    (live,) = world.releases.state().live
    for path in (desk.root / "artifacts" / "staged").iterdir():
        for one in (path, *path.rglob("*")):
            one.chmod(0o755)
        shutil.rmtree(path)
    with pytest.raises(IntegrityError) as refused:
        world.store.verify(live.release.artifact, live.release.files)
    follow(desk, told_by(refused.value), RUN)
    world.store.verify(live.release.artifact, live.release.files)


def test_a_database_that_cannot_be_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Doctor looks at the places that must be writable."""

    def locked(*_: object) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    with monkeypatch.context() as patch:
        patch.setattr(doit_main, "_run", locked)
        said = desk.openmed("release", "run")
    assert said.code == 1
    (found,) = follow(desk, said, DOCTOR)
    assert "artifacts can be written" in found.text


def test_doit_breaks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its database is a cache: without it the run is the same."""

    def broken(*_: object, **__: object) -> None:
        raise InvalidTask("Task 'x' is broken")

    with monkeypatch.context() as patch:
        patch.setattr(doit_main, "Run", broken)
        said = desk.openmed("release", "run")
    assert said.code == 1
    codes: list[int] = []

    def run_again() -> None:
        (desk.root / "artifacts" / "doit.sqlite3").unlink(missing_ok=True)
        codes.append(desk.openmed("release", "run").code)

    step = "remove artifacts/doit.sqlite3 and run it again"
    follow(desk, said, step, by_hand={step: run_again})
    assert codes == [0]


def test_a_fault_of_ours(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said again, with its place."""
    again: list[Said] = []

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    typed = ("release", "list")
    with monkeypatch.context() as patch:
        patch.setattr("openmed.domain.ledger.pointer.fold", broken)
        said = desk.openmed(*typed)
        again.append(desk.openmed(*typed, "--debug"))
    step = "run the command again with --debug"
    follow(desk, said, step, by_hand={step: lambda: None})
    assert "pointer.py" in again[0].text
