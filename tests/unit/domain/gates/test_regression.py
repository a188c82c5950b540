"""Gate `regression`: not worse than what is live, span by span."""

import json

import builders
import counting
import pytest

from openmed.domain.candidate import Candidate
from openmed.domain.gate import Against, Evidence, Finding, Outcome
from openmed.domain.gates.regression import Regression, outcome_of
from openmed.domain.report import BenchmarkReport
from openmed.domain.wire import dump, parse

GATE = Regression()
SETTINGS = '{"overall":0.02,"per_label":0.05,"suite":"golden"}'
BEFORE = builders.a_staged(content=b"live")
AGAINST = Against(generation=3, artifact=BEFORE.artifact)


def _bits(report: BenchmarkReport, label: str, outcomes: str) -> BenchmarkReport:
    """The same report with other spans of a label covered, as many as before."""
    table = json.loads(dump(report))
    row = next(row for row in table["outcomes"] if row["label"] == label)
    row["bits"] = counting.bits_of(outcomes)
    return parse(BenchmarkReport, json.dumps(table).encode(), what="report")


def _evidence(
    before: BenchmarkReport, now: BenchmarkReport | None = None, against: Against = AGAINST
) -> Evidence:
    return builders.an_evidence(
        reports=(now or builders.a_report(),), against=against, baselines=(before,)
    )


def _decide(before: BenchmarkReport, now: BenchmarkReport | None = None) -> Finding:
    return GATE.decide(_evidence(before, now), SETTINGS)


def _live(**covered: int) -> BenchmarkReport:
    return builders.a_report(BEFORE, covered=covered or None)


def test_nothing_lost_passes_however_few_spans_there_are() -> None:
    """Dominance: the interval of 200 equal pairs could not prove it."""
    finding = _decide(_live())
    assert finding.outcome is Outcome.PASSED
    assert finding.message.startswith("against generation 3: 0 of 200 spans lost, 0 gained")


def test_a_clear_drop_of_one_label_fails_and_is_named() -> None:
    """The sum over all labels hides nothing."""
    finding = _decide(_live(), builders.a_report(covered={"PATIENT_NAME": 70, "SSN": 100}))
    assert finding.outcome is Outcome.FAILED
    assert "PATIENT_NAME -30.00% [" in finding.message
    assert "30 lost, 0 gained of 100, margin 5.00%" in finding.message


def test_what_cannot_be_decided_says_how_many_spans_would() -> None:
    """Two lost and two gained of 100 prove neither harm nor its absence."""
    live = _bits(_live(PATIENT_NAME=98, SSN=100), "PATIENT_NAME", "00" + "1" * 98)
    now = builders.a_report(covered={"PATIENT_NAME": 98, "SSN": 100})
    finding = GATE.decide(
        _evidence(live, now), '{"overall":0.02,"per_label":0.01,"suite":"golden"}'
    )
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert "about 2474 spans would decide" in finding.message


def test_other_tests_of_the_same_pairs_are_printed_and_decide_nothing() -> None:
    """McNemar's exact p, and the bootstrap by document, the same every time."""
    now = builders.a_report(covered={"PATIENT_NAME": 94, "SSN": 100})
    finding = GATE.decide(
        _evidence(_live(), now), '{"overall":0.5,"per_label":0.5,"suite":"golden"}'
    )
    assert finding.outcome is Outcome.PASSED
    assert "; beside it: McNemar p = 0.0312, bootstrap by document [-11.25%, -0.94%]" in (
        finding.message
    )
    same = GATE.decide(_evidence(_live()), SETTINGS)
    assert "McNemar" not in same.message


def test_a_report_that_does_not_name_documents_is_still_compared() -> None:
    """It was made before they were kept; only the bootstrap is missing."""
    table = json.loads(dump(builders.a_report(covered={"PATIENT_NAME": 94, "SSN": 100})))
    for row in table["outcomes"]:
        del row["firsts"], row["documents"]
    old = parse(BenchmarkReport, json.dumps(table).encode(), what="report")
    finding = GATE.decide(_evidence(_live(), old), SETTINGS)
    assert finding.outcome is Outcome.FAILED
    assert finding.message.endswith("; beside it: McNemar p = 0.0312")


BAD_BITMAPS = {
    "firsts": "does not say where a document begins",
    "documents": "disagrees with its number of documents",
    "bits": "has the wrong length",
}


@pytest.mark.parametrize("field", sorted(BAD_BITMAPS))
def test_bitmaps_that_contradict_the_counts_are_an_error(field: str) -> None:
    """Of spans, of documents, of what is covered."""
    table = json.loads(dump(builders.a_report()))
    table["outcomes"][0][field] = "ff"
    broken = parse(BenchmarkReport, json.dumps(table).encode(), what="report")
    finding = GATE.decide(_evidence(_live(), broken), SETTINGS)
    assert finding.outcome is Outcome.ERROR
    assert BAD_BITMAPS[field] in finding.message


