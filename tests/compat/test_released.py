"""A whole repository that an earlier engine released: verified, rolled back, released on."""

import dataclasses
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from support.repositories import Repository

ARCHIVES = sorted(Path(__file__).parent.glob("*.tar.xz"))
SLOT = "pii::tiny::onnx"


@pytest.fixture(params=ARCHIVES, ids=lambda path: path.name.partition(".")[0])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Repository:
    """What one engine left: two generations of one slot, signed with a key that is gone."""
    with tarfile.open(request.param) as archive:
        archive.extractall(tmp_path, filter="data")
    (tmp_path / "home").mkdir()
    return Repository(root=tmp_path / "repository", home=tmp_path / "home")


def _live(repository: Repository) -> dict[str, Any]:
    (live,) = json.loads((repository.root / "gates" / "pointer.json").read_bytes())["slots"]
    assert SLOT == live["slot"]
    return dict(live)


def _state(repository: Repository) -> dict[str, bytes]:
    """Everything that is never written again: history, its evidence, and the released bytes."""
    return repository.files("gates/ledger", "gates/evidence", "artifacts/staged")


def _assert_whole(repository: Repository, before: dict[str, bytes]) -> None:
    """Everything verifies, and nothing of before is lost or other."""
    done = repository.run("release", "verify", "--json")
    assert 0 == done.returncode, done.stdout
    checks = {row["check"]: row for row in json.loads(done.stdout)["data"]["checks"]}
    assert [] == [name for name, row in checks.items() if row["faults"]]
    assert all(checks[name]["looked_at"] for name in ("chain", "evidence", "verdicts", "served"))
    assert before.items() <= _state(repository).items()


def _release(repository: Repository) -> None:
    done = repository.run("release", "run")
    assert 0 == done.returncode, done.stdout + done.stderr


def test_it_verifies(old: Repository) -> None:
    """Everything as it is; that an earlier engine worded the pages is told, and nothing is written.

    Each engine words its pages in its own way. A page that somebody changed is a fault still.
    """
    before = old.files(".")
    done = old.run("release", "verify", "--json")
    # Without git the memory of what was read is there; it is no product and no record.
    after = {k: v for k, v in old.files(".").items() if not k.startswith("artifacts/witness/")}
    assert (0, before) == (done.returncode, after), done.stdout
    (note,) = json.loads(done.stdout)["data"]["notes"]
    assert "as an earlier engine worded them" in note
    page = old.root / "artifacts" / "trust" / "status" / "index.html"
    page.write_text(page.read_text(encoding="utf-8") + "<!-- changed -->", encoding="utf-8")
    assert 7 == old.run("release", "verify").returncode
    assert 0 == old.run("release", "recover").returncode
    assert [] == json.loads(old.run("release", "verify", "--json").stdout)["data"]["notes"]
    _assert_whole(old, _state(old))


def test_it_is_rolled_back(old: Repository) -> None:
    """To the bytes of the generation before, without measuring anything."""
    before, second = _state(old), _live(old)
    assert 2 == second["generation"]
    done = old.run("release", "rollback", "pii")
    assert 0 == done.returncode, done.stdout + done.stderr
    third = _live(old)
    assert (3, second["previous_artifact"]) == (third["generation"], third["artifact"])
    _assert_whole(old, before)


def test_a_run_that_has_nothing_new_measures_once(old: Repository) -> None:
    """The same release stays live, and a second run computes nothing."""
    before, live = _state(old), _live(old)
    assert 0 == old.run("keys", "init").returncode
    _release(old)
    assert live == _live(old)
    assert f"stage:{SLOT}" not in old.computed()
    _release(old)
    assert [] == old.computed()
    _assert_whole(old, before)


def test_it_is_upgraded(old: Repository) -> None:
    """As a diff to review; a second time there is nothing to write, and it releases on."""
    before, files = _state(old), old.files(".")
    check = old.run("upgrade", "--check")
    assert 10 == check.returncode, check.stderr
    assert "+from openmed.cli.release.dodo import dodo" in check.stdout
    assert files == old.files(".")
    done = old.run("upgrade")
    assert 0 == done.returncode, done.stderr
    assert check.stdout.partition("files would")[0] == done.stdout.partition("files written")[0]
    assert "gates/pointer.json -merge" in (old.root / ".gitattributes").read_text()
    again = old.run("upgrade", "--check")
    assert 0 == again.returncode, again.stdout
    assert 0 == old.run("keys", "init").returncode
    _release(old)
    _assert_whole(old, before)


def test_it_releases_on(old: Repository) -> None:
    """With a new key: another generation, which can be rolled back to that of the old engine."""
    before, second = _state(old), _live(old)
    new = dataclasses.replace(old, key=old.home / "new.pem")
    lost = new.run("keys", "rotate", "--lost", "--verifier", "release")
    assert 0 == lost.returncode, lost.stderr
    new.make_another("models/tiny", items=4)
    _release(new)
    third = _live(new)
    assert (3, second["artifact"]) == (third["generation"], third["previous_artifact"])
    assert third["artifact"] != second["artifact"]
    _assert_whole(new, before)
    assert 0 == new.run("release", "rollback", "pii").returncode
    assert (4, second["artifact"]) == (_live(new)["generation"], _live(new)["artifact"])
    _assert_whole(new, before)
