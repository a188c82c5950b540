"""Rules look only where they may begin, and find what a search of the whole text finds."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openmed.domain.rules import RULES, find
from openmed.domain.rules.landmarks import Landmarks
from openmed.domain.rules.rule import Rule

SUITES = Path(__file__).parents[2] / "gates" / "suites"
PIECES = (
    *("MRN", "mrn", "SSN", "SS#", "soc.", "call", "fax", "e", "efax", "ph", "tel", "ph.", "IMEI"),
    *("http://", "www.", "Mar", "MAR", "may", "31st", "of", "zip", "IBAN", "DEA", "VIN", "NPI"),
    *("1", "9", "42", "123", "1234", "12345", "123456789", "0", "-", ".", ":", "/", "(", ")", "@"),
    *("+", ",", "x", "A", "Z", "DE12", "ABCD", "ff:ff:00", "::", "MA", "DE", " ", "\n", "\t"),
    *("\u00a0", "\u2011", "\u0663", "\u0130", "\u0131", "\u017f", "\u212a", "\U0001d51e", "\u00df"),
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _searched(text: str, rule: Rule) -> Iterator[tuple[int, int, str]]:
    """What is there, by a search at every character."""
    place = 0
    while (match := rule.pattern.search(text, place)) is not None:
        start = match.start("value")
        length = rule.accept(match["value"])
        if length:
            yield start, start + length, rule.label
        is_consumed = length > 0 and match.end() > match.start()
        place = start + length if is_consumed else match.start() + 1


def _differing(text: str, rule: Rule) -> str:
    """Where a match begins that the rule does not look at; and what is found besides."""
    missed = {match.start() for match in _starts(text, rule)} - set(rule.places(Landmarks(text)))
    found = {(span.start, span.end, span.label) for span in find(text, [rule.id])}
    return f"{sorted(missed)}" if missed else f"{sorted(found ^ set(_searched(text, rule))) or ''}"


def _starts(text: str, rule: Rule) -> Iterator[re.Match[str]]:
    place = 0
    while (match := rule.pattern.search(text, place)) is not None:
        yield match
        place = match.start() + 1


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_text_that_a_pattern_matches_is_looked_at(rule: Rule, data: st.DataObject) -> None:
    """Made from the pattern itself, with whatever stands around it."""
    pieces = st.lists(st.sampled_from(PIECES), max_size=3).map("".join)
    made = st.from_regex(rule.pattern)
    text = data.draw(pieces) + data.draw(st.sampled_from(("", " "))) + data.draw(made)
    text += data.draw(pieces)
    assert not _differing(text, rule)


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PIECES) | st.characters(codec="utf-8"), max_size=24).map("".join))
def test_any_text_gives_what_a_search_gives(text: str) -> None:
    """Pieces of identifiers in any order."""
    assert not [rule.id for rule in RULES.values() if _differing(text, rule)]


def test_the_notes_of_our_suites_give_what_a_search_gives() -> None:
    """Every twelfth line of them, as it stands in the file: JSON is text too."""
    lines = [
        line
        for path in sorted(SUITES.rglob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").split("\n")[::12]
    ]
    assert len(lines) > 100
    assert not [rule.id for line in lines for rule in RULES.values() if _differing(line, rule)]


def test_a_letter_is_small_wherever_a_pattern_takes_it_without_case() -> None:
    """And every character keeps its place."""
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    assert len(every) == len(Landmarks(every).lowered)
    same = re.findall("[a-z]", every, re.IGNORECASE)
    assert len(same) > 2 * len(LETTERS)
    for one in same:
        small = Landmarks(one).lowered
        assert re.fullmatch(small, one, re.IGNORECASE)
        assert small in LETTERS
