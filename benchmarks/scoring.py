"""How fast the scorer is beside nervaluate, on the same spans in one run.

    python benchmarks/scoring.py

Prints medians of interleaved repeats in CPU seconds, and their ratio. Machines differ;
the ratio is what to quote.
"""

import statistics
import time
from collections.abc import Callable

from nervaluate import Evaluator

from openmed.domain.corpus import GOLDEN_SEED, build_golden
from openmed.domain.digest import sha256_hex
from openmed.domain.predictions import DocumentPredictions, Runtime, Status
from openmed.domain.report import Scope, Subject
from openmed.domain.scoring import score
from openmed.domain.span import Document, PredictedSpan
from openmed.domain.suite import Suite, SuitePin, suite_digest

REPEATS = 5
COPIES = 5
HEX = sha256_hex(b"benchmark")


def main() -> None:
    """Measure and print."""
    documents = tuple(
        Document.model_validate({**document.model_dump(), "id": f"{document.id}-{copy}"})
        for copy in range(COPIES)
        for document in build_golden(GOLDEN_SEED)
    )
    answers = tuple(_nearly_right(document) for document in documents)
    suite = Suite(pin=_pin(documents), documents=documents)
    subject = Subject(slot="pii::tiny::onnx", repo_id="org/tiny", artifact=HEX)
    scope = Scope(labels=("PATIENT_NAME",), languages=("en",))
    runtime = Runtime(runner="benchmark", code=HEX, packages=())
    gold = [[_inclusive(s.start, s.end, s.label) for s in d.spans] for d in documents]
    predicted = [[_inclusive(s.start, s.end, s.label) for s in a.spans] for a in answers]
    tags = sorted({s.label for d in documents for s in d.spans})
    ours, theirs = _interleaved(
        lambda: score(suite, answers, subject=subject, scope=scope, runtime=runtime, scorer=HEX),
        lambda: Evaluator(gold, predicted, tags=tags, loader="dict").evaluate(),
    )
    spans = sum(len(row) for row in gold) + sum(len(answer.spans) for answer in answers)
    print(f"{len(documents)} documents, {spans} spans, median of {REPEATS} interleaved runs")
    print(f"openmed     {ours:8.3f} CPU s  {spans / ours:10.0f} spans/s  (whole report)")
    print(f"nervaluate  {theirs:8.3f} CPU s  {spans / theirs:10.0f} spans/s  (four schemas)")
    print(f"ratio       {theirs / ours:8.1f}")


def _nearly_right(document: Document) -> DocumentPredictions:
    """Every tenth span missing, every seventh one character short."""
    spans = tuple(
        PredictedSpan(
            start=span.start,
            end=span.end - (number % 7 == 0 and span.end - span.start > 1),
            label=span.label,
            score=1.0,
        )
        for number, span in enumerate(document.spans, start=1)
        if number % 10
    )
    return DocumentPredictions(document=document.id, status=Status.OK, spans=spans)


def _inclusive(start: int, end: int, label: str) -> dict[str, object]:
    return {"start": start, "end": end - 1, "label": label}


def _pin(documents: tuple[Document, ...]) -> SuitePin:
    return SuitePin(
        name="golden",
        title="Golden",
        edition="benchmark",
        revision="1",
        path="gates/suites/golden.jsonl",
        subset="all",
        sha256=HEX,
        digest=suite_digest(documents),
        licence="Apache-2.0",
        source="copies of golden v1",
    )


def _interleaved(*works: Callable[[], object]) -> list[float]:
    seconds: list[list[float]] = [[] for _ in works]
    for _ in range(REPEATS):
        for taken, work in zip(seconds, works, strict=True):
            began = time.process_time()
            work()
            taken.append(time.process_time() - began)
    return [statistics.median(taken) for taken in seconds]


if __name__ == "__main__":
    main()
