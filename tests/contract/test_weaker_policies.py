"""A weaker policy on real ledger, keys and files: what a person signs, and what it allows."""

import json
from pathlib import Path

import pytest
from support import builders
from support.places import BACK, SLOT, FixedInputs, Place

from openmed.adapters.keys.dsse import FileSigner
from openmed.domain.attestation.policy_statement import (
    PolicyStatement,
    payload_of_policy_statement,
)
from openmed.domain.attestation.verifier import Role
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.rules import GATES
from openmed.domain.ledger.changes import Cleared, KeyClosed, PolicyWeakened
from openmed.domain.ledger.entry import next_entry
from openmed.domain.ledger.fleet import fold
from openmed.domain.ledger.pointer import pointer_of
from openmed.domain.release.results.slot_result import Result, SlotOutcome
from openmed.domain.wire import dump, parse
from openmed.errors import IntegrityError, RefusedError, UsageError
from openmed.exit_codes import ExitCode
from openmed.steps.approve import Approve, Approved

STRICT, WEAK = builders.a_policy(), builders.a_policy(floor=0.8)
SOON, NEVER = "2026-12-01T23:59:59Z", "2027-01-01T23:59:59Z"
LATER = "2026-11-24T13:00:00Z"
PAST = "2026-11-23T23:59:59Z"
LEAKS = {"PATIENT_NAME": 100, "SSN": 90}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A repository with one release under the strict policy."""
    made = Place(tmp_path)
    made.release(b"first")
    return made


def _approve(
    place: Place, signer: FileSigner, *, policy: Policy = WEAK, expires: str = SOON
) -> Approved:
    return Approve(
        inputs=FixedInputs((builders.a_candidate(),), policy),
        releases=place.releases,
        verifiers=place.verifiers,
        waivers=place.world.waivers,
        gates=GATES,
        now=place.now,
    ).approve(signer, SLOT, reason="gold was wrong", expires=expires)


def _flip(place: Place, content: bytes, *, policy: Policy = WEAK, **more: object) -> Result:
    covered = LEAKS if more.get("leaks") else None
    place.stage(content)
    against = place.releases.state().against(SLOT, artifact=builders.artifact_of(content))
    verdict = builders.a_verdict(
        content=content, policy=policy, against=against, now=place.now, covered=covered
    )
    place.offer(verdict, place.signed(verdict), content=content, covered=covered)
    return place.flip(policy=policy).results[0]


def _last(place: Place) -> tuple[object, ...]:
    return place.releases.state().entries[-1].changes


def test_without_a_statement_nothing_moves(place: Place) -> None:
    """Exit 3, what is weaker by gate, key, old and new value, and who may allow it."""
    before = place.releases.state()
    result = _flip(place, b"second")
    assert (SlotOutcome.REFUSED, ExitCode.HELD) == (result.standing, result.exit_code)
    assert "recall_floor.floor 0.9 → 0.8" in result.reason
    assert "openmed release approve pii::tiny::onnx" in result.reason
    assert before == place.releases.state()


def test_a_person_with_the_role_allows_it_once(place: Place) -> None:
    """The statement is evidence; the ledger names both policies, what is weaker, who and why."""
    done = _approve(place, place.person("alice", Role.WAIVE))
    assert SlotOutcome.RELEASED is _flip(place, b"second").standing
    (change,) = (one for one in _last(place) if isinstance(one, PolicyWeakened))
    assert ["recall_floor.floor 0.9 → 0.8"] == [one.sentence for one in change.weaker]
    assert (STRICT.digest, WEAK.digest) == (change.old.digest, change.new.digest)
    assert ("alice", "gold was wrong") == (change.verifier, change.reason)
    assert done.file == f"{change.statement}.json"
    assert change.statement is not None
    place.releases.evidence(change.statement)
    assert place.releases.evidence(WEAK.digest) == WEAK.content
    assert () == place.verify().faults
    # Under the same policy nothing is weaker any more.
    assert SlotOutcome.RELEASED is _flip(place, b"third").standing
    assert 1 == len(_last(place))


def test_what_was_used_is_not_used_again(place: Place) -> None:
    """Strict again, then weak again: the old statement is spent."""
    _approve(place, place.person("alice", Role.WAIVE))
    _flip(place, b"second")
    assert SlotOutcome.RELEASED is _flip(place, b"third", policy=STRICT).standing
    result = _flip(place, b"fourth")
    assert SlotOutcome.REFUSED is result.standing
    assert "was used by an earlier flip" in result.reason


def test_after_a_rollback_the_policy_of_what_is_live_counts(place: Place) -> None:
    """Back to the strict one's release: the weak policy needs a word again."""
    _approve(place, place.person("alice", Role.WAIVE))
    _flip(place, b"second")
    place.roll_back(BACK)
    assert SlotOutcome.REFUSED is _flip(place, b"third").standing
    assert SlotOutcome.RELEASED is _flip(place, b"third", policy=STRICT).standing


def test_a_loosened_policy_does_not_clear_what_is_condemned(place: Place) -> None:
    """A live release that leaks, judged again by a policy that allows it."""
    loose = builders.a_policy(allowed=20)
    assert SlotOutcome.CONDEMNED is _flip(place, b"first", policy=STRICT, leaks=True).standing
    later = Place(place.root, now=LATER)
    assert SlotOutcome.CONDEMNED is _flip(later, b"first", policy=loose, leaks=True).standing
    assert later.releases.state().condemned
    _approve(later, later.person("alice", Role.WAIVE), policy=loose)
    assert SlotOutcome.LIVE is _flip(later, b"first", policy=loose, leaks=True).standing
    kinds = [type(change) for change in _last(later)]
    assert [Cleared, PolicyWeakened] == kinds
    assert () == later.verify().faults


