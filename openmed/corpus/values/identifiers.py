"""Identifiers that can belong to nobody: each comes from a range that is never issued.

Phones 555-01xx, `.example` domains, documentation addresses (RFC 5737), social security
numbers in area 9xx with a group that is no taxpayer number either, zip codes below 00501,
national provider numbers that start with 9, DEA numbers of no registrant class, card numbers
under processors' test prefixes, accounts of banks that do not exist, vehicle numbers of no
region, test handsets, and documentation MAC and IPv6 addresses. Check digits are right, so a model
cannot tell these from real ones by arithmetic. Record numbers have no such range; they are
plain digits with a Luhn digit. Not here: names and dates.
"""

from collections.abc import Callable
from typing import Final

from openmed.corpus.draws import Draws
from openmed.corpus.emitter import Item
from openmed.domain.text.check_digits import (
    dea_digit,
    iban_digits,
    luhn_digit,
    npi_digit,
    vin_digit,
)

_AREA_CODES: Final = (
    "202", "206", "213", "303", "312", "319", "404", "415", "503", "505", "512", "603", "605",
    "612", "617", "701", "702", "713", "787", "802", "808", "859", "907", "914", "956", "980",
)  # fmt: skip
_SSN_GROUPS: Final = ("66", "67", "68", "69", "89", "93")
_DOCUMENTATION_NETWORKS: Final = ("192.0.2", "198.51.100", "203.0.113")
_DOMAIN_WORDS: Final = (
    "alderpost", "brightinbox", "cedarmail", "dunesend", "eastwire", "fernbox", "gullmail",
    "hearthpost", "inkwell", "juniper", "kestrelnet", "larkmail", "meadowline", "northpost",
)  # fmt: skip
_SITE_WORDS: Final = (
    "chart", "records", "results", "portal", "visits", "share", "images", "forms", "billing",
)  # fmt: skip
_CARD_PREFIXES: Final = ("424242", "400000", "555555", "222300")
_VIN_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_MEMBER_ALPHABET: Final = "ACDEFGHJKMNPQRTUVWXY"
_PHONE_SHAPES: Final = (
    "({area}) 555-01{line}",
    "{area}-555-01{line}",
    "{area}-555-01{line}",
    "{area}.555.01{line}",
    "+1 {area} 555 01{line}",
    "{area} 555-01{line}",
    "1-{area}-555-01{line}",
    "{area}55501{line}",
    "555-01{line}",
)


def ssn(draws: Draws) -> Item:
    """Draw a social security number that is issued to nobody."""
    area, group = f"9{draws.digits(2)}", draws.choice(_SSN_GROUPS)
    serial = f"{draws.integer(1, 9999):04d}"
    joint = draws.choice(("-", "-", "-", " ", ""))
    return Item("SSN", joint.join((area, group, serial)))


def mrn(draws: Draws) -> Item:
    """Draw a medical record number, the last digit by Luhn."""
    body = draws.digits(draws.integer(6, 9))
    number = body + luhn_digit(body)
    match draws.integer(1, 6):
        case 1:
            return Item("MRN", f"{draws.choice('HMEK')}{number}")
        case 2:
            return Item("MRN", f"{number[:-4]}-{number[-4:]}")
        case _:
            return Item("MRN", number)


def phone(draws: Draws) -> Item:
    """Draw a telephone number kept for fiction."""
    return Item("PHONE", _line(draws))


def spaced_phone(draws: Draws) -> Item:
    """Draw a telephone number with a space after every digit, as when it is spelled out."""
    return Item("PHONE", " ".join(f"{draws.choice(_AREA_CODES)}55501{draws.digits(2)}"))


def fax(draws: Draws) -> Item:
    """Draw a fax number kept for fiction."""
    return Item("FAX", _line(draws))


def zip_code(draws: Draws) -> Item:
    """Draw a zip code below the first one ever assigned (00501)."""
    code = f"00{draws.integer(1, 4)}{draws.digits(2)}"
    return Item("ZIPCODE", f"{code}-{draws.digits(4)}" if draws.one_in(5) else code)


def ip_address(draws: Draws) -> Item:
    """Draw an address of the networks kept for documentation."""
    return Item("IP_ADDRESS", f"{draws.choice(_DOCUMENTATION_NETWORKS)}.{draws.integer(1, 254)}")


