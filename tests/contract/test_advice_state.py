"""Advice about state that went backwards, forked, or is damaged: done as printed, nothing is lost.

Each test brings a repository into the state that prints the advice, does exactly what was printed,
and looks whether it helped.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import builders
from support.following import Desk, Said, follow
from support.places import SLOT, Place
from support.simulators.clones import git

from openmed.adapters.disk import limited_read
from openmed.domain.ledger.changes import Held
from openmed.domain.ledger.entry import next_entry
from openmed.domain.ledger.fleet import fold
from openmed.domain.ledger.pointer import pointer_of

GOOD, BAD, OTHER_SLOT = b"good", b"leaks", "phi::tiny::onnx"
FORWARD = "openmed release recover --forward"
RECONCILE = "openmed release reconcile {}"
IGNORED = "/artifacts/\n/me/\n*.pem\n.tmp-*\n"


def _commit(root: Path, message: str) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", message)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases, committed; then the second was rolled back and revoked, uncommitted."""
    place = Place(tmp_path_factory.mktemp("state") / "r")
    (place.root / ".gitignore").write_text(IGNORED)
    (place.root / ".gitattributes").write_text("gates/** -text\ngates/pointer.json -merge\n")
    git(place.root, "init", "--quiet", "--initial-branch=main")
    place = Place(place.root)
    place.release(GOOD)
    place.release(b"else", slot=OTHER_SLOT)
    place.release(BAD)
    place.write_queue()
    _commit(place.root, "second")
    place.roll_back()
    return place.root


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    """A copy of it, and the person there."""
    shutil.copytree(made, tmp_path / "r", symlinks=True)
    return Desk(tmp_path / "r", tmp_path / "r" / "me")


def _forget(desk: Desk) -> None:
    shutil.rmtree(desk.root / ".git" / "openmed", ignore_errors=True)
    shutil.rmtree(desk.root / "artifacts" / "witness", ignore_errors=True)


def _head_file(desk: Desk) -> Path:
    entry = Place(desk.root).releases.state().entries[-1]
    return desk.root / "gates" / "ledger" / f"{entry.digest}.json"


def _pointer(desk: Desk) -> Path:
    return desk.root / "gates" / "pointer.json"


def _stashed(desk: Desk) -> None:
    git(desk.root, "stash", "--quiet", "--include-untracked")


def _pointer_damaged(desk: Desk) -> None:
    _pointer(desk).write_bytes(b"{")


def _pointer_edited(desk: Desk) -> None:
    """What it says of a slot is not what the ledger adds up to."""
    path = _pointer(desk)
    path.write_text(path.read_text().replace('"generation": 3', '"generation": 9'))


def _pointer_edited_in_a_copy(desk: Desk) -> None:
    _commit(desk.root, "rollback")
    _forget(desk)
    _pointer_edited(desk)


def _entry_damaged(desk: Desk) -> None:
    path = _head_file(desk)
    path.write_bytes(path.read_bytes()[:-1])


def _entry_lost(desk: Desk) -> None:
    _head_file(desk).unlink()


def _set_back_in_a_copy(desk: Desk) -> None:
    """Two later entries lie in the ledger, and nothing else knows of them."""
    Place(desk.root).hold.freeze(OTHER_SLOT, reason="audit")
    old = git(desk.root, "show", "HEAD:gates/pointer.json")
    _pointer(desk).write_text(f"{old}\n")
    shutil.rmtree(desk.root / ".git")
    shutil.rmtree(desk.root / "artifacts" / "witness", ignore_errors=True)


BACKWARDS = (
    _stashed,
    _pointer_damaged,
    _pointer_edited,
    _pointer_edited_in_a_copy,
    _entry_damaged,
    _entry_lost,
    _set_back_in_a_copy,
)


@pytest.mark.parametrize("broken", BACKWARDS)
def test_forward(broken: Callable[[Desk], None], desk: Desk) -> None:
    """The pointer is on the last entry again, and the model that leaks stays revoked."""
    broken(desk)
    said = desk.openmed("release", "status")
    assert said.code == 7
    follow(desk, said, FORWARD)
    assert desk.openmed("release", "status").code == 0
    state = Place(desk.root).releases.state()
    assert state.is_quarantined(builders.artifact_of(BAD))
    assert Place(desk.root).verify().faults == ()


