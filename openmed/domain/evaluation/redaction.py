"""What a release would redact: the model's spans of declared labels, united with the backstop.

Applied to cached predictions, so that another set of rules or labels needs no second run of
the model.
"""

from collections.abc import Sequence

from openmed.domain.evaluation.report import Scope
from openmed.domain.inference.predictions import DocumentPredictions, Status
from openmed.domain.rules import find
from openmed.domain.text import labels
from openmed.domain.text.span import Document, PredictedSpan
from openmed.domain.text.span_union import unite


def redactions(
    documents: Sequence[Document],
    records: Sequence[DocumentPredictions],
    *,
    rules: Sequence[str],
    scope: Scope,
) -> tuple[DocumentPredictions, ...]:
    """Drop labels that are not declared, then add what the rules find.

    A document without an answer stays without one: rules alone are not the candidate.

    Args:
        documents: the documents, in the order of the records.
        records: the model's answers.
        rules: ids of the profile's rules.
        scope: what the candidate declares.

    Raises:
        EvidenceError: a rule is unknown.
    """
    declared = frozenset(scope.labels)
    return tuple(
        record
        if record.status is not Status.OK
        else DocumentPredictions(
            document=record.document,
            status=record.status,
            spans=spans_of(document.text, record.spans, rules=rules, declared=declared),
        )
        for document, record in zip(documents, records, strict=True)
    )


def spans_of(
    text: str, spans: Sequence[PredictedSpan], *, rules: Sequence[str], declared: frozenset[str]
) -> tuple[PredictedSpan, ...]:
    """What is redacted in one text.

    Raises:
        EvidenceError: a rule is unknown.
    """
    kept = _declared(spans, declared)
    if not rules:
        return kept
    return unite(kept, _declared(find(text, rules), declared), length=len(text))


def _declared(
    spans: Sequence[PredictedSpan], declared: frozenset[str]
) -> tuple[PredictedSpan, ...]:
    """Spans of declared labels; a label we do not know is of none."""
    names = {span.label for span in spans}
    kept = {n for n in names if n in labels.BY_NAME and labels.is_declared(declared, n)}
    return tuple(span for span in spans if span.label in kept)
