"""Laws of the report's versions: leaks as a list and leaks as bits are the same evidence."""

import pytest
from hypothesis import given
from support import gate_cases, scoring_reference
from support.counting import as_version_2, with_listed_leaks
from support.scored_cases import Case, cases

from openmed.domain.evaluation.leaks import count_leaks, digest_of_leaks
from openmed.domain.evaluation.likeness import measured_behaviour
from openmed.domain.evaluation.report import BenchmarkReport, Leak
from openmed.domain.evaluation.scoring.leak_places import leaks_in
from openmed.domain.gates.gate import Evidence, Gate
from openmed.domain.gates.rules import GATES
from openmed.domain.text import labels
from openmed.domain.wire import dump, from_plain, parse, plain
from openmed.errors import EvidenceError

GATE_CASES = gate_cases.cases()
BY_ID = {gate.id: gate for gate in GATES}


def _listed(case: Case) -> tuple[Leak, ...]:
    """What leaks, found the obvious way: character by character."""
    return tuple(
        Leak(document=document.id, start=gold.start, end=gold.end, label=gold.label)
        for document, gold in scoring_reference.exposed(*case)
        if labels.BY_NAME[gold.label].direct
    )


@given(cases())
def test_bits_stand_for_the_places_that_leak(case: Case) -> None:
    """Every one, in order, and no other."""
    report = scoring_reference.scored(*case)
    assert leaks_in(report, case[0]) == _listed(case)


@given(cases())
def test_both_versions_say_the_same(case: Case) -> None:
    """What reads leaks gets the same of either, for every set of labels."""
    new = scoring_reference.scored(*case)
    old = with_listed_leaks(new, _listed(case))
    assert digest_of_leaks(old) == digest_of_leaks(new)
    for names in ((), ("PATIENT_NAME",), ("MRN", "SSN"), tuple(labels.BY_NAME)):
        assert count_leaks(old, names) == count_leaks(new, names)
    assert measured_behaviour(old, is_counted=True) == measured_behaviour(new, is_counted=True)


@given(cases())
def test_both_versions_survive_the_round_trip(case: Case) -> None:
    """The bytes of either are its name in the evidence."""
    new = scoring_reference.scored(*case)
    for report in (new, with_listed_leaks(new, _listed(case))):
        again = parse(BenchmarkReport, dump(report), what="report")
        assert again == report
        assert dump(again) == dump(report)


@given(cases())
def test_another_suite_is_never_read_into_the_bits(case: Case) -> None:
    """A document that is called otherwise is another place."""
    report = scoring_reference.scored(*case)
    renamed = [type(d).model_validate({**d.model_dump(), "id": f"x{d.id}"}) for d in case[0]]
    if count_leaks(report, tuple(labels.BY_NAME)):
        with pytest.raises(EvidenceError, match="not at the places that were counted"):
            leaks_in(report, renamed)


def _with_reports(evidence: Evidence, *names: str) -> Evidence:
    """The same evidence, in which these reports list their leaks."""
    table = {
        name: [plain(as_version_2(report)) for report in getattr(evidence, name)] for name in names
    }
    kept = plain(evidence)
    assert isinstance(kept, dict)
    return from_plain(Evidence, {**kept, **table}, what="evidence")


@pytest.mark.parametrize("case", GATE_CASES, ids=lambda case: f"{case.gate}/{case.name}")
def test_every_gate_finds_the_same_in_either_version(case: gate_cases.Case) -> None:
    """Word for word and number for number, also where only one side is of the old version."""
    gate: Gate = BY_ID[case.gate]
    evidence = case.evidence
    expected = gate.decide(evidence, case.settings)
    for names in (("reports",), ("baselines", "parents"), ("reports", "baselines", "parents")):
        assert gate.decide(_with_reports(evidence, *names), case.settings) == expected
