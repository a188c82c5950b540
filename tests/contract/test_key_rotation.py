"""Keys are closed in the ledger: what was recorded stays verified, what was not is void."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.places import BACK, Place
from support.trusting import consumers, flip_reason, payload, release_by_hand, unlist

from openmed.adapters.keys.dsse import FileSigner
from openmed.adapters.keys.key_files import load_private, public_half
from openmed.domain.attestation.rotation import plan_rotation
from openmed.domain.ledger.fleet import fold
from openmed.domain.ledger.pointer import pointer_of
from openmed.domain.release.results.slot_result import SlotOutcome
from openmed.errors import UsageError
from openmed.exit_codes import ExitCode

Harm = Callable[[Place], None]
Edit = Callable[[bytes], bytes]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A repository with two releases."""
    made = Place(tmp_path)
    made.release(b"first")
    made.release(b"second")
    return made


def test_a_closed_key_counts_for_what_was_recorded_only(place: Place) -> None:
    """Old releases stay whole for everyone; an unused verdict, or a later one, is refused."""
    verdict = place.verdict(b"third")
    unused = place.signed(verdict)
    old = FileSigner(place.keys)
    old.check()
    tag = place.rotate()
    wanted = f"of release was closed at ledger size 2 ({tag})"
    reason, code = flip_reason(place, unused, verdict)
    assert wanted in reason
    assert code == ExitCode.INTEGRITY
    assert place.rollback.plan(BACK).exit_code == 0
    place.regenerate()
    assert place.verify().faults == ()
    # Somebody who has the old key goes round the flip: the readers of the ledger say no.
    later = place.signed(place.verdict(b"fourth"))
    release_by_hand(place, b"fourth", old.sign(payload(later)))
    release_by_hand(place, b"fifth", old.sign(payload(place.signed(place.verdict(b"fifth")))))
    for consumer, said in consumers(place).items():
        assert wanted in said, consumer


def test_a_lost_key_voids_what_was_not_used(place: Place) -> None:
    """Without the old private key; what was released stays, and the ledger says lost."""
    verdict = place.verdict(b"third")
    unused = place.signed(verdict)
    place.keys.private.unlink()
    place.rotate(verifier="release", is_lost=True)
    assert "was closed as lost at ledger size 2" in flip_reason(place, unused, verdict)[0]
    assert place.verify().faults == ()
    again = place.verdict(b"third")
    place.offer(again, place.signed(again), content=b"third")
    assert [row.standing for row in place.flip().results] == [SlotOutcome.RELEASED]


def test_a_rotation_that_was_killed_is_completed(tmp_path: Path) -> None:
    """At every place: before the entry, behind it, between the public and the private half."""
    for number, stop in enumerate(("prepare", "commit", "public")):
        place = Place(tmp_path / str(number))
        place.release(b"first")
        keyid = place.signer.keyid
        _rotate_until(place, stop)
        place.rotate()
        assert place.signer.keyid != keyid
        assert place.signer.name == "release"
        (closure,) = place.releases.state().closures
        assert (closure.keyid, closure.size) == (keyid, 1)
        assert place.verify().faults == ()


def test_the_new_key_signs_and_is_as_private_as_the_old(place: Place) -> None:
    """Mode 0600; the old one is kept beside it."""
    place.rotate()
    modes = {path.name: path.stat().st_mode & 0o777 for path in place.keys.private.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert len(modes) == 2
    verdict = place.verdict(b"third")
    place.offer(verdict, place.signed(verdict), content=b"third")
    assert [row.standing for row in place.flip().results] == [SlotOutcome.RELEASED]


@pytest.mark.parametrize(
    ("verifier", "is_lost", "harm"),
    [
        ("nobody", False, None),
        ("nobody", True, "key"),
        ("", False, "key"),
        ("", False, "listing"),
    ],
)
def test_what_cannot_be_rotated_is_usage(
    *, verifier: str, is_lost: bool, harm: str | None, place: Place
) -> None:
    """Exit 2, one sentence, no entry."""
    if harm == "key":
        place.keys.private.unlink()
    if harm == "listing":
        unlist(place)
    with pytest.raises(UsageError):
        place.rotate(verifier=verifier, is_lost=is_lost)
    assert len(place.releases.state().entries) == 2


def _rotate_until(place: Place, stop: str) -> None:
    """Do the first steps of a rotation as a killed one would have done them."""
    rotation = place.ring.prepare("", is_lost=False, signed=())
    if stop == "prepare":
        return
    state = place.releases.state()
    entry = plan_rotation(state, rotation, now=place.now)
    assert entry is not None
    place.releases.commit(entry, pointer_of(fold((*state.entries, entry))), evidence=())
    if stop == "public":
        following = place.keys.private.with_name("local.pem.next")
        public = public_half(load_private(following))
        (place.keys.listed_public / "release.pub").write_bytes(public)
