"""Label maps: total, nothing dropped silently."""

import pytest
from support.repositories import ROOT

from openmed.domain.digest import canonical_json
from openmed.domain.inference.declared_labels import declared_labels
from openmed.domain.inference.label_map import LabelMap
from openmed.domain.inference.label_maps import (
    FORMER_MAPS,
    I2B2_2014,
    LABEL_MAPS,
    OPENMED,
    OPENMED_2,
    RAMPART,
    SHIELD,
)
from openmed.domain.inference.profile import LabelRule, RunnerProfile
from openmed.domain.text.labels import BY_NAME, IGNORE, MEANINGS, is_declared
from openmed.domain.wire import parse
from openmed.errors import EvidenceError

_EVERY_MAP = LABEL_MAPS | FORMER_MAPS
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
    # The same types without their tag.
    "i2b2-2014-types/1": (
        "PATIENT DOCTOR USERNAME PROFESSION AGE DATE HOSPITAL ORGANIZATION STREET CITY STATE "
        "COUNTRY ZIP LOCATION-OTHER PHONE FAX EMAIL URL IPADDR SSN MEDICALRECORD HEALTHPLAN "
        "ACCOUNT LICENSE VEHICLE DEVICE BIOID IDNUM"
    ),
    # What the rows of the public catalogue declare, and what is in its fixtures besides.
    "openmed/2": (
        "ACCOUNT_NUMBER AGE AMOUNT API_KEY BIC BITCOIN_ADDRESS BUILDING_NUMBER CREDIT_CARD "
        "CREDIT_CARD_ISSUER CURRENCY CVV DATE DATE_OF_BIRTH EMAIL ETHEREUM_ADDRESS EYE_COLOR "
        "FIRST_NAME GENDER GPS_COORDINATES HEIGHT IBAN ID_NUM IMEI IP_ADDRESS JOB_DEPARTMENT "
        "JOB_TITLE LAST_NAME LITECOIN_ADDRESS LOCATION MAC_ADDRESS MASKED_NUMBER MIDDLE_NAME "
        "OCCUPATION ORDINAL_DIRECTION ORGANIZATION OTHER PASSWORD PERSON PHONE PIN PREFIX SSN "
        "STREET_ADDRESS TIME URL USERNAME USER_AGENT VEHICLE_REGISTRATION VIN ZIPCODE "
        "MEDICATION CONDITION LAB_TEST BODY_SITE PROCEDURE"
    ),
    "nemotron-pii/1": (
        "account_number age api_key bank_routing_number biometric_identifier blood_type "
        "certificate_license_number city company_name coordinate country county "
        "credit_debit_card customer_id cvv date date_of_birth date_time device_identifier "
        "education_level email employee_id employment_status fax_number first_name gender "
        "health_plan_beneficiary_number http_cookie ipv4 ipv6 language last_name license_plate "
        "mac_address medical_record_number national_id occupation password phone_number pin "
        "political_view postcode race_ethnicity religious_belief sexuality ssn state "
        "street_address swift_bic tax_id time unique_id url user_name vehicle_identifier"
    ),
    # Release by release: 200k, 43k, 300k, 400k, openpii-1m.
    "ai4privacy/1": (
        "ACCOUNTNAME ACCOUNTNUMBER AGE AMOUNT BIC BITCOINADDRESS BUILDINGNUMBER CITY COMPANYNAME "
        "COUNTY CREDITCARDCVV CREDITCARDISSUER CREDITCARDNUMBER CURRENCY CURRENCYCODE "
        "CURRENCYNAME CURRENCYSYMBOL DATE DOB EMAIL ETHEREUMADDRESS EYECOLOR FIRSTNAME GENDER "
        "HEIGHT IBAN IP IPV4 IPV6 JOBAREA JOBTITLE JOBTYPE LASTNAME LITECOINADDRESS MAC "
        "MASKEDNUMBER MIDDLENAME NEARBYGPSCOORDINATE ORDINALDIRECTION PASSWORD PHONEIMEI "
        "PHONENUMBER PIN PREFIX SECONDARYADDRESS SEX SSN STATE STREET TIME URL USERAGENT USERNAME "
        "VEHICLEVIN VEHICLEVRM ZIPCODE "
        "DISPLAYNAME FULLNAME JOBDESCRIPTOR NAME PHONE_NUMBER SEXTYPE STREETADDRESS SUFFIX "
        "BOD BUILDING CARDISSUER COUNTRY DRIVERLICENSE GEOCOORD GIVENNAME1 GIVENNAME2 IDCARD "
        "LASTNAME1 LASTNAME2 LASTNAME3 PASS PASSPORT POSTCODE SECADDRESS SOCIALNUMBER TEL TITLE "
        "ACCOUNTNUM BUILDINGNUM DATEOFBIRTH DRIVERLICENSENUM GIVENNAME IDCARDNUM SOCIALNUM "
        "SURNAME TAXNUM TELEPHONENUM "
        "BIRTHDATE PASSPORTNUM REGION"
    ),
    # Its list of supported entities, and the types of its synthetic sentences.
    "presidio/1": (
        "CREDIT_CARD CRYPTO DATE_TIME EMAIL_ADDRESS IBAN_CODE IP_ADDRESS MAC_ADDRESS NRP LOCATION "
        "PERSON PHONE_NUMBER MEDICAL_LICENSE URL ORGANIZATION ABA_ROUTING_NUMBER US_BANK_NUMBER "
        "US_DRIVER_LICENSE US_ITIN US_MBI US_NPI US_PASSPORT US_SSN UK_NHS UK_NINO UK_PASSPORT "
        "UK_POSTCODE UK_VEHICLE_REGISTRATION ES_NIF ES_NIE IT_FISCAL_CODE IT_DRIVER_LICENSE "
        "IT_VAT_CODE IT_PASSPORT IT_IDENTITY_CARD PL_PESEL SG_NRIC_FIN SG_UEN AU_ABN AU_ACN AU_TFN "
        "AU_MEDICARE IN_PAN IN_AADHAAR IN_VEHICLE_REGISTRATION IN_VOTER IN_PASSPORT IN_GSTIN "
        "FI_PERSONAL_IDENTITY_CODE KR_DRIVER_LICENSE KR_FRN KR_PASSPORT KR_BRN KR_RRN TH_TNIN "
        "STREET_ADDRESS GPE TITLE AGE ZIP_CODE DOMAIN_NAME"
    ),
    # The types of its annotation guideline.
    "meddocan/1": (
        "NOMBRE_SUJETO_ASISTENCIA NOMBRE_PERSONAL_SANITARIO PROFESION HOSPITAL INSTITUCION CALLE "
        "TERRITORIO PAIS CENTRO_SALUD EDAD_SUJETO_ASISTENCIA FECHAS NUMERO_TELEFONO NUMERO_FAX "
        "CORREO_ELECTRONICO URL_WEB DIREC_PROT_INTERNET ID_ASEGURAMIENTO ID_CONTACTO_ASISTENCIAL "
        "NUMERO_BENEF_PLAN_SALUD IDENTIF_VEHICULOS_NRSERIE_PLACAS IDENTIF_DISPOSITIVOS_NRSERIE "
        "IDENTIF_BIOMETRICOS ID_SUJETO_ASISTENCIA ID_TITULACION_PERSONAL_SANITARIO "
        "ID_EMPLEO_PERSONAL_SANITARIO OTRO_NUMERO_IDENTIF SEXO_SUJETO_ASISTENCIA "
        "FAMILIARES_SUJETO_ASISTENCIA OTROS_SUJETO_ASISTENCIA"
    ),
    "tab/1": "PERSON CODE LOC ORG DEM DATETIME QUANTITY MISC",
}
SIZES = {"shield/1": 9, "nemotron-pii/1": 55, "meddocan/1": 29, "tab/1": 8, "openmed/2": 50 + 5}
IGNORED = {
    "openmed/1": (
        "AMOUNT BODY_SITE CONDITION CREDIT_CARD_ISSUER CURRENCY GENDER LAB_TEST MEDICATION "
        "PROCEDURE TIME"
    ),
    "openmed/2": (
        "AMOUNT BODY_SITE CONDITION CREDIT_CARD_ISSUER CURRENCY LAB_TEST MEDICATION "
        "ORDINAL_DIRECTION PREFIX PROCEDURE TIME"
    ),
    "nemotron-pii/1": "blood_type time",
    "ai4privacy/1": (
        "AMOUNT CARDISSUER CREDITCARDISSUER CURRENCY CURRENCYCODE CURRENCYNAME CURRENCYSYMBOL "
        "ORDINALDIRECTION PREFIX SUFFIX TIME TITLE"
    ),
    "presidio/1": "TITLE",
}
"""Clinical content, sums of money, hours, forms of address: nothing that points at somebody."""


