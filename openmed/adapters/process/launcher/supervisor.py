"""Starts the child, watches it, and ends all that descends from it.

Processes: this one, outside of every restriction → the first process of the child's namespace,
where there is one; it reaps → the child. Whatever loses its parent becomes ours (subreaper), so
nothing leaves by `setsid` and two forks.
"""

import os
import resource
import select
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final, NoReturn

from openmed.adapters.process.jail import Layer, Mechanisms, Order, packed, read_packed
from openmed.adapters.process.launcher import kernel, namespaces
from openmed.adapters.process.launcher.restriction import LayerMissingError, restrict
from openmed.adapters.process.launcher.watchdog import Watchdog, descendants

NOT_STARTED: Final = 127
"""What it exits with when there is no such program, like a shell."""
_TICK: Final = 0.1
_ROUNDS: Final = 1000
_NAP: Final = 0.005
_ENDING: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Supervisor:
    """One order, from start to end."""

    def __init__(self, order: Order, control: int) -> None:
        """Take an order."""
        self._order = order
        self._control = control
        jail = order.jail
        self._jail = jail
        self._status, self._tell_status = os.pipe()
        self._is_lasting = jail is not None and not jail.has(Layer.LIFETIME)
        self._has_namespaces = (
            jail is not None and jail.namespaces and jail.has(Layer.PROCESSES) and kernel.IS_LINUX
        )
        self._has_pids = self._has_namespaces and not self._is_lasting
        self._wakeup, woken = os.pipe()
        os.set_blocking(woken, False)
        signal.set_wakeup_fd(woken)
        for name in (signal.SIGCHLD, *_ENDING):
            signal.signal(name, lambda *_: None)  # the pipe says which it was

    def run(self) -> NoReturn:
        """Run the order and end as its child ended."""
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if kernel.IS_LINUX and not self._is_lasting:
            kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        watchdog = self._watchdog()
        try:
            if self._has_namespaces:
                namespaces.leave(self._flags())
            child, started = self._started()
        except OSError as error:
            self._end({"fault": _text(error)}, NOT_STARTED << 8)
        _close_streams()  # an end of the child's must be seen at the other side
        self._say({**started, "depth": 1 if self._has_pids else 0})
        if started.keys() & {"fault", "missing"}:
            self._end_all(child)
            self._end({"ended": ""}, NOT_STARTED << 8)
        status, reason = self._watched(child, watchdog)
        self._end_all(child)
        if self._has_pids and not reason:
            status = int(os.read(self._status, 16) or signal.SIGKILL)
        self._end({"ended": reason}, status)

    def _flags(self) -> int:
        flags = namespaces.IPC
        if self._jail is not None and self._jail.has(Layer.NETWORK):
            flags |= namespaces.NETWORK
        return flags | (namespaces.PROCESSES if self._has_pids else 0)

    def _watchdog(self) -> Watchdog | None:
        jail = self._jail
        if jail is None or not kernel.IS_LINUX:
            return None
        home = () if self._has_namespaces else (jail.home,)
        return Watchdog(jail, folders=(*home, *jail.writable))

    def _started(self) -> tuple[int, dict[str, object]]:
        """Start the child, or the first process of its namespace, and hear how that went."""
        hear, tell = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(hear)
            os.close(self._control)
            signal.set_wakeup_fd(-1)
            for name in (signal.SIGCHLD, *_ENDING):
                signal.signal(name, signal.SIG_DFL)
            _run(self._first if self._has_pids else self._child, tell)
        os.close(tell)
        os.close(self._tell_status)
        answers: dict[str, object] = {}
        while answer := read_packed(lambda most: os.read(hear, most)):
            answers |= answer
        os.close(hear)
        return child, answers or {"fault": "it ended before it began"}

    def _first(self, tell: int) -> NoReturn:
        """Be the first process of the namespace: mount, start the child, reap, end as it ends."""
        _die_with_parent()
        self._make_mounts()
        child = os.fork()
        if child == 0:
            _run(self._child, tell)
        os.close(tell)
        os.closerange(0, 3)
        while True:
            ended, status = os.wait()
            if ended == child:
                # The first process of a namespace cannot end by a signal of its own.
                os.write(self._tell_status, str(status).encode())
                os._exit(0)

    def _child(self, tell: int) -> NoReturn:
        """Be the child: restrict, say what is in force, become the program."""
        if not self._is_lasting and not self._has_pids and kernel.IS_LINUX:
            _die_with_parent()
        if self._has_namespaces and not self._has_pids:
            self._make_mounts()
        os.setsid()
        os.chdir(self._order.folder)
        _die_first()
        for name in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them
            signal.signal(name, signal.SIG_DFL)
        made: Mechanisms = {}
        if self._jail is not None:
            made = restrict(
                self._jail,
                has_namespaces=self._has_namespaces,
                has_pid_namespace=self._has_pids,
            )
        _tell(tell, {"layers": {str(layer): parts for layer, parts in made.items()}})
        try:
            os.execvp(self._order.command[0], self._order.command)  # noqa: S606 - no shell
        except OSError as error:
            _tell(tell, {"missing": _text(error)})
        os._exit(NOT_STARTED)

    def _make_mounts(self) -> None:
        jail = self._jail
        if jail is not None:
            namespaces.make_mounts(
                shared_memory=jail.has(Layer.FILES),
                home=jail.home if jail.has(Layer.DISK) else None,
                most=jail.most_disk,
                processes=self._has_pids,
            )

    def _watched(self, child: int, watchdog: Watchdog | None) -> tuple[int, str]:
        """Wait for the child's end, a limit, or the end of whoever ordered it."""
        next_look = time.monotonic()
        while True:
            status = _reaped(child)
            if status is not None:
                return status, ""
            timeout = None if watchdog is None else _TICK
            ready, _, _ = select.select((self._control, self._wakeup), (), (), timeout)
            signals = os.read(self._wakeup, 1 << 10) if self._wakeup in ready else b""
            if self._control in ready or set(signals) & set(_ENDING):
                return signal.SIGKILL, "left"
            if watchdog is not None and time.monotonic() >= next_look:
                reason = watchdog.passed(os.getpid())
                if reason:
                    return signal.SIGKILL, reason
                next_look = time.monotonic() + _TICK

    def _end_all(self, child: int) -> None:
        """Kill the child and what descends from it."""
        if self._is_lasting or not kernel.IS_LINUX:
            _signal(-child, signal.SIGKILL)
            return
        if self._has_pids:
            _signal(child, signal.SIGKILL)  # the kernel ends its namespace with it
        for _ in range(_ROUNDS):
            _reaped(0)
            stopped = _stopped()
            if not stopped:
                return
            for process in stopped:
                _signal(process, signal.SIGKILL)
            time.sleep(_NAP)

    def _say(self, answer: Mapping[str, object]) -> None:
        with suppress(OSError):
            os.write(self._control, packed(answer))

    def _end(self, answer: Mapping[str, object], status: int) -> NoReturn:
        self._say(answer)
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            if number != signal.SIGKILL:
                signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        os._exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 1)


