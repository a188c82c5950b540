"""Odd documents and odd answers, to score."""

from hypothesis import strategies as st

from openmed.domain.inference.predictions import DocumentPredictions, Status
from openmed.domain.text.span import Document, GoldSpan, PredictedSpan

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
