"""What our scorer says of the edge cases every scorer is tried on, and of missing answers.

The cases stand in `tests/cases/scoring/edge-cases.toml`; `tests/property/test_other_scorers.py`
holds two other scorers to their rows in it.
"""

import pytest
from support import scoring_oracles as oracles
from support import scoring_reference as reference

from openmed.domain.evaluation.scoring.leak_places import leaks_in
from openmed.domain.inference.predictions import DocumentPredictions, Status
from openmed.domain.text.span import Document, GoldSpan, PredictedSpan
from openmed.errors import EvidenceError

TEXT = "Seen by Anna Maria Lopez on 2024-03-14, MRN 55839201, call 555-0142 ok."
NAME = (8, 24, "PATIENT_NAME")
MRN = (44, 52, "MRN")
Triple = tuple[int, int, str]
CASES = oracles.edge_cases()


def _document(text: str, *gold: Triple) -> Document:
    spans = tuple(GoldSpan(start=s, end=e, label=label) for s, e, label in gold)
    return Document(
        id="d", language="en", family="f", slice="base", smoke=False, text=text, spans=spans
    )


def _answer(*predicted: Triple) -> DocumentPredictions:
    spans = tuple(
        PredictedSpan(start=s, end=e, label=label, score=1.0) for s, e, label in predicted
    )
    return DocumentPredictions(document="d", status=Status.OK, spans=spans)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_case_counts_as_written(case: oracles.Case) -> None:
    """One row of the fixture: refused gold, our counts, our counts by schema."""
    expected = case.expected
    assert expected.get("refused", "") == oracles.refusal(case)
    if "ours" in expected:
        assert expected["ours"] == oracles.ours(case)
        assert expected["semeval"] == oracles.semeval(case)


def test_the_fixture_is_whole() -> None:
    """Numbered through, every known disagreement first; only refused gold has no row of ours."""
    numbers = [case.expected["number"] for case in CASES]
    assert numbers == list(range(1, len(CASES) + 1))
    assert len(CASES) >= 25
    assert all("ours" in case.expected or "refused" in case.expected for case in CASES)


def test_half_an_mrn_in_clear_is_a_leak() -> None:
    """Four digits in a row; two are not."""
    document = _document(TEXT, MRN)
    half = reference.scored([document], [_answer((44, 48, "MRN"))])
    most = reference.scored([document], [_answer((44, 50, "MRN"))])
    assert (half.overall.exposed, most.overall.exposed) == (1, 0)
    assert [(leak.start, leak.end) for leak in leaks_in(half, [document])] == [(44, 52)]
    assert leaks_in(most, [document]) == ()


def test_separators_do_not_break_a_run() -> None:
    """12-34 in clear is four characters in a row."""
    document = _document("id 12-3456", (3, 10, "SSN"))
    assert reference.scored([document], [_answer((8, 10, "SSN"))]).overall.exposed == 1


def test_a_document_without_an_answer_is_all_missed_and_named() -> None:
    """Dropping hard documents does not help."""
    report = reference.scored([_document(TEXT, NAME)], [])
    assert (report.overall.missed, report.failed_documents, report.scored_documents) == (
        1,
        ("d",),
        0,
    )


def test_two_answers_for_one_document_are_refused() -> None:
    """Which one counts would be a choice."""
    with pytest.raises(EvidenceError):
        reference.scored([_document(TEXT, NAME)], [_answer(NAME), _answer()])


def test_an_answer_for_a_strange_document_is_refused() -> None:
    """It belongs to another suite."""
    stray = DocumentPredictions(document="other", status=Status.OK)
    with pytest.raises(EvidenceError):
        reference.scored([_document(TEXT, NAME)], [stray])
