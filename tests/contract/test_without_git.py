"""The witness in git's folder holds when git is not on PATH, or refuses to answer."""

import shutil
from pathlib import Path

import pytest
from support import builders
from support.places import SLOT, Place
from support.simulators.clones import git

from openmed.adapters.sync.git_folder import find_git_folder
from openmed.adapters.sync.git_history import GitHistory
from openmed.app.doctor import examine
from openmed.app.maintenance import recover
from openmed.app.sync import horizon_lines
from openmed.context import Context, open_context
from openmed.errors import IntegrityError

SHAPES = ("top", "below", "worktree", "link")


def _root(tmp_path: Path, shape: str) -> Path:
    """An empty release repository in a checkout of one shape."""
    top = tmp_path / "top"
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "top")
    if shape == "worktree":
        git(top, "commit", "--quiet", "--allow-empty", "--message", "first")
        git(top, "worktree", "add", "--quiet", str(tmp_path / "linked"))
        return tmp_path / "linked"
    if shape == "link":
        (top / "deep").mkdir()
        (tmp_path / "link").symlink_to(top / "deep")
        return tmp_path / "link"
    return top / "models" / "phi" if shape == "below" else top


def _without_git(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, is_refusing: bool = False
) -> None:
    """Git is nowhere, or fails as it does in a folder of somebody else."""
    (tmp_path / "programs").mkdir()
    if is_refusing:
        program = tmp_path / "programs" / "git"
        program.write_text("#!/bin/sh\necho 'fatal: detected dubious ownership' >&2\nexit 128\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))


@pytest.mark.parametrize("is_refusing", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_rewound_pointer_is_refused_without_git(
    shape: str, *, is_refusing: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And `recover --forward` mends it without git."""
    place = Place(_root(tmp_path, shape))
    place.release(b"good")
    old = shutil.copytree(place.root / "gates", tmp_path / "backup")
    place.release(b"leaks")
    place.roll_back()
    head = place.releases.state().entries[-1].digest
    shutil.rmtree(place.root / "gates")
    shutil.copytree(old, place.root / "gates")
    _without_git(monkeypatch, tmp_path, is_refusing=is_refusing)
    assert not GitHistory(place.root).is_readable
    with pytest.raises(IntegrityError, match=head[:16]) as refused:
        Place(place.root).releases.state()
    assert refused.value.next_step == "openmed release recover --forward"
    recover(Place(place.root).world, is_forward=True)
    state = Place(place.root).releases.state()
    live = state.live_in(SLOT)
    assert live is not None
    assert live.release.artifact == builders.artifact_of(b"good")
    assert state.is_quarantined(builders.artifact_of(b"leaks"))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_folder_is_the_one_that_git_names(
    shape: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also its prefix; the two name the folder of the witness."""
    root = _root(tmp_path, shape)
    root.mkdir(parents=True, exist_ok=True)
    told = GitHistory(root)
    _without_git(monkeypatch, tmp_path)
    found = GitHistory(root)
    assert (told.is_readable, found.is_readable) == (True, False)
    assert found.git_folder is not None
    assert (found.git_folder, found.prefix) == (told.git_folder, told.prefix)


@pytest.mark.parametrize("content", [b"", b"gitdir: nowhere\n", b"gitdir: \0\n", b"\xff"])
def test_a_file_that_names_no_folder_is_none(content: bytes, tmp_path: Path) -> None:
    """An empty `.git` folder and a torn link are passed over, as by git."""
    (tmp_path / "r" / ".git").mkdir(parents=True)
    assert find_git_folder(tmp_path / "r") is None
    (tmp_path / "r" / ".git").rmdir()
    (tmp_path / "r" / ".git").write_bytes(content)
    assert find_git_folder(tmp_path / "r") is None


def _at(root: Path) -> Context:
    return open_context(root, quiet=True)


def test_a_copy_without_history_says_what_it_cannot_know(tmp_path: Path) -> None:
    """Not the folder that made every entry; one that reads them first, and after a rewind too."""
    place = Place(tmp_path / "own")
    place.release(b"good")
    place.release(b"leaks")
    assert horizon_lines(place.world) == ()
    old = shutil.copytree(place.root / "gates", tmp_path / "backup")
    place.roll_back()
    copy = tmp_path / "copy"
    shutil.copytree(place.root / "gates", copy / "gates")
    (line,) = horizon_lines(_at(copy))
    assert "anything took effect after 2026.11.24-3 before this folder read it first" in line
    shutil.copy(old / "pointer.json", copy / "gates")
    for entry in (copy / "gates" / "ledger").iterdir():
        if not (old / "ledger" / entry.name).exists():
            entry.unlink()
    shutil.rmtree(copy / "gates" / "quarantine", ignore_errors=True)
    for told in range(2):  # It stays said when the witness has begun.
        state = _at(copy).releases.state()
        assert state.live_in(SLOT) is not None, told
        (line,) = horizon_lines(_at(copy))
        assert "anything took effect after 2026.11.24-2 before" in line
    (copy / "gates" / "evidence" / f"{'0' * 64}.json").write_bytes(b"{}")
    (line,) = horizon_lines(_at(copy))
    assert "1 evidence file here is named by no entry; compare it" in line
    found = {row.name: row for row in examine(_at(copy)).checks}
    assert (
        found["history"].fix == "compare it with the machine it came from: openmed release history"
    )


def test_what_is_derived_still_proves(tmp_path: Path) -> None:
    """A copy of `gates/` in which only the quarantine files are newer is refused."""
    place = Place(tmp_path / "own")
    place.release(b"good")
    place.release(b"leaks")
    old = shutil.copytree(place.root / "gates", tmp_path / "backup")
    place.roll_back()
    place.regenerate()
    assert list((place.root / "gates" / "quarantine").iterdir())
    shutil.copytree(place.root / "gates" / "quarantine", old / "quarantine", dirs_exist_ok=True)
    (tmp_path / "copy").mkdir()
    shutil.copytree(old, tmp_path / "copy" / "gates")
    with pytest.raises(IntegrityError, match="took effect"):
        _at(tmp_path / "copy").releases.state()
