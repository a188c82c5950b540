"""What people do with git and backups never brings back what was revoked: model, habit, repair."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import builders
from support.places import SLOT, Place
from support.simulators.clones import git

from openmed.adapters.sync import git_history
from openmed.adapters.sync.git import GitAnswer, run_git
from openmed.app.maintenance import reconcile, recover
from openmed.domain.ledger.changes import Held
from openmed.domain.ledger.entry import next_entry
from openmed.domain.wire import dump
from openmed.errors import ExternalError, IntegrityError, OpenMedError, UsageError

GOOD, BAD = b"good", b"leaks"
IGNORED = "/artifacts/\n/me/\n*.pem\n.tmp-*\n"
OTHER_SLOT = "phi::tiny::onnx"


def _commit(root: Path, message: str) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", message)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Two releases, each committed; then the second was rolled back and revoked, uncommitted."""
    place = Place(tmp_path / "r")
    (place.root / ".gitignore").write_text(IGNORED)
    (place.root / ".gitattributes").write_text("gates/** -text\ngates/pointer.json -merge\n")
    place.release(GOOD)  # Before there was git.
    git(place.root, "init", "--quiet", "--initial-branch=main")
    place = Place(place.root)
    place.release(b"else", slot=OTHER_SLOT)
    _commit(place.root, "first")
    shutil.copytree(place.root / "gates", tmp_path / "backup")
    place.release(BAD)
    _commit(place.root, "second")
    place.roll_back()
    return place


def _stash(place: Place) -> None:
    git(place.root, "stash", "--quiet")


def _stash_all(place: Place) -> None:
    git(place.root, "stash", "--quiet", "--include-untracked")


def _checkout_files(place: Place) -> None:
    git(place.root, "checkout", "--", "gates/pointer.json")


def _clean(place: Place) -> None:
    git(place.root, "checkout", "--", "gates")
    git(place.root, "clean", "--quiet", "-d", "--force", "gates")


def _reset(place: Place) -> None:
    _commit(place.root, "rollback")
    git(place.root, "reset", "--quiet", "--hard", "HEAD~1")


def _reset_far(place: Place) -> None:
    _commit(place.root, "rollback")
    git(place.root, "reset", "--quiet", "--hard", "HEAD~2")


def _revert(place: Place) -> None:
    _commit(place.root, "rollback")
    git(place.root, "revert", "--no-edit", "HEAD")


def _revert_in_a_clone(place: Place) -> None:
    """The clone never acted: only its history knows."""
    _revert(place)
    _forget(place)


def _restore_backup(place: Place) -> None:
    shutil.rmtree(place.root / "gates")
    shutil.copytree(place.root.parent / "backup", place.root / "gates")


def _restore_backup_and_commit(place: Place) -> None:
    """As a fast-forward commit, in a clone that never acted."""
    _commit(place.root, "rollback")
    _restore_backup(place)
    _commit(place.root, "restored")
    _forget(place)


def _delete_pointer(place: Place) -> None:
    (place.root / "gates" / "pointer.json").unlink()


def _delete_state(place: Place) -> None:
    shutil.rmtree(place.root / "gates" / "ledger")
    (place.root / "gates" / "pointer.json").unlink()


def _damage_pointer(place: Place) -> None:
    (place.root / "gates" / "pointer.json").write_bytes(b"{")


def _lose_evidence(place: Place) -> None:
    shutil.rmtree(place.root / "gates" / "evidence")
    _stash(place)


def _derived_only(place: Place) -> None:
    """No git, no witness: the quarantine file was written after the commit point."""
    place.regenerate()
    _forget(place)
    shutil.rmtree(place.root / ".git")
    old = place.root.parent / "backup"
    shutil.copy(old / "pointer.json", place.root / "gates" / "pointer.json")


def _forget(place: Place) -> None:
    shutil.rmtree(place.root / ".git" / "openmed", ignore_errors=True)
    shutil.rmtree(place.root / "artifacts" / "witness", ignore_errors=True)


