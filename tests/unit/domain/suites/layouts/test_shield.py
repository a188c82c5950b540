"""Reading SHIELD's two tables: every row in its place, every refusal without a word of a row."""

import json
from collections.abc import Mapping

import pytest

from openmed.domain.digest import Json, sha256_hex
from openmed.domain.suites.jsonl_table import jsonl_rows
from openmed.domain.suites.layouts import shield
from openmed.domain.suites.layouts.layout import Ends
from openmed.domain.suites.layouts.shield import SHIELD_LABELS, edition_guess, join_tables
from openmed.domain.text.labels import BY_NAME
from openmed.domain.text.span import Document, GoldSpan
from openmed.errors import EvidenceError

TEXT = "Ann Quill, 93, saw Dr. Zed\r\nMoss on 1/2."
NOTE: Mapping[str, Json] = {
    "note_id": "SECRET-7",
    "note_text": TEXT,
    "note_type": "Progress Note",
}
SPAN: Mapping[str, Json] = {
    "span_id": "s1",
    "note_id": "SECRET-7",
    "span_start": 0,
    "span_end": 9,
    "span_label": "PATIENT",
}
ID = "n-" + sha256_hex(b"SECRET-7")[:16]


def table(*rows: Mapping[str, Json]) -> bytes:
    """Rows as JSONL."""
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def without(row: Mapping[str, Json], column: str) -> Mapping[str, Json]:
    """A row that lacks a column."""
    return {key: value for key, value in row.items() if key != column}


def read(
    notes: bytes | tuple[Mapping[str, Json], ...] = (NOTE,),
    spans: bytes | tuple[Mapping[str, Json], ...] = (SPAN,),
    *,
    ends: Ends = "exclusive",
) -> tuple[Document, ...]:
    """The tables read, from rows or from bytes."""
    note_table = notes if isinstance(notes, bytes) else table(*notes)
    span_table = spans if isinstance(spans, bytes) else table(*spans)
    return join_tables(
        jsonl_rows("notes.jsonl", note_table, "suite x: notes"),
        jsonl_rows("spans.jsonl", span_table, "suite x: spans"),
        what="suite x",
        ends=ends,
    )


def refusal(
    notes: bytes | tuple[Mapping[str, Json], ...] = (NOTE,),
    spans: bytes | tuple[Mapping[str, Json], ...] = (SPAN,),
    *,
    ends: Ends = "exclusive",
) -> str:
    """The sentence the tables are refused with."""
    with pytest.raises(EvidenceError) as caught:
        read(notes, spans, ends=ends)
    return caught.value.message


def at(start: Json, end: Json, *, span_id: str = "s1") -> Mapping[str, Json]:
    """A span somewhere else."""
    return {**SPAN, "span_id": span_id, "span_start": start, "span_end": end}


INCLUSIVE = (at(0, 8), at(38, 38, span_id="b"))


def test_a_note_and_its_span_become_a_document() -> None:
    """The text is kept as it is, carriage return included; the id is a digest."""
    assert (
        Document(
            id=ID,
            language="en",
            family=ID,
            slice="progress-note",
            smoke=False,
            text=TEXT,
            spans=(GoldSpan(start=0, end=9, label="PATIENT_NAME"),),
        ),
    ) == read()


def test_every_label_has_a_canonical_one() -> None:
    """Nine labels, each to a label of the canonical set."""
    assert (9, set()) == (len(SHIELD_LABELS), set(SHIELD_LABELS.values()) - set(BY_NAME))


@pytest.mark.parametrize("source", sorted(SHIELD_LABELS))
def test_labels_are_read_in_any_case_and_trimmed(source: str) -> None:
    """` Web ` is `web`."""
    (document,) = read(spans=({**SPAN, "span_label": f" {source.title()} "},))
    assert (SHIELD_LABELS[source],) == tuple(span.label for span in document.spans)


def test_a_note_without_spans_is_kept() -> None:
    """It measures over-redaction."""
    (document,) = read(spans=())
    assert () == document.spans


def test_offsets_are_code_points() -> None:
    """Neither bytes nor UTF-16 units, and letters are not composed."""
    text = "\U0001f642 e\u0301 Zoë."
    (document,) = read(({**NOTE, "note_text": text},), (at(5, 8),))
    (span,) = document.spans
    assert (text, "Zoë") == (document.text, document.text[span.start : span.end])


def test_only_a_line_feed_ends_a_line() -> None:
    """A row may hold U+2028; blank lines hold no row but count as lines."""
    row = json.dumps({**NOTE, "note_text": f"{TEXT}\u2028more"}, ensure_ascii=False).encode()
    (document,) = read(b"\n\r\n" + row + b"\r\n")
    assert f"{TEXT}\u2028more" == document.text


def test_documents_and_spans_are_ordered() -> None:
    """Documents by id, spans by place, whatever the order of the rows."""
    others = tuple({**NOTE, "note_id": f"n{number}"} for number in range(9))
    spans = (at(19, 26, span_id="a"), at(11, 13, span_id="b"), at(0, 9, span_id="c"))
    documents = read((*others, NOTE), spans)
    ids = [document.id for document in documents]
    starts = [span.start for document in documents for span in document.spans]
    assert (sorted(ids), 10, [0, 11, 19]) == (ids, len(set(ids)), starts)


