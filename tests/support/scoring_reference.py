"""A slow, obvious scorer, character by character, to hold the fast one against."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from openmed.domain.digest import sha256_hex
from openmed.domain.evaluation.report import BenchmarkReport, Scope, Subject
from openmed.domain.evaluation.scoring.score import score
from openmed.domain.inference.predictions import DocumentPredictions, Runtime, Status
from openmed.domain.suites.suite import Suite, SuitePin, suite_digest
from openmed.domain.text import labels
from openmed.domain.text.span import Document, GoldSpan, PredictedSpan

HEX = sha256_hex(b"reference")


class Sums(NamedTuple):
    """What both scorers count over all gold."""

    support: int
    covered: int
    partial: int
    missed: int
    exposed: int
    typed: int
    strict: int
    exact: int
    characters: int
    leaked: int


def suite_of(documents: Sequence[Document]) -> Suite:
    """A suite with a pin that fits."""
    kept = tuple(documents)
    pin = SuitePin(
        name="golden",
        title="Golden",
        edition="test",
        revision="1",
        path="gates/suites/golden.jsonl",
        subset="all",
        sha256=HEX,
        digest=suite_digest(kept),
        licence="CC0-1.0",
        source="made for a test",
    )
    return Suite(pin=pin, documents=kept)


def scored(
    documents: Sequence[Document], answers: Sequence[DocumentPredictions]
) -> BenchmarkReport:
    """The fast scorer's report."""
    return score(
        suite_of(documents),
        tuple(answers),
        subject=Subject(slot="pii::tiny::onnx", repo_id="org/tiny", artifact=HEX),
        scope=Scope(labels=("PATIENT_NAME",), languages=("en",)),
        runtime=Runtime(runner="test", code=HEX, packages=()),
        library_name=None,
        scorer=HEX,
    )


def fast(report: BenchmarkReport) -> Sums:
    """The fast scorer's counts over all gold."""
    return Sums(*(int(getattr(report.overall, name)) for name in Sums._fields))


def slow(documents: Sequence[Document], answers: Sequence[DocumentPredictions]) -> Sums:
    """The same counts, the obvious way."""
    totals = [0] * len(Sums._fields)
    for *_, sums in _each(documents, answers):
        for index, value in enumerate(sums):
            totals[index] += value
    return Sums(*totals)


def exposed(
    documents: Sequence[Document], answers: Sequence[DocumentPredictions]
) -> list[tuple[Document, GoldSpan]]:
    """Gold spans that are missed or show a run of characters, in suite order."""
    rows = _each(documents, answers)
    return [(document, gold) for document, gold, sums in rows if sums.exposed]


def _each(
    documents: Sequence[Document], answers: Sequence[DocumentPredictions]
) -> Iterator[tuple[Document, GoldSpan, Sums]]:
    by_id = {answer.document: answer for answer in answers}
    for document in documents:
        answer = by_id.get(document.id)
        given = answer.spans if answer and answer.status is Status.OK else ()
        valid = [p for p in given if 0 <= p.start < p.end <= len(document.text)]
        for gold in document.spans:
            yield document, gold, _one(document.text, gold, valid)


def _is_sensitive(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def _one(text: str, gold: GoldSpan, valid: list[PredictedSpan]) -> Sums:
    places = [at for at in range(gold.start, gold.end) if _is_sensitive(text[at])]
    hidden = [any(p.start <= at < p.end for p in valid) for at in places]
    longest = current = 0
    for is_hidden in hidden:
        current = 0 if is_hidden else current + 1
        longest = max(longest, current)
    covered = all(hidden)
    missed = not any(hidden)
    overlapping = [p for p in valid if p.start < gold.end and p.end > gold.start]
    overlapping.sort(
        key=lambda p: (
            -(min(p.end, gold.end) - max(p.start, gold.start)),
            p.start,
            p.end,
        )
    )
    group = labels.BY_NAME[gold.label].group
    best = [p for p in overlapping if (p.start, p.end) == _place(overlapping[0])]
    typed = covered and any(labels.BY_NAME[p.label].group is group for p in best)
    return Sums(
        support=1,
        covered=int(covered),
        partial=int(not covered and not missed),
        missed=int(missed),
        exposed=int(missed or longest >= 4),
        typed=int(typed),
        strict=int(any((p.start, p.end, p.label) == _key(gold) for p in valid)),
        exact=int(any((p.start, p.end) == _key(gold)[:2] for p in valid)),
        characters=len(places),
        leaked=hidden.count(False),
    )


def _place(span: PredictedSpan) -> tuple[int, int]:
    return span.start, span.end


def _key(gold: GoldSpan) -> tuple[int, int, str]:
    return gold.start, gold.end, gold.label
