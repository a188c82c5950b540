"""The search with rules, whatever the rules are."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmed.domain.rules import RULES, find
from openmed.domain.text import check_digits, labels
from openmed.errors import EvidenceError

NOTE = (
    "Mrs Doe, 94 years old, MRN 0012345, BP 122/80, pH 7.35-7.45, ICD E11.65, room 1204, "
    "500 mg 2-3 times daily, firmware v1.2.3.4. Call 555-0142 or jane+x@clinic.example. "
    "Seen 01/02/2024, SSN 900-12-3456."
)
HOSTILE = ("1-", "@", "a.", "1 ", "http://", "(", "a@", "MRN ", "call ", "DE12 ABCD ", "Mar 1 ")
SIZE = 1_000_000
PIECES = (
    "MRN SSN call 1 9 42 - . : / ( ) @ + http:// www. Mar MA DE zip "
    "\n \u00a0 \u0663 \u017f \u212a \U0001d51e"
)


def test_every_id_is_versioned_and_names_its_rule() -> None:
    """An artifact pins ids; a changed rule is a new one."""
    assert all(name == rule.id and re.search(r"-\d+$", name) for name, rule in RULES.items())


def test_every_label_is_canonical() -> None:
    """And says more than its group."""
    assert {rule.label for rule in RULES.values()} <= labels.BY_NAME.keys()
    assert not any(labels.BY_NAME[rule.label].is_coarse for rule in RULES.values())


def test_no_pattern_has_an_unbounded_quantifier() -> None:
    """That keeps the work linear; a literal star or plus stands escaped or in a class."""
    for rule in RULES.values():
        bare = re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "_", rule.pattern.pattern)
        assert not re.search(r"[*+]|\{\d*,\}", bare), rule.id


def test_a_note_gives_what_is_in_it_and_nothing_else() -> None:
    """All rules together, on a note full of other numbers."""
    found = {(span.label, NOTE[span.start : span.end]) for span in find(NOTE, RULES)}
    assert {
        ("AGE_OVER_89", "94"),
        ("MRN", "0012345"),
        ("PHONE", "555-0142"),
        ("EMAIL", "jane+x@clinic.example"),
        ("DATE", "01/02/2024"),
        ("SSN", "900-12-3456"),
    } == found


def test_offsets_are_code_points() -> None:
    """An astral letter before a match counts as one."""
    (span,) = find("\U0001d51e 900-12-3456", ["ssn-1"])
    assert (2, 13, 1.0) == (span.start, span.end, span.score)


def test_only_the_named_rules_are_used() -> None:
    """None named, none found."""
    assert () == find(NOTE, [])
    assert {"DATE"} == {span.label for span in find(NOTE, ["date-numeric-1"])}


def test_the_same_span_found_twice_is_one() -> None:
    """Two rules may see the same number."""
    assert 1 == len(find("SSN 900-12-3456", ["ssn-1", "ssn-cue-1", "ssn-1"]))


def test_overlaps_stay() -> None:
    """Who unites them decides."""
    found = find("fax 212-555-0143", ["phone-1", "fax-1"])
    assert ["FAX", "PHONE"] == [span.label for span in found]


def test_a_refused_match_does_not_hide_one_that_begins_inside() -> None:
    """The second cue stands where the first one looks for its number."""
    text = "member insurance 12345678"
    assert ["12345678"] == [text[span.start : span.end] for span in find(text, ["plan-1"])]


def test_an_unknown_rule_is_an_error() -> None:
    """It is named."""
    with pytest.raises(EvidenceError, match="ssn-99"):
        find("", ["ssn-1", "ssn-99"])


@given(st.lists(st.sampled_from(PIECES.split(" ")), max_size=30), st.sampled_from(["", " "]))
def test_spans_are_sorted_distinct_and_inside_the_text(pieces: list[str], joint: str) -> None:
    """For any text, other scripts' digits and letters that fold to ASCII among it."""
    text = joint.join(pieces)
    places = [(span.start, span.end, span.label) for span in find(text, RULES)]
    assert sorted(set(places)) == places
    assert all(0 <= start < end <= len(text) for start, end, _ in places)


@given(st.text(max_size=40))
def test_check_digits_answer_for_any_text(text: str) -> None:
    """A predicate says no, it does not fail."""
    for is_right in (check_digits.is_luhn, check_digits.is_npi, check_digits.is_dea,
                     check_digits.is_iban, check_digits.is_vin):  # fmt: skip
        assert is_right(text) in {True, False}


@pytest.mark.timeout(240)
def test_hostile_text_is_searched_to_its_end() -> None:
    """A pattern that backtracks over the whole text would run into the timeout."""
    text = "".join(piece * (SIZE // len(HOSTILE) // len(piece)) for piece in HOSTILE)
    tail = "\nSSN 900-12-3456"
    assert find(text + tail, RULES)[-1].end == len(text + tail)
