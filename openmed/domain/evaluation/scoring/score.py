"""`score`: a suite and a candidate's answers → the report.

Linear in text and spans. The same bytes whatever the order of answers, of predictions or
of chunks.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from openmed.domain.evaluation.report import (
    BenchmarkReport,
    DecodingFacts,
    PredictionCounts,
    Redaction,
    Scope,
    Subject,
    SuiteFacts,
)
from openmed.domain.evaluation.scoring.behaviour_digests import behaviour_of
from openmed.domain.evaluation.scoring.bitmaps import span_outcomes
from openmed.domain.evaluation.scoring.cover import Flags, Ints
from openmed.domain.evaluation.scoring.layout import CODES, LABELS, Layout, Spans
from openmed.domain.evaluation.scoring.leak_places import leak_places_digest
from openmed.domain.evaluation.scoring.outcomes import Outcomes
from openmed.domain.evaluation.scoring.semeval import matchings
from openmed.domain.evaluation.scoring.tally import Tally
from openmed.domain.inference.answer_faults import count_faults
from openmed.domain.inference.predictions import DocumentPredictions, Runtime, Status
from openmed.domain.suites.suite import Suite
from openmed.domain.text import labels
from openmed.domain.text.exception_names import shown_name
from openmed.domain.text.span import Document, PredictedSpan
from openmed.errors import EvidenceError

_UNKNOWN: Final = -1


def score(  # noqa: PLR0913 - whatever a report names is an argument
    suite: Suite,
    records: tuple[DocumentPredictions, ...],
    *,
    subject: Subject,
    scope: Scope,
    runtime: Runtime,
    library_name: str | None,
    scorer: str,
    decoding: DecodingFacts | None = None,
) -> BenchmarkReport:
    """Count what a candidate's answers did to the gold of the documents in scope.

    A document without an answer counts all its gold as missed and is named.

    Args:
        suite: documents with gold.
        records: what would be redacted in each document in scope.
        subject: whose answers these are.
        scope: what the candidate declares.
        runtime: what computed them.
        library_name: library that loads the artifact, as the Hub calls it.
        scorer: digest of this code.
        decoding: how the model's tokens became spans; None where it has none.

    Raises:
        EvidenceError: two answers for one document, or one for a document not in the suite.
    """
    documents = in_scope(suite, scope)
    answers = _answers(documents, records)
    layout = Layout(documents)
    placed, invalid = _placed(layout, answers)
    outcomes = Outcomes(layout, placed)
    tally = Tally(outcomes)
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
        failures=tuple(sorted({shown_name(r.fault) for r in answers.values() if r.fault})),
        invalid_predictions=invalid,
        overlapping_predictions=int((placed.ends[:-1] > placed.starts[1:]).sum()),
        overall=tally.overall(),
        labels=tally.by_span(LABELS, layout.gold.labels),
        languages=tally.by_document([document.language for document in documents]),
        declared_languages=tally.by_document(
            [document.language for document in documents],
            only=_claimed(scope)[layout.gold.labels],
        ),
        slices=tally.by_document([document.slice for document in documents]),
        predictions=_prediction_counts(outcomes),
        redaction=_redaction(outcomes),
        leak_places=leak_places_digest(outcomes),
        outcomes=span_outcomes(outcomes),
        matchings=matchings(layout.gold, placed),
        library_name=library_name,
        decoding=decoding,
        unanswered=count_faults(
            (r.fault, r.why) for r in answers.values() if r.status is Status.FAILED
        ),
        behaviour=behaviour_of(layout, placed) if len(answered) == len(documents) else (),
    )


def in_scope(suite: Suite, scope: Scope) -> tuple[Document, ...]:
    """The suite's documents in declared languages, by id."""
    kept = (d for d in suite.documents if d.language in scope.languages)
    return tuple(sorted(kept, key=lambda document: document.id))


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


def _placed(layout: Layout, answers: dict[str, DocumentPredictions]) -> tuple[Spans, int]:
    """Valid predictions by their position in the layout, none twice; and how many are not."""
    given = [_spans_of(answers.get(document.id)) for document in layout.documents]
    indexes = np.repeat(np.arange(len(given)), [len(spans) for spans in given])
    starts = _offsets([span.start for spans in given for span in spans])
    ends = _offsets([span.end for spans in given for span in spans])
    kinds = np.array(
        [CODES.get(span.label, _UNKNOWN) for spans in given for span in spans], dtype=np.int64
    )
    is_valid = (starts >= 0) & (starts < ends) & (ends <= layout.lengths[indexes])
    is_valid &= kinds != _UNKNOWN
    bases = layout.bases[indexes]
    valid = Spans(starts + bases, ends + bases, kinds)[is_valid]
    ordered = valid[valid.order]
    return ordered[~ordered.repeats(with_label=True)], int((~is_valid).sum())


def _spans_of(record: DocumentPredictions | None) -> tuple[PredictedSpan, ...]:
    return record.spans if record and record.status is Status.OK else ()


def _offsets(values: Sequence[int]) -> Ints:
    """Offsets as a runner gave them; what no text can hold is made -1, which is invalid too."""
    try:
        return np.array(values, dtype=np.int64)
    except OverflowError:
        largest = np.iinfo(np.int32).max
        return np.array([v if abs(v) <= largest else -1 for v in values], dtype=np.int64)


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


def _claimed(scope: Scope) -> Flags:
    """Which labels a candidate claims to find, in the order of `LABELS`."""
    return np.array([labels.claims(scope.labels, name) for name in LABELS], dtype=np.bool_)


def _prediction_counts(outcomes: Outcomes) -> tuple[PredictionCounts, ...]:
    kinds = outcomes.predictions.labels
    predicted = np.bincount(kinds, minlength=len(LABELS)).tolist()
    touching = np.bincount(kinds[outcomes.touching], minlength=len(LABELS)).tolist()
    return tuple(
        PredictionCounts(label=name, predicted=predicted[code], touching=touching[code])
        for code, name in enumerate(LABELS)
        if predicted[code]
    )


def _redaction(outcomes: Outcomes) -> Redaction:
    layout, gold, redacted = outcomes.layout, outcomes.in_gold, outcomes.redacted
    without_gold = [i for i, document in enumerate(layout.documents) if not document.spans]
    marked = np.unique(layout.documents_at(outcomes.predictions.starts))
    return Redaction(
        outside=outcomes.sensitive_characters - gold.size,
        over_redacted=redacted.size - int(redacted.within(gold.starts, gold.ends).sum()),
        false_alarm_documents=len(set(without_gold) & set(marked.tolist())),
        documents_without_gold=len(without_gold),
    )
