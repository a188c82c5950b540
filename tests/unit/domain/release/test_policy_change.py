"""What a slot's policy demands less than that of its release, and who allowed it."""

import pytest
from support import builders
from support.policy_changes import with_another_suite
from support.weaker_policies import (
    BASE,
    LIVE,
    OLD,
    SLOT,
    change_to,
    flip_under,
    plain_of,
    policy_of,
    signed_for,
    verdict_under,
)

from openmed.domain.attestation.policy_statement import (
    SignedPolicyStatement,
    is_policy_statement,
    payload_of_policy_statement,
    policy_statement_in,
)
from openmed.domain.attestation.statement import SignedVerdict
from openmed.domain.gates.gate import Outcome
from openmed.domain.gates.order.policy_order import Weakening
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.rules import GATES
from openmed.domain.gates.verdict import Verdict
from openmed.domain.ledger.changes import PolicyWeakened, Promoted
from openmed.domain.ledger.entry import Entry, next_entry
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.release.policy_change import (
    AllowedChange,
    PolicyChange,
    StatedFile,
    allowed,
    check_weakened,
    policy_change,
    unusable,
)
from openmed.domain.release.results.slot_result import SlotOutcome
from openmed.domain.wire import from_plain
from openmed.errors import IntegrityError


def test_a_stricter_policy_releases_without_a_word() -> None:
    """One entry, one change."""
    table = {**BASE, "max_age_hours": 12}
    found = change_to(LIVE, policy_of(table))
    plan = flip_under(LIVE, policy_of(table), AllowedChange(found))
    assert plan.entry is not None
    assert [Promoted] == [type(change) for change in plan.entry.changes]


def test_a_first_release_needs_nobody() -> None:
    """Whatever its policy: there is nothing it is weaker than."""
    assert None is change_to(fold(()), policy_of({**BASE, "grade": "preview"}))


def test_the_policy_of_a_release_is_among_its_evidence() -> None:
    """Under the digest that verdicts name; so the next flip can compare."""
    release = LIVE.live[0].release
    assert OLD.digest == release.policy_file == release.policy.digest
    assert OLD.digest in LIVE.entries[0].evidence
    assert LIVE.entries[0].schema_ == "openmed.entry/2"


WEAK = policy_of({**BASE, "max_age_hours": 48})
FOUND = PolicyChange(
    slot=SLOT,
    tag=LIVE.live[0].tag,
    old=LIVE.live[0].release.policy,
    new=WEAK.digest,
    weaker=(Weakening(gate="policy", key="max_age_hours", old="24", new="48"),),
    is_known=True,
)
JUDGE = builders.a_signed(verdict_under(LIVE, WEAK, b"second"))
ANOTHER = "another person must sign it"
UNUSABLE: dict[str, tuple[SignedPolicyStatement, str]] = {
    "another slot": (signed_for(FOUND, slot="ner::tiny::onnx"), "another slot or other policies"),
    "another policy before": (signed_for(FOUND, old="0" * 64), "another slot or other policies"),
    "another policy now": (signed_for(FOUND, new="0" * 64), "another slot or other policies"),
    "its signer saw less": (
        signed_for(FOUND, weaker=[{"gate": "drift", "key": "limit", "old": "1", "new": "2"}]),
        "lists other keys",
    ),
    "the verdict's verifier": (
        signed_for(FOUND, verifier="release"),
        "another person must sign it",
    ),
    "the verdict's key": (signed_for(FOUND, keyid=builders.HEX), "another person must sign it"),
    "expired": (signed_for(FOUND, expires="2026-11-24T11:59:59Z"), "expired at 2026-11-24"),
}


@pytest.mark.parametrize("name", sorted(UNUSABLE))
def test_a_statement_that_is_about_something_else_allows_nothing(name: str) -> None:
    """Slot, both policies, what its signer saw, whose it is, until when."""
    signed, said = UNUSABLE[name]
    reason = unusable(LIVE, signed, FOUND, judge=JUDGE, now=builders.NOW)
    assert said in reason
    assert signed.verifier in reason