def _run(part: Callable[[int], NoReturn], tell: int) -> NoReturn:
    """Run the rest of a forked process; whatever happens, it does not return to its parent's."""
    try:
        part(tell)
    except LayerMissingError as error:
        _tell(tell, {"fault": f"this machine has no {error}"})
    except BaseException as error:  # noqa: BLE001 - nothing may escape
        _tell(tell, {"fault": _text(error) if isinstance(error, OSError) else type(error).__name__})
    finally:
        os._exit(NOT_STARTED)


def _close_streams() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _tell(tell: int, answer: Mapping[str, object]) -> None:
    os.write(tell, packed(answer))


def _text(error: OSError) -> str:
    return error.strerror or str(error)


def _die_with_parent() -> None:
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)


def _die_first() -> None:
    """When the machine has no memory left, the kernel is to take this one rather than another."""
    with suppress(OSError):
        kernel.write("/proc/self/oom_score_adj", b"1000")


def _reaped(child: int) -> int | None:
    """Reap whatever ended; the child's status when it did."""
    found: int | None = None
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == child:
                found = ended[1]
    return found


def _stopped() -> set[int]:
    """Stop all that descends from this process; none of them can start another then."""
    stopped: set[int] = set()
    while new := set(descendants(os.getpid())) - stopped:
        for process in new:
            _signal(process, signal.SIGSTOP)
        stopped |= new
    return stopped


def _signal(process: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(process, number)
