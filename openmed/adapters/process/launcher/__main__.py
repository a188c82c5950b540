"""`python -I -m openmed.adapters.process.launcher DESCRIPTOR` runs one order.

With `probe` in its place it tries the kernel out and says what it found. DESCRIPTOR is a socket to
whoever started it. From there comes the order, one line; there go what is in force and how it
ended, a line each. Its end, also by kill -9 of the other side, ends everything that was started.
"""

import json
import socket
import sys

from openmed.adapters.process.jail import read_order
from openmed.adapters.process.launcher import landlock, namespaces, seccomp
from openmed.adapters.process.launcher.supervisor import Supervisor


def main() -> None:
    """Run what was ordered and end as it ended."""
    if sys.argv[1:] == ["probe"]:
        found = {
            "landlock": landlock.abi(),
            "seccomp": seccomp.is_known(),
            "namespaces": namespaces.work_here(),
        }
        sys.stdout.write(json.dumps(found))
        return
    control = socket.socket(fileno=int(sys.argv[1]))
    with control.makefile("rb") as lines:
        order = read_order(lines.readline())
    Supervisor(order, control).run()


if __name__ == "__main__":
    main()