def domain(draws: Draws) -> str:
    """Draw a domain under the reserved top level `.example`."""
    return f"{draws.choice(_DOMAIN_WORDS)}.example"


def url(draws: Draws) -> Item:
    """Draw a personal page under the reserved top level `.example`."""
    site = f"{draws.choice(_SITE_WORDS)}.{domain(draws)}"
    tail = draws.choice(("/p/{}", "/visit?id={}", "/r/{}/summary", "/u{}", "/share/{}.pdf"))
    scheme = draws.choice(("https://", "https://", "http://", "www."))
    return Item("URL", scheme + site + tail.format(draws.digits(5)))


def health_plan_id(draws: Draws) -> Item:
    """Draw a member number: no plan has the prefix ZZ, no Medicare number starts with 0."""
    match draws.integer(1, 3):
        case 1:
            number = f"ZZ{draws.letters(1)}{draws.digits(9)}"
        case 2:
            number = f"ZZ-{draws.digits(4)}-{draws.digits(5)}"
        case _:
            head, middle = (f"{_member(draws, 2)}{draws.digits(1)}" for _ in range(2))
            number = f"0{head}-{middle}-{draws.digits(4)}"
    return Item("HEALTH_PLAN_ID", number)


def account_number(draws: Draws) -> Item:
    """Draw the number of a patient's account."""
    shape = draws.choice(("{0}{1}", "{0}-{1}", "{0} {1}", "G{0}{1}", "A-{0}{1}"))
    return Item("ACCOUNT_NUMBER", shape.format(draws.digits(4), draws.digits(5)))


def credit_card(draws: Draws) -> Item:
    """Draw a card number under a test prefix, the last digit by Luhn."""
    body = draws.choice(_CARD_PREFIXES) + draws.digits(9)
    number = body + luhn_digit(body)
    joint = draws.choice((" ", " ", "-", ""))
    return Item("CREDIT_CARD", joint.join(number[start : start + 4] for start in range(0, 16, 4)))


def iban(draws: Draws) -> Item:
    """Draw an account at a bank whose code belongs to no bank."""
    country, account = draws.choice(
        (
            ("GB", f"ZZZZ{draws.digits(14)}"),
            ("NL", f"ZZZZ{draws.digits(10)}"),
            ("DE", f"00000000{draws.digits(10)}"),
            ("ES", f"0000{draws.digits(16)}"),
        )
    )
    whole = country + iban_digits(country, account) + account
    if draws.one_in(3):
        return Item("IBAN", whole)
    groups = (whole[start : start + 4] for start in range(0, len(whole), 4))
    return Item("IBAN", " ".join(groups))


def npi(draws: Draws) -> Item:
    """Draw a provider number that starts with 9; issued ones start with 1 or 2."""
    body = f"9{draws.digits(8)}"
    return Item("LICENSE_ID", body + npi_digit(body))


def dea(draws: Draws) -> Item:
    """Draw a DEA number of class Z, which no registrant has."""
    body = draws.digits(6)
    return Item("LICENSE_ID", f"Z{draws.letters(1)}{body}{dea_digit(body)}")


def driver_license(draws: Draws) -> Item:
    """Draw the number of a driver's licence."""
    shape = draws.choice(("X{0}-{1}-{2}", "X{0}{1}{2}", "{0} {1} {2}"))
    return Item("LICENSE_ID", shape.format(draws.digits(3), draws.digits(3), draws.digits(3)))


def passport(draws: Draws) -> Item:
    """Draw the number of a passport."""
    return Item("LICENSE_ID", f"XX{draws.digits(7)}")


def vin(draws: Draws) -> Item:
    """Draw a vehicle number: no region has a leading zero; the ninth character is right."""
    body = "0" + draws.characters(_VIN_ALPHABET, 10) + draws.digits(6)
    return Item("VEHICLE_ID", body[:8] + vin_digit(body) + body[9:])


def plate(draws: Draws) -> Item:
    """Draw a licence plate."""
    return Item("VEHICLE_ID", f"{draws.letters(3)} 0{draws.digits(3)}")


def serial_number(draws: Draws) -> Item:
    """Draw the serial number of a device."""
    shape = draws.choice(("{0}{1}", "{0}-{1}", "SN{1}{0}"))
    return Item("DEVICE_ID", shape.format(draws.letters(3), draws.digits(6)))


