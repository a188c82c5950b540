"""Label maps of corpora and model families we know: versioned data, total, no silent drop.

A label that is not listed is an error, never dropped; `IGNORE` is written out. A map of one
artifact stands in its runner profile; these are for gold, and to start such a profile from.
Changing a row is a new version of that map.
"""

from typing import Final

from openmed.domain.inference.label_map import LabelMap
from openmed.domain.inference.profile import LabelRule
from openmed.domain.text.labels import IGNORE


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

_I2B2_2014: Final = {
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
}
I2B2_2014: Final = _map("i2b2-2014/1", _I2B2_2014)
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

_I2B2_TYPES: Final = {
    canonical: " ".join(dict.fromkeys(name.partition("/")[2] for name in names.split()))
    for canonical, names in _I2B2_2014.items()
}
I2B2_2014_TYPES: Final = _map("i2b2-2014-types/1", _I2B2_TYPES)
"""The same corpus by TYPE alone, as models are trained on it."""

OPENMED_2: Final = _map(
    "openmed/2",
    {
        "PATIENT_NAME": "FIRST_NAME LAST_NAME MIDDLE_NAME PERSON",
        "USERNAME": "USERNAME",
        "FACILITY": "ORGANIZATION",
        "ANY_LOCATION": "LOCATION",
        "STREET_ADDRESS": "BUILDING_NUMBER STREET_ADDRESS",
        "GPS_COORDINATES": "GPS_COORDINATES",
        "ZIPCODE": "ZIPCODE",
        "DATE": "DATE",
        "DATE_OF_BIRTH": "DATE_OF_BIRTH",
        "AGE": "AGE",
        "PHONE": "PHONE",
        "EMAIL": "EMAIL",
        "URL": "URL",
        "IP_ADDRESS": "IP_ADDRESS",
        "SSN": "SSN",
        "ANY_ID": "ID_NUM",
        # A number of an account or card of which some digits are shown.
        "ACCOUNT_NUMBER": "ACCOUNT_NUMBER MASKED_NUMBER",
        "BIC": "BIC",
        "CRYPTO_ADDRESS": "BITCOIN_ADDRESS ETHEREUM_ADDRESS LITECOIN_ADDRESS",
        "CREDIT_CARD": "CREDIT_CARD",
        "CVV": "CVV",
        "IBAN": "IBAN",
        "LICENSE_PLATE": "VEHICLE_REGISTRATION",
        "VIN": "VIN",
        "DEVICE_ID": "USER_AGENT",
        "IMEI": "IMEI",
        "MAC_ADDRESS": "MAC_ADDRESS",
        "API_KEY": "API_KEY",
        "PASSWORD": "PASSWORD",
        "PIN": "PIN",
        "PROFESSION": "JOB_DEPARTMENT JOB_TITLE OCCUPATION",
        "GENDER": "GENDER",
        "DEMOGRAPHIC": "EYE_COLOR HEIGHT",
        "OTHER_PERSONAL": "OTHER",
        IGNORE: (
            "AMOUNT BODY_SITE CONDITION CREDIT_CARD_ISSUER CURRENCY LAB_TEST MEDICATION "
            "ORDINAL_DIRECTION PREFIX PROCEDURE TIME"
        ),
    },
)
"""The public project's labels, all that its models declare; `openmed/1` is for its fixtures."""

NEMOTRON_PII: Final = _map(
    "nemotron-pii/1",
    {
        "PATIENT_NAME": "first_name last_name",
        "USERNAME": "user_name",
        "FACILITY": "company_name",
        "STREET_ADDRESS": "street_address",
        "GPS_COORDINATES": "coordinate",
        "CITY": "city",
        "ANY_LOCATION": "county",
        "STATE": "state",
        "COUNTRY": "country",
        "ZIPCODE": "postcode",
        "DATE": "date date_time",
        "DATE_OF_BIRTH": "date_of_birth",
        "AGE": "age",
        "PHONE": "phone_number",
        "FAX": "fax_number",
        "EMAIL": "email",
        "URL": "url",
        "IP_ADDRESS": "ipv4 ipv6",
        "SSN": "national_id ssn tax_id",
        "MRN": "medical_record_number",
        "HEALTH_PLAN_ID": "health_plan_beneficiary_number",
        "ACCOUNT_NUMBER": "account_number bank_routing_number",
        "BIC": "swift_bic",
        "CREDIT_CARD": "credit_debit_card",
        "CVV": "cvv",
        "LICENSE_ID": "certificate_license_number",
        "LICENSE_PLATE": "license_plate",
        "VIN": "vehicle_identifier",
        "DEVICE_ID": "device_identifier",
        "MAC_ADDRESS": "mac_address",
        "BIOMETRIC_ID": "biometric_identifier",
        "API_KEY": "api_key",
        "PASSWORD": "password",
        "PIN": "pin",
        "OTHER_ID": "customer_id employee_id http_cookie unique_id",
        "PROFESSION": "occupation",
        "GENDER": "gender",
        "DEMOGRAPHIC": (
            "education_level employment_status language political_view race_ethnicity "
            "religious_belief sexuality"
        ),
        IGNORE: "blood_type time",
    },
)
"""The 55 types of Nemotron-PII, which the public project's PII models are trained on."""

