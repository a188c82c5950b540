"""Gate `precision`: a model that redacts everything, or calls it wrong names, must not pass."""

import json

import pytest
from support import builders

from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.gate import Finding, Outcome
from openmed.domain.gates.rules.precision import Precision, PrecisionSettings
from openmed.domain.wire import dump, from_plain, parse, plain
from openmed.errors import EvidenceError

GATE = Precision()
SETTINGS = '{"false_alarms":0.1,"floor":0.9,"over_redaction":0.05,"suite":"golden","typed":0.9}'


def _report(*changes: tuple[str, str]) -> BenchmarkReport:
    # The matchings count predictions too; without them one number can be changed alone.
    text = dump(builders.a_report()).decode()
    start = text.index('"matchings":[')
    text = text[:start] + '"matchings":[]' + text[text.index("]", start) + 1 :]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return parse(BenchmarkReport, text.encode(), what="report")


def _decide(*changes: tuple[str, str]) -> Finding:
    return GATE.decide(builders.an_evidence(reports=(_report(*changes),)), SETTINGS)


def test_predictions_that_touch_gold_pass() -> None:
    """Everything within its limit."""
    assert _decide().outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"predicted":101', '"predicted":130', "PATIENT_NAME precision 77.69 % of 130"),
        ('"over_redacted":0', '"over_redacted":6', "over-redacted characters 6.00 % of 100"),
        (
            '"false_alarm_documents":0',
            '"false_alarm_documents":2',
            "false-alarm documents 20.00 % of 10",
        ),
    ],
)
def test_each_limit_fails_alone(old: str, new: str, said: str) -> None:
    """And names itself."""
    finding = _decide((old, new))
    assert finding.outcome is Outcome.FAILED
    assert said in finding.message


def test_a_model_that_predicts_nothing_has_no_precision() -> None:
    """That is no pass."""
    report = plain(builders.a_report(covered={"PATIENT_NAME": 0, "SSN": 0}))
    assert isinstance(report, dict)
    behaviour = [{"language": "en", "labels": []}]
    nothing = {"predictions": [], "matchings": [], "behaviour": behaviour}
    silent = from_plain(BenchmarkReport, {**report, **nothing}, what="report")
    finding = GATE.decide(builders.an_evidence(reports=(silent,)), SETTINGS)
    assert (Outcome.ERROR, "the candidate predicted nothing, so precision is undefined") == (
        finding.outcome,
        finding.message,
    )


def test_a_suite_without_text_outside_gold_is_an_error() -> None:
    """Over-redaction cannot be seen there."""
    assert _decide(('"outside":100', '"outside":0')).outcome is Outcome.ERROR


def _typed(typed: int, *, label: str = "PATIENT_NAME") -> Finding:
    """All of two labels is covered, and so many of one are called by their group."""
    candidate = builders.a_candidate()
    covered = {label: 100, "SSN": 100}
    table = plain(builders.a_report(candidate=candidate, covered=covered))
    assert isinstance(table, dict)
    rows = [row for row in table["labels"] if row["name"] == label]
    parts = ("languages", "slices", *(["declared_languages"] if label in candidate.labels else []))
    for row in (*rows, *(table[name][0] for name in parts)):
        row["counts"]["typed"] -= 100 - typed
    table["overall"]["typed"] -= 100 - typed
    report = from_plain(BenchmarkReport, table, what="report")
    return GATE.decide(builders.an_evidence(reports=(report,)), SETTINGS)


def _said(finding: Finding) -> tuple[Outcome, str]:
    return finding.outcome, finding.message


def test_gold_called_by_a_wrong_group_fails_though_it_is_hidden() -> None:
    """At the limit passes, one less does not, and the label is named."""
    assert Outcome.PASSED is _typed(90).outcome
    assert (Outcome.FAILED, "PATIENT_NAME typed 89.00 % of 100, floor 90 %") == _said(_typed(89))


def test_what_is_not_declared_need_not_be_typed() -> None:
    """Nobody claimed to find it."""
    finding = _typed(0, label="IBAN")
    assert Outcome.PASSED is finding.outcome
    assert ["SSN typed"] == [m.name for m in finding.measures if m.name.endswith("typed")]


def test_a_label_may_have_a_limit_of_its_own() -> None:
    """For what is typed as for what is touched, and the other labels keep theirs."""
    row = {"label": "SSN", "floor": 0.5, "reason": "r"}
    table = parse(PrecisionSettings, _with(typed_labels=[row]).encode(), what="table")
    assert (0.5, 0.9) == (table.typed_of("SSN"), table.typed_of("MRN"))
    assert (0.9, 0.9) == (table.floor_of("SSN"), table.floor_of("MRN"))


def _with(**more: object) -> str:
    return json.dumps({**json.loads(SETTINGS), **more})


@pytest.mark.parametrize("key", ["labels", "typed_labels"])
def test_a_label_has_one_limit(key: str) -> None:
    """Nobody chooses between two."""
    row = {"label": "SSN", "floor": 0.5, "reason": "r"}
    with pytest.raises(EvidenceError, match="a label has two floors"):
        GATE.check(_with(**{key: [row, row]}))


def test_a_pass_names_what_is_nearest_to_its_limit() -> None:
    """Of predictions, of gold, of what lies outside."""
    assert (
        "closest to their limits: PATIENT_NAME precision 100.00 % (101 predictions), "
        "PATIENT_NAME typed 95.00 % (100 spans); 0.00 % of characters outside gold redacted, "
        "0.00 % of 10 documents without gold with a false alarm"
    ) == _typed(95).message
