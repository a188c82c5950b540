"""Sheets and the template language: what a heading and a field do."""

import pytest

from openmed.corpus.family import Family, write_document, write_documents
from openmed.corpus.sheet import read_sheet
from openmed.corpus.template import lines
from openmed.domain.text.span import Document

SHEET = """
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
    family = Family("t-01", "base", lines(text), language=language)
    return write_document(family, seed="s", index=1)


def test_a_sheet_holds_families() -> None:
    """Headings give id, slice and options; the text is up to the next heading."""
    first, second, third = read_sheet(SHEET, copies=2)
    assert ("a-01", "table", True, 3) == (first.id, first.slice, first.smoke, first.copies)
    assert ("b-01", "\r\n", 2) == (second.id, second.line_end, second.copies)
    assert ("valid", "invalid") == third.variants


def test_rows_are_numbered() -> None:
    """Each row has values of its own."""
    text = write_document(read_sheet(SHEET)[0], seed="s", index=1).text
    chart, one, two = text.splitlines()
    assert (True, True, True) == (chart[:6] == "Chart ", one[:3] == "1: ", two[:3] == "2: ")
    assert one[3:] != two[3:]


def test_prose_joins_the_lines_of_a_paragraph() -> None:
    """And keeps paragraphs apart, with the line ends of the family."""
    text = write_document(read_sheet(SHEET)[1], seed="s", index=1).text
    assert text.startswith("one two\r\n\r\nthree ")


def test_variants_are_written_side_by_side() -> None:
    """Same index, another slice and id."""
    documents = list(write_documents(read_sheet(SHEET, copies=1)[2], seed="s"))
    assert [("c-01-valid-1", "checksum-valid"), ("c-01-invalid-1", "checksum-invalid")] == [
        (document.id, document.slice) for document in documents
    ]


@pytest.mark.parametrize("heading", ["a-01 table loud", "a-01 table copies"])
def test_a_heading_that_is_not_understood_is_refused(heading: str) -> None:
    """Rather than ignored."""
    with pytest.raises(ValueError, match=r"cannot read|invalid literal"):
        read_sheet(f"\n== {heading}\ntext\n")


def test_words_follow_the_sex_of_a_person() -> None:
    """The first of the two for a man."""
    text = written("{patient.sex} {g:il|elle} {relative.sex:x} {g.relative.x:lui|elle}").text
    assert text in {f"{a} {b}" for a in ("M il", "F elle") for b in ("M lui", "F elle")}


def test_a_shape_is_one_span() -> None:
    """Of the whole disguised value."""
    document = written("n {ssn.spaced} n")
    (span,) = document.spans
    assert ("SSN", 17) == (span.label, span.end - span.start)


@pytest.mark.parametrize("text", ["{med.upper}", "{nothing}", "{ssn.sung}", "{patient.nobody}"])
def test_what_does_not_exist_is_refused(text: str) -> None:
    """A typing error in a template stops the build."""
    with pytest.raises(KeyError):
        written(text)


def test_a_language_brings_its_own() -> None:
    """Dates, numbers and names of the country."""
    assert written("{zip}", language="fr").text.startswith("00")
    assert written("{dob.long}", language="zh").text.endswith("日")
