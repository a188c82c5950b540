"""What does not count is refused by name by everyone who reads a verdict.

Unsigned, a key that is not listed, closed, of another name or role, an edited envelope, a
verdict used before, a verdict of something else: at flip, rollback, regenerate and verify.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import builders
from support.places import BACK, Place
from support.trusting import consumers, flip_reason, payload, unlist

from openmed.adapters.keys.key_files import load_private, public_half
from openmed.domain.attestation.signature_rules import void_reason
from openmed.domain.attestation.verifier import Role
from openmed.domain.digest import canonical_json, sha256_hex
from openmed.domain.ledger.changes import Promoted
from openmed.domain.ledger.entry import Entry, next_entry
from openmed.domain.ledger.fleet import fold
from openmed.domain.ledger.pointer import pointer_of
from openmed.domain.release.flip_preconditions import refusal_of
from openmed.domain.release.results.slot_result import SlotOutcome
from openmed.domain.wire import dump, pretty
from openmed.errors import IntegrityError, UsageError
from openmed.exit_codes import ExitCode

Harm = Callable[[Place], None]
Edit = Callable[[bytes], bytes]


def _rename(place: Place) -> None:
    keys = place.keys.listed_public
    (keys / "release.pub").rename(keys / "another.pub")


def _take_role(place: Place) -> None:
    (place.keys.listed_public / "release.toml").write_text('roles = ["waive"]\n')


def _list_twice(place: Place) -> None:
    keys = place.keys.listed_public
    (keys / "another.pub").write_bytes((keys / "release.pub").read_bytes())


def _swap_key(place: Place) -> None:
    place.ring.add("other", (Role.JUDGE,), file=place.root / "other.pem")
    keys = place.keys.listed_public
    (keys / "other.pub").replace(keys / "release.pub")


LISTING: dict[str, tuple[Harm, str]] = {
    "not listed": (unlist, "not signed by any listed key"),
    "listed under another name": (_rename, "signed for verifier 'release' by the key of 'another'"),
    "no role": (_take_role, "release may not sign a verdict"),
    "two names": (_list_twice, "are the same key; a key has one name"),
    "another key under the name": (_swap_key, "not signed by any listed key"),
}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A repository with two releases."""
    made = Place(tmp_path)
    made.release(b"first")
    made.release(b"second")
    return made


def test_what_counts_is_taken_by_all(place: Place) -> None:
    """The other tests of this file fail for their reason, not for another."""
    verdict = place.verdict(b"third")
    place.offer(verdict, place.signed(verdict), content=b"third")
    assert [row.standing for row in place.flip().results] == [SlotOutcome.RELEASED]
    assert place.rollback.plan(BACK).exit_code == 0
    place.regenerate()
    # The flip was without reports of a baseline: bytes and evidence are whole all the same.
    assert place.verify().faults == ()


@pytest.mark.parametrize("name", sorted(LISTING))
def test_a_key_that_does_not_count_is_refused_by_all(name: str, place: Place) -> None:
    """By its name, with exit code 7; nothing moves."""
    harm, wanted = LISTING[name]
    verdict = place.verdict(b"third")
    envelope = place.signed(verdict)
    harm(place)
    reason, code = flip_reason(place, envelope, verdict)
    assert wanted in reason
    assert code == ExitCode.INTEGRITY
    for consumer, said in consumers(place).items():
        assert wanted in said, consumer


def _bare(envelope: bytes) -> bytes:
    return canonical_json({**json.loads(envelope), "signatures": []})


def _other_payload(envelope: bytes) -> bytes:
    table = json.loads(envelope)
    return canonical_json({**table, "payload": "AAAA" + table["payload"][4:]})


def _other_signature(envelope: bytes) -> bytes:
    table = json.loads(envelope)
    signature = table["signatures"][0]
    signature["sig"] = "AAAA" + signature["sig"][4:]
    return canonical_json(table)


def _other_form(envelope: bytes) -> bytes:
    return pretty(json.loads(envelope))


def _two_signatures(envelope: bytes) -> bytes:
    table = json.loads(envelope)
    table["signatures"].append({**table["signatures"][0], "keyid": "0" * 64})
    return canonical_json(table)


def _another_type(envelope: bytes) -> bytes:
    return canonical_json({**json.loads(envelope), "payloadType": "text/plain"})


EDITS: dict[str, tuple[Edit, str]] = {
    "unsigned": (_bare, "the verdict has 0 signatures; exactly one is needed"),
    "payload": (_other_payload, "or its signature was changed after release signed it"),
    "signature": (_other_signature, "or its signature was changed after release signed it"),
    "form": (_other_form, "not in canonical form"),
    "second signature": (_two_signatures, "has 2 signatures; exactly one is needed"),
    "type": (_another_type, "envelope holds 'text/plain'"),
}


@pytest.mark.parametrize("name", sorted(EDITS))
def test_an_edited_envelope_is_refused_by_all(name: str, place: Place) -> None:
    """Also one that says the same in other bytes: it would not be known as spent."""
    edit, wanted = EDITS[name]
    verdict = place.verdict(b"third")
    reason, code = flip_reason(place, edit(place.signed(verdict)), verdict)
    assert wanted in reason
    assert code == ExitCode.INTEGRITY
    _rewrite(place, edit)
    for consumer, said in consumers(place).items():
        assert wanted in said, consumer


