"""The jail: what a run may use, how it ends, and what happens where it cannot be made."""

import json
import os
import sys
from pathlib import Path

import pytest
from support.jails import HAS_NAMESPACES, HOWEVER, RULES, Kind, run_body
from support.processes import eventually

from openmed.adapters.process.child_process import Confinement, run_logged
from openmed.adapters.process.isolation import Isolation, Kernel, Rooms, probe
from openmed.adapters.process.jail import REQUIRED, Jail, Layer
from openmed.adapters.runners.worker_client import WorkerRunners
from openmed.domain.evaluation.performance import IsolationReport
from openmed.domain.inference.profile import RunnerProfile, SpanSource
from openmed.errors import ExternalError

pytestmark = pytest.mark.skipif(not probe().isolates, reason="the kernel cannot isolate")

MIB = 1 << 20
ALL = frozenset(Layer)


STAY = """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        code = "import time; time.sleep(60)"
        os.execv(sys.executable, [sys.executable, "-S", "-c", code, "{token}"])
    os._exit(0)
os.wait()
time.sleep(0.3)
return "done"
"""


@HOWEVER
def test_nothing_outlives_the_run(tmp_path: Path, namespaces: bool) -> None:  # noqa: FBT001 - as above
    """Neither by a session of its own nor by two forks."""
    token = f"stays-{os.getpid()}-{namespaces}"
    code = STAY.format(token=token)
    assert run_body(code, tmp_path / "a", runner="recipe", namespaces=namespaces).answer == "done"
    assert _with(token) == []


def test_without_the_layer_it_stays(tmp_path: Path) -> None:
    """It is then for the test to end it."""
    token = f"stays-{os.getpid()}-open"
    without = frozenset({Layer.LIFETIME})
    answer = run_body(
        STAY.format(token=token), tmp_path / "a", runner="recipe", without=without
    ).answer
    assert answer == "done"
    found = _with(token)
    for process in found:
        os.kill(process, 9)
    assert len(found) == 1
    assert eventually(lambda: _with(token) == [], within=5)


def _with(token: str) -> list[int]:
    """Processes that have a word on their command line."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if token.encode() in place.read_bytes().split(b"\0"):
                found.append(int(place.parent.name))
        except OSError:
            continue
    return found


HOARD = """
import mmap
kept = []
for _ in range({blocks}):
    kept.append({block})
    time.sleep(0.01)
time.sleep(0.2)
return "done"
"""
BLOCKS = {
    "its own": "bytearray(16 << 20)",
    "of children": "os.fork() or [bytearray(16 << 20), time.sleep(5)]",
}
DISK = {
    "many files": "open(os.environ['HOME'] + '/%d' % len(kept), 'wb').write(bytes(8 << 20))",
    "without a name": "(lambda f: (f.write(bytes(8 << 20)), f.flush(), os.unlink(f.name), f))("
    "open(os.environ['HOME'] + '/x', 'wb'))",
    "in a closed folder": "(os.path.isdir(os.environ['HOME'] + '/c') or "
    "os.mkdir(os.environ['HOME'] + '/c', 0o300), "
    "open(os.environ['HOME'] + '/c/%d' % len(kept), 'wb').write(bytes(8 << 20)))",
}


@pytest.mark.parametrize("block", sorted(BLOCKS))
def test_memory_has_a_limit(block: str, tmp_path: Path) -> None:
    """Of all its processes together; the sentence names it."""
    code = HOARD.format(block=BLOCKS[block], blocks=12)
    found = run_body(code, tmp_path / "a", runner="recipe", memory=96 * MIB)
    assert "used more memory than the 100663296 bytes it may use" in found.fault
    without = frozenset({Layer.MEMORY})
    found = run_body(code, tmp_path / "b", runner="recipe", memory=96 * MIB, without=without)
    assert found.answer == "done"


@HOWEVER
@pytest.mark.parametrize("block", sorted(DISK))
def test_its_folders_have_a_size(block: str, tmp_path: Path, namespaces: bool) -> None:  # noqa: FBT001 - as above
    """Whatever the files are called, and where they have no name."""
    code = HOARD.format(block=DISK[block], blocks=12)
    found = run_body(code, tmp_path / "a", runner="recipe", disk=32 * MIB, namespaces=namespaces)
    if namespaces:
        assert found.answer == "raised OSError: [Errno 28] No space left on device"
    else:
        assert "wrote more than the 33554432 bytes it may write" in found.fault


def test_without_the_layer_the_disk_is_filled(tmp_path: Path) -> None:
    """Or the test above would prove nothing."""
    code = HOARD.format(block=DISK["many files"], blocks=12)
    without = frozenset({Layer.DISK})
    found = run_body(code, tmp_path / "a", runner="recipe", disk=32 * MIB, without=without)
    assert found.answer == "done"


def test_one_file_has_a_size_too(tmp_path: Path) -> None:
    """Where namespaces bound no home: the kernel ends the write itself."""
    code = "open(os.environ['HOME'] + '/x', 'wb').truncate(1 << 30)\nreturn 'done'"
    found = run_body(code, tmp_path / "a", runner="recipe", disk=32 * MIB, namespaces=False)
    assert found.answer == "raised OSError: [Errno 27] File too large"


POOL = """
import multiprocessing
with multiprocessing.get_context("{how}").Pool(2) as pool:
    return str(pool.map(abs, [-1, 2]))
