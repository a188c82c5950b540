"""Spans of other people's programs, made ours."""

import math
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pytest

from openmed.domain.inference.answer_faults import AnswerError, Reason
from openmed.domain.inference.external_spans import foreign_spans
from openmed.domain.inference.profile import LabelRule, OffsetUnit, SpanSource

TEXT = "🙂 Zoë Marsh."
NAME = "Zoë Marsh"


def source(unit: OffsetUnit = "code-point") -> SpanSource:
    """Two labels, one of them not personal."""
    rules = (
        LabelRule(model="PER", canonical="PATIENT_NAME"),
        LabelRule(model="MISC", canonical="IGNORE"),
    )
    return SpanSource(function="m:f", unit=unit, label_map=rules)


def answered(found: object, *, unit: OffsetUnit = "code-point") -> list[object]:
    """Spans of an answer as tuples."""
    spans = foreign_spans(found, text=TEXT, source=source(unit))
    return [(s.start, s.end, s.label, s.score) for s in spans]


def refused(found: object, *, unit: OffsetUnit = "code-point") -> AnswerError:
    """Why an answer is refused, without a word of the text."""
    with pytest.raises(AnswerError) as caught:
        answered(found, unit=unit)
    assert "Zo" not in caught.value.message
    return caught.value


class _Fields(NamedTuple):
    label: str
    start: int
    end: int


NAMED = {"start": 2, "end": 11}
WHOLE = [
    (2, 11, "PER"),
    [2, 11, "PER", 1],
    (np.int64(2), np.int32(11), np.str_("PER"), np.float32(1)),
    (2, 11, "PER", Decimal(1)),
    _Fields(label="PER", start=2, end=11),
    {**NAMED, "label": "PER", "text": "x"},
    {**NAMED, "entity_type": "PER", "score": None},
    {**NAMED, "entity_group": "PER", "word": "zoe marsh", "score": np.float32(0.99999)},
    {**NAMED, "entity": "B-PER", "index": 1, "word": "Zoë"},
    {**NAMED, "entity": "PER", "label": None},
    {"start_char": 2, "end_char": 11, "tag": "PER"},
    SimpleNamespace(entity_type="PER", start=2, end=11, score=1.0),
    # spaCy's Span: `start`, `end` and `label` are numbers of tokens and of a string.
    SimpleNamespace(start=1, end=3, label=380, start_char=2, end_char=11, label_="PER", text=NAME),
    SimpleNamespace(start_char=2, end_char=np.int64(11), tag="PER", text=TEXT[2:11]),
]  # fmt: skip


@pytest.mark.parametrize("item", WHOLE, ids=str)
def test_every_shape_is_read(item: object) -> None:
    """Tuples, mappings, objects; numbers of Python and of numpy."""
    for found in ([item], (item,), iter([item]), (one for one in [item])):
        assert answered(found) == [(2, 11, "PATIENT_NAME", 1.0)]


def _pieces(tag: str) -> list[dict[str, object]]:
    """What a pipeline gives token by token."""
    tags = {"BIO": ("B-PER", "I-PER"), "BIOES": ("B-PER", "E-PER"), "IO": ("PER", "PER")}[tag]
    places = ((2, 5), (6, 11))
    return [
        {"entity": one, "score": np.float32(0.5), "index": at, "start": start, "end": end}
        for at, (one, (start, end)) in enumerate(zip(tags, places, strict=True))
    ]


@pytest.mark.parametrize("tag", ["BIO", "BIOES", "IO"])
def test_tags_of_a_pipeline_are_taken_as_the_types_they_are_of(tag: str) -> None:
    """Token by token, as the reader of such a model gets them; `O` is no entity."""
    wanted = [(2, 5, "PATIENT_NAME", 0.5), (6, 11, "PATIENT_NAME", 0.5)]
    outside = {"entity": "O", "score": 0.9, "start": 0, "end": 1}
    assert answered([*_pieces(tag), outside]) == wanted


