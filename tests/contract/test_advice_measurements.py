"""A suite's text is missing where verdicts are signed: what a signed measurement is worth there."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.chunk_files import plain_bytes
from support.following import follow, told_by
from support.measured_elsewhere import FILE, ROWS, SUITE, Measured, measured_elsewhere
from support.measured_places import SLOT
from support.mutations import sealed, spoilt_fields, text_of

from openmed.app.benchmark import attest
from openmed.app.maintenance import verify_releases
from openmed.app.pipeline_stages import run_flip
from openmed.domain.attestation.measurement_rules import KeyId, measurement_fault
from openmed.domain.attestation.measurement_statement import (
    payload_of_measurement,
)
from openmed.domain.attestation.verifier import Role
from openmed.domain.digest import canonical_json, sha256_hex
from openmed.domain.gates.left_out import policy_without
from openmed.domain.gates.order.policy_order import weakenings
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.verdict import Decision
from openmed.domain.ledger.changes import KeyClosed
from openmed.domain.ledger.entry import next_entry
from openmed.domain.ledger.fleet import fold
from openmed.domain.release.product import ErrorProduct, fault_of
from openmed.domain.release.results.slot_result import SlotOutcome
from openmed.domain.wire import from_plain, plain
from openmed.errors import EvidenceError, IntegrityError, UsageError
from openmed.pipeline.reviewed.reviewed_measurements import attestations_of


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measured]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield measured_elsewhere(tmp_path_factory.mktemp("measured"), monkeypatch)


@pytest.fixture
def made(_made: Measured, tmp_path: Path) -> Measured:
    """A copy that is this test's own."""
    return Measured(_made.place.copied(tmp_path / "r"), _made.key)


def test_an_honest_statement_stands_in_and_is_evidence(made: Measured) -> None:
    """The verdict names it, the ledger keeps it, the card says so, `verify` looks at it."""
    (row,) = run_flip(made.place.world).candidates
    assert row.standing is SlotOutcome.RELEASED, row.reason
    world = made.place.world
    (live,) = world.releases.state().live
    stated = {r.suite: r.measured_by for r in live.release.reports if r.measured_by}
    digest = sha256_hex(made.file.read_bytes())
    assert {n: (m.verifier, m.statement) for n, m in stated.items()} == {SUITE: ("lab", digest)}
    assert world.releases.evidence(digest) == made.file.read_bytes()
    card = next((made.place.root / "artifacts" / "trust" / "cards").glob("*/README.md"))
    assert "Measured by lab, not counted again here" in card.read_text(encoding="utf-8")
    checks = {one.name: one for one in verify_releases(world, is_offline=True).checks}
    assert (checks["measurements"].looked_at, checks["measurements"].faults) == (1, ())
    roles = made.place.root / "gates" / "keys" / "lab.toml"
    roles.write_text('roles = ["waive"]\n', encoding="utf-8")
    checks = {one.name: one for one in verify_releases(made.place.world, is_offline=True).checks}
    assert "no role measure" in checks["measurements"].faults[0]


def test_where_the_text_is_the_count_decides(made: Measured) -> None:
    """A statement that would be refused is not even read."""
    made.bring_text()
    made.file.write_bytes(b"{}")
    verdict = made.verdict()
    assert verdict.decision is Decision.RELEASABLE
    assert not [row for row in verdict.reports if row.measured_by]


def test_a_policy_without_the_line_refuses_as_before(made: Measured) -> None:
    """By the suite's name."""
    text = made.policy.read_text(encoding="utf-8").replace(ROWS, "")
    made.policy.write_text(text, encoding="utf-8")
    verdict = made.verdict()
    (fault,) = verdict.faults
    assert (verdict.decision, fault.next_step) == (Decision.NOT_EVALUATED, "")
    assert f"suite {SUITE}: cannot read gates/suites/{SUITE}.jsonl" in fault.message


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"report__subject__artifact": "0" * 64}, "it is of artifact 0000000000000000, and "),
        ({"report__subject__slot": "pii::other::onnx"}, "it is of slot pii::other::onnx"),
        ({"report__subject__repo_id": "o/other"}, "it is of another repository"),
        ({"report__suite__name": "first"}, "its suite is first, and second is pinned"),
        ({"report__suite__edition": "old"}, "its edition is old, and small is pinned"),
        ({"report__suite__revision": "0"}, "its revision is 0, and 1 is pinned"),
        ({"report__suite__digest": "0" * 64}, "its digest is 0000000000000000, and "),
        ({"report__scorer": "0" * 64}, "other scoring code than this engine's"),
        ({"predictions": "0" * 64}, "counted from other predictions than those here"),
        ({"report__overlapping_predictions": 7}, "its report is not the one that is judged"),
        ({"measured": "2999-01-01T00:00:00Z"}, "its time 2999-01-01T00:00:00Z is to come"),
    ],
)
def test_a_statement_of_something_else_is_refused(
    changes: dict[str, object], sentence: str, made: Measured
) -> None:
    """Signed by the right key; the first thing that differs is said."""
    made.sign(**changes)
    assert sentence in made.refused()


