"""A Dask cluster as a place where candidates compute. The only module that imports Dask.

Staged bytes travel by digest and are hashed where they arrive; every worker loads them in the jail
it would get here. An answer is read like that of any child: records of the documents that were
asked, or it is none. Orders go to one worker each, and are given up when that worker, the
scheduler or the network between is gone: Dask itself would wait for ever.

Dask's messages are pickles: whoever may speak to a scheduler can run code in its clients. So its
address must be of this machine, or TLS.
"""

import ipaddress
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

from openmed.adapters.disk import atomic
from openmed.adapters.executors.cluster_worker import Sealed, perform
from openmed.adapters.runners.answer_reader import AnswerReader
from openmed.domain.digest import Json
from openmed.domain.evaluation.performance import IsolationReport
from openmed.domain.inference.predictions import DocumentPredictions
from openmed.domain.text.span import Document
from openmed.domain.wire import plain, read_json
from openmed.errors import EvidenceError, ExternalError, UsageError
from openmed.ports.execution import ModelToRun, Session

RESOURCE: Final = "openmed"
"""What a worker must offer one of, for each candidate it may run at a time."""
INSTALL: Final = "pip install 'openmed-release[dask]'"
START: Final = f"dask worker ADDRESS --nthreads 1 --resources {RESOURCE}=1"
CONNECT_SECONDS: Final = 20.0
PING_SECONDS: Final = 5.0
"""Between two looks at the scheduler, and what each may take."""
MOST_MISSED: Final = 2
"""Looks that may fail in a row."""
SPARE_SECONDS: Final = 30.0
"""What an order may take besides what its candidate may: travelling and queueing."""
SEND_SECONDS: Final = 300.0
PART: Final = 4 << 20
"""Bytes of a file that travel at a time."""
_LOOK_SECONDS: Final = 0.25


