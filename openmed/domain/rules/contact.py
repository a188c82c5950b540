"""Rules for ways to reach somebody: e-mail, web, IP and telephone."""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv6Address
from typing import Final

from openmed.domain.rules.landmarks import Landmarks, at_matches, at_runs, at_words
from openmed.domain.rules.parts import BLANKS, DASHES, NEWLINE, NO_UNIT
from openmed.domain.rules.rule import Rule, rule, when, with_digits

_SENTENCE_END: Final = ".,;:!?*_'\u2019"
_PAIRS: Final = {")": "(", "]": "["}
_BYTE: Final = 255
_MOST_LOCAL: Final = 64
_IP6_CHARACTERS: Final = 4

_GAP: Final = rf"(?:[{BLANKS}]?[{DASHES}.][{BLANKS}]?|[{BLANKS}]|[{DASHES}]{NEWLINE})"
_EXTENSION: Final = rf"(?:[{BLANKS},;]{{0,2}}(?:x|ext|extension)[{BLANKS}.:\#]{{0,2}}\d{{1,6}})?"
_US: Final = (
    rf"(?:\+?1{_GAP}?)?(?:\(\d{{3}}\)[{BLANKS}{DASHES}.]{{0,3}}\d{{3}}{_GAP}?\d{{4}}"
    rf"|[2-9]\d{{2}}{_GAP}\d{{3}}(?:{_GAP}|{NEWLINE})\d{{4}}"
    rf"|[2-9]\d{{2}}{NEWLINE}\d{{3}}{_GAP}\d{{4}})"
)
_LOCAL: Final = rf"\d{{3}}{_GAP}\d{{4}}(?!\d|{_GAP}\d{{3}})"
_ANY: Final = rf"\+?\(?\d(?:[{BLANKS}{DASHES}.()]{{0,3}}\d){{6,14}}"
_NUMBER: Final = rf"(?P<value>(?:{_US}|{_LOCAL}|{_ANY}){_EXTENSION})(?!\w|[.]\d)"
_CUE_END: Final = (
    r"(?:\s{0,2}(?:numbers?|nos?|num|\#|line|\(?(?:home|work|office|cell|mobile|day|h|w|c|m|o)\)?)"
    r"(?![A-Za-z])){0,2}(?:(?:\s[A-Za-z'\u2019.,]{1,15}){0,4}?\s(?:at|on|is)(?=\s))?"
    r"[\s.:\#=|)\]*_@\-]{0,6}"
)
_DATE: Final = re.compile(
    r"(?:(?:19|20)\d{2}[.\-]\d{1,2}[.\-]\d{1,2}|\d{1,2}[.\-]\d{1,2}[.\-](?:(?:19|20)\d{2}|\d{2}))"
    r"(?!\d|[.\-]\d)"
)


def _without_end(value: str) -> int:
    end = len(value)
    while end:
        last = value[end - 1]
        opening = _PAIRS.get(last)
        is_alone = opening is not None and value.count(last, 0, end) > value.count(opening, 0, end)
        if last not in _SENTENCE_END and not is_alone:
            break
        end -= 1
    return end


def _is_ipv4(value: str) -> bool:
    return all(int(part) <= _BYTE for part in value.split("."))


def _ipv6_length(value: str) -> int:
    # The colon of the sentence is not told from the colon of the address by the pattern.
    for address in (value, value.rstrip(":")):
        # `::` alone, or two short groups, is more often a typing habit than an address.
        if len(address.replace(":", "")) >= _IP6_CHARACTERS and _is_ipv6(address):
            return len(address)
    return 0


def _is_ipv6(value: str) -> bool:
    try:
        IPv6Address(value)
    except AddressValueError:
        return False
    return True


def _is_no_date(value: str) -> bool:
    return _DATE.match(value) is None


def _at_mailboxes(marks: Landmarks) -> Iterator[int]:
    text = marks.text
    for sign in marks.places("@"):
        at = sign - 1
        while at >= max(0, sign - _MOST_LOCAL) and (text[at].isalnum() or text[at] in "_.+%'-"):
            yield at
            at -= 1


