"""What is pushed: state commits only, whatever is checked out, staged, configured or hooked."""

import shutil
from pathlib import Path

import pytest
from support.places import SLOT, Place
from support.simulators.clones import git
from support.simulators.shared_places import SharedPlaces, copy_of, local_hook, prepared

from openmed.adapters.sync.git import run_git
from openmed.app.sync import share, unshared_lines
from openmed.errors import ExternalError

STATE = ("gates/pointer.json", "gates/ledger/", "gates/evidence/", "gates/quarantine/")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; tests copy it."""
    return prepared(tmp_path_factory.mktemp("shared"))


@pytest.fixture
def places(template: Path, tmp_path: Path) -> SharedPlaces:
    """Two clones of a remote; nothing was shared from them yet."""
    return copy_of(template, tmp_path)


def _freeze(place: Place, reason: str = "audit") -> str:
    entry = share(place.world, lambda _: place.hold.freeze(SLOT, reason=reason), is_urgent=True)
    return entry.tag if entry else ""


def _roll_back(place: Place) -> str:
    plan = share(place.world, lambda _: place.roll_back(), is_urgent=True)
    place.regenerate()
    return plan.entry.tag if plan.entry else ""


def _commit(root: Path, name: str, text: str = "mine\n") -> str:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)
    git(root, "add", name)
    git(root, "commit", "--quiet", "--message", f"Person: {name}")
    return git(root, "rev-parse", "HEAD")


def test_on_a_feature_branch_only_the_state_is_pushed(places: SharedPlaces) -> None:
    """head-pushed-to-main: an unreviewed commit stays where it is, the state goes to main."""
    one, before = places["one"], places.tip()
    git(one.root, "checkout", "--quiet", "-b", "feature")
    mine = _commit(one.root, "gates/policy/pii.toml", "floor = 0.1\n")
    thawed = share(one.world, lambda _: one.hold.thaw(SLOT, reason="not frozen"))
    assert (thawed, places.tip()) == (None, before)
    _freeze(one)
    pushed = places.tip()
    assert git(places.remote, "rev-parse", f"{pushed}^") == before
    assert [name for name in places.files(pushed) if not name.startswith(STATE)] == []
    assert git(one.root, "rev-parse", "HEAD") == mine
    assert [row.slot for row in places.live().freezes] == [SLOT]


def test_after_a_push_from_a_feature_branch_git_pull_works(places: SharedPlaces) -> None:
    """Untracked state files are in nobody's way; what others pushed to the feature arrives."""
    one, other = places["one"], places["other"]
    git(one.root, "checkout", "--quiet", "-b", "feature")
    _commit(one.root, "notes.txt")
    git(one.root, "push", "--quiet", "--set-upstream", "origin", "feature")
    _freeze(one)
    git(other.root, "fetch", "--quiet")
    git(other.root, "checkout", "--quiet", "feature")
    _commit(other.root, "theirs.txt")
    git(other.root, "push", "--quiet")
    git(one.root, "pull", "--quiet")
    assert (one.root / "theirs.txt").exists()
    assert [row.slot for row in Place(one.root).releases.state().freezes] == [SLOT]


def test_on_the_shared_branch_work_in_progress_stays(places: SharedPlaces) -> None:
    """Staged, changed and untracked files: neither committed nor reset; HEAD goes on."""
    one = places["one"]
    (one.root / "gates" / "candidates.toml").write_text("# mine\n")
    git(one.root, "add", "gates/candidates.toml")
    (one.root / ".gitattributes").write_text("# mine\n")
    (one.root / "notes.txt").write_text("mine\n")
    _freeze(one)
    assert git(one.root, "rev-parse", "HEAD") == places.tip()
    shown = git(one.root, "status", "--porcelain").splitlines()
    assert {line.strip() for line in shown} == {
        "M .gitattributes", "M  gates/candidates.toml", "?? notes.txt",
    }  # fmt: skip


def test_a_persons_commit_is_no_fork(places: SharedPlaces) -> None:
    """Hostile 15: unpushed here, a release elsewhere; it stays, and can be pulled and pushed."""
    one, other = places["one"], places["other"]
    mine = _commit(one.root, "docs/page.md")
    _roll_back(other)
    _freeze(one)
    assert run_git(one.root, "merge-base", "--is-ancestor", mine, "HEAD").code == 0
    assert git(one.root, "status", "--porcelain") == ""
    git(one.root, "pull", "--quiet", "--no-rebase", "--no-edit")
    git(one.root, "push", "--quiet")
    assert (one.root / "docs" / "page.md").exists()
    assert places.live() == Place(one.root).releases.state()
    assert len(places.live().entries) == 4


def test_behind_with_code_of_others_git_pull_works(places: SharedPlaces) -> None:
    """State is followed at once; code comes when the person pulls."""
    one, other = places["one"], places["other"]
    _commit(other.root, "code.py")
    git(other.root, "push", "--quiet")
    _roll_back(places["other"])
    _freeze(one)
    assert not (one.root / "code.py").exists()
    git(one.root, "pull", "--quiet", "--ff-only")
    assert (one.root / "code.py").exists()
    assert git(one.root, "status", "--porcelain") == ""


