"""Advice about keys and waivers: done as printed, no key and no waiver is lost by it."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from support import builders
from support.following import Desk, Said, follow, told_by
from support.places import LEAKS, SLOT, Place
from support.simulators.clones import git
from support.trusting import unlist

from openmed.adapters.keys.dsse import FileSigner
from openmed.adapters.keys.suite_secret import SecretPlace, read_secret
from openmed.domain.attestation.verifier import Role
from openmed.domain.attestation.waiver import Waiver, payload_of_waiver
from openmed.domain.attestation.waiver_rules import row_to_waive, waiver_for
from openmed.domain.digest import sha256_hex
from openmed.domain.ledger.changes import Quarantined
from openmed.domain.ledger.entry import next_entry
from openmed.domain.ledger.fleet import fold
from openmed.domain.ledger.pointer import pointer_of
from openmed.errors import EvidenceError

QUARANTINED = b"worse"
ARTIFACT = builders.artifact_of(QUARANTINED)
INIT, LIST = "openmed keys init", "openmed keys list"
NEVER, PAST = "2027-01-01T23:59:59Z", "2026-11-24T11:00:00Z"
WAIVE = "openmed release waive {} --reason REASON --expires YYYY-MM-DD"
WORDS = {"REASON": "gold was wrong", "YYYY-MM-DD": "2027-01-01"}
KEY = "OPENMED_SIGNING_KEY_FILE"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One release, one artifact that gates quarantined, and alice, who may waive."""
    place = Place(tmp_path_factory.mktemp("keys") / "r")
    place.release(b"first")
    place.release(QUARANTINED, covered=LEAKS)
    place.person("alice", Role.WAIVE)
    place.write_queue()
    return place.root


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    """A copy of it, and the judge there."""
    shutil.copytree(made, tmp_path / "r", symlinks=True)
    return Desk(tmp_path / "r", tmp_path / "r" / "me")


@pytest.fixture
def alice(desk: Desk) -> Desk:
    """Alice at the same desk, with her own key."""
    return replace(desk, environment={KEY: str(desk.root / "alice.pem")})


@pytest.fixture
def nobody(desk: Desk, tmp_path: Path) -> Desk:
    """Somebody without a key."""
    (tmp_path / "home").mkdir()
    return replace(desk, home=tmp_path / "home")


def _private(desk: Desk) -> Path:
    return desk.home / ".config" / "openmed" / "keys" / "local.pem"


def _waive(desk: Desk, *more: str, digest: str = ARTIFACT[:16]) -> Said:
    words = ("--reason", "gold was wrong", "--expires", "2027-01-01")
    return desk.openmed("release", "waive", digest, *words, *more)


def test_without_a_key(nobody: Desk) -> None:
    """One is made, and its public half is listed."""
    said = _waive(nobody)
    follow(nobody, said, INIT)
    assert "no signing key" in said.text
    assert "no signing key" not in _waive(nobody).text


def _list_it(desk: Desk) -> None:
    desk.openmed("keys", "add", "bob", "--role", "waive", "--key", str(_private(desk)))


@pytest.mark.parametrize("way", [0, 1])
def test_a_key_that_is_not_listed(way: int, nobody: Desk) -> None:
    """Its owner's own, or listed for everybody."""
    nobody.openmed("keys", "init")
    shutil.rmtree(nobody.root / "artifacts" / "keys")
    said = _waive(nobody)
    template = "openmed keys init, or list it in gates/keys/"
    hands = {"list it in gates/keys/": lambda: _list_it(nobody)}
    follow(nobody, said, template, way=way, by_hand=hands)
    said = _waive(nobody)
    assert "is not listed" not in said.text
    assert (said.code == 0) == (way == 1)


def test_without_a_suite_secret(nobody: Desk, tmp_path: Path) -> None:
    """One is made; one that is none is put out of the way, not over what it is."""
    place = SecretPlace(_private(nobody).with_name("suite-secret"))
    with pytest.raises(EvidenceError) as refused:
        read_secret(place)
    follow(nobody, told_by(refused.value), INIT)
    secret = read_secret(place)
    place.file.write_text("not hexadecimal")
    with pytest.raises(EvidenceError) as refused:
        read_secret(place)
    hands = {f"remove {place.file}": lambda: place.file.rename(tmp_path / "kept")}
    follow(nobody, told_by(refused.value), "remove {}; then openmed keys init", by_hand=hands)
    assert read_secret(place) != secret


