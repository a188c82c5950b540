"""`score`: a suite and a candidate's answers → the report.

Linear in text and spans. The same bytes whatever the order of answers, of predictions or
of chunks.
"""

from collections.abc import Callable, Iterable
from itertools import pairwise

import numpy as np

from openmed.domain import labels
from openmed.domain.predictions import DocumentPredictions, Runtime, Status
from openmed.domain.report import (
    BenchmarkReport,
    Counts,
    Leak,
    PredictionCounts,
    Redaction,
    Scope,
    SliceCounts,
    SpanOutcomes,
    Subject,
    SuiteFacts,
)
from openmed.domain.scoring.layout import Flags, Layout
from openmed.domain.scoring.outcomes import Outcomes, Placed
from openmed.domain.scoring.statistics import design_effect
from openmed.domain.span import Document, GoldSpan, PredictedSpan
from openmed.domain.suite import Suite
from openmed.errors import EvidenceError


def score(  # noqa: PLR0913 - whatever a report names is an argument
    suite: Suite,
    records: tuple[DocumentPredictions, ...],
    *,
    subject: Subject,
    scope: Scope,
    runtime: Runtime,
    scorer: str,
) -> BenchmarkReport:
    """Count what a candidate's answers did to the gold of the documents in scope.

    A document without an answer counts all its gold as missed and is named.

    Args:
        suite: documents with gold.
        records: what would be redacted in each document in scope.
        subject: whose answers these are.
        scope: what the candidate declares.
        runtime: what computed them.
        scorer: digest of this code.

    Raises:
        EvidenceError: two answers for one document, or one for a document not in the suite.
    """
    documents = in_scope(suite, scope)
    answers = _answers(documents, records)
    layout = Layout(documents)
    placed, invalid = _placed(layout, answers)
    outcomes = Outcomes(layout, placed)
    everything = np.ones(len(layout.gold), dtype=np.bool_)
    answered = {r.document for r in answers.values() if r.status is Status.OK}
    return BenchmarkReport(
        suite=_suite_facts(suite, documents),
        subject=subject,
        scope=scope,
        runtime=runtime,
        scorer=scorer,
        label_schema=labels.SCHEMA_VERSION,
        scored_documents=len(answered),
        failed_documents=tuple(d.id for d in documents if d.id not in answered),
        failures=tuple(sorted({r.fault for r in answers.values() if r.fault})),
        invalid_predictions=invalid,
        overlapping_predictions=_overlaps(placed),
        overall=_counts(outcomes, everything),
        labels=_sliced(outcomes, lambda _, span: span.label),
        languages=_sliced(outcomes, lambda document, _: document.language),
        slices=_sliced(outcomes, lambda document, _: document.slice),
        predictions=_prediction_counts(outcomes),
        redaction=_redaction(outcomes),
        leaks=_leaks(outcomes),
        outcomes=_span_outcomes(outcomes),
    )


def in_scope(suite: Suite, scope: Scope) -> tuple[Document, ...]:
    """The suite's documents in declared languages, by id."""
    kept = (d for d in suite.documents if d.language in scope.languages)
    return tuple(sorted(kept, key=lambda document: document.id))


def _overlaps(placed: tuple[Placed, ...]) -> int:
    return sum(1 for left, right in pairwise(placed) if left.end > right.start)


def _span_outcomes(outcomes: Outcomes) -> tuple[SpanOutcomes, ...]:
    names = np.array([span.label for _, span in outcomes.layout.gold])
    return tuple(
        SpanOutcomes(
            label=str(name), bits=np.packbits(outcomes.covered[names == name]).tobytes().hex()
        )
        for name in sorted(set(names.tolist()))
    )


def _answers(
    documents: tuple[Document, ...], records: Iterable[DocumentPredictions]
) -> dict[str, DocumentPredictions]:
    known = {document.id for document in documents}
    answers: dict[str, DocumentPredictions] = {}
    for record in records:
        if record.document not in known:
            msg = "there is an answer for a document that is not in the suite"
            raise EvidenceError(msg)
        if record.document in answers:
            msg = f"there are two answers for document {record.document}"
            raise EvidenceError(msg)
        answers[record.document] = record
    return answers


