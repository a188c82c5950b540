"""The real command with two things changed: what time it is, and perhaps when it is killed.

Call: `python command.py TIME VERB ARGUMENTS…`. The process is killed before the VERB-th verb of
the file interface; 0 = never. Run as a program, so that nothing else of a test is in it.
"""

import functools
import os
import signal
import sys
from collections.abc import Callable
from itertools import count

from openmed.__main__ import main
from openmed.adapters import clock
from openmed.adapters.disk.disk import RealDisk

VERBS = ("create", "write", "fsync", "rename", "unlink", "make_folder", "fsync_folder")


def kill_before(number: int) -> None:
    """Let this process be killed before the n-th verb that changes or syncs anything."""
    numbers = count(1)

    def counted(verb: Callable[..., object]) -> Callable[..., object]:
        @functools.wraps(verb)
        def called(*arguments: object, **named: object) -> object:
            if next(numbers) == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return verb(*arguments, **named)

        return called

    for name in VERBS:
        setattr(RealDisk, name, counted(getattr(RealDisk, name)))


if __name__ == "__main__":
    time, verb, *arguments = sys.argv[1:]
    sys.argv[1:] = arguments
    clock.now = lambda: time
    if int(verb):
        kill_before(int(verb))
    main()
