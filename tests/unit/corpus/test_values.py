"""Values of the golden corpus are issued to nobody and have right check digits."""

import re
from collections.abc import Callable

import pytest
from support.golden_corpus import GOLDEN, PLAIN_ENGLISH, digits_of, is_iban, is_luhn, values

OTHER = r"[A-Z]\d\d-\d{5}|CLM\d{8}|(V|E-)?\d{8}|\d{7}-\d\d|[A-Z]{3}-\d{3}-\d{4}|(EMP-|B|STU)\d{6}"
BIOMETRIC = r"FP-\d{4}-\d{5}|IRIS-L-\d{9}|PV\d{4}-\d{5}|VP:[0-9a-f]{12}|STR-\d{5}-\d{4}"
GERMAN_PHONE = r"(030 23125|040 66969|\+49 69 90009|0221/4710|089-99998) 0\d\d|0171 39200\d\d"
FRENCH_PHONE = (
    r"(01 99 00|02 61 91|04 65 71|05 36 49|(06|\+33 6) 39 98) \d\d \d\d|03\.53\.01\.\d\d\.\d\d"
)


def is_never_bank(value: str) -> bool:
    """The bank code is one that no bank has."""
    pattern = r"(GB..ZZZZ|NL..ZZZZ|DE..0{8}|ES..0000|FR..0{5}|PT..0000|IT..Z0{5}|SA..00)"
    return bool(re.match(pattern, value.replace(" ", "")))


def is_dea(value: str) -> bool:
    """The last digit is the sum of the first six, every second doubled (a common rule)."""
    weighed = sum(int(digit) * (1 + at % 2) for at, digit in enumerate(value[2:8]))
    return weighed % 10 == int(value[8])


def is_vin(value: str) -> bool:
    """The ninth character is the weighed sum by 11 (49 CFR 565.15)."""
    letters = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True))
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    total = sum(
        int(letters.get(each, each)) * weight for each, weight in zip(value, weights, strict=True)
    )
    return "0123456789X"[total % 11] == value[8]


def is_citizen(value: str) -> bool:
    """The Dutch check of eleven."""
    total = sum(int(each) * weight for each, weight in zip(value[:8], range(9, 1, -1), strict=True))
    return (total - int(value[8])) % 11 == 0


def is_identity(value: str) -> bool:
    """The Chinese check (GB 11643): ISO 7064, mod 11-2."""
    numbers = [10 if each == "X" else int(each) for each in value]
    total = 0
    for number in numbers:
        total = (2 * total + number) % 11
    return total == 1


@pytest.mark.parametrize(
    ("label", "pattern"),
    [
        ("SSN", r"9\d\d(?P<joint>[- ]?)(66|67|68|69|89|93)(?P=joint)(?!0000)\d{4}"),
        ("EMAIL", r"[a-z0-9._+]+@[a-z]+\.example"),
        ("URL", r"(https?://|www\.)[a-z]+\.[a-z]+\.example/\S+"),
        ("IP_ADDRESS", r"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}"),
        ("ZIPCODE", r"00[0-4]\d\d(-\d{4})?"),
        ("HEALTH_PLAN_ID", r"ZZ[A-Z]\d{9}|ZZ-\d{4}-\d{5}|0[A-Z]{2}\d-[A-Z]{2}\d-\d{4}"),
        ("CREDIT_CARD", r"(4242.?42|4000.?00|5555.?55|2223.?00)[\d -]+"),
        ("LICENSE_ID", r"9\d{9}|Z[A-Z]\d{7}|X\d{3}-?\d{3}-?\d{3}|\d{3} \d{3} \d{3}|XX\d{7}"),
        ("VEHICLE_ID", r"0[0-9A-HJ-NPR-Z]{16}|[A-Z]{3} 0\d{3}"),
        ("DEVICE_ID", r"00:00:5E:00:53:[0-9A-F]{2}|001\d{12}|[A-Z]{3}-?\d{6}|SN\d{6}[A-Z]{3}"),
        ("OTHER_ID", OTHER),
        ("BIOMETRIC_ID", BIOMETRIC),
        ("PHOTO", r"(IMG_\d{7}|face-\d{7}|DSC0\d{4}_frontal|portrait_\d{3})\.(jpg|png|JPG|heic)"),
        ("IBAN", r"(GB|NL)\d\d ?ZZZZ[\d ]+|DE\d\d ?0000 ?0000[\d ]+|ES\d\d ?0000[\d ]+"),
    ],
)  # fmt: skip
def test_values_come_from_ranges_never_issued(label: str, pattern: str) -> None:
    """Every value has the shape of a range that belongs to nobody (or of our own numbers)."""
    assert [] == [
        value for value in values(label, PLAIN_ENGLISH) if not re.fullmatch(pattern, value)
    ]


@pytest.mark.parametrize("label", ["PHONE", "FAX"])
def test_telephone_numbers_are_fictional(label: str) -> None:
    """Every number ends with 555-01xx."""
    assert [] == [
        value
        for value in values(label, PLAIN_ENGLISH)
        if not re.fullmatch(r"(1?\d{3})?55501\d\d", digits_of(value))
    ]


@pytest.mark.parametrize(
    ("label", "is_right"),
    [
        ("MRN", lambda value: is_luhn(digits_of(value))),
        ("CREDIT_CARD", lambda value: len(digits_of(value)) == 16 and is_luhn(digits_of(value))),
        ("IBAN", is_iban),
        ("IBAN", is_never_bank),
        ("AGE", lambda value: int(value) <= 89),
        ("AGE_OVER_89", lambda value: int(value) > 89),
    ],
)
def test_values_are_arithmetically_right(label: str, is_right: Callable[[str], bool]) -> None:
    """Check digits hold, so that arithmetic cannot tell a made-up number; ages fit the label."""
    assert [] == [value for value in values(label, PLAIN_ENGLISH) if not is_right(value)]


