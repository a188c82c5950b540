"""What the rules for identifiers find, and what they leave alone. All values are made up."""

import pytest

from openmed.domain.rules import find
from openmed.domain.text.check_digits import iban_digits, luhn_digit, vin_digit

CARD = "4242424242424242"
AMEX = "42424242424242" + luhn_digit("42424242424242")
IBAN = f"XX{iban_digits('XX', '000012345678')}000012345678"
NPI = "1234567893"
VIN = "1M8GDM9AXKP042788"
IMEI = "00000000000000" + luhn_digit("00000000000000")


def found(rule: str, text: str) -> list[str]:
    """What one rule finds in a text."""
    return [text[span.start : span.end] for span in find(text, [rule])]


@pytest.mark.parametrize(
    ("rule", "text", "value"),
    [
        ("card-1", f"paid with {CARD}.", CARD),
        ("card-1", "card 4242 4242 4242 4242 12/27", "4242 4242 4242 4242"),
        ("card-1", "4242-4242-4242-4242", "4242-4242-4242-4242"),
        ("card-1", "4242\u00a04242\u20094242\n4242", "4242\u00a04242\u20094242\n4242"),
        ("card-1", "4242 4242 4242 4242 123", "4242 4242 4242 4242"),
        ("card-1", f"{AMEX[:4]} {AMEX[4:10]} {AMEX[10:]}", f"{AMEX[:4]} {AMEX[4:10]} {AMEX[10:]}"),
        ("ssn-1", "id 900-12-3456, verified", "900-12-3456"),
        ("ssn-1", "900 12 3456", "900 12 3456"),
        ("ssn-1", "900\u00a012\u00a03456", "900\u00a012\u00a03456"),
        ("ssn-1", "900\u201112\u20113456", "900\u201112\u20113456"),
        ("ssn-1", "900-12-\n3456", "900-12-\n3456"),
        ("ssn-cue-1", "SSN 900123456", "900123456"),
        ("ssn-cue-1", "Social Security number: 900.12.3456", "900.12.3456"),
        ("ssn-cue-1", "ptSSN(900123456)", "900123456"),
        ("npi-1", f"NPI: {NPI}", NPI),
        ("npi-1", f"npi no. {NPI}", NPI),
        ("npi-1", f"| NPI | {NPI} |", NPI),
        ("dea-1", "DEA AB1234563", "AB1234563"),
        ("dea-1", "prescriber A91234563-012", "A91234563"),
        ("dea-1", "DEAAB1234563", "AB1234563"),
        ("iban-1", f"to {IBAN}.", IBAN),
        ("iban-1", f"{IBAN[:4]} {IBAN[4:8]} {IBAN[8:12]} {IBAN[12:]} TODAY",
         f"{IBAN[:4]} {IBAN[4:8]} {IBAN[8:12]} {IBAN[12:]}"),
        ("vin-1", f"his car, {VIN}, was", VIN),
        ("vin-1", f"VIN{VIN}", VIN),
        ("vin-1", VIN.lower(), VIN.lower()),
        ("mac-1", "pump 00:00:5E:00:53:01 online", "00:00:5E:00:53:01"),
        ("mac-1", "00-00-5e-00-53-01", "00-00-5e-00-53-01"),
        ("mac-1", "0000.5e00.5301", "0000.5e00.5301"),
        ("imei-1", f"IMEI: {IMEI}", IMEI),
        ("imei-1", f"imei number {IMEI[:2]}-{IMEI[2:8]}-{IMEI[8:14]}-{IMEI[14:]}",
         f"{IMEI[:2]}-{IMEI[2:8]}-{IMEI[8:14]}-{IMEI[14:]}"),
        ("mrn-1", "MRN: 12345678", "12345678"),
        ("mrn-1", "chartMRN12345678Name", "12345678"),
        ("mrn-1", "Medical Record Number (MRN): A-0012345", "A-0012345"),
        ("mrn-1", "**MRN:** AB12C3456", "AB12C3456"),
        ("mrn-1", "medical record no. 0012345", "0012345"),
        ("mrn-1", "chart no. 445566 pulled", "445566"),
        ("mrn-1", "Patient ID E1234567", "E1234567"),
        ("mrn-1", "patient number: 445-566-77", "445-566-77"),
        ("account-1", "Account: 00123456", "00123456"),
        ("account-1", "acct # AC-1234567", "AC-1234567"),
        ("account-1", "a/c no. 1234 5678 90", "1234 5678 90"),
        ("plan-1", "Member ID: XYZ123456789", "XYZ123456789"),
        ("plan-1", "policy no. 00-445566", "00-445566"),
        ("plan-1", "Medicare 1EG4-TE5-MK73", "1EG4-TE5-MK73"),
        ("plan-1", "Medicare number 1EG4 TE5 MK73", "1EG4 TE5 MK73"),
    ],
)  # fmt: skip
def test_an_identifier_is_found_without_its_context(rule: str, text: str, value: str) -> None:
    """The span is the identifier and nothing else."""
    assert [value] == found(rule, text)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("card-1", CARD[:-1] + "3"),
        ("card-1", "4242-4242-4242-4243"),
        ("npi-1", "NPI 1234567890"),
        ("dea-1", "AB1234560"),
        ("iban-1", IBAN[:-1] + "9"),
        ("vin-1", VIN[:-1] + "9"),
        ("imei-1", "IMEI 000000000000001"),
    ],
)
def test_a_wrong_check_digit_is_refused(rule: str, text: str) -> None:
    """The form alone does not count where there is a check digit."""
    assert [] == found(rule, text)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("card-1", "0000 0000 0000 0000"),
        ("card-1", "1.2.840.4242424242424242"),
        ("card-1", "120 130 140 141 142 138"),
        ("ssn-1", "000-12-3456"),
        ("ssn-1", "900-00-3456"),
        ("ssn-1", "900-12-0000"),
        ("ssn-1", "1900-12-3456"),
        ("ssn-1", "140\n38\n1042"),
        ("ssn-cue-1", "900123456"),
        ("ssn-cue-1", "SSN not given, room 900123456"),
        ("npi-1", NPI),
        ("npi-1", f"NPI not known, phone {NPI}"),
        ("dea-1", "ICD S72.001A"),
        ("dea-1", "lot XAB1234563"),
        ("iban-1", "BP 122/80, ICD E11.65"),
        ("iban-1", "ROOM 1204 BED 2"),
        ("vin-1", "1" * 17),
        ("vin-1", "electrocardiogram"),
        ("mac-1", "taken at 10:20:30:40"),
        ("mac-1", "1:2:3:4:5:6"),
        ("imei-1", IMEI),
        ("imei-1", "IMEI unknown; 500 mg 2-3 times"),
        ("mrn-1", "12345678"),
        ("mrn-1", "MRN pending, room 12"),
        ("mrn-1", "chart reviewed 2 times, 500 mg"),
        ("mrn-1", "the patient no longer takes 5000 units"),
        ("account-1", "on account of 100000 platelets"),
        ("account-1", "ventilator A/C 14 450 5 40"),
        ("plan-1", "Medicare 2024 rules"),
        ("plan-1", "group of 120 patients, member of staff"),
    ],
)
def test_what_only_looks_alike_is_left(rule: str, text: str) -> None:
    """Near misses of a clinical note."""
    assert [] == found(rule, text)


def test_a_number_in_front_does_not_hide_a_card() -> None:
    """Its blocks may fit together with the first blocks of the card; both are found."""
    assert "4242 4242 4242 4242" in found("card-1", "room 1024 4242 4242 4242 4242")


def test_the_vin_digit_of_the_example_is_right() -> None:
    """The example stands on the arithmetic, not on itself."""
    assert VIN[8] == vin_digit(VIN)