def test_spans_that_touch_are_no_overlap() -> None:
    """One ends where the next begins."""
    (document,) = read(spans=(at(4, 9, span_id="a"), at(0, 3, span_id="b"), at(9, 13, span_id="c")))
    assert (0, 4, 9) == tuple(span.start for span in document.spans)


def test_unknown_columns_are_ignored() -> None:
    """The real tables may hold more than we know of."""
    assert read() == read(({**NOTE, "author": [1]},), ({**SPAN, "score": None},))


def test_a_template_family_is_the_family() -> None:
    """Without one, each note is its own family."""
    (document,) = read(({**NOTE, "template_family": "shield-x.1"},))
    assert "shield-x.1" == document.family


@pytest.mark.parametrize(
    ("note_type", "slice_"),
    [
        ("ED/Triage (adult)", "ed-triage-adult"),
        ("", "note"),
        ("Ärztlich", "rztlich"),
        ("---", "note"),
        ("x" * 60, "x" * 40),
        (f"{'x' * 39} tail", "x" * 39),
    ],
)
def test_a_note_type_becomes_a_slice(note_type: str, slice_: str) -> None:
    """Lower case, anything else a hyphen, at most 40 characters."""
    (document,) = read(({**NOTE, "note_type": note_type},))
    assert slice_ == document.slice


@pytest.mark.parametrize(
    ("notes", "sentence"),
    [
        (b"", "suite x: notes hold no rows"),
        (b"\nZed", "suite x: notes line 2 is not valid JSON: Expecting value: line 1 column 1 (ch"),
        (b"\xffZed", "suite x: notes line 1 is not valid JSON: not UTF-8"),
        (b'["Zed"]', "suite x: notes line 1 is not a JSON object"),
        (b'{"a": 1, "a": 2}', "suite x: notes line 1 is not valid JSON: a key is given twice in"),
        (
            table(NOTE, without(NOTE, "note_id")),
            "suite x: notes line 2: note_id is missing",
        ),
        (table(without(NOTE, "note_text")), "suite x: notes line 1: note_text is missing"),
        (table(without(NOTE, "note_type")), "suite x: notes line 1: note_type is missing"),
        (table({**NOTE, "note_id": 7}), "suite x: notes line 1: note_id is not a string"),
        (table({**NOTE, "note_text": None}), "suite x: notes line 1: note_text is not a string"),
        (table({**NOTE, "note_type": []}), "suite x: notes line 1: note_type is not a string"),
        (table({**NOTE, "note_text": ""}), "suite x: notes line 1: note_text is empty"),
        (
            table({**NOTE, "note_text": "Zed \ud83d"}),
            "suite x: notes line 1: note_text is not valid Unicode",
        ),
        (
            table(NOTE, {**NOTE, "note_id": "b"}, NOTE),
            "suite x: notes line 3: note_id is given twice, first in line 1",
        ),
        (
            table({**NOTE, "template_family": "Zed Moss"}),
            "suite x: notes line 1: template_family does not match [a-z0-9][a-z0-9._-]{0,79}",
        ),
        (
            table({**NOTE, "template_family": None}),
            "suite x: notes line 1: template_family is not a string",
        ),
    ],
)
def test_a_malformed_note_is_refused(notes: bytes, sentence: str) -> None:
    """File, line and rule."""
    assert sentence == refusal(notes)[: len(sentence)]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ((without(SPAN, "span_id"),), "line 1: span_id is missing"),
        ((without(SPAN, "note_id"),), "line 1: note_id is missing"),
        ((without(SPAN, "span_start"),), "line 1: span_start is missing"),
        ((without(SPAN, "span_end"),), "line 1: span_end is missing"),
        ((without(SPAN, "span_label"),), "line 1: span_label is missing"),
        (({**SPAN, "span_id": 1},), "line 1: span_id is not a string"),
        ((at("0", 9),), "line 1: span_start is not a whole number"),
        ((at(0, 9.0),), "line 1: span_end is not a whole number"),
        ((at(False, 9),), "line 1: span_start is not a whole number"),  # noqa: FBT003 - the value
        (({**SPAN, "span_label": None},), "line 1: span_label is not a string"),
        ((SPAN, SPAN), "line 2: span_id is given twice, first in line 1"),
        (({**SPAN, "note_id": "Zed"},), "line 1: note_id is not in the table of notes"),
        (
            ({**SPAN, "span_label": "Zed"},),
            f"line 1: span_label is none of {', '.join(SHIELD_LABELS)}",
        ),
        ((at(0, 41),), "line 1: the span lies outside the text of 40 characters"),
        ((at(-1, 9),), "line 1: the span lies outside the text of 40 characters"),
        ((at(9, 0),), "line 1: the span lies outside the text of 40 characters"),
        ((at(0, 9), at(9, 9, span_id="b")), "line 2: the span is empty"),
        ((at(3, 9),), "line 1: the span begins or ends with white space"),
        ((at(26, 32),), "line 1: the span begins or ends with white space"),
        ((at(9, 10),), "line 1: the span holds no letter or digit"),
        ((at(0, 9), at(0, 9, span_id="b")), "line 2: the span is the one of line 1 again"),
        (
            (at(0, 41), at(0, 9, span_id="b"), at(9, 10, span_id="c")),
            "line 1: the span lies outside the text of 40 characters (2 of 3 spans do not fit)",
        ),
    ],
)
def test_a_malformed_span_is_refused(rows: tuple[Mapping[str, Json], ...], sentence: str) -> None:
    """File, line and rule."""
    assert refusal(spans=rows).startswith(f"suite x: spans {sentence}")


