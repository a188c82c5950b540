"""Laws of the scorer."""

from random import Random

import scoring_reference as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from nervaluate import Evaluator

from openmed.domain.predictions import DocumentPredictions, Status
from openmed.domain.span import Document, GoldSpan, PredictedSpan

LABELS = ("PATIENT_NAME", "PROVIDER_NAME", "SSN", "DATE")
# Letters, digits, separators, an astral letter, a combining mark, a right-to-left letter.
ALPHABET = "ab1 -.\n\r" + "\U0001d51e" + "\u0301" + "\u05d0"
TEXTS = st.text(st.sampled_from(ALPHABET), min_size=1, max_size=40)


@st.composite
def gold_documents(draw: st.DrawFn) -> Document:
    """A document whose gold is in order, apart, and never without a letter or digit."""
    text = draw(TEXTS)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True)))
    spans = tuple(
        GoldSpan(start=start, end=end, label=draw(st.sampled_from(LABELS)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        if any(character.isalnum() for character in text[start:end])
    )
    return Document(
        id="d", language="en", family="f", slice="base", smoke=False, text=text, spans=spans
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Document], list[DocumentPredictions]]:
    """Documents, and answers with every kind of odd span in them."""
    documents = [
        Document.model_validate({**draw(gold_documents()).model_dump(), "id": f"d{n}"})
        for n in range(draw(st.integers(1, 3)))
    ]
    answers = []
    for document in documents:
        places = st.integers(-1, len(document.text) + 1)
        span = st.builds(
            PredictedSpan,
            start=places,
            end=places,
            label=st.sampled_from(LABELS),
            score=st.just(1.0),
        )
        spans = draw(st.lists(span, max_size=6))
        status = draw(st.sampled_from([Status.OK, Status.OK, Status.FAILED]))
        kept = tuple(spans) if status is Status.OK else ()
        answers.append(DocumentPredictions(document=document.id, status=status, spans=kept))
    return documents, answers


Case = tuple[list[Document], list[DocumentPredictions]]


@given(cases())
@settings(max_examples=400, deadline=None)
def test_it_counts_what_the_obvious_scorer_counts(case: Case) -> None:
    """Every count, on every odd document and span."""
    documents, answers = case
    assert reference.fast(reference.scored(documents, answers)) == reference.slow(*case)


@given(cases(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_order_does_not_matter(case: Case, chance: Random) -> None:
    """Of documents, answers and spans: the report is the same bytes."""
    documents, answers = case
    mixed = []
    for answer in answers:
        spans = list(answer.spans)
        chance.shuffle(spans)
        mixed.append(
            DocumentPredictions(document=answer.document, status=answer.status, spans=tuple(spans))
        )
    chance.shuffle(mixed)
    backwards = list(reversed(documents))
    assert reference.scored(documents, answers) == reference.scored(backwards, mixed)


@given(cases(), st.integers(0, 10), st.integers(1, 10))
@settings(deadline=None)
def test_one_more_redaction_never_covers_less(case: Case, start: int, length: int) -> None:
    """Covered goes up or stays; leaked goes down or stays."""
    documents, answers = case
    more = [
        DocumentPredictions(
            document=answer.document,
            status=Status.OK,
            spans=(
                *answer.spans,
                PredictedSpan(start=start, end=start + length, label="DATE", score=1.0),
            ),
        )
        if answer.status is Status.OK
        else answer
        for answer in answers
    ]
    before = reference.scored(documents, answers).overall
    after = reference.scored(documents, more).overall
    assert after.covered >= before.covered
    assert after.leaked <= before.leaked


@given(cases())
@settings(deadline=None)
def test_the_parts_add_up(case: Case) -> None:
    """Labels, languages and slices each split the whole; the bitmap is the covered count."""
    report = reference.scored(*case)
    for rows in (report.labels, report.languages, report.slices):
        assert sum(row.counts.support for row in rows) == report.overall.support
        assert sum(row.counts.covered for row in rows) == report.overall.covered
    bits = [byte for row in report.outcomes for byte in bytes.fromhex(row.bits)]
    assert sum(byte.bit_count() for byte in bits) == report.overall.covered
    assert report.scored_documents + len(report.failed_documents) == len(case[0])


@given(gold_documents(), st.data())
@settings(deadline=None)
def test_strict_agrees_with_nervaluate_on_spans_that_are_apart(
    document: Document, data: st.DataObject
) -> None:
    """Its ends are inclusive, ours are not; else the same counts of exact hits."""
    chosen = [span for span in document.spans if data.draw(st.booleans())]
    spans = tuple(
        PredictedSpan(start=s.start, end=s.end, label=data.draw(st.sampled_from(LABELS)), score=1.0)
        for s in chosen
    )
    answer = DocumentPredictions(document="d", status=Status.OK, spans=spans)
    ours = reference.scored([document], [answer]).overall
    if not document.spans and not spans:
        return
    evaluator = Evaluator(
        [[{"label": s.label, "start": s.start, "end": s.end - 1} for s in document.spans]],
        [[{"label": s.label, "start": s.start, "end": s.end - 1} for s in spans]],
        tags=list(LABELS),
        loader="dict",
    )
    overall = evaluator.evaluate()["overall"]
    assert (ours.strict, ours.exact) == (overall["strict"].correct, overall["exact"].correct)