AI4PRIVACY: Final = _map(
    "ai4privacy/1",
    {
        "PATIENT_NAME": (
            "ACCOUNTNAME DISPLAYNAME FIRSTNAME FULLNAME GIVENNAME GIVENNAME1 GIVENNAME2 LASTNAME "
            "LASTNAME1 LASTNAME2 LASTNAME3 MIDDLENAME NAME SURNAME"
        ),
        "USERNAME": "USERNAME",
        "FACILITY": "COMPANYNAME",
        "STREET_ADDRESS": (
            "BUILDING BUILDINGNUM BUILDINGNUMBER SECADDRESS SECONDARYADDRESS STREET STREETADDRESS"
        ),
        "GPS_COORDINATES": "GEOCOORD NEARBYGPSCOORDINATE",
        "CITY": "CITY",
        "ANY_LOCATION": "COUNTY REGION",
        "STATE": "STATE",
        "COUNTRY": "COUNTRY",
        "ZIPCODE": "POSTCODE ZIPCODE",
        "DATE": "DATE",
        "DATE_OF_BIRTH": "BIRTHDATE BOD DATEOFBIRTH DOB",
        "AGE": "AGE",
        "PHONE": "PHONENUMBER PHONE_NUMBER TEL TELEPHONENUM",
        "EMAIL": "EMAIL",
        "URL": "URL",
        "IP_ADDRESS": "IP IPV4 IPV6",
        "SSN": "SOCIALNUM SOCIALNUMBER SSN TAXNUM",
        "ACCOUNT_NUMBER": "ACCOUNTNUM ACCOUNTNUMBER MASKEDNUMBER",
        "BIC": "BIC",
        "CRYPTO_ADDRESS": "BITCOINADDRESS ETHEREUMADDRESS LITECOINADDRESS",
        "CREDIT_CARD": "CREDITCARDNUMBER",
        "CVV": "CREDITCARDCVV",
        "IBAN": "IBAN",
        "LICENSE_ID": "DRIVERLICENSE DRIVERLICENSENUM PASSPORT PASSPORTNUM",
        "LICENSE_PLATE": "VEHICLEVRM",
        "VIN": "VEHICLEVIN",
        "DEVICE_ID": "USERAGENT",
        "IMEI": "PHONEIMEI",
        "MAC_ADDRESS": "MAC",
        "PASSWORD": "PASS PASSWORD",
        "PIN": "PIN",
        "OTHER_ID": "IDCARD IDCARDNUM",
        "PROFESSION": "JOBAREA JOBDESCRIPTOR JOBTITLE JOBTYPE",
        "GENDER": "GENDER SEX SEXTYPE",
        "DEMOGRAPHIC": "EYECOLOR HEIGHT",
        IGNORE: (
            "AMOUNT CARDISSUER CREDITCARDISSUER CURRENCY CURRENCYCODE CURRENCYNAME CURRENCYSYMBOL "
            "ORDINALDIRECTION PREFIX SUFFIX TIME TITLE"
        ),
    },
)
"""The types of every release of ai4privacy's sets; a name means the same in each."""

