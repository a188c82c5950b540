"""Dutch, as it is written in the Netherlands.

Never issued: citizen numbers that start with 9999 (kept for tests; the check of eleven holds);
postcodes below 1000; telephone numbers whose subscriber part is 000 0xx; bank ZZZZ.
"""

from typing import Final

from openmed.domain.corpus.draws import Draws
from openmed.domain.corpus.emitter import Item
from openmed.domain.corpus.languages.parts import (
    SHARED,
    bank,
    day_styles,
    gold,
    numbers,
    people,
    phrases,
)
from openmed.domain.corpus.locale import Locale
from openmed.domain.corpus.people import NAME_FORMS

_TEN: Final = 10


def _citizen(draws: Draws) -> Item:
    while True:
        body = f"9999{draws.digits(4)}"
        last = sum(int(digit) * (9 - at) for at, digit in enumerate(body)) % 11
        if last < _TEN:
            return Item("SSN", f"{body}{last}")


def _street(draws: Draws) -> str:
    name = draws.choice(
        ("Molenweg", "Kerkstraat", "Lange Dijk", "Beukenlaan", "Havenkade", "Schoolstraat",
         "Prinses Irenelaan", "Op de Brink", "Wilgenhof", "Oude Gracht")
    )  # fmt: skip
    return f"{name} {draws.integer(1, 190)}{draws.choice(('', '', ' II', '-A'))}"


DUTCH: Final = Locale(
    people=people(
        women="""
            Anneke Annemarie Bep Carolien Corrie Dieuwertje Elske Femke Gerda Greetje Hendrika
            Ineke Jacoba Jolanda Katrijn Liesbeth Maaike Marijke Nelleke Petra Riet Saskia Truus
            Wilhelmina
        """,
        men="""
            Arjen Bas Cornelis Diederik Dirk Evert Floris Freek Gerrit Hendrik Jaap Jelle Joost
            Klaas Koen Lammert Maarten Nico Pieter Rinus Sjoerd Teun Willem Wouter
        """,
        surnames="""
            Aalbers Bakker Beekman Blom Boersma Brouwer de_Boer de_Graaf de_Vries Dekker Dijkstra
            Driessen Geerts Haverkamp Hendriks Hoekstra Huisman Jansen Kok Koster Kuipers Maas
            Meijer Mulder Noordhof Peeters Postma Prins Schouten Smit Terpstra van_den_Heuvel
            van_der_Meulen van_Dijk Veenstra Verhoeven Visser Vos Wessels Zijlstra
        """,
    ),
    forms=NAME_FORMS,
    places={
        "city": gold("CITY", """
            Assen; Deventer; Goes; Gouda; Heerlen; Hoorn; Meppel; Roermond; Sneek; Tiel; Venlo;
            Zutphen
        """),
        "facility": gold("FACILITY", """
            Molenweg Ziekenhuis; Sint Elske Gasthuis; Medisch Centrum Havenkade; Huisartsenpraktijk
            De Brink; Wilgenhof Kliniek
        """),
        "profession": gold("PROFESSION", """
            timmerman; lerares; vrachtwagenchauffeur; verkoopster; melkveehouder; boekhouder;
            loodgieter; kapster
        """),
        "country": gold("COUNTRY", "Suriname; Marokko; Turkije; Polen; Indonesië"),
    },
    phrases={
        "med": phrases("""
            perindopril 4 mg; metformine 500 mg driemaal daags; pantoprazol 40 mg; paracetamol 1 g
            zo nodig; furosemide 40 mg; bisoprolol 2,5 mg
        """),
        "dx": phrases("""
            pneumonie; atriumfibrilleren; heupfractuur; hartfalen; galstenen; diabetes mellitus
            type 2
        """),
        "complaint": phrases("""
            pijn op de borst; kortademigheid bij inspanning; koorts en hoesten; buikpijn;
            duizeligheid bij opstaan; lage rugpijn
        """),
        "test": phrases("bloedbeeld; elektrolyten; stolling; urinesediment; bloedgas; troponine"),
    },
    makers={
        **SHARED,
        "phone": numbers("PHONE", "0##-000 00##", "+31 ## 000 00##", "06-0000 00##"),
        "fax": numbers("FAX", "0##-000 00##", "+31 ## 000 00##"),
        "ssn": _citizen,
        "mrn": numbers("MRN", "#######", "######", "Z-######"),
        "plan": numbers("HEALTH_PLAN_ID", "000######", "ZZ-#######"),
        "licence": numbers("LICENSE_ID", "0##########", "ZZ0######"),
        "zip": numbers("ZIPCODE", "0### @@", "0###@@"),
        "iban": bank("NL", "ZZZZ##########"),
    },
    street=_street,
    styles=day_styles(
        "januari februari maart april mei juni juli augustus september oktober november december",
        written="{d} {m} {y}",
    ),
    usual_styles=("dashes", "dashes", "slashes", "long", "short"),
)  # fmt: skip
"""Dutch of the Netherlands."""
