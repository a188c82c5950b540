"""The edge cases every scorer is tried on, and what ours says: covered, leaked, strict, exact.

The note: "Seen by Anna Maria Lopez on 2024-03-14, MRN 55839201, call 555-0142 ok."
"""

import pytest
import scoring_reference as reference

from openmed.domain.predictions import DocumentPredictions, Status
from openmed.domain.span import Document, GoldSpan, PredictedSpan
from openmed.errors import EvidenceError

TEXT = "Seen by Anna Maria Lopez on 2024-03-14, MRN 55839201, call 555-0142 ok."
NAME = (8, 24, "PATIENT_NAME")
DATE = (28, 38, "DATE")
MRN = (44, 52, "MRN")
Triple = tuple[int, int, str]


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


# gold, predictions, (covered, leaked characters, strict, exact, over-redacted, invalid)
CASES: dict[str, tuple[list[Triple], list[Triple], tuple[int, int, int, int, int, int]]] = {
    "exact": ([NAME], [NAME], (1, 0, 1, 1, 0, 0)),
    "miss": ([NAME], [], (0, 14, 0, 0, 0, 0)),
    "spurious": ([], [NAME], (0, 0, 0, 0, 14, 0)),
    "both empty": ([], [], (0, 0, 0, 0, 0, 0)),
    "wrong type, same bounds": ([NAME], [(8, 24, "DATE")], (1, 0, 0, 1, 0, 0)),
    "one character short": ([NAME], [(8, 23, "PATIENT_NAME")], (0, 1, 0, 0, 0, 0)),
    "trailing space": ([NAME], [(8, 25, "PATIENT_NAME")], (1, 0, 0, 0, 0, 0)),
    "leading space": ([NAME], [(7, 24, "PATIENT_NAME")], (1, 0, 0, 0, 0, 0)),
    "trailing comma": ([DATE], [(28, 39, "DATE")], (1, 0, 0, 0, 0, 0)),
    "gold split in three": (
        [NAME],
        [(8, 12, "PATIENT_NAME"), (13, 18, "PATIENT_NAME"), (19, 24, "PATIENT_NAME")],
        (1, 0, 0, 0, 0, 0),
    ),
    "one prediction over three golds": (
        [(8, 12, "PATIENT_NAME"), (13, 18, "PATIENT_NAME"), (19, 24, "PATIENT_NAME")],
        [NAME],
        (3, 0, 0, 0, 0, 0),
    ),
    "nested predictions": ([NAME], [NAME, (13, 18, "PATIENT_NAME")], (1, 0, 1, 1, 0, 0)),
    "the same prediction twice": ([NAME], [NAME, NAME], (1, 0, 1, 1, 0, 0)),
    "a part before the whole": ([NAME], [(8, 12, "PATIENT_NAME"), NAME], (1, 0, 1, 1, 0, 0)),
    "empty prediction": ([NAME], [(8, 8, "PATIENT_NAME")], (0, 14, 0, 0, 0, 1)),
    "prediction touches the end": ([NAME], [(24, 27, "PATIENT_NAME")], (0, 14, 0, 0, 2, 0)),
    "whole sentence": ([NAME, DATE], [(0, 38, "PATIENT_NAME")], (2, 0, 0, 0, 8, 0)),
    "past the end": ([MRN], [(44, 99, "MRN")], (0, 8, 0, 0, 0, 1)),
    "negative start": ([MRN], [(-4, 52, "MRN")], (0, 8, 0, 0, 0, 1)),
    "turned round": ([MRN], [(52, 44, "MRN")], (0, 8, 0, 0, 0, 1)),
    "half of an MRN": ([MRN], [(44, 48, "MRN")], (0, 4, 0, 0, 0, 0)),
    "label the gold does not have": ([NAME], [(40, 43, "URL")], (0, 14, 0, 0, 3, 0)),
    "one span, two types": ([NAME], [NAME, (8, 24, "DATE")], (1, 0, 1, 1, 0, 0)),
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_case_counts_as_written(name: str) -> None:
    """One row of the table."""
    gold, predicted, expected = CASES[name]
    report = reference.scored([_document(TEXT, *gold)], [_answer(*predicted)])
    counts = report.overall
    assert expected == (
        counts.covered,
        counts.leaked,
        counts.strict,
        counts.exact,
        report.redaction.over_redacted,
        report.invalid_predictions,
    )


def test_half_an_mrn_in_clear_is_a_leak() -> None:
    """Four digits in a row; two are not."""
    document = _document(TEXT, MRN)
    half = reference.scored([document], [_answer((44, 48, "MRN"))])
    most = reference.scored([document], [_answer((44, 50, "MRN"))])
    assert (half.overall.exposed, most.overall.exposed) == (1, 0)
    assert [(leak.start, leak.end) for leak in half.leaks] == [(44, 52)]
    assert most.leaks == ()


def test_separators_do_not_break_a_run() -> None:
    """12-34 in clear is four characters in a row."""
    document = _document("id 12-3456", (3, 10, "SSN"))
    assert reference.scored([document], [_answer((8, 10, "SSN"))]).overall.exposed == 1


@pytest.mark.parametrize(
    ("text", "gold"),
    [
        ("a\r\nAnna\r\nb", (3, 7)),
        ("\U0001f600 Anna", (2, 6)),
        ("e\u0301va", (0, 4)),
        ("\u05d3\u05e0\u05d9", (0, 3)),
    ],
)
def test_offsets_are_code_points(text: str, gold: tuple[int, int]) -> None:
    """Through line ends, astral characters, combining marks and right-to-left text."""
    span = (*gold, "PATIENT_NAME")
    report = reference.scored([_document(text, span)], [_answer(span)])
    assert (report.overall.covered, report.overall.leaked) == (1, 0)


def test_a_combining_mark_left_in_clear_is_a_leak() -> None:
    """It is a sensitive character of its own."""
    report = reference.scored(
        [_document("e\u0301va", (0, 4, "PATIENT_NAME"))], [_answer((0, 1, "PATIENT_NAME"))]
    )
    assert (report.overall.characters, report.overall.leaked) == (4, 3)


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
