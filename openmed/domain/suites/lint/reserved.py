"""Rule `not-reserved`: a synthetic value comes from a range that is never issued to anybody.

Telephones kept for fiction (NANPA 555-01xx; Ofcom; Bundesnetzagentur; ARCEP), RFC 2606 domains,
RFC 5737, RFC 1918 and RFC 3849 addresses, RFC 7042 hardware addresses, social security areas
that are not issued, processors' test cards, banks that do not exist. A label or a language with
no such range is not looked at.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address, ip_network
from typing import Final
from unicodedata import category, normalize

from openmed.domain.suites.lint.draft import Draft
from openmed.domain.suites.lint.lint_finding import LintFinding

_LOOKALIKES: Final = str.maketrans("OoIlSsZzb", "001155226")
_CYRILLIC: Final = str.maketrans("аеорсух", "aeopcyx")  # noqa: RUF001 - that they look alike is the point
_PHONES: Final[Mapping[str, re.Pattern[str]]] = {
    "en": re.compile(
        r"55501\d\d|1632960\d{3}|7700900\d{3}|2079460\d{3}|1\d\d4960\d{3}|8081570\d{3}"
    ),
    "de": re.compile(
        r"55501\d\d|3023125\d{3}|6990009\d{3}|4066969\d{3}|2214710\d{3}|8999998\d{3}|17139200\d\d"
        r"|1520\d{5,9}|176040690\d\d"
    ),
    "fr": re.compile(r"55501\d\d|(19900|26191|35301|46571|53649|63998)\d{4}"),
}
_FEWEST_DIGITS: Final = 7
_RESERVED_TOP: Final = re.compile(
    r"(^|[.\s])((exampl[ec]|test|invalid|localhost)|example\s*(\.|dot)\s*(com|net|org))$"
)
_NETWORKS: Final = tuple(
    ip_network(text)
    for text in (
        "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "10.0.0.0/8", "172.16.0.0/12",
        "192.168.0.0/16", "127.0.0.0/8", "2001:db8::/32", "3fff::/20",
    )
)  # fmt: skip
_DOTTED: Final = re.compile(r"\d{1,3}(\.\d{1,3}){3}")
_TAXPAYER_GROUPS: Final = frozenset(
    (*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100))
)
_SSN_AREAS: Final = ("000", "666")
_SSN: Final = re.compile(r"(\d{3})(\d{2})(\d{4})")
_TEST_CARDS: Final = (
    "4242", "400000", "400005", "401288", "411111", "422222", "510510", "520082", "555555",
    "222300", "2223", "378282", "371449", "601111", "305693", "353011", "0000",
)  # fmt: skip
_CARD_DIGITS: Final = range(13, 20)
_NO_BANK: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z]?(0000|ZZZZ)|SA\d{2}00")
_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}")
_MAC: Final = re.compile(r"([0-9a-f]{2}[:-]){5}[0-9a-f]{2}", re.IGNORECASE)
_DOCUMENTATION_MAC: Final = "00005E0053"


def reserved(draft: Draft) -> Iterator[LintFinding]:
    """Values of one synthetic document that might be somebody's."""
    language = draft.language.partition("-")[0]
    for span in draft.spans:
        check = _CHECKS.get(span.label)
        # Disguised values are looked at as what they look like.
        plain = normalize("NFKC", draft.value(span)).translate(_CYRILLIC)
        value = "".join(c for c in plain if category(c) != "Cf")
        if check is not None and value and not check(value, language):
            yield LintFinding("not-reserved", draft.where, span.start, span.end, span.label)


def _digits(value: str) -> str:
    return "".join(c for c in value.translate(_LOOKALIKES) if c.isascii() and c.isdigit())


def _is_phone(value: str, language: str) -> bool:
    pattern = _PHONES.get(language)
    digits = _digits(value)
    return pattern is None or len(digits) < _FEWEST_DIGITS or bool(pattern.search(digits))


def _is_host(host: str) -> bool:
    if _DOTTED.fullmatch(host):
        return _is_address(host, "")
    return bool(_RESERVED_TOP.search(re.sub(r"\s+(dot|punkt|punto|point)\s+", ".", host)))


def _is_email(value: str, _language: str) -> bool:
    host = re.split(r"@|\s+at\s+|\[at\]|\(at\)", value.lower())[-1]
    return _is_host(re.sub(r"\s*(\[dot\]|\(dot\)|\.)\s*", ".", host).strip())


def _is_url(value: str, language: str) -> bool:
    if "@" in value and "/" not in value:
        return _is_email(value, language)
    # OCR and line breaks may stand anywhere in an adversarial address.
    rest = re.sub(r"\s", "", value.lower()).partition("://")
    host = re.split(r"[/?#:]", rest[2] or rest[0])[0]
    return _is_host(host)


def _is_address(value: str, _language: str) -> bool:
    try:
        address = ip_address(value.strip("[]"))
    except ValueError:
        return True  # not an address in full: nobody's
    return any(address in network for network in _NETWORKS)


def _is_ssn(value: str, language: str) -> bool:
    shape = _SSN.fullmatch(_digits(value))
    if language != "en" or shape is None:
        return True
    area, group, _ = shape.groups()
    is_ninth = area.startswith("9") and int(group) not in _TAXPAYER_GROUPS
    return is_ninth or area in _SSN_AREAS or group == "00"


def _is_card(value: str, _language: str) -> bool:
    digits = _digits(value)
    return len(digits) not in _CARD_DIGITS or digits.startswith(_TEST_CARDS)


def _is_iban(value: str, _language: str) -> bool:
    whole = re.sub(r"[\s-]", "", value).upper()
    return not _IBAN.fullmatch(whole) or bool(_NO_BANK.match(whole))


def _is_zip(value: str, language: str) -> bool:
    digits = _digits(value)
    return language != "en" or len(digits) not in {5, 9} or digits < "00501"


def _is_device(value: str, _language: str) -> bool:
    if not _MAC.fullmatch(value):
        return True
    return re.sub("[:-]", "", value).upper().startswith(_DOCUMENTATION_MAC)


_CHECKS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "PHONE": _is_phone,
    "FAX": _is_phone,
    "EMAIL": _is_email,
    "URL": _is_url,
    "IP_ADDRESS": _is_address,
    "SSN": _is_ssn,
    "CREDIT_CARD": _is_card,
    "IBAN": _is_iban,
    "ZIPCODE": _is_zip,
    "DEVICE_ID": _is_device,
}
