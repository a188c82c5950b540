"""`shield-synthetic`: 200 notes of our own in SHIELD's two tables, apart from the golden ones."""

import json
import re
from collections import Counter, defaultdict
from typing import Any

import pytest
from support.golden_corpus import GOLDEN, POOL, SHIELD_POOL

from openmed.corpus.shield import SHIELD_SEED, build_shield, source_label
from openmed.domain.digest import canonical_json
from openmed.domain.suites.layouts.shield import SHIELD_LABELS, read_tables
from openmed.domain.text.labels import LABELS
from openmed.domain.text.span import Document
from openmed.errors import UsageError

NOTES, SPANS = build_shield(SHIELD_POOL, seed=SHIELD_SEED)
DOCUMENTS = read_tables(NOTES, SPANS, what="shield-synthetic")
NOTE_ROWS: list[dict[str, Any]] = [json.loads(line) for line in NOTES.splitlines()]
SPAN_ROWS: list[dict[str, Any]] = [json.loads(line) for line in SPANS.splitlines()]
COUNTS = Counter(row["span_label"] for row in SPAN_ROWS)
SHINGLE = 13
"""Words in a row that two notes share only if one was written from the other."""


def shingles(text: str) -> set[tuple[str, ...]]:
    """Every run of words of a text."""
    words = text.lower().split()
    return {tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}


def outside_of_spans(document: Document) -> str:
    """The text with every gold value cut out."""
    pieces, start = [], 0
    for span in document.spans:
        pieces.append(document.text[start : span.start])
        start = span.end
    return "¦".join((*pieces, document.text[start:]))


def test_the_same_seed_gives_the_same_bytes() -> None:
    """Building twice gives equal tables."""
    assert (NOTES, SPANS) == build_shield(SHIELD_POOL, seed=SHIELD_SEED)


def test_another_seed_gives_other_notes() -> None:
    """No text with gold is shared between two seeds."""
    other = read_tables(*build_shield(SHIELD_POOL, seed="another"), what="another")
    assert set() == {document.text for document in other if document.spans} & {
        document.text for document in DOCUMENTS
    }


def test_there_are_two_hundred_notes() -> None:
    """Eight of each family, all different."""
    assert (200, 200, {8}) == (
        len(DOCUMENTS),
        len({document.text for document in DOCUMENTS}),
        set(Counter(document.family for document in DOCUMENTS).values()),
    )


def test_there_are_enough_families() -> None:
    """At least 25 wordings, each with a name of its own, none of them golden's."""
    ids = {family.id for family in SHIELD_POOL.families}
    assert (True, len(SHIELD_POOL.families), set()) == (
        len(ids) >= 25,
        len(ids),
        ids & {family.id for family in POOL.families},
    )


def test_two_families_hold_no_gold() -> None:
    """Whatever a model finds there is over-redaction."""
    assert {"shield-clean-01", "shield-clean-02"} == {
        document.family for document in DOCUMENTS if not document.spans
    }


def test_notes_are_as_long_as_ward_notes() -> None:
    """From 600 to 1500 characters."""
    assert [] == [document.id for document in DOCUMENTS if not 600 <= len(document.text) <= 1500]


@pytest.mark.parametrize("label", sorted(SHIELD_LABELS))
def test_every_label_is_counted_a_hundred_times(label: str) -> None:
    """In at least ten families."""
    canonical = SHIELD_LABELS[label]
    families = {
        document.family
        for document in DOCUMENTS
        if any(span.label == canonical for span in document.spans)
    }
    assert (True, True) == (COUNTS[label.upper()] >= 100, len(families) >= 10)


def test_there_are_nine_labels() -> None:
    """In upper case, as SHIELD writes them."""
    assert {label.upper() for label in SHIELD_LABELS} == set(COUNTS)


def test_rows_have_the_columns_of_shield() -> None:
    """And one of ours: the family a note was written from."""
    assert (
        {("note_id", "note_text", "note_type", "template_family")},
        {("note_id", "span_end", "span_id", "span_label", "span_start")},
    ) == ({tuple(row) for row in NOTE_ROWS}, {tuple(row) for row in SPAN_ROWS})


