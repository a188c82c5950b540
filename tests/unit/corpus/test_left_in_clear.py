"""Nothing personal stands outside of gold: names, dates, numbers, addresses."""

import re

import pytest
from support.golden_corpus import ENGLISH, GOLDEN, NAME_POOLS, POOL, outside_of_spans, values

LOCALES = POOL.languages

WORDS = {"Battle", "Destiny", "Flor", "Freeman", "Ivory", "Jubilee", "Precious", "Unique", "Willie"}
"""Names of the pools that are words too."""


def test_titles_stand_outside_of_names() -> None:
    """`Mr.` and `Dr.` are not part of a name's gold span."""
    assert [] == [
        value
        for value in (*values("PATIENT_NAME", ENGLISH), *values("PROVIDER_NAME", ENGLISH))
        if re.match(r"(Mr|Ms|Mrs|Dr)\b", value)
    ]


def test_a_title_is_followed_by_a_name() -> None:
    """Whoever is called by title is gold."""
    assert [] == [
        document.id
        for document in ENGLISH
        if re.search(r"\b(Mr|Ms|Mrs|Dr)\.? (?!¦)", outside_of_spans(document))
    ]


def test_no_name_is_left_without_gold() -> None:
    """Outside of gold spans no name of our lists occurs, but for eponyms and hard negatives."""
    english = LOCALES["en"]
    lists = (english.people["patient"].names, *NAME_POOLS.values())
    names = {name for names in lists for part in names for name in part}
    names |= set(english.nicknames.values())
    names -= {*english.people["eponym"].names.surnames, *WORDS}
    pattern = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, sorted(names)))})(?!\w)")
    assert {} == {
        document.id: found
        for document in ENGLISH
        if document.slice != "hard-negative"
        and (found := pattern.findall(outside_of_spans(document)))
    }


@pytest.mark.parametrize("language", sorted(LOCALES.keys() - {"en"}))
def test_no_name_of_a_language_is_left_without_gold(language: str) -> None:
    """Outside of gold spans no given name or surname of the language occurs."""
    names = LOCALES[language].people["patient"].names
    # Chinese surnames are single characters that words are made of too.
    surnames = () if language == "zh" else names.surnames
    words = sorted({*names.women, *names.men, *surnames})
    pattern = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, words))})(?!\w)")
    assert {} == {
        document.id: found
        for document in GOLDEN
        if document.language == language and (found := pattern.findall(outside_of_spans(document)))
    }


def test_no_date_number_or_address_is_left_without_gold() -> None:
    """Outside of gold spans nothing looks like a date, a long number or a web address."""
    pattern = re.compile(
        r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{4}-\d\d-\d\d|\d{5}|@|\.example|555.?01"
        r"|\b(?:January|February|March|April|June|July|August|September|October|November"
        r"|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
    )
    assert {} == {
        document.id: found
        for document in GOLDEN
        if document.slice != "hard-negative"
        and (found := pattern.findall(outside_of_spans(document)))
    }


def test_no_year_is_left_without_gold() -> None:
    """Not even the bare year."""
    assert {} == {
        document.id: found
        for document in GOLDEN
        if document.slice != "hard-negative"
        and (found := re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", outside_of_spans(document)))
    }


def test_a_value_is_gold_wherever_it_stands() -> None:
    """A long value that is gold once is gold each time it occurs in that document."""
    again = []
    for document in ENGLISH:
        rest = outside_of_spans(document)
        gold = {document.text[span.start : span.end] for span in document.spans}
        again += [
            (document.id, value)
            for value in gold
            if len(value) >= 6 and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", rest)
        ]
    assert [] == again
