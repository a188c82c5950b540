"""A release whose whole cluster goes: it ends, what was measured is released, nothing is double.

Opt-in: `--cluster-faults` (`nox -s executors`).
"""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic

import pytest
from support.clusters import Cluster, Wire, cluster
from support.processes import eventually
from support.repositories import Repository

SLOTS = tuple(f"pii::tiny::onnx::line{n}" for n in range(4))
LONGEST = 100.0
"""Seconds from the loss to the end of the run: patience for workers and for a silent scheduler."""


ENDS: dict[str, Callable[[Cluster], tuple[subprocess.Popen[bytes], ...]]] = {
    "scheduler": lambda made: (made.scheduler,),
    "workers": lambda made: (*made.workers,),
    "network": lambda _: (),
    "all at once": lambda made: (made.scheduler, *made.workers),
}
"""What is killed, by what is lost."""


@contextmanager
def running(repository: Repository, folder: Path) -> Iterator[tuple[Cluster, Wire, str]]:
    """A cluster of two workers behind a wire that can be cut, and the address of the wire."""
    with cluster(folder, workers=2) as made, closing(Wire(made.port)) as wire:
        yield made, wire, f"tcp://127.0.0.1:{wire.port}"
        assert str(repository.root) not in made.said()


def _measured(repository: Repository) -> list[str]:
    runs = repository.root / "artifacts" / "runs"
    return sorted(path.parent.name for path in runs.glob("*/smoke.json"))


@pytest.mark.usefixtures("cluster_faults")
@pytest.mark.parametrize("way", list(ENDS))
def test_a_release_outlives_its_cluster(way: str, repository: Repository, tmp_path: Path) -> None:
    """Lost candidates are NOT_EVALUATED; the next run has only these to measure."""
    repository.make_quick()
    for number, slot in enumerate(SLOTS):
        folder = f"models/line{number}"
        _copy(repository, "models/tiny", folder)
        repository.make_another(folder, items=20 + number)
        repository.add_slot(slot, f"file:{folder}")
    with running(repository, tmp_path / "cluster") as (made, wire, address):
        process = repository.start("release", "run", "--scheduler", address)
        try:
            assert eventually(lambda: bool(_measured(repository)), within=120)
            if way == "network":
                wire.cut()
            for end in ENDS[way](made):
                end.kill()
            lost = monotonic()
            code = process.wait(LONGEST)
        finally:
            process.kill()
            process.wait()
    assert monotonic() - lost < LONGEST
    said = (repository.home / "output.log").read_text()
    results = {slot: str(row["standing"]) for slot, row in repository.results().items()}
    assert code == repository.run_report["exit_code"] != 0, said
    assert {"NOT_EVALUATED", "RELEASED"} == set(results.values()), said
    assert "Traceback" not in said
    first = {slot: result for slot, result in results.items() if result != "NOT_EVALUATED"}
    kept = repository.files("artifacts/predictions")

    done = repository.run("release", "run", "--processes", "1")
    assert 0 == done.returncode, done.stdout + done.stderr
    after = repository.files("artifacts/predictions")
    assert kept.items() <= after.items()
    assert not [slot for slot in first if f"benchmark:{slot}:smoke" in repository.computed()]
    entries = list((repository.root / "gates" / "ledger").iterdir())
    assert 2 == len(entries)
    pointer = (repository.root / "gates" / "pointer.json").read_text()
    assert len(results) == pointer.count('"generation": 1')


def _copy(repository: Repository, source: str, target: str) -> None:
    for path in (repository.root / source).rglob("*"):
        if path.is_file():
            place = repository.root / target / path.relative_to(repository.root / source)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())
