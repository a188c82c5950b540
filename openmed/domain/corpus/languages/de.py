"""German, as it is written in Germany.

Never issued: telephone numbers kept for films by the Bundesnetzagentur; area 00 of pension
numbers; tax numbers that start with 0; postcodes below 01001; bank code 00000000.
"""

from typing import Final

from openmed.domain.corpus.draws import Draws
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


def _street(draws: Draws) -> str:
    name = draws.choice(
        ("Lindenweg", "Ahornallee", "Am Mühlbach", "Goethestraße", "Kirchgasse", "Rosenstr.",
         "An der Ziegelei", "Birkenring", "Marktplatz", "Schillerstr.")
    )  # fmt: skip
    letter = draws.choice(("", "", "a", "b"))
    return f"{name} {draws.integer(1, 180)}{letter}"


GERMAN: Final = Locale(
    people=people(
        women="""
            Annegret Bärbel Brigitte Christa Dagmar Elfriede Friederike Gisela Hannelore Heike
            Hildegard Ilse Jutta Karin Kerstin Liselotte Marlies Renate Roswitha Sabine Sieglinde
            Steffi Ulrike Waltraud
        """,
        men="""
            Achim Bernd Detlef Dietmar Eberhard Egon Friedhelm Gerd Günther Hartmut Heinz Holger
            Horst Jochen Jürgen Klaus-Dieter Lothar Manfred Norbert Reinhold Rüdiger Siegfried Uwe
            Wolfgang
        """,
        surnames="""
            Albrecht Bachmann Baumgärtner Böhm Brandt Dietrich Ebert Eichhorn Engelhardt Fröhlich
            Geißler Großmann Hagedorn Heinrich Hofmann Jäger Kästner Kirchner Krüger Lehmann
            Lindner Löffler Maurer Meißner Möller Nagel Oppermann Pfeiffer Pohlmann Rößler Sauer
            Scholz Schröder Seidel Stein Thiele Ullrich Vogt Wiedemann Zöllner
        """,
    ),
    forms=NAME_FORMS,
    places={
        "city": gold("CITY", """
            Bamberg; Celle; Detmold; Fulda; Görlitz; Husum; Jena; Lüneburg; Passau; Siegen; Soest;
            Trier
        """),
        "facility": gold("FACILITY", """
            Klinikum Ahornhöhe; St.-Brigitten-Krankenhaus; Kreiskrankenhaus Mühlbach; MVZ
            Lindenhof; Reha-Klinik Birkenring
        """),
        "profession": gold("PROFESSION", """
            Schreiner; Bäckerin; Lehrer; Busfahrerin; Landwirt; Buchhalterin; Elektriker; Floristin
        """),
        "country": gold("COUNTRY", "Polen; Türkei; Italien; Kroatien; Syrien"),
    },
    phrases={
        "med": phrases("""
            Ramipril 5 mg 1-0-0; Metformin 1000 mg 1-0-1; Pantoprazol 40 mg; Torasemid 10 mg;
            Novalgin 30 Tropfen bei Bedarf; Bisoprolol 2,5 mg
        """),
        "dx": phrases("""
            Pneumonie; Vorhofflimmern; Schenkelhalsfraktur; dekompensierte Herzinsuffizienz;
            Cholezystolithiasis; Diabetes mellitus Typ 2
        """),
        "complaint": phrases("""
            Brustschmerzen; Luftnot bei Belastung; Fieber und Husten; Bauchschmerzen; Schwindel
            beim Aufstehen; Rückenschmerzen
        """),
        "test": phrases("Blutbild; Gerinnung; Elektrolyte; Urinstatus; Blutgase; Troponin"),
    },
    makers={
        **SHARED,
        "phone": numbers("PHONE", "030 23125 0##", "040 66969 0##", "+49 69 90009 0##",
            "0221/4710 0##", "0171 39200##", "089-99998 0##"),
        "fax": numbers("FAX", "030 23125 9##", "089 99998-9##"),
        "ssn": numbers("SSN", "00 1507## @ 0##", "00######@0##"),
        "mrn": numbers("MRN", "########", "P-#######", "10######"),
        "plan": numbers("HEALTH_PLAN_ID", "Z00000####", "X00000####"),
        "licence": numbers("LICENSE_ID", "00 ### ### ###", "L0X00####"),
        "zip": numbers("ZIPCODE", "00###"),
        "iban": bank("DE", "00000000##########"),
    },
    street=_street,
    styles=day_styles(
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        written="{d}. {m} {y}",
    ),
    usual_styles=("dots", "dots", "dots", "long", "iso"),
)  # fmt: skip
"""German of Germany."""
