"""Waivers on real ledger, keys and files: what lifts a quarantine, and all that does not."""

import json
from pathlib import Path

import pytest
from support import builders
from support.places import BACK, SLOT, Place

from openmed.adapters.keys.dsse import FileSigner
from openmed.domain.attestation.verifier import Role
from openmed.domain.attestation.waiver import Waiver, payload_of_waiver, waiver_in
from openmed.domain.digest import canonical_json, sha256_hex
from openmed.domain.ledger.changes import Lifted, Quarantined
from openmed.domain.ledger.entry import next_entry
from openmed.domain.ledger.fleet import fold
from openmed.domain.ledger.pointer import pointer_of
from openmed.domain.release.results.slot_result import SlotOutcome
from openmed.domain.wire import dump, parse
from openmed.errors import IntegrityError, RefusedError, UsageError
from openmed.exit_codes import ExitCode

BAD = b"bad"
LEAKS = {"PATIENT_NAME": 100, "SSN": 90}
ARTIFACT = builders.artifact_of(BAD)
NEVER = "2027-01-01T23:59:59Z"
PAST = "2026-11-23T23:59:59Z"
LATER = "2026-11-24T13:00:00Z"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A repository with one release and one quarantined artifact."""
    made = Place(tmp_path)
    made.release(b"first")
    made.release(BAD, covered=LEAKS)
    assert made.releases.state().is_quarantined(ARTIFACT)
    return made


def _waive(place: Place, signer: FileSigner, *, expires: str = NEVER) -> str:
    done = place.lift.waive(
        signer, ARTIFACT[:16], reason="gold was wrong", expires=expires, is_recording=True
    )
    return done.file


def _waiver(place: Place, **changes: str) -> Waiver:
    entry = place.releases.state().entries[1]
    table = {
        "schema": "openmed.waiver/1",
        "slot": SLOT,
        "artifact": ARTIFACT,
        "tag": entry.tag,
        "entry": entry.digest,
        "reason": "gold was wrong",
        "expires": NEVER,
    }
    return parse(Waiver, json.dumps({**table, **changes}).encode(), what="waiver")


def _put(place: Place, signer: FileSigner, waiver: Waiver, *, verifier: str) -> bytes:
    envelope = signer.sign(payload_of_waiver(waiver, verifier=verifier))
    place.lift.waivers.put(envelope)
    return envelope


def _refusal(place: Place) -> tuple[str, int]:
    """Why the one waiver file lifts nothing."""
    lifting = place.lift.record()
    assert (lifting.entry, lifting.lifted) == (None, ())
    assert place.releases.state().is_quarantined(ARTIFACT)
    (refused,) = lifting.refused
    return refused.reason, refused.exit_code


def test_a_waiver_lifts_the_refusal_and_the_gates_judge_again(place: Place) -> None:
    """The digest is no longer refused; it is released only because a new verdict passes."""
    _waive(place, place.person("alice", Role.WAIVE))
    state = place.releases.state()
    assert not state.is_quarantined(ARTIFACT)
    assert [lift.fact.verifier for lift in state.lifts] == ["alice"]
    place.regenerate()
    assert not (place.root / "gates/quarantine" / f"{ARTIFACT}.json").exists()
    assert place.verify().faults == ()
    verdict = place.verdict(BAD)
    place.offer(verdict, place.signed(verdict), content=BAD)
    assert [row.standing for row in place.flip().results] == [SlotOutcome.RELEASED]
    assert place.releases.state().lifts == ()
    assert place.verify().faults == ()


def test_a_new_failure_quarantines_again_by_another_row(place: Place) -> None:
    """The old waiver does not fit it."""
    alice = place.person("alice", Role.WAIVE)
    _waive(place, alice)
    again = Place(place.root, now=LATER)
    again.release(BAD, covered=LEAKS)
    state = again.releases.state()
    old, new = state.entries[1].tag, state.entries[3].tag
    assert [row.tag for row in state.quarantines] == [new]
    _put(again, alice, _waiver(again, reason="said in other words"), verifier="alice")
    reason, code = _refusal(again)
    assert f"the waiver is for row {old}" in reason
    assert code == ExitCode.INTEGRITY


def test_a_waiver_is_recorded_once(place: Place) -> None:
    """A second look at the same file changes nothing; nor does a replay after a new failure."""
    file = _waive(place, place.person("alice", Role.WAIVE))
    before = place.releases.state()
    assert place.lift.record().entry is None
    assert place.releases.state() == before
    again = Place(place.root, now=LATER)
    again.release(BAD, covered=LEAKS)
    assert again.lift.record() == (None, (), ())
    assert (again.root / "gates" / "waivers" / file).is_file()
    assert again.releases.state().is_quarantined(ARTIFACT)


def test_removing_files_changes_nothing(place: Place) -> None:
    """The waiver's file after it was recorded; marker and quarantine file before."""
    place.products.mark(SLOT, "quarantined")
    place.regenerate()
    place.products.unmark(SLOT)
    (place.root / "gates/quarantine" / f"{ARTIFACT}.json").unlink()
    assert place.releases.state().is_quarantined(ARTIFACT)
    verdict = place.verdict(BAD)
    place.offer(verdict, place.signed(verdict), content=BAD)
    assert [row.standing for row in place.flip().results] == [SlotOutcome.QUARANTINED]
    file = _waive(place, place.person("alice", Role.WAIVE))
    (place.root / "gates" / "waivers" / file).unlink()
    assert not place.releases.state().is_quarantined(ARTIFACT)
    assert place.verify().faults == ()


