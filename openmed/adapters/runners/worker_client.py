"""Port `Runners`: each candidate in a child process without keys or tokens.

The child is not trusted to speak well: an answer that is late, too long, malformed, for
other documents or out of order ends it. Spans are passed on as they are; whether they make
sense is for the gates to say.
"""

import json
import os
import re
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from openmed.adapters.code.source_files import SourceFiles
from openmed.adapters.process.child_process import (
    Child,
    Confinement,
    child,
    ending,
    has_ended,
    why_ended,
)
from openmed.adapters.process.isolation import Isolation, Rooms
from openmed.adapters.process.jail import REQUIRED
from openmed.adapters.process.launcher.watchdog import descendants
from openmed.adapters.process.printable_log import PrintableLog, printable_log
from openmed.adapters.runners import installed_runners, worker_start
from openmed.adapters.runners.packages import ADD_PIN, install_step
from openmed.adapters.runners.pinned_packages import PinnedPackages
from openmed.domain.digest import Json
from openmed.domain.evaluation.performance import IsolationReport
from openmed.domain.inference.answer_faults import LoadFault
from openmed.domain.inference.candidate_code import NEXT
from openmed.domain.inference.execution.answer_reader import AnswerReader
from openmed.domain.inference.predictions import DocumentPredictions, Runtime
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.text.span import Document
from openmed.domain.wire import from_plain, plain, read_json
from openmed.errors import EvidenceError, ExternalError
from openmed.ports.execution import LocalSession

CHILD = (sys.executable, "-P", "-s", worker_start.__file__)
_FAREWELL_SECONDS = 2.0
_LONGEST_ANSWER = 1 << 26
_LONGEST_FAULT = 600


class WorkerRunners:
    """Runs candidates in child processes.

    Attributes:
        homes: folder in which each child's home is made.
        sources: reads our sources; what it knows is kept before a child starts, which asks
            the same.
        command: what is started; another program that speaks like `worker` will do.
        isolation: how candidates are isolated here.
    """

    def __init__(
        self,
        *,
        homes: Path,
        sources: SourceFiles | None = None,
        command: Sequence[str] = CHILD,
        isolation: Isolation | None = None,
    ) -> None:
        """Keep the command."""
        self.homes = homes
        self.sources = sources or SourceFiles()
        self.command = tuple(command)
        self.isolation = isolation or Isolation()
        self._packages = PinnedPackages(homes.with_name("packages"))
        self._runtimes: dict[str, Runtime] = {}
        self._lock = threading.RLock()

    def runtime(self, runner: str) -> Runtime:
        """What would run with this runner now.

        Raises:
            UsageError: the runner is unknown or its packages are not installed.
        """
        with self._lock:  # what is known of the sources is no business of two threads
            if runner not in self._runtimes:
                self._runtimes[runner] = installed_runners.runtime(runner, sources=self.sources)
            return self._runtimes[runner]

    def library_name(self, runner: str) -> str | None:
        """Library that loads what this runner runs, as the Hub calls it; None when none does.

        Raises:
            UsageError: the runner is unknown.
        """
        return installed_runners.runner_type(runner).library_name

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
        """Load an artifact in a child process that ends with the block.

        Args:
            folder: the staged tree.
            profile: its profile.
            log: file that gets what the child says; emptied first.
            timeout: seconds the child may take to load, and again for each call.
            isolation_waiver: why it may run on a machine that cannot isolate its code; None = it
                may not.

        Raises:
            UsageError: the runner is unknown or its packages are not installed.
            EvidenceError: it brings code, and the machine cannot isolate it.
            ExternalError: the child could not load it.
        """
        runtime = self.runtime(profile.runner)
        brings_code = installed_runners.brings_code(profile.runner)
        if brings_code and isolation_waiver is None:
            self.isolation.require(what=f"the runner {profile.runner} runs code of the candidate")
        tree = Path(folder).resolve()
        said = Path(log)
        with self._lock:
            self.sources.keep()
            packages = self._packages.folder(
                tree, profile, log=said.with_name(f"{said.stem}.packages.log")
            )
        own = (tree,) if packages is None else (tree, packages)
        rooms = Rooms(executable=own, readable=tuple(map(Path, self.sources.kept_in)))
        with (
            printable_log(Path(log)) as words,
            child(
                (*self.command, *self.sources.kept_in),
                homes=self.homes,
                cwd=None,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words.fileno(),
                confinement=Confinement(
                    self.isolation, rooms, is_required=brings_code and isolation_waiver is None
                ),
            ) as process,
        ):
            session = WorkerSession(process, log=log, words=words, timeout=timeout)
            session.waiver = isolation_waiver if brings_code else None
            if brings_code:
                session.own_advice = _advice_for(profile)
            try:
                session.load(str(tree), profile, runtime, packages=packages)
                yield session
            finally:
                session.close()