@pytest.mark.parametrize(
    ("unit", "start", "end"), [("code-point", 2, 11), ("utf-16", 3, 12), ("utf-8", 5, 15)]
)
def test_every_unit_is_converted(unit: OffsetUnit, start: int, end: int) -> None:
    """The same place."""
    assert answered([(start, end, "PER")], unit=unit) == [(2, 11, "PATIENT_NAME", 1.0)]


def test_spans_are_ordered_and_rounded() -> None:
    """And what is not personal is left out by its own rule."""
    assert answered([(6, 11, "PER", 0.123456), (0, 1, "MISC"), (2, 5, "PER")]) == [
        (2, 5, "PATIENT_NAME", 1.0),
        (6, 11, "PATIENT_NAME", 0.1235),
    ]


def test_places_outside_the_text_are_left_to_the_scorer() -> None:
    """They are counted against the candidate, not repaired."""
    assert answered([(5, 5, "PER"), (8, 99, "PER")])[1] == (8, 99, "PATIENT_NAME", 1.0)


class _Sentence:
    """As flair has it: offsets of its spans count from where it begins."""

    def __init__(self, own: str, start: int, *spans: tuple[int, int]) -> None:
        """A part of a text."""
        self.own, self.start_position = own, start
        self._spans = [
            SimpleNamespace(
                start_position=first,
                end_position=last,
                sentence=self,
                labels=[SimpleNamespace(value="PER", score=0.75)],
            )
            for first, last in spans
        ]

    def __iter__(self) -> Iterator[object]:
        """Its tokens, which are no spans."""
        return iter(("Zoë", "Marsh"))

    def to_original_text(self) -> str:
        """Its text."""
        return self.own

    def get_spans(self) -> list[SimpleNamespace]:
        """Its spans."""
        return self._spans


def test_sentences_of_flair_are_placed_where_they_begin() -> None:
    """A whole sentence, a list of them, their spans, their labels."""
    sentence = _Sentence("Zoë Marsh.", 2, (0, 9))
    (span,) = sentence.get_spans()
    label = SimpleNamespace(data_point=span, value="PER", score=0.75)
    for found in (sentence, [sentence], sentence.get_spans(), [label]):
        assert answered(found) == [(2, 11, "PATIENT_NAME", 0.75)]
    span.labels *= 2
    assert refused(sentence).why.reason is Reason.NO_LABEL


@pytest.mark.parametrize(
    "found",
    [
        _Sentence("Zoe Marsh.", 2, (0, 9)),
        _Sentence("Zoë Marsh.", 1, (0, 9)),
        _Sentence("Zoe", 0, (0, 3)).get_spans(),
        SimpleNamespace(text="Zoë Marsh.", ents=(), spans={}),
        SimpleNamespace(text="Zoë Marsh.", annotations=()),
        [SimpleNamespace(start_char=0, end_char=9, tag="PER", text="Zoë Marsh")],
        [SimpleNamespace(start_char=2, end_char=11, tag="PER", doc=SimpleNamespace(text="Zoë"))],
    ],
)
def test_spans_of_another_text_are_refused(found: object) -> None:
    """A program that strips or cleans its text first has other offsets."""
    assert refused(found).why.reason is Reason.OTHER_TEXT


def test_documents_of_spacy_and_deduce_are_read() -> None:
    """Whole: `ents`, and `annotations`; other groups of spans are never passed over."""
    span = SimpleNamespace(start_char=2, end_char=11, label_="PER", text=TEXT[2:11])
    wanted = [(2, 11, "PATIENT_NAME", 1.0)]
    assert answered(SimpleNamespace(text=TEXT, annotations={span.text: span}.values())) == wanted
    doc = SimpleNamespace(text=TEXT, ents=(span,), spans={"sc": []})
    assert answered(doc) == answered(doc.ents) == wanted
    doc.spans["sc"].append(span)
    assert refused(doc).why.reason is Reason.SPAN_GROUPS


