"""Italian.

Never issued: tax codes of place Z000; postcodes above 98168; telephone numbers whose subscriber
part is 000 0xx; bank 00000.
"""

from typing import Final

from openmed.domain.corpus.draws import Draws
from openmed.domain.corpus.languages.parts import (
    SHARED,
    bank,
    checked,
    day_styles,
    gold,
    numbers,
    people,
    phrases,
)
from openmed.domain.corpus.locale import Locale
from openmed.domain.corpus.people import NAME_FORMS

_ODD: Final = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3,
         6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
        strict=True,
    )
)  # fmt: skip


def _even(character: str) -> int:
    return int(character) if character.isdecimal() else ord(character) - ord("A")


def _tax_code(body: str) -> str:
    total = sum(_ODD[c] if at % 2 == 0 else _even(c) for at, c in enumerate(body))
    return body + chr(ord("A") + total % 26)


def _street(draws: Draws) -> str:
    kind = draws.choice(("via", "Via", "viale", "piazza", "corso"))
    name = draws.choice(
        ("dei Mulini", "Garibaldi", "delle Rose", "San Biagio", "della Fonte", "dei Tigli",
         "Vecchia", "del Castello", "Roma", "degli Ulivi")
    )  # fmt: skip
    letter = draws.choice(("", "", "/A", "/B"))
    return f"{kind} {name}, {draws.integer(1, 180)}{letter}"


ITALIAN: Final = Locale(
    people=people(
        women="""
            Adele Agnese Alessia Assunta Benedetta Carla Concetta Domitilla Elisabetta Emanuela
            Fiorella Gabriella Giovanna Ilaria Loredana Luisa Maddalena Nicoletta Ornella Patrizia
            Rosaria Serena Silvana Teresa
        """,
        men="""
            Agostino Alberto Bruno Carmelo Corrado Davide Domenico Ettore Fausto Federico Gennaro
            Giacomo Giuseppe Guido Luca Massimo Matteo Nicolò Ottavio Pietro Riccardo Salvatore Ugo
            Vittorio
        """,
        surnames="""
            Amato Barbieri Basile Battaglia Bellini Bernardi Bruno Caputo Caruso Cattaneo Colombo
            Conti D'Amico De_Luca De_Santis Di_Stefano Donati Esposito Fabbri Farina Ferrara Fiore
            Galli Gatti Giordano Grasso Guerra Leone Lombardi Marino Martini Monti Negri Palumbo
            Parisi Pellegrini Rizzo Sartori Testa Valentini
        """,
    ),
    forms=NAME_FORMS,
    places={
        "city": gold("CITY", """
            Asti; Belluno; Crotone; Enna; Foligno; Gorizia; Imola; Lecco; Macerata; Nuoro; Pistoia;
            Trapani
        """),
        "facility": gold("FACILITY", """
            Ospedale San Biagio; Clinica dei Tigli; Policlinico del Castello; Casa di cura Villa
            Ulivi; Ospedale della Fonte
        """),
        "profession": gold("PROFESSION", """
            falegname; maestra; camionista; sarta; agricoltore; ragioniera; idraulico; fornaio
        """),
        "country": gold("COUNTRY", "Albania; Romania; Marocco; Ucraina; Filippine"),
    },
    phrases={
        "med": phrases("""
            ramipril 5 mg al mattino; metformina 850 mg due volte al giorno; pantoprazolo 20 mg;
            paracetamolo 1 g se dolore; furosemide 25 mg; bisoprololo 2,5 mg
        """),
        "dx": phrases("""
            polmonite; fibrillazione atriale; frattura del femore; scompenso cardiaco; colecistite
            acuta; diabete tipo 2
        """),
        "complaint": phrases("""
            dolore toracico; dispnea da sforzo; febbre e tosse; dolore addominale; vertigini;
            lombalgia
        """),
        "test": phrases("emocromo; elettroliti; coagulazione; urine; emogasanalisi; troponina"),
    },
    makers={
        **SHARED,
        "phone": numbers("PHONE", "0## 000 0##", "+39 0## 000 0##", "3## 000 00##", "3##/00000##"),
        "fax": numbers("FAX", "0## 000 0##", "+39 0## 000 0##"),
        "ssn": checked("SSN", "@@@@@@##A0#Z000", _tax_code),
        "mrn": numbers("MRN", "######", "20##/#####", "CC#######"),
        "plan": numbers("HEALTH_PLAN_ID", "80380000##########00", "803800 000 ##########"),
        "licence": numbers("LICENSE_ID", "ZZ00#####", "U0Z#####0X"),
        "zip": numbers("ZIPCODE", "99###"),
        "iban": bank("IT", "Z00000#################"),
    },
    street=_street,
    styles=day_styles(
        """
            gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre
            dicembre
        """,
        written="{d} {m} {y}",
    ),
    usual_styles=("slashes", "slashes", "dots", "long", "short"),
)  # fmt: skip
"""Italian of Italy."""
