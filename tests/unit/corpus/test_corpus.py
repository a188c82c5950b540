"""The golden corpus: the same for ever, sound gold spans, documents that differ."""

import re
from collections import defaultdict
from itertools import pairwise
from unicodedata import is_normalized

import pytest
from support.golden_corpus import GOLDEN, POOL

from openmed.corpus import GOLDEN_SEED, build_golden
from openmed.corpus.emitter import Emitter
from openmed.domain.suites.gold_faults import gold_fault
from openmed.domain.text.labels import BY_NAME

RUN = 8
"""Words in a row that two families would only share if one had been written from the other."""


def test_the_same_seed_gives_the_same_corpus() -> None:
    """Building twice gives equal values."""
    assert build_golden(POOL, seed=GOLDEN_SEED) == GOLDEN


def test_another_seed_gives_another_corpus() -> None:
    """No text is shared between two seeds."""
    other = {document.text for document in build_golden(POOL, seed="another")}
    assert set() == other & {document.text for document in GOLDEN}


def test_documents_are_sorted_by_id() -> None:
    """Ids are unique and ascending."""
    assert sorted({document.id for document in GOLDEN}) == [document.id for document in GOLDEN]


def test_family_ids_are_unique() -> None:
    """A family id names one wording."""
    assert len(POOL.families) == len({family.id for family in POOL.families})


def test_texts_are_distinct() -> None:
    """No two documents say the same."""
    assert len(GOLDEN) == len({document.text for document in GOLDEN})


def test_texts_are_nfc_but_for_one_slice() -> None:
    """Decomposed letters are what `combining-marks` is about, and nothing else."""
    assert {"combining-marks"} == {
        document.slice for document in GOLDEN if not is_normalized("NFC", document.text)
    }


def test_lines_end_with_lf_but_in_one_slice() -> None:
    """Carriage returns are what `crlf` is about; there no line ends otherwise."""
    assert {"crlf"} == {document.slice for document in GOLDEN if "\r" in document.text}
    assert [] == [
        document.id
        for document in GOLDEN
        if document.slice == "crlf" and re.search(r"(?<!\r)\n|\r(?!\n)", document.text)
    ]


def test_texts_have_no_outer_space() -> None:
    """A text begins and ends with something to read."""
    assert [] == [document.id for document in GOLDEN if document.text != document.text.strip()]


def test_texts_are_notes() -> None:
    """Between 60 and 4,500 characters; the longest are those about window edges."""
    assert [] == [document.id for document in GOLDEN if not 60 <= len(document.text) <= 4500]


def test_gold_is_sound() -> None:
    """Inside the text, trimmed, with a letter or digit, in order, no overlap, a known label."""
    assert [] == [(document.id, fault) for document in GOLDEN if (fault := gold_fault(document))]


def test_spans_are_in_order_and_do_not_overlap() -> None:
    """Each span ends before the next one starts; said again, without the reader's rule."""
    assert [] == [
        document.id
        for document in GOLDEN
        if any(left.end > right.start for left, right in pairwise(document.spans))
    ]


def test_no_placeholder_is_left() -> None:
    """Every place of a template was filled."""
    assert [] == [document.id for document in GOLDEN if re.search(r"\{\w+[.:}]", document.text)]


def test_documents_of_a_family_differ_in_their_values() -> None:
    """Within a family and slice no two documents have the same gold values."""
    seen: dict[tuple[str, str], list[tuple[str, ...]]] = defaultdict(list)
    for document in GOLDEN:
        if document.spans:
            seen[document.family, document.slice].append(
                tuple(document.text[span.start : span.end] for span in document.spans)
            )
    assert [] == [family for family, rows in seen.items() if len(set(rows)) < len(rows)]


def test_families_share_no_wording() -> None:
    """No eight words in a row, names and numbers set aside, but for the filler of the edges."""
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for document in GOLDEN:
        if document.slice == "window-edge":
            continue
        plain = re.sub(r"\S*\d\S*|\b[A-Z]\w*", " ", document.text).lower()
        words = re.findall(r"[a-z]+", plain)
        for at in range(len(words) - RUN + 1):
            owners[tuple(words[at : at + RUN])].add(document.family)
    assert {} == {run: families for run, families in owners.items() if len(families) > 1}


@pytest.mark.parametrize("value", ["", " Ann", "Ann "])
def test_the_emitter_refuses_outer_white_space(value: str) -> None:
    """A gold span that begins or ends with a space is never written."""
    with pytest.raises(ValueError, match="without outer white space"):
        Emitter().emit("PATIENT_NAME", value)


def test_the_emitter_refuses_an_unknown_label() -> None:
    """A label outside the canonical set is never written."""
    with pytest.raises(ValueError, match="is not canonical"):
        Emitter().emit("PERSON", "Ann")


@pytest.mark.parametrize("text", ["a\rb", "e\u0301"], ids=["carriage-return", "decomposed"])
def test_the_emitter_refuses_text_that_is_not_plain(text: str) -> None:
    """A carriage return or a decomposed letter stops the build."""
    out = Emitter()
    out.say(text)
    with pytest.raises(ValueError, match="must be NFC"):
        out.document(document_id="a-1", family="a", slice_="base", language="en", smoke=False)


def test_the_emitter_ends_lines_as_it_is_told() -> None:
    """Offsets count the characters that are written, also inside a value."""
    out = Emitter(line_end="\r\n")
    out.say("a\n")
    out.emit("PATIENT_NAME", "Ann\nBee")
    document = out.document(
        document_id="a-1", family="a", slice_="crlf", language="en", smoke=False
    )
    assert ("a\r\nAnn\r\nBee", (3, 11)) == (
        document.text,
        (document.spans[0].start, document.spans[0].end),
    )


def test_the_emitter_decomposes_as_it_is_told() -> None:
    """Offsets count the marks."""
    out = Emitter(form="NFD")
    out.emit("PATIENT_NAME", "Zoë")
    document = out.document(document_id="a-1", family="a", slice_="x", language="en", smoke=False)
    assert ("Zoe\u0308", 4) == (document.text, document.spans[0].end)


def test_every_label_of_a_span_is_canonical_and_fine() -> None:
    """Coarse labels are for suites that say no more."""
    used = {span.label for document in GOLDEN for span in document.spans}
    assert set() == {label for label in used if BY_NAME[label].is_coarse}
