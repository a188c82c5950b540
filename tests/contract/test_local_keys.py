"""A developer's own key: lost, replaced, on another machine; what it signed stays verified."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from support import builders
from support.places import BACK, SLOT, Place
from support.simulators.clones import git

from openmed.adapters.keys.dsse import FileSigner
from openmed.adapters.keys.key_files import init_keys
from openmed.app.maintenance import recover
from openmed.domain.attestation.statement import payload_of
from openmed.domain.release.results.slot_result import SlotOutcome
from openmed.errors import ExternalError, IntegrityError

PREVIEW = builders.a_policy(grade="preview")


def _release(place: Place, content: bytes) -> None:
    """Flip to a preview that the developer's own key signed."""
    place.stage(content)
    against = place.releases.state().against(SLOT, artifact=builders.artifact_of(content))
    verdict = builders.a_verdict(content=content, against=against, policy=PREVIEW)
    envelope = place.signer.sign(payload_of(verdict, engine_version="1", verifier="local"))
    place.offer(verdict, envelope, content=content)
    (row,) = place.flip(policy=PREVIEW).results
    assert row.standing is SlotOutcome.RELEASED, row.reason


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Two previews, signed by one developer's key that is listed nowhere else."""
    made = Place(tmp_path / "r")
    shutil.rmtree(made.root / "gates" / "keys")
    init_keys(made.keys)
    _release(made, b"first")
    _release(made, b"second")
    return made


def _lose_key(place: Place) -> tuple[str, str]:
    """The private key is gone, and a new one was made; both ids."""
    old = place.signer.keyid
    place.keys.private.unlink()
    new, made = init_keys(place.keys)
    assert made
    place.signer = FileSigner(place.keys)
    return old, new


def test_a_new_key_overwrites_no_public_half(place: Place) -> None:
    """One file a key id; what is live stays verified, and goes back."""
    old, new = _lose_key(place)
    names = sorted(path.name for path in place.keys.local_public.iterdir())
    assert names == [f"local.{old[:16]}.pub", "local.pub"]
    assert {key.keyid for key in place.verifiers.listed()} == {old, new}
    assert place.verify().faults == ()
    assert place.roll_back().exit_code == 0
    place.regenerate()


def test_two_accounts_in_turn_keep_both(place: Place) -> None:
    """As `sudo make release` and then `make release` do."""
    other = place.keys._replace(private=place.root / "root" / "local.pem")
    for keys in (other, place.keys, other, place.keys):
        init_keys(keys)
        assert place.verify().faults == ()
    assert len({key.keyid for key in place.verifiers.listed()}) == 2


def test_lost_closes_the_key_that_signed(place: Place) -> None:
    """Not the new one, which follows it; what is live stays verified."""
    old, new = _lose_key(place)
    place.rotate(is_lost=True)
    (closure,) = place.releases.state().closures
    assert (closure.keyid, closure.is_lost) == (old, True)
    assert place.signer.keyid == new
    assert place.signer.name == "local"
    assert place.verify().faults == ()
    _release(place, b"third")
    assert place.roll_back().exit_code == 0


def test_lost_closes_the_present_key_when_it_signed(place: Place) -> None:
    """Its private half is here and in other hands too."""
    old = place.signer.keyid
    place.rotate(is_lost=True)
    (closure,) = place.releases.state().closures
    assert closure.keyid == old
    assert place.signer.keyid != old


def test_on_another_machine_the_key_travelled_with_the_release(place: Place) -> None:
    """It is verified as local, unlisted, and a preview goes back."""
    keyid = place.signer.keyid
    shutil.rmtree(place.keys.local_public)
    found = place.verify()
    assert found.faults == ()
    (note,) = (note for check in found.checks for note in check.notes)
    assert f"key {keyid[:16]} is local, unlisted" in note
    assert place.roll_back().exit_code == 0
    place.regenerate()


def test_an_unlisted_key_releases_nothing(place: Place) -> None:
    """Only what was released already is verified by it."""
    third = b"third"
    place.stage(third)
    against = place.releases.state().against(SLOT, artifact=builders.artifact_of(third))
    verdict = builders.a_verdict(content=third, against=against, policy=PREVIEW)
    envelope = place.signer.sign(payload_of(verdict, engine_version="1", verifier="local"))
    shutil.rmtree(place.keys.local_public)
    place.offer(verdict, envelope, content=third)
    (row,) = place.flip(policy=PREVIEW).results
    assert row.standing is not SlotOutcome.RELEASED
    assert "not signed by any listed key" in row.reason


@pytest.mark.parametrize("memory", ["witness", "git", "local key"])
@pytest.mark.parametrize("is_edited", [False, True])
def test_a_key_that_travelled_is_put_back(memory: str, *, is_edited: bool, place: Place) -> None:
    """From the witness, from git, or from the key that is listed as local."""
    path = place.root / "gates" / "evidence" / f"{place.signer.keyid}.json"
    before, local = path.read_bytes(), place.keys.local_public
    if memory == "git":
        git(place.root, "init", "--quiet", "--initial-branch=main")
        git(place.root, "add", "gates")
        git(place.root, "commit", "--quiet", "--message", "Released")
    if memory != "witness":
        shutil.rmtree(place.root / "artifacts" / "witness")
    if memory != "local key":
        local.rename(place.root / "kept")
    path.chmod(0o600)
    path.unlink()
    if is_edited:
        path.write_bytes(before.replace(b"a", b"b"))
    recover(Place(place.root).world, is_forward=True)
    assert path.read_bytes() == before
    shutil.rmtree(local, ignore_errors=True)
    assert Place(place.root).verify().faults == ()


def test_an_edited_key_does_not_travel(place: Place) -> None:
    """Its name is its digest."""
    path = place.root / "gates" / "evidence" / f"{place.signer.keyid}.json"
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"a", b"b"))
    shutil.rmtree(place.keys.local_public)
    assert any("not signed by any listed key" in fault for fault in place.verify().faults)


def test_no_registry_but_the_local_one_is_rolled_back_by_it(
    place: Place,
) -> None:
    """Nobody outside is served what nobody listed signed for."""
    shutil.rmtree(place.keys.local_public)
    plan = replace(place.rollback, is_local=False).plan(BACK)
    assert plan.exit_code == 4
    assert "listed nowhere here" in plan.slots[0].passed_over[0].reason


def test_a_public_key_that_may_not_be_read_is_no_damage(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Permission denied, and the file."""

    def denied(path: Path, *, most: int) -> bytes:
        raise PermissionError(13, f"Permission denied ({most})", str(path))

    monkeypatch.setattr("openmed.adapters.disk.limited_read.read_bytes", denied)
    with pytest.raises(ExternalError, match=r"local\.pub cannot be read: Permission denied"):
        place.verifiers.listed()


def test_a_public_key_that_is_none_is_damage(place: Place) -> None:
    """As before."""
    (place.keys.local_public / "local.pub").write_bytes(b"x")
    with pytest.raises(IntegrityError, match="not a public key"):
        place.verifiers.listed()


def test_every_damaged_file_of_the_evidence_is_found(place: Place) -> None:
    """Also the key, which no entry names: without it another machine can check nothing."""
    files = sorted((place.root / "gates" / "evidence").glob("*.json"))
    assert any(file.stem == place.signer.keyid for file in files)
    for file in files:
        whole = file.read_bytes()
        file.write_bytes(whole + b" ")
        assert f"evidence {file.stem[:16]}… was changed" in place.verify().faults
        file.write_bytes(whole)
    assert place.verify().faults == ()