def test_only_listed_keys_with_the_role_count(made: Measured) -> None:
    """Another key, a key without the role, a statement that was edited, one that is not there."""
    good = made.file.read_bytes()
    payload = payload_of_measurement(made.said(), verifier="lab")
    stranger = made.place.root.parent / "stranger.pem"
    ring = made.place.world.ring
    ring.add("other", (Role.MEASURE,), file=stranger)
    said = payload_of_measurement(made.said(), verifier="other")
    made.file.write_bytes(made.place.world.signer_of(stranger).sign(said))
    assert "it is signed by other; measured_by names lab" in made.refused()
    made.file.write_bytes(made.place.world.signer_of(stranger).sign(payload))
    assert "signed for verifier 'lab' by the key of 'other'" in made.refused()
    (made.place.root / "gates" / "keys" / "other.pub").unlink()
    assert "not signed by any listed key" in made.refused()
    made.file.write_bytes(good.replace(b'"payload":"ey', b'"payload":"eX', 1))
    assert "measurement" in made.refused()
    made.file.write_bytes(good)
    roles = made.place.root / "gates" / "keys" / "lab.toml"
    kept = roles.read_text(encoding="utf-8")
    roles.write_text('roles = ["judge"]\n', encoding="utf-8")
    assert "lab may not sign a measurement" in made.refused()
    roles.write_text(kept, encoding="utf-8")
    shutil.copy(made.file, made.file.with_name("again.json"))
    assert f"{FILE} stands there twice, also as again.json" in made.refused()
    made.file.with_name("again.json").unlink()
    assert made.verdict().decision is Decision.RELEASABLE
    made.file.unlink()
    assert f"gates/measurements/{FILE} is not there" in made.refused()


def test_a_closed_key_and_the_judges_own_do_not_count(made: Measured) -> None:
    """What it signed counts only if it was recorded before it was closed."""
    world = made.place.world
    signed = world.verifiers.verify_measurement(made.file.read_bytes())
    report = signed.measurement.report
    (pin,) = (one for one in world.inputs.pins() if one.name == SUITE)
    asked = attestations_of(world).wanted(
        report,
        pin,
        scorer=report.scorer,
        predictions=signed.measurement.predictions,
        keys=("lab",),
    )
    state = world.releases.state()
    assert measurement_fault(state, signed, asked) == ""
    own = asked._replace(judge=KeyId("lab", "0" * 64))
    assert "by the same verifier as the verdict" in measurement_fault(state, signed, own)
    own = asked._replace(judge=KeyId("release", signed.keyid))
    assert "by the same key as the verdict" in measurement_fault(state, signed, own)
    closing = KeyClosed(keyid=signed.keyid, verifier="lab", successor="0" * 64, is_lost=True)
    closed = fold((next_entry((), (closing,), now=world.now),))
    assert "was closed as lost" in measurement_fault(closed, signed, asked)


def test_predictions_that_are_not_those_that_were_signed(made: Measured) -> None:
    """Edited, then gone."""
    folder = made.place.root / "artifacts" / "predictions"
    digest = made.said().documents
    paths = [p for p in folder.iterdir() if json.loads(plain_bytes(p))["key"]["suite"] == digest]
    for path in paths:
        path.write_bytes(plain_bytes(path) + b"\n")
    assert "counted from other predictions than those here" in made.refused()
    paths[0].unlink()
    assert "the predictions it was counted from are not here" in made.refused()


def test_a_report_that_is_not_the_signed_one(made: Measured) -> None:
    """Edited on its way, under a checksum that fits."""
    path = made.place.world.products.path(SLOT, SUITE)
    table = json.loads(path.read_bytes())
    table["content"]["overlapping_predictions"] = 7
    path.write_bytes(sealed(table["materials"], table["content"]))
    assert "its report is not the one that is judged" in made.refused()


def test_no_field_of_a_statement_can_be_edited(made: Measured) -> None:
    """Each spoilt in each way, signed again by the right key; only the time may be another."""
    world = made.place.world
    signed = world.verifiers.verify_measurement(made.file.read_bytes())
    payload = json.loads(payload_of_measurement(signed.measurement, verifier="lab"))
    report = signed.measurement.report
    (pin,) = (one for one in world.inputs.pins() if one.name == SUITE)
    asked = attestations_of(world).wanted(
        report, pin, scorer=report.scorer, predictions=signed.measurement.predictions, keys=("lab",)
    )
    state, sign = world.releases.state(), made.signer.sign
    tried = 0
    good = canonical_json(payload)
    for mutant in spoilt_fields(payload, _text, wanted=_is_wanted):
        assert mutant.data is not None
        if mutant.data == good or mutant.where == "predicate.measurement.measured":
            continue
        tried += 1
        try:
            again = world.verifiers.verify_measurement(sign(mutant.data))
        except IntegrityError:
            continue
        assert measurement_fault(state, again, asked), (mutant.where, mutant.how)
    assert tried >= 100


