"""The launcher: `isolation.LAUNCHER DESCRIPTOR` runs one order.

With `probe` in its place it tries the kernel out and says what it found. DESCRIPTOR is a socket to
whoever started it. From there comes the order; there go what is in force and how it ended. Its
end, also by kill -9 of the other side, ends everything that was started.
"""

import os
import sys

from openmed.adapters.process.jail import packed, read_order
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
        os.write(1, packed(found))
        return
    control = int(sys.argv[1])
    os.set_inheritable(control, False)  # noqa: FBT003 - as the library has it
    Supervisor(read_order(lambda most: os.read(control, most)), control).run()


if __name__ == "__main__":
    main()