@pytest.mark.parametrize("checkout", ["--detach", "--orphan=empty"])
def test_detached_or_unborn_it_is_pushed(places: SharedPlaces, checkout: str) -> None:
    """Whatever is checked out."""
    one = places["one"]
    git(one.root, "checkout", "--quiet", checkout)
    _freeze(one)
    assert [row.slot for row in places.live().freezes] == [SLOT]


def test_no_hook_runs(places: SharedPlaces) -> None:
    """hook-breaks-rollback: a formatter, a check of messages, a check before the push."""
    one = places["one"]
    for name in ("pre-commit", "commit-msg", "pre-push", "post-commit", "reference-transaction"):
        local_hook(one.root, name, f"echo {name} >> {places.work}/ran; exit 1")
    (places.work / "ran").unlink(missing_ok=True)
    git(one.root, "config", "core.hooksPath", str(one.root / ".git" / "hooks"))
    _roll_back(one)
    assert [row.kind for row in places.live().live] == ["rollback"]


def test_signed_when_the_person_signs_commits(places: SharedPlaces, tmp_path: Path) -> None:
    """`commit.gpgSign` is honoured."""
    program = tmp_path / "gpg"
    program.write_text(
        '#!/bin/sh\ncat >/dev/null; echo "[GNUPG:] SIG_CREATED " >&2\n'
        "printf -- '-----BEGIN PGP SIGNATURE-----\\nx\\n-----END PGP SIGNATURE-----\\n'\n"
    )
    program.chmod(0o755)
    one = places["one"]
    git(one.root, "config", "gpg.program", str(program))
    git(one.root, "config", "commit.gpgSign", "true")
    _freeze(one)
    assert "gpgsig -----BEGIN" in git(places.remote, "cat-file", "commit", places.tip())


def test_the_bot_commits_with_the_head_in_a_trailer(places: SharedPlaces) -> None:
    """The identity of the configuration, whoever calls."""
    one = places["one"]
    _freeze(one)
    said = git(places.remote, "log", "-1", "--format=%an <%ae>%n%B", "main")
    head = one.releases.state().entries[-1].digest
    assert said.startswith("openmed-bot <bot@example.org>\nRelease state")
    assert said.endswith(f"Ledger-Head: {head}")


def test_untracked_files_that_git_does_not_show_are_pushed(places: SharedPlaces) -> None:
    """`status.showUntrackedFiles=no`, and a .gitignore that a person wrote."""
    one = places["one"]
    git(one.root, "config", "status.showUntrackedFiles", "no")
    (one.root / ".git" / "info" / "exclude").write_text("*.json\n")
    _freeze(one)
    assert [row.slot for row in places.live().freezes] == [SLOT]


def test_the_callers_git_variables_do_not_leak_in(
    places: SharedPlaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`GIT_DIR`, `GIT_INDEX_FILE` and `GIT_WORK_TREE` of a hook that calls us."""
    one, other = places["one"], places["other"]
    index = (other.root / ".git" / "index").read_bytes()
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git" / "index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    _freeze(Place(one.root))
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name)
    assert [row.slot for row in places.live().freezes] == [SLOT]
    assert (other.root / ".git" / "index").read_bytes() == index


def test_a_repository_in_a_subfolder(template: Path, tmp_path: Path) -> None:
    """Paths of the state are those of the subfolder, everywhere."""
    top, remote = tmp_path / "top", tmp_path / "sub.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    git(tmp_path, "clone", "--quiet", str(template / "remote.git"), "top/models")
    (top / "models" / ".git").rename(tmp_path / "unused")
    git(top, "init", "--quiet", "--initial-branch=main")
    git(top, "add", ".")
    git(top, "commit", "--quiet", "--message", "Start")
    git(top, "remote", "add", "origin", str(remote))
    git(top, "push", "--quiet", "origin", "main")
    git(tmp_path, "clone", "--quiet", str(remote), "copy")
    for folder in (top, tmp_path / "copy"):
        shutil.copytree(template / "one" / "me", folder / "models" / "me")
    _freeze(Place(top / "models"))
    copy = Place(tmp_path / "copy" / "models")
    share(copy.world, lambda _: None)
    assert [row.slot for row in copy.releases.state().freezes] == [SLOT]
    assert git(top, "status", "--porcelain", "--", "models/gates") == ""


@pytest.mark.parametrize(
    "says", ["GH006: Protected branch update failed", "Branche prot\\351g\\351e"]
)
def test_a_refused_push_is_quoted(places: SharedPlaces, says: str) -> None:
    """push-refused-cause-hidden, non-utf8-push-reply: why, not retryable, and told until shared."""
    one = places["one"]
    places.hook(f"printf '{says}\\n' >&2; exit 1")
    with pytest.raises(ExternalError) as caught:
        _freeze(one)
    assert f"remote: {says[:12]}" in caught.value.message
    assert "2026.11.24-3 (not shared yet)" in caught.value.message
    assert 'branch = "openmed-state"' in caught.value.next_step
    assert not caught.value.retryable
    (line,) = unshared_lines(one.world)
    assert "2026.11.24-3" in line
    places.hook("exit 0")
    share(Place(one.root).world, lambda _: None)
    assert unshared_lines(one.world) == ()
    assert [row.slot for row in places.live().freezes] == [SLOT]