@pytest.mark.parametrize("name", sorted(_EVERY_MAP))
def test_a_map_is_total(name: str) -> None:
    """Every label of the source has a rule, and no rule is of another one."""
    table = _EVERY_MAP[name].table
    assert set(SOURCES[name].split()) == table.keys()
    assert SIZES.get(name, len(table)) == len(table)


@pytest.mark.parametrize("name", sorted(_EVERY_MAP))
def test_a_map_leads_to_our_labels(name: str) -> None:
    """Or says that a label is not personal."""
    assert set(_EVERY_MAP[name].table.values()) <= {*BY_NAME, IGNORE}


@pytest.mark.parametrize("name", sorted(_EVERY_MAP))
def test_only_what_is_not_personal_is_ignored(name: str) -> None:
    """The lists are written out here, so that a label does not slip among them."""
    ignored = {label for label, ours in _EVERY_MAP[name].table.items() if ours == IGNORE}
    assert set(IGNORED.get(name, "").split()) == ignored


def test_a_family_has_one_newest_map() -> None:
    """A name of a family is looked up in one version, or two would contradict each other."""
    families = [name.partition("/")[0] for name in LABEL_MAPS]
    assert len(set(families)) == len(families)
    assert LABEL_MAPS.keys() & FORMER_MAPS.keys() == set()