def test_a_file_that_arrives_alone_is_recorded_later(place: Place) -> None:
    """Signed in one place, recorded in another."""
    alice = place.person("alice", Role.WAIVE)
    done = place.lift.waive(
        alice, ARTIFACT, reason="gold was wrong", expires=NEVER, is_recording=False
    )
    assert done.entry is None
    assert place.releases.state().is_quarantined(ARTIFACT)
    lifting = place.lift.record()
    assert [change.waiver for change in lifting.lifted] == [done.file.removesuffix(".json")]
    assert not place.releases.state().is_quarantined(ARTIFACT)


def test_the_judges_key_lifts_nothing_it_condemned(place: Place) -> None:
    """Also with the role, and also a later key of the same verifier."""
    (place.keys.listed_public / "release.toml").write_text('roles = ["judge", "waive"]\n')
    with pytest.raises(IntegrityError, match="another person must sign it"):
        _waive(place, place.signer)
    place.rotate()
    with pytest.raises(IntegrityError, match="another person must sign it"):
        _waive(place, place.signer)
    assert place.lift.waivers.files() == ()


def test_a_key_without_the_role_lifts_nothing(place: Place) -> None:
    """A listed key judges unless its file says otherwise."""
    with pytest.raises(IntegrityError, match="bob may not sign a waiver"):
        _waive(place, place.person("bob", Role.JUDGE))


def test_an_unknown_key_lifts_nothing(place: Place) -> None:
    """Its holder is told at once; a file signed by it is refused."""
    mallory = place.person("mallory", Role.WAIVE)
    _put(place, mallory, _waiver(place), verifier="mallory")
    (place.keys.listed_public / "mallory.pub").unlink()
    with pytest.raises(UsageError, match="is not listed"):
        _waive(place, FileSigner(place.keys, file=place.root / "mallory.pem"))
    reason, code = _refusal(place)
    assert "the waiver is not signed by any listed key" in reason
    assert code == ExitCode.INTEGRITY


def test_a_closed_key_lifts_nothing_more(place: Place) -> None:
    """What it lifted before stays lifted."""
    alice = place.person("alice", Role.WAIVE)
    pending = place.lift.waive(
        alice, ARTIFACT, reason="gold was wrong", expires=NEVER, is_recording=False
    )
    mine = place.keys._replace(private=place.root / "alice.pem")
    other = Place.__new__(Place)
    other.__dict__.update(place.__dict__)
    other.keys, other.ring = mine, type(place.ring)(mine)
    other.rotate()
    reason, code = _refusal(place)
    assert "the waiver is void: key" in reason
    assert "of alice was closed at ledger size 2" in reason
    assert code == ExitCode.INTEGRITY
    (place.root / "gates" / "waivers" / pending.file).unlink()
    _waive(place, other.signer)
    other.rotate()
    assert place.verify().faults == ()


