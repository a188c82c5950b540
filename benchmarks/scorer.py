"""How fast the scorer is beside nervaluate and seqeval, on the same spans in one run.

    python benchmarks/scorer.py

Two series: golden notes, as many as make 1,000, 10,000 and 100,000 gold and predicted spans;
and one document of 500, 1,000 and 2,000 gold spans. Medians of interleaved repeats in CPU
seconds, their ratios, and the slope of log seconds over log spans (1 = linear, 2 =
quadratic). Ours is the whole report from answers, texts read character by character;
theirs get their own form ready-made: nervaluate inclusive offsets for its four schemas,
seqeval BIO tags over words. seqeval is there in `nox -s speed`; elsewhere its column is left
out. Machines differ; the ratios are what to quote.
"""

import importlib.util
import itertools
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from nervaluate import Evaluator

from openmed.domain.digest import sha256_hex
from openmed.domain.evaluation.report import Scope, Subject
from openmed.domain.evaluation.scoring.score import score
from openmed.domain.inference.predictions import DocumentPredictions, Runtime, Status
from openmed.domain.suites.suite import Suite, SuitePin, suite_digest
from openmed.domain.text.span import Document, GoldSpan, PredictedSpan

GOLDEN = Path(__file__).parent.parent / "gates" / "suites" / "golden.jsonl"
REPEATS = 5
MIXED = (1_000, 10_000, 100_000)
LONG = (500, 1_000, 2_000)
TARGETS = {"mixed corpus": 5.0, "one document": 100.0}
HEX = sha256_hex(b"benchmark")

Work = Callable[[], object]
Triple = tuple[int, int, str]


class Task(NamedTuple):
    """Documents and answers, and how many spans they hold together."""

    documents: tuple[Document, ...]
    answers: tuple[DocumentPredictions, ...]

    @property
    def spans(self) -> int:
        """Gold and predicted spans."""
        return sum(len(d.spans) for d in self.documents) + sum(len(a.spans) for a in self.answers)


def main() -> None:
    """Measure and print."""
    lines = GOLDEN.read_bytes().split(b"\n")
    notes = [Document.model_validate_json(line) for line in lines if line]
    print(f"median CPU seconds of {REPEATS} interleaved runs; ratio to openmed in brackets\n")
    _series("mixed corpus", [_mixed(notes, size) for size in MIXED])
    _series("one document", [_long(notes, size) for size in LONG])


def _series(name: str, tasks: Sequence[Task]) -> None:
    columns: dict[str, list[float]] = {}
    print(f"{name:<14}{'documents':>10}{'spans':>9}  " + "".join(f"{n:<22}" for n in _names()))
    for task in tasks:
        taken = _interleaved(_works(task))
        ours = taken["openmed"]
        cells = [f"{seconds:9.4f} ({seconds / ours:6.1f})" for seconds in taken.values()]
        print(
            f"{'':<14}{len(task.documents):>10}{task.spans:>9}  "
            + "".join(f"{c:<22}" for c in cells)
        )
        for scorer, seconds in taken.items():
            columns.setdefault(scorer, []).append(seconds)
    spans = np.log([task.spans for task in tasks])
    slopes = {s: float(np.polyfit(spans, np.log(column), 1)[0]) for s, column in columns.items()}
    print(f"{'slope':<33}  " + "".join(f"{slope:9.2f}{'':<13}" for slope in slopes.values()))
    ratio = columns["nervaluate"][-1] / columns["openmed"][-1]
    rate = tasks[-1].spans / columns["openmed"][-1]
    verdict = "met" if ratio >= TARGETS[name] else "MISSED"
    print(f"{ratio:.0f} times nervaluate on the largest, target {TARGETS[name]:.0f}: {verdict}; ")
    print(f"openmed {rate:,.0f} spans/s\n")


def _names() -> list[str]:
    return ["openmed", "nervaluate", *(["seqeval"] if _has_seqeval() else [])]


def _has_seqeval() -> bool:
    return importlib.util.find_spec("seqeval") is not None


