"""A release whose whole cluster goes: it ends, what was measured is released, nothing is double.

Opt-in: `--cluster-faults` (`nox -s executors`).
"""

import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from support.broken_models import never_ends, panics
from support.clusters import Cluster, Wire, cluster
from support.processes import eventually
from support.repositories import Repository

SLOTS = tuple(f"pii::tiny::onnx::line{n}" for n in range(4))
LONGEST = 180.0
"""Seconds from the loss to the end of the run: patience for workers and for a silent scheduler."""


ENDS: dict[str, Callable[[Cluster], tuple[subprocess.Popen[bytes], ...]]] = {
    "scheduler": lambda made: (made.scheduler,),
    "workers": lambda made: (*made.workers,),
    "network": lambda _: (),
    "all at once": lambda made: (made.scheduler, *made.workers),
}
"""What is killed, by what is lost."""


@contextmanager
def running(
    repository: Repository, folder: Path, *, workers: int = 2
) -> Iterator[tuple[Cluster, Wire, str]]:
    """A cluster behind a wire that can be cut, and the address of the wire."""
    with cluster(folder, workers=workers) as made, closing(Wire(made.port)) as wire:
        yield made, wire, f"tcp://127.0.0.1:{wire.port}"
        assert str(repository.root) not in made.said()


@pytest.fixture
def fleet(repository: Repository) -> Repository:
    """Five slots of small models that are all different."""
    repository.make_quick()
    for number, slot in enumerate(SLOTS):
        folder = f"models/line{number}"
        shutil.copytree(repository.root / "models/tiny", repository.root / folder)
        repository.make_another(folder, items=20 + number)
        repository.add_slot(slot, f"file:{folder}")
    return repository


def _measured(repository: Repository) -> list[str]:
    runs = repository.root / "artifacts" / "runs"
    return sorted(path.parent.name for path in runs.glob("*/smoke.json"))


def _outlived(repository: Repository, address: str, lose: Callable[[], None]) -> dict[str, str]:
    """Release, lose something once the first is measured; where each candidate stands."""
    process = repository.start("release", "run", "--scheduler", address)
    try:
        assert eventually(lambda: bool(_measured(repository)), within=120)
        lose()
        code = process.wait(LONGEST)
    finally:
        process.kill()
        process.wait()
    said = (repository.home / "output.log").read_text()
    assert code == repository.run_report["exit_code"], said
    assert "Traceback" not in said
    return {slot: str(row["standing"]) for slot, row in repository.results().items()}


def _require_once(repository: Repository, slots: Iterable[str], *, entries: int) -> None:
    """What is live was released once, in so many entries of the ledger."""
    assert entries == len(list((repository.root / "gates" / "ledger").iterdir()))
    pointer = (repository.root / "gates" / "pointer.json").read_text()
    assert len(set(slots)) == pointer.count('"generation": 1')


@pytest.mark.usefixtures("cluster_faults")
@pytest.mark.parametrize("way", list(ENDS))
def test_a_release_outlives_its_cluster(way: str, fleet: Repository, tmp_path: Path) -> None:
    """Lost candidates are NOT_EVALUATED; the next run has only these to measure."""
    with running(fleet, tmp_path / "cluster") as (made, wire, address):

        def lose() -> None:
            if way == "network":
                wire.cut()
            for end in ENDS[way](made):
                end.kill()

        stands = _outlived(fleet, address, lose)
    assert {"NOT_EVALUATED", "RELEASED"} == set(stands.values())
    first = [slot for slot, standing in stands.items() if standing == "RELEASED"]
    kept = fleet.files("artifacts/predictions")
    _require_once(fleet, first, entries=1)

    done = fleet.run("release", "run", "--processes", "1")
    assert 0 == done.returncode, done.stdout + done.stderr
    assert kept.items() <= fleet.files("artifacts/predictions").items()
    assert not [slot for slot in first if f"benchmark:{slot}:smoke" in fleet.computed()]
    _require_once(fleet, stands, entries=2)


@pytest.mark.usefixtures("cluster_faults")
def test_a_release_outlives_what_goes_wrong_at_once(fleet: Repository, tmp_path: Path) -> None:
    """A worker without room, one that is killed, a candidate that hangs and one that dies."""
    faults = {"hangs": never_ends, "dies": panics}
    for name, spoil in faults.items():
        folder = fleet.root / "models" / name
        shutil.copytree(fleet.root / "models/tiny", folder)
        spoil(folder)
        fleet.add_slot(f"pii::tiny::onnx::{name}", f"file:models/{name}", timeout_seconds="3")
    with running(fleet, tmp_path / "cluster") as (made, _, address):
        made.add_worker(most_blocks=64)
        made.wait_for_workers(3)
        stands = _outlived(fleet, address, made.workers[0].kill)
    lost = {slot for slot, standing in stands.items() if standing != "RELEASED"}
    assert {f"pii::tiny::onnx::{name}" for name in faults} == lost
    assert {"NOT_EVALUATED"} == {stands[slot] for slot in lost}
    _require_once(fleet, stands.keys() - lost, entries=1)