"""


@pytest.mark.skipif(not HAS_NAMESPACES, reason="shared memory needs namespaces")
@pytest.mark.parametrize("runner", ["callable", "recipe"])
@pytest.mark.parametrize("how", ["fork", "spawn"])
def test_multiprocessing_works(how: str, runner: Kind, tmp_path: Path) -> None:
    """Locks and queues need a /dev/shm; it has its own."""
    assert run_body(POOL.format(how=how), tmp_path / "a", runner=runner).answer == "[1, 2]"


def test_what_is_in_force_is_said(tmp_path: Path) -> None:
    """Layer by layer; what is off is not named."""
    found = run_body("return 'done'", tmp_path / "a", without=frozenset({Layer.DISK}))
    assert found.layers.keys() == ALL - {Layer.DISK}
    assert found.layers["files"].startswith(f"landlock {probe().landlock}, seccomp")


def test_it_keeps_nothing_of_ours_open(tmp_path: Path) -> None:
    """It has its streams; without namespaces also its folder in /proc, see `restriction.py`."""
    code = "return str([n for n in range(3, 64) if os.path.lexists(f'/proc/self/fd/{n}')])"
    found = run_body(code, tmp_path / "a", runner="recipe").answer
    assert found is not None
    assert len(json.loads(found)) == (0 if HAS_NAMESPACES else 1)


def test_a_machine_that_cannot_isolate_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence: what is missing, and what to do."""
    lame = Kernel(landlock=0, seccomp=True, namespaces=False)
    monkeypatch.setattr("openmed.adapters.process.isolation.probe", lambda: lame)
    found = run_body("return 'done'", tmp_path / "a")
    assert found.answer is None
    assert found.fault == (
        "the runner callable runs code of the candidate, and this machine cannot isolate it: "
        "the kernel offers no Landlock"
    )


class Demanding(Isolation):
    """Requires a layer that is off, as where the kernel lacks what was probed."""

    def jail(self, home: Path, rooms: Rooms, *, is_required: bool) -> Jail:
        """The same, but for what is required."""
        made = super().jail(home, rooms, is_required=is_required)
        return made._replace(required=REQUIRED)


def test_the_launcher_starts_nothing_without_a_required_layer(tmp_path: Path) -> None:
    """It looks for itself, and the program is never run."""
    demanding = Demanding(without=frozenset({Layer.FILES}))
    with pytest.raises(ExternalError, match="could not be isolated: this machine has no files"):
        run_logged(
            [sys.executable, "-c", f"open({str(tmp_path / 'ran')!r}, 'w')"],
            homes=tmp_path,
            cwd=tmp_path,
            log=tmp_path / "log",
            timeout=20,
            confinement=Confinement(demanding, Rooms(), is_required=True),
        )
    assert not (tmp_path / "ran").exists()


def test_a_policy_may_let_it_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is then in the report, with the reason."""
    lame = Kernel(landlock=0, seccomp=True, namespaces=False)
    monkeypatch.setattr("openmed.adapters.process.isolation.probe", lambda: lame)
    artifact = tmp_path / "artifact"
    artifact.mkdir()
    (artifact / "detect.py").write_text("def find(text): return []\n")
    spans = SpanSource(function="detect:find", label_map=RULES)
    profile = RunnerProfile(runner="callable", deterministic=True, spans=spans)
    runners = WorkerRunners(homes=tmp_path / "homes", isolation=Isolation(without=ALL))
    with runners.open(
        str(artifact),
        profile,
        log=str(tmp_path / "log"),
        timeout=60,
        isolation_waiver="our own code",
    ) as session:
        assert session.isolation == IsolationReport(layers=(), waiver="our own code")