def test_no_envelope_is_no_signature(place: Place) -> None:
    """A verdict product without one is refused, whatever it says."""
    verdict = place.verdict(b"third")
    assert flip_reason(place, None, verdict) == ("the verdict is not signed", 7)


def test_a_verdict_of_something_else_is_refused_by_all(place: Place) -> None:
    """Signed and listed, but about other bytes or another slot."""
    verdict = place.verdict(b"third")
    stranger = place.signed(
        builders.a_verdict(candidate=builders.a_candidate(slot="other::tiny::onnx"))
    )
    reason, code = flip_reason(place, stranger, verdict)
    assert reason == "the signature is over another verdict"
    assert code == ExitCode.INTEGRITY
    times = iter(("2026-11-24T11:59:58Z", "2026-11-24T11:59:59Z"))
    _rewrite(
        place,
        lambda _: place.signed(
            builders.a_verdict(
                candidate=builders.a_candidate(slot="other::tiny::onnx"), now=next(times)
            )
        ),
    )
    for consumer, said in consumers(place).items():
        assert "the signed verdict is not for what is live" in said, consumer


def test_a_verdict_is_used_once(place: Place) -> None:
    """At the flip by name; a ledger that uses one twice is refused by every reader."""
    verdict = place.verdict(b"third")
    envelope = place.signed(verdict)
    place.offer(verdict, envelope, content=b"third")
    assert place.flip().tag is not None
    place.rollback.commit(BACK, decided=lambda: None)
    state = place.releases.state()
    first = state.entries[0].changes[0]
    assert isinstance(first, Promoted)
    assert state.spent >= {first.verdict, sha256_hex(envelope)}
    used = builders.a_proposal(verdict, envelope=envelope)
    refusal = refusal_of(state, used, now=builders.NOW)
    assert refusal is not None
    assert refusal.reason == "the verdict was used by an earlier flip"
    text = dump(state.entries[1].changes[0])
    second = Promoted.model_validate_json(text)
    replayed = text.replace(second.verdict.encode(), first.verdict.encode())
    again = next_entry(
        state.entries[:1], (Promoted.model_validate_json(replayed),), now=builders.NOW
    )
    with pytest.raises(IntegrityError, match="again"):
        fold((state.entries[0], again))


def test_a_developers_key_signs_for_no_green_release(place: Place) -> None:
    """Neither at the flip nor in the ledger, whatever a policy said."""
    verdict = place.verdict(b"third")
    green = builders.a_signed(verdict, verifier="local")
    state = place.releases.state()
    assert "may not sign a green release" in void_reason(state, green)
    keys = place.keys
    keys.local_public.mkdir(parents=True)
    (keys.listed_public / "release.pub").replace(keys.local_public / "local.pub")
    _rewrite(place, lambda old: place.signer.sign(payload(old, verifier="local")))
    for consumer, said in consumers(place).items():
        assert "may not sign a green release" in said, consumer


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Bad Name.pub", None),
        ("release.toml", "roles = []\n"),
        ("release.toml", 'roles = ["everything"]\n'),
        ("release.toml", "not toml ["),
        ("noise.pub", "not a key"),
    ],
)
def test_a_key_folder_that_cannot_be_read_is_refused(
    name: str, content: str | None, place: Place
) -> None:
    """One sentence with the file, exit 7."""
    path = place.keys.listed_public / name
    if content is None:
        path.write_bytes(public_half(load_private(place.keys.private)))
    else:
        path.write_text(content)
    with pytest.raises(IntegrityError, match=f"gates/keys/{name}"):
        place.verifiers.listed()


@pytest.mark.parametrize("name", ["release", "local"])
def test_a_name_is_given_once(name: str, place: Place) -> None:
    """Neither a second key for a verifier, nor local, nor a second name for a key."""
    with pytest.raises(UsageError):
        place.ring.add(name, (Role.JUDGE,), file=place.root / "new.pem")
    with pytest.raises(UsageError):
        place.ring.add("second", (Role.JUDGE,), file=place.keys.private)


def _rewrite(place: Place, edit: Edit) -> None:
    """Write the whole ledger anew so that each release rests on its edited envelope.

    What the checkout remembers of the old one goes too, so that the signatures are what refuses.
    """
    gates = place.root / "gates"
    entries: tuple[Entry, ...] = ()
    for entry in place.releases.state().entries:
        (gates / "ledger" / f"{entry.digest}.json").unlink()
        (change,) = entry.changes
        assert isinstance(change, Promoted)
        envelope = edit((gates / "evidence" / f"{change.verdict}.json").read_bytes())
        digest = sha256_hex(envelope)
        (gates / "evidence" / f"{digest}.json").write_bytes(envelope)
        text = dump(change).replace(change.verdict.encode(), digest.encode())
        changes = (Promoted.model_validate_json(text),)
        entries = (*entries, next_entry(entries, changes, now=entry.time))
        (gates / "ledger" / f"{entries[-1].digest}.json").write_bytes(dump(entries[-1]))
    (gates / "pointer.json").write_bytes(pretty(pointer_of(fold(entries))))
    shutil.rmtree(place.root / "artifacts" / "witness")
