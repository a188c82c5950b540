"""A real Dask scheduler with real workers on this machine, and what happens when they go.

What ends workers, schedulers and networks takes a minute: `--cluster-faults` (`nox -s executors`).
"""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from support.clusters import Cluster, Wire, cluster, free_port

from openmed.adapters.disk.hashing import listing
from openmed.adapters.executors import dask_cluster
from openmed.adapters.executors.cluster_worker import Sealed
from openmed.adapters.executors.dask_cluster import DaskCluster, require_safe
from openmed.adapters.executors.one_process import OneProcess, load_here
from openmed.adapters.executors.remote_session import PART
from openmed.adapters.executors.worker_pool import WorkerPool
from openmed.adapters.process.isolation import probe
from openmed.adapters.runners.worker_client import WorkerRunners
from openmed.domain.digest import tree_digest
from openmed.domain.inference.predictions import ChunkKey, DocumentPredictions, Runtime
from openmed.domain.inference.profile import FILE_NAME, LabelRule, RunnerProfile, SpanSource
from openmed.domain.text.span import Document
from openmed.domain.wire import dump
from openmed.errors import EvidenceError, ExternalError, UsageError
from openmed.ports.execution import ChunkToAnswer, Executor, ModelToRun

pytestmark = pytest.mark.skipif(
    not probe().isolates, reason="candidates of this test bring code, which needs a jail"
)
MARK: Final = "Zebedee"
"""In every text: no log may hold it."""
PROGRAM: Final = """
import os, signal, time

def find(text):
    if "dies" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "hangs" in text:
        time.sleep(600)
    if "slow" in text:
        time.sleep(0.3)
    return [(0, len(text.split()[0]), "NAME")]
"""
PROFILE: Final = RunnerProfile(
    runner="callable",
    deterministic=True,
    spans=SpanSource(
        function="main:find", label_map=(LabelRule(model="NAME", canonical="PATIENT_NAME"),)
    ),
)
RUNNERS: Final = "homes"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two workers that live as long as the module."""
    with cluster(tmp_path_factory.mktemp("cluster")) as made:
        yield made
        assert MARK not in made.said()


@pytest.fixture(scope="module")
def opened(running: Cluster) -> Iterator[DaskCluster]:
    """Connected once."""
    with contextlib.closing(DaskCluster(running.address)) as found:
        yield found


def candidate(folder: Path, *, timeout: float = 20.0, weights: bytes = b"") -> ModelToRun:
    """A program of ours as a staged tree."""
    tree = folder / "tree"
    tree.mkdir(parents=True)
    (tree / "main.py").write_text(PROGRAM)
    (tree / FILE_NAME).write_bytes(dump(PROFILE))
    (tree / "weights.bin").write_bytes(weights)
    files = listing(tree)
    return ModelToRun(
        artifact=tree_digest(files),
        files=files,
        folder=str(tree),
        profile=PROFILE,
        runtime=WorkerRunners(homes=folder / RUNNERS).runtime(PROFILE.runner),
        log=str(folder / "answers.log"),
        timeout=timeout,
        isolation_waiver=None,
    )


def chunks(*words: str) -> list[ChunkToAnswer]:
    """One chunk a word, of two notes."""
    return [
        ChunkToAnswer(
            ChunkKey(artifact="a" * 64, runtime="b" * 64, suite="c" * 64, first=at, last=at + 2),
            tuple(_note(f"n-{at}-{n}", f"{word} {MARK} {n}") for n in range(2)),
        )
        for at, word in enumerate(words)
    ]


def _note(name: str, text: str) -> Document:
    return Document(
        id=name, language="en", family="f", slice="base", smoke=False, text=text, spans=()
    )


def pool(where: DaskCluster) -> WorkerPool:
    """The executor of a command."""
    return WorkerPool(where.load, processes=where.workers, memory=lambda: None)


Answers = dict[int, tuple[DocumentPredictions, ...]]


def answered(executor: Executor, model: ModelToRun, *words: str) -> Answers:
    """By chunk."""
    return {key.first: answers for key, answers in executor.answers(model, chunks(*words))}


def here(model: ModelToRun, folder: Path, *words: str) -> Answers:
    """What one process of this machine answers."""
    runners = WorkerRunners(homes=folder / RUNNERS)
    return answered(OneProcess(lambda one: load_here(runners, one)), model, *words)


def test_answers_are_those_of_this_machine(opened: DaskCluster, tmp_path: Path) -> None:
    """Bytes travel in parts; the second time nothing travels."""
    model = candidate(tmp_path, weights=bytes(PART + 7))
    words = tuple(f"word{n}" for n in range(6))
    wanted = here(model, tmp_path, *words)
    assert wanted == answered(pool(opened), model, *words)
    assert wanted == answered(pool(opened), model, *words)
    assert MARK not in (tmp_path / "answers.log").read_text()


def test_a_candidate_that_dies_or_hangs_is_an_error_of_its_own(
    opened: DaskCluster, tmp_path: Path
) -> None:
    """The other one is answered meanwhile, by workers that go on."""
    bad, late = (candidate(tmp_path / name, timeout=2.0) for name in ("bad", "late"))
    good = candidate(tmp_path / "good", weights=b"other")
    executor = pool(opened)
    with executor.kept():
        with pytest.raises(ExternalError, match="was killed by SIGKILL"):
            answered(executor, bad, "first", "dies")
        with pytest.raises(ExternalError, match="did not answer within 2 s"):
            answered(executor, late, "hangs")
        assert here(good, tmp_path, "a", "b") == answered(executor, good, "a", "b")


def test_bytes_that_are_not_those_of_the_digest_are_refused(
    opened: DaskCluster, tmp_path: Path
) -> None:
    """Hashed where they arrive."""
    model = candidate(tmp_path, weights=b"of this test, so that no worker has them")
    (tmp_path / "tree" / "weights.bin").write_bytes(b"changed")
    with pytest.raises(ExternalError, match=r"released artifact .*weights\.bin"):
        answered(pool(opened), model, "a")


def test_a_worker_with_other_packages_is_refused(opened: DaskCluster, tmp_path: Path) -> None:
    """Its answers would be of another runtime than the report says."""
    model = candidate(tmp_path)
    runtime = Runtime(runner="callable", code=model.runtime.code, packages=("numpy==0",))
    other = model._replace(runtime=runtime)
    with pytest.raises(EvidenceError, match="the worker runs other packages"):
        answered(pool(opened), other, "a")


@pytest.mark.usefixtures("cluster_faults")
def test_a_worker_that_holds_a_key_gets_no_candidate(tmp_path: Path) -> None:
    """Named by its variable; nobody else has to be asked."""
    with cluster(tmp_path / "cluster", workers=0) as made:
        made.add_worker(variables={"OPENMED_SIGNING_KEY_FILE": "/nowhere"})
        made.wait_for_workers(1)
        found = DaskCluster(made.address)
        with (
            contextlib.closing(found),
            pytest.raises(EvidenceError, match="has OPENMED_SIGNING_KEY_FILE in its environment"),
        ):
            answered(pool(found), candidate(tmp_path), "a")


@pytest.mark.usefixtures("cluster_faults")
def test_a_worker_without_room_or_life_is_passed_over(tmp_path: Path) -> None:
    """One cannot write the model, one is killed in the middle of a chunk: a third answers all."""
    with cluster(tmp_path / "cluster", workers=0) as made:
        made.add_worker(most_blocks=64)
        victim = made.add_worker()
        made.wait_for_workers(2)
        found = DaskCluster(made.address)
        model = candidate(tmp_path, weights=bytes(1 << 18))
        words = tuple(f"slow{n}" for n in range(6))
        wanted = here(model, tmp_path, *words)
        made.add_worker()
        made.wait_for_workers(3)
        threading.Timer(2.0, victim.kill).start()
        with contextlib.closing(found):
            assert wanted == answered(pool(found), model, *words)
        assert victim.wait(10) != 0


@pytest.mark.usefixtures("cluster_faults")
@pytest.mark.parametrize("way", ["scheduler", "network"])
def test_a_cluster_that_is_gone_ends_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Killed, or silent: one sentence within seconds, not for ever."""
    monkeypatch.setattr(dask_cluster, "PING_SECONDS", 1.0)
    with cluster(tmp_path / "cluster", workers=1) as made:
        wire = Wire(made.port)
        cut = wire.cut if way == "network" else made.scheduler.kill
        found = DaskCluster(f"tcp://127.0.0.1:{wire.port}")
        threading.Timer(1.5, cut).start()
        words = tuple(f"slow{n}" for n in range(100))
        with (
            contextlib.closing(wire),
            contextlib.closing(found),
            pytest.raises(ExternalError, match="does not answer any more"),
        ):
            answered(pool(found), candidate(tmp_path), *words)


