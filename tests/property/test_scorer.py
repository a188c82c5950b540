"""Laws of the scorer."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support import scoring_oracles as oracles
from support import scoring_reference as reference
from support.scored_cases import LABELS, Case, cases

from openmed.domain.evaluation.redaction import redactions
from openmed.domain.evaluation.report import BenchmarkReport, Scope
from openmed.domain.inference.predictions import (
    ChunkKey,
    DocumentPredictions,
    PredictionsChunk,
    Status,
    checksum,
    chunk_ranges,
)
from openmed.domain.rules import RULES
from openmed.domain.suites.suite import Suite
from openmed.domain.text.span import Document, GoldSpan, PredictedSpan
from openmed.domain.wire import dump, parse

TWO_LABELS: Case = (
    [
        Document(
            id="d",
            language="en",
            family="f",
            slice="base",
            smoke=False,
            text="111",
            spans=(GoldSpan(start=0, end=1, label="PATIENT_NAME"),),
        )
    ],
    [
        DocumentPredictions(
            document="d",
            status=Status.OK,
            spans=tuple(
                PredictedSpan(start=0, end=3, label=label, score=1.0)
                for label in ("PATIENT_NAME", "DATE")
            ),
        )
    ],
)
"""Two predictions with one place, at which one label is that of gold: the later by the alphabet."""


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


BATCHES, BATCH = 10, 100


def _spans(chance: Random, length: int, *, near: list[oracles.Triple]) -> list[oracles.Triple]:
    """Spans that are apart; half of them at, or one off, the ends of others."""
    edges = [edge for start, end, _ in near for edge in (start, end)]
    cuts = {chance.randrange(length) for _ in range(chance.randrange(9))}
    cuts |= {edge + chance.choice((-1, 0, 0, 0, 1)) for edge in edges if chance.random() < 0.7}
    inside = sorted(cut for cut in cuts if 0 <= cut <= length)
    return [
        (start, end, chance.choice(LABELS))
        for start, end in pairwise(inside)
        if chance.random() < 0.6
    ]


def _scored(
    rows: list[tuple[list[oracles.Triple], list[oracles.Triple]]],
) -> BenchmarkReport:
    documents, answers = [], []
    for number, (gold, predicted) in enumerate(rows):
        documents.append(
            Document(
                id=f"d{number}",
                language="en",
                family="f",
                slice="base",
                smoke=False,
                text="a" * 60,
                spans=tuple(GoldSpan(start=s, end=e, label=label) for s, e, label in gold),
            )
        )
        spans = tuple(
            PredictedSpan(start=s, end=e, label=label, score=1.0) for s, e, label in predicted
        )
        answers.append(DocumentPredictions(document=f"d{number}", status=Status.OK, spans=spans))
    return reference.scored(documents, answers)


@pytest.mark.parametrize("seed", range(10))
def test_matching_agrees_with_nervaluate_on_spans_that_are_apart(seed: int) -> None:
    """All 4 x 5 counts, on 10,000 documents, 100 at a time."""
    chance = Random(seed)
    for _ in range(BATCHES):
        rows = []
        for _ in range(BATCH):
            gold = _spans(chance, 60, near=[])
            rows.append((gold, _spans(chance, 60, near=gold)))
        gold_rows, predicted_rows = zip(*rows, strict=True)
        theirs = oracles.nervaluate_fives(gold_rows, predicted_rows, tags=LABELS)
        assert theirs == oracles.fives(_scored(rows))


@given(cases())
@settings(deadline=None)
def test_matching_adds_up_whatever_overlaps(case: Case) -> None:
    """Gold and predictions are each counted once; strict and exact are the report's own."""
    report = reference.scored(*case)
    predicted = sum(row.predicted for row in report.predictions)
    for row in report.matchings:
        pairs = row.correct + row.incorrect + row.partial
        assert (report.overall.support, predicted) == (pairs + row.missed, pairs + row.spurious)
    correct = {row.name: row.correct for row in report.matchings}
    assert correct["strict"] == report.overall.strict
    assert correct["exact"] == correct["partial"] == report.overall.exact


@given(cases())
@example(TWO_LABELS)
@settings(deadline=None)
def test_matching_drops_what_overlaps_and_then_agrees_with_nervaluate(case: Case) -> None:
    """One with a gold span's offsets stays, else the earlier; the dropped ones are spurious.

    Of several with one place, one with the label of gold there stays.
    """
    documents, answers = case
    gold = [[(s.start, s.end, s.label) for s in document.spans] for document in documents]
    kept, dropped = [], 0
    for document, answer, spans in zip(documents, answers, gold, strict=True):
        valid = {
            (p.start, p.end, p.label)
            for p in answer.spans
            if 0 <= p.start < p.end <= len(document.text)
        }
        kept.append(_apart(valid, gold=spans))
        dropped += len(valid) - len(kept[-1])
    expected = oracles.nervaluate_fives(gold, kept, tags=LABELS)
    for counts in expected.values():
        counts[4] += dropped
    assert expected == oracles.fives(reference.scored(documents, answers))


