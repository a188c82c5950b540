"""Rules for identifiers that their own form or check digit gives away."""

import re
from collections.abc import Iterator
from typing import Final

from openmed.domain.rules.landmarks import Landmarks, at_any, at_matches, at_runs
from openmed.domain.rules.parts import BLANKS, DASHES, NEWLINE
from openmed.domain.rules.rule import Rule, digits_of, longest, rule, when
from openmed.domain.text import check_digits

_CARD_LENGTHS: Final = (13, 19)
_CARD_GAP: Final = rf"[{BLANKS}{DASHES}\r\n]{{1,3}}"
_SSN_DASH: Final = rf"[{DASHES}](?:{NEWLINE})?"


def _is_card(value: str) -> bool:
    digits = digits_of(value)
    low, high = _CARD_LENGTHS
    return low <= len(digits) <= high and len(set(digits)) > 1 and check_digits.is_luhn(digits)


def _is_ssn(value: str) -> bool:
    digits = digits_of(value)
    return digits[:3] != "000" and digits[3:5] != "00" and digits[5:] != "0000"


def _is_iban(value: str) -> bool:
    return check_digits.is_iban(re.sub(r"[\W_]", "", value))


def _is_vin(value: str) -> bool:
    # Seventeen digits are an accession or a serial number; no maker is named by digits alone.
    return not value.isdecimal() and check_digits.is_vin(value.upper())


_VIN_SIZE: Final = 17
_VIN_PLACE: Final = re.compile(r"(?:\b|(?<=VIN))(?=\w{17})", re.IGNORECASE)


def _at_long_words(marks: Landmarks) -> Iterator[int]:
    text, end = marks.text, 0
    for part in text.split():
        if len(part) >= _VIN_SIZE:
            at = text.find(part, end)
            end = at + len(part)
            yield from (match.start() for match in _VIN_PLACE.finditer(text, at, end))


IDENTIFIERS: Final[tuple[Rule, ...]] = (
    rule(
        "card-1",
        "CREDIT_CARD",
        # Looks ahead only: the last block of a number before may fit by chance.
        rf"(?<!\w)(?<!\d[.])(?=(?P<value>\d{{13,19}}"
        rf"|\d{{4}}{_CARD_GAP}\d{{4}}{_CARD_GAP}\d{{4}}{_CARD_GAP}\d{{4}}(?:{_CARD_GAP}\d{{3}})?"
        rf"|\d{{4}}{_CARD_GAP}\d{{6}}{_CARD_GAP}\d{{4,5}}"
        rf"|\d{{4}}{_CARD_GAP}\d{{3}}{_CARD_GAP}\d{{3}}{_CARD_GAP}\d{{3}})(?!\w|[.]\d))",
        places=at_runs(4, *range(13, 20)),
        accept=longest(_is_card),
        finds="payment card numbers, plain or in the usual blocks",
        checks="Luhn, 13 to 19 digits, not all the same",
    ),
    rule(
        "ssn-1",
        "SSN",
        rf"(?<!\w)(?<!\d[{DASHES}])(?P<value>\d{{3}}{_SSN_DASH}\d{{2}}{_SSN_DASH}\d{{4}}"
        rf"|\d{{3}}[{BLANKS}]\d{{2}}(?:[{BLANKS}]|{NEWLINE})\d{{4}}"
        rf"|\d{{3}}{NEWLINE}\d{{2}}[{BLANKS}]\d{{4}})(?!\w|[{DASHES}]\d|[.]\d)",
        places=at_runs(3),
        accept=when(_is_ssn),
        finds="numbers shaped like a US social security number, whatever the area",
        checks="no part is all zeros",
    ),
    rule(
        "dea-1",
        "LICENSE_ID",
        r"(?:(?<![\w-])|(?<=DEA)|(?<=DEA-))(?P<value>[A-Z][A-Z9]\d{7})(?!\w)",
        places=at_runs(7, 8, back=(1, 2)),
        accept=when(check_digits.is_dea),
        finds="DEA numbers of prescribers",
        checks="DEA check digit",
    ),
    rule(
        "iban-1",
        "IBAN",
        rf"(?:(?<!\w)|(?<=IBAN))(?P<value>[A-Z]{{2}}\d{{2}}(?:[{BLANKS}{DASHES}]?[A-Z0-9]{{4}}){{2,7}}"
        rf"(?:[{BLANKS}{DASHES}]?[A-Z0-9]{{1,3}})?)(?!\w)",
        places=at_matches(r"[A-Z](?=[A-Z]\d\d)"),
        accept=longest(_is_iban),
        finds="international bank account numbers",
        checks="mod 97, 15 to 34 characters",
    ),
    rule(
        "vin-1",
        "VEHICLE_ID",
        r"(?:(?<!\w)|(?<=VIN))(?P<value>[A-HJ-NPR-Z0-9]{17})(?!\w)",
        places=_at_long_words,
        flags=re.IGNORECASE,
        accept=when(_is_vin),
        finds="vehicle identification numbers",
        checks="VIN check digit, at least one letter",
    ),
    rule(
        "mac-1",
        "DEVICE_ID",
        r"(?<![\w:-])(?P<value>[0-9A-Fa-f]{2}(?P<gap>[:-])(?:[0-9A-Fa-f]{2}(?P=gap)){4}"
        r"[0-9A-Fa-f]{2}|[0-9A-Fa-f]{4}[.][0-9A-Fa-f]{4}[.][0-9A-Fa-f]{4})(?!\w|[:-]\w|[.]\d)",
        places=at_any(
            at_matches(r"[:\-](?=[0-9A-Fa-f]{2}[:\-])", back=(2,)),
            at_matches(r"[.](?=[0-9A-Fa-f]{4}[.])", back=(4,)),
        ),
        finds="MAC addresses, in pairs or in fours",
    ),
)
"""In the order of `docs/reference/rules.md`."""
