"""The head statement: signed by each commit where a key is, checked by `verify`, never required."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from support import builders
from support.places import SLOT, Place
from support.simulators.clones import clones_of, git

from openmed.app.head import sign_head
from openmed.app.holds import freeze, thaw
from openmed.cli.release.maintenance import verify
from openmed.context import Context
from openmed.domain.attestation.head_statement import expiry
from openmed.errors import UsageError

LATER = "2026-11-25T12:00:00Z"


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("head") / "place"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(root / "me"))
        patch.setenv("XDG_CONFIG_HOME", "")
        place = Place(root)
        place.release(b"first")
        place.regenerate()
    return root


@pytest.fixture
def place(_made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A copy of one release, by the key of whoever runs the command."""
    shutil.copytree(_made, tmp_path / "place")
    monkeypatch.setenv("HOME", str(tmp_path / "place/me"))
    monkeypatch.setenv("XDG_CONFIG_HOME", "")
    return Place(tmp_path / "place")


def _world(place: Place, now: str = builders.NOW) -> Context:
    return Context(root=place.root, now=now, quiet=True)


def _checks(place: Place) -> dict[str, dict[str, object]]:
    done = CliRunner().invoke(verify, ["--root", str(place.root), "--json"])
    return {row["check"]: row for row in json.loads(done.stdout)["data"]["checks"]}


def test_a_release_leaves_one_that_names_the_pointer(place: Place) -> None:
    """Size, head, tag and the sha256 of the pointer's file; good for the stated hours."""
    head = place.verifiers.verify_head((place.root / "gates/head.json").read_bytes()).head
    state = place.releases.state()
    assert state.last is not None
    assert (1, state.last.digest, state.last.tag) == (head.size, head.head, head.tag)
    assert place.world.heads.pointer() == head.pointer
    assert expiry(head.issued, hours=96) == head.expires


def test_every_commit_signs_it_again(place: Place) -> None:
    """Freezing a slot moves the head, too."""
    freeze(_world(place), slot=SLOT, reason="wait")
    head = place.verifiers.verify_head((place.root / "gates/head.json").read_bytes()).head
    assert head.size == len(place.releases.state().entries) == 2


def test_without_a_key_nothing_stops_and_verify_says_it_is_behind(place: Place) -> None:
    """Whoever freezes or rolls back may have no key; that is no fault."""
    place.keys.private.unlink()
    freeze(_world(place), slot=SLOT, reason="wait")
    found = _checks(place)["head"]
    assert [] == found["faults"]
    assert "1 entries before the last one" in str(found["notes"])


def test_the_nightly_signs_the_same_head_for_longer(place: Place) -> None:
    """The ledger does not move, the time does."""
    size = len(place.releases.state().entries)
    head = sign_head(_world(place, now=LATER))
    assert (size, LATER, expiry(LATER, hours=96)) == (head.size, head.issued, head.expires)


def test_its_hours_are_configured(place: Place) -> None:
    """In a file that people review."""
    (place.root / "gates/head.toml").write_text("hours = 30\n")
    assert expiry(LATER, hours=30) == sign_head(_world(place, now=LATER)).expires


@pytest.mark.parametrize("text", ["hours = 0", "hours = 745", "days = 3", "hours ="])
def test_hours_that_bound_nothing_are_refused(text: str, place: Place) -> None:
    """By the command; what is derived goes on without."""
    (place.root / "gates/head.toml").write_text(f"{text}\n")
    with pytest.raises(UsageError, match=r"gates/head\.toml"):
        sign_head(_world(place))
    freeze(_world(place), slot=SLOT, reason="wait")


def test_an_older_repository_has_none_and_gets_one(place: Place) -> None:
    """`verify` looks at none and finds no fault; the next command that signs makes one."""
    (place.root / "gates/head.json").unlink()
    assert "head" not in _checks(place)
    freeze(_world(place), slot=SLOT, reason="wait")
    assert (place.root / "gates/head.json").is_file()


def test_a_closed_key_vouches_for_nothing_later(place: Place) -> None:
    """The rotation is signed by the key that follows."""
    old = (place.root / "gates/head.json").read_bytes()
    place.rotate()
    (place.root / "gates/head.json").write_bytes(old)
    assert "which was closed" not in str(_checks(place)["head"])
    place.regenerate()
    head = place.verifiers.verify_head((place.root / "gates/head.json").read_bytes())
    assert head.keyid == place.signer.keyid


def test_one_of_another_ledger_is_a_fault(place: Place, tmp_path: Path) -> None:
    """A signed word about entries that are not there is somebody's mistake or worse."""
    for name in ("me", "gates/keys"):
        shutil.copytree(place.root / name, tmp_path / "other" / name)
    other = Place(tmp_path / "other")
    other.release(b"other")
    other.regenerate()
    shutil.copy(tmp_path / "other/gates/head.json", place.root / "gates/head.json")
    assert "which the ledger has not" in str(_checks(place)["head"]["faults"])


def test_clones_share_it(place: Place, tmp_path: Path) -> None:
    """It is pushed and followed like the pointer; the nightly of one machine reaches the other."""
    one, two = clones_of(place, tmp_path, attempts=3, names=("one", "two"))
    freeze(_world(one), slot=SLOT, reason="wait")
    sign_head(_world(one, now=LATER))
    remote = git(tmp_path / "remote.git", "show", "main:gates/head.json")
    assert (one.root / "gates/head.json").read_text() == remote
    thaw(_world(two, now=LATER), slot=SLOT, reason="go on")
    head = two.verifiers.verify_head((two.root / "gates/head.json").read_bytes()).head
    assert len(two.releases.state().entries) == head.size == 3
    assert "" == git(two.root, "status", "--porcelain")
