"""A Dask cluster as a place where candidates compute. The only module that imports Dask.

Staged bytes travel by digest and are hashed where they arrive; every worker loads them in the jail
it would get here (`remote_session`). Orders go to one worker each, and are given up when that
worker, the scheduler or the network between is gone: Dask itself would wait for ever.

Dask's messages are pickles: whoever may speak to a scheduler can run code in its clients. So its
address must be of this machine, or TLS.
"""

import ipaddress
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

from openmed.adapters.executors.cluster_worker import Sealed, perform
from openmed.adapters.executors.remote_session import (
    SPARE_SECONDS,
    LateError,
    RemoteSession,
    UnfitError,
)
from openmed.errors import ExternalError, UsageError
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
_LOOK_SECONDS: Final = 0.25


class DaskCluster:
    """The workers of one scheduler that offer the resource.

    Attributes:
        workers: how many there were when it was opened.
        make_room: called while a load waits for a worker that others have, busy or not.
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
        self.make_room: Callable[[], None] = _make_none
        self._turn = threading.Condition()
        self._alive: frozenset[str] = frozenset()
        self._changed = monotonic()
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

    def ask(self, worker: str, order: Sealed, *, within: float, ended: threading.Event) -> bytes:
        """Have a worker do what an order says.

        Args:
            worker: its address.
            order: the order.
            within: seconds it may take.
            ended: set when nobody wants the answer any more.

        Raises:
            ExternalError: nobody wants it any more, or the scheduler is gone.
            UnfitError: the worker is gone, or late.
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
            return self._wait(future, worker, monotonic() + within, ended)
        finally:
            with suppress(Exception):
                future.release()

    def _loaded(self, model: ModelToRun) -> RemoteSession:
        tried: dict[str, str] = {}
        while True:
            worker = self._acquired(tried)
            session = RemoteSession(self.ask, worker, model)
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
        """A worker that nobody uses; waits for one, for a worker that died comes again.

        When none can be used, all who ask wait as long since the last one went or came: the end of
        a cluster costs a run that time once, however much it has to do.
        """
        with self._turn:
            while True:
                self._require_scheduler()
                usable = self._alive - self._late - tried.keys()
                free = sorted(usable - self._taken)
                if free:
                    self._taken.add(free[0])
                    return free[0]
                if not usable and monotonic() > self._changed + SPARE_SECONDS:
                    why = (*tried.values(), "none is left")[0]
                    msg = f"no worker of {self._address} can take the candidate: {why}"
                    raise ExternalError(msg, next_step=f"start workers: {START}")
                # There may be fewer workers than models that are loaded and wait for work.
                self.make_room()
                self._turn.wait(_LOOK_SECONDS)

    def _release(self, worker: str, *, is_fit: bool = True) -> None:
        with self._turn:
            self._taken.discard(worker)
            if not is_fit:
                self._late.add(worker)
                self._changed = monotonic()
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
            self._look_for_scheduler()
            raise UnfitError(f"the worker {worker} lost its order ({future.status})")
        try:
            data = future.result(timeout=PING_SECONDS)
        except Exception:  # noqa: BLE001 - a foreign message is not shown
            self._look_for_scheduler()
            raise UnfitError(f"the answer of the worker {worker} did not arrive") from None
        if not isinstance(data, bytes):
            raise UnfitError(f"the worker {worker} answered something else than an answer")
        return data

    def _require_scheduler(self) -> None:
        if self._is_lost:
            msg = f"the scheduler {self._address} does not answer any more"
            raise ExternalError(msg, next_step="start the cluster again, then openmed release run")

    def _look_for_scheduler(self) -> None:
        """Find out whether it is there: with it every order is lost, whatever its worker does."""
        while not self._is_lost and not self._look():
            threading.Event().wait(PING_SECONDS / 2)
        self._require_scheduler()

    def _watch(self) -> None:
        while not self._is_lost:
            threading.Event().wait(PING_SECONDS / 2)
            self._look()

    def _look(self) -> bool:
        """See who is there; a scheduler that is silent several times is lost."""
        try:
            found = self._client.sync(
                self._client.scheduler.identity, n_workers=-1, callback_timeout=PING_SECONDS
            )
            alive = frozenset(
                address
                for address, facts in found["workers"].items()
                if facts["resources"].get(RESOURCE, 0) >= 1
            )
        except Exception:  # noqa: BLE001 - whatever it is, it does not answer
            with self._turn:
                self._missed += 1
                self._is_lost = self._is_lost or self._missed > MOST_MISSED
                self._turn.notify_all()
            return False
        with self._turn:
            self._missed = 0
            if alive != self._alive:
                self._alive, self._changed = alive, monotonic()
            self._turn.notify_all()
        return True


def _make_none() -> None:
    """Nobody has a place to give up."""


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
