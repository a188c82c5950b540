"""The jail as older kernels have it: what their Landlock does not know, the filter of calls closes.

The rules are made for an older version of Landlock than the one that is here, in a process of
its own; what it could do afterwards is what it could do there.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from openmed.adapters.process.isolation import STANDARD as ISOLATION
from openmed.adapters.process.isolation import Rooms, probe
from openmed.adapters.process.jail import Order

pytestmark = pytest.mark.skipif(not probe().isolates, reason="the kernel cannot isolate")

SCRIPT = """
import fcntl, io, json, os, resource, signal, sys
from openmed.adapters.process.jail import read_order
from openmed.adapters.process.launcher import landlock, restriction

version, victim, parent, order = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
landlock.abi = lambda: version
if not int(sys.argv[5]):
    jail = read_order(io.BytesIO(bytes.fromhex(order)).read).jail
    restriction.restrict(jail, has_namespaces=False, has_pid_namespace=False)
found = {}

def tried(name, attempt):
    try:
        attempt()
        found[name] = "done"
    except OSError as error:
        found[name] = type(error).__name__

own = os.fork()
if own == 0:
    signal.pause()

def owned():
    fcntl.fcntl(0, fcntl.F_SETOWN, parent)

tried("read", lambda: os.listdir(victim))
tried("write", lambda: open(victim + "/other", "w").close())
tried("shorten", lambda: os.truncate(victim + "/other", 1))
tried("signal", lambda: os.kill(parent, 0))
tried("owner of a stream", owned)
tried("limits", lambda: resource.prlimit(parent, resource.RLIMIT_NOFILE))
tried("own limits", lambda: resource.prlimit(0, resource.RLIMIT_NOFILE))
tried("own file", lambda: open(os.environ["HOME"] + "/x", "w").close())
print(json.dumps(found))
os.killpg(0, 9)
"""
CLOSED = ("read", "write", "shorten", "signal", "owner of a stream", "limits")
OWN = ("own limits", "own file")


def found_with(version: int, folder: Path, *, is_open: bool = False) -> dict[str, str]:
    """What a process may do under rules of a version of Landlock."""
    home, victim = folder / "home", folder / "victim"
    for place in (home, victim):
        place.mkdir()
    (victim / "other").write_text("words")
    jail = ISOLATION.jail(home, Rooms(), is_required=True)
    order = Order(command=("true",), folder=str(home), jail=jail)
    with subprocess.Popen(
        [
            *(sys.executable, "-c", SCRIPT, str(version), str(victim), str(os.getpid())),
            *(order.packed().hex(), str(int(is_open))),
        ],
        env={**os.environ, "HOME": str(home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        said, _ = process.communicate(timeout=60)
    return dict(json.loads(said))


@pytest.mark.parametrize("version", range(1, probe().landlock + 1))
def test_every_version_is_closed(version: int, tmp_path: Path) -> None:
    """What is its own stays possible."""
    found = found_with(version, tmp_path)
    assert {name: found[name] for name in CLOSED} == dict.fromkeys(CLOSED, "PermissionError")
    assert {name: found[name] for name in OWN} == dict.fromkeys(OWN, "done")


def test_without_rules_all_is_possible(tmp_path: Path) -> None:
    """Or the test above would prove nothing."""
    found = found_with(probe().landlock, tmp_path, is_open=True)
    assert set(found.values()) == {"done"}
