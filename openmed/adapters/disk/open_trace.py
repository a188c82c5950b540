"""Records what a process opens, lists, starts and connects to, as Python's audit events tell it.

So what an answer rests on is found, not listed by hand: a file that a later version reads too is
recorded without anybody thinking of it. Looks that open nothing (`stat`) have no event; whoever
needs those must know them.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_FILES = frozenset({"open", "os.listdir", "os.scandir"})
_NETWORK = frozenset({"socket.connect", "socket.getaddrinfo", "socket.sendto"})


@dataclass
class Trace:
    """What happened while it was open.

    Attributes:
        paths: files and folders that were opened or listed, there or not, as they were named.
        programs: programs that were started.
        has_network: whether anything outside this machine may have been asked.
    """

    paths: set[str] = field(default_factory=set)
    programs: set[str] = field(default_factory=set)
    has_network: bool = False

    def note(self, event: str, arguments: tuple[object, ...]) -> None:
        """Take one event."""
        if event in _FILES:
            first = arguments[0] if arguments else None
            if isinstance(first, (str, bytes)):
                self.paths.add(os.fsdecode(first))
            elif first is None:
                self.paths.add(".")
        elif event == "subprocess.Popen":
            self.programs.add(str(arguments[0]))
        elif event in _NETWORK:
            self.has_network = True


_open: list[Trace] = []
_installed: list[bool] = []


@contextmanager
def traced() -> Iterator[Trace]:
    """Record until the end of the block, in every thread of this process."""
    if not _installed:
        sys.addaudithook(_audit)  # There is no way to remove one.
        _installed.append(True)
    trace = Trace()
    _open.append(trace)
    try:
        yield trace
    finally:
        _open.remove(trace)


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    for trace in _open:
        trace.note(event, arguments)
