"""Label maps: total, nothing dropped silently."""

import pytest
from support.repositories import ROOT

from openmed.domain.inference.label_maps import (
    I2B2_2014,
    LABEL_MAPS,
    OPENMED,
    RAMPART,
    SHIELD,
    LabelMap,
)
from openmed.domain.inference.profile import LabelRule, RunnerProfile
from openmed.domain.text.labels import BY_NAME, IGNORE
from openmed.domain.wire import parse
from openmed.errors import EvidenceError

_PROFILE = (ROOT / "gates" / "profiles" / "rampart.json").read_bytes()

SOURCES = {
    "shield/1": "age date doctor hospital id location patient phone web",
    # The types of the corpus's annotation guideline.
    "i2b2-2014/1": (
        "NAME/PATIENT NAME/DOCTOR NAME/USERNAME PROFESSION/PROFESSION AGE/AGE DATE/DATE "
        "LOCATION/HOSPITAL LOCATION/ORGANIZATION LOCATION/STREET LOCATION/CITY LOCATION/STATE "
        "LOCATION/COUNTRY LOCATION/ZIP LOCATION/LOCATION-OTHER CONTACT/PHONE CONTACT/FAX "
        "CONTACT/EMAIL CONTACT/URL CONTACT/IPADDR ID/SSN ID/MEDICALRECORD ID/HEALTHPLAN "
        "ID/ACCOUNT ID/LICENSE ID/VEHICLE ID/DEVICE ID/BIOID ID/IDNUM"
    ),
    # Every label the public golden fixtures use, and those its gates name.
    "openmed/1": (
        "ID_NUM DATE PERSON PHONE STREET_ADDRESS ZIPCODE LOCATION ORGANIZATION AGE MEDICATION "
        "CONDITION IBAN BIC SSN LAB_TEST EMAIL GENDER CREDIT_CARD FIRST_NAME DATE_OF_BIRTH "
        "ACCOUNT_NUMBER VIN IMEI URL IP_ADDRESS API_KEY CREDIT_CARD_ISSUER AMOUNT CURRENCY "
        "BODY_SITE PROCEDURE PASSWORD PIN CVV LAST_NAME MIDDLE_NAME USERNAME TIME "
        "GPS_COORDINATES BUILDING_NUMBER VEHICLE_REGISTRATION MAC_ADDRESS OCCUPATION JOB_TITLE"
    ),
    "rampart/1": (
        "GIVEN_NAME SURNAME EMAIL PHONE URL TAX_ID BANK_ACCOUNT ROUTING_NUMBER GOVERNMENT_ID "
        "PASSPORT DRIVERS_LICENSE BUILDING_NUMBER STREET_NAME SECONDARY_ADDRESS CITY STATE ZIP_CODE"
    ),
}


@pytest.mark.parametrize("name", sorted(LABEL_MAPS))
def test_a_map_is_total(name: str) -> None:
    """Every label of the source has a rule, and no rule is of another one."""
    assert set(SOURCES[name].split()) == LABEL_MAPS[name].table.keys()


@pytest.mark.parametrize("name", sorted(LABEL_MAPS))
def test_a_map_leads_to_our_labels(name: str) -> None:
    """Or says that a label is not personal."""
    assert set(LABEL_MAPS[name].table.values()) <= {*BY_NAME, IGNORE}


def test_only_what_is_not_personal_is_ignored() -> None:
    """Clinical content and sums of money."""
    ignored = {
        f"{name}: {label}"
        for name, each in LABEL_MAPS.items()
        for label, canonical in each.table.items()
        if canonical == IGNORE
    }
    assert {row.partition(":")[0] for row in ignored} == {"openmed/1"}
    assert len(ignored) == 10


@pytest.mark.parametrize("label", ["MRN", "patient name", ""])
def test_a_label_without_a_rule_is_an_error(label: str) -> None:
    """Counted, not quoted."""
    with pytest.raises(EvidenceError) as caught:
        SHIELD.require(["age", label], what="suite x")
    assert caught.value.message == "suite x: 1 labels are not in the label map shield/1"
    SHIELD.require(["age"], what="suite x")


def test_the_profile_in_the_queue_says_what_the_map_says() -> None:
    """Rampart's profile is the artifact's own; it must not drift from the data."""
    profile = parse(RunnerProfile, _PROFILE, what="profile")
    assert profile.tokens is not None
    assert {r.model: r.canonical for r in profile.tokens.label_map} == RAMPART.table


def test_a_map_lists_each_label_once() -> None:
    """In order, so that a change is one line."""
    rule = LabelRule(model="A", canonical="MRN")
    for rules in ((rule, rule), (LabelRule(model="B", canonical="MRN"), rule)):
        with pytest.raises(ValueError, match="once, in order"):
            LabelMap(name="x/1", rules=rules)


def test_people_whose_part_is_not_said_count_as_patients() -> None:
    """The stricter reading."""
    assert OPENMED.table["PERSON"] == "PATIENT_NAME"
    assert I2B2_2014.table["NAME/DOCTOR"] == "PROVIDER_NAME"