@pytest.mark.parametrize(
    ("changes", "wanted", "code"),
    [
        ({"expires": PAST}, "expired at 2026-11-23T23:59:59Z", 3),
        ({"artifact": "1" * 64}, "names artifact 1111111111111111, which is not quarantined", 7),
        ({"tag": "2026.11.24-9"}, "the waiver is for row 2026.11.24-9", 7),
        ({"entry": "2" * 64}, "the waiver is for row 2026.11.24-2", 7),
        ({"slot": "other::tiny::onnx"}, "the waiver is for row 2026.11.24-2 of other", 7),
    ],
)
def test_a_waiver_for_something_else_lifts_nothing(
    changes: dict[str, str], wanted: str, code: int, place: Place
) -> None:
    """Expired, another digest, another row, the same tag of another clone, another slot."""
    alice = place.person("alice", Role.WAIVE)
    _put(place, alice, _waiver(place, **changes), verifier="alice")
    reason, got = _refusal(place)
    assert wanted in reason
    assert got == code


def test_a_waiver_for_another_verifier_lifts_nothing(place: Place) -> None:
    """A key signs for its own name only."""
    alice = place.person("alice", Role.WAIVE)
    _put(place, alice, _waiver(place), verifier="bob")
    assert "signed for verifier 'bob' by the key of 'alice'" in _refusal(place)[0]


def test_a_verdict_is_no_waiver(place: Place) -> None:
    """Nor the other way round."""
    alice = place.person("alice", Role.JUDGE, Role.WAIVE)
    verdict = place.verdict(b"third")
    place.signer = alice
    place.lift.waivers.put(place.signed(verdict, verifier="alice"))
    assert "not a waiver of ours" in _refusal(place)[0]
    waiver = alice.sign(payload_of_waiver(_waiver(place), verifier="alice"))
    with pytest.raises(IntegrityError, match="cannot be read"):
        place.verifiers.verify(waiver)


@pytest.mark.parametrize("part", ["payload", "sig", "none", "form", "empty", "text"])
def test_an_edited_waiver_lifts_nothing(part: str, place: Place) -> None:
    """Exit 7, the quarantine stands."""
    alice = place.person("alice", Role.WAIVE)
    envelope = alice.sign(payload_of_waiver(_waiver(place), verifier="alice"))
    table = json.loads(envelope)
    match part:
        case "payload":
            table["payload"] = "AAAA" + table["payload"][4:]
        case "sig":
            table["signatures"][0]["sig"] = "AAAA" + table["signatures"][0]["sig"][4:]
        case "none":
            table["signatures"] = []
        case _:
            pass
    data = {"form": envelope + b"\n", "empty": b"", "text": b"please"}.get(
        part, canonical_json(table)
    )
    place.lift.waivers.put(data)
    assert _refusal(place)[1] == ExitCode.INTEGRITY


def test_what_was_revoked_is_not_lifted(place: Place) -> None:
    """It was live and was left: other bytes, or never."""
    place.release(b"second")
    place.rollback.commit(BACK, decided=lambda: None)
    state = place.releases.state()
    left = builders.artifact_of(b"second")
    alice = place.person("alice", Role.WAIVE)
    with pytest.raises(RefusedError, match="may not be live again"):
        place.lift.waive(alice, left, reason="r", expires=NEVER, is_recording=True)
    entry = state.entries[-1]
    waiver = _waiver(place, artifact=left, tag=entry.tag, entry=entry.digest)
    _put(place, alice, waiver, verifier="alice")
    (refused,) = place.lift.record().refused
    assert "may not be live again" in refused.reason
    assert refused.exit_code == ExitCode.HELD
    lifted = _lifted(left, entry.tag)
    with pytest.raises(IntegrityError, match="which no gate quarantined"):
        fold((*state.entries, next_entry(state.entries, (lifted,), now=LATER)))