def test_the_first_statement_that_allows_it_is_used() -> None:
    """Others are passed over; when none does, why is said."""
    good, late = signed_for(FOUND), UNUSABLE["expired"][0]
    other = UNUSABLE["another slot"][0]
    files = (
        StatedFile("a.json", b"a", None, "not signed by any listed key"),
        StatedFile("b.json", b"b", other),
        StatedFile("c.json", b"c", late),
        StatedFile("d.json", b"d", good),
    )
    found = allowed(LIVE, FOUND, files, judge=JUDGE, now=builders.NOW)
    assert AllowedChange(FOUND, good, (b"d",)) == found
    none = allowed(LIVE, FOUND, files[1:3], judge=JUDGE, now=builders.NOW)
    assert (None, "the statement of alice expired at 2026-11-24T11:59:59Z") == (
        none.statement,
        none.why_not,
    )
    unsigned = allowed(LIVE, FOUND, files[:1], judge=JUDGE, now=builders.NOW)
    assert "gates/waivers/a.json: not signed by any listed key" == unsigned.why_not
    result = flip_under(LIVE, WEAK, none).results[0]
    assert "the statement of alice expired" in result.reason


def _never(data: bytes) -> SignedVerdict:
    raise AssertionError(data)


def _weaker_state() -> tuple[FleetState, SignedPolicyStatement]:
    signed = signed_for(FOUND)
    plan = flip_under(LIVE, WEAK, AllowedChange(FOUND, signed))
    assert plan.entry is not None
    return fold((*LIVE.entries, plan.entry)), signed


def test_a_statement_is_used_once() -> None:
    """The ledger names it; neither a second flip nor a second entry uses it again."""
    state, signed = _weaker_state()
    assert "was used by an earlier flip" in unusable(
        state, signed, FOUND, judge=JUDGE, now=builders.NOW
    )
    again = state.entries[-1].changes[1]
    entry = next_entry(state.entries, (again,), now=builders.NOW)
    with pytest.raises(IntegrityError, match="uses evidence"):
        fold((*state.entries, entry))


def test_a_weakening_is_of_what_is_live() -> None:
    """An entry about another generation does not follow."""
    state, _ = _weaker_state()
    change = state.weakened[0].fact
    fields = {name: getattr(change, name) for name in PolicyWeakened.model_fields}
    other = PolicyWeakened(**{**fields, "generation": 7})
    entry = next_entry(LIVE.entries, (other,), now=builders.NOW)
    with pytest.raises(IntegrityError, match="not live"):
        fold((*LIVE.entries, entry))


@pytest.mark.parametrize("lost", ["statement", "verifier", "reason"])
def test_a_weakening_without_a_whole_statement_is_no_value(lost: str) -> None:
    """What is weaker is in the ledger only with who allowed it."""
    change = _weaker_state()[0].weakened[0].fact
    fields = {name: getattr(change, name) for name in PolicyWeakened.model_fields}
    with pytest.raises(ValueError, match="needs a statement"):
        PolicyWeakened(**{**fields, lost: None})
    bare = {"statement": None, "verifier": None, "reason": None}
    with pytest.raises(ValueError, match="needs a statement"):
        PolicyWeakened(**{**fields, **bare})
    PolicyWeakened(**{**fields, **bare, "weaker": (), "is_known": False})


def test_the_recorded_statement_is_checked_again() -> None:
    """Whose it is, what it is about, and whether its key was closed before."""
    state, signed = _weaker_state()
    change = state.weakened[0].fact

    def check(by: SignedPolicyStatement, judge: SignedVerdict = JUDGE) -> None:
        check_weakened(state, change, stated=lambda _: by, judged=lambda _: judge)

    check(signed)
    for other in ("another slot", "another policy now", "its signer saw less"):
        with pytest.raises(IntegrityError, match="is about something else"):
            check(UNUSABLE[other][0])
    for own in ("the verdict's verifier", "the verdict's key"):
        with pytest.raises(IntegrityError, match="whose verdict released it"):
            check(UNUSABLE[own][0])


def _of_earlier_engine() -> FleetState:
    """The same release, recorded as an earlier engine did: by the policy's digest."""
    table = plain_of(LIVE.entries[0]) | {"schema": "openmed.entry/1"}
    changes_ = [{k: v for k, v in row.items() if k != "policy_file"} for row in table["changes"]]
    return fold((from_plain(Entry, table | {"changes": changes_}, what="entry"),))


EARLIER = _of_earlier_engine()


def _unrecorded(policy: Policy, *, release: Verdict | None = None) -> PolicyChange | None:
    verdict = release or verdict_under(fold(()), OLD, b"first")
    signed = builders.a_signed(verdict)
    return policy_change(
        EARLIER, policy, slot=SLOT, gates=GATES, evidence=lambda _: b"", recorded=lambda _: signed
    )


