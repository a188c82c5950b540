"""Pools of templates and what a language is: data alone, refused with file and line."""

import re
from datetime import date

import pytest
from support.golden_corpus import POOL, is_luhn

from openmed.corpus import build_golden
from openmed.corpus.draws import Draws
from openmed.corpus.language_file import read_language
from openmed.corpus.locale import Locale
from openmed.corpus.pool import read_pool
from openmed.errors import UsageError

LANGUAGE = """
[names.usual]
women = ["Kadri", "Liis"]
men = ["Jaan", "Mihkel"]
surnames = ["Tamm", "Saar", "Kask"]

[forms]
full = "{last} {first_start}-{first}"

[gold.city]
label = "CITY"
words = ["Rapla"]

[phrases]
dx = ["gripp"]

[gendered]
child = ["poeg", "tütar"]

[identifiers]
phone = { label = "PHONE", pattern = "+372 00## ####" }
card = { label = "CREDIT_CARD", pattern = "99####-##?", check = "luhn" }

[identifiers.ssn]
label = "SSN"
patterns = ["0##0231###??"]
checks = [
  { weights = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1], modulo = 11, symbols = "0123456789-" },
  { weights = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2], modulo = 10, symbols = "0987654321" },
]

[street]
text = "{name} {number}"
draws = [
  { name = "number", between = [1, 9] },
  { name = "name", one_of = ["Pikk", "Lai nr {number}, maja"] },
]

[dates]
usual = ["long"]
months = ["jaanuar", "veebruar", "märts", "aprill", "mai", "juuni", "juuli", "august",
  "september", "oktoober", "november", "detsember"]

[dates.styles]
long = "{d}. {month} {y}"
old = { text = "{dd}/{mm}/{yy}", digits = "ABCDEFGHIJ" }
"""
SHEET = """copies = 3

== et-note-01 visit
{patient.full}, {patient.child}, {dob}: {dx}. {ssn}, {phone}, {street}, {city}, {date.old:0}.
"""


def language(text: str = LANGUAGE) -> Locale:
    """A language of its own."""
    return read_language("et/language.toml", text, pools={})


def draws(index: int) -> Draws:
    """A stream."""
    return Draws(seed="s", family="f", index=index)


def test_files_alone_add_a_language_and_a_family() -> None:
    """No line of code names either."""
    pool = read_pool({"et/language.toml": LANGUAGE, "et/notes.sheet": SHEET})
    documents = build_golden(pool, seed="s")
    assert ["et-note-01-1", "et-note-01-2", "et-note-01-3"] == [one.id for one in documents]
    assert {"et"} == {one.language for one in documents}
    for one in documents:
        labels = [span.label for span in one.spans]
        values = [one.text[span.start : span.end] for span in one.spans]
        assert labels == [
            "PATIENT_NAME", "DATE", "SSN", "PHONE", "STREET_ADDRESS", "CITY", "DATE",
        ]  # fmt: skip
        assert re.fullmatch(r"(Tamm|Saar|Kask) [KLJM]-(Kadri|Liis|Jaan|Mihkel)", values[0])
        assert re.fullmatch(r"(Pikk|Lai nr [1-9], maja) [1-9]", values[4])
        assert re.fullmatch(r"[A-J]{2}/[A-J]{2}/[A-J]{2}", values[6])
        assert ("poeg" in one.text) == ("Jaan" in one.text or "Mihkel" in one.text)


def test_a_pool_may_use_the_languages_of_another() -> None:
    """And its families are its own alone."""
    sheet = "copies = 1\n== mine-01 visit\n{patient.full} {ssn}\n"
    pool = read_pool({"en/mine.sheet": sheet}, languages=POOL.languages)
    assert ["mine-01-1"] == [document.id for document in build_golden(pool, seed="s")]


