"""A crash is a non-event: whatever ends a run, and whenever, the next one finishes the work.

Moments are drawn from a seed; `--moments N` asks for more of them (`nox -s kills`).
"""

import json
import os
import random
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.processes import eventually
from support.repositories import Repository

SLOT = "pii::tiny::onnx"
RUNS = Path("artifacts/runs")
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
COMMANDS = {
    "openmed": ("openmed", ("release", "run")),
    "doit": ("doit", ("release",)),
    "doit -n 2": ("doit", ("-n", "2", "release")),
}
REPRODUCIBLE = ("staged.json", "smoke.json")
"""Products without a clock in them."""


@pytest.fixture(scope="session")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Path]:
    """Place for what a run that nobody disturbs leaves; filled by the first test."""
    return {"place": tmp_path_factory.mktemp("undisturbed")}


def _task_of(product: Path) -> str:
    """Name of the task that makes a product."""
    name = product.stem
    if product.parent.name == "_fleet":
        return name.replace("regenerate-", "regenerate:")
    kinds = {"staged": f"stage:{SLOT}", "verdict": f"compare:{SLOT}"}
    if name.startswith("baseline-"):
        return f"baseline:{SLOT}:{name.removeprefix('baseline-')}"
    return kinds.get(name, f"benchmark:{SLOT}:{name}")


def _finished(repository: Repository) -> set[str]:
    """Tasks whose product is whole on disk."""
    products = (repository.root / RUNS).glob("*/*.json")
    return {_task_of(path) for path in products}


def _processes(root: Path) -> Iterator[int]:
    """Processes that work below a folder or were started with a path in it."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes()
            here = str((place / "cwd").readlink())
        except OSError:
            continue
        if place.name != str(os.getpid()) and (str(root).encode() in words or str(root) in here):
            yield int(place.name)


def _end_at(
    repository: Repository,
    how: signal.Signals,
    after: float,
    *,
    module: str,
    words: tuple[str, ...],
) -> int:
    """Start a command, end it after some seconds; -1 if it was done before."""
    process = repository.start(*words, module=module)
    try:
        return process.wait(timeout=after) and -1
    except subprocess.TimeoutExpired:
        process.send_signal(how)
        return process.wait(timeout=30)


def _bytes(repository: Repository) -> dict[str, bytes]:
    """What must be the same however often a run was ended."""
    kept = repository.files("artifacts/predictions", "artifacts/registry", "artifacts/staged")
    products = repository.files(str(RUNS))
    kept |= {name: data for name, data in products.items() if name.endswith(REPRODUCIBLE)}
    return kept


def _state(repository: Repository) -> list[tuple[object, ...]]:
    table = json.loads((repository.root / "gates" / "pointer.json").read_text())
    return [(r["slot"], r["generation"], r["artifact"]) for r in table["slots"]]


def _temporary(repository: Repository) -> list[Path]:
    return list(repository.root.rglob(".tmp-*"))


def _check_whole(repository: Repository) -> None:
    """One pointer, no temporary file, no process, everything verifies."""
    assert eventually(lambda: not list(_processes(repository.root)), within=10)
    assert _temporary(repository) == []
    done = repository.run("release", "verify")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("how", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_an_ended_release_is_finished_by_the_next_run(
    command: str,
    how: signal.Signals,
    repository: Repository,
    undisturbed: dict[str, Path],
    moments: int,
) -> None:
    """Same bytes as undisturbed; only what was in flight is computed again."""
    repository.make_quick()
    module, words = COMMANDS[command]
    wanted = undisturbed["place"] / "bytes.json"
    rng = random.Random(f"{command} {how.name}")
    for _ in range(moments):
        for name in ("artifacts/runs", "artifacts/predictions", "artifacts/registry"):
            shutil.rmtree(repository.root / name, ignore_errors=True)
        for name in ("pointer.json", "ledger", "evidence"):
            place = repository.root / "gates" / name
            shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
        code = _end_at(repository, how, rng.uniform(0.3, 3.0), module=module, words=words)
        assert eventually(lambda: not list(_processes(repository.root)), within=10)
        if how is not signal.SIGKILL and module == "openmed":
            # Before it is heeded a signal just ends the process; after the work it changes nothing.
            # Python itself ends by SIGINT, which a shell shows as 130, if code in a string was cut.
            assert code in {-1, 0, 130, -how, -signal.SIGINT}, (
                repository.home / "output.log"
            ).read_text()
        before = _finished(repository)
        done = repository.run("release", "run")
        assert done.returncode == 0, done.stdout + done.stderr
        # The status page shows the run that was ended, and is written again for it.
        assert set(repository.computed()) & (before - {"flip", "regenerate:status"}) == set()
        _check_whole(repository)
        _compare(wanted, repository)


def _compare(wanted: Path, repository: Repository) -> None:
    got = {name: data.hex() for name, data in _bytes(repository).items()}
    if not wanted.exists():
        shutil.rmtree(repository.root / "artifacts")
        shutil.rmtree(repository.root / "gates" / "ledger")
        (repository.root / "gates" / "pointer.json").unlink()
        assert repository.run("keys", "init").returncode == 0
        assert repository.run("release", "run").returncode == 0
        clean = {name: data.hex() for name, data in _bytes(repository).items()}
        wanted.write_text(json.dumps([clean, _state(repository)]))
    files, state = json.loads(wanted.read_text())
    assert got == files
    assert [list(row) for row in _state(repository)] == state


@pytest.mark.parametrize("how", SIGNALS, ids=lambda number: number.name)
def test_an_ended_rollback_is_finished_by_the_next_one(
    how: signal.Signals, repository: Repository, moments: int, tmp_path: Path
) -> None:
    """Readers see old or new; the next rollback or release completes pointer and pages."""
    repository.make_quick()
    assert repository.run("release", "run").returncode == 0
    repository.make_another("models/tiny", items=8)
    assert repository.run("release", "run").returncode == 0
    kept = tmp_path / "kept"
    shutil.copytree(repository.root, kept)
    old = _state(repository)
    assert repository.run("release", "rollback", "pii").returncode == 0
    new = _state(repository)
    rng = random.Random(how.name)
    for _ in range(moments):
        shutil.rmtree(repository.root)
        shutil.copytree(kept, repository.root)
        words = ("release", "rollback", "pii")
        _end_at(repository, how, rng.uniform(0.5, 1.3), module="openmed", words=words)
        assert _state(repository) in (old, new)
        done = repository.run(*words)
        assert done.returncode == 0, done.stderr
        assert _state(repository) == new
        assert repository.run("release", "run").returncode == 3  # its row is refused now
        _check_whole(repository)