def test_a_newer_map_only_says_more_than_the_former_one() -> None:
    """What has a label of its own now leads to one that the former label means, or was ignored."""
    new = OPENMED_2.table
    changed = {name: ours for name, ours in OPENMED.table.items() if new[name] != ours}
    assert "GENDER" == next(name for name, ours in changed.items() if ours == IGNORE)
    wider = {name: MEANINGS[new[name]][-1] for name in changed if name != "GENDER"}
    assert {name: ours for name, ours in changed.items() if name != "GENDER"} == wider


@pytest.mark.parametrize("name", sorted(LABEL_MAPS))
def test_a_model_that_says_no_more_than_a_coarse_label_declares_a_fine_one(name: str) -> None:
    """Nobody declares `ANY_ID`, and what such a model finds is not lost for that."""
    table = LABEL_MAPS[name].table
    profile = parse(
        RunnerProfile,
        canonical_json(
            {
                "schema": "openmed.runner-profile/1",
                "runner": "callable",
                "deterministic": True,
                "spans": {
                    "function": "a:b",
                    "label_map": [{"model": m, "canonical": c} for m, c in table.items()],
                },
            }
        ),
        what="profile",
    )
    declared = declared_labels(profile)
    assert not any(BY_NAME[label].is_coarse for label in declared)
    found = set(table.values()) - {IGNORE}
    assert [] == [label for label in found if not is_declared(declared, label)]


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
