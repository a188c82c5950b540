"""Advice about what was typed and about files that people write: done as printed, it helps."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support import builders
from support.following import Desk, follow
from support.places import SLOT, Place
from support.reviewed_places import reviewed_place
from support.simulators.clones import git

from openmed.adapters.disk import limited_read

HISTORY, LIST, RUN = "openmed release history", "openmed release list", "openmed release run"
DOCTOR = "openmed doctor"
FAR = "2031-01-01T00:00:00Z"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two slots that serve something, with our policies and suites, committed."""
    place = reviewed_place(tmp_path_factory.mktemp("usage") / "r")
    (place.root / ".gitignore").write_text("/artifacts/\n/me/\n")
    git(place.root, "add", ".")
    git(place.root, "commit", "--quiet", "--message", "Start")
    return place.root


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    """A copy of it, and the person there."""
    shutil.copytree(made, tmp_path / "r", symlinks=True)
    return Desk(tmp_path / "r", tmp_path / "r" / "me")


NOT_THERE = (
    ("release status no::such::slot", LIST, SLOT),
    ("release show no::such::slot", LIST, SLOT),
    ("release history no::such::slot", LIST, SLOT),
    ("release rollback", LIST, SLOT),
    ("release rollback no", LIST, SLOT),
    ("release freeze no::such::slot --reason x", LIST, SLOT),
    ("publish no::such::slot", LIST, SLOT),
    ("release publish", "openmed publish", "served as released"),
    ("monitor power no::such::slot", LIST, SLOT),
    ("release show 2020.01.01-1", HISTORY, "2026.11.24-1"),
    ("release status --at 2020.01.01-1", HISTORY, "2026.11.24-1"),
    ("release verify 2020.01.01-1", HISTORY, "2026.11.24-1"),
    ("release rollback --to 2020.01.01-1 --all-slots", HISTORY, "2026.11.24-1"),
    ("release rollback --to yesterday", HISTORY, "2026.11.24-1"),
    ("release rollback pii --tier tiny --generation 9", HISTORY, "2026.11.24-1"),
    ("schema no-such", "openmed schema", "policy"),
    ("no-such-command", "openmed --help", "release"),
    ("release no-such-command", "{} --help", "rollback"),
)
"""What was typed, what helps, and what the help must name."""


@pytest.mark.parametrize(("typed", "template", "named"), NOT_THERE)
def test_what_is_not_there(typed: str, template: str, named: str, desk: Desk) -> None:
    """The command that is advised names what is; nothing is changed."""
    said = desk.openmed(*typed.split())
    assert said.code == 2
    (helped,) = follow(desk, said, template)
    assert named in helped.text


STATUS = "openmed release status"


@pytest.mark.parametrize("typed", ["--watch", "--watch 5", "--watch --at 2026.11.24-1"])
def test_what_cannot_be_watched(typed: str, desk: Desk) -> None:
    """No terminal, no change: it is shown once instead; nor is a document for a program drawn."""
    said = desk.openmed("release", "status", *typed.split())
    assert said.code == 2
    (helped,) = follow(desk, said, STATUS)
    assert SLOT in helped.text
    assert "is one document" in desk.openmed("release", "status", "--watch", "--json").text


WIDER = ("add --tier, --format or --line", "--all-slots")


@pytest.mark.parametrize("way", [0, 1])
def test_several_slots(way: int, desk: Desk) -> None:
    """One of them by its tier, or all."""
    typed = ("release", "rollback", "pii", "--dry-run")
    said = desk.openmed(*typed)
    assert said.code == 2
    more = (("--tier", "large"), ("--all-slots",))[way]
    codes: list[int] = []
    hands = {WIDER[way]: lambda: codes.append(desk.openmed(*typed, *more).code)}
    follow(desk, said, "add --tier, --format or --line, or --all-slots", way=way, by_hand=hands)
    assert codes == [4]  # Each has one release only: there is nothing to go back to.


def test_a_first_release_is_withdrawn(desk: Desk) -> None:
    """Exactly that slot is emptied."""
    said = desk.openmed("release", "rollback", "pii", "--tier", "large", "--reason", "leaks")
    assert said.code == 4
    template = "openmed release rollback {} --withdraw"
    follow(desk, said, template)
    assert [SLOT] == [row.release.slot for row in Place(desk.root).releases.state().live]


def test_after_a_rollback(desk: Desk) -> None:
    """Status shows it."""
    Place(desk.root).release(b"second")
    said = desk.openmed("release", "rollback", "pii", "--tier", "tiny", "--reason", "leaks")
    assert said.code == 0
    (status,) = follow(desk, said, "openmed release status")
    assert "rolled back" in status.text