def test_a_release_of_an_earlier_engine_is_read_as_it_was() -> None:
    """Version 1 of an entry holds no policy in full; the same digest is the same policy."""
    assert None is EARLIER.live[0].release.policy_file
    assert None is _unrecorded(OLD)


def test_limits_that_were_not_recorded_are_told_and_need_nobody() -> None:
    """Otherwise nothing could be released after an upgrade; the ledger says what is not known."""
    found = _unrecorded(WEAK)
    assert found is not None
    assert ((), False) == (found.weaker, found.is_known)
    assert "an earlier engine did not record its limits" in found.sentence
    plan = flip_under(EARLIER, WEAK, AllowedChange(found))
    assert plan.entry is not None, plan.results
    weakened = plan.entry.changes[1]
    assert isinstance(weakened, PolicyWeakened)
    assert ((), False, None) == (weakened.weaker, weakened.is_known, weakened.statement)
    after = fold((*EARLIER.entries, plan.entry))
    assert WEAK.digest == after.live[0].release.policy_file


def test_what_an_old_verdict_shows_is_compared() -> None:
    """Grade, gates named, gates that decide, gates that apply."""
    table = {**BASE, "grade": "preview", "gates": dict(BASE["gates"])}
    del table["gates"]["latency"]
    table["gates"]["memory"] = {**BASE["gates"]["memory"], "blocking": False}
    table["gates"]["calibration"] = {"reason": "r", "not_applicable": "no"}
    # A first release says NOT_APPLICABLE by itself: its policy did not.
    table["gates"]["regression"] = {"reason": "r", "not_applicable": "no"}
    found = _unrecorded(policy_of(table))
    assert found is not None
    assert [
        "policy.grade green → preview",
        "latency.gate named → not named",
        "memory.blocking true → false",
        "calibration.not_applicable none → set",
    ] == [one.sentence for one in found.weaker]
    result = flip_under(EARLIER, policy_of(table), AllowedChange(found)).results[0]
    assert SlotOutcome.REFUSED is result.standing
    assert Outcome.NOT_APPLICABLE in {
        one.outcome for one in verdict_under(fold(()), OLD, b"first").results
    }


def test_suites_that_an_old_verdict_measured_are_compared() -> None:
    """Another suite in place of golden is seen without the older policy, by the reports used."""
    (*_, whole) = with_another_suite(BASE, "golden", "golden-easy")
    found = _unrecorded(policy_of(whole.table))
    assert found is not None
    assert ["policy.suites golden → golden-easy"] == [one.sentence for one in found.weaker]
    more = {**BASE, "suites": ["golden", "golden-easy"], "max_age_hours": 12}
    added = _unrecorded(policy_of(more))
    assert added is not None
    assert () == added.weaker


def test_evidence_that_is_not_the_policy_is_damage() -> None:
    """Another policy, or none, under the recorded digest."""
    for data in (WEAK.content, b"{}"):
        kept = {OLD.digest: data}
        with pytest.raises(IntegrityError, match="recorded policy test"):
            policy_change(
                LIVE, WEAK, slot=SLOT, gates=GATES, evidence=kept.__getitem__, recorded=_never
            )


def test_an_emptied_slot_is_compared_with_what_it_served_last() -> None:
    """Taking a release off is no way to a weaker policy."""
    state = LIVE
    fields = {name: getattr(state, name) for name in FleetState.model_fields}
    emptied = FleetState(**{**fields, "live": ()})
    found = change_to(emptied, WEAK)
    assert found is not None
    assert FOUND.weaker == found.weaker


def test_what_was_signed_reads_back() -> None:
    """Bytes for bytes; a field that says something else is refused."""
    statement = signed_for(FOUND).statement
    payload = payload_of_policy_statement(statement, verifier="alice")
    assert is_policy_statement(payload)
    assert statement == policy_statement_in(payload, verifier="alice")
    with pytest.raises(IntegrityError, match="signed for verifier 'alice'"):
        policy_statement_in(payload, verifier="bob")
    for data in (b"{}", b"[", payload.replace(b"gold was wrong", b"gold was right")[:-1]):
        with pytest.raises(IntegrityError):
            policy_statement_in(data, verifier="alice")
    assert not is_policy_statement(b"[")
    assert not is_policy_statement(b"{}")
    forged = payload.replace(statement.new.encode(), b"0" * 64, 1)
    with pytest.raises(IntegrityError, match="disagree"):
        policy_statement_in(forged, verifier="alice")