class DaskCluster:
    """The workers of one scheduler that offer the resource.

    Attributes:
        workers: how many there were when it was opened.
    """

    def __init__(self, address: str) -> None:
        """Connect.

        Raises:
            UsageError: the address is neither of this machine nor TLS, Dask is not installed,
                nobody answers, or no worker offers the resource.
        """
        require_safe(address)
        self._client = _connected(address)
        self._address = address
        self._turn = threading.Condition()
        self._alive: frozenset[str] = frozenset()
        self._missed = 0
        self._is_lost = False
        self._taken: set[str] = set()
        self._late: set[str] = set()
        self._look()
        self.workers = len(self._alive)
        if not self.workers:
            self._client.close()
            msg = f"no worker of {address} offers the resource {RESOURCE}"
            raise UsageError(msg, next_step=f"start workers: {START}")
        threading.Thread(target=self._watch, daemon=True).start()

    def close(self) -> None:
        """Leave; what its workers have loaded is ended by the next one who comes, or with them."""
        self._is_lost = True
        with suppress(Exception):
            self._client.close(timeout=1)

    @contextmanager
    def load(self, model: ModelToRun) -> Iterator[Session]:
        """Load a candidate on a worker that is free and takes it.

        Raises:
            EvidenceError: it brings code, and the worker cannot isolate it; or the worker runs
                other packages.
            ExternalError: it cannot be loaded, or there is no worker any more.
        """
        session = self._loaded(model)
        try:
            yield session
        finally:
            session.close()
            self._release(session.worker, is_fit=session.is_fit)

    def ask(self, worker: str, order: Sealed, *, within: float, ended: threading.Event) -> Json:
        """Have a worker do what an order says.

        Args:
            worker: its address.
            order: the order.
            within: seconds it may take.
            ended: set when nobody wants the answer any more.

        Raises:
            EvidenceError: the worker says so.
            ExternalError: the worker says so, or is gone, or late; `UnfitError` = its machine is
                the reason.
        """
        self._require_scheduler()
        future = self._client.submit(
            perform,
            order,
            workers=[worker],
            allow_other_workers=False,
            resources={RESOURCE: 1},
            pure=False,
            retries=0,
        )
        try:
            return _answer(self._wait(future, worker, monotonic() + within, ended))
        finally:
            with suppress(Exception):
                future.release()

    def _loaded(self, model: ModelToRun) -> "_RemoteSession":
        tried: dict[str, str] = {}
        while True:
            worker = self._acquired(tried)
            session = _RemoteSession(self, worker, model)
            try:
                session.load()
            except UnfitError as error:
                # Its disk is full, or it is gone: another one may do.
                tried[worker] = error.message
                self._release(worker, is_fit=session.is_fit)
            except BaseException:
                self._release(worker)
                raise
            else:
                return session

    def _acquired(self, tried: Mapping[str, str]) -> str:
        """A worker that nobody uses; waits for one, for a worker that died comes again."""
        deadline = monotonic() + SPARE_SECONDS
        with self._turn:
            while True:
                self._require_scheduler()
                usable = self._alive - self._late - tried.keys()
                free = sorted(usable - self._taken)
                if free:
                    self._taken.add(free[0])
                    return free[0]
                if monotonic() > deadline and not usable:
                    why = (*tried.values(), "none is left")[0]
                    msg = f"no worker of {self._address} can take the candidate: {why}"
                    raise ExternalError(msg, next_step=f"start workers: {START}")
                self._turn.wait(_LOOK_SECONDS)

    def _release(self, worker: str, *, is_fit: bool = True) -> None:
        with self._turn:
            self._taken.discard(worker)
            if not is_fit:
                self._late.add(worker)
            self._turn.notify_all()

    def _wait(
        self,
        future: Any,  # noqa: ANN401 - Dask ships no types
        worker: str,
        deadline: float,
        ended: threading.Event,
    ) -> bytes:
        woken = threading.Event()
        future.add_done_callback(lambda _: woken.set())
        while not woken.wait(_LOOK_SECONDS):
            if ended.is_set():
                raise ExternalError("the order was withdrawn", retryable=True)
            self._require_scheduler()
            if worker not in self._alive:
                raise UnfitError(f"the worker {worker} is gone")
            if monotonic() > deadline:
                raise LateError(f"the worker {worker} did not answer in time")
        if future.status != "finished":
            self._require_scheduler()
            raise UnfitError(f"the worker {worker} lost its order ({future.status})")
        try:
            data = future.result(timeout=PING_SECONDS)
        except Exception:  # noqa: BLE001 - a foreign message is not shown
            self._require_scheduler()
            raise UnfitError(f"the answer of the worker {worker} did not arrive") from None
        if not isinstance(data, bytes):
            raise UnfitError(f"the worker {worker} answered something else than an answer")
        return data

    def _require_scheduler(self) -> None:
        if self._is_lost:
            msg = f"the scheduler {self._address} does not answer any more"
            raise ExternalError(msg, next_step="start the cluster again, then openmed release run")

    def _watch(self) -> None:
        while not self._is_lost:
            threading.Event().wait(PING_SECONDS / 2)
            self._look()

    def _look(self) -> None:
        """See who is there; a scheduler that is silent several times is lost."""
        try:
            found = self._client.sync(
                self._client.scheduler.identity, n_workers=-1, callback_timeout=PING_SECONDS
            )
        except Exception:  # noqa: BLE001 - whatever it is, it does not answer
            self._missed += 1
        else:
            self._missed = 0
            with self._turn:
                self._alive = frozenset(
                    address
                    for address, facts in found["workers"].items()
                    if facts["resources"].get(RESOURCE, 0) >= 1
                )
                self._turn.notify_all()
        if self._missed > MOST_MISSED:
            self._is_lost = True
            with self._turn:
                self._turn.notify_all()


class UnfitError(ExternalError):
    """A worker is gone, late, or has no room: the candidate need not be the reason."""

    def __init__(self, message: str) -> None:
        """It may be tried elsewhere."""
        super().__init__(message, retryable=True)


class LateError(UnfitError):
    """A worker does not answer: it is not asked again."""


