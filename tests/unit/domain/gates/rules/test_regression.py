"""Gate `regression`: not worse than what is live, span by span."""

import json
from typing import Any

import pytest
from support import builders, counting

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.gate import Against, Evidence, Finding, Outcome
from openmed.domain.gates.rules.regression import (
    Regression,
    RegressionSettings,
    outcome_of_all,
    outcome_of_label,
    worse_labels,
)
from openmed.domain.wire import dump, parse
from openmed.errors import EvidenceError

GATE = Regression()


def _settings(overall: float = 0.02, per_label: float = 0.05, **more: Any) -> str:  # noqa: ANN401 - any key of the table
    """A table whose margins hold for every label, whatever its gold, unless `more` says else."""
    table = {"suite": "golden", "overall": overall, "per_label": per_label}
    return json.dumps({**table, "widest": per_label, "discordance": 0.005, **more})


SETTINGS = _settings()
BEFORE = builders.a_staged(content=b"live")
AGAINST = Against(generation=3, artifact=BEFORE.artifact)


def _bits(report: BenchmarkReport, label: str, outcomes: str) -> BenchmarkReport:
    """The same report with other spans of a label covered, as many as before."""
    table = json.loads(dump(report))
    row = next(row for row in table["outcomes"] if row["label"] == label)
    row["bits"] = counting.bits_of(outcomes)
    row["exposed"] = counting.bits_of(outcomes.translate(str.maketrans("01", "10")))
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
    assert "PATIENT_NAME -30.00 pp [" in finding.message
    assert "30 lost, 0 gained of 100 spans, margin 5 %" in finding.message


def test_what_cannot_be_decided_says_how_many_spans_would() -> None:
    """Two lost and two gained of 100 prove neither harm nor its absence."""
    live = _bits(_live(PATIENT_NAME=98, SSN=100), "PATIENT_NAME", "00" + "1" * 98)
    now = builders.a_report(covered={"PATIENT_NAME": 98, "SSN": 100})
    finding = GATE.decide(
        _evidence(live, now),
        _settings(per_label=0.01),
    )
    assert finding.outcome is Outcome.INCONCLUSIVE
    assert "about 2,474 spans needed to decide" in finding.message


def test_other_tests_of_the_same_pairs_are_printed_and_decide_nothing() -> None:
    """McNemar's exact p, and the bootstrap by document, the same every time."""
    now = builders.a_report(covered={"PATIENT_NAME": 94, "SSN": 100})
    finding = GATE.decide(
        _evidence(_live(), now),
        _settings(0.2, 0.2),
    )
    assert finding.outcome is Outcome.PASSED
    assert "; not decisive: McNemar p = 0.0312, bootstrap by document [-11.25 pp, -0.94 pp]" in (
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
    assert finding.message.endswith("; not decisive: McNemar p = 0.0312")


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
    allowed = _settings(may_drop=["PATIENT_NAME"])
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
    assert wanted is outcome_of_all(*changed, 1000, bounds=bounds, margin=0.01)


@pytest.mark.parametrize(
    ("lost", "lower", "is_worse", "wanted"),
    [
        (0, -0.5, True, Outcome.PASSED),
        (1, -0.01, True, Outcome.PASSED),
        (1, -0.010001, False, Outcome.INCONCLUSIVE),
        (1, -0.010001, True, Outcome.FAILED),
    ],
)
def test_the_rule_for_one_label_at_its_edges(
    lost: int, lower: float, *, is_worse: bool, wanted: Outcome
) -> None:
    """Margin one point: within it passes; beyond it fails only what is significantly worse."""
    assert wanted is outcome_of_label(lost, lower=lower, margin=0.01, is_worse=is_worse)


def _table(per_label: float = 0.01, **more: Any) -> RegressionSettings:  # noqa: ANN401 - as above
    return parse(RegressionSettings, _settings(per_label=per_label, **more).encode(), what="table")


def test_a_label_is_worse_only_beyond_half_of_what_is_no_drop() -> None:
    """However sure it is: 50 of 10,000 is half a point; one more is worse."""
    assert frozenset() == worse_labels({"SSN": (50, 0, 10_000)}, _table())
    assert frozenset({"SSN"}) == worse_labels({"SSN": (51, 0, 10_000)}, _table())
    assert frozenset() == worse_labels({"SSN": (61, 11, 10_000)}, _table())


OTHERS = {f"OTHER_{n}": (0, 0, 100) for n in range(9)}
"""Nine labels of which nothing changed."""


def test_a_label_among_many_must_be_worse_beyond_the_chance_of_all() -> None:
    """Holm: alone 5 lost of 100 are significant, among ten labels it takes 8."""
    assert frozenset({"SSN"}) == worse_labels({"SSN": (5, 0, 100)}, _table())
    assert frozenset() == worse_labels({"SSN": (7, 0, 100), **OTHERS}, _table())
    assert frozenset({"SSN"}) == worse_labels({"SSN": (8, 0, 100), **OTHERS}, _table())


def test_the_margin_of_a_label_follows_its_gold() -> None:
    """As wanted where it can be decided, wider where it cannot, never wider than the widest."""
    table = _table(widest=0.05)
    assert [0.05, 0.0181, 0.0102, 0.01, 0.01] == [
        round(table.margin_of("SSN", spans), 4) for spans in (87, 600, 1_400, 1_500, 9_000)
    ]


def test_a_margin_of_a_single_label_is_held_whatever_its_gold() -> None:
    """Somebody wrote it down with a reason."""
    row = {"label": "SSN", "margin": 0.02, "reason": "r"}
    table = _table(widest=0.05, labels=[row])
    assert (0.02, 0.05) == (table.margin_of("SSN", 87), table.margin_of("MRN", 87))
    assert (0.02, 0.01) == (table.wanted_of("SSN"), table.wanted_of("MRN"))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"widest": 0.009}, "the widest margin is narrower than that of every label"),
        (
            {"labels": [{"label": "SSN", "margin": 0.1, "reason": "r"}] * 2},
            "a label has two margins",
        ),
    ],
)
def test_margins_that_contradict_each_other_are_refused(more: dict[str, Any], said: str) -> None:
    """Before anything is measured."""
    with pytest.raises(EvidenceError, match=said):
        GATE.check(_settings(per_label=0.01, **more))


def test_a_label_with_little_gold_says_what_it_could_have_seen() -> None:
    """Its margin is wider, and the message says so, the thinnest label first."""
    finding = GATE.decide(_evidence(_live()), _settings(per_label=0.01, widest=0.2))
    assert finding.outcome is Outcome.PASSED
    assert finding.message.endswith(
        "; wider margins, because gold is scarce: PATIENT_NAME 6.63 % (100 spans can detect "
        "drops of 6.19 % or more), SSN 6.63 % (100 spans can detect drops of 6.19 % or more)"
    )
    assert [-0.02, -0.066267, -0.066267] == [measure.limit for measure in finding.measures]


def test_a_dead_head_fails_however_little_gold_it_has() -> None:
    """One label of many, of which nothing is found any more."""
    live = _live(PATIENT_NAME=100, SSN=100)
    dead = builders.a_report(covered={"PATIENT_NAME": 0, "SSN": 100})
    finding = GATE.decide(_evidence(live, dead), _settings(per_label=0.01, widest=0.2))
    assert [Outcome.FAILED, Outcome.PASSED] == [measure.outcome for measure in finding.measures[1:]]
