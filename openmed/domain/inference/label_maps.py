"""Label maps of corpora and model families we know: versioned data, total, no silent drop.

A label that is not listed is an error, never dropped; `IGNORE` is written out. A map of one
artifact stands in its runner profile; these are for gold, and to start such a profile from.
Changing a row is a new version of that map.
"""

from collections.abc import Iterable
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from openmed.domain.frozen import Frozen
from openmed.domain.inference.profile import LabelRule
from openmed.domain.text.labels import IGNORE
from openmed.errors import EvidenceError


class LabelMap(Frozen):
    """A total map from one label set to ours.

    Attributes:
        name: what is mapped, with the map's version, e.g. `shield/1`.
        rules: one rule per label, by label.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]+/\d+$")]
    rules: Annotated[tuple[LabelRule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_each_label_once(self) -> Self:
        names = [rule.model for rule in self.rules]
        if len(set(names)) < len(names) or names != sorted(names):
            msg = "a label map lists each label once, in order"
            raise ValueError(msg)
        return self

    @property
    def table(self) -> dict[str, str]:
        """Canonical label or `IGNORE`, by source label."""
        return {rule.model: rule.canonical for rule in self.rules}

    def require(self, found: Iterable[str], *, what: str) -> None:
        """Check that every label of some data is listed.

        Raises:
            EvidenceError: one is not; it is counted, not quoted, for it may be anything.
        """
        known = self.table.keys()
        strange = len(set(found) - known)
        if strange:
            msg = f"{what}: {strange} labels are not in the label map {self.name}"
            raise EvidenceError(msg, next_step="add them to openmed/domain/inference/label_maps.py")


def _map(name: str, rows: dict[str, str]) -> LabelMap:
    """Turn `canonical: space-separated source labels` into a map."""
    pairs = sorted(
        (model, canonical) for canonical, models in rows.items() for model in models.split()
    )
    rules = tuple(LabelRule(model=model, canonical=canonical) for model, canonical in pairs)
    return LabelMap(name=name, rules=rules)


SHIELD: Final = _map(
    "shield/1",
    {
        "AGE": "age",
        "DATE": "date",
        "PROVIDER_NAME": "doctor",
        "FACILITY": "hospital",
        "ANY_ID": "id",
        "ANY_LOCATION": "location",
        "PATIENT_NAME": "patient",
        "PHONE": "phone",
        "URL": "web",
    },
)
"""The nine of SHIELD, in lower case. `web` may hold e-mail addresses too."""

I2B2_2014: Final = _map(
    "i2b2-2014/1",
    {
        "PATIENT_NAME": "NAME/PATIENT",
        "PROVIDER_NAME": "NAME/DOCTOR",
        "USERNAME": "NAME/USERNAME",
        "PROFESSION": "PROFESSION/PROFESSION",
        "FACILITY": "LOCATION/HOSPITAL LOCATION/ORGANIZATION",
        "STREET_ADDRESS": "LOCATION/STREET",
        "CITY": "LOCATION/CITY",
        "STATE": "LOCATION/STATE",
        "COUNTRY": "LOCATION/COUNTRY",
        "ZIPCODE": "LOCATION/ZIP",
        "ANY_LOCATION": "LOCATION/LOCATION-OTHER",
        "AGE": "AGE/AGE",
        "DATE": "DATE/DATE",
        "PHONE": "CONTACT/PHONE",
        "FAX": "CONTACT/FAX",
        "EMAIL": "CONTACT/EMAIL",
        "URL": "CONTACT/URL",
        "IP_ADDRESS": "CONTACT/IPADDR",
        "SSN": "ID/SSN",
        "MRN": "ID/MEDICALRECORD",
        "HEALTH_PLAN_ID": "ID/HEALTHPLAN",
        "ACCOUNT_NUMBER": "ID/ACCOUNT",
        "LICENSE_ID": "ID/LICENSE",
        "VEHICLE_ID": "ID/VEHICLE",
        "DEVICE_ID": "ID/DEVICE",
        "BIOMETRIC_ID": "ID/BIOID",
        "OTHER_ID": "ID/IDNUM",
    },
)
"""Tag and TYPE of the i2b2-2014 de-identification corpus, as `TAG/TYPE`."""

OPENMED: Final = _map(
    "openmed/1",
    {
        "PATIENT_NAME": "FIRST_NAME LAST_NAME MIDDLE_NAME PERSON",
        "USERNAME": "USERNAME",
        "FACILITY": "ORGANIZATION",
        "ANY_LOCATION": "LOCATION",
        "STREET_ADDRESS": "BUILDING_NUMBER GPS_COORDINATES STREET_ADDRESS",
        "ZIPCODE": "ZIPCODE",
        "DATE": "DATE DATE_OF_BIRTH",
        "AGE": "AGE",
        "PHONE": "PHONE",
        "EMAIL": "EMAIL",
        "URL": "URL",
        "IP_ADDRESS": "IP_ADDRESS",
        "SSN": "SSN",
        "ANY_ID": "ID_NUM",
        "ACCOUNT_NUMBER": "ACCOUNT_NUMBER BIC",
        "CREDIT_CARD": "CREDIT_CARD CVV",
        "IBAN": "IBAN",
        "VEHICLE_ID": "VEHICLE_REGISTRATION VIN",
        "DEVICE_ID": "IMEI MAC_ADDRESS",
        "OTHER_ID": "API_KEY PASSWORD PIN",
        "PROFESSION": "JOB_TITLE OCCUPATION",
        IGNORE: (
            "AMOUNT BODY_SITE CONDITION CREDIT_CARD_ISSUER CURRENCY GENDER LAB_TEST MEDICATION "
            "PROCEDURE TIME"
        ),
    },
)
"""The public project's canonical labels. It has one label for people: taken as the patient's."""

RAMPART: Final = _map(
    "rampart/1",
    {
        "PATIENT_NAME": "GIVEN_NAME SURNAME",
        "EMAIL": "EMAIL",
        "PHONE": "PHONE",
        "URL": "URL",
        "SSN": "TAX_ID",
        "ACCOUNT_NUMBER": "BANK_ACCOUNT ROUTING_NUMBER",
        "OTHER_ID": "GOVERNMENT_ID",
        "LICENSE_ID": "DRIVERS_LICENSE PASSPORT",
        "STREET_ADDRESS": "BUILDING_NUMBER SECONDARY_ADDRESS STREET_NAME",
        "CITY": "CITY",
        "STATE": "STATE",
        "ZIPCODE": "ZIP_CODE",
    },
)
"""The types of the third party's model Rampart, without `B-`/`I-`."""

LABEL_MAPS: Final = {each.name: each for each in (SHIELD, I2B2_2014, OPENMED, RAMPART)}
"""Every map, by name."""
