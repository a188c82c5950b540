"""Portuguese, as it is written in Portugal.

Never issued: social security, tax and health numbers that start with 0; postcodes below 1000;
telephone numbers whose subscriber part is 000 0xx; bank 0000.
"""

from typing import Final

from openmed.domain.corpus.draws import Draws
from openmed.domain.corpus.languages.parts import (
    SHARED,
    bank,
    day_styles,
    double,
    gold,
    numbers,
    people,
    phrases,
)
from openmed.domain.corpus.locale import Locale
from openmed.domain.corpus.people import NAME_FORMS


def _street(draws: Draws) -> str:
    kind = draws.choice(("Rua", "R.", "Avenida", "Travessa", "Largo"))
    name = draws.choice(
        ("das Oliveiras", "do Moinho", "da Fonte", "dos Lavradores", "de São Brás", "da Ribeira",
         "do Castelo", "das Amendoeiras", "da Eira", "do Sol")
    )  # fmt: skip
    floor = draws.choice(("", f", {draws.integer(1, 9)}.º {draws.choice(('Esq.', 'Dto.'))}"))
    return f"{kind} {name}, {draws.integer(1, 180)}{floor}"


PORTUGUESE: Final = Locale(
    people=people(
        women="""
            Adelaide Amélia Benedita Catarina Conceição Deolinda Eduarda Fernanda Filomena Graça
            Helena Inês Isaura Jacinta Leonor Lurdes Madalena Natércia Odete Piedade Rosalina
            Susana Teresa Vitória
        """,
        men="""
            Abílio Afonso Álvaro Armando Augusto Belmiro Cândido Duarte Egídio Fernando Gaspar
            Henrique Horácio Jaime João Joaquim Leonel Manuel Nuno Rodrigo Rui Simão Tiago Vasco
        """,
        surnames=double(
            """
                Abrantes Almeida Antunes Azevedo Barbosa Bastos Borges Braga Brito Cabral Caldeira
                Câmara Cardoso Carneiro Coelho Correia Esteves Falcão Figueiredo Fonseca Franco
                Freitas Gouveia Guerra Leitão Lemos Lobo Machado Marques Matos Monteiro Moura Neves
                Paiva Peixoto Quintela Ribeiro Rocha Tavares Valente
            """
        ),
    ),
    forms=NAME_FORMS,
    places={
        "city": gold("CITY", """
            Abrantes da Serra; Beja; Bragança; Chaves; Covilhã; Elvas; Évora; Guarda; Lamego;
            Leiria; Tomar; Viseu
        """),
        "facility": gold("FACILITY", """
            Hospital de São Brás; Clínica da Ribeira; Centro Hospitalar do Castelo; USF das
            Oliveiras; Hospital da Eira
        """),
        "profession": gold("PROFESSION", """
            carpinteiro; costureira; professora; motorista; agricultor; contabilista; pedreiro;
            padeira
        """),
        "country": gold("COUNTRY", "Angola; Cabo Verde; Brasil; Moçambique; Ucrânia"),
    },
    phrases={
        "med": phrases("""
            enalapril 10 mg de manhã; metformina 850 mg duas vezes ao dia; omeprazol 20 mg;
            paracetamol 1 g se dor; furosemida 40 mg; bisoprolol 2,5 mg
        """),
        "dx": phrases("""
            pneumonia; fibrilhação auricular; fratura do colo do fémur; insuficiência cardíaca;
            colecistite aguda; diabetes tipo 2
        """),
        "complaint": phrases("""
            dor torácica; falta de ar ao esforço; febre e tosse; dor abdominal; tonturas ao
            levantar; lombalgia
        """),
        "test": phrases("hemograma; ionograma; coagulação; urina; gasometria; troponina"),
    },
    makers={
        **SHARED,
        "phone": numbers("PHONE", "2## 000 0##", "+351 2## 000 0##", "9## 000 0##", "9##0000##"),
        "fax": numbers("FAX", "2## 000 0##", "+351 2## 000 0##"),
        "ssn": numbers("SSN", "0##########", "0## ### ### ##"),
        "mrn": numbers("MRN", "######", "P#######", "########"),
        "plan": numbers("HEALTH_PLAN_ID", "0########", "0## ### ###"),
        "licence": numbers("LICENSE_ID", "0########", "00###### # ZZ#"),
        "zip": numbers("ZIPCODE", "0###-###"),
        "iban": bank("PT", "0000#################"),
    },
    street=_street,
    styles=day_styles(
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        written="{d} de {m} de {y}",
    ),
    usual_styles=("slashes", "slashes", "dashes", "long", "iso"),
)  # fmt: skip
"""Portuguese of Portugal."""