@pytest.mark.parametrize(
    "address", ["tcp://10.0.0.1:8786", "tcp://cluster.example:8786", "tcp://0.0.0.0:8786"]
)
def test_a_scheduler_on_a_network_needs_tls(address: str) -> None:
    """Anybody there could run code in this process."""
    with pytest.raises(UsageError, match="without TLS"):
        require_safe(address)
    require_safe(address.replace("tcp:", "tls:"))


@pytest.mark.parametrize("address", ["127.0.0.1:8786", "http://127.0.0.1:8786", "tcp:///x", "tcp"])
def test_what_is_no_address_is_said(address: str) -> None:
    """With one that is."""
    with pytest.raises(UsageError, match="no address of a scheduler"):
        require_safe(address)


def test_nobody_there_is_said(running: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers, or nobody offers the resource."""
    monkeypatch.setattr(dask_cluster, "CONNECT_SECONDS", 1.0)
    with pytest.raises(UsageError, match="cannot be reached"):
        DaskCluster(f"tcp://127.0.0.1:{free_port()}")
    monkeypatch.setattr(dask_cluster, "RESOURCE", "other")
    with pytest.raises(UsageError, match=r"no worker of .* offers the resource"):
        DaskCluster(running.address)


def test_what_is_sent_has_no_representation() -> None:
    """Dask logs the arguments of what fails."""
    assert MARK not in repr(Sealed({"text": MARK}, MARK.encode()))