def test_spans_that_are_no_json_are_refused() -> None:
    """The line is named, not quoted."""
    assert refusal(spans=table(SPAN) + b"{Zed").startswith("suite x: spans line 2 is not valid JS")


def test_inclusive_offsets_are_suspected() -> None:
    """Read as end-inclusive, every span of the file would fit."""
    assert (
        "suite x: spans line 2: the span is empty (1 of 2 spans do not fit)"
        "; offsets look end-inclusive: say so in the pin (ends)"
    ) == refusal(spans=INCLUSIVE)


def test_inclusive_offsets_are_read_when_the_pin_says_so() -> None:
    """The same values as with ends one further."""
    (document,) = read(spans=INCLUSIVE, ends="inclusive")
    assert [(0, 9), (38, 39)] == [(span.start, span.end) for span in document.spans]


def test_exclusive_offsets_are_suspected_too() -> None:
    """A pin that says inclusive wrongly is told so."""
    assert "offsets look end-exclusive" in refusal(spans=(at(38, 40),), ends="inclusive")


def test_spans_that_overlap_are_kept() -> None:
    """By place, the shorter first; each is scored."""
    spans = (at(0, 13, span_id="a"), at(4, 9, span_id="b"), at(0, 9, span_id="c"))
    (document,) = read(spans=spans)
    assert [(0, 9), (0, 13), (4, 9)] == [(span.start, span.end) for span in document.spans]


def test_an_edition_is_guessed_by_its_counts_only() -> None:
    """For people; nothing depends on it."""
    (document,) = read()
    spans = document.spans * 10505
    whole = Document.model_validate({**document.model_dump(), "spans": spans})
    bare = Document.model_validate({**document.model_dump(), "spans": ()})
    assert ("", "arXiv 2605.03301 v1") == (
        edition_guess((document,)),
        edition_guess((whole, *(bare,) * 1393)),
    )


@pytest.mark.parametrize(
    "rows",
    [
        (at(0, 3), at(38, 38, span_id="b")),
        (at(0, 9), at(10, 10, span_id="b")),
        (at(0, 4), at(4, 9, span_id="b"), at(38, 38, span_id="c")),
    ],
    ids=["white-space", "punctuation", "overlap"],
)
def test_inclusive_offsets_are_not_suspected_if_they_would_not_fit(
    rows: tuple[Mapping[str, Json], ...],
) -> None:
    """One span that would not fit is enough."""
    assert "inclusive" not in refusal(spans=rows)


def test_two_notes_of_one_digest_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An id that is cut short could stand for two notes."""

    def same(_data: bytes) -> str:
        return "0" * 64

    monkeypatch.setattr(shield, "sha256_hex", same)
    assert "suite x: notes line 2: note_id has the same digest as another" == refusal(
        (NOTE, {**NOTE, "note_id": "b"}), ()
    )


@pytest.mark.parametrize(
    ("notes", "spans"),
    [
        ((NOTE, NOTE), ()),
        (({**NOTE, "note_text": ["Zed Moss"]},), ()),
        (({**NOTE, "template_family": "Zed Moss"},), ()),
        (table(NOTE) + b'{"note_text": "Zed Moss", "note_text": 1}', ()),
        (table(NOTE)[:-9], ()),
        ((NOTE,), (SPAN, SPAN)),
        ((NOTE,), ({**SPAN, "note_id": "Zed Moss"},)),
        ((NOTE,), ({**SPAN, "span_label": "Zed Moss"},)),
        ((NOTE,), ({**SPAN, "span_start": "Zed Moss"},)),
        ((NOTE,), (at(3, 9),)),
        ((NOTE,), (at(0, 400),)),
        ((NOTE,), (SPAN, {**SPAN, "span_id": "Zed Moss"})),
    ],
)
def test_no_refusal_quotes_a_row(
    notes: bytes | tuple[Mapping[str, Json], ...],
    spans: bytes | tuple[Mapping[str, Json], ...],
) -> None:
    """No text, no id and no label of a row is in the sentence."""
    sentence = refusal(notes, spans)
    assert [] == [
        word
        for word in ("Ann", "Quill", "Zed", "Moss", "93", "SECRET", "Progress", "s1")
        if word in sentence
    ]
