"""The canonical label set: the finest split that is useful, and what each label means.

Versioned data. Changing a row is a new `SCHEMA_VERSION`, because reports made under
the old one mean something else. Sources: 45 CFR 164.514(b)(2) for the HIPAA classes.
Maps from model labels live in the runner profile of each artifact, not here.

A label that gets a name of its own leaves a wider one, and who wrote the wider name, in a suite
or in a policy, goes on meaning both: nothing is taken from under a gate by a finer name.
"""

from collections.abc import Collection, Iterable
from enum import StrEnum
from functools import lru_cache

from openmed.domain.frozen import Frozen, Label

SCHEMA_VERSION = "labels/3"


class Group(StrEnum):
    """Coarse groups; a redaction counts as rightly typed when the group agrees."""

    NAME = "NAME"
    CONTACT = "CONTACT"
    LOCATION = "LOCATION"
    DATE = "DATE"
    AGE = "AGE"
    ID = "ID"
    ORG = "ORG"
    DEMOGRAPHIC = "DEMOGRAPHIC"
    OTHER = "OTHER"


class LabelFacts(Frozen):
    """One canonical label.

    Attributes:
        name: the label.
        group: its coarse group.
        direct: whether it alone points at the patient (a direct identifier).
        hipaa: number of the Safe Harbor class it falls under; 0 = none.
        wider: the label that means it too, where somebody distinguishes less; None = none does.
        is_coarse: whether it means any label of its group: gold of suites that say no more.
            A candidate never declares it; it claims it by declaring a label of the group.
        declared_as: what a candidate declares whose model says no more than a coarse label.
    """

    name: Label
    group: Group
    direct: bool
    hipaa: int
    wider: Label | None = None
    is_coarse: bool = False
    declared_as: Label | None = None


def _rows(
    group: Group, *rows: tuple[str, bool, int], wider: str | None = None
) -> tuple[LabelFacts, ...]:
    return tuple(
        LabelFacts(name=name, group=group, direct=direct, hipaa=hipaa, wider=wider)
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
    *_rows(Group.LOCATION, ("GPS_COORDINATES", True, 2), wider="STREET_ADDRESS"),
    *_rows(Group.ORG, ("FACILITY", False, 0)),
    *_rows(Group.DATE, ("DATE", False, 3)),
    *_rows(Group.DATE, ("DATE_OF_BIRTH", False, 3), wider="DATE"),
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
    *_rows(Group.ID, ("BIC", False, 0), ("CRYPTO_ADDRESS", True, 10), wider="ACCOUNT_NUMBER"),
    *_rows(Group.ID, ("CVV", True, 10), wider="CREDIT_CARD"),
    *_rows(Group.ID, ("VIN", True, 12), ("LICENSE_PLATE", True, 12), wider="VEHICLE_ID"),
    *_rows(Group.ID, ("IMEI", True, 13), ("MAC_ADDRESS", True, 13), wider="DEVICE_ID"),
    *_rows(
        Group.ID, ("PASSWORD", True, 18), ("PIN", True, 18), ("API_KEY", True, 18), wider="OTHER_ID"
    ),
    *_rows(Group.DEMOGRAPHIC, ("DEMOGRAPHIC", False, 0)),
    *_rows(Group.DEMOGRAPHIC, ("GENDER", False, 0), wider="DEMOGRAPHIC"),
    *_rows(Group.OTHER, ("PROFESSION", False, 18), ("OTHER_PERSONAL", False, 0)),
    LabelFacts(
        name="ANY_ID",
        group=Group.ID,
        direct=True,
        hipaa=18,
        is_coarse=True,
        declared_as="OTHER_ID",
    ),
    LabelFacts(
        name="ANY_LOCATION",
        group=Group.LOCATION,
        direct=False,
        hipaa=2,
        is_coarse=True,
        declared_as="CITY",
    ),
)
"""All labels, grouped; the order has no meaning."""

BY_NAME = {facts.name: facts for facts in LABELS}
"""Look-up by label name."""


def _meanings(facts: LabelFacts) -> tuple[str, ...]:
    wider = BY_NAME[facts.wider] if facts.wider is not None else None
    return (facts.name, *(_meanings(wider) if wider is not None else ()))


MEANINGS = {facts.name: _meanings(facts) for facts in LABELS}
"""By label: it and the wider ones that mean it too, the narrowest first."""


def named_among(label: str, names: Collection[str]) -> str | None:
    """The narrowest of these names that means a label; None when none does."""
    return next((name for name in MEANINGS[label] if name in names), None)


def with_narrower(names: Collection[str]) -> tuple[str, ...]:
    """These labels, and every label that one of them means too."""
    return (
        *names,
        *(f.name for f in LABELS if f.name not in names and named_among(f.name, names)),
    )


def claims(declared: Iterable[str], label: str) -> bool:
    """Whether who declares these labels claims to find gold of this one.

    Gold of a wider label may be of any it means, so who declares one of them claims it; and who
    declares the wider label claims all it means.
    """
    return _claims(tuple(declared), label)


@lru_cache(maxsize=8192)
def _claims(declared: tuple[str, ...], label: str) -> bool:
    # Pages ask the same of every row of every table of a release.
    facts = BY_NAME[label]
    return any(
        label in MEANINGS[name]
        or name in MEANINGS[label]
        or (facts.is_coarse and BY_NAME[name].group is facts.group)
        for name in declared
    )


def is_declared(declared: Collection[str], label: str) -> bool:
    """Whether a prediction with this label is one of what these labels declare.

    It is where the label or a wider one is declared; a coarse one where any of its group is.
    """
    facts = BY_NAME[label]
    if facts.is_coarse:
        return claims(declared, label)
    return named_among(label, declared) is not None


IGNORE = "IGNORE"
"""Written out in a label map for a model label that is not personal; never implied."""
