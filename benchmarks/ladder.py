"""How much worse do worse models look? One table from real runs on the committed suite.

    python benchmarks/ladder.py [--suite smoke] [--only tiny] [--jobs 2]

Every row is a model that was staged and run in a child process, and counted by the release's own
scorer; two rows change what the model answered before it is counted. Fetches Rampart's wheel with
pip as the queue does. Everything is made in a temporary folder, which is gone afterwards.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from degraded import (
    Records,
    copy_model,
    dead_heads,
    dropped_documents,
    int8,
    noisy_weights,
    off_by_one,
    raised_threshold,
    swapped_labels,
)

from openmed.cli.render.layout import table
from openmed.context import Context, open_context, temporary_context
from openmed.domain.candidates.candidate import Candidate, StagedFile
from openmed.domain.digest import tree_digest
from openmed.domain.evaluation.report import BenchmarkReport, Subject
from openmed.domain.gates.report_validation import scope_of
from openmed.domain.inference.predictions import ChunkKey, PredictionsChunk, checksum
from openmed.domain.suites.suite import SuitePin
from openmed.errors import EvidenceError
from openmed.ports.storage import KeptChunk, Predictions
from openmed.steps.benchmark.runner import BenchmarkRunner, Measurement

ROOT = Path(__file__).resolve().parents[1]
TINY = "pii::tiny::onnx"
RAMPART = "rampart::tiny::onnx-q4"
RECIPE = Path("gates/recipes/pii-tiny")
NOTES = (600, 60, 15)
MOST_BYTES = 200_000_000
HEADINGS = (
    "VARIANT", "RECALL", "DECLARED", "ALONE", "LEAK", "CHARACTERS", "PRECISION", "STRICT",
    "INVALID", "DOCUMENTS",
)  # fmt: skip

Spoil = Callable[[Path], None]
SPOILT: dict[str, Spoil] = {
    "given name, surname dead": lambda folder: dead_heads(folder, "GIVEN_NAME", "SURNAME"),
    "threshold 0.5 to 0.95": partial(raised_threshold, threshold=0.95),
    "weight noise, sigma 0.1": partial(noisy_weights, sigma=0.1),
    "weight noise, sigma 0.3": partial(noisy_weights, sigma=0.3),
    "labels swapped": partial(
        swapped_labels,
        labels=(
            "PATIENT_NAME", "EMAIL", "PHONE", "URL", "SSN", "STREET_ADDRESS", "CITY", "ZIPCODE",
        ),
    ),
    "INT8, a scale per column": partial(int8, per_channel=True),
    "INT8, a scale per matrix": partial(int8, per_channel=False),
}  # fmt: skip
"""Other bytes of Rampart."""
CHANGED: dict[str, Callable[[Records, int], Records]] = {
    "ends one too late": off_by_one,
    "every 10th document dropped": dropped_documents,
}
"""Other answers of Rampart."""


class Changed:
    """Answers that a model gave before, changed on their way to the scorer."""

    def __init__(self, kept: Predictions, change: Callable[[Records, int], Records]) -> None:
        self._kept = kept
        self._change = change

    def get(self, key: ChunkKey) -> KeptChunk:
        """The changed chunk.

        Raises:
            EvidenceError: the model has not answered it, so there is nothing to change.
        """
        kept = self._kept.get(key)
        if kept is None:
            raise EvidenceError("the model as it is left a document without an answer")
        records = tuple(self._change(kept.chunk.records, key.first))
        chunk = PredictionsChunk(key=key, checksum=checksum(records), records=records)
        return KeptChunk(chunk, chunk.checksum)

    def digest(self, key: ChunkKey) -> str | None:
        """Never known before it is made."""
        return self.get(key).digest

    def put(self, chunk: PredictionsChunk) -> KeptChunk:
        """Never needed: every chunk is there or refused."""
        raise NotImplementedError(chunk.key.name)


class Work(NamedTuple):
    """One row of the table.

    Attributes:
        name: what the model is.
        candidate: its source and what it declares.
        files: what was staged of it.
        predictions: where its answers are kept.
    """

    name: str
    candidate: Candidate
    files: tuple[StagedFile, ...]
    predictions: Predictions


@dataclass(frozen=True)
class Measurer:
    """Measures models in one temporary world.

    Attributes:
        world: where.
        pin: on which suite.
    """

    world: Context
    pin: SuitePin

    def tiny(self) -> list[Work]:
        """The released build, then builds of the same script on fewer and fewer notes."""
        candidate = self._queued(TINY)
        works = [self._work("tiny, as released", candidate, self.world)]
        elsewhere = replace(self.world, root=_recipe_of_fewer_notes(self.world.artifacts / "fewer"))
        for notes in NOTES:
            fewer = _changed(candidate, source=f"recipe:{RECIPE}#notes-{notes}")
            works.append(self._work(f"tiny, {notes} notes", fewer, elsewhere))
        return works

    def rampart(self) -> list[Work]:
        """As its profile runs it, then other bytes."""
        candidate = self._queued(RAMPART)
        works = [self._work("rampart, as released", candidate, self.world)]
        staged = Path(self.world.store.path(tree_digest(works[0].files)))
        for number, (name, spoil) in enumerate(SPOILT.items()):
            place = self.world.artifacts / f"spoilt-{number}"
            copy_model(staged, place)
            spoil(place)
            other = _changed(
                candidate, source=f"file:{place}", sha256=None, profile=None, max_bytes=MOST_BYTES
            )
            works.append(self._work(f"rampart, {name}", other, self.world))
        return works

    def row(self, work: Work) -> tuple[str, ...]:
        """Run and count; what a reader of the table sees."""
        began = time.monotonic()
        world, candidate = self.world, work.candidate
        bench = BenchmarkRunner(
            inputs=world.inputs,
            store=world.store,
            runners=world.runners,
            executor=world.executor,
            predictions=work.predictions,
            progress=world.progress,
            scorer=world.scorer_code,
            linter=world.linter_code,
            may_run=True,
        )
        artifact = tree_digest(work.files)
        asked = Measurement(
            Subject(slot=candidate.slot, repo_id=candidate.repo_id, artifact=artifact),
            work.files,
            pin=self.pin,
            scope=scope_of(candidate),
            task=work.name,
            log=world.products.log(candidate.slot, artifact),
            timeout=float(candidate.timeout_seconds),
        )
        whole, alone = bench.measure(asked), bench.measure(asked, has_backstop=False)
        _say(f"{time.monotonic() - began:7.1f} s  {work.name}")
        return _cells(work.name, whole, alone)

    def _queued(self, slot: str) -> Candidate:
        return next(row for row in self.world.inputs.queue() if row.slot == slot)

    def _work(self, name: str, candidate: Candidate, world: Context) -> Work:
        files = world.sources.stage(candidate)
        _say(f"    staged {name}")
        return Work(name, candidate, files, self.world.predictions)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suite", default="golden", choices=("golden", "smoke"))
    parser.add_argument("--only", default="both", choices=("tiny", "rampart", "both"))
    parser.add_argument("--jobs", default=os.cpu_count() or 1, type=int)
    options = parser.parse_args()
    began = time.monotonic()
    with _measurer(options.suite) as measurer, ThreadPoolExecutor(options.jobs) as pool:
        tiny = measurer.tiny() if options.only != "rampart" else []
        rampart = measurer.rampart() if options.only != "tiny" else []
        rows = list(pool.map(measurer.row, [*tiny, *rampart]))
        rows += pool.map(measurer.row, _answered_otherwise(rampart))
        print(f"{measurer.pin.title}, documents in English")
    print("\n".join(table(HEADINGS, rows, width=200)))
    print(f"run time {time.monotonic() - began:.0f} s")


def _answered_otherwise(works: Sequence[Work]) -> list[Work]:
    """The first of these again, with its answers changed."""
    return [
        work._replace(name=f"rampart, {name}", predictions=Changed(work.predictions, change))
        for work in works[:1]
        for name, change in CHANGED.items()
    ]


@contextmanager
def _measurer(suite: str) -> Iterator[Measurer]:
    with temporary_context(open_context(ROOT, quiet=True), profile=None) as temporary:
        world = replace(temporary, profiles=None)
        pins = {pin.name: pin for pin in world.inputs.pins()}
        world.inputs.suite(pins[suite])
        yield Measurer(world=world, pin=pins[suite])


def _changed(candidate: Candidate, **changes: object) -> Candidate:
    return Candidate.model_validate({**candidate.model_dump(), **changes})


def _recipe_of_fewer_notes(root: Path) -> Path:
    """A repository with a copy of our recipe: the same scripts, other numbers of notes."""
    folder = root / RECIPE
    copy_model(ROOT / RECIPE, folder)
    settings = folder / "recipe.toml"
    head = settings.read_text(encoding="utf-8").partition("[builds.")[0]
    builds = "".join(f"[builds.notes-{notes}]\nnotes = {notes}\n" for notes in NOTES)
    settings.write_text(head + builds, encoding="utf-8")
    made = subprocess.run(
        [sys.executable, "-B", folder / "data.py"], check=True, capture_output=True
    )
    (folder / "data_manifest.json").write_bytes(made.stdout)
    return root


def _cells(name: str, report: BenchmarkReport, alone: BenchmarkReport) -> tuple[str, ...]:
    counts = report.overall
    declared = [row.counts for row in report.labels if row.name in report.scope.labels]
    predicted = sum(row.predicted for row in report.predictions)
    touching = sum(row.touching for row in report.predictions)
    return (
        name,
        _share(counts.covered, counts.support),
        _share(sum(c.covered for c in declared), sum(c.support for c in declared)),
        _share(alone.overall.covered, alone.overall.support),
        _share(counts.leaked, counts.characters),
        str(counts.leaked),
        _share(touching, predicted),
        _share(counts.strict, counts.support),
        str(report.invalid_predictions),
        f"{report.scored_documents}/{report.suite.documents}",
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.4f}" if whole else "no data"


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