def test_families_are_in_the_order_of_files_and_lines() -> None:
    """Whatever the order in which a folder lists them."""
    files = {
        "et/b.sheet": SHEET.replace("et-note-01", "b-01"),
        "et/a.sheet": SHEET.replace("et-note-01", "z-01"),
        "et/language.toml": LANGUAGE,
    }
    pool = read_pool(files)
    assert ["z-01", "b-01"] == [family.id for family in pool.families]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"et/a.sheet": SHEET}, "et/a.sheet is in language et, which has no et/language.toml"),
        ({"et/language.toml": LANGUAGE, "et/A.sheet": SHEET}, "et/A.sheet is no file of a pool"),
        ({"et/code.py": "raise SystemExit"}, "et/code.py is no file of a pool"),
        ({"../et/a.sheet": SHEET}, "../et/a.sheet is no file of a pool"),
        ({"ET/language.toml": LANGUAGE}, "ET/language.toml is no file of a pool"),
        ({"et/name_pools.toml": ""}, "et/name_pools.toml stands alone"),
        ({"en/language.toml": LANGUAGE}, "en/language.toml: language en is there already"),
        (
            {"en/a.sheet": SHEET, "en/b.sheet": SHEET},
            "en/b.sheet:3: family et-note-01 is there already, at en/a.sheet:3",
        ),
    ],
)
def test_a_pool_that_is_not_understood_is_refused(files: dict[str, str], sentence: str) -> None:
    """With the file."""
    with pytest.raises(UsageError) as caught:
        read_pool(files, languages={"en": POOL.languages["en"]})
    assert caught.value.message.startswith(sentence)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("[phrases]", "[phrases", "et/language.toml:14 is not TOML"),
        ("[phrases]", "[prases]", "et/language.toml:14: prases is a key that is not known here"),
        ('["Tamm", "Saar", "Kask"]', "[]", "et/language.toml:5: names.usual.surnames must be a"),
        ('"Tamm"', '" Tamm"', "et/language.toml:5: names.usual.surnames holds ' Tamm'"),
        ('"Tamm"', "7", "et/language.toml:5: names.usual.surnames must hold texts"),
        ('"Liis"', '"Lii\u0301s"', "et/language.toml:3: names.usual.women must hold texts in Uni"),
        ("{first_start}", "{first.x}", "et/language.toml:8: forms.full has a brace alone"),
        ("{first_start}", "{nick}", "et/language.toml:8: forms.full has {nick}; wanted {first}"),
        ('"CITY"', '"TOWN"', "et/language.toml:11: gold.city.label is 'TOWN'; wanted a label"),
        ('"poeg", ', "", "et/language.toml:18: gendered.child must be two texts"),
        ('"luhn"', '"lun"', "et/language.toml:22: identifiers.card.check is 'lun'; wanted luhn"),
        ('check = "luhn"', 'bank = "Ee"', "et/language.toml:22: identifiers.card.bank is 'Ee'"),
        ("##?", "##", "et/language.toml:22: identifiers.card has '99####-##' with 1 check"),
        ("0##0231###??", "@##0231###??", "et/language.toml:24: identifiers.ssn has '@##0231###"),
        ("0##0231###??", "0##0231##??", "et/language.toml:24: identifiers.ssn has '0##0231##??'"),
        ('"0123456789-"', '"-----------"', "et/language.toml:24: identifiers.ssn has '0##0231###?"),
        ('"0123456789-"', '"0123456789"', "et/language.toml:27: identifiers.ssn.checks.symbols"),
        ("modulo = 11", "modulo = 0", "et/language.toml:27: identifiers.ssn.checks.modulo must be"),
        ("[1, 9]", "[9, 1]", "et/language.toml:34: street.draws.between must be two whole numbers"),
        ("nr {number}", "nr {name}", "et/language.toml:34: street.draws.one_of has {name}"),
        ('"jaanuar", ', "", "et/language.toml:41: dates.months has 11 names; wanted 12"),
        ('"ABCDEFGHIJ"', '"ABC"', "et/language.toml:46: dates.styles.old.digits has 3 characters"),
        ("{month}", "{moon}", "et/language.toml:45: dates.styles.long has {moon}; wanted {d}, "),
        ('usual = ["long"]', 'usual = ["log"]', "et/language.toml:40: dates.usual has 'log'"),
    ],
)  # fmt: skip
def test_a_language_that_is_not_understood_is_refused(old: str, new: str, sentence: str) -> None:
    """With file and line, what was found and what was wanted."""
    assert old in LANGUAGE
    with pytest.raises(UsageError) as caught:
        language(LANGUAGE.replace(old, new))
    assert sentence == caught.value.message[: len(sentence)]


@pytest.mark.parametrize("name", ["os.system", "english", "__import__"])
def test_code_is_referred_to_by_a_known_name_only(name: str) -> None:
    """A base that is none is refused, never looked up."""
    with pytest.raises(UsageError, match=r"language\.toml:2: base\.identifiers is "):
        language(f'[base]\nidentifiers = "{name}"\n{LANGUAGE}')


def test_check_characters_stand_where_the_pattern_says() -> None:
    """Over all digits before them; a number that has none is drawn again."""
    makers = language().makers
    for index in range(1, 60):
        card = makers["card"](draws(index)).value
        assert (True, "-") == (is_luhn(card.replace("-", "")), card[6])
        *body, first, second = map(int, makers["ssn"](draws(index)).value)
        weights = (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)
        total = sum(digit * weight for digit, weight in zip(body, weights, strict=True))
        assert first == total % 11
        assert 0 == (total + 2 * first + second) % 10


def test_a_list_of_one_pattern_is_drawn_from() -> None:
    """It takes a draw, a single pattern takes none: documents made so far keep their values."""
    one, many = 'pattern = "+372 00## ####"', 'patterns = ["+372 00## ####"]'
    single = language().makers["phone"](draws(1)).value
    listed = language(LANGUAGE.replace(one, many)).makers["phone"](draws(1)).value
    stream = draws(1)
    stream.choice(("+372 00## ####",))
    digits = stream.digits(6)
    assert listed == f"+372 00{digits[:2]} {digits[2:]}"
    assert single != listed


def test_days_are_written_as_the_data_says() -> None:
    """Numbers with and without a zero, names of months, other digits."""
    styles = language().styles
    day = date(2024, 3, 7)
    assert ("7. märts 2024", "AH/AD/CE") == (styles["long"](day), styles["old"](day))


def test_chinese_days_can_be_spoken() -> None:
    """Digit by digit the year, as a number month and day."""
    spoken = POOL.languages["zh"].styles["spoken"]
    assert "二〇二四年十一月二十日" == spoken(date(2024, 11, 20))


def test_more_people_than_names_is_refused() -> None:
    """Surnames in a note differ; when none is left the note cannot be written."""
    sheet = "copies = 1\n== a-01 t\n{patient.full} {patient.full:b} {patient.full:c} {patient:d}\n"
    pool = read_pool({"et/language.toml": LANGUAGE, "et/a.sheet": sheet})
    with pytest.raises(UsageError, match=r"et/a\.sheet:2: family a-01: more than 3 people"):
        build_golden(pool, seed="s")