def _placed(
    layout: Layout, answers: dict[str, DocumentPredictions]
) -> tuple[tuple[Placed, ...], int]:
    valid: set[Placed] = set()
    invalid = 0
    for base, document in zip(layout.bases, layout.documents, strict=False):
        record = answers.get(document.id)
        for span in record.spans if record and record.status is Status.OK else ():
            if _is_valid(span, document):
                start, end = int(base) + span.start, int(base) + span.end
                valid.add(Placed(start=start, end=end, label=span.label))
            else:
                invalid += 1
    return tuple(sorted(valid)), invalid


def _is_valid(span: PredictedSpan, document: Document) -> bool:
    return 0 <= span.start < span.end <= len(document.text) and span.label in labels.BY_NAME


def _suite_facts(suite: Suite, documents: tuple[Document, ...]) -> SuiteFacts:
    return SuiteFacts(
        name=suite.pin.name,
        title=suite.pin.title,
        edition=suite.pin.edition,
        revision=suite.pin.revision,
        digest=suite.pin.digest,
        documents=len(documents),
        spans=sum(len(document.spans) for document in documents),
        skipped_documents=len(suite.documents) - len(documents),
    )


def _sliced(
    outcomes: Outcomes, name_of: Callable[[Document, GoldSpan], str]
) -> tuple[SliceCounts, ...]:
    documents = outcomes.layout.documents
    names = np.array([name_of(documents[index], span) for index, span in outcomes.layout.gold])
    return tuple(
        SliceCounts(name=str(name), counts=_counts(outcomes, names == name))
        for name in sorted(set(names.tolist()))
    )


def _counts(outcomes: Outcomes, chosen: Flags) -> Counts:
    layout = outcomes.layout
    covered, missed = outcomes.covered[chosen], outcomes.missed[chosen]
    support = int(chosen.sum())
    characters = int(outcomes.characters[chosen].sum())
    indexes = layout.gold_documents[chosen].tolist()
    families: dict[str, list[int]] = {}
    for index, is_covered in zip(indexes, covered.tolist(), strict=True):
        tally = families.setdefault(layout.documents[index].family, [0, 0])
        tally[0] += int(is_covered)
        tally[1] += 1
    tallies = [families[name] for name in sorted(families)]
    return Counts(
        support=support,
        families=len(families),
        documents=len(set(indexes)),
        covered=int(covered.sum()),
        partial=support - int(covered.sum()) - int(missed.sum()),
        missed=int(missed.sum()),
        exposed=int(outcomes.exposed[chosen].sum()),
        typed=int(outcomes.typed[chosen].sum()),
        strict=int(outcomes.strict[chosen].sum()),
        exact=int(outcomes.exact[chosen].sum()),
        characters=characters,
        leaked=characters - int(outcomes.redacted_characters[chosen].sum()),
        design_effect=design_effect([t[0] for t in tallies], [t[1] for t in tallies]),
    )


def _prediction_counts(outcomes: Outcomes) -> tuple[PredictionCounts, ...]:
    names = np.array([prediction.label for prediction in outcomes.predictions], dtype=object)
    return tuple(
        PredictionCounts(
            label=name,
            predicted=int((names == name).sum()),
            touching=int(outcomes.touching[names == name].sum()),
        )
        for name in sorted(set(names.tolist()))
    )


def _redaction(outcomes: Outcomes) -> Redaction:
    layout = outcomes.layout
    outside = layout.sensitive & ~outcomes.in_gold
    without_gold = [i for i, document in enumerate(layout.documents) if not document.spans]
    marked = np.unique(np.searchsorted(layout.bases, outcomes.starts, side="right") - 1)
    return Redaction(
        outside=int(outside.sum()),
        over_redacted=int((outside & outcomes.redacted).sum()),
        false_alarm_documents=len(set(without_gold) & set(marked.tolist())),
        documents_without_gold=len(without_gold),
    )


def _leaks(outcomes: Outcomes) -> tuple[Leak, ...]:
    documents = outcomes.layout.documents
    return tuple(
        Leak(document=documents[index].id, start=span.start, end=span.end, label=span.label)
        for (index, span), is_exposed in zip(
            outcomes.layout.gold, outcomes.exposed.tolist(), strict=True
        )
        if is_exposed and labels.BY_NAME[span.label].direct
    )
