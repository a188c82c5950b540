"""Port `Executor`: several candidates at a time, each in its jail, here or on a cluster.

A worker is a thread that holds one loaded candidate: a child process, wherever that is. It keeps
to its model while chunks of it wait (`worker_choice`), so each worker loads a model once, and loads
none where memory is not free. Nothing of a candidate is in this process but what it answers.

A child that ended over a chunk may have done so because of its neighbours: the chunk is answered
once more in a fresh child while nothing else computes. If that fails too, its suite has an error.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from typing import Final, NamedTuple

from openmed.adapters.executors.one_process import LoadModel
from openmed.domain.inference.execution.worker_choice import (
    FreeMemory,
    WaitingModel,
    choose_model,
    is_room,
    needed_memory,
)
from openmed.errors import ExternalError
from openmed.ports.execution import (
    AnsweredChunk,
    ChunkToAnswer,
    ModelToRun,
    Session,
)

_END_SECONDS: Final = 10.0
"""What closing waits for a worker; its child ends with this process at the latest."""


@dataclass(eq=False)
class _Submission:
    """What one call of `answers` waits for."""

    model: ModelToRun
    waiting: deque[ChunkToAnswer]
    results: SimpleQueue[AnsweredChunk | BaseException] = field(default_factory=SimpleQueue)

    def fail(self, error: BaseException) -> None:
        """Tell whoever waits, and answer no more of it."""
        self.waiting.clear()
        self.results.put(error)


@dataclass
class _Seen:
    """What a model took so far."""

    load_seconds: float | None = None
    chunk_seconds: float = 0.0
    chunks: int = 0
    peak: int | None = None


class _Task(NamedTuple):
    """A chunk that a worker took."""

    submission: _Submission
    chunk: ChunkToAnswer


@dataclass(eq=False)
class _Worker:
    """A thread, and the child it holds.

    Attributes:
        model: identity of what it has loaded or is loading; None = nothing.
        needs: bytes that it will take, while it is loading.
        is_busy: whether its child computes.
    """

    thread: threading.Thread | None = None
    model: str | None = None
    session: Session | None = None
    log: str = ""
    needs: int = 0
    is_busy: bool = False
    stack: ExitStack = field(default_factory=ExitStack)


class WorkerPool:
    """Runs candidates in several processes."""

    def __init__(
        self, load: LoadModel, *, processes: int, memory: Callable[[], FreeMemory | None]
    ) -> None:
        """Start nothing yet.

        Args:
            load: loads a candidate.
            processes: how many may compute at a time.
            memory: what is free now where they compute; None = that is not known here.
        """
        self._load = load
        self.processes = processes
        self._memory = memory
        self._turn = threading.Condition()
        self._ending = threading.Lock()
        self._submissions: list[_Submission] = []
        self._workers: list[_Worker] = []
        self._seen: dict[str, _Seen] = {}
        self._alone: _Worker | None = None
        self._holds = 0
        self._begun = 0
        self._is_crowded = self._is_closing = self._is_interrupted = False

    def answers(
        self, model: ModelToRun, chunks: Sequence[ChunkToAnswer]
    ) -> Iterator[AnsweredChunk]:
        """Answer chunks, each once, in any order."""
        submission = _Submission(model, deque(chunks))
        with self.kept():
            self._begin(submission)
            try:
                for _ in chunks:
                    found = submission.results.get()
                    if isinstance(found, BaseException):
                        raise found
                    yield found
            finally:
                with self._turn:
                    submission.waiting.clear()
                    self._submissions.remove(submission)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep what is loaded until the block ends; then nothing of this executor computes."""
        with self._turn:
            self._holds += 1
        try:
            yield
        except (KeyboardInterrupt, SystemExit):
            self._is_interrupted = True
            self._end()
            raise
        finally:
            with self._turn:
                self._holds -= 1
                is_last = self._holds == 0
            if is_last:
                self._end()

    def make_room(self) -> None:
        """Have a worker that computes nothing give up its place: one that loads waits for one."""
        with self._turn:
            self._is_crowded = True
            self._turn.notify_all()

    def _begin(self, submission: _Submission) -> None:
        with self._turn:
            self._turn.wait_for(lambda: not self._is_closing)
            if self._is_interrupted:
                raise KeyboardInterrupt
            self._submissions.append(submission)
            while len(self._workers) < self.processes:
                worker = _Worker()
                worker.thread = threading.Thread(target=self._work, args=(worker,), daemon=True)
                self._workers.append(worker)
                worker.thread.start()
            self._turn.notify_all()

    def _end(self) -> None:
        """End every worker; interrupt whoever still waits for one."""
        with self._ending:
            with self._turn:
                self._is_closing = True
                for submission in self._submissions:
                    submission.fail(KeyboardInterrupt())
                busy = [w.session for w in self._workers if w.session and w.is_busy]
                self._turn.notify_all()
            for session in busy:
                session.abort()
            for worker in self._workers:
                if worker.thread is not None:
                    worker.thread.join(_END_SECONDS)
            with self._turn:
                self._workers.clear()
                self._alone, self._is_closing = None, False
                self._turn.notify_all()

    def _work(self, worker: _Worker) -> None:
        try:
            while (task := self._next(worker)) is not None:
                self._perform(worker, task)
        finally:
            self._unload(worker)

    def _next(self, worker: _Worker) -> _Task | None:
        """Wait for something to do; None = nothing will come."""
        while True:
            with self._turn:
                if self._is_closing or worker not in self._workers:
                    return None
                chosen = self._chosen(worker)
                must_unload = worker.model is not None and (
                    self._is_crowded if chosen is None else chosen.model.identity != worker.model
                )
                if not must_unload and chosen is not None and self._admits(worker, chosen.model):
                    return self._taken(worker, chosen)
                if not must_unload:
                    self._turn.wait()
                    continue
                self._is_crowded = False
            self._unload(worker)

    def _chosen(self, worker: _Worker) -> _Submission | None:
        """Whose chunk the worker should answer next."""
        if self._alone is not None:
            return None
        waiting = [one for one in self._submissions if one.waiting]
        models = dict.fromkeys(one.model.identity for one in waiting)
        chosen = choose_model([self._waiting(model) for model in models], loaded=worker.model)
        return next((one for one in waiting if one.model.identity == chosen), None)

    def _waiting(self, model: str) -> WaitingModel:
        seen = self._seen.get(model, _Seen())
        return WaitingModel(
            model,
            chunks=sum(len(s.waiting) for s in self._submissions if s.model.identity == model),
            workers=sum(worker.model == model for worker in self._workers),
            chunk_seconds=seen.chunk_seconds / seen.chunks if seen.chunks else None,
            load_seconds=seen.load_seconds,
        )

    def _admits(self, worker: _Worker, model: ModelToRun) -> bool:
        """Whether a worker may have a model; says that there is no room where there is none."""
        if worker.model == model.identity:
            return True
        others = [one for one in self._workers if one is not worker and one.model is not None]
        peak = self._seen.get(model.identity, _Seen()).peak
        worker.needs = needed_memory(model.bytes, peak=peak)
        reserved = sum(one.needs for one in others if one.session is None)
        if is_room(worker.needs, free=self._memory(), reserved=reserved, is_first=not others):
            return True
        self._is_crowded = True
        self._turn.notify_all()
        return False

    def _taken(self, worker: _Worker, submission: _Submission) -> _Task:
        worker.model = submission.model.identity
        worker.is_busy = True
        self._begun += 1
        self._turn.notify_all()
        return _Task(submission, submission.waiting.popleft())

    def _perform(self, worker: _Worker, task: _Task) -> None:
        """Answer a chunk, or say why not; once more, alone, where neighbours may be why."""
        is_fresh, begun = worker.session is None, self._begun
        has_company = self._has_company(worker)
        try:
            self._answer(worker, task)
        except ExternalError as error:
            self._unload(worker)
            has_company = has_company or self._has_company(worker) or self._begun != begun
            if error.retryable and (has_company or not is_fresh):
                self._perform_alone(worker, task)
            else:
                task.submission.fail(error)
        except BaseException as error:  # noqa: BLE001 - whoever waits raises it
            self._unload(worker)
            task.submission.fail(error)
        finally:
            self._rest(worker)

    def _perform_alone(self, worker: _Worker, task: _Task) -> None:
        self._rest(worker)
        with self._turn:
            self._turn.wait_for(lambda: self._is_closing or self._is_quiet())
            if self._is_closing:
                return
            self._alone, worker.is_busy = worker, True
            worker.model = task.submission.model.identity
        try:
            self._answer(worker, task)
        except BaseException as error:  # noqa: BLE001 - as above
            self._unload(worker)
            task.submission.fail(error)
        finally:
            with self._turn:
                self._alone = None
                self._turn.notify_all()

    def _is_quiet(self) -> bool:
        return self._alone is None and not any(worker.is_busy for worker in self._workers)

    def _has_company(self, worker: _Worker) -> bool:
        return any(one.is_busy for one in self._workers if one is not worker)

    def _rest(self, worker: _Worker) -> None:
        with self._turn:
            worker.is_busy = False
            self._turn.notify_all()

    def _answer(self, worker: _Worker, task: _Task) -> None:
        start = monotonic()
        seen = self._seen.setdefault(task.submission.model.identity, _Seen())
        if worker.session is None:
            self._take_log(worker, task.submission.model)
            opened = self._load(task.submission.model._replace(log=worker.log))
            worker.session = worker.stack.enter_context(opened)
            seen.load_seconds = monotonic() - start
        start = monotonic()
        answers = worker.session.predict(task.chunk.documents)
        with self._turn:
            seen.chunk_seconds += monotonic() - start
            seen.chunks += 1
        if seen.peak is None:
            seen.peak = worker.session.peak_memory()
        task.submission.results.put(AnsweredChunk(task.chunk.key, answers))

    def _take_log(self, worker: _Worker, model: ModelToRun) -> None:
        """The model's log, or one beside it where another worker writes there."""
        place = Path(model.log)
        with self._turn:
            others = {one.log for one in self._workers if one is not worker}
            names = (place.with_stem(f"{place.stem}-{n}") for n in range(2, len(others) + 3))
            free = (str(path) for path in (place, *names) if str(path) not in others)
            worker.log = next(free)

    def _unload(self, worker: _Worker) -> None:
        """End the worker's child; a log that cannot be written is an error of what still waits."""
        fault: Exception | None = None
        try:
            worker.stack.close()
        except Exception as error:  # noqa: BLE001 - whoever waits raises it
            fault = error
        with self._turn:
            for one in self._submissions:
                if fault is not None and one.model.identity == worker.model:
                    one.fail(fault)
            worker.session, worker.model, worker.log, worker.needs = None, None, "", 0
            self._turn.notify_all()
