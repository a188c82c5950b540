"""Suggested tables of the gates that look at the machine, the profile and the parent."""

import math
from collections.abc import Iterable

from openmed.domain.digest import Json
from openmed.domain.gates.device_budgets import valid_performance
from openmed.domain.gates.results.grade import Grade
from openmed.domain.gates.suggested.margins import LARGER, MOST_MS, SLOWER, rounded_up_to
from openmed.domain.gates.suggested.values import Measured, SuggestedGate, SuggestedKey
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.slot import parse_slot
from openmed.domain.wire import parse
from openmed.errors import EvidenceError

_MIB = 1024 * 1024
_STEP = 10
"""MiB that a memory budget is a multiple of."""


def suggested_latency(measured: Measured) -> SuggestedGate:
    """The budget of the tier, or ten times what was measured where that is more."""
    report = valid_performance(measured.evidence)
    if isinstance(report, str):
        return measured.without_evidence(report)
    got = {"p50_ms": report.latency.p50, "p95_ms": report.latency.p95}
    old = _row_of(measured)
    row: dict[str, Json] = {
        name: min(MOST_MS, max(_number(old, name), math.ceil(SLOWER * value)))
        for name, value in got.items()
    }
    slow = report.latency.p95 > MOST_MS
    said = " and ".join(f"{value:g} ms" for value in got.values())
    return _budget(
        measured,
        f"At least {SLOWER} times what was measured, because machines differ: {said} a document "
        f"(median and 95th percentile of {report.documents}).",
        row,
    )._replace(weak=(f"{said} a document; no budget is longer than {MOST_MS} ms",) if slow else ())


def suggested_memory(measured: Measured) -> SuggestedGate:
    """The budget of the tier, or half again what was measured where that is more."""
    report = valid_performance(measured.evidence)
    if isinstance(report, str):
        return measured.without_evidence(report)
    if report.peak_rss is None:
        return measured.without_evidence(
            "peak memory cannot be read on this machine; measure on Linux"
        )
    used = report.peak_rss / _MIB
    budget = max(_number(_row_of(measured), "peak_rss_mib"), rounded_up_to(LARGER * used, _STEP))
    return _budget(
        measured,
        f"At least {LARGER:g} times what was measured, {used:.0f} MiB.",
        {"peak_rss_mib": budget},
    )


def _row_of(measured: Measured) -> dict[str, Json]:
    """The row of the slot's tier in the policy that the suggestion starts from."""
    tier = parse_slot(measured.evidence.candidate.slot).tier
    rows = measured.settings.get("tiers")
    listed = rows if isinstance(rows, list) else []
    return next((dict(r) for r in listed if isinstance(r, dict) and r.get("tier") == tier), {})


def _number(row: dict[str, Json], name: str) -> int | float:
    value = row.get(name, 0)
    return value if isinstance(value, (int, float)) else 0


def _budget(measured: Measured, reason: str, row: dict[str, Json]) -> SuggestedGate:
    tier = parse_slot(measured.evidence.candidate.slot).tier
    return measured.suggested(reason, SuggestedKey("tiers", [{"tier": tier, **row}]))


def suggested_calibration(measured: Measured) -> SuggestedGate:
    """Not applicable where the model finds spans by itself and has no threshold."""
    try:
        text = measured.evidence.profile or ""
        profile = parse(RunnerProfile, text.encode(), what="runner profile")
    except EvidenceError as error:
        return measured.without_evidence(error.message)
    if profile.tokens is None:
        return measured.idle(f"runner {profile.runner} finds spans by itself; it has no threshold")
    return measured.kept()


def suggested_quantization(measured: Measured) -> SuggestedGate:
    """The limits as they are; a preview may be reduced from a preview."""
    grades: Iterable[Grade] = Grade
    return measured.suggested(
        f"{measured.table.reason} A preview may be reduced from a preview.",
        SuggestedKey("grades", [str(grade) for grade in grades]),
    )