STRANGE = [
    ([(0, 1, "ORG")], Reason.NO_RULE, ""),
    ([(0, 1, "B-PER")], Reason.NO_RULE, ""),
    ([(0, 1)], Reason.NO_SPAN, "tuple"),
    (["Zoë"], Reason.NO_SPAN, "str"),
    ([[]], Reason.NO_SPAN, "list"),
    ([{"text": "Zoë"}], Reason.NO_SPAN, "dict"),
    ([np.array([0, 1, 2])], Reason.NO_SPAN, "ndarray"),
    ([object()], Reason.NO_SPAN, "a type of its own"),
    ("Zoë", Reason.NO_LIST, "str"),
    (None, Reason.NO_LIST, "NoneType"),
    ({"PER": [(0, 1)]}, Reason.NO_LIST, "dict"),
    (SimpleNamespace(start_char=0, end_char=1, tag="PER"), Reason.NO_LIST, "SimpleNamespace"),
    ([{"entity_group": "PER", "start": None, "end": None, "word": "zoë"}], Reason.NO_OFFSETS, ""),
    ([{"entity": "B-PER", "word": "Zoë"}], Reason.NO_OFFSETS, ""),
    ([("0", 1, "PER")], Reason.OFFSET_TYPE, "str"),
    ([(0.0, 1, "PER")], Reason.OFFSET_TYPE, "float"),
    ([(np.float64(0), 1, "PER")], Reason.OFFSET_TYPE, "float64"),
    ([(True, 1, "PER")], Reason.OFFSET_TYPE, "bool"),
    ([(0, np.array([1, 2]), "PER")], Reason.OFFSET_TYPE, "ndarray"),
    ([(0, 10**5000, "PER")], Reason.OFFSET_SIZE, ""),
    ([(0, 1, None)], Reason.NO_LABEL, ""),
    ([{"start": 0, "end": 1}], Reason.NO_LABEL, ""),
    ([(0, 1, 7)], Reason.LABEL_TYPE, "int"),
    ([(0, 1, "PER", "high")], Reason.SCORE_TYPE, "str"),
    ([(0, 1, "PER", True)], Reason.SCORE_TYPE, "bool"),
    ([(0, 1, "PER", np.array([0.1, 0.2]))], Reason.SCORE_TYPE, "ndarray"),
    ([(0, 1, "PER", math.nan)], Reason.SCORE_RANGE, ""),
    ([(0, 1, "PER", np.float32("inf"))], Reason.SCORE_RANGE, ""),
    ([(0, 1, "PER", 1.1)], Reason.SCORE_RANGE, ""),
    ([(0, 1, "PER", -3)], Reason.SCORE_RANGE, ""),
]


@pytest.mark.parametrize(("found", "reason", "got"), STRANGE)
def test_what_is_not_understood_is_named(found: object, reason: Reason, got: str) -> None:
    """By what is wrong and by its type; nothing is dropped, guessed or quoted."""
    why = refused(found).why
    assert (why.reason, why.got) == (reason, got)


@pytest.mark.parametrize("place", [(1, 3), (0, 99)])
def test_an_offset_inside_a_character_is_refused(place: tuple[int, int]) -> None:
    """Rounding it would move a redaction."""
    assert refused([(*place, "PER")], unit="utf-16").why.reason is Reason.OFFSET_UNIT


def test_labels_without_a_rule_are_named() -> None:
    """Printable, short, and not more than a few."""
    found = [(0, 1, f"L{number:02}") for number in range(12)]
    why = refused([*found, (0, 1, "A\x1b[2J" + "x" * 99), (0, 1, "")]).why
    assert why.labels[:3] == ("(empty)", "A\\x1b[2J" + "x" * 35, "L00")
    assert (len(why.labels), why.other_labels) == (8, 6)
    assert "label_map has no rule for (empty), A" in why.sentence
    assert "and 6 more that cannot be shown" in why.sentence
