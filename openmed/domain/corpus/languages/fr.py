"""French, as it is written in France.

Never issued: telephone numbers kept for fiction by the Arcep; department 00 in social security
numbers and postcodes; bank code 00000.
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


def _insured(number: str) -> str:
    key = 97 - int(number) % 97
    parts = (number[0], number[1:3], number[3:5], number[5:7], number[7:10], number[10:])
    return f"{' '.join(parts)} {key:02d}"


def _street(draws: Draws) -> str:
    kind = draws.choice(("rue", "avenue", "place", "impasse", "allée"))
    name = draws.choice(
        ("des Lilas", "du Moulin", "de la Gare", "Victor-Hugo", "des Tilleuls", "du Lavoir",
         "de l'Église", "Jean-Moulin", "des Acacias", "du Vieux-Port")
    )  # fmt: skip
    number = f"{draws.integer(1, 190)}{draws.choice(('', '', ' bis'))}"
    return f"{number}, {kind} {name}" if draws.one_in(2) else f"{number} {kind} {name}"


FRENCH: Final = Locale(
    people=people(
        women="""
            Agnès Bernadette Céline Chantal Colette Delphine Éliane Estelle Françoise Ghislaine
            Huguette Josiane Laurence Léonie Lucette Maëlle Marie-Claude Mireille Noémie Odile
            Pascale Séverine Solange Sylvie
        """,
        men="""
            Alain Anselme Aurélien Baptiste Christophe Didier Étienne Fabrice Gaël Guillaume Hervé
            Jean-Luc Joël Laurent Loïc Marcel Maxence Noël Olivier Pascal Quentin Rémi Thierry
            Yannick
        """,
        surnames="""
            Aubert Barbier Berthelot Blanchard Boulanger Brunet Carpentier Chevallier Collet Coste
            Daniel Delaunay Deschamps Dufour Estève Faivre Fournier Gaillard Garnier Guérin Hébert
            Huet Jacquet Lacombe Lefèvre Lemoine Maillard Marchand Mercier Noël Pelletier Perrin
            Poirier Prévost Renault Rousseau Schmitt Tessier Vasseur Verdier
        """,
    ),
    forms=NAME_FORMS,
    places={
        "city": gold("CITY", """
            Aurillac; Bayonne; Béziers; Chaumont; Épinal; Gap; Laval; Mâcon; Nevers; Rodez;
            Saintes; Tulle
        """),
        "facility": gold("FACILITY", """
            CHU des Acacias; Clinique du Vieux-Port; Hôpital Sainte-Colette; Centre hospitalier du
            Lavoir; Maison de santé des Lilas
        """),
        "profession": gold("PROFESSION", """
            menuisier; institutrice; chauffeur routier; boulangère; viticulteur; comptable;
            plombier; coiffeuse
        """),
        "country": gold("COUNTRY", "Algérie; Portugal; Sénégal; Tunisie; Belgique"),
    },
    phrases={
        "med": phrases("""
            ramipril 5 mg le matin; metformine 850 mg deux fois par jour; bisoprolol 2,5 mg;
            paracétamol 1 g si douleur; furosémide 40 mg; oméprazole 20 mg
        """),
        "dx": phrases("""
            pneumopathie; fibrillation auriculaire; fracture du col du fémur; insuffisance
            cardiaque; lithiase vésiculaire; diabète de type 2
        """),
        "complaint": phrases("""
            une douleur thoracique; une dyspnée d'effort; de la fièvre avec toux; des douleurs
            abdominales; des vertiges; une lombalgie
        """),
        "test": phrases("NFS; ionogramme; bilan de coagulation; ECBU; gaz du sang; troponine"),
    },
    makers={
        **SHARED,
        "phone": numbers("PHONE", "01 99 00 ## ##", "02 61 91 ## ##", "03.53.01.##.##",
            "04 65 71 ## ##", "05 36 49 ## ##", "06 39 98 ## ##", "+33 6 39 98 ## ##"),
        "fax": numbers("FAX", "01 99 00 ## ##", "04 65 71 ## ##"),
        "ssn": checked("SSN", "1##0500######", _insured),
        "mrn": numbers("MRN", "80########", "########", "D#######"),
        "plan": numbers("HEALTH_PLAN_ID", "ZZ########", "000 ### ### ##"),
        "licence": numbers("LICENSE_ID", "00AA00###", "000########"),
        "zip": numbers("ZIPCODE", "00###"),
        "iban": bank("FR", "0000000000###########00"),
    },
    street=_street,
    styles=day_styles(
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        written="{d} {m} {y}",
    ),
    usual_styles=("slashes", "slashes", "dots", "long", "short"),
)  # fmt: skip
"""French of France."""