@pytest.mark.parametrize(
    ("label", "shape", "is_right"),
    [
        ("LICENSE_ID", r"9\d{9}", lambda value: is_luhn("80840" + value)),
        ("LICENSE_ID", r"Z[A-Z]\d{7}", is_dea),
        ("DEVICE_ID", r"001\d{12}", is_luhn),
        ("VEHICLE_ID", r"0[0-9A-HJ-NPR-Z]{16}", is_vin),
    ],
    ids=["npi", "dea", "imei", "vin"],
)
def test_numbers_of_one_shape_have_right_check_digits(
    label: str, shape: str, is_right: Callable[[str], bool]
) -> None:
    """Provider, DEA, handset and vehicle numbers have the digit that belongs there."""
    numbers = [value for value in values(label, PLAIN_ENGLISH) if re.fullmatch(shape, value)]
    assert [True] * max(20, len(numbers)) == [is_right(number) for number in numbers]


@pytest.mark.parametrize("language", ["ar", "de", "es", "fr", "hi", "it", "nl", "pt", "zh"])
def test_accounts_of_other_languages_are_right_and_nobodys(language: str) -> None:
    """Check digits hold; the bank does not exist."""
    documents = tuple(document for document in GOLDEN if document.language == language)
    accounts = values("IBAN", documents)
    assert [(True, True)] * len(accounts) == [(is_iban(v), is_never_bank(v)) for v in accounts]


@pytest.mark.parametrize(
    ("language", "label", "pattern"),
    [
        ("es", "SSN", r"00/\d{8}/\d\d"),
        ("es", "LICENSE_ID", r"999\d{5}-[A-Z]"),
        ("es", "ZIPCODE", r"00\d{3}"),
        ("es", "PHONE", r"(\+34 )?[69]\d\d[ .]000[ .]0\d\d"),
        ("de", "SSN", r"00 1507\d\d [A-Z] 0\d\d|00\d{6}[A-Z]0\d\d"),
        ("de", "ZIPCODE", r"00\d{3}"),
        ("de", "PHONE", GERMAN_PHONE),
        ("fr", "SSN", r"1 \d\d 05 00 \d{3} \d{3} \d\d"),
        ("fr", "ZIPCODE", r"00\d{3}"),
        ("fr", "PHONE", FRENCH_PHONE),
        ("pt", "SSN", r"0\d{10}|0\d\d \d{3} \d{3} \d\d"),
        ("pt", "ZIPCODE", r"0\d{3}-\d{3}"),
        ("pt", "PHONE", r"(\+351 )?[29]\d\d ?000 ?0\d\d"),
        ("it", "SSN", r"[A-Z]{6}\d\dA0\dZ000[A-Z]"),
        ("it", "ZIPCODE", r"99\d{3}"),
        ("it", "PHONE", r"(\+39 )?[03]\d\d[ /]000 ?0\d\d\d?"),
        ("nl", "SSN", r"9999\d{5}"),
        ("nl", "ZIPCODE", r"0\d{3} ?[A-Z]{2}"),
        ("nl", "PHONE", r"(\+31 \d\d |0\d\d-|06-0)000 ?00\d\d"),
        ("hi", "SSN", r"0\d{3}([ -]?)\d{4}\1\d{4}"),
        ("hi", "ZIPCODE", r"0\d\d ?\d{3}"),
        ("hi", "PHONE", r"(\+91 )?0\d{4}[ -]?\d{5}"),
        ("zh", "SSN", r"99\d{4}19\d\d01\d\d0\d\d[0-9X]"),
        ("zh", "ZIPCODE", r"99\d{4}"),
        ("zh", "PHONE", r"0\d\d-0\d{7}|\+86 10 0\d{3} \d{4}|100\d{8}"),
        ("ar", "SSN", r"0\d{9}"),
        ("ar", "ZIPCODE", r"00\d{3}"),
        ("ar", "PHONE", r"(0|\+966 )[15]\d 000 0\d{3}"),
    ],
)
def test_numbers_of_other_languages_are_nobodys(language: str, label: str, pattern: str) -> None:
    """Each country's numbers come from the range that its `language.toml` names."""
    documents = tuple(document for document in GOLDEN if document.language == language)
    found = values(label, documents)
    assert (True, []) == (
        len(found) >= 8,
        [value for value in found if not re.fullmatch(pattern, value)],
    )


@pytest.mark.parametrize(
    ("language", "label", "is_right"),
    [
        ("ar", "SSN", is_luhn),
        ("es", "SSN", lambda value: int(value[:2] + value[3:11]) % 97 == int(value[12:])),
        ("fr", "SSN", lambda v: (int(digits_of(v)[:13]) + int(digits_of(v)[13:])) % 97 == 0),
        ("nl", "SSN", is_citizen),
        ("zh", "SSN", is_identity),
    ],
)  # fmt: skip
def test_numbers_of_persons_have_right_check_digits(
    language: str, label: str, is_right: Callable[[str], bool]
) -> None:
    """By the rule of each country, written again."""
    documents = tuple(document for document in GOLDEN if document.language == language)
    found = values(label, documents)
    assert [True] * max(8, len(found)) == [is_right(value) for value in found]


def test_every_address_of_any_language_is_reserved() -> None:
    """Mail and web addresses end with `.example`, whatever the disguise leaves of it."""
    plain = tuple(document for document in GOLDEN if document.slice != "adversarial")
    assert [] == [
        value
        for label in ("EMAIL", "URL")
        for value in values(label, plain)
        if ".example" not in re.sub(r"\s", "", value) and "\U0001d41e" not in value
    ]
