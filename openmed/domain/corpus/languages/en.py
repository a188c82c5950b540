"""English, as it is written in the United States."""

from typing import Final

from openmed.domain.corpus.clinical import PHRASES
from openmed.domain.corpus.dates import STYLES, USUAL_STYLES
from openmed.domain.corpus.draws import Draws
from openmed.domain.corpus.identifiers import MAKERS
from openmed.domain.corpus.locale import Kind, Locale, Names, Words
from openmed.domain.corpus.names import (
    CITIES,
    COMPOUND_SURNAMES,
    COUNTRIES,
    EPONYM_SURNAMES,
    FACILITIES,
    MEN,
    PROFESSIONS,
    RIGHT_TO_LEFT_NAMES,
    STATES,
    STREET_KINDS,
    STREETS,
    SURNAMES,
    UNITS,
    WOMEN,
    WORD_SURNAMES,
)
from openmed.domain.corpus.people import NAME_FORMS


def _street(draws: Draws) -> str:
    line = f"{draws.integer(2, 9899)} {draws.choice(STREETS)} {draws.choice(STREET_KINDS)}"
    if draws.one_in(4):
        unit = draws.choice(UNITS).format(draws.integer(1, 48))
        return f"{line}{draws.choice((', ', ' '))}{unit}"
    return f"P.O. Box {draws.integer(11, 9999)}" if draws.one_in(14) else line


_USUAL: Final = Names(WOMEN, MEN, SURNAMES)
_COMPOUND: Final = Names(WOMEN, MEN, COMPOUND_SURNAMES)
_EPONYM: Final = Names(WOMEN, MEN, EPONYM_SURNAMES)
_WORD: Final = Names(WOMEN, MEN, WORD_SURNAMES)
_ACCENTED: Final = Names(
    *(tuple(name for name in names if not name.isascii()) for names in (WOMEN, MEN, SURNAMES))
)

ENGLISH: Final = Locale(
    people={
        "patient": Kind("PATIENT_NAME", _USUAL),
        # Relatives are protected as the patient is (45 CFR 164.514(b)(2)(i)): the same label.
        "relative": Kind("PATIENT_NAME", _USUAL),
        "provider": Kind("PROVIDER_NAME", _USUAL),
        "compound": Kind("PATIENT_NAME", _COMPOUND),
        "eponym": Kind("PATIENT_NAME", _EPONYM),
        "word": Kind("PATIENT_NAME", _WORD),
        "accented": Kind("PATIENT_NAME", _ACCENTED),
        "word_provider": Kind("PROVIDER_NAME", _WORD),
        "eponym_provider": Kind("PROVIDER_NAME", _EPONYM),
        "compound_provider": Kind("PROVIDER_NAME", _COMPOUND),
    },
    forms=NAME_FORMS,
    places={
        "city": Words("CITY", CITIES),
        "country": Words("COUNTRY", COUNTRIES),
        "facility": Words("FACILITY", FACILITIES),
        "rtl_name": Words("PATIENT_NAME", RIGHT_TO_LEFT_NAMES),
        "profession": Words("PROFESSION", PROFESSIONS),
        "state": Words("STATE", tuple(code for code, _ in STATES)),
        "state_name": Words("STATE", tuple(name for _, name in STATES)),
        "street_name": Words(
            "STREET_ADDRESS",
            tuple(f"{name} {kind}" for name in STREETS for kind in ("Street", "Lane", "Avenue")),
        ),
    },
    phrases=PHRASES,
    makers=MAKERS,
    street=_street,
    styles=STYLES,
    usual_styles=USUAL_STYLES,
)
"""The language of most of the corpus."""