@pytest.mark.parametrize(
    "typed", [("release", "verify"), ("release", "status"), ("monitor", "nightly")]
)
def test_outside_a_repository(typed: tuple[str, ...], desk: Desk, tmp_path: Path) -> None:
    """Going there helps, and so does its name."""
    (tmp_path / "elsewhere").mkdir()
    lost = replace(desk, root=tmp_path / "elsewhere")
    said = lost.openmed(*typed)
    assert said.code == 2
    codes: list[int] = []
    hands: dict[str, Callable[[], object]] = {
        "cd to the folder with gates/": lambda: codes.append(desk.openmed(*typed).code),
        "use --root": lambda: codes.append(lost.openmed(*typed, "--root", str(desk.root)).code),
    }
    for way in (0, 1):
        follow(lost, said, "cd to the folder with gates/, or use --root", way=way, by_hand=hands)
    assert len(codes) == 2
    assert 2 not in codes


def test_a_file_that_is_gone(desk: Desk) -> None:
    """Git has it, as it was reviewed."""
    (desk.root / "gates" / "suites.toml").unlink()
    said = desk.openmed("suite", "stats", "smoke")
    assert said.code == 2
    follow(desk, said, "git checkout -- {}")
    assert desk.openmed("suite", "stats", "smoke").code == 0


@pytest.mark.parametrize("name", ["gates/suites.toml", "gates/keys/release.pub"])
def test_a_file_that_may_not_be_read(
    name: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bit is set again."""
    read = limited_read.read_bytes

    def checked(path: Path, *, most: int) -> bytes:
        if path.exists() and not path.stat().st_mode & 0o444:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path, most=most)

    monkeypatch.setattr(limited_read, "read_bytes", checked)
    typed = ("keys", "list") if "keys" in name else ("suite", "stats", "smoke")
    (desk.root / name).chmod(0)
    said = desk.openmed(*typed)
    assert said.code
    follow(desk, said, "ls -l {}; sudo chmod a+r {}")
    assert desk.openmed(*typed).code == 0


@pytest.mark.parametrize("typed", ["suite stats smoke", "doctor --json"])
def test_a_suite_that_was_changed(typed: str, desk: Desk) -> None:
    """What is pinned comes back."""
    path = desk.root / "gates" / "suites" / "golden.jsonl"
    path.write_bytes(path.read_bytes() + b"\n")
    said = desk.openmed(*typed.split())
    assert said.code
    follow(desk, said, "git checkout -- {}")
    assert desk.openmed("suite", "stats", "smoke").code == 0


def test_a_suite_whose_pin_was_changed(desk: Desk) -> None:
    """The present digests are shown, for a person to compare; exit code as before."""
    path = desk.root / "gates" / "suites.toml"
    text = path.read_text()
    start = text.index("digest = ")
    path.write_text(text[:start] + f'digest = "{"0" * 64}"' + text[text.index("\n", start) :])
    said = desk.openmed("doctor", "--json")
    assert said.code == 2
    (shown,) = follow(desk, said, "openmed suite digest {}")
    assert text[start:].split('"')[1][:16] in shown.text


def test_text_of_a_suite_that_is_not_ours(desk: Desk) -> None:
    """Counts and offsets are."""
    path = desk.root / "gates" / "suites.toml"
    path.write_text(path.read_text().replace("synthetic = true", "synthetic = false"))
    said = desk.openmed("suite", "sample", "smoke", "--text")
    assert said.code == 2
    follow(desk, said, "openmed suite sample {}")


@pytest.mark.parametrize("typed", ["publish", "release run"])
def test_a_registry_that_cannot_be_written(typed: str, desk: Desk) -> None:
    """Doctor says where."""
    folder = desk.root / "artifacts" / "registry"
    shutil.rmtree(folder)
    folder.write_text("a file")
    said = desk.openmed(*typed.split())
    assert said.code == 2
    (found,) = follow(desk, said, DOCTOR, ends=(2,))
    assert "artifacts/registry cannot be written" in found.text


def test_a_disk_that_fails(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Doctor looks at everything; here nothing is left to find."""

    def fail(*_: object, **__: object) -> bytes:
        raise OSError(5, "Input/output error", "gates/pointer.json")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "iterdir", fail)
        patch.setattr(Path, "glob", fail)
        said = desk.openmed("release", "verify")
    assert said.code == 1
    follow(desk, said, DOCTOR, ends=(0, 2))


