"""What a night found out about one live release, as regression events."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from openmed.domain.evaluation.leaks import count_leaks
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.gate import GateResult, Outcome
from openmed.domain.gates.rules.critical_leakage import TOTAL, CriticalLeakage
from openmed.domain.gates.verdict import Verdict
from openmed.domain.ledger.cited.condemned_behaviour import NOT_OVER_PREDICTIONS
from openmed.domain.ledger.fleet import LiveRelease
from openmed.domain.monitoring.nightly.detector import Misses, NightDrift
from openmed.domain.monitoring.nightly.suite_difference import difference
from openmed.domain.monitoring.regression_event import (
    LONGEST_DETAIL,
    RegressionEvent,
    RegressionKind,
)
from openmed.domain.text.number_format import count, share_up
from openmed.printable import printable

MONITOR: Final = "nightly"


class Cause(StrEnum):
    """Why a live release could not be measured."""

    BYTES = "bytes"
    """What is served is not what was released."""
    MODEL = "model"
    """The served bytes do not run, and a program of our own does."""
    OURS = "ours"
    """A suite, the machine or the network is missing: nothing is known of the release."""


class NightTrouble(NamedTuple):
    """Why a live release could not be measured, or not wholly.

    Attributes:
        cause: whose fault.
        message: one sentence, without text of a document.
        next_step: what helps; may be empty.
    """

    cause: Cause
    message: str
    next_step: str = ""


class Remeasured(NamedTuple):
    """What one night measured of one live release.

    Attributes:
        live: the release.
        pairs: the release's report and tonight's, of each pinned suite; None = the release was
            not measured on these documents.
        failed: required gates over predictions that failed when it was judged again.
        fresh: tonight's report on notes of its own; None = there are none.
        trouble: what could not be measured.
    """

    live: LiveRelease
    pairs: tuple[tuple[BenchmarkReport | None, BenchmarkReport], ...] = ()
    failed: tuple[GateResult, ...] = ()
    fresh: BenchmarkReport | None = None
    trouble: tuple[NightTrouble, ...] = ()


class Found(NamedTuple):
    """One finding, before it is an event.

    Attributes:
        kind: what was found.
        detail: one sentence.
        gates: gates that fail.
        proof: reports that show it.
    """

    kind: RegressionKind
    detail: str
    gates: tuple[str, ...] = ()
    proof: tuple[BenchmarkReport, ...] = ()


NOT_OF_A_NIGHT: Final = frozenset({"generalization", "quantization", "span_integrity"})
"""Gates that need what no night measures: generated suites of an epoch, a parent, two runs."""
_KINDS: Final = {
    Cause.BYTES: RegressionKind.INTEGRITY,
    Cause.MODEL: RegressionKind.LOAD_FAILURE,
}


def failed_gates(verdict: Verdict) -> tuple[GateResult, ...]:
    """Required gates over predictions that failed; one that could not be judged did not fail."""
    return tuple(
        result
        for result in verdict.results
        if result.blocking
        and result.outcome is Outcome.FAILED
        and result.id not in NOT_OVER_PREDICTIONS
    )


def unjudged_gates(verdict: Verdict) -> tuple[GateResult, ...]:
    """Required gates over predictions that a night should judge, and that could not be judged."""
    return tuple(
        result
        for result in verdict.results
        if result.blocking
        and result.outcome in (Outcome.ERROR, Outcome.INCONCLUSIVE)
        and result.id not in NOT_OVER_PREDICTIONS | NOT_OF_A_NIGHT
    )


def findings(measured: Remeasured, drift: NightDrift | None, *, slots: int) -> tuple[Found, ...]:
    """What was found, the worst first.

    Args:
        measured: of one live release.
        drift: what the sequential test came to; None = it was not asked.
        slots: live slots, among which the chance of a false alarm is shared.
    """
    return (
        *_unmeasured(measured.trouble),
        *_leaking(measured),
        *_changed(measured),
        *_failing(measured),
        *_drifting(measured, drift, slots=slots),
    )


def changed_suites(measured: Remeasured) -> tuple[str, ...]:
    """Pinned suites on which the answers are not those of the release."""
    return tuple(
        again.suite.name
        for recorded, again in measured.pairs
        if recorded is not None and difference(recorded, again) is not None
    )


def event_of(found: Found, live: LiveRelease, *, evidence: str | None, now: str) -> RegressionEvent:
    """The event of one finding.

    Args:
        found: the finding.
        live: the release it is about.
        evidence: digest of the file with what was measured; None = nothing was.
        now: when it was known.
    """
    return RegressionEvent(
        slot=live.release.slot,
        generation=live.generation,
        artifact=live.release.artifact,
        kind=found.kind,
        monitor=MONITOR,
        gates=found.gates,
        detail=printable(found.detail)[:LONGEST_DETAIL],
        evidence=evidence,
        detected_at=now,
    )


def _unmeasured(troubles: Sequence[NightTrouble]) -> Iterator[Found]:
    for kind in dict.fromkeys(_KINDS[one.cause] for one in troubles if one.cause in _KINDS):
        said = [one.message for one in troubles if _KINDS.get(one.cause) is kind]
        yield Found(kind, "; ".join(said))


def _leaking(measured: Remeasured) -> Iterator[Found]:
    """More critical identifiers in clear than the policy allows, and than there were."""
    for result in measured.failed:
        if result.id == CriticalLeakage.id and _has_grown(result, measured):
            proof = tuple(again for _, again in measured.pairs)
            yield Found(RegressionKind.CRITICAL_LEAK, result.message, (result.id,), proof)


def _has_grown(result: GateResult, measured: Remeasured) -> bool:
    """Whether there are more leaks than the release had; true where it was not measured."""
    total = next((one for one in result.measures if one.name == TOTAL), None)
    names = [one.name for one in result.measures if one.name != TOTAL]
    for recorded, again in measured.pairs:
        if total is not None and again.suite.name == total.suite:
            return recorded is None or count_leaks(again, names) > count_leaks(recorded, names)
    return True


def _changed(measured: Remeasured) -> Iterator[Found]:
    rows = []
    for recorded, again in measured.pairs:
        found = difference(recorded, again) if recorded is not None else None
        if found is not None:
            rows.append((found, again))
    if rows:
        detail = "; ".join(found.sentence for found, _ in rows)
        proof = tuple(again for _, again in rows)
        yield Found(RegressionKind.BEHAVIOUR_CHANGED, detail, (), proof)


def _failing(measured: Remeasured) -> Iterator[Found]:
    told = {gate for one in _leaking(measured) for gate in one.gates}
    left = [result for result in measured.failed if result.id not in told]
    if left:
        detail = "; ".join(f"{result.id}: {result.message}" for result in left)
        proof = tuple(again for _, again in measured.pairs)
        names = tuple(result.id for result in left)
        yield Found(RegressionKind.GATE_FAILED, detail, names, proof)


def _drifting(measured: Remeasured, drift: NightDrift | None, *, slots: int) -> Iterator[Found]:
    if drift is not None and measured.fresh is not None and drift.is_found(slots=slots):
        yield Found(RegressionKind.DRIFT, drift_sentence(drift), (), (measured.fresh,))


def drift_sentence(drift: NightDrift) -> str:
    """What the sequential test found, in one sentence."""
    return (
        f"missed {_share(drift.after)} in the last {drift.window} nights, {_share(drift.before)} "
        f"before; chance of that where nothing changed: {drift.chance:.1e}"
    )


def _share(misses: Misses) -> str:
    share = share_up(misses.missed, misses.spans)
    return f"{count(misses.missed)} of {count(misses.spans)} spans ({share})"
