"""Disguises of values, numbers in words, filler: each does what its name says."""

import pytest
from support.golden_corpus import POOL

from openmed.corpus.draws import Draws
from openmed.corpus.filler import count_tokens, filler
from openmed.corpus.locale import Person
from openmed.corpus.values import numerals
from openmed.corpus.values.people import NAME_FORMS
from openmed.corpus.values.shapes import SHAPES, spoiled
from openmed.errors import UsageError

SENTENCES = POOL.languages["en"].filler


def shaped(shape: str, value: str) -> str:
    """A value in a shape, with draws of its own."""
    return SHAPES[shape](value, Draws(seed="s", family="f", index=1))


@pytest.mark.parametrize(
    ("shape", "value", "expected"),
    [
        ("upper", "12 Elm St", "12 ELM ST"),
        ("lower", "ZZ-12", "zz-12"),
        ("bare", "912-66-0123", "912660123"),
        ("spaced", "912-66", "9 1 2 6 6"),
        ("broken", "12 Elm St", "12\nElm St"),
        ("broken", "912-66-0123", "912-\n66-0123"),
        ("broken", "123456", "123\n456"),
        ("unbreakable", "12 Elm", "12\u00a0Elm"),
        ("unbreakable", "912-66", "912\u201166"),
        ("unbreakable", "1234567", "123\u00a0456\u00a07"),
        ("zerowidth", "123456", "123\u200b456"),
        ("softhyphen", "1234", "12\u00ad34"),
        ("homoglyphs", "Ann Peck", "\u0410nn \u0420\u0435\u0441k"),
        ("wide", "1-9", "\uff11-\uff19"),
        ("bold", "Ab1", "\U0001d400\U0001d41b\U0001d7cf"),
        ("underscored", "12 Elm St", "12_Elm_St"),
        ("spoiled", "AB129C", "AB120C"),
    ],
)
def test_a_shape_changes_a_value(shape: str, value: str, expected: str) -> None:
    """As the table says."""
    assert expected == shaped(shape, value)


def test_grouping_keeps_every_character() -> None:
    """Groups of two to four, in the order they were in."""
    groups = shaped("grouped", "912-66-0123")
    assert "912660123" == "".join(character for character in groups if character.isalnum())
    assert groups != "912660123"


def test_misreading_changes_at_most_two_places() -> None:
    """What a scanner takes for something else."""
    assert shaped("misread", "xyz") == "xyz"
    assert shaped("misread", "0158") != "0158"
    assert 2 == sum(a != b for a, b in zip("0158", shaped("misread", "0158"), strict=True))


def test_a_plus_tag_stands_before_the_at() -> None:
    """One tag, also where there was one already."""
    assert "a+" == shaped("plus", "a@b.example")[:2]
    assert 1 == shaped("plus", "a+clinic@b.example").count("+")


def test_a_value_without_digits_cannot_be_spoiled() -> None:
    """There is nothing to count up."""
    with pytest.raises(ValueError, match="no check digit"):
        spoiled("abc")


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "zero"), (13, "thirteen"), (20, "twenty"), (93, "ninety-three"), (100, "one hundred"),
     (102, "one hundred and two")],
)  # fmt: skip
def test_ages_are_said(number: int, expected: str) -> None:
    """As a person says them."""
    assert expected == numerals.cardinal(number)


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, "first"), (4, "fourth"), (9, "ninth"), (12, "twelfth"), (20, "twentieth"),
     (21, "twenty-first"), (30, "thirtieth")],
)  # fmt: skip
def test_days_are_said(number: int, expected: str) -> None:
    """As ordinals."""
    assert expected == numerals.ordinal(number)


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1900, "nineteen hundred"), (1905, "nineteen oh five"), (1953, "nineteen fifty-three"),
     (2000, "two thousand"), (2005, "two thousand five"), (2019, "twenty nineteen")],
)  # fmt: skip
def test_years_are_said(number: int, expected: str) -> None:
    """In pairs, but for the first ten years of this century."""
    assert expected == numerals.year(number)


@pytest.mark.parametrize("upto", [64, 128, 256, 510])
def test_filler_reaches_the_edge(upto: int) -> None:
    """Within three tokens, whatever is there already."""
    for index in range(1, 9):
        draws = Draws(seed="s", family="f", index=index)
        text = "Long note, 12 words: " + filler(
            "Long note, 12 words: ", upto=upto, draws=draws, sentences=SENTENCES
        )
        assert abs(count_tokens(text) - upto) <= 3


def test_filler_cannot_shorten_a_text() -> None:
    """The template asks for the edge too late."""
    with pytest.raises(UsageError, match="before edge 5 already holds more tokens"):
        filler(
            "a b c d e f g h i j",
            upto=5,
            draws=Draws(seed="s", family="f", index=1),
            sentences=SENTENCES,
        )


@pytest.mark.parametrize("form", sorted(NAME_FORMS))
@pytest.mark.parametrize("surname", ["Ng", "Cho", "Lund", "de la Cruz", "O'Neill"])
def test_every_form_of_every_name_can_be_a_gold_span(form: str, surname: str) -> None:
    """It has letters, and no white space outside, however short the name."""
    who = Person("PATIENT_NAME", "Jo", "Q", surname, "Jo", female=True)
    text = NAME_FORMS[form](who)
    assert text == text.strip() != ""
