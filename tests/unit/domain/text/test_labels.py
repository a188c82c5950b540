"""Labels: what an old name means stays what it meant, and a finer one takes nothing away."""

from itertools import combinations

import pytest
from support.golden_corpus import GOLDEN

from openmed.domain.text.labels import (
    BY_NAME,
    LABELS,
    MEANINGS,
    Group,
    claims,
    is_declared,
    named_among,
    with_narrower,
)

SECOND = {
    Group.NAME: "PATIENT_NAME+1 PROVIDER_NAME USERNAME+18",
    Group.LOCATION: "STREET_ADDRESS+2 CITY.2 STATE COUNTRY ZIPCODE.2 ANY_LOCATION.2",
    Group.ORG: "FACILITY",
    Group.DATE: "DATE.3",
    Group.AGE: "AGE AGE_OVER_89.3",
    Group.CONTACT: "PHONE+4 FAX+5 EMAIL+6 URL+14 IP_ADDRESS+15",
    Group.ID: (
        "SSN+7 MRN+8 HEALTH_PLAN_ID+9 ACCOUNT_NUMBER+10 CREDIT_CARD+10 IBAN+10 LICENSE_ID+11 "
        "VEHICLE_ID+12 DEVICE_ID+13 BIOMETRIC_ID+16 PHOTO+17 OTHER_ID+18 ANY_ID+18"
    ),
    Group.OTHER: "PROFESSION.18",
}
"""`labels/2`: `+` marks a direct identifier; the number is the Safe Harbor class."""
OLD = frozenset(
    word.replace("+", ".").partition(".")[0] for row in SECOND.values() for word in row.split()
)
NEW = tuple(facts.name for facts in LABELS if facts.name not in OLD)


def test_no_label_of_the_set_before_means_anything_else() -> None:
    """Reports of `labels/2` are read, shown and compared with by these rows."""
    now: dict[Group, set[str]] = {}
    for name in OLD:
        facts = BY_NAME[name]
        mark = "+" if facts.direct else "." if facts.hipaa else ""
        number = f"{mark}{facts.hipaa}" if facts.hipaa else ""
        now.setdefault(facts.group, set()).add(f"{name}{number}")
    assert {group: set(row.split()) for group, row in SECOND.items()} == now


def test_who_declares_labels_of_the_set_before_claims_what_he_did() -> None:
    """So no number of a release that was made under it moves."""
    old = sorted(OLD)
    for declared in (*combinations(old, 1), *combinations(old, 2)):
        for label in old:
            facts = BY_NAME[label]
            was = any(
                name == label or (facts.is_coarse and BY_NAME[name].group is facts.group)
                for name in declared
            )
            assert was == claims(declared, label)
            assert facts.is_coarse or (label in declared) == is_declared(declared, label)


def test_golden_has_gold_of_the_set_before_only() -> None:
    """A later corpus says so here."""
    assert {span.label for document in GOLDEN for span in document.spans} <= OLD


@pytest.mark.parametrize("label", NEW)
def test_a_new_label_is_meant_by_the_wider_one(label: str) -> None:
    """In claims and in predictions: who names the wider label means this one too."""
    for wider in MEANINGS[label][1:]:
        assert BY_NAME[wider].group is BY_NAME[label].group
        assert claims((label,), wider)
        assert claims((wider,), label)
        assert is_declared((wider,), label)
        assert not is_declared((label,), wider)
        assert label in with_narrower((wider,))
    narrowest = named_among(label, MEANINGS[label])
    assert label == narrowest


def test_a_direct_identifier_is_only_split_into_what_is_as_critical() -> None:
    """But for a bank's code, which names no account."""
    less = {
        facts.name
        for facts in LABELS
        if facts.wider and BY_NAME[facts.wider].direct and not facts.direct
    }
    assert {"BIC"} == less


@pytest.mark.parametrize("label", [facts.name for facts in LABELS if facts.is_coarse])
def test_a_coarse_label_is_declared_as_a_fine_one_of_its_group(label: str) -> None:
    """Its gold is claimed by any of its group, and so are its predictions."""
    facts = BY_NAME[label]
    assert facts.declared_as is not None
    assert BY_NAME[facts.declared_as].group is facts.group
    assert is_declared((facts.declared_as,), label)
    assert not is_declared(("PATIENT_NAME",), label)


def test_a_label_has_one_row_and_its_wider_one_exists() -> None:
    """And no label is wider than itself, however far."""
    assert len(BY_NAME) == len(LABELS)
    assert all(len(set(names)) == len(names) for names in MEANINGS.values())
