"""Licences: recognised where they are unmistakable, else nothing is said."""

import pytest

from openmed.domain.candidates.licences import (
    copyright_of,
    is_expression,
    licence_of_text,
    spdx_name,
    wants_attribution,
)
from openmed.domain.candidates.model_card import CardFacts, read_card

BY = "Attribution 4.0 International"
SHARE = "Attribution-ShareAlike 4.0 International"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("apache-2.0", "Apache-2.0"),
        ("MIT", "MIT"),
        ("MIT License", "MIT"),
        ("cc-by-4.0", "CC-BY-4.0"),
        ("other", ""),
        ("", ""),
        ("LicenseRef-ours", ""),
    ],
)
def test_metadata_names_a_licence_of_the_list(words: str, name: str) -> None:
    """In any case."""
    assert spdx_name(words) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"Copyright 2026 X\n\n{BY}\n\nlegal code", "CC-BY-4.0"),
        (f"{SHARE}\n", "CC-BY-SA-4.0"),
        (f"see {BY} for more", ""),
        (f"{BY}\n{SHARE}\n", ""),
        ("   Apache License\n  Version 2.0, January 2004\n", "Apache-2.0"),
        ("Apache License\nVersion 1.1\n", ""),
        ("", ""),
    ],
)
def test_a_text_is_known_by_its_title(text: str, name: str) -> None:
    """Of one licence, on lines of its own."""
    assert licence_of_text(text) == name


def test_who_holds_the_rights_is_a_line_of_a_text() -> None:
    """A form that nobody filled in is none."""
    assert copyright_of(["Apache\n   Copyright [yyyy] [name]", "Copyright (c) 2026 A Lab  \n"]) == (
        "Copyright (c) 2026 A Lab"
    )
    assert copyright_of(["Copyright \x1b[31m 2026 X", "no rights"]) == ""


def test_an_answer_has_the_form_of_an_expression() -> None:
    """Words of a sentence have not."""
    assert is_expression("Apache-2.0")
    assert is_expression("GPL-2.0-only WITH Classpath-exception-2.0")
    assert not is_expression("as you like")
    assert not is_expression("")
    assert (wants_attribution("CC-BY-4.0"), wants_attribution("MIT")) == (True, False)


HEADS = {
    "language: en\nlicense: mit": ("MIT", ("en",)),
    "language:\n- nl\n- en\nlicense: apache-2.0  # ours": ("Apache-2.0", ("en", "nl")),
    "language: [en, 'pt-br']": ("", ("en", "pt-br")),
    "license: other\nlicense_name: ours": ("", ()),
    "license: [mit, apache-2.0]": ("", ()),
    "language: multilingual": ("", ()),
    "language: [en, code]": ("", ()),
    "language: {en: 1}": ("", ()),
    "tags:\n- language: en": ("", ()),
    "language: ../../etc": ("", ()),
}


@pytest.mark.parametrize("head", sorted(HEADS))
def test_the_head_of_a_card_is_read(head: str) -> None:
    """In the forms that cards have; other forms say nothing."""
    licence, languages = HEADS[head]
    found = CardFacts(licence=licence, languages=languages)
    assert read_card(f"---\n{head}\n---\n# A model\nlicense: mit\n") == found
    assert (
        read_card(f"---\r\n{head}\r\n---\r\n".replace("\n", "\r\n").replace("\r\r", "\r")) == found
    )


@pytest.mark.parametrize(
    "text", ["", "# A model\nlicense: mit\n", "---\nlicense: mit\n", " ---\n---"]
)
def test_a_card_without_a_head_says_nothing(text: str) -> None:
    """Nor one whose head never ends."""
    assert read_card(text) == CardFacts()
