"""Runs `openmed` where something is refused: `python limits.py FILE_BYTES ROOT_MODES WORDS…`.

FILE_BYTES: the longest file it may write, as on a disk that is full beyond that; 0 = no limit.
ROOT_MODES: `modes` makes the modes of folders count for root too; `any` leaves it as it is.
"""

import ctypes
import os
import resource
import runpy
import sys

_DROP_FROM_BOUNDING_SET, _OVERRIDE_MODES = 24, 1
"""prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE)"""


def main() -> None:
    """Set the limits, then be `openmed`."""
    size, modes, *words = sys.argv[1:]
    if modes == "modes" and os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(_DROP_FROM_BOUNDING_SET, _OVERRIDE_MODES, 0, 0, 0) != 0:
            sys.exit(77)
        # What is dropped is lost with the next program only.
        again = [sys.executable, __file__, size, "any", *words]
        os.execv(sys.executable, again)  # noqa: S606 - itself
    if int(size):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
    sys.argv = ["openmed", *words]
    runpy.run_module("openmed", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
