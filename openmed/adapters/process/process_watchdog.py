"""Runs a program that knows nothing of us, and ends it when our process is gone.

Run as `python -I -S guard.py PROGRAM ARGUMENT…` in a process group of its own, with a pipe to
the parent as stdin. The end of that pipe, also by kill -9 of the parent, kills the group.
Imports nothing of this package, so that it starts in no time.
"""

import os
import signal
import subprocess
import sys
import threading

NOT_STARTED = 127
"""What it exits with when there is no such program, like a shell."""


def main() -> None:
    """Run the program and end as it ended."""
    try:
        process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)  # noqa: S603 - the parent's own command
    except OSError:
        sys.exit(NOT_STARTED)
    threading.Thread(target=_watch, daemon=True).start()
    code = process.wait()
    if code < 0:
        if -code not in {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


def _watch() -> None:
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