NO_KEYS = (b"not a key", b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n")


@pytest.mark.parametrize("content", NO_KEYS)
def test_a_file_that_is_no_private_key(content: bytes, nobody: Desk, tmp_path: Path) -> None:
    """It may be anything and stays; another file gets the key."""
    _private(nobody).parent.mkdir(parents=True)
    _private(nobody).write_bytes(content)
    step = f"name another file with {KEY}"
    said = nobody.openmed("keys", "init")
    assert said.code == 2
    other = replace(nobody, environment={KEY: str(tmp_path / "other.pem")})
    follow(other, said, f"{step}; then {INIT}", by_hand={step: lambda: None})
    assert _private(nobody).read_bytes() == content
    assert other.openmed("keys", "list").text.count("(yours)") == 1


def test_a_name_that_is_reserved(desk: Desk) -> None:
    """A developer's own key is made by `init`."""
    follow(desk, desk.openmed("keys", "add", "local", "--key", "x.pem"), INIT)
    assert (desk.root / "artifacts" / "keys" / "local.pub").exists()


def test_a_name_that_is_taken(desk: Desk) -> None:
    """The list has it."""
    (listed,) = follow(desk, desk.openmed("keys", "add", "alice", "--key", "x.pem"), LIST)
    assert "alice" in listed.text


@pytest.mark.parametrize("way", [0, 1])
def test_nothing_to_rotate(way: int, nobody: Desk) -> None:
    """The key is lost and closed, or somebody begins with another one."""
    nobody.openmed("keys", "init")
    shutil.move(_private(nobody), nobody.root / "elsewhere.pem")
    said = nobody.openmed("keys", "rotate")
    assert said.code == 2
    follow(nobody, said, "openmed keys rotate --lost, or openmed keys init", way=way)
    assert nobody.openmed("keys", "rotate").code == 0


def test_rotating_a_key_that_is_not_listed(nobody: Desk) -> None:
    """It is listed first."""
    nobody.openmed("keys", "init")
    shutil.rmtree(nobody.root / "artifacts" / "keys")
    follow(nobody, nobody.openmed("keys", "rotate"), INIT)
    assert nobody.openmed("keys", "rotate").code == 0


def test_rotating_the_key_of_nobody(nobody: Desk) -> None:
    """The list has who there is."""
    said = nobody.openmed("keys", "rotate", "--lost", "--verifier", "bob")
    follow(nobody, said, LIST)
    assert "no public key of bob" in said.text


def test_after_a_rotation(desk: Desk) -> None:
    """Committed; the new key judges."""
    git(desk.root, "init", "--quiet")
    said = desk.openmed("keys", "rotate")

    def commit() -> None:
        git(desk.root, "add", "gates")
        git(desk.root, "commit", "--quiet", "--message", "rotated")

    template = "commit gates/; then openmed release run"
    follow(desk, said, template, by_hand={"commit gates/": commit}, ends=(2,))
    assert Place(desk.root).verify().faults == ()


def test_no_key_is_listed(nobody: Desk) -> None:
    """The first is made."""
    shutil.rmtree(nobody.root / "gates" / "keys")
    follow(nobody, nobody.openmed("keys", "list"), INIT)
    assert "(yours)" in nobody.openmed("keys", "list").text


def test_a_key_that_others_may_read(desk: Desk) -> None:
    """It is closed as one in other hands, and kept."""
    _private(desk).chmod(0o644)
    follow(desk, desk.doctor(), "chmod 600 {}; then openmed keys rotate --lost")
    assert "others than its owner" not in desk.doctor().text
    assert Place(desk.root).verify().faults == ()


@pytest.mark.parametrize("is_successor", [True, False])
def test_a_key_that_was_closed(*, is_successor: bool, desk: Desk, tmp_path: Path) -> None:
    """Somebody rotated it on another machine; here lies the old one."""
    old = _private(desk).read_bytes()
    desk.openmed("keys", "rotate")
    new = tmp_path / "new.pem"
    new.write_bytes(_private(desk).read_bytes())
    _private(desk).write_bytes(old)
    said = desk.doctor()
    assert "was closed by" in said.text
    other = replace(desk, environment={KEY: str(new if is_successor else tmp_path / "own.pem")})
    step = f"name another file with {KEY}"
    follow(other, said, f"{step}; then {INIT}", by_hand={step: lambda: None})
    assert "was closed by" not in other.doctor().text


def test_a_public_key_with_bytes_around_it(desk: Desk) -> None:
    """A rotation nobody committed may be in the file: git must not put an older one over it."""
    desk.openmed("keys", "rotate")
    path = desk.root / "gates" / "keys" / "release.pub"
    whole = path.read_bytes()
    path.write_bytes(b"# ours\n" + whole)
    said = desk.openmed("keys", "list")
    assert said.code == 7
    step = "remove everything around the key in gates/keys/release.pub"
    follow(
        desk,
        said,
        "remove everything around the key in {}",
        by_hand={step: lambda: path.write_bytes(whole)},
    )
    assert desk.openmed("keys", "list").code == 0


def test_a_verdict_of_a_key_that_was_removed(desk: Desk) -> None:
    """The key comes back, and what it signed verifies."""
    path = desk.root / "gates" / "keys" / "release.pub"
    whole = path.read_bytes()
    unlist(Place(desk.root))
    said = desk.openmed("release", "explain", SLOT)
    assert said.code == 7
    step = "put its public key back into gates/keys/"
    follow(desk, said, step, by_hand={step: lambda: path.write_bytes(whole)})
    assert desk.openmed("release", "explain", SLOT).code == 0


def _put(desk: Desk, name: str = "alice", **changes: str) -> None:
    """Leave a waiver of somebody, about something else than it should be."""
    place = Place(desk.root)
    state = place.releases.state()
    row = row_to_waive(state, ARTIFACT)
    waiver = waiver_for(state, row, reason="gold was wrong", expires=NEVER)
    table = waiver.model_dump(by_alias=True) | changes
    changed = Waiver.model_validate_json(json.dumps(table))
    signer = FileSigner(place.keys, file=place.root / f"{name}.pem")
    place.lift.waivers.put(signer.sign(payload_of_waiver(changed, verifier=name)))


@pytest.mark.parametrize(
    "changes", [{"expires": PAST}, {"tag": "2026.11.24-1"}], ids=["expired", "of another row"]
)
def test_a_waiver_that_lifts_nothing(changes: dict[str, str], desk: Desk, alice: Desk) -> None:
    """Another one is signed; the first stays where it is."""
    _put(desk, **changes)
    said = alice.openmed("release", "lift")
    assert said.code
    follow(alice, said, WAIVE, words=WORDS)
    assert not Place(desk.root).releases.state().is_quarantined(ARTIFACT)


def test_a_waiver_for_what_is_not_quarantined(desk: Desk) -> None:
    """Status has what is."""
    _put(desk, artifact=builders.artifact_of(b"first"))
    said = desk.openmed("release", "lift")
    assert said.code == 7
    (status,) = follow(desk, said, "openmed release status")
    assert ARTIFACT[:8] in status.text


@pytest.mark.parametrize("digest", ["not-a-digest", "0123456789abcdef"])
def test_a_digest_that_is_not_there(digest: str, alice: Desk) -> None:
    """Status has those that are."""
    said = _waive(alice, digest=digest)
    assert said.code == 2
    (status,) = follow(alice, said, "openmed release status")
    assert ARTIFACT[:8] in status.text


def test_the_judge_cannot_waive(desk: Desk) -> None:
    """The list has who may."""
    (desk.root / "gates" / "keys" / "release.toml").write_text('roles = ["judge", "waive"]\n')
    said = _waive(desk)
    assert said.code == 7
    (listed,) = follow(desk, said, LIST)
    assert "alice" in listed.text


def test_a_waiver_of_a_key_that_is_not_listed(desk: Desk) -> None:
    """Its owner lists it; then it lifts."""
    for path in (desk.root / "gates" / "keys").glob("alice.*"):
        path.rename(desk.root / path.name)
    _put(desk)
    said = desk.openmed("release", "lift")
    assert said.code == 7
    words = {"NAME": "alice", "FILE": str(desk.root / "alice.pem")}
    follow(desk, said, "openmed keys add NAME --role waive --key FILE", words=words)
    assert desk.openmed("release", "lift").code == 0


def test_what_was_signed_only(alice: Desk) -> None:
    """Lifted, then judged again."""
    follow(alice, _waive(alice, "--sign-only"), "openmed release lift")
    assert not Place(alice.root).releases.state().is_quarantined(ARTIFACT)


def test_what_was_lifted(alice: Desk) -> None:
    """A run judges it again; there is no suite here, so that it says so and changes nothing."""
    follow(alice, _waive(alice), "openmed release run --retry", ends=(2,))
    assert not Place(alice.root).releases.state().is_quarantined(ARTIFACT)


def _quarantine_again(place: Place) -> None:
    """The same artifact, in another slot."""
    slot, state = "phi::tiny::onnx", place.releases.state()
    envelope = place.signed(place.verdict(QUARANTINED, covered=LEAKS, slot=slot))
    (first,) = state.entries[1].changes
    table = first.model_dump() | {"slot": slot, "verdict": sha256_hex(envelope)}
    entry = next_entry(state.entries, (Quarantined.model_validate(table),), now=builders.NOW)
    pointer = pointer_of(fold((*state.entries, entry)))
    place.releases.commit(entry, pointer, evidence=(envelope,))


def test_what_another_row_still_quarantines(desk: Desk, alice: Desk) -> None:
    """It is waived once more."""
    _quarantine_again(Place(desk.root))
    follow(alice, _waive(alice), WAIVE, words=WORDS)
    assert not Place(desk.root).releases.state().is_quarantined(ARTIFACT)
