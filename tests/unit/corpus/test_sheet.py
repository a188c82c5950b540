"""Sheets and the template language: what a heading and a field do."""

import pytest
from support.golden_corpus import POOL

from openmed.corpus.family import Family, write_documents
from openmed.corpus.sheet import read_sheet
from openmed.corpus.template import lines
from openmed.domain.text.span import Document
from openmed.errors import UsageError

SHEET = """# What a sheet is for.
copies = 2

== a-01 table smoke copies=3
Chart {mrn}
{rows:2-2|#: {phone:#}}

== b-01 message prose crlf
one
two

three {patient.first}
== c-01 checksum variants=valid,invalid
{card} of {patient.full}
"""


def written(text: str, *, language: str = "en") -> Document:
    """The document of a template."""
    family = Family("t-01", "base", lines(text), language=language, place="xx/t.sheet:1")
    return POOL.document(family, seed="s", index=1)


def families(text: str) -> tuple[Family, ...]:
    """The families of an English sheet."""
    pools = frozenset(POOL.languages["en"].pools)
    return read_sheet(text, file="en/t.sheet", language="en", pools=pools)


def test_a_sheet_holds_families() -> None:
    """Headings give id, slice and options; the text is up to the next heading."""
    first, second, third = families(SHEET)
    assert ("a-01", "table", True, 3) == (first.id, first.slice, first.smoke, first.copies)
    assert ("b-01", "\r\n", 2) == (second.id, second.line_end, second.copies)
    assert ("valid", "invalid") == third.variants


def test_rows_are_numbered() -> None:
    """Each row has values of its own."""
    text = POOL.document(families(SHEET)[0], seed="s", index=1).text
    chart, one, two = text.splitlines()
    assert (True, True, True) == (chart[:6] == "Chart ", one[:3] == "1: ", two[:3] == "2: ")
    assert one[3:] != two[3:]


def test_prose_joins_the_lines_of_a_paragraph() -> None:
    """And keeps paragraphs apart, with the line ends of the family."""
    text = POOL.document(families(SHEET)[1], seed="s", index=1).text
    assert text.startswith("one two\r\n\r\nthree ")


def test_variants_are_written_side_by_side() -> None:
    """Same index, another slice and id."""
    documents = list(write_documents(families(SHEET)[2], locale=POOL.languages["en"], seed="s"))
    assert [("c-01-valid-1", "checksum-valid"), ("c-01-invalid-1", "checksum-invalid")] == [
        (document.id, document.slice) for document in documents[:2]
    ]


def test_a_family_knows_its_place() -> None:
    """File and line, for the sentence about what is wrong with it."""
    assert ["en/t.sheet:4", "en/t.sheet:8", "en/t.sheet:13"] == [
        family.place for family in families(SHEET)
    ]


def test_a_backslash_joins_lines() -> None:
    """So that a line of a note may be longer than one of the sheet."""
    (family,) = families("== a-01 table copies=1\none \\\ntwo\nthree\n")
    assert "one two\nthree" == POOL.document(family, seed="s", index=1).text


