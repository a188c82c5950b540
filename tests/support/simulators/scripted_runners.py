"""Runners whose candidates do what the ids of their documents say, in no process of their own.

`dies` ends its child whenever it is asked, `dies-once` the first time, `crowded` whenever another
candidate computes at the same time. Everything else is answered by a span that follows from the
text; `slow` takes a moment.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.evaluation.performance import IsolationReport
from openmed.domain.inference.predictions import (
    ChunkKey,
    DocumentPredictions,
    Runtime,
    Status,
)
from openmed.domain.inference.profile import LabelRule, RunnerProfile, TokenDecoding
from openmed.domain.text.span import Document, PredictedSpan
from openmed.errors import ExternalError
from openmed.ports.execution import ChunkToAnswer, LocalSession, ModelToRun

MOMENT: Final = 0.02
RUNTIME: Final = Runtime(runner="onnx", code="a" * 64, packages=())
PROFILE: Final = RunnerProfile(
    runner="onnx",
    deterministic=True,
    tokens=TokenDecoding(
        window=8,
        stride=2,
        stitch="center,index",
        decoder="word-v1",
        threshold=0.5,
        max_padded_tokens=8,
        max_items=1,
        label_map=(LabelRule(model="NAME", canonical="PATIENT_NAME"),),
    ),
)


class ScriptedRunners:
    """Port `Runners`.

    Attributes:
        loads: how often each tree was loaded.
        open_now: how many are loaded now.
        most_open: how many were loaded at a time, at most.
        calls: how often each document was asked.
        computing: how many answer now.
        logs: those that are open.
    """

    def __init__(self) -> None:
        """Nothing is loaded."""
        self.loads: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.open_now = self.most_open = self.computing = 0
        self.logs: list[str] = []
        self.lock = threading.Lock()

    def runtime(self, runner: str) -> Runtime:
        """Always the same."""
        assert runner == RUNTIME.runner
        return RUNTIME

    def library_name(self, runner: str) -> str | None:
        """None."""
        assert runner == RUNTIME.runner
        return None

    @contextmanager
    def open(
        self,
        folder: str,
        profile: RunnerProfile,
        *,
        log: str,
        timeout: float,
        isolation_waiver: str | None = None,
    ) -> Iterator[LocalSession]:
        """Load what is named by the folder; one whose name says `broken` cannot be."""
        assert (profile, timeout, isolation_waiver) == (PROFILE, 5.0, None)
        name = Path(folder).name
        if "broken" in name:
            raise ExternalError("the benchmark child could not load the candidate")
        with self.lock:
            assert log not in self.logs
            self.logs.append(log)
            self.loads[name] += 1
            self.open_now += 1
            self.most_open = max(self.most_open, self.open_now)
        try:
            yield _Scripted(self)
        finally:
            with self.lock:
                self.logs.remove(log)
                self.open_now -= 1


class _Scripted:
    """Port `LocalSession`."""

    def __init__(self, runners: ScriptedRunners) -> None:
        self._runners = runners
        self._ended = threading.Event()

    @property
    def isolation(self) -> IsolationReport:
        """Nobody asks."""
        raise NotImplementedError

    def peak_memory(self) -> int | None:
        """As much as it is."""
        return 1 << 20

    def abort(self) -> None:
        """Have whoever waits get an error."""
        self._ended.set()

    def predict(self, documents: Sequence[Document]) -> tuple[DocumentPredictions, ...]:
        """Do what the ids say."""
        runners = self._runners
        with runners.lock:
            runners.computing += 1
            runners.calls.update(document.id for document in documents)
        try:
            return tuple(map(self._answer, documents))
        finally:
            with runners.lock:
                runners.computing -= 1

    def _answer(self, document: Document) -> DocumentPredictions:
        name, runners = document.id, self._runners
        if "slow" in name and self._ended.wait(MOMENT):
            raise _dead(name)
        if "endless" in name:
            self._ended.wait(60)
            raise _dead(name)
        is_first = runners.calls[name] == 1
        if "dies-once" in name and is_first:
            raise _dead(name)
        if "dies" in name and "dies-once" not in name:
            raise _dead(name)
        if "crowded" in name:
            time.sleep(MOMENT)
            if runners.computing > 1:
                raise _dead(name)
        span = PredictedSpan(start=0, end=len(document.text), label="PATIENT_NAME", score=0.5)
        return DocumentPredictions(document=name, status=Status.OK, spans=(span,))


def model(name: str, *, size: int = 1) -> ModelToRun:
    """A candidate of a name."""
    return ModelToRun(
        artifact=f"{sum(map(ord, name)):064x}",
        files=(StagedFile(path="model.onnx", size=size, sha256="0" * 64),),
        folder=f"/nowhere/{name}",
        profile=PROFILE,
        runtime=RUNTIME,
        log=f"/nowhere/logs/{name}.log",
        timeout=5.0,
        isolation_waiver=None,
    )


def chunks(*names: str) -> list[ChunkToAnswer]:
    """One chunk a name, of one document."""
    return [
        ChunkToAnswer(
            ChunkKey(artifact="a" * 64, runtime="b" * 64, suite="c" * 64, first=at, last=at + 1),
            (_note(name),),
        )
        for at, name in enumerate(names)
    ]


def _note(name: str) -> Document:
    return Document(
        id=name,
        language="en",
        family="note",
        slice="base",
        smoke=False,
        text=f"note {name}",
        spans=(),
    )


def _dead(name: str) -> ExternalError:
    return ExternalError(f"the benchmark child was killed over {name}", retryable=True)
