"""Which names of labels may be shown, though a candidate chose them."""

import pytest

from openmed.domain.inference.answer_faults import AnswerFault, Reason
from openmed.domain.inference.label_names import LabelNames
from openmed.domain.text.span import Document, GoldSpan

TEXT = "Zoë Marshall (Bo) of the Widget ward, 4711-22, was seen by doctor Quist."
GOLD = ((0, 12, "PATIENT_NAME"), (14, 16, "PATIENT_NAME"), (38, 45, "MRN"))


def names() -> LabelNames:
    """Of a candidate that was asked about one document."""
    found = LabelNames()
    spans = tuple(GoldSpan(start=start, end=end, label=label) for start, end, label in GOLD)
    document = Document(
        id="d-1", language="en", family="f", slice="base", smoke=False, text=TEXT, spans=spans
    )
    found.ask((document,))
    return found


def shown(*labels: str, others: int = 0) -> tuple[tuple[str, ...], int]:
    """Names that are shown, and how many are not."""
    why = names().shown(AnswerFault(reason=Reason.NO_RULE, labels=labels, other_labels=others))
    return why.labels, why.other_labels


@pytest.mark.parametrize(
    "label",
    [
        *("PATIENT_NAME", "B-PER", "DOCTOR", "Doctor", "doctorName", "FIRST-NAME"),
        *("ID/MEDICALRECORD", "persoon", "ORG", "ZIP_CODE", "GIZMO", "xyz", "CATEGORY_7", "Sæding"),
    ],
)  # fmt: skip
def test_a_name_of_label_sets_or_apart_from_the_text_is_shown(label: str) -> None:
    """Also where a document says `doctor` too."""
    assert shown(label) == ((label,), 0)


@pytest.mark.parametrize(
    "label",
    [
        *("Zoë", "zoe_marshall", "ZOEMARSHALL", "X-Marsh-Y", "shallow", "PER_Zoë", "Zo\\u200bë"),
        *(
            "4711",
            "mrn471122",
            "Bo",
            "NAME_BO",
            "WIDGET",
            "widgetName",
            "quist",
            "\uff3a\uff2f\uff25",
            "---",
        ),
    ],
)
def test_a_name_that_holds_what_was_asked_about_is_counted_only(label: str) -> None:
    """In any case, with any marks and joints, whole or four letters of gold."""
    assert shown(label, "ORG", others=2) == (("ORG",), 3)


def test_a_program_that_makes_names_up_is_not_followed() -> None:
    """64 are looked at."""
    found = names()
    for number in range(100):
        label = "g" * 5 + "qk" * (number + 1)
        why = found.shown(AnswerFault(reason=Reason.NO_RULE, labels=(label[:300],)))
        assert bool(why.labels) == (number < 64)