CONTACT: Final[tuple[Rule, ...]] = (
    rule(
        "email-1",
        "EMAIL",
        r"(?<!\w)(?P<value>\w[\w.+%'-]{0,63}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})(?!\w)",
        places=_at_mailboxes,
        finds="e-mail addresses, plus tags too",
    ),
    rule(
        "url-1",
        "URL",
        r"(?P<value>(?:https?://|(?<!\w)www\.)[^\s<>\"{}|“”]{2,2000})",
        places=at_words("http", "www."),
        flags=re.IGNORECASE,
        accept=_without_end,
        finds="web addresses with `http` or `www`, without the sentence's punctuation",
    ),
    rule(
        "ip-1",
        "IP_ADDRESS",
        r"(?<![\w.])(?<!\bv\s)(?<!\bver\s)(?<!\bver\.\s)(?<!version\s)(?<!version:\s)(?<!firmware\s)"
        r"(?<!release\s)(?<!build\s)(?<!section\s)(?<!\bv\.\s)"
        r"(?P<value>\d{1,3}(?:\.\d{1,3}){3})(?!\w|\.\d)",
        places=at_runs(1, 2, 3, after="."),
        flags=re.IGNORECASE,
        accept=when(_is_ipv4),
        finds="IPv4 addresses, not after `v` or `version`",
        checks="each part is at most 255",
    ),
    rule(
        "ip6-1",
        "IP_ADDRESS",
        r"(?:(?<![\w:.])|(?<=\bip:)|(?<=v6:)|(?<=address:)|(?<=addr:))"
        r"(?P<value>[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8})(?![\w:])",
        places=at_matches(r":(?=[0-9a-f]{0,4}:)", back=range(5), flags=re.IGNORECASE),
        flags=re.IGNORECASE,
        accept=_ipv6_length,
        finds="IPv6 addresses",
        checks="valid by RFC 4291",
    ),
    rule(
        "fax-1",
        "FAX",
        r"\b(?:e?fax|facsimile)" + _CUE_END + _NUMBER,
        places=at_words("fax", "efax", "facsimile"),
        flags=re.IGNORECASE,
        accept=when(_is_no_date),
        finds="telephone numbers after `fax`",
        checks="7 to 15 digits, no date",
    ),
    rule(
        "phone-1",
        "PHONE",
        rf"(?:(?<![\w+])(?<!\d[.{DASHES}])|(?<=[A-Za-z])(?=\())"
        rf"(?P<value>{_US}{_EXTENSION})(?!\w|[{DASHES}.]\d){NO_UNIT}",
        places=at_runs(1, 3, 4, back=(0, 1)),
        flags=re.IGNORECASE,
        finds="US telephone numbers with area code",
    ),
    rule(
        "phone-intl-1",
        "PHONE",
        # Of one digit there are only 1 and 7; a grade of reflexes or oedema looks like the others.
        rf"(?<![\w+])(?P<value>\+(?:[1-9]\d{{7,14}}|1{_GAP}?\d{{10}}"
        rf"|(?:7|[2-689]\d{{1,2}})[{BLANKS}{DASHES}.]?(?:\(\d{{1,4}}\)[{BLANKS}{DASHES}.]?)?\d"
        rf"(?:[{BLANKS}{DASHES}.]?\d){{5,14}}){_EXTENSION})(?!\w)",
        places=at_words("+"),
        flags=re.IGNORECASE,
        accept=with_digits(9, 21),
        finds="telephone numbers with a country code",
        checks="at least 9 digits",
    ),
    rule(
        "phone-cue-1",
        "PHONE",
        r"(?:\b(?:(?:tele)?phones?|tel|mobile|pager|beeper|dial|contact(?:ed)?|call(?:ed|\sback)?"
        r"|reach(?:ed|able)?|(?<!red\s)(?<!white\s)(?<!blood\s)(?<!\w-)cell)"
        # Acidity is written the same way, and its number follows the same way.
        r"|\bph(?!\W{0,4}\d\.\d))" + _CUE_END + _NUMBER,
        places=at_words(
            "ph", "tel", "mobile", "pager", "beeper", "dial", "contact", "call", "reach", "cell"
        ),
        flags=re.IGNORECASE,
        accept=when(_is_no_date),
        finds="telephone numbers after `phone`, `tel`, `cell`, `call` and the like",
        checks="7 to 15 digits, no date",
    ),
)
"""In the order of `docs/reference/rules.md`."""