def test_a_registry_in_two_places(desk: Desk) -> None:
    """The variable is for the local one."""
    (desk.root / "gates" / "registries.toml").write_text('[[registry]]\nname = "hub"\n')
    elsewhere = replace(desk, environment={"OPENMED_REGISTRY": "/nowhere"})
    said = elsewhere.openmed("publish")
    assert said.code == 2
    step = "unset OPENMED_REGISTRY"
    follow(elsewhere, said, step, by_hand={step: lambda: None})
    assert "OPENMED_REGISTRY" not in desk.openmed("publish").text


@pytest.mark.parametrize("typed", ["doctor --json", "release run"])
def test_a_clock_that_is_behind(typed: str, desk: Desk) -> None:
    """Set, it is behind no longer."""
    Place(desk.root, now=FAR).hold.freeze(SLOT, reason="audit")
    said = desk.openmed(*typed.split())
    assert said.code
    hands = {"set the clock": lambda: None}
    follow(desk, said, "set the clock, or find out whose clock was wrong", by_hand=hands)
    assert "clock here says" not in replace(desk, now=FAR).openmed("doctor").text


def _remove(tree: Path) -> None:
    for path in (tree, *tree.rglob("*")):
        path.chmod(0o755)
    shutil.rmtree(tree)


def test_nothing_is_served(desk: Desk) -> None:
    """What is staged is published again: told by the list, by status, by a run."""
    folder = desk.root / "artifacts" / "registry" / "trees"
    for typed in ("release list", "release status"):
        for tree in folder.iterdir():
            _remove(tree)
        said = desk.openmed(*typed.split())
        assert said.code == 7
        follow(desk, said, "openmed publish")
        assert desk.openmed(*typed.split()).code == 0


@pytest.mark.parametrize("way", [0, 1])
@pytest.mark.parametrize("typed", [("publish",), ("release", "recover")])
def test_bytes_that_are_nowhere(typed: tuple[str, ...], way: int, desk: Desk) -> None:
    """Back to the release before; or they are put back, and served again."""
    Place(desk.root).release(b"second")
    artifact = builders.artifact_of(b"second")
    staged = desk.root / "artifacts" / "staged" / artifact
    _remove(desk.root / "artifacts" / "registry" / "trees" / artifact)
    staged.parent.chmod(0o755)
    staged.rename(desk.root / "kept")
    said = desk.openmed(*typed)
    assert said.code == 7
    hands = {"put the bytes back": lambda: (desk.root / "kept").rename(staged)}
    template = "openmed release rollback {}, or put the bytes back; then openmed publish"
    follow(desk, said, template, way=way, by_hand=hands)
    assert desk.openmed(*typed).code == 0


def test_an_empty_repository(desk: Desk) -> None:
    """The first run says what is missing here: a source."""
    for name in ("gates/ledger", "gates/evidence", ".git", "artifacts"):
        shutil.rmtree(desk.root / name)
    (desk.root / "gates" / "pointer.json").unlink()
    desk.openmed("keys", "init")
    for typed in ("release list", "release history", "release status", f"release explain {SLOT}"):
        said = desk.openmed(*typed.split())
        follow(desk, said, RUN, ends=(5,))
        shutil.rmtree(desk.root / "artifacts" / "runs")


def test_a_folder_that_is_taken(desk: Desk, tmp_path: Path) -> None:
    """Another one is made."""
    (tmp_path / "file").write_text("x")
    for name in (str(desk.root), str(tmp_path / "file" / "new")):
        said = desk.openmed("init", name)
        assert said.code == 2
        words = {"ANOTHER-FOLDER": str(tmp_path / f"new-{len(name)}")}
        follow(desk, said, "openmed init ANOTHER-FOLDER", words=words)


def test_upgrading_no_repository(desk: Desk, tmp_path: Path) -> None:
    """One is made, or named."""
    (tmp_path / "elsewhere").mkdir()
    lost = replace(desk, root=tmp_path / "elsewhere")
    said = lost.openmed("upgrade", "--check")
    assert said.code == 2
    hands = {
        "name the repository with --root": lambda: lost.openmed(
            "upgrade", "--check", "--root", str(desk.root)
        )
    }
    template = "openmed init, or name the repository with --root"
    for way in (1, 0):
        follow(lost, said, template, way=way, by_hand=hands)
    assert lost.openmed("upgrade", "--check").code == 0


def test_what_an_older_version_lacks(desk: Desk) -> None:
    """Written, then reviewed."""
    (desk.root / ".gitattributes").unlink(missing_ok=True)
    said = desk.openmed("upgrade", "--check")
    assert said.code == 10
    (written,) = follow(desk, said, "openmed upgrade")
    hands = {"git commit": lambda: git(desk.root, "commit", "--all", "--message", "upgraded")}
    follow(desk, written, "git diff, then git commit", by_hand=hands)
    assert desk.openmed("upgrade", "--check").code == 0