def test_the_key_that_judges_may_not_allow_it(place: Place) -> None:
    """Nor one without the role, nor one nobody listed; nothing is written."""
    with pytest.raises(IntegrityError, match="no role waive"):
        _approve(place, place.signer)
    with pytest.raises(IntegrityError, match="no role waive"):
        _approve(place, place.person("bob", Role.JUDGE))
    roles = place.root / "gates" / "keys" / "release.toml"
    roles.write_text('roles = ["judge", "waive"]\n', encoding="utf-8")
    with pytest.raises(IntegrityError, match="another person must sign it"):
        _approve(place, place.signer)
    assert () == place.world.waivers.files()


def test_nothing_is_signed_where_nothing_is_weaker(place: Place) -> None:
    """Nor for a day that is over."""
    alice = place.person("alice", Role.WAIVE)
    for policy in (STRICT, builders.a_policy(floor=0.95)):
        with pytest.raises(UsageError, match="is not weaker"):
            _approve(place, alice, policy=policy)
    with pytest.raises(RefusedError, match="would expire"):
        _approve(place, alice, expires=PAST)
    assert () == place.world.waivers.files()


def test_a_statement_for_one_policy_allows_no_other(place: Place) -> None:
    """The policy is edited once more after it was signed."""
    _approve(place, place.person("alice", Role.WAIVE))
    weaker_still = builders.a_policy(floor=0.5)
    assert SlotOutcome.REFUSED is _flip(place, b"second", policy=weaker_still).standing
    assert SlotOutcome.RELEASED is _flip(place, b"second").standing


def test_an_expired_statement_allows_nothing(place: Place) -> None:
    """By the later of clock and ledger."""
    _approve(place, place.person("alice", Role.WAIVE), expires="2026-11-24T12:30:00Z")
    result = _flip(Place(place.root, now=LATER), b"second")
    assert SlotOutcome.REFUSED is result.standing
    assert "expired at 2026-11-24T12:30:00Z" in result.reason


def _forged(place: Place, **changes: object) -> bytes:
    """A statement by alice, with the signature of another one."""
    done = _approve(place, place.person("alice", Role.WAIVE))
    (name, envelope), *_ = place.world.waivers.files()
    (place.root / "gates" / "waivers" / name).unlink()
    table = {**json.loads(dump(done.statement)), **changes}
    statement = parse(PolicyStatement, json.dumps(table).encode(), what="statement")
    payload = payload_of_policy_statement(statement, verifier="alice")
    other = json.loads(place.signer.sign(payload))
    other["signatures"] = json.loads(envelope)["signatures"]
    return json.dumps(other, sort_keys=True, separators=(",", ":")).encode()


def test_an_edited_statement_allows_nothing(place: Place) -> None:
    """Its policy replaced by a weaker one, the signature kept."""
    loose = builders.a_policy(floor=0.5)
    place.world.waivers.put(_forged(place, new=loose.digest))
    result = _flip(place, b"second", policy=loose)
    assert SlotOutcome.REFUSED is result.standing
    assert "changed after alice signed it" in result.reason


def test_waivers_and_statements_lie_beside_one_another(place: Place) -> None:
    """`lift` passes over what is no waiver; a flip over what is no statement."""
    place.release(b"bad", covered=LEAKS)
    alice = place.person("alice", Role.WAIVE)
    place.lift.waive(
        alice,
        builders.artifact_of(b"bad"),
        reason="gold was wrong",
        expires=NEVER,
        is_recording=False,
    )
    _approve(place, alice)
    lifting = place.lift.record()
    assert (1, ()) == (len(lifting.lifted), lifting.refused)
    assert SlotOutcome.RELEASED is _flip(place, b"second").standing


def test_a_statement_that_was_changed_in_the_record_is_found(place: Place) -> None:
    """By `verify`, as every evidence file."""
    _approve(place, place.person("alice", Role.WAIVE))
    _flip(place, b"second")
    (change,) = (one for one in _last(place) if isinstance(one, PolicyWeakened))
    path = place.root / "gates" / "evidence" / f"{change.statement}.json"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b" ")
    assert [fault for fault in place.verify().faults if "was changed" in fault]


def test_an_earlier_policy_that_is_lost_stops_the_flip(place: Place) -> None:
    """Without it nobody knows what is weaker: never a reason to go on."""
    (place.root / "gates" / "evidence" / f"{STRICT.digest}.json").unlink()
    result = _flip(place, b"second")
    assert (SlotOutcome.REFUSED, ExitCode.INTEGRITY) == (result.standing, result.exit_code)
    assert "cannot be read" in result.reason


def test_a_closed_key_allows_nothing(place: Place) -> None:
    """What it signed was not recorded before it was closed."""
    alice = place.person("alice", Role.WAIVE)
    _approve(place, alice)
    state = place.releases.state()
    closed = KeyClosed(keyid=alice.keyid, verifier="alice", successor="0" * 64, is_lost=True)
    entry = next_entry(state.entries, (closed,), now=place.now)
    place.releases.commit(entry, pointer_of(fold((*state.entries, entry))), evidence=())
    result = _flip(place, b"second")
    assert SlotOutcome.REFUSED is result.standing
    assert "was closed as lost" in result.reason