def imei(draws: Draws) -> Item:
    """Draw a handset number with the test prefix 00, the last digit by Luhn."""
    body = f"001{draws.digits(11)}"
    return Item("DEVICE_ID", body + luhn_digit(body))


def mac_address(draws: Draws) -> Item:
    """Draw a MAC address of the block kept for documentation (RFC 7042)."""
    return Item("DEVICE_ID", f"00:00:5E:00:53:{draws.characters('0123456789ABCDEF', 2)}")


def accession(draws: Draws) -> Item:
    """Draw the accession number of a specimen or an image."""
    return Item("OTHER_ID", f"{draws.choice('SCRQ')}{draws.digits(2)}-{draws.digits(5)}")


def claim(draws: Draws) -> Item:
    """Draw the number of a claim."""
    return Item("OTHER_ID", f"CLM{draws.digits(8)}")


def visit(draws: Draws) -> Item:
    """Draw the number of a visit."""
    return Item("OTHER_ID", draws.choice(("V{}", "E-{}", "{}")).format(draws.digits(8)))


def prescription(draws: Draws) -> Item:
    """Draw the number of a prescription."""
    return Item("OTHER_ID", f"{draws.digits(7)}-{draws.digits(2)}")


def study_code(draws: Draws) -> Item:
    """Draw the code of a study participant."""
    return Item("OTHER_ID", f"{draws.letters(3)}-{draws.digits(3)}-{draws.digits(4)}")


def biometric(draws: Draws) -> Item:
    """Draw the number of a stored fingerprint, iris, palm, voice or genetic profile."""
    shape = draws.choice(("FP-{0}-{1}", "IRIS-L-{0}{1}", "PV{0}-{1}", "VP:{2}", "STR-{1}-{0}"))
    code = draws.characters("0123456789abcdef", 12)
    return Item("BIOMETRIC_ID", shape.format(draws.digits(4), draws.digits(5), code))


def photo(draws: Draws) -> Item:
    """Draw the file name of a picture that shows a face."""
    shape = draws.choice(
        ("IMG_{0}{1}.jpg", "face-{0}{1}.png", "DSC0{0}_frontal.JPG", "portrait_{1}.heic")
    )
    return Item("PHOTO", shape.format(draws.digits(4), draws.digits(3)))


def badge(draws: Draws) -> Item:
    """Draw the number of an employee or a student."""
    return Item("OTHER_ID", draws.choice(("EMP-{}", "B{}", "STU{}")).format(draws.digits(6)))


def long_address(draws: Draws) -> Item:
    """Draw an IPv6 address of the block kept for documentation (RFC 3849)."""
    groups = (draws.characters("0123456789abcdef", 4) for _ in range(3))
    return Item("IP_ADDRESS", f"2001:db8:{':'.join(groups)}::{draws.integer(1, 9)}")


MAKERS: Final[dict[str, Callable[[Draws], Item]]] = {
    "ssn": ssn,
    "mrn": mrn,
    "phone": phone,
    "spaced_phone": spaced_phone,
    "fax": fax,
    "zip": zip_code,
    "ip": ip_address,
    "url": url,
    "plan": health_plan_id,
    "account": account_number,
    "card": credit_card,
    "iban": iban,
    "npi": npi,
    "dea": dea,
    "driver": driver_license,
    "passport": passport,
    "vin": vin,
    "plate": plate,
    "serial": serial_number,
    "imei": imei,
    "mac": mac_address,
    "accession": accession,
    "claim": claim,
    "visit": visit,
    "rx": prescription,
    "study": study_code,
    "bio": biometric,
    "photo": photo,
    "badge": badge,
    "ip6": long_address,
}
"""What a template's `{kind}` draws, by kind."""

CHECKED: Final = frozenset({"mrn", "card", "iban", "npi", "dea", "vin", "imei"})
"""Kinds whose last digit can be told wrong by arithmetic."""


def _line(draws: Draws) -> str:
    shape = draws.choice(_PHONE_SHAPES)
    return shape.format(area=draws.choice(_AREA_CODES), line=draws.digits(2))


def _member(draws: Draws, count: int) -> str:
    return draws.characters(_MEMBER_ALPHABET, count)
