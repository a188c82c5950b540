"""Ctrl-C and SIGTERM end a run the same way: children end, products stay whole, exit code 130.

Python turns only SIGINT into an exception; at SIGTERM it would die without ending its children
or writing its report.
"""

import signal
import sys
from types import FrameType, TracebackType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_seen: list[int] = []


def install_handlers() -> None:
    """Turn both signals into `KeyboardInterrupt`; an uncaught one is told in one line."""
    for number in _SIGNALS:
        signal.signal(number, _raise)
    sys.excepthook = _tell


def is_interrupted() -> bool:
    """Whether one of them came."""
    return bool(_seen)


def _raise(number: int, frame: FrameType | None) -> None:
    del frame
    _seen.append(number)
    raise KeyboardInterrupt


def _tell(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.stderr.write("interrupted; run it again to continue\n")
        return
    sys.__excepthook__(kind, error, traceback)
