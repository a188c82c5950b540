"""Counts do not depend on what labels are called."""

from hypothesis import given, settings
from hypothesis import strategies as st
from support import scoring_reference as reference

from openmed.domain.inference.predictions import DocumentPredictions, Status
from openmed.domain.text.span import Document, GoldSpan, PredictedSpan

Case = tuple[list[Document], list[DocumentPredictions]]
RENAMED = ("PATIENT_NAME", "PROVIDER_NAME", "SSN", "MRN", "DATE", "DATE_OF_BIRTH", "PHONE", "FAX")
_PAIRS = (("PATIENT_NAME", "PROVIDER_NAME"), ("SSN", "MRN"), ("DATE", "DATE_OF_BIRTH"))
"""Two of one group each: neither `typed` nor what is a leak depends on which of two it is."""


@st.composite
def crowded_cases(draw: st.DrawFn) -> Case:
    """Gold that may overlap, and predictions of which many have one place."""
    text = draw(st.text(st.sampled_from("ab1 -"), min_size=3, max_size=12))
    place = st.tuples(st.integers(0, len(text) - 1), st.integers(1, 5))
    spots = draw(st.lists(place, min_size=1, max_size=4))
    names = st.sampled_from(RENAMED)
    cuts = st.builds(lambda spot, label: (spot[0], min(len(text), spot[0] + spot[1]), label),
                     st.sampled_from(spots), names)  # fmt: skip
    gold = sorted(set(draw(st.lists(cuts, max_size=6))))
    kept = [GoldSpan(start=s, end=e, label=n) for s, e, n in gold if text[s:e].strip(" -")]
    found = draw(st.lists(cuts, max_size=8))
    document = Document(
        id="d", language="en", family="f", slice="base", smoke=False, text=text, spans=tuple(kept)
    )
    spans = tuple(PredictedSpan(start=s, end=e, label=n, score=1.0) for s, e, n in found)
    return [document], [DocumentPredictions(document="d", status=Status.OK, spans=spans)]


def _renamed(case: Case, names: dict[str, str]) -> Case:
    """The same documents and answers with other names for labels, on both sides."""
    documents, answers = case
    gold = [
        Document.model_validate(
            {
                **document.model_dump(),
                "spans": tuple(
                    GoldSpan(start=s.start, end=s.end, label=names[s.label]) for s in document.spans
                ),
            }
        )
        for document in documents
    ]
    found = [
        DocumentPredictions(
            document=answer.document,
            status=answer.status,
            spans=tuple(
                PredictedSpan(start=s.start, end=s.end, label=names[s.label], score=s.score)
                for s in answer.spans
            ),
        )
        for answer in answers
    ]
    return gold, found


@given(crowded_cases(), st.permutations(RENAMED))
@settings(max_examples=400, deadline=None)
def test_matches_do_not_depend_on_names_of_labels(case: Case, others: list[str]) -> None:
    """Whatever they are called on both sides, every count of whole spans is the same."""
    names = dict(zip(RENAMED, others, strict=True))
    before, after = reference.scored(*case), reference.scored(*_renamed(case, names))
    assert before.matchings == after.matchings
    counted = ("covered", "partial", "missed", "exposed", "strict", "exact", "leaked")
    for name in (*counted, "support"):
        assert getattr(before.overall, name) == getattr(after.overall, name)
    assert before.redaction == after.redaction
    assert before.overlapping_predictions == after.overlapping_predictions
    by_label = {names[row.name]: row.counts.strict for row in before.labels}
    assert by_label == {row.name: row.counts.strict for row in after.labels}


@given(crowded_cases(), st.sampled_from(_PAIRS))
@settings(max_examples=200, deadline=None)
def test_no_number_depends_on_names_within_a_group(case: Case, pair: tuple[str, str]) -> None:
    """Two labels that are alike in group and in what they point at change places."""
    one, other = pair
    names = {name: name for name in RENAMED} | {one: other, other: one}
    before, after = reference.scored(*case), reference.scored(*_renamed(case, names))
    assert before.overall == after.overall
    for row in before.labels:
        assert [row.counts] == [r.counts for r in after.labels if r.name == names[row.name]]