@pytest.mark.parametrize(
    ("sheet", "sentence"),
    [
        ("== a-01 table loud copies=1\nx\n", "en/t.sheet:1 has the option 'loud'"),
        ("== a-01 table copies\nx\n", "en/t.sheet:1 has the option 'copies'"),
        ("== a-01 table copies=1000\nx\n", "en/t.sheet:1 has copies=1000"),
        ("== a-01 table smoke smoke copies=1\nx\n", "en/t.sheet:1 has the option 'smoke'"),
        ("== a-01 table smoke=1 copies=1\nx\n", "en/t.sheet:1 has the option 'smoke=1'"),
        ("\n\n== a-01 table\nx\n", "en/t.sheet:3 has copies="),
        ("== a-01\nx\n", "en/t.sheet:1 has '== a-01'"),
        ("== A-01 table copies=1\nx\n", "en/t.sheet:1 has '== A-01 table copies=1'"),
        ("== ../a table copies=1\nx\n", "en/t.sheet:1 has '== ../a table copies=1'"),
        ("== a-01 table copies=1\n\n\n", "en/t.sheet:1 family a-01 has no text"),
        ("copies=4\n== a-01 table\nx\n", "en/t.sheet:1 has 'copies=4' before a heading"),
        ("copies = 4\nstray\n", "en/t.sheet:2 has 'stray' before a heading"),
        ("== a-01 t copies=1 variants=anglo,who\nx\n", "en/t.sheet:1 has variants=anglo,who"),
        ("== a-01 t copies=1 variants=anglo,anglo\nx\n", "en/t.sheet:1 has variants=anglo,anglo"),
    ],
)  # fmt: skip
def test_a_sheet_that_is_not_understood_is_refused(sheet: str, sentence: str) -> None:
    """Rather than ignored; with file and line, and what was wanted."""
    with pytest.raises(UsageError) as caught:
        families(sheet)
    assert caught.value.message.startswith(sentence)


def test_words_follow_the_sex_of_a_person() -> None:
    """The first of the two for a man."""
    text = written("{patient.sex} {g:il|elle} {relative.sex:x} {g.relative.x:lui|elle}").text
    assert text in {f"{a} {b}" for a in ("M il", "F elle") for b in ("M lui", "F elle")}


def test_a_shape_is_one_span() -> None:
    """Of the whole disguised value."""
    document = written("n {ssn.spaced} n")
    (span,) = document.spans
    assert ("SSN", 17) == (span.label, span.end - span.start)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{med.upper}", "a phrase has no shape 'upper'"),
        ("{nothing}", "there is no kind 'nothing'"),
        ("{pone}", "there is no kind 'pone'; did you mean 'phone'?"),
        ("{xyzzy}", "there is no kind 'xyzzy'; wanted accented, accession, account, age, "),
        ("{ssn.sung}", "there is no shape 'sung'"),
        ("{patient.nobody}", "there is no form of patient 'nobody'"),
        ("{patient.__class__}", "there is no form of patient '__class__'"),
        ("{ssn.__init__.__globals__}", "there is no shape '__init__.__globals__'"),
        ("{date.noon}", "there is no style of dates 'noon'"),
        ("{date:soon}", "a date is 'soon' days away"),
        ("{date:-999999}", "date value out of range"),
        ("{dob:3000-3000}", "year -"),
        ("{g:he}", "{g:…} has 'he'"),
        ("{num:9}", "a range is '9'"),
        ("{num:9-3}", "a range is '9-3'"),
        ("{num:1-9999999}", "a range is '1-9999999'"),
        ("{edge:99999}", "wanted an edge up to 10000"),
        ("{char:zz}", "a character is 'zz'"),
        ("{char:FFFFFF}", "a character is 'FFFFFF'"),
        ("{open", "a template cannot be read"),
        ("shut}", "a template cannot be read"),
        ("{rows:999999-999999|0123456789}", "a document grows beyond 1000000 characters"),
        ("e\u0301", "document t-01-1 must be NFC"),
        ("{pick:" * 600 + "x" + "}" * 600, "is nested too deeply"),
    ],
)
def test_what_does_not_exist_is_refused(text: str, sentence: str) -> None:
    """A typing error in a template stops the build, and so does one that never ends."""
    with pytest.raises(UsageError) as caught:
        written(text)
    assert caught.value.message.startswith(f"xx/t.sheet:1: family t-01: {sentence}")


def test_a_character_that_nobody_can_see_is_written_by_number() -> None:
    """So that a reviewer sees it in the sheet."""
    assert "a\u200fb\U0001f600" == written("a{char:200F}b{char:1F600}").text


def test_a_language_brings_its_own() -> None:
    """Dates, numbers and names of the country."""
    assert written("{zip}", language="fr").text.startswith("00")
    assert written("{dob.long}", language="zh").text.endswith("日")