HABITS = (
    _stash,
    _stash_all,
    _checkout_files,
    _clean,
    _reset,
    _reset_far,
    _revert,
    _revert_in_a_clone,
    _restore_backup,
    _restore_backup_and_commit,
    _delete_pointer,
    _delete_state,
    _damage_pointer,
    _lose_evidence,
    _derived_only,
)


@pytest.mark.parametrize("habit", HABITS)
def test_a_habit_is_refused_and_mended(habit: Callable[[Place], None], place: Place) -> None:
    """Exit 7 with the command that mends; after it the revoked bytes are still revoked."""
    head = place.releases.state().entries[-1].digest
    habit(place)
    again = Place(place.root)
    with pytest.raises(IntegrityError) as refused:
        again.releases.state()
    assert refused.value.next_step == "openmed release recover --forward"
    for act in (again.flip, again.roll_back, lambda: again.hold.freeze(SLOT, reason="x")):
        with pytest.raises(OpenMedError):
            act()
    recover(Place(place.root).world, is_forward=True)
    state = Place(place.root).releases.state()
    assert state.entries[-1].digest == head
    live = state.live_in(SLOT)
    assert live is not None
    assert live.release.artifact == builders.artifact_of(GOOD)
    assert state.is_quarantined(builders.artifact_of(BAD))
    assert Place(place.root).verify().faults == ()


def test_a_copy_and_a_fresh_clone_are_all_right(place: Place, tmp_path: Path) -> None:
    """The absence of a witness proves nothing."""
    _commit(place.root, "rollback")
    git(tmp_path, "clone", "--quiet", str(place.root), "clone")
    shutil.copytree(place.root / "me", tmp_path / "clone" / "me")
    shutil.copytree(place.root, tmp_path / "copy", ignore=shutil.ignore_patterns(".git"))
    wanted = place.releases.state().entries[-1].digest
    for name in ("clone", "copy"):
        assert Place(tmp_path / name).releases.state().entries[-1].digest == wanted


def test_a_torn_or_foreign_witness_is_passed_over(place: Place) -> None:
    """It proves nothing either."""
    (witness,) = (place.root / ".git" / "openmed").iterdir()
    (witness / "heads" / "not-a-digest").write_text("x")
    (witness / "git-entries.json").write_text("[")
    for path in (witness / "ledger").iterdir():
        path.chmod(0o600)
        path.write_bytes(b"torn")
    assert Place(place.root).releases.state().entries


def test_a_committed_stray_of_a_killed_flip_is_no_fork(place: Place) -> None:
    """Its bytes are in git, and no pointer ever named it."""
    _commit(place.root, "rollback")
    state = place.releases.state()
    change = Held(slot=SLOT, reason="killed before the pointer was replaced")
    stray = next_entry(state.entries[:-1], (change,), now=builders.NOW)
    path = place.root / "gates" / "ledger" / f"{stray.digest}.json"
    path.write_bytes(dump(stray))
    _commit(place.root, "everything, a stray too")
    assert Place(place.root).releases.state().entries[-1] == state.entries[-1]