def test_forward_is_what_plain_recover_advises(desk: Desk) -> None:
    """It sets nothing aside that took effect."""
    _stashed(desk)
    follow(desk, desk.openmed("release", "recover"), FORWARD)
    assert desk.openmed("release", "recover").code == 0


def test_evidence_comes_back(desk: Desk) -> None:
    """From what this checkout remembers; a rollback that needs it is refused before."""
    for path in (desk.root / "gates" / "evidence").iterdir():
        path.unlink()
    said = desk.openmed("release", "explain", SLOT)
    assert said.code == 7
    follow(desk, said, FORWARD)
    assert desk.openmed("release", "explain", SLOT).code == 0


def test_faults_that_verify_finds(desk: Desk) -> None:
    """Pages that are late are written."""
    said = desk.openmed("release", "verify")
    assert said.code == 7
    follow(desk, said, "openmed release recover")
    assert desk.openmed("release", "verify").code == 0


def _forked(desk: Desk) -> str:
    """A clone rolled back; we froze another slot; the merge kept our pointer. Their head."""
    git(desk.root, "stash", "--quiet", "--include-untracked")
    _forget(desk)
    theirs = desk.root.parent / "theirs"
    git(desk.root.parent, "clone", "--quiet", str(desk.root), str(theirs))
    for folder in ("artifacts", "me"):
        shutil.copytree(desk.root / folder, theirs / folder, dirs_exist_ok=True)
    other = Place(theirs)
    other.roll_back()
    _commit(theirs, "rollback")
    Place(desk.root).hold.freeze(OTHER_SLOT, reason="audit")
    _commit(desk.root, "freeze")
    git(desk.root, "fetch", "--quiet", str(theirs), "main:theirs")
    return str(other.releases.state().entries[-1].digest)


def _merge(desk: Desk, *, keeping: str = "") -> None:
    desk.type("git merge --no-edit theirs")
    if keeping:
        git(desk.root, "checkout", keeping, "--", "gates/pointer.json")
        _commit(desk.root, "merged")


def _both_hold(desk: Desk) -> bool:
    state = Place(desk.root).releases.state()
    is_revoked = state.is_quarantined(builders.artifact_of(BAD))
    return is_revoked and state.freeze_of(OTHER_SLOT) is not None


@pytest.mark.parametrize("side", ["--ours", "--theirs"])
def test_reconcile(side: str, desk: Desk) -> None:
    """What both heads did holds."""
    _forked(desk)
    _merge(desk, keeping=side)
    said = desk.openmed("release", "status")
    assert said.code == 7
    follow(desk, said, RECONCILE)
    assert desk.openmed("release", "status").code == 0
    assert _both_hold(desk)


@pytest.mark.parametrize("command", ["recover", "recover --forward"])
def test_reconcile_is_what_recover_advises(command: str, desk: Desk) -> None:
    """Neither of them chooses a head."""
    _forked(desk)
    _merge(desk, keeping="--ours")
    follow(desk, desk.openmed("release", *command.split()), RECONCILE)
    assert desk.openmed("release", *command.split()).code == 0
    assert _both_hold(desk)


def test_reconcile_a_fork_nobody_remembers(desk: Desk) -> None:
    """Two entries in a row that the pointer does not reach took effect somewhere."""
    Place(desk.root).hold.freeze(OTHER_SLOT, reason="audit")
    old = git(desk.root, "show", "HEAD:gates/pointer.json")
    _pointer(desk).write_text(f"{old}\n")
    shutil.rmtree(desk.root / ".git")
    shutil.rmtree(desk.root / "artifacts" / "witness", ignore_errors=True)
    place = Place(desk.root)
    state = place.releases.reached()
    held = next_entry(state.entries, (Held(slot=SLOT, reason="ours"),), now=builders.NOW)
    place.releases.commit(held, pointer_of(fold((*state.entries, held))), evidence=())
    said = desk.openmed("release", "status")
    assert said.code == 7
    follow(desk, said, RECONCILE)
    assert desk.openmed("release", "status").code == 0
    assert _both_hold(desk)


