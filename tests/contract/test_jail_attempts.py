"""Attempts from inside to get out of the jail; written by somebody who had not seen it.

Each is tried twice: in the whole jail, where none may work, and without the layers that are there
for it, where it works, so that the attempt is a real one on this machine.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from support.attempts.driver import alone, text_of
from support.attempts.table import (
    ALWAYS,
    EVERY,
    EXHAUSTING,
    FILLING,
    FLOODING,
    ROOT,
    STAYING,
)
from support.attempts.victim import Victim, machine, survivors
from support.jails import JailedRun, Kind, run_in_jail
from support.repositories import ROOT as CHECKOUT

from openmed.adapters.process.jail import Layer

RUNNERS: tuple[Kind, ...] = ("callable", "subprocess-jsonl", "recipe")
MOST_TOGETHER = 36
"""Attempts in one run: what an attack may answer is limited."""
MEMORY, DISK = 1 << 28, 1 << 26
WHOLE = frozenset[Layer]()
MOST_LEFT = 8 << 20
"""Bytes that may lie on the disk after a run: its log."""
USER = 65534


@pytest.fixture
def victim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Victim]:
    """The rest of the machine; secrets are in the environment of the engine, too."""
    names = (*EVERY, *ALWAYS, *STAYING, *EXHAUSTING, *FILLING, *FLOODING)
    with machine(tmp_path / "rest" / "machine", names) as made:
        for name in ("OPENMED_SIGNING_KEY", "HF_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"):
            monkeypatch.setenv(name, made.secret)
        yield made


def _told(victim: Victim, folder: Path) -> dict[str, str]:
    # Twice what is allowed, so that a little slowness is no success.
    return victim.told(staged=folder / "staged", memory=2 * MEMORY, disk=2 * DISK)


def _run(code: str, folder: Path, *, without: frozenset[Layer], **options: object) -> JailedRun:
    folder.mkdir(parents=True, exist_ok=True)
    limits = {"timeout": 90.0, "memory": MEMORY, "disk": DISK, **options}
    return run_in_jail(code, folder=folder, without=without, **limits)  # type: ignore[arg-type]


def _worked(
    victim: Victim,
    names: Iterable[str],
    folder: Path,
    *,
    without: frozenset[Layer],
    **options: object,
) -> dict[str, str]:
    """Attempts that worked, and what they said."""
    names, said = tuple(names), list[str]()
    for number in range(0, len(names), MOST_TOGETHER):
        place = folder / str(number)
        code = text_of(names[number : number + MOST_TOGETHER], _told(victim, place))
        done = _run(code, place, without=without, **options)
        assert done.answer is not None, done.fault
        said += json.loads(done.answer)
    found = dict(zip(names, said, strict=True))
    return {name: words for name, words in found.items() if _has_worked(victim, name, words)}


def _has_worked(victim: Victim, name: str, words: str) -> bool:
    if name in ALWAYS:
        return victim.half in words
    return EVERY[name].seen(victim, name, words)


@pytest.mark.parametrize("namespaces", [True, False], ids=["namespaces", "no namespaces"])
@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.timeout(300)
def test_no_attempt_works_in_the_whole_jail(
    victim: Victim, runner: Kind, tmp_path: Path, *, namespaces: bool
) -> None:
    """Whatever runs it; Landlock and the filter hold without namespaces, as in a container."""
    names = (*EVERY, *ALWAYS)
    found = _worked(victim, names, tmp_path, without=WHOLE, runner=runner, namespaces=namespaces)
    assert {} == found


def _sets() -> list[frozenset[str]]:
    return sorted({attempt.by for attempt in EVERY.values()}, key=sorted)


@pytest.mark.parametrize("layers", _sets(), ids=lambda layers: "+".join(sorted(layers)))
@pytest.mark.timeout(300)
def test_each_works_without_its_layers(
    victim: Victim, layers: frozenset[str], tmp_path: Path
) -> None:
    """So each attempt is a real one, and each layer is what stops it."""
    names = [name for name, attempt in EVERY.items() if attempt.by == layers]
    without = frozenset(Layer(layer) for layer in layers)
    found = _worked(victim, names, tmp_path, without=without)
    has = {"", ROOT} if os.geteuid() == 0 else {""}
    assert [] == [name for name in names if name not in found and EVERY[name].needs in has]


@pytest.mark.parametrize("name", STAYING)
def test_nothing_outlives_the_run(victim: Victim, name: str, tmp_path: Path) -> None:
    """However it leaves; without the layer it stays, until the test ends it."""
    left = {}
    for place, without in (("whole", WHOLE), ("without", frozenset({Layer.LIFETIME}))):
        told = {**_told(victim, tmp_path / place), "mark": f"{victim.mark}-{name}-{place}"}
        _run(alone(name, told), tmp_path / place, without=without, timeout=20.0)
        # The one that forks has three seconds of its own.
        left[place] = survivors(told["mark"], within=4.0 if name == "stay_by_forking" else 0.5)
        for pid in left[place]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    assert left["whole"] == []
    assert left["without"] != []


@pytest.mark.parametrize("name", EXHAUSTING)
def test_memory_has_a_limit(victim: Victim, name: str, tmp_path: Path) -> None:
    """However it is asked for: all processes together, with a name and without."""
    said = {}
    for place, without in (
        ("whole", WHOLE),
        ("without", frozenset({Layer.MEMORY, Layer.DISK, Layer.FILES})),
    ):
        code = alone(name, _told(victim, tmp_path / place))
        said[place] = _run(code, tmp_path / place, without=without).answer
    for path in Path("/dev/shm").glob(f"{victim.mark}-*"):
        path.unlink()
    assert "done" not in (said["whole"] or "")
    assert "done" in (said["without"] or "")


@pytest.mark.parametrize("name", FILLING)
def test_the_disk_has_a_limit(victim: Victim, name: str, tmp_path: Path) -> None:
    """However it is filled: one file, many, files without a name, room that is only taken."""
    said = {}
    for place, without in (("whole", WHOLE), ("without", frozenset({Layer.DISK}))):
        code = alone(name, _told(victim, tmp_path / place))
        said[place] = _run(code, tmp_path / place, without=without).answer
    assert "done" not in (said["whole"] or "")
    assert "done" in (said["without"] or "")


def test_a_home_can_always_be_removed(victim: Victim, tmp_path: Path) -> None:
    """Whatever is left in it."""
    told = {**_told(victim, tmp_path), "mark": f"{victim.mark}-home"}
    done = _run(alone("lock_home", told), tmp_path / "jail", without=WHOLE)
    assert done.answer == "done"
    left = [place for place, folders, _ in os.walk(tmp_path / "jail") if told["mark"] in folders]
    assert left == []


@pytest.mark.parametrize("name", FLOODING)
@pytest.mark.parametrize("runner", ["callable", "recipe"])
def test_the_engine_goes_on(victim: Victim, name: str, runner: Kind, tmp_path: Path) -> None:
    """A flood, silence, an answer without an end: it ends in time and leaves little behind."""
    code = alone(name, _told(victim, tmp_path))
    start = time.monotonic()
    _run(code, tmp_path, without=WHOLE, timeout=3.0, runner=runner)
    assert time.monotonic() - start < 30
    written = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert written < MOST_LEFT


def _python_for_others(place: Path) -> str:
    """A Python that another user may run, with the packages of this one.

    This one may lie in a home of root's alone: then the system's of the same version, and our
    packages in a folder that everybody may read, linked where that can be.
    """
    here = Path(sys.executable).resolve()
    if all(one.stat().st_mode & 0o001 for one in (here, *here.parents)):
        return sys.executable
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    system = shutil.which(name, path=os.defpath)
    if system is None:
        pytest.skip(f"this interpreter is root's alone, and the system has no {name}")
    venv = place / "venv"
    subprocess.run([system, "-m", "venv", "--without-pip", str(venv)], check=True, timeout=60)
    (packages,) = venv.glob("lib/python*/site-packages")
    packages.rmdir()
    shutil.copytree(sysconfig.get_path("purelib"), packages, symlinks=True, copy_function=_linked)
    return str(venv / "bin" / "python")


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@pytest.mark.skipif(os.geteuid() != 0, reason="is one already")
@pytest.mark.timeout(600)
def test_the_same_as_an_ordinary_user() -> None:
    """Without the rights of root, before and in the jail."""
    if not shutil.which("setpriv"):
        pytest.skip("there is no setpriv")
    # Where a user may go: folders of pytest are root's alone.
    with tempfile.TemporaryDirectory(prefix="openmed-user-") as name:
        Path(name).chmod(0o755)
        python = _python_for_others(Path(name))
        home = Path(name) / "home"
        home.mkdir(mode=0o755)
        os.chown(home, USER, USER)
        done = subprocess.run(
            ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--inh-caps=-all",
             "--bounding-set=-all", python, "-m", "pytest", "-q", "-p", "no:cacheprovider",
             f"--basetemp={home / 'base'}", "-k", "whole_jail and callable or its_layers",
             __file__],
            cwd=CHECKOUT,
            env={**os.environ, "HOME": str(home), "TMPDIR": str(home)},
            capture_output=True,
            text=True,
            timeout=580,
            check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-1000:]