def test_matching_that_contradicts_the_counts_is_an_error() -> None:
    """Every gold span and every prediction is counted once."""
    table = json.loads(dump(builders.a_report()))
    row = {"correct": 200, "incorrect": 0, "partial": 0, "missed": 0, "spurious": 2}
    for spurious, outcome in ((2, Outcome.PASSED), (3, Outcome.ERROR)):
        table["matchings"] = [{**row, "name": "strict", "spurious": spurious}]
        report = parse(BenchmarkReport, json.dumps(table).encode(), what="report")
        assert GATE.decide(_evidence(_live(), report), SETTINGS).outcome is outcome


def test_a_first_release_has_nothing_to_compare_with() -> None:
    """Only where the row says so."""
    assert GATE.decide(builders.an_evidence(), SETTINGS).outcome is Outcome.NOT_APPLICABLE
    row = builders.a_candidate(bootstrap=False)
    assert GATE.decide(builders.an_evidence(candidate=row), SETTINGS).outcome is Outcome.ERROR


def test_a_label_that_is_no_longer_declared_fails() -> None:
    """Users rely on what was found until now."""
    row = Candidate.model_validate(
        {
            **{n: getattr(builders.a_candidate(), n) for n in Candidate.model_fields},
            "labels": ("SSN",),
        }
    )
    evidence = builders.an_evidence(candidate=row, against=AGAINST, baselines=(_live(),))
    finding = GATE.decide(evidence, SETTINGS)
    assert (finding.outcome, finding.message) == (
        Outcome.FAILED,
        "the live release declares PATIENT_NAME, the candidate does not",
    )
    allowed = SETTINGS[:-1] + ',"may_drop":["PATIENT_NAME"]}'
    assert GATE.decide(evidence, allowed).outcome is Outcome.PASSED


INCOMPARABLE = {
    "other artifact": (BEFORE.artifact, "0" * 64),
    "other slot": ("pii::tiny::onnx", "pii::base::onnx"),
    "other suite": (f'"digest":"{builders.HEX}"', f'"digest":"{"0" * 64}"'),
    "other scorer": (f'"scorer":"{builders.HEX}"', f'"scorer":"{"0" * 64}"'),
    "other languages": ('"languages":["en"]', '"languages":["de"]'),
    "contradicts itself": ('"covered":200', '"covered":199'),
}


@pytest.mark.parametrize("name", sorted(INCOMPARABLE))
def test_a_baseline_of_something_else_is_an_error(name: str) -> None:
    """Never compared, never skipped."""
    old, new = INCOMPARABLE[name]
    text = dump(_live()).decode()
    assert old in text
    other = parse(BenchmarkReport, text.replace(old, new, 1).encode(), what="report")
    assert _decide(other).outcome is Outcome.ERROR


def test_a_missing_baseline_is_an_error() -> None:
    """Something is live; without its report there is no comparison."""
    evidence = builders.an_evidence(against=AGAINST)
    assert GATE.decide(evidence, SETTINGS).outcome is Outcome.ERROR


@pytest.mark.parametrize(
    ("changed", "bounds", "wanted"),
    [
        ((0, 0), (-0.5, 0.5), Outcome.PASSED),
        ((0, 9), (-0.5, 0.5), Outcome.PASSED),
        ((5, 0), (-0.01, 0.5), Outcome.PASSED),
        ((5, 0), (-0.010001, 0.5), Outcome.INCONCLUSIVE),
        ((5, 0), (0.005, 0.5), Outcome.PASSED),
        ((5, 5), (-0.02, -0.010001), Outcome.FAILED),
        ((5, 5), (-0.02, -0.01), Outcome.INCONCLUSIVE),
        ((6, 0), (-0.02, -0.000001), Outcome.FAILED),
        ((5, 0), (-0.02, -0.000001), Outcome.INCONCLUSIVE),
        ((9, 3), (-0.02, -0.000001), Outcome.FAILED),
        ((9, 4), (-0.02, -0.000001), Outcome.INCONCLUSIVE),
        ((9, 3), (-0.02, 0.0), Outcome.INCONCLUSIVE),
    ],
)
def test_the_rule_at_its_edges(
    changed: tuple[int, int], bounds: tuple[float, float], wanted: Outcome
) -> None:
    """Of 1,000 spans, margin one point."""
    assert wanted is outcome_of(*changed, 1000, bounds=bounds, margin=0.01)
