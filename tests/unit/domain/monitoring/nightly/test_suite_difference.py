"""Whether served bytes answer as the release's evidence says."""

from support import builders

from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.monitoring.nightly.suite_difference import difference
from openmed.domain.wire import from_plain, plain

RECORDED = builders.a_report()
OTHER = "0" * 63 + "1"


def _with(report: BenchmarkReport, **changes: object) -> BenchmarkReport:
    table = plain(report)
    assert isinstance(table, dict)
    return from_plain(BenchmarkReport, {**table, **changes}, what="report")


def test_the_same_report_is_no_difference() -> None:
    """Nothing moved."""
    assert None is difference(RECORDED, RECORDED)


def test_other_code_that_counts_is_no_difference() -> None:
    """What would be redacted is the same, by the predictions' digests."""
    less = builders.a_report(covered={"PATIENT_NAME": 90, "SSN": 100})
    assert None is difference(RECORDED, _with(less, scorer=OTHER))


def test_lost_spans_are_counted_where_predictions_differ() -> None:
    """By label, against the release's bits."""
    again = builders.a_report(
        covered={"PATIENT_NAME": 97, "SSN": 99}, behaves_like="something else"
    )
    found = difference(RECORDED, again)
    assert found is not None
    assert (4, 0) == (found.lost, found.gained)
    assert {"PATIENT_NAME", "SSN"} >= set(found.predictions) != set()
    assert "4 gold spans lost" in found.sentence
    back = difference(again, RECORDED)
    assert back is not None
    assert (0, 4) == (back.lost, back.gained)


def test_predictions_differ_though_no_span_is_lost() -> None:
    """More is redacted, or elsewhere: still not what was released."""
    again = builders.a_report(behaves_like="something else")
    found = difference(RECORDED, again)
    assert found is not None
    assert (0, 0) == (found.lost, found.gained)


def test_a_report_without_digests_is_compared_by_its_spans() -> None:
    """As earlier engines made it: with neither predictions nor a difference in what is covered."""
    old = _with(RECORDED, behaviour=())
    assert None is difference(old, _with(RECORDED, behaviour=()))
    again = builders.a_report(covered={"PATIENT_NAME": 99, "SSN": 100})
    found = difference(old, again)
    assert found is not None
    assert (1, ()) == (found.lost, found.predictions)


def test_another_runtime_is_named() -> None:
    """Where it may be the cause; alone it is none."""
    table = plain(RECORDED.runtime)
    assert isinstance(table, dict)
    updated = {**table, "packages": ["onnxruntime==99.0"]}
    assert None is difference(RECORDED, _with(RECORDED, runtime=updated))
    again = builders.a_report(behaves_like="something else")
    found = difference(RECORDED, _with(again, runtime=updated))
    assert found is not None
    assert ("onnxruntime==99.0",) == found.runtime
    assert "other runtime: onnxruntime==99.0" in found.sentence