def _text(content: Any) -> bytes:  # noqa: ANN401 - any JSON
    return text_of(content).encode()


def _is_wanted(where: str, how: str) -> bool:
    return int(sha256_hex(f"{where} {how}".encode())[0], 16) == 0 or "bits" not in where


def test_a_key_that_may_not_measure_signs_nothing(made: Measured) -> None:
    """Nothing is written."""
    made.file.unlink()
    own = made.place.world.signer
    made.bring_text()
    with pytest.raises(IntegrityError, match="no role measure"):
        attest(made.place.world, own, slot=SLOT, suite=SUITE)
    with pytest.raises(UsageError, match="does not name suite 'third'; it has first, second"):
        attest(made.place.world, made.signer, slot=SLOT, suite="third")
    assert not made.file.exists()


def test_a_key_that_is_not_listed_is_added(made: Measured) -> None:
    """The error names the command; after it the statement stands in."""
    keys = made.place.root / "gates" / "keys"
    for path in keys.glob("lab.*"):
        path.unlink()
    with pytest.raises(IntegrityError) as error:
        made.place.world.verifiers.verify_measurement(made.file.read_bytes())
    words = {"NAME": "lab", "FILE": str(made.key)}
    step = "openmed keys add NAME --role measure --key FILE"
    follow(made.desk, told_by(error.value), step, words=words)
    assert made.verdict().decision is Decision.RELEASABLE


def test_the_command_that_is_named_makes_the_statement(made: Measured) -> None:
    """Where the text is; brought back without the text, it stands in."""
    made.file.unlink()
    made.refused()
    (fault,) = made.verdict().faults
    said = told_by(EvidenceError(fault.message, next_step=fault.next_step))
    made.bring_text()
    words = {"FILE": str(made.key)}
    (done,) = follow(
        made.desk, said, "openmed benchmark attest {} --suite {} --key FILE", words=words
    )
    assert f"signed: gates/measurements/{FILE}\n" in done.text
    (made.place.root / "gates" / "suites" / f"{SUITE}.jsonl").unlink()
    follow(made.desk, done, "openmed release flip")
    assert made.place.world.releases.state().live_in(SLOT) is not None


def test_a_report_that_is_not_there_is_measured_first(made: Measured) -> None:
    """Then it is signed."""
    made.bring_text()
    made.place.world.products.path(SLOT, SUITE).unlink()
    with pytest.raises(EvidenceError) as error:
        attest(made.place.world, made.signer, slot=SLOT, suite=SUITE)
    follow(made.desk, told_by(error.value), "openmed benchmark run {}")
    assert attest(made.place.world, made.signer, slot=SLOT, suite=SUITE).file == FILE


def test_a_report_that_lacks_answers_is_measured_first(made: Measured) -> None:
    """An error took its place; another try makes the report, and it is signed."""
    made.bring_text()
    fault = fault_of(EvidenceError("broken"), step="benchmark")
    error = ErrorProduct(fault=fault, attempts=2)
    made.place.world.products.write(SLOT, SUITE, "0" * 64, error)
    with pytest.raises(EvidenceError) as caught:
        attest(made.place.world, made.signer, slot=SLOT, suite=SUITE)
    follow(made.desk, told_by(caught.value), "openmed benchmark run {} --retry")
    assert attest(made.place.world, made.signer, slot=SLOT, suite=SUITE).file == FILE


def test_a_policy_that_lets_somebody_measure_is_weaker(made: Measured) -> None:
    """A key more is named too; a key less and the row taken back are not; judges may not."""
    world = made.place.world
    one = world.inputs.policy(SLOT)
    table: Any = plain(one)
    bare = from_plain(Policy, {k: v for k, v in table.items() if k != "measured_by"}, what="p")
    (row,) = table["measured_by"]
    two = from_plain(
        Policy, {**table, "measured_by": [{**row, "keys": ["lab", "other"]}]}, what="p"
    )
    found = {
        names: [w.sentence for w in weakenings(*pair, gates=world.gates, slot=SLOT)]
        for names, pair in {
            "first": (bare, one), "more": (one, two), "fewer": (two, one), "none": (one, bare),
        }.items()
    }  # fmt: skip
    assert found == {
        "first": ["policy.measured_by.second counted here → lab"],
        "more": ["policy.measured_by.second lab → lab, other"],
        "fewer": [],
        "none": [],
    }
    assert b"measured_by" not in bare.content
    for rows, why in (
        ([{**row, "keys": ["local"]}], "names local, which signs verdicts"),
        ([{**row, "suite": "third"}], "about suite third, which the policy does not name"),
        ([row, row], "names a suite twice"),
    ):
        with pytest.raises(EvidenceError, match=why):
            from_plain(Policy, {**table, "measured_by": rows}, what="p")
    left = policy_without(one, frozenset({SUITE}))
    assert (left.suites, left.measured_by) == (("first",), ())