def _works(task: Task) -> dict[str, Work]:
    suite = Suite(pin=_pin(task.documents), documents=task.documents)
    subject = Subject(slot="pii::tiny::onnx", repo_id="org/tiny", artifact=HEX)
    languages = tuple(sorted({document.language for document in task.documents}))
    scope = Scope(labels=("PATIENT_NAME",), languages=languages)
    runtime = Runtime(runner="benchmark", code=HEX, packages=())
    gold = [_triples(document.spans) for document in task.documents]
    predicted = [_triples(answer.spans) for answer in task.answers]
    tags = sorted({label for row in gold for _, _, label in row})
    theirs = [[_inclusive(row) for row in rows] for rows in (gold, predicted)]
    works: dict[str, Work] = {
        "openmed": lambda: score(
            suite,
            task.answers,
            subject=subject,
            scope=scope,
            runtime=runtime,
            library_name=None,
            scorer=HEX,
        ),
        "nervaluate": lambda: Evaluator(*theirs, tags=tags, loader="dict").evaluate(),
    }
    if _has_seqeval():
        from seqeval.metrics import classification_report  # noqa: PLC0415 - perhaps not there

        tagged = [
            [_tagged(d.text, row) for d, row in zip(task.documents, rows, strict=True)]
            for rows in (gold, predicted)
        ]
        works["seqeval"] = lambda: classification_report(*tagged, zero_division=0)
    return works


def _interleaved(works: dict[str, Work]) -> dict[str, float]:
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(REPEATS):
        for name, work in works.items():
            began = time.process_time()
            work()
            seconds[name].append(time.process_time() - began)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def _mixed(notes: Sequence[Document], size: int) -> Task:
    """As many notes, over and over, as make this many gold and predicted spans."""
    documents: list[Document] = []
    answers: list[DocumentPredictions] = []
    spans = 0
    for number, note in enumerate(itertools.cycle(notes)):
        if spans >= size:
            break
        document = Document(**{**dict(note), "id": f"d{number}"})
        documents.append(document)
        answers.append(_answer(document))
        spans += len(document.spans) + len(answers[-1].spans)
    return Task(tuple(documents), tuple(answers))


def _long(notes: Sequence[Document], size: int) -> Task:
    """One document of this many gold spans: notes, one behind the other."""
    text = ""
    spans: list[GoldSpan] = []
    for note in itertools.cycle(notes):
        if len(spans) >= size:
            break
        base = len(text)
        spans += [
            GoldSpan(start=s.start + base, end=s.end + base, label=s.label) for s in note.spans
        ]
        text += note.text + "\n"
    facts = {**dict(notes[0]), "id": "long", "text": text, "spans": tuple(spans[:size])}
    document = Document(**facts)
    return Task((document,), (_answer(document),))


def _answer(document: Document) -> DocumentPredictions:
    return DocumentPredictions(
        document=document.id, status=Status.OK, spans=tuple(_nearly_right(document.spans))
    )


def _nearly_right(gold: Sequence[GoldSpan]) -> Iterator[PredictedSpan]:
    """Every tenth span missing, every seventh a character short, every fifth in two pieces."""
    for number, span in enumerate(gold, start=1):
        start, end = span.start, span.end
        middle = (start + end) // 2
        if number % 10 == 0:
            continue
        if number % 7 == 0 and end - start > 1:
            end -= 1
        if number % 5 == 0 and start < middle < end:
            yield PredictedSpan(start=start, end=middle, label=span.label, score=1.0)
            start = middle
        yield PredictedSpan(start=start, end=end, label=span.label, score=1.0)


def _triples(spans: Sequence[GoldSpan] | Sequence[PredictedSpan]) -> list[Triple]:
    return [(span.start, span.end, span.label) for span in spans]


def _inclusive(spans: Sequence[Triple]) -> list[dict[str, object]]:
    return [{"start": s, "end": e - 1, "label": label} for s, e, label in spans]


def _tagged(text: str, spans: Sequence[Triple]) -> list[str]:
    """BIO tags over words and single signs."""
    tokens = [match.start() for match in re.finditer(r"\w+|[^\w\s]", text)]
    tags = ["O"] * len(tokens)
    edges = np.array(tokens)
    for start, end, label in spans:
        first = max(0, int(np.searchsorted(edges, start, side="right")) - 1)
        last = int(np.searchsorted(edges, end, side="left"))
        for index in range(first, last):
            tags[index] = f"{'I' if index > first else 'B'}-{label}"
    return tags


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
        source="notes of the golden suite, over and over",
    )


if __name__ == "__main__":
    main()
