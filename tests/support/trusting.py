"""What the tests of trust have in common: who refuses, in which words, and a way round the flip."""

import base64
import json
from collections.abc import Callable

from support import builders
from support.places import BACK, Place

from openmed.domain.attestation.statement import payload_of, verdict_in
from openmed.domain.gates.verdict import Verdict
from openmed.domain.release.flip import plan_flip
from openmed.domain.release.results.slot_result import SlotOutcome
from openmed.domain.wire import dump
from openmed.errors import OpenMedError

Harm = Callable[[Place], None]
Edit = Callable[[bytes], bytes]


def flip_reason(place: Place, envelope: bytes | None, verdict: Verdict) -> tuple[str, int]:
    """Why a flip refuses an envelope, and its exit code; nothing may move."""
    before = len(place.releases.state().entries)
    place.offer(verdict, envelope, content=b"third")
    (row,) = place.flip().results
    assert row.standing is SlotOutcome.REFUSED
    assert len(place.releases.state().entries) == before
    return row.reason, row.exit_code


def consumers(place: Place) -> dict[str, str]:
    """What each reader of recorded verdicts says; empty when it has nothing to say."""
    plan = place.rollback.plan(BACK)
    said = {"rollback": " ".join(p.reason for row in plan.slots for p in row.passed_over)}
    try:
        place.regenerate()
        said["regenerate"] = ""
    except OpenMedError as error:
        said["regenerate"] = error.message
    said["verify"] = " ".join(place.verify().faults)
    return said


def release_by_hand(place: Place, content: bytes, envelope: bytes) -> None:
    """Release with an envelope as it is, as if nobody knew of closed keys."""
    state = place.releases.state()
    verdict = place.verdict(content)
    open_ = builders.a_proposal(verdict, envelope=envelope)
    plan = plan_flip(state, (open_,), now=place.now)
    assert plan.entry is not None
    assert plan.pointer is not None
    place.registry.put(builders.artifact_of(content), verdict.files)
    staged = builders.a_staged(content=content)
    evidence = (
        envelope,
        dump(builders.a_report(staged)),
        dump(builders.a_performance(staged)),
    )
    place.releases.commit(plan.entry, plan.pointer, evidence=evidence)


def payload(envelope: bytes, *, verifier: str = "release") -> bytes:
    """The statement in an envelope, made again for this verifier."""
    payload = base64.b64decode(json.loads(envelope)["payload"])
    return payload_of(
        verdict_in(payload, verifier="release"), engine_version="1", verifier=verifier
    )


def unlist(place: Place) -> None:
    """Take the judge's key off the list."""
    (place.keys.listed_public / "release.pub").unlink()
