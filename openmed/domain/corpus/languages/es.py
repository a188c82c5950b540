"""Spanish, as it is written in Spain.

Never issued: provinces 00 of social security numbers and postcodes; identity cards above
99 900 000; telephone numbers whose subscriber part is 000 0xx; bank 0000.
"""

from typing import Final

from openmed.domain.corpus.draws import Draws
from openmed.domain.corpus.languages.parts import (
    SHARED,
    bank,
    checked,
    day_styles,
    double,
    gold,
    numbers,
    people,
    phrases,
)
from openmed.domain.corpus.locale import Locale
from openmed.domain.corpus.people import NAME_FORMS

_LETTERS: Final = "TRWAGMYFPDXBNJZSQVHLCKE"


def _identity(number: str) -> str:
    return f"{number}-{_LETTERS[int(number) % 23]}"


def _insured(number: str) -> str:
    return f"{number[:2]}/{number[2:]}/{int(number) % 97:02d}"


def _street(draws: Draws) -> str:
    kind = draws.choice(("Calle", "C/", "Avenida", "Plaza", "Paseo"))
    name = draws.choice(
        ("de la Encina", "del Molino", "Mayor", "de los Olivos", "Santa Brígida", "del Puerto",
         "de la Noria", "San Telmo", "del Romero", "de las Eras")
    )  # fmt: skip
    floor = draws.choice(("", f", {draws.integer(1, 9)}.º {draws.choice('ABCD')}"))
    return f"{kind} {name}, {draws.integer(1, 180)}{floor}"


SPANISH: Final = Locale(
    people=people(
        women="""
            Almudena Amparo Azucena Blanca Candela Carmen Concepción Elvira Encarnación Inés
            Inmaculada Lourdes Macarena Marina Mercedes Montserrat Nuria Pilar Purificación
            Remedios Rosario Silvia Susana Teresa Victoria Ángeles
        """,
        men="""
            Adrián Alfonso Álvaro Andrés Bartolomé Borja Cristóbal Damián Eugenio Fernando Gonzalo
            Gregorio Iker Jaime Joaquín Jorge Lázaro Luis Manuel Mateo Óscar Pablo Rafael Rubén
            Santiago Vicente
        """,
        surnames=double(
            """
                Aguirre Alcázar Barroso Benítez Cabrera Calvo Carrasco Castaño Cordero Crespo
                Delgado Escudero Esteban Ferrer Gallardo Garrido Gil Hidalgo Iglesias Izquierdo
                Lorenzo Lozoya Marín Medina Molina Moya Nieto Olmos Pardo Pascual Prieto Rebollo
                Redondo Rincón Sáez Santos Soler Vega Vidal Zamorano
            """
        ),
    ),
    forms=NAME_FORMS,
    places={
        "city": gold("CITY", """
            Albacete; Badajoz; Burgos; Cáceres; Gijón; Huelva; Jaén; León; Lugo; Soria; Teruel;
            Zamora
        """),
        "facility": gold("FACILITY", """
            Hospital Santa Brígida; Clínica San Telmo; Hospital Comarcal de la Noria; Centro de
            Salud Los Olivos; Hospital del Puerto
        """),
        "profession": gold("PROFESSION", """
            albañil; cocinera; maestro; camionero; administrativa; pescador; peluquera; agricultor
        """),
        "country": gold("COUNTRY", "Marruecos; Ecuador; Rumanía; Venezuela; Argentina"),
    },
    phrases={
        "med": phrases("""
            enalapril 10 mg cada 24 h; metformina 850 mg cada 12 h; omeprazol 20 mg; paracetamol 1
            g cada 8 h; furosemida 40 mg; atorvastatina 20 mg por la noche
        """),
        "dx": phrases("""
            neumonía adquirida en la comunidad; fibrilación auricular; fractura de cadera;
            insuficiencia cardíaca; colecistitis aguda; diabetes tipo 2
        """),
        "complaint": phrases("""
            dolor torácico; disnea de esfuerzo; fiebre y tos; dolor abdominal; mareo al levantarse;
            lumbalgia
        """),
        "test": phrases("hemograma; bioquímica; coagulación; orina; gasometría; troponina"),
    },
    makers={
        **SHARED,
        "phone": numbers("PHONE", "9## 000 0##", "+34 9## 000 0##", "6## 000 0##", "6##.000.0##"),
        "fax": numbers("FAX", "9## 000 0##", "+34 9## 000 0##"),
        "ssn": checked("SSN", "00########", _insured),
        "mrn": numbers("MRN", "######", "HC-#######", "########"),
        "plan": numbers("HEALTH_PLAN_ID", "ZZZZ##########", "00 ## ####### ##"),
        "licence": checked("LICENSE_ID", "999#####", _identity),
        "zip": numbers("ZIPCODE", "00###"),
        "iban": bank("ES", "0000################"),
    },
    street=_street,
    styles=day_styles(
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        written="{d} de {m} de {y}",
    ),
    usual_styles=("slashes", "slashes", "dashes", "long", "short"),
)  # fmt: skip
"""Spanish of Spain."""
