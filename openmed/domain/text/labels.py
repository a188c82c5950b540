"""The canonical label set: the finest split that is useful, and what each label means.

Versioned data. Changing a row is a new `SCHEMA_VERSION`, because reports made under
the old one mean something else. Sources: 45 CFR 164.514(b)(2) for the HIPAA classes.
Maps from model labels live in the runner profile of each artifact, not here.
"""

from collections.abc import Iterable
from enum import StrEnum

from openmed.domain.frozen import Frozen, Label

SCHEMA_VERSION = "labels/2"


class Group(StrEnum):
    """Coarse groups; a redaction counts as rightly typed when the group agrees."""

    NAME = "NAME"
    CONTACT = "CONTACT"
    LOCATION = "LOCATION"
    DATE = "DATE"
    AGE = "AGE"
    ID = "ID"
    ORG = "ORG"
    OTHER = "OTHER"


class LabelFacts(Frozen):
    """One canonical label.

    Attributes:
        name: the label.
        group: its coarse group.
        direct: whether it alone points at the patient (a direct identifier).
        hipaa: number of the Safe Harbor class it falls under; 0 = none.
        is_coarse: whether it means any label of its group: gold of suites that say no more.
            A candidate never declares it; it claims it by declaring a label of the group.
    """

    name: Label
    group: Group
    direct: bool
    hipaa: int
    is_coarse: bool = False


def _rows(group: Group, *rows: tuple[str, bool, int]) -> tuple[LabelFacts, ...]:
    return tuple(
        LabelFacts(name=name, group=group, direct=direct, hipaa=hipaa)
        for name, direct, hipaa in rows
    )


LABELS: tuple[LabelFacts, ...] = (
    *_rows(
        Group.NAME, ("PATIENT_NAME", True, 1), ("PROVIDER_NAME", False, 0), ("USERNAME", True, 18)
    ),
    *_rows(
        Group.LOCATION,
        ("STREET_ADDRESS", True, 2),
        ("CITY", False, 2),
        ("STATE", False, 0),
        ("COUNTRY", False, 0),
        ("ZIPCODE", False, 2),
    ),
    *_rows(Group.ORG, ("FACILITY", False, 0)),
    *_rows(Group.DATE, ("DATE", False, 3)),
    *_rows(Group.AGE, ("AGE", False, 0), ("AGE_OVER_89", False, 3)),
    *_rows(
        Group.CONTACT,
        ("PHONE", True, 4),
        ("FAX", True, 5),
        ("EMAIL", True, 6),
        ("URL", True, 14),
        ("IP_ADDRESS", True, 15),
    ),
    *_rows(
        Group.ID,
        ("SSN", True, 7),
        ("MRN", True, 8),
        ("HEALTH_PLAN_ID", True, 9),
        ("ACCOUNT_NUMBER", True, 10),
        ("CREDIT_CARD", True, 10),
        ("IBAN", True, 10),
        ("LICENSE_ID", True, 11),
        ("VEHICLE_ID", True, 12),
        ("DEVICE_ID", True, 13),
        ("BIOMETRIC_ID", True, 16),
        ("PHOTO", True, 17),
        ("OTHER_ID", True, 18),
    ),
    *_rows(Group.OTHER, ("PROFESSION", False, 18)),
    LabelFacts(name="ANY_ID", group=Group.ID, direct=True, hipaa=18, is_coarse=True),
    LabelFacts(name="ANY_LOCATION", group=Group.LOCATION, direct=False, hipaa=2, is_coarse=True),
)
"""All labels, grouped; the order has no meaning."""

BY_NAME = {facts.name: facts for facts in LABELS}
"""Look-up by label name."""


def claims(declared: Iterable[str], label: str) -> bool:
    """Whether who declares these labels claims to find gold of this one."""
    facts = BY_NAME[label]
    return any(
        name == label or (facts.is_coarse and BY_NAME[name].group is facts.group)
        for name in declared
    )


IGNORE = "IGNORE"
"""Written out in a label map for a model label that is not personal; never implied."""
