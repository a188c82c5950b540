"""Rules for numbers that only the word before them gives away."""

import re
from typing import Final

from openmed.domain.rules.landmarks import at_words
from openmed.domain.rules.parts import BLANKS, CUE_END, DASHES, NUMBERED
from openmed.domain.rules.rule import Rule, digits_of, rule, when, with_digits
from openmed.domain.text import check_digits

_SSN_GAP: Final = rf"[{BLANKS}{DASHES}.]{{0,2}}"

PREFIXED: Final[tuple[Rule, ...]] = (
    rule(
        "ssn-cue-1",
        "SSN",
        r"(?:SSN|\bSS\#|\bsocial\ssecurity|\bsoc\.?\ssec\.?)"
        + CUE_END
        + rf"(?P<value>\d{{3}}{_SSN_GAP}\d{{2}}{_SSN_GAP}\d{{4}})(?!\d)",
        places=at_words("ssn", "ss#", "soc"),
        flags=re.IGNORECASE,
        finds="nine digits after `SSN` or `social security`",
    ),
    rule(
        "npi-1",
        "LICENSE_ID",
        r"NPI" + CUE_END + r"(?P<value>\d{10})(?!\d)",
        places=at_words("npi"),
        flags=re.IGNORECASE,
        accept=when(check_digits.is_npi),
        finds="national provider numbers after `NPI`",
        checks="Luhn with prefix 80840",
    ),
    rule(
        "imei-1",
        "DEVICE_ID",
        r"IMEI" + CUE_END + rf"(?P<value>\d(?:[{BLANKS}{DASHES}/]?\d){{14}})(?!\d)",
        places=at_words("imei"),
        flags=re.IGNORECASE,
        accept=when(lambda value: check_digits.is_luhn(digits_of(value))),
        finds="handset numbers after `IMEI`",
        checks="Luhn",
    ),
    rule(
        "mrn-1",
        "MRN",
        rf"(?:MRN|\bMR{NUMBERED}|\bmed(?:ical)?\.?\srec(?:ords?)?\.?|\bchart(?:{NUMBERED}|(?=:))"
        rf"|\b(?:patient|pt\.?|hospital|unit|record){NUMBERED})"
        + CUE_END
        + r"(?P<value>[A-Z]{0,4}-?\d(?:[A-Z-]?\d){3,17}(?:[A-Z](?![A-Z]))?)(?!\d)",
        places=at_words("mr", "med", "chart", "patient", "pt", "hospital", "unit", "record"),
        flags=re.IGNORECASE,
        finds="record numbers after `MRN`, `medical record`, `chart no`, `patient ID` and the like",
        checks="4 to 18 digits",
    ),
    rule(
        "account-1",
        "ACCOUNT_NUMBER",
        rf"\b(?:account|acct\.?|invoice|(?:a/c|billing|bill){NUMBERED})"
        + CUE_END
        + rf"(?P<value>[A-Z]{{0,4}}-?\d(?:[{BLANKS}{DASHES}]?\d){{4,17}})(?!\d)",
        places=at_words("account", "acct", "invoice", "a/c", "bill"),
        flags=re.IGNORECASE,
        finds="account numbers after `account`, `acct`, `invoice` and the like",
        checks="5 to 18 digits",
    ),
    rule(
        "plan-1",
        "HEALTH_PLAN_ID",
        r"\b(?:member|subscriber|beneficiary|policy(?:holder)?|health\splan|mbi"
        rf"|(?:insurance|medicare|medicaid)(?:\scard)?|(?:group|plan){NUMBERED})"
        + CUE_END
        + r"(?P<value>\d[A-Z][A-Z0-9]\d[\ -]?[A-Z][A-Z0-9]\d[\ -]?[A-Z]{2}\d{2}"
        r"|\d{3,4}(?:\ \d{3,4}){1,3}|[A-Z0-9](?:-?[A-Z0-9]){5,19})(?!\w)",
        places=at_words(
            "member",
            "subscriber",
            "beneficiary",
            "policy",
            "health",
            "mbi",
            "insurance",
            "medicare",
            "medicaid",
            "group",
            "plan",
        ),
        flags=re.IGNORECASE,
        accept=with_digits(4, 20),
        finds="plan and member numbers after `member`, `policy`, `Medicare` and the like",
        checks="at least 4 digits",
    ),
)
"""In the order of `docs/reference/rules.md`."""
