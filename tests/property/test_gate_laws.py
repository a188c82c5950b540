"""Laws of judging: worse never helps, less evidence never helps, form never matters."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import builders, floors

from openmed.domain.attestation.statement import payload_of
from openmed.domain.evaluation.performance import PerformanceReport
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Against, Evidence
from openmed.domain.gates.policy import Policy, policy_from_table
from openmed.domain.gates.verdict import Decision, Verdict
from openmed.domain.wire import from_plain, parse, plain

Table = dict[str, Any]
SPANS = 200
"""Gold spans of each of two labels."""

POLICY_GATES: Table = {
    "evidence": {"suites": ["golden"], "min_support": 50, "min_families": 3},
    "recall_floor": {"suite": "golden", "floor": 0.9},
    "structured_recall": {"suite": "golden", "floor": 0.9},
    "name_recall": {"suite": "golden", "floor": 0.9},
    "critical_leakage": {"suite": "golden", "labels": ["SSN"], "allowed": 3},
    "residual_leakage": {"suite": "golden", "limit": 0.05},
    "regression": {
        "suite": "golden",
        "overall": 0.02,
        "per_label": 0.05,
        "widest": 0.1,
        "discordance": 0.005,
    },
    "precision": {
        "suite": "golden",
        "floor": 0.7,
        "typed": 0.8,
        "over_redaction": 0.2,
        "false_alarms": 0.5,
    },
    "latency": {"tiers": [{"tier": "tiny", "p50_ms": 50.0, "p95_ms": 100.0}]},
    "memory": {"tiers": [{"tier": "tiny", "peak_rss_mib": 350.0}]},
    "span_integrity": {"allowed": 1},
}


def _policy() -> Policy:
    head: Table = {
        "schema": "openmed.policy/1",
        "milestone": "v2.0",
        "grade": "green",
        "reason": "a test",
        "suites": ["golden"],
        "performance_suite": "smoke",
        "max_age_hours": 24,
        "verifiers": ["release"],
    }
    gates = {name: {"reason": "r", **table} for name, table in POLICY_GATES.items()}
    return policy_from_table("test", {**head, "gates": gates})


POLICY = _policy()


def _evidence(names: int, numbers: int, before: int, *, spoil: Table | None = None) -> Evidence:
    """A candidate that covers so many of each label, against a live one that covers `before`."""
    staged = builders.a_staged()
    covered = {"PATIENT_NAME": names, "SSN": numbers}
    report = builders.a_report(staged, covered=covered, support=SPANS)
    live = builders.a_staged(content=b"live")
    old = {"PATIENT_NAME": before, "SSN": before}
    return builders.an_evidence(
        reports=(_spoilt(report, spoil or {}),),
        against=Against(generation=1, artifact=live.artifact),
        baselines=(builders.a_report(live, covered=old, support=SPANS),),
    )


def _plain(value: Frozen) -> Table:
    table = plain(value)
    assert isinstance(table, dict)
    return table


def _spoilt(report: BenchmarkReport, changes: Table) -> BenchmarkReport:
    table = _plain(report)
    for key, value in changes.items():
        section, _, field = key.partition(".")
        if field == "predicted":
            for row in table[section]:
                row["predicted"] += value
        elif field:
            table[section][field] = value
        else:
            table[section] = value
    return from_plain(BenchmarkReport, table, what="report")


def _verdict(evidence: Evidence) -> Verdict:
    return builders.judged(evidence, policy=POLICY)


_SEVERITY = (Decision.RELEASABLE, Decision.NOT_EVALUATED, Decision.QUARANTINED)


def _is_no_better(worse: Verdict, than: Verdict) -> bool:
    """A refusal stays one, gate by gate and as a whole."""
    passing = {"PASSED", "NOT_APPLICABLE"}
    pairs = zip(than.results, worse.results, strict=True)
    kept = all(w.outcome not in passing for b, w in pairs if b.outcome not in passing)
    return kept and (worse.decision != Decision.RELEASABLE or than.decision == Decision.RELEASABLE)


COVERED = st.integers(170, SPANS)


@settings(max_examples=50, deadline=None)
@given(COVERED, COVERED, COVERED, st.integers(0, 30), st.integers(0, 30))
def test_covering_less_never_helps(
    names: int, numbers: int, before: int, lost_names: int, lost_numbers: int
) -> None:
    """Fewer covered, more missed, exposed and leaked, on the same suite."""
    good = _verdict(_evidence(names, numbers, before))
    worse = _verdict(_evidence(names - lost_names, numbers - lost_numbers, before))
    assert _is_no_better(worse, good), (names, numbers, before, lost_names, lost_numbers)


WORSE: dict[str, st.SearchStrategy[int]] = {
    "invalid_predictions": st.integers(0, 5),
    "overlapping_predictions": st.integers(0, 5),
    "redaction.over_redacted": st.integers(0, 100),
    "redaction.false_alarm_documents": st.integers(0, 10),
    "predictions.predicted": st.integers(0, 200),
}


@pytest.mark.parametrize("field", sorted(WORSE))
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_more_faulty_predictions_never_help(field: str, data: st.DataObject) -> None:
    """Invalid, overlapping, false or over-redacting."""
    covered = data.draw(COVERED)
    less, more = sorted(data.draw(st.tuples(WORSE[field], WORSE[field])))
    better = _verdict(_evidence(covered, covered, covered, spoil={field: less}))
    worse = _verdict(_evidence(covered, covered, covered, spoil={field: more}))
    assert _is_no_better(worse, better), (field, less, more)


SLOWER: dict[str, Callable[[Table, int], None]] = {
    "p50": lambda t, n: t["latency"].update(
        p50=t["latency"]["p50"] + n, p95=t["latency"]["p95"] + n, p99=t["latency"]["p99"] + n
    ),
    "p95": lambda t, n: t["latency"].update(
        p95=t["latency"]["p95"] + n, p99=t["latency"]["p99"] + n
    ),
    "memory": lambda t, n: t.update(peak_rss=t["peak_rss"] + n * 2**21),
    "differing": lambda t, n: t.update(differing_documents=min(n, t["documents"])),
    "failed": lambda t, n: t.update(failed_documents=min(n, t["documents"])),
}


@pytest.mark.parametrize("kind", sorted(SLOWER))
@settings(max_examples=20, deadline=None)
@given(st.tuples(st.integers(0, 200), st.integers(0, 200)))
def test_slower_larger_and_less_certain_never_helps(kind: str, pair: tuple[int, int]) -> None:
    """Latency, memory, documents that differ or were not answered."""
    verdicts = [_verdict(_timed(kind, number)) for number in sorted(pair)]
    assert _is_no_better(verdicts[1], verdicts[0]), (kind, pair)


def _timed(kind: str, number: int) -> Evidence:
    table = _plain(builders.a_performance())
    SLOWER[kind](table, number)
    evidence = _evidence(SPANS, SPANS, SPANS)
    return _with(evidence, performance=from_plain(PerformanceReport, table, what="report"))


def _with(evidence: Evidence, **changes: object) -> Evidence:
    fields = {name: getattr(evidence, name) for name in Evidence.model_fields}
    return Evidence.model_validate({**fields, **changes})


LESS: dict[str, object] = {
    "staged": None,
    "reports": (),
    "pins": (),
    "baselines": (),
    "performance": None,
}


@pytest.mark.parametrize("piece", sorted(LESS))
@settings(max_examples=8, deadline=None)
@given(COVERED)
def test_less_evidence_never_releases(piece: str, covered: int) -> None:
    """Whatever the rest says."""
    whole = _evidence(covered, covered, covered)
    assert Decision.RELEASABLE != _verdict(_with(whole, **{piece: LESS[piece]})).decision


ROWS = ("labels", "languages", "predictions", "outcomes")


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("place", [0, -1])
def test_a_report_without_one_of_its_rows_never_releases(rows: str, place: int) -> None:
    """Nothing that is not there passes."""
    evidence = _evidence(SPANS, SPANS, SPANS)
    assert Decision.RELEASABLE == _verdict(evidence).decision
    table = _plain(evidence.reports[0])
    del table[rows][place]
    report = from_plain(BenchmarkReport, table, what="report")
    assert Decision.RELEASABLE != _verdict(_with(evidence, reports=(report,))).decision


@settings(max_examples=20, deadline=None)
@given(COVERED, st.randoms(use_true_random=False))
def test_the_order_of_fields_never_changes_a_verdict(covered: int, random: Any) -> None:  # noqa: ANN401 - Hypothesis gives it no type
    """Nor does the layout of the file."""
    evidence = _evidence(covered, SPANS, SPANS)
    text = json.dumps(_shuffled(plain(evidence.reports[0]), random), indent=random.randint(0, 4))
    report = parse(BenchmarkReport, text.encode(), what="report")
    assert _verdict(evidence) == _verdict(_with(evidence, reports=(report,)))


def _shuffled(value: Any, random: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        keys = list(value)
        random.shuffle(keys)
        return {key: _shuffled(value[key], random) for key in keys}
    return [_shuffled(item, random) for item in value] if isinstance(value, list) else value


HOST = {"system": "Darwin", "machine": "arm64", "processors": 64, "python": "3.14.0"}
BYPRODUCTS: tuple[Table, ...] = ({"host": HOST}, {"cold_start": 9e6})


@pytest.mark.parametrize("change", BYPRODUCTS)
def test_byproducts_never_change_a_verdict(change: Table) -> None:
    """Host and start-up time are told, not judged."""
    evidence = _evidence(SPANS, SPANS, SPANS)
    table = _plain(builders.a_performance())
    other = from_plain(PerformanceReport, {**table, **change}, what="report")
    got = _verdict(_with(evidence, performance=other))
    wanted = _verdict(evidence)
    assert (wanted.decision, wanted.results) == (got.decision, got.results)


_AGAIN = """
import json, sys
from openmed.domain.attestation.statement import payload_of
from openmed.domain.gates.gate import Evidence
from openmed.domain.gates.order.floor import Floor
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.rules import GATES
from openmed.domain.gates.verdict import judge
from openmed.domain.wire import from_plain
evidence, policy, floor, now = json.load(sys.stdin)
evidence = from_plain(Evidence, evidence, what="evidence")
policy = from_plain(Policy, policy, what="policy")
floor = from_plain(Floor, floor, what="floor")
verdict = judge(evidence, policy=policy, gates=GATES, floor=floor, now=now)
sys.stdout.buffer.write(payload_of(verdict, engine_version="1", verifier="release"))
"""


@pytest.mark.parametrize("seed", ["0", "7"])
def test_another_process_says_the_same_bytes(seed: str) -> None:
    """What is signed depends on the evidence alone, not on the order of sets."""
    evidence = _evidence(190, SPANS, 190)
    here = payload_of(_verdict(evidence), engine_version="1", verifier="release")
    floor = floors.floor_of(POLICY)
    done = subprocess.run(
        [sys.executable, "-c", _AGAIN],
        input=json.dumps([plain(evidence), plain(POLICY), plain(floor), builders.NOW]).encode(),
        env={"PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert here == done.stdout