def test_a_pointer_with_marks_of_a_merge(desk: Desk) -> None:
    """Ours is taken, then theirs is taken in."""
    (desk.root / ".gitattributes").write_text("gates/** -text\n")
    git(desk.root, "commit", "--quiet", "--message", "without -merge", ".gitattributes")
    _forked(desk)
    _merge(desk)
    said = desk.openmed("release", "status")
    assert said.code == 7
    follow(desk, said, "git checkout --ours gates/pointer.json, then openmed release reconcile")
    _commit(desk.root, "merged")
    assert desk.openmed("release", "status").code == 0
    assert _both_hold(desk)


def test_an_entry_that_is_nowhere_here(desk: Desk) -> None:
    """The machine that made it has it; afterwards the pointer is on it."""
    theirs = desk.root.parent / "theirs"
    shutil.copytree(desk.root, theirs)
    _commit(theirs, "rollback")
    lost = _head_file(desk)
    Place(desk.root).regenerate()
    _stashed(desk)
    git(desk.root, "stash", "drop", "--quiet")
    git(desk.root, "reflog", "expire", "--expire=now", "--all")
    _forget(desk)
    assert not lost.exists()
    said = desk.openmed("release", "recover", "--forward")
    assert said.code == 7

    def fetch() -> None:
        git(desk.root, "fetch", "--quiet", str(theirs), "main")
        git(desk.root, "merge", "--quiet", "--ff-only", "FETCH_HEAD")

    step = "git fetch the machine or branch that made the missing entry"
    template = "git fetch the machine or branch that made the missing entry, then "
    follow(desk, said, template + FORWARD, by_hand={step: fetch})
    assert desk.openmed("release", "status").code == 0


def test_entries_of_a_head_that_are_not_all_here(desk: Desk) -> None:
    """As above, asked by `reconcile`."""
    theirs = desk.root.parent / "theirs"
    shutil.copytree(desk.root, theirs)
    _commit(theirs, "rollback")
    Place(desk.root).regenerate()
    _stashed(desk)
    git(desk.root, "stash", "drop", "--quiet")
    _forget(desk)
    said = desk.openmed("release", "reconcile")
    assert said.code == 7

    def fetch() -> None:
        git(desk.root, "fetch", "--quiet", str(theirs), "main")
        git(desk.root, "merge", "--quiet", "--ff-only", "FETCH_HEAD")

    steps = ("git fetch the machine or branch that made them", "run it again")
    again: list[Said] = []
    hands = {steps[0]: fetch, steps[1]: lambda: again.append(desk.openmed("release", "reconcile"))}
    template = "git fetch the machine or branch that made them, then run it again"
    follow(desk, said, template, by_hand=hands)
    assert [0] == [one.code for one in again]


@pytest.mark.parametrize("words", [("0123456789abcdef",), ("--abandon",)])
def test_a_head_that_is_not_there(words: tuple[str, ...], desk: Desk) -> None:
    """Status names the heads there are."""
    said = desk.openmed("release", "reconcile", *words)
    assert said.code == 2
    follow(desk, said, "openmed release status")


@pytest.fixture
def unprivileged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who runs the tests may be allowed everything; a file without a read bit is not read."""
    read = limited_read.read_bytes

    def checked(path: Path, *, most: int) -> bytes:
        if path.exists() and not path.stat().st_mode & 0o444:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path, most=most)

    monkeypatch.setattr(limited_read, "read_bytes", checked)


READABLE = "ls -l {}; sudo chmod a+r {}"


@pytest.mark.usefixtures("unprivileged")
def test_a_file_that_may_not_be_read(desk: Desk) -> None:
    """It is no damage: the bit is set again, and nothing is restored over it."""
    _pointer(desk).chmod(0)
    said = desk.openmed("release", "status")
    assert said.code == 5
    follow(desk, said, READABLE)
    assert desk.openmed("release", "status").code == 0