def test_rows_are_numbered_and_ordered() -> None:
    """Notes by id; spans by note and place."""
    places = [(row["note_id"], row["span_start"]) for row in SPAN_ROWS]
    assert (
        [f"note-{number:04d}" for number in range(1, 201)],
        [f"s-{number:05d}" for number in range(1, len(SPAN_ROWS) + 1)],
        sorted(places),
    ) == (
        [row["note_id"] for row in NOTE_ROWS],
        [row["span_id"] for row in SPAN_ROWS],
        places,
    )


def test_every_line_is_canonical() -> None:
    """One way to write it, so that bytes can be compared."""
    rows = (*NOTE_ROWS, *SPAN_ROWS)
    assert NOTES + SPANS == b"".join(canonical_json(row) + b"\n" for row in rows)


def test_every_canonical_label_maps_or_is_refused() -> None:
    """SHIELD has no label for a few; coming back, each is at least as coarse."""
    refused = set()
    for facts in LABELS:
        try:
            assert source_label(facts.name).lower() in SHIELD_LABELS
        except UsageError:
            refused.add(facts.name)
    assert {"DEMOGRAPHIC", "GENDER", "OTHER_PERSONAL", "PROFESSION"} == refused


@pytest.mark.parametrize(
    ("source", "labels"),
    [
        ("PATIENT", ("PATIENT_NAME",)),
        ("DOCTOR", ("PROVIDER_NAME",)),
        ("HOSPITAL", ("FACILITY",)),
        ("DATE", ("DATE",)),
        ("AGE", ("AGE", "AGE_OVER_89")),
        ("PHONE", ("PHONE", "FAX")),
        ("WEB", ("URL", "EMAIL", "IP_ADDRESS")),
        ("ID", ("USERNAME", "SSN", "MRN", "VEHICLE_ID", "OTHER_ID", "ANY_ID")),
        ("LOCATION", ("STREET_ADDRESS", "CITY", "STATE", "COUNTRY", "ZIPCODE", "ANY_LOCATION")),
    ],
)
def test_a_canonical_label_goes_back_to_its_source(source: str, labels: tuple[str, ...]) -> None:
    """Each under the label SHIELD would give it."""
    assert {source} == {source_label(label) for label in labels}


def test_a_label_that_shield_does_not_have_is_refused() -> None:
    """A template that asks for one stops the build."""
    with pytest.raises(UsageError, match="SHIELD has no label for PROFESSION"):
        source_label("PROFESSION")


def test_no_wording_is_shared_with_golden() -> None:
    """Not thirteen words in a row, values included."""
    golden = {run for document in GOLDEN for run in shingles(document.text)}
    ours = {run for document in DOCUMENTS for run in shingles(document.text)}
    assert set() == golden & ours


def test_no_name_is_left_without_gold() -> None:
    """Outside of gold spans no name of our lists occurs."""
    people = POOL.languages["en"].people
    names = {name for part in people["patient"].names for name in part}
    names -= set(people["eponym"].names.surnames)
    pattern = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, sorted(names)))})(?!\w)")
    assert {} == {
        document.family: found
        for document in DOCUMENTS
        if (found := pattern.findall(outside_of_spans(document)))
    }


def test_a_title_is_followed_by_a_name() -> None:
    """Whoever is called by title is gold, and the title is not."""
    assert [] == [
        document.family
        for document in DOCUMENTS
        if re.search(r"\b(Mr|Ms|Mrs|Dr)\.? (?!¦)", outside_of_spans(document))
    ]


def test_no_date_number_or_address_is_left_without_gold() -> None:
    """Outside of gold spans nothing looks like a date, a long number or a web address."""
    pattern = re.compile(
        r"\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d\d-\d\d|\d{5}|@|\.example|555-"
        r"|\b(?:January|February|March|April|June|July|August|September|October|November"
        r"|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
    )
    assert {} == {
        document.family: found
        for document in DOCUMENTS
        if (found := pattern.findall(outside_of_spans(document)))
    }


def test_no_placeholder_is_left() -> None:
    """Every place of a template was filled."""
    assert [] == [
        document.family for document in DOCUMENTS if re.search(r"[{}]|:\w+\}", document.text)
    ]


def test_notes_of_a_family_differ_in_their_values() -> None:
    """Within a family no two notes have the same gold values."""
    seen: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for document in DOCUMENTS:
        if document.spans:
            seen[document.family].append(
                tuple(document.text[span.start : span.end] for span in document.spans)
            )
    assert [] == [family for family, rows in seen.items() if len(set(rows)) < len(rows)]
