"""What a row may promise: labels with gold enough, which the model finds."""

import pytest

from openmed.domain.inference.predictions import DocumentPredictions, Status
from openmed.domain.inference.proposal.found_labels import JudgeableLabels, unfound_labels
from openmed.domain.text.span import Document, GoldSpan, PredictedSpan

TEXT = "Ana-Maria Lee, 12 Elm St"


def note(number: int, label: str, *, language: str = "en", family: str = "") -> Document:
    """A note with one span, the name or the address."""
    start, end = (0, 13) if label == "PATIENT_NAME" else (15, 24)
    return Document(
        id=f"d-{number}", language=language, family=family or f"f-{number}", slice="base",
        smoke=False, text=TEXT, spans=(GoldSpan(start=start, end=end, label=label),),
    )  # fmt: skip


def answer(document: Document, *spans: tuple[int, int, str]) -> DocumentPredictions:
    """What a model gives for it."""
    found = tuple(PredictedSpan(start=s, end=e, label=name, score=1.0) for s, e, name in spans)
    return DocumentPredictions(document=document.id, status=Status.OK, spans=found)


SPANS = {
    "whole": (((0, 13, "PATIENT_NAME"),), True),
    "in parts": (((0, 3, "PATIENT_NAME"), (4, 9, "PATIENT_NAME"), (10, 13, "PATIENT_NAME")), True),
    "another label of the group": (((0, 13, "PROVIDER_NAME"),), True),
    "a letter short": (((0, 12, "PATIENT_NAME"),), False),
    "another group": (((0, 13, "DATE"),), False),
    "elsewhere": (((15, 24, "PATIENT_NAME"),), False),
    "nothing": ((), False),
}


@pytest.mark.parametrize("name", sorted(SPANS))
def test_a_label_is_found_where_its_spans_are_redacted_as_their_group(name: str) -> None:
    """To the last letter."""
    spans, is_found = SPANS[name]
    documents = [note(number, "PATIENT_NAME") for number in range(5)]
    records = [answer(document, *spans) for document in documents]
    unfound = unfound_labels(documents, records, claimed=("PATIENT_NAME", "DATE"))
    assert [(one.label, one.found, one.gold) for one in unfound] == (
        [] if is_found else [("PATIENT_NAME", 0, 5)]
    )


def test_a_sample_with_little_gold_decides_nothing() -> None:
    """And one of ten is enough."""
    documents = [note(number, "PATIENT_NAME") for number in range(20)]
    found = (0, 13, "PATIENT_NAME")
    for count, hits, decided in ((4, 0, 0), (5, 0, 1), (20, 1, 1), (20, 2, 0), (20, 20, 0)):
        records = [
            answer(document, *((found,) if at < hits else ()))
            for at, document in enumerate(documents[:count])
        ]
        unfound = unfound_labels(documents[:count], records, claimed=("PATIENT_NAME",))
        assert len(unfound) == decided, (count, hits)


def test_gold_proves_something_from_ten_spans_of_three_families() -> None:
    """On any suite, or on each that counts, in languages that are named."""
    enough = tuple(note(number, "PATIENT_NAME", family=f"f-{number % 3}") for number in range(10))
    few = tuple(note(n, "STREET_ADDRESS", family=f"f-{n % 2}") for n in range(10))
    other = tuple(note(n, "STREET_ADDRESS", language="nl") for n in range(9))
    judged = JudgeableLabels({"one": (*enough, *few), "other": other})
    assert judged.languages == {"en", "nl"}
    assert judged.of(("en",)) == {"PATIENT_NAME"}
    assert judged.of(("nl",)) == frozenset()
    assert judged.of(("en", "nl")) == {"PATIENT_NAME"}
    for counted, labels in (({"one"}, {"PATIENT_NAME"}), ({"one", "other"}, set()), ({"x"}, None)):
        found = JudgeableLabels(judged.suites, frozenset(counted)).of(("en", "nl"))
        assert found == (judged.of(("en", "nl")) if labels is None else labels)
