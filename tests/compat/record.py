"""Records a release repository in the present schema versions: `python tests/compat/record.py`.

A folder that a release of the engine came with is never recorded again: whoever changes a schema
gives it another version, reads the old one, and records a new folder.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from support import builders, floors  # noqa: E402 - the tests' folder is no package
from support.places import BACK, LEAKS, SLOT, Place  # noqa: E402 - the same

from openmed.adapters.disk.disk import REAL  # noqa: E402 - the same
from openmed.adapters.keys.dsse import FileSigner  # noqa: E402 - the same
from openmed.adapters.keys.head_file import SignedHeads  # noqa: E402 - the same
from openmed.domain.attestation.measurement_rules import measurement_file  # noqa: E402 - the same
from openmed.domain.attestation.measurement_statement import (  # noqa: E402 - the same
    SignableMeasurement,
    payload_of_measurement,
)
from openmed.domain.attestation.verifier import Role  # noqa: E402 - the same
from openmed.domain.candidates.candidate import Candidate  # noqa: E402 - the same
from openmed.domain.digest import sha256_hex  # noqa: E402 - the same
from openmed.domain.gates.gate import MeasuredElsewhere  # noqa: E402 - the same
from openmed.domain.gates.policy import Policy  # noqa: E402 - the same
from openmed.domain.gates.rules import GATES  # noqa: E402 - the same
from openmed.domain.gates.verdict import judge  # noqa: E402 - the same
from openmed.domain.release.flip import plan_flip  # noqa: E402 - the same
from openmed.domain.release.rollback_options import Request  # noqa: E402 - the same
from openmed.domain.wire import dump, from_plain, plain  # noqa: E402 - the same
from openmed.steps.approve import Approve  # noqa: E402 - the same
from openmed.steps.reconcile import Reconcile  # noqa: E402 - the same
from openmed.steps.removal.collect import Collect  # noqa: E402 - the same

SOON = "2026-11-24T13:00:00Z"
LATER = "2026-12-26T12:00:00Z"


def record(root: Path) -> None:
    """Let everything happen that can, and keep what is committed and what steps made."""
    place = Place(root)
    place.release(b"first")
    for bad in (b"bad", b"waived"):
        place.release(bad, covered=LEAKS)
    alice = place.person("alice", Role.WAIVE)
    place.lift.waive(
        alice,
        builders.artifact_of(b"waived"),
        reason="gold was wrong",
        expires="2027-01-01T23:59:59Z",
        is_recording=True,
    )
    _weaken(place, alice)
    _measure(place)
    for content in (b"second", b"third", b"fourth", b"fifth", b"sixth"):
        place.release(content)
    place.release(b"seventh", slot=f"{SLOT}::other")
    place.roll_back(Request.model_validate({**BACK.model_dump(), "where": {"line": "none"}}))
    younger = {"where": {"line": "other"}, "tag": "2026.11.24-1", "is_withdrawing": True}
    place.roll_back(Request.model_validate({**BACK.model_dump(), **younger}))
    for now, covered in ((builders.NOW, LEAKS), (SOON, None)):
        judged = Place(root, now=now)
        verdict = judged.verdict(b"fifth", covered=covered)
        judged.offer(verdict, judged.signed(verdict), content=b"fifth", covered=covered)
        judged.flip()
    _adopt(place)
    _reconcile(place)
    place.hold.thaw(SLOT, reason="the audit is over")
    Collect(
        releases=place.releases,
        products=place.products,
        inputs=place.inputs(),
        trees=place.world.hoards[:2],
        downloads=place.world.hoards[2],
        packages=place.world.hoards[3],
        packages_of=place.world.packages_of,
        predictions=place.world.prediction_files,
        artifact_of=place.world.predictions.artifact_of,
        budget=None,
        staged_product="staged",
        hours=0,
        now=LATER,
    ).collect()
    place.rotate()
    verdict = place.verdict(b"eighth")
    place.offer(verdict, place.signed(verdict), content=b"eighth")
    place.products.write(SLOT, "staged", "0" * 64, builders.a_staged(content=b"eighth"))
    place.write_queue()
    place.regenerate()
    _vouch(place)


def _vouch(place: Place) -> None:
    """A head statement over all of it, by the key that judges since the last rotation."""
    heads = SignedHeads(
        place.root, signer=place.signer, verifiers=place.verifiers, now=LATER, disk=REAL
    )
    heads.sign(place.releases.state())


def _weaken(place: Place, alice: FileSigner) -> None:
    """A release under a weaker policy than the one before it, which another person allowed."""
    weak, content = builders.a_policy(floor=0.8), b"weaker"
    Approve(
        inputs=place.inputs(policy=weak),
        releases=place.releases,
        verifiers=place.verifiers,
        waivers=place.world.waivers,
        gates=GATES,
        now=place.now,
    ).approve(alice, SLOT, reason="gold was wrong", expires="2027-01-01T23:59:59Z")
    place.stage(content)
    against = place.releases.state().against(SLOT, artifact=builders.artifact_of(content))
    verdict = builders.a_verdict(content=content, policy=weak, against=against, now=place.now)
    place.offer(verdict, place.signed(verdict), content=content)
    place.flip(policy=weak)


def _measure(place: Place) -> None:
    """A release whose suite had no text here: a signed measurement stands in for the count."""
    row, content = builders.a_candidate(slot=f"{SLOT}::measured"), b"measured"
    lab, policy = place.person("lab", Role.MEASURE), _measured_policy()
    place.stage(content)
    staged = builders.a_staged(row, content=content)
    report = builders.a_report(staged, candidate=row)
    said = SignableMeasurement(
        report=report, documents=report.suite.digest, predictions="1" * 64, measured=place.now
    )
    statement = lab.sign(payload_of_measurement(said, verifier="lab"))
    place.world.measurements.put(measurement_file(row.slot, "golden"), statement)
    elsewhere = MeasuredElsewhere(verifier="lab", statement=sha256_hex(statement))
    evidence = builders.an_evidence(
        candidate=row, reports=(report,), content=content, measured=(("golden", elsewhere),)
    )
    verdict = judge(
        evidence,
        policy=policy,
        gates=GATES,
        floor=floors.FLOOR,
        now=place.now,
    )
    used = place.signed(verdict)
    proposal = builders.a_proposal(
        verdict, candidate=row, policy=policy, keyid=place.signer.keyid, envelope=used
    )
    plan = plan_flip(place.releases.state(), (proposal,), now=place.now)
    assert plan.entry is not None, plan.results
    assert plan.pointer is not None
    place.registry.put(builders.artifact_of(content), verdict.files)
    kept = (used, policy.content, dump(report), dump(builders.a_performance(staged)), statement)
    place.releases.commit(plan.entry, plan.pointer, evidence=kept)


def _measured_policy() -> Policy:
    whole: Any = plain(builders.a_policy())
    row = {"suite": "golden", "keys": ["lab"], "reason": "its licence"}
    return from_plain(Policy, {**whole, "measured_by": [row]}, what="a policy")


def _adopt(place: Place) -> None:
    """A slot whose first release will be compared with what is published elsewhere."""
    content = b"published"
    asked = {"slot": f"{SLOT}::adopted", "bootstrap": False, "adopted": True}
    row = Candidate.model_validate({**dict(builders.a_candidate()), **asked})
    place.stage(content)
    verdict = builders.a_verdict(candidate=row, content=content, now=place.now)
    used = place.signed(verdict)
    proposal = builders.a_proposal(verdict, candidate=row, keyid=place.signer.keyid, envelope=used)
    plan = plan_flip(place.releases.state(), (proposal,), now=place.now)
    assert plan.entry is not None, plan.results
    assert plan.pointer is not None
    staged = builders.a_staged(row, content=content)
    report = builders.a_report(staged, candidate=row)
    kept = (used, dump(report), dump(builders.a_performance(staged)))
    place.releases.commit(plan.entry, plan.pointer, evidence=kept)


def _reconcile(place: Place) -> None:
    """Two machines froze a slot each; git brought both ledgers together, and the heads are one."""
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder) / "other"
        shutil.copytree(place.root, other)
        Place(other).hold.freeze(SLOT, reason="audit")
        place.hold.freeze(f"{SLOT}::other", reason="it is wanted as it was")
        for seen in ("gates/ledger", "artifacts/witness"):
            shutil.copytree(other / seen, place.root / seen, dirs_exist_ok=True)
    Reconcile(releases=place.releases, registry=place.registry, now=place.now).reconcile(
        is_abandoning=False, reason="both froze a slot"
    )


def main() -> None:
    """Write `current/` anew."""
    target = HERE / "current"
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        record(root)
        shutil.copytree(root / "gates", target / "gates")
        shutil.copytree(root / "artifacts" / "runs", target / "artifacts" / "runs")


if __name__ == "__main__":
    main()