@pytest.mark.parametrize("name", ["entries", "took_effect"])
def test_a_git_that_fails_is_never_the_same_as_nothing_seen(
    name: str, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It refuses, and remembers nothing of it; when git works again, the entry is seen."""
    _revert_in_a_clone(place)

    def failing(folder: Path, *arguments: str, stdin: bytes | None = None) -> GitAnswer:
        is_meant = arguments[0] == "log" and ("-1" in arguments) == (name == "took_effect")
        return (
            GitAnswer(128, "", "fatal: bad object")
            if is_meant
            else run_git(folder, *arguments, stdin=stdin)
        )

    with monkeypatch.context() as patch:
        patch.setattr(git_history, "run_git", failing)
        with pytest.raises(ExternalError, match="bad object"):
            Place(place.root).releases.state()
    with pytest.raises(IntegrityError, match="went backwards"):
        Place(place.root).releases.state()


def _fork(place: Place) -> tuple[str, str]:
    """Two clones of one commit: ours freezes another slot, theirs rolled back; merged --ours."""
    git(place.root, "stash", "--quiet", "--include-untracked")
    _forget(place)
    theirs = place.root.parent / "theirs"
    git(place.root.parent, "clone", "--quiet", str(place.root), str(theirs))
    for folder in ("artifacts", "me"):
        shutil.copytree(place.root / folder, theirs / folder, dirs_exist_ok=True)
    other = Place(theirs)
    other.roll_back()
    _commit(theirs, "rollback")
    ours = Place(place.root)
    ours.hold.freeze(OTHER_SLOT, reason="audit")
    _commit(place.root, "freeze")
    git(place.root, "fetch", "--quiet", str(theirs), "main:theirs")
    return (
        ours.releases.state().entries[-1].digest,
        other.releases.state().entries[-1].digest,
    )


def _merge(place: Place) -> None:
    try:
        git(place.root, "merge", "--no-edit", "theirs")
    except Exception:  # noqa: BLE001 - a conflict is what is wanted
        return


def test_a_merge_is_refused_while_it_is_unresolved(place: Place) -> None:
    """`-merge` leaves no marker, so the heads tell."""
    _, theirs = _fork(place)
    _merge(place)
    with pytest.raises(IntegrityError, match=theirs[:16]) as refused:
        Place(place.root).releases.state()
    assert refused.value.next_step == f"openmed release reconcile {theirs[:16]}"


@pytest.mark.parametrize("side", ["--ours", "--theirs"])
def test_a_merge_that_drops_one_side_is_refused_and_reconciled(side: str, place: Place) -> None:
    """Both freeze and revocation hold afterwards."""
    _fork(place)
    _merge(place)
    git(place.root, "checkout", side, "--", "gates/pointer.json")
    _commit(place.root, "merged")
    with pytest.raises(IntegrityError):
        Place(place.root).releases.state()
    reconcile(Place(place.root).world, is_abandoning=False, reason="merged")
    again = Place(place.root)
    state = again.releases.state()
    live = state.live_in(SLOT)
    assert live is not None
    assert live.release.artifact == builders.artifact_of(GOOD)
    assert state.is_quarantined(builders.artifact_of(BAD))
    assert state.freeze_of(OTHER_SLOT) is not None
    assert again.verify().faults == ()


def test_what_an_abandoned_head_revoked_stays_revoked(place: Place) -> None:
    """Its releases are dropped; the slot that still serves what it revoked goes back."""
    _, theirs = _fork(place)
    _merge(place)
    git(place.root, "checkout", "--ours", "--", "gates/pointer.json")
    _commit(place.root, "merged")
    reconcile(Place(place.root).world, theirs[:16], is_abandoning=True, reason="an experiment")
    state = Place(place.root).releases.state()
    live = state.live_in(SLOT)
    assert live is not None
    assert live.release.artifact == builders.artifact_of(GOOD)
    assert state.is_quarantined(builders.artifact_of(BAD))


def test_there_must_be_such_a_head(place: Place) -> None:
    """And the heads there are are named."""
    with pytest.raises(UsageError, match="there is none"):
        reconcile(Place(place.root).world, "abcdef", is_abandoning=False, reason="x")


def test_a_merge_that_was_only_looked_at_cannot_be_undone(place: Place, tmp_path: Path) -> None:
    """Somebody read there that the model was revoked; after the reset it is not live again."""
    reader = tmp_path / "reader"
    git(tmp_path, "clone", "--quiet", str(place.root), "reader")
    _commit(place.root, "rollback")
    git(reader, "pull", "--quiet")
    shutil.copytree(place.root / "me", reader / "me")
    assert Place(reader).releases.state().live_in(SLOT) is not None
    head = Place(reader).releases.state().entries[-1].digest
    git(reader, "reset", "--quiet", "--hard", "HEAD~1")
    git(reader, "update-ref", "-d", "refs/remotes/origin/main")
    with pytest.raises(IntegrityError, match=head[:16]):
        Place(reader).releases.state()
    recover(Place(reader).world, is_forward=True)
    assert Place(reader).releases.state().entries[-1].digest == head
    assert Place(reader).verify().faults == ()