class _RemoteSession:
    """Port `Session`: a candidate loaded on a worker.

    Attributes:
        worker: its address.
        is_fit: whether it may be asked again.
    """

    def __init__(self, cluster: DaskCluster, worker: str, model: ModelToRun) -> None:
        self.worker = worker
        self._cluster = cluster
        self._model = model
        self._ended = threading.Event()
        self._said: list[str] = []
        self._child_said = ""
        self._reader = AnswerReader(self._said.append)
        self._peak: int | None = None
        self.is_fit = self._is_open = True

    @property
    def isolation(self) -> IsolationReport:
        """Nobody asks: performance is measured where the command runs."""
        raise NotImplementedError

    def peak_memory(self) -> int | None:
        """Most memory the child had, as the worker says."""
        return self._peak

    def abort(self) -> None:
        """Have whoever waits get an error; the worker ends the child before it loads another."""
        self._ended.set()

    def load(self) -> None:
        """Send what is not there, and load it.

        Raises:
            OpenMedError: as `DaskCluster.load`; `UnfitError` = another worker may do.
        """
        if self._ask("has", within=SEND_SECONDS) is not True:
            for file in self._model.files:
                self._send(file.path)
            self._ask("admit", within=SEND_SECONDS)
        self._ask("load", within=self._model.timeout + SPARE_SECONDS)

    def predict(self, documents: Sequence[Document]) -> tuple[DocumentPredictions, ...]:
        """Answer for each document, in order; a document that failed says so."""
        self._reader.ask(documents)
        texts = [{"id": document.id, "text": document.text} for document in documents]
        body = json.dumps(texts).encode()
        answer = self._ask("predict", body, within=self._model.timeout + SPARE_SECONDS)
        try:
            found = answer if isinstance(answer, dict) else {}
            peak = found.get("peak")
            self._peak = peak if isinstance(peak, int) else None
            return self._reader.read(documents, found.get("answers"))
        except EvidenceError as error:
            raise ExternalError(error.message, next_step=f"read {self._model.log}") from None

    def close(self) -> None:
        """End the child, and write down what it said."""
        if self._is_open and not self._ended.is_set():
            with suppress(EvidenceError, ExternalError):
                self._child_said = str(self._ask("close", within=SPARE_SECONDS))
        text = "".join(f"{line}\n" for line in (self._child_said.rstrip("\n"), *self._said) if line)
        atomic.write(Path(self._model.log), text.encode())

    def _send(self, path: str) -> None:
        with (Path(self._model.folder) / path).open("rb") as file:
            is_more = False
            while (part := file.read(PART)) or not is_more:
                more: dict[str, Json] = {"path": path, "is_more": is_more}
                self._ask("take", part, within=SEND_SECONDS, more=more)
                is_more = True

    def _ask(
        self, what: str, body: bytes = b"", *, within: float, more: dict[str, Json] | None = None
    ) -> Json:
        model = self._model
        head: dict[str, Json] = {
            "do": what,
            "artifact": model.artifact,
            "files": [plain(file) for file in model.files],
            "runtime": plain(model.runtime),
            "timeout": model.timeout,
            "isolation_waiver": model.isolation_waiver,
            **(more or {}),
        }
        try:
            return self._cluster.ask(
                self.worker, Sealed(head, body), within=within, ended=self._ended
            )
        except UnfitError as error:
            self._is_open = False
            self.is_fit = not isinstance(error, LateError)
            raise
        except _SaidFault as said:
            self._child_said = said.log
            raise said.error from None


class _SaidFault(Exception):  # noqa: N818 - it carries an error
    """A fault that a worker told, and the log of its child."""

    def __init__(self, error: EvidenceError | ExternalError, log: str) -> None:
        super().__init__(error.message)
        self.error = error
        self.log = log


def require_safe(address: str) -> None:
    """Refuse a scheduler that anybody on a network could speak to.

    Raises:
        UsageError: it is not TLS, and not on this machine.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme not in {"tcp", "tls"} or not host:
        msg = f"{address[:80]!r} is no address of a scheduler; it is like tcp://127.0.0.1:8786"
        raise UsageError(msg)
    is_here = host == "localhost"
    with suppress(ValueError):
        is_here = is_here or ipaddress.ip_address(host).is_loopback
    if parts.scheme == "tcp" and not is_here:
        msg = (
            f"the scheduler {address[:80]} is on a network, and without TLS anybody there can run "
            "code in this process"
        )
        raise UsageError(msg, next_step="use tls:// with certificates, or a tunnel to 127.0.0.1")


def _connected(address: str) -> Any:  # noqa: ANN401 - Dask ships no types
    try:
        from distributed import Client  # noqa: PLC0415 - heavy, and an extra
    except ImportError:
        raise UsageError("Dask is not installed", next_step=INSTALL) from None
    connect: Any = Client
    try:
        return connect(address, timeout=CONNECT_SECONDS, set_as_default=False, name="openmed")
    except (OSError, ValueError, RuntimeError):
        msg = f"the scheduler {address} cannot be reached"
        raise UsageError(msg, next_step="dask scheduler --host 127.0.0.1") from None


def _answer(data: bytes) -> Json:
    try:
        answer: Json = read_json(data, what="the answer of a worker")
    except EvidenceError as error:
        raise UnfitError(error.message) from None
    if isinstance(answer, dict) and "done" in answer:
        done: Json = answer["done"]
        return done
    if not isinstance(answer, dict) or not isinstance(answer.get("fault"), str):
        raise UnfitError("a worker answered something else than an answer")
    if answer.get("is_unfit") is True:
        raise UnfitError(str(answer["fault"])[:_LONGEST])
    message, log = str(answer["fault"])[:_LONGEST], str(answer.get("log", ""))
    if answer.get("is_evidence") is True:
        raise _SaidFault(EvidenceError(message), log)
    raise _SaidFault(ExternalError(message, retryable=answer.get("is_retryable") is True), log)


_LONGEST: Final = 600
"""Characters of a fault that are shown."""
