"""The last chance to say no: a verdict that is signed and still may not be used."""

from collections.abc import Callable
from typing import Any

import pytest
from support import builders, fleets

from openmed.domain.gates.verdict import Verdict, contradiction_in
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.release.flip_preconditions import is_fresh, refusal_of
from openmed.domain.wire import from_plain, plain

Spoil = Callable[[Any], object]
EMPTY = fleets.a_fleet()


def _verdict(spoil: Spoil) -> Verdict:
    table = plain(builders.a_verdict())
    spoil(table)
    return from_plain(Verdict, table, what="verdict")


def _refused(verdict: Verdict, *, state: FleetState = EMPTY) -> tuple[str, int] | None:
    refusal = refusal_of(state, builders.a_proposal(verdict), now=builders.NOW)
    return None if refusal is None else (refusal.reason, refusal.exit_code)


def test_a_good_verdict_is_not_refused() -> None:
    """By none of the rules."""
    assert _refused(builders.a_verdict()) is None


OTHER_GATES = "its gates are not those of policy test"
OTHER_NAME = "it names policy test differently"
OTHER_ROW = "the candidate row changed or was removed since the verdict"

REFUSED: dict[str, tuple[Spoil, str, int]] = {
    "gate missing": (lambda t: t["results"].pop(), OTHER_GATES, 7),
    "gate moved": (lambda t: t["results"].reverse(), OTHER_GATES, 7),
    "gate made advisory": (lambda t: t["results"][1].update(blocking=False), OTHER_GATES, 7),
    "other milestone": (lambda t: t["policy"].update(milestone="v1.0"), OTHER_NAME, 7),
    "other name": (lambda t: t["policy"].update(name="other"), OTHER_NAME, 7),
    "other grade": (lambda t: t["policy"].update(grade="preview"), OTHER_NAME, 7),
    "no reports": (lambda t: t.update(reports=[]), "it cites no report of golden", 7),
    "no speed": (lambda t: t["reports"].pop(), "it cites no report of performance", 7),
    "other policy": (
        lambda t: t["policy"].update(digest="0" * 64), "the policy changed since the verdict", 6
    ),
    "other row": (lambda t: t.update(row="0" * 64), OTHER_ROW, 6),
    "other slot": (
        lambda t: t.update(slot="a::b::c"), "the signature is over another verdict", 7
    ),
    "other repository": (lambda t: t.update(repo_id="x/y"), OTHER_ROW, 6),
    "other generation": (
        lambda t: t["against"].update(generation=1), "the live release changed since comparison", 6
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_each_reason_refuses(name: str) -> None:
    """With its sentence and its exit code."""
    spoil, reason, code = REFUSED[name]
    assert (reason, code) == _refused(_verdict(spoil))


def test_a_failed_verdict_needs_no_reports_to_condemn() -> None:
    """Nothing is moved by it."""
    failed = builders.a_verdict(covered={"PATIENT_NAME": 1, "SSN": 100})
    table: Any = plain(failed)
    table["reports"] = []
    assert _refused(from_plain(Verdict, table, what="verdict")) is None


@pytest.mark.parametrize(
    ("made", "fresh"),
    [
        ("2026-11-24T12:00:00Z", True),
        ("2026-11-24T12:00:01Z", False),
        ("2026-11-23T12:00:00Z", True),
        ("2026-11-23T11:59:59Z", False),
        ("2025-11-24T12:00:00Z", False),
    ],
)
def test_a_verdict_is_fresh_for_as_long_as_the_policy_says(made: str, *, fresh: bool) -> None:
    """Not from the future, not older than 24 hours."""
    verdict = _verdict(lambda table: table.update(time_verified=made))
    assert fresh == is_fresh(verdict, policy=builders.a_policy(), now=builders.NOW)
    said = (f"the verdict of {made} is older than 24 h or from the future", 6)
    assert (None if fresh else said) == _refused(verdict)


CONTRADICTIONS: dict[str, tuple[Spoil, str]] = {
    "decision": (
        lambda t: t.update(decision="QUARANTINED"),
        "its decision is QUARANTINED, its gates give another"
    ),
    "outcome": (
        lambda t: t["results"][0].update(outcome="FAILED"),
        "its decision is RELEASABLE, its gates give another"
    ),
    "gate twice": (
        lambda t: t["results"].append(t["results"][0]), "a gate or a report occurs twice"
    ),
    "report twice": (
        lambda t: t["reports"].append(t["reports"][0]), "a gate or a report occurs twice"
    ),
    "artifact": (
        lambda t: t.update(artifact="0" * 64), "its artifact is not the tree digest of its files"
    ),
    "files": (lambda t: t.update(files=[]), "its artifact is not the tree digest of its files"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(CONTRADICTIONS))
def test_each_contradiction_is_found(name: str) -> None:
    """Whoever signed it."""
    spoil, said = CONTRADICTIONS[name]
    assert said == contradiction_in(_verdict(spoil))


def test_a_whole_verdict_does_not_contradict_itself() -> None:
    """Nor does one about nothing."""
    assert "" == contradiction_in(builders.a_verdict())

    def unstage(table: Any) -> None:  # noqa: ANN401 - a verdict's table
        table.update(artifact=None, files=[], repro=None, repro_hash=None)

    assert "" == contradiction_in(_verdict(unstage))