def _apart(spans: set[oracles.Triple], *, gold: list[oracles.Triple]) -> list[oracles.Triple]:
    offsets = {(start, end) for start, end, _ in gold}
    kept: list[oracles.Triple] = []

    def rank(span: oracles.Triple) -> tuple[bool, bool, int, int, bool, str]:
        start, end, label = span
        near = {name for first, last, name in gold if first < end and last > start}
        return span not in gold, span[:2] not in offsets, start, end, label not in near, label

    for span in sorted(spans, key=rank):
        if all(span[1] <= start or span[0] >= end for start, end, _ in kept):
            kept.append(span)
    return sorted(kept)


@given(cases(), st.integers(1, 3), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_chunks_do_not_matter(case: Case, size: int, chance: Random) -> None:
    """Predicted in chunks of any size, stored, read back in any order: the same bytes."""
    documents, answers = case
    suite = reference.suite_of(documents)
    stored = [
        dump(_chunk(suite, answers, first, last))
        for first, last in chunk_ranges(len(documents), size=size)
    ]
    chance.shuffle(stored)
    merged = [
        record for data in stored for record in parse(PredictionsChunk, data, what="chunk").records
    ]
    assert dump(reference.scored(documents, answers)) == dump(reference.scored(documents, merged))


@given(cases(), st.integers(0, 3))
@settings(deadline=None)
def test_batches_do_not_matter(case: Case, cut: int) -> None:
    """Scored apart and added up, or at once: the same counts."""
    documents, answers = case
    batches = [(documents[:cut], answers[:cut]), (documents[cut:], answers[cut:])]
    sums = [reference.fast(reference.scored(*batch)) for batch in batches if batch[0]]
    assert reference.Sums(*map(sum, zip(*sums, strict=True))) == reference.fast(
        reference.scored(documents, answers)
    )


def _chunk(
    suite: Suite, answers: list[DocumentPredictions], first: int, last: int
) -> PredictionsChunk:
    records = tuple(answers[first:last])
    hexes = {"artifact": reference.HEX, "runtime": reference.HEX, "suite": suite.pin.digest}
    return PredictionsChunk(
        key=ChunkKey(**hexes, first=first, last=last), checksum=checksum(records), records=records
    )


@given(cases(), st.integers(0, 40), st.integers(1, 10))
@settings(deadline=None)
def test_the_behaviour_is_what_is_redacted(case: Case, start: int, length: int) -> None:
    """Scores, repeats and invalid spans make no other one; any valid span more does."""
    documents, answers = case
    answers = [_answered(answer, answer.spans) for answer in answers]
    before = reference.scored(documents, answers)
    odd = PredictedSpan(start=7, end=3, label="DATE", score=1.0)
    same = [
        _answered(answer, (*answer.spans, *map(_unsure, answer.spans), odd)) for answer in answers
    ]
    assert before.behaviour
    assert before.behaviour == reference.scored(documents, same).behaviour
    more = PredictedSpan(start=start, end=start + length, label="AGE", score=1.0)
    first = _answered(answers[0], (*answers[0].spans, more))
    after = reference.scored(documents, [first, *answers[1:]])
    is_valid = more.end <= len(documents[0].text)
    assert (before.behaviour != after.behaviour) is is_valid


def _answered(answer: DocumentPredictions, spans: tuple[PredictedSpan, ...]) -> DocumentPredictions:
    return DocumentPredictions(document=answer.document, status=Status.OK, spans=spans)


def _unsure(span: PredictedSpan) -> PredictedSpan:
    return PredictedSpan(start=span.start, end=span.end, label=span.label, score=0.5)


@given(cases())
@settings(deadline=None)
def test_a_document_without_an_answer_leaves_the_behaviour_unknown(case: Case) -> None:
    """Part of what is redacted would be taken for all of it."""
    documents, answers = case
    report = reference.scored(documents, answers)
    assert bool(report.behaviour) is not bool(report.failed_documents)


@given(cases(), st.sets(st.sampled_from(LABELS), min_size=1), st.sampled_from(LABELS))
@settings(max_examples=300, deadline=None)
def test_who_declares_a_label_less_finds_no_more_of_all_gold(
    case: Case, declared: set[str], label: str
) -> None:
    """Predictions of it are dropped, its gold is not, whatever the rules add to the rest."""
    documents, answers = case

    def measured(names: set[str]) -> BenchmarkReport:
        scope = Scope(labels=tuple(sorted(names)), languages=("en",))
        left = redactions(documents, answers, rules=tuple(sorted(RULES)), scope=scope)
        return reference.scored(documents, left)

    more, fewer = measured({*declared, label}).overall, measured(declared - {label}).overall
    assert more.support == fewer.support
    assert more.covered >= fewer.covered
    assert more.leaked <= fewer.leaked
