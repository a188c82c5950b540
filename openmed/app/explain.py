"""Explaining a slot's last verdict: where it is, and what it rests on."""

from collections.abc import Iterator
from typing import NamedTuple

from openmed.context import Context
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.evaluation.scoring.leak_places import leaks_in
from openmed.domain.evaluation.scoring.score import in_scope
from openmed.domain.gates.explanation import Explanation, Leaks, explain
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.rules import GATES
from openmed.domain.gates.verdict import BASELINE, PERFORMANCE, Verdict
from openmed.domain.pages.inputs import verified_release
from openmed.domain.release.product import ErrorProduct, VerdictProduct
from openmed.domain.slot import parse_slot
from openmed.domain.wire import digest_value
from openmed.errors import EvidenceError, OpenMedError, UsageError

_VERDICT = "verdict"


def explain_slot(world: Context, *, slot: str, gate: str) -> Explanation:
    """Explain the last verdict on a slot: the product of its last run, else what is live.

    Raises:
        UsageError: there is no such gate, or never was a verdict on this slot.
        EvidenceError: judging failed, so there is no verdict.
        IntegrityError: the evidence of what is live does not verify.
    """
    key = parse_slot(slot).key
    found = _found(world, key)
    return explain(
        found.verdict,
        source=found.source,
        policy=_policy(world, key),
        reports=found.reports,
        leaks={report.suite.name: _leaks(world, report) for report in found.reports},
        gates=GATES,
        only=gate,
    )


class _Found(NamedTuple):
    verdict: Verdict
    source: str
    reports: tuple[BenchmarkReport, ...]


def _found(world: Context, slot: str) -> _Found:
    made = world.products.read(slot, _VERDICT, VerdictProduct)
    if made is not None and isinstance(made.value, VerdictProduct):
        verdict = made.value.verdict
        source = world.products.path(slot, _VERDICT).relative_to(world.root).as_posix()
        return _Found(verdict, source, tuple(_reports(world, verdict)))
    live = world.releases.state().live_in(slot)
    if live is not None:
        record = verified_release(
            live,
            state=world.releases.state(),
            evidence=world.releases.evidence,
            verify=world.verifiers.recorded(world.releases.evidence),
        )
        source = f"gates/evidence/{live.release.verdict}.json"
        return _Found(record.verdict, source, record.reports)
    if made is not None and isinstance(made.value, ErrorProduct):
        fault = made.value.fault
        raise EvidenceError(fault.message, next_step=fault.next_step or "openmed release run")
    msg = f"No verdict on slot {slot}: it was never judged here and nothing is live."
    raise UsageError(msg, next_step="openmed release run")


def _reports(world: Context, verdict: Verdict) -> Iterator[BenchmarkReport]:
    """Reports of a run, if they are still the ones its verdict names."""
    for reference in verdict.reports:
        if reference.suite == PERFORMANCE or reference.suite.startswith(BASELINE):
            continue
        made = world.products.read(verdict.slot, reference.suite, BenchmarkReport)
        report = made.value if made else None
        if isinstance(report, BenchmarkReport) and digest_value(report) == reference.report:
            yield report


def _leaks(world: Context, report: BenchmarkReport) -> Leaks:
    """What leaked, with its places; or why these are not known."""
    if report.leaks is not None:
        return report.leaks
    try:
        pins = {one.digest: one for pin in world.inputs.pins() for one in pin.editions}
        if report.suite.digest not in pins:
            return "gates/suites.toml pins another edition of the suite"
        suite = world.inputs.suite(pins[report.suite.digest])
        return leaks_in(report, in_scope(suite, report.scope))
    except OpenMedError as error:
        return error.message


def _policy(world: Context, slot: str) -> Policy | None:
    try:
        return world.inputs.policy(slot)
    except OpenMedError:
        return None
