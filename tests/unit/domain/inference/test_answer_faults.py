"""What is said of answers that cannot be used: a closed list."""

import pytest

from openmed.domain.inference.answer_faults import (
    AnswerFault,
    Reason,
    Unanswered,
    count_faults,
)
from openmed.domain.text.type_names import LISTED_TYPES, is_shown_type, type_name
from openmed.domain.wire import from_plain, plain
from openmed.errors import EvidenceError


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence(reason: Reason) -> None:
    """Whole, and printable."""
    got, labels = "NoneType", ("ORG",) if reason is Reason.NO_RULE else ()
    told = AnswerFault(reason=reason, got=got, labels=labels).sentence
    assert told.isprintable()
    assert "{" not in told


@pytest.mark.parametrize("got", ["Zoë", "type(Zoë)", "a type of its own (Zoë)", "NoneType Zoë"])
def test_a_type_that_is_not_listed_is_no_answer(got: str) -> None:
    """A candidate's process may say anything."""
    with pytest.raises(EvidenceError):
        from_plain(AnswerFault, {"reason": "no-list", "got": got}, what="a record")


def test_types_are_named_by_what_is_listed() -> None:
    """Their own names may hold a text."""
    hostile = type("Zoë Marsh", (dict,), {})()
    assert [type_name(one) for one in (None, 1, hostile)] == [
        "NoneType",
        "int",
        "a type of its own (dict)",
    ]
    assert all(map(is_shown_type, LISTED_TYPES))
    assert is_shown_type(type_name(hostile))


def test_reasons_are_counted_and_labels_gathered() -> None:
    """The most frequent first; at most eight labels, the others counted."""
    few = AnswerFault(reason=Reason.NO_RULE, labels=("B", "A"), other_labels=1)
    more = AnswerFault(reason=Reason.NO_RULE, labels=tuple("CDEFGHIJ"), other_labels=3)
    rows = count_faults(
        [("KeyError", None), ("AnswerError", few), ("x\n", None), ("AnswerError", more)]
    )
    assert [(row.documents, row.fault) for row in rows] == [
        (2, "AnswerError"),
        (1, "KeyError"),
        (1, "an exception of its own"),
    ]
    assert rows[0].sentence == (
        "label_map has no rule for A, B, C, D, E, F, G, H and 5 more that cannot be shown"
    )
    assert rows[1].sentence == "KeyError was raised"
    assert "why" not in str(plain(rows[1]))


def test_labels_that_cannot_be_shown_are_counted() -> None:
    """All of them."""
    why = AnswerFault(reason=Reason.NO_RULE, other_labels=3)
    assert why.sentence == "label_map has no rule for 3 labels that cannot be shown"


def test_names_of_failures_have_words() -> None:
    """Those of our own runners."""
    told = Unanswered(documents=1, fault="ProgramFailed").sentence
    assert told == "the program said that it failed (ProgramFailed)"