def _lifted(artifact: str, tag: str) -> Lifted:
    return Lifted(
        slot=SLOT,
        artifact=artifact,
        tag=tag,
        waiver="3" * 64,
        verifier="alice",
        reason="r",
        expires=NEVER,
    )


def test_a_second_row_goes_on_quarantining(place: Place) -> None:
    """One waiver, one row; what is left is said."""
    state = place.releases.state()
    first = state.entries[1].changes[0]
    text = dump(first).replace(SLOT.encode(), b"other::tiny::onnx")
    second = Quarantined.model_validate_json(text)
    changed = second.model_dump() | {"verdict": sha256_hex(b"another verdict")}
    entry = next_entry(state.entries, (Quarantined.model_validate(changed),), now=LATER)
    pointer = pointer_of(fold((*state.entries, entry)))
    place.releases.commit(entry, pointer, evidence=(b"another verdict",))
    alice = place.person("alice", Role.WAIVE)
    done = place.lift.waive(alice, ARTIFACT, reason="r", expires=NEVER, is_recording=True)
    assert done.remaining == (entry.tag,)
    assert place.releases.state().is_quarantined(ARTIFACT)


@pytest.mark.parametrize("digest", ["0" * 64, "00000000", ARTIFACT[:7]])
def test_what_is_not_quarantined_cannot_be_waived(digest: str, place: Place) -> None:
    """Exit 2."""
    alice = place.person("alice", Role.WAIVE)
    with pytest.raises(UsageError):
        place.lift.waive(alice, digest, reason="r", expires=NEVER, is_recording=True)


def test_after_its_expiry_a_lifted_artifact_is_refused_until_it_is_waived_again(
    place: Place,
) -> None:
    """The release is refused by the waiver's name, with exit 3."""
    alice = place.person("alice", Role.WAIVE)
    _waive(place, alice, expires="2026-11-24T12:30:00Z")
    late = Place(place.root, now=LATER)
    verdict = late.verdict(BAD)
    late.offer(verdict, late.signed(verdict), content=BAD)
    (row,) = late.flip().results
    assert (row.standing, row.exit_code) == (SlotOutcome.REFUSED, 3)
    assert "expired at 2026-11-24T12:30:00Z" in row.reason
    _waive(late, alice)
    assert [row.standing for row in late.flip().results] == [SlotOutcome.RELEASED]


def test_a_lifting_without_a_waiver_is_found(place: Place) -> None:
    """By `verify`, and by the flip that would rest on it."""
    file = _waive(place, place.person("alice", Role.WAIVE))
    verdict = place.verdict(BAD)
    place.offer(verdict, place.signed(verdict), content=BAD)
    evidence = place.root / "gates" / "evidence" / file
    evidence.write_bytes(b"gone")
    assert any("was changed" in fault for fault in place.verify().faults)
    (row,) = place.flip().results
    assert (row.standing, row.exit_code) == (SlotOutcome.REFUSED, 7)
    assert "the lifting of" in row.reason


def test_a_waiver_comes_back_whole_from_its_statement() -> None:
    """And a field that says something else is refused."""
    waiver = Waiver(
        slot=SLOT,
        artifact=ARTIFACT,
        tag="2026.11.24-2",
        entry=sha256_hex(b"entry"),
        reason="r",
        expires=NEVER,
    )
    payload = payload_of_waiver(waiver, verifier="alice")
    assert waiver_in(payload, verifier="alice") == waiver
    for old, new in (
        (b'"name":"pii::tiny::onnx"', b'"name":"xii::tiny::onnx"'),
        (b"in-toto.io/Statement/v1", b"in-toto.io/Statement/v2"),
        (b"gates/ledger/", b"gates/other/"),
        (b'{"_type"', b'{"_extra":1,"_type"'),
        (b'{"_type"', b'{"_type":"x","_type"'),
    ):
        assert old in payload
        with pytest.raises(IntegrityError):
            waiver_in(payload.replace(old, new, 1), verifier="alice")