PRESIDIO: Final = _map(
    "presidio/1",
    {
        "PATIENT_NAME": "PERSON",
        "FACILITY": "ORGANIZATION",
        "STREET_ADDRESS": "STREET_ADDRESS",
        "ANY_LOCATION": "GPE LOCATION",
        "ZIPCODE": "UK_POSTCODE ZIP_CODE",
        "DATE": "DATE_TIME",
        "AGE": "AGE",
        "PHONE": "PHONE_NUMBER",
        "EMAIL": "EMAIL_ADDRESS",
        "URL": "DOMAIN_NAME URL",
        "IP_ADDRESS": "IP_ADDRESS",
        # Numbers a state gives to each resident or taxpayer.
        "SSN": (
            "AU_TFN ES_NIE ES_NIF FI_PERSONAL_IDENTITY_CODE IN_AADHAAR IN_PAN IT_FISCAL_CODE "
            "KR_FRN KR_RRN PL_PESEL SG_NRIC_FIN TH_TNIN UK_NINO US_ITIN US_SSN"
        ),
        "MRN": "UK_NHS",
        "HEALTH_PLAN_ID": "AU_MEDICARE US_MBI",
        "ACCOUNT_NUMBER": "ABA_ROUTING_NUMBER US_BANK_NUMBER",
        "CRYPTO_ADDRESS": "CRYPTO",
        "CREDIT_CARD": "CREDIT_CARD",
        "IBAN": "IBAN_CODE",
        "LICENSE_ID": (
            "IN_PASSPORT IT_DRIVER_LICENSE IT_PASSPORT KR_DRIVER_LICENSE KR_PASSPORT "
            "MEDICAL_LICENSE UK_PASSPORT US_DRIVER_LICENSE US_NPI US_PASSPORT"
        ),
        "LICENSE_PLATE": "IN_VEHICLE_REGISTRATION UK_VEHICLE_REGISTRATION",
        "MAC_ADDRESS": "MAC_ADDRESS",
        "OTHER_ID": ("AU_ABN AU_ACN IN_GSTIN IN_VOTER IT_IDENTITY_CARD IT_VAT_CODE KR_BRN SG_UEN"),
        "DEMOGRAPHIC": "NRP",
        IGNORE: "TITLE",
    },
)
"""Entity types of presidio's recognizers, and those of its synthetic sentences."""

MEDDOCAN: Final = _map(
    "meddocan/1",
    {
        "PATIENT_NAME": "NOMBRE_SUJETO_ASISTENCIA",
        "PROVIDER_NAME": "NOMBRE_PERSONAL_SANITARIO",
        "PROFESSION": "PROFESION",
        "FACILITY": "CENTRO_SALUD HOSPITAL INSTITUCION",
        "STREET_ADDRESS": "CALLE",
        # Towns, provinces and postcodes.
        "ANY_LOCATION": "TERRITORIO",
        "COUNTRY": "PAIS",
        "DATE": "FECHAS",
        "AGE": "EDAD_SUJETO_ASISTENCIA",
        "PHONE": "NUMERO_TELEFONO",
        "FAX": "NUMERO_FAX",
        "EMAIL": "CORREO_ELECTRONICO",
        "URL": "URL_WEB",
        "IP_ADDRESS": "DIREC_PROT_INTERNET",
        "MRN": "ID_SUJETO_ASISTENCIA",
        "HEALTH_PLAN_ID": "ID_ASEGURAMIENTO NUMERO_BENEF_PLAN_SALUD",
        "LICENSE_ID": "ID_TITULACION_PERSONAL_SANITARIO",
        "VEHICLE_ID": "IDENTIF_VEHICULOS_NRSERIE_PLACAS",
        "DEVICE_ID": "IDENTIF_DISPOSITIVOS_NRSERIE",
        "BIOMETRIC_ID": "IDENTIF_BIOMETRICOS",
        "OTHER_ID": "ID_CONTACTO_ASISTENCIAL ID_EMPLEO_PERSONAL_SANITARIO OTRO_NUMERO_IDENTIF",
        "GENDER": "SEXO_SUJETO_ASISTENCIA",
        "OTHER_PERSONAL": "FAMILIARES_SUJETO_ASISTENCIA OTROS_SUJETO_ASISTENCIA",
    },
)
"""The 29 types of MEDDOCAN."""

TAB: Final = _map(
    "tab/1",
    {
        "PATIENT_NAME": "PERSON",
        "ANY_ID": "CODE",
        "ANY_LOCATION": "LOC",
        "FACILITY": "ORG",
        "DEMOGRAPHIC": "DEM",
        "DATE": "DATETIME",
        "OTHER_PERSONAL": "MISC QUANTITY",
    },
)
"""Types of the Text Anonymization Benchmark; whether a mention is to be hidden stands beside it."""

LABEL_MAPS: Final = {
    each.name: each
    for each in (
        SHIELD,
        I2B2_2014,
        I2B2_2014_TYPES,
        OPENMED_2,
        RAMPART,
        NEMOTRON_PII,
        AI4PRIVACY,
        PRESIDIO,
        MEDDOCAN,
        TAB,
    )
}
"""The newest map of each family, by name."""

FORMER_MAPS: Final = {OPENMED.name: OPENMED}
"""Maps that a newer one follows, by name: what was read with them is still read with them."""