class WorkerSession:
    """Port `LocalSession`: a candidate loaded in a child process.

    Attributes:
        waiver: why it may run where its code cannot be isolated.
        own_advice: what the child may advise where a candidate's code might speak through it;
            None = anything, for it runs our code only.
    """

    waiver: str | None = None
    own_advice: frozenset[str] | None = None

    def __init__(self, process: Child, *, log: str, words: PrintableLog, timeout: float) -> None:
        """Take over a child that was just started."""
        self._process = process
        self._requests = _pipe(process.stdin)
        self._answers = _pipe(process.stdout)
        self._log = log
        self._words = words
        self._reader = AnswerReader(words.say)
        self._is_sealed = False
        self._timeout = timeout
        self._is_open = True
        os.set_blocking(self._requests.fileno(), False)

    def load(
        self,
        folder: str,
        profile: RunnerProfile,
        runtime: Runtime,
        *,
        packages: Path | None = None,
    ) -> None:
        """Have it load an artifact.

        Raises:
            ExternalError: it cannot, or it computes with something else than it should.
        """
        answer = self._ask(
            {
                "folder": folder,
                "profile": plain(profile),
                "packages": None if packages is None else str(packages),
            }
        )
        if isinstance(answer, dict) and "fault" in answer:
            raise self._not_loaded(answer)
        if answer != {"ready": plain(runtime)}:
            msg = "the benchmark child does not run what the parent would record"
            raise self._stopped(msg)

    def predict(self, documents: Sequence[Document]) -> tuple[DocumentPredictions, ...]:
        """Answer for each document, in order; a document that failed says so.

        Raises:
            ExternalError: the child died, exceeded its time or answered something else.
        """
        if not documents:
            return ()
        if not self._is_sealed:
            self._words.seal()
            self._is_sealed = True
        self._reader.ask(documents)
        answer = self._ask([{"id": document.id, "text": document.text} for document in documents])
        try:
            return self._reader.read(documents, answer)
        except EvidenceError as error:
            raise self._stopped(error.message) from None

    def peak_memory(self) -> int | None:
        """Most memory the child had so far, in bytes; None where it cannot be read.

        Asked of the kernel, because a candidate may not report on itself. `ru_maxrss` would
        count the moment before exec too, when the child was a copy of this process. What the
        candidate started counts with it: the peaks of all its processes together.
        """
        jailed = descendants(self._process.pid, deeper_than=self._process.depth)
        peaks = [_peak(process) for process in jailed]
        return sum(peaks) if any(peaks) else None

    @property
    def isolation(self) -> IsolationReport:
        """How it is isolated."""
        made = self._process.mechanisms
        return IsolationReport(
            layers=tuple(f"{layer}: {parts}" for layer, parts in made.items()),
            waiver=None if made.keys() >= REQUIRED else self.waiver,
        )

    def abort(self) -> None:
        """End the child at once, from any thread; whoever waits for its answer gets an error."""
        self._process.end()

    def close(self) -> None:
        """Tell the child to end, give it a moment, then kill what is left of it."""
        self._is_open = False
        self._requests.close()
        has_ended(self._process, within=_FAREWELL_SECONDS)
        self._process.end()

    def _ask(self, request: Json) -> Json:
        if not self._is_open:
            msg = "the benchmark child has ended"
            raise ExternalError(msg, next_step=f"read {self._log}")
        line = self._exchange(f"{json.dumps(request)}\n".encode())
        try:
            return read_json(line, what="its answer")
        except EvidenceError as error:
            msg = f"the benchmark child broke the protocol: {error.message}"
            raise self._stopped(msg) from None

    def _exchange(self, request: bytes) -> bytes:
        """Write and read at once, so that neither side can hold up the clock."""
        deadline = time.monotonic() + self._timeout
        rest, answer = memoryview(request), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._requests, selectors.EVENT_WRITE)
            selector.register(self._answers, selectors.EVENT_READ)
            while (left := deadline - time.monotonic()) > 0:
                for key, _ in selector.select(left):
                    if key.fileobj is self._requests:
                        rest = self._write(rest)
                        if not rest:
                            selector.unregister(self._requests)
                    elif self._read(answer):
                        return bytes(answer)
        msg = f"the benchmark child did not answer within {self._timeout:g} s; log: {self._log}"
        raise self._stopped(msg, retryable=True)

    def _write(self, rest: memoryview) -> memoryview:
        try:
            return rest[os.write(self._requests.fileno(), rest) :]
        except BlockingIOError:
            return rest
        except BrokenPipeError:
            return rest[:0]  # it is gone; the end of its answers says how

    def _read(self, answer: bytearray) -> bool:
        """Take what there is; True once the answer is whole."""
        data = os.read(self._answers.fileno(), 1 << 16)
        if not data:
            raise self._died()
        answer += data
        place = data.find(b"\n")
        if len(answer) > _LONGEST_ANSWER or 0 <= place < len(data) - 1:
            msg = "the benchmark child broke the protocol: it said more than it was asked"
            raise self._stopped(msg)
        return place >= 0

    def _died(self) -> ExternalError:
        if not has_ended(self._process, within=_FAREWELL_SECONDS):
            return self._stopped("the benchmark child closed its answers")
        why = why_ended(self._process)
        self._process.end()
        msg = f"the benchmark child {why or ending(self._process.returncode)}; log: {self._log}"
        return self._stopped(msg, retryable=True)

    def _not_loaded(self, answer: Json) -> ExternalError:
        try:
            told = from_plain(LoadFault, answer, what="its answer")
        except EvidenceError as error:
            return self._stopped(f"the benchmark child broke the protocol: {error.message}")
        msg = f"the benchmark child could not load the candidate: {told.fault[:_LONGEST_FAULT]}"
        stopped = self._stopped(msg)
        if told.next_step and (self.own_advice is None or told.next_step in self.own_advice):
            return ExternalError(stopped.message, next_step=told.next_step)
        return stopped

    def _stopped(self, msg: str, *, retryable: bool = False) -> ExternalError:
        self._is_open = False
        self._process.end()
        return ExternalError(msg, next_step=f"read {self._log}", retryable=retryable)


def _advice_for(profile: RunnerProfile) -> frozenset[str]:
    pins = profile.spans.packages if profile.spans else ()
    return frozenset({ADD_PIN, NEXT, *map(install_step, pins)})


def _peak(process: int) -> int:
    """Most memory of one process so far, in bytes; 0 where it cannot be read."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB$", lines, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        msg = "the child was started without pipes"
        raise ValueError(msg)
    return stream
