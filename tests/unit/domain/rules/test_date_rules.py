"""What the rules for dates, ages and ZIP codes find, and what they leave alone."""

import pytest

from openmed.domain.rules import find


def found(rule: str, text: str) -> list[str]:
    """What one rule finds in a text."""
    return [text[span.start : span.end] for span in find(text, [rule])]


@pytest.mark.parametrize(
    ("rule", "text", "value"),
    [
        ("date-iso-1", "on 2024-03-05.", "2024-03-05"),
        ("date-iso-1", "2024-03-05T10:00", "2024-03-05"),
        ("date-iso-1", "DOB2024/3/5", "2024/3/5"),
        ("date-numeric-1", "1/2/2024", "1/2/2024"),
        ("date-numeric-1", "on 25/12/24,", "25/12/24"),
        ("date-numeric-1", "01-02-24", "01-02-24"),
        ("date-numeric-1", "05.03.24", "05.03.24"),
        ("date-numeric-1", "5.3.2024.", "5.3.2024"),
        ("date-numeric-1", "since 03/2024", "03/2024"),
        ("date-words-1", "on 3 March 2024.", "3 March 2024"),
        ("date-words-1", "March 3rd, 2024", "March 3rd, 2024"),
        ("date-words-1", "Mar 3", "Mar 3"),
        ("date-words-1", "Mar. 3-5, 2024", "Mar. 3-5, 2024"),
        ("date-words-1", "march 2024", "march 2024"),
        ("date-words-1", "the 3rd of May, 2024", "3rd of May, 2024"),
        ("date-words-1", "28MAR2017", "28MAR2017"),
        ("date-words-1", "3-Mar-24", "3-Mar-24"),
        ("date-words-1", "may 3rd", "may 3rd"),
        ("date-words-1", "March\n3, 2024", "March\n3, 2024"),
        ("zip-1", "Boston, MA 02139", "02139"),
        ("zip-1", "MA, 02139-1234.", "02139-1234"),
        ("zip-1", "ZIP code: 02139", "02139"),
        ("zip-1", "box 02139-1234", "02139-1234"),
        ("age-1", "94-year-old man", "94"),
        ("age-1", "aged 93", "93"),
        ("age-1", "Age: 101", "101"),
        ("age-1", "a 90 y/o woman", "90"),
        ("age-1", "97yo", "97"),
    ],
)
def test_a_date_an_age_or_a_place_is_found(rule: str, text: str, value: str) -> None:
    """Whole, and without the words around it."""
    assert [value] == found(rule, text)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("date-iso-1", "2024-13-05"),
        ("date-iso-1", "2024-03-32"),
        ("date-iso-1", "12024-03-05"),
        ("date-numeric-1", "13/13/2024"),
        ("date-numeric-1", "0/5/2024"),
        ("date-numeric-1", "BP 122/80"),
        ("date-numeric-1", "500 mg 2-3 times"),
        ("date-numeric-1", "7.35-7.45"),
        ("date-numeric-1", "titrate 5-10-20 mg"),
        ("date-numeric-1", "version 1.2.10"),
        ("date-numeric-1", "5/1000 mg"),
        ("date-numeric-1", "strength 13/2024"),
        ("date-words-1", "may 3 tablets"),
        ("date-words-1", "Mar 2.5"),
        ("date-words-1", "May 10 mg"),
        ("date-words-1", "Decreased 3, Marked 5"),
        ("date-words-1", "March 32"),
        ("zip-1", "12345"),
        ("zip-1", "RBC 45000"),
        ("zip-1", "HI 10000 units"),
        ("zip-1", "ICD E11.65, room 12204"),
        ("age-1", "89-year-old"),
        ("age-1", "aged 93 days"),
        ("age-1", "SpO2 94%, HR 98, T 98.6"),
        ("age-1", "average 95"),
        ("age-1", "age 9.5"),
    ],
)
def test_numbers_of_a_note_are_no_date_age_or_place(rule: str, text: str) -> None:
    """Doses, pressures, laboratory values, codes, versions."""
    assert [] == found(rule, text)


def test_both_ends_of_a_range_are_found() -> None:
    """The dash between two dates is not the dash of a date."""
    assert ["01/02/2024", "01/10/2024"] == found("date-numeric-1", "01/02/2024-01/10/2024")
