"""A Dask scheduler and workers as processes of this machine, and a wire that can be cut."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from support.processes import eventually

START_SECONDS: Final = 60
HOST: Final = "127.0.0.1"


@dataclass
class Cluster:
    """One scheduler and its workers.

    Attributes:
        folder: where they run and write their logs.
        address: of the scheduler.
    """

    folder: Path
    port: int
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Of the scheduler."""
        return f"tcp://{HOST}:{self.port}"

    def add_worker(
        self,
        *,
        resources: str = "openmed=1",
        most_blocks: int | None = None,
        variables: dict[str, str] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a worker, which may write files of so many blocks only; wait for nothing."""
        words = [*_PROGRAM, "dask_worker", self.address, "--nthreads", "1", "--no-dashboard"]
        words += ["--no-nanny", "--resources", resources, "--local-directory", str(self.folder)]
        if most_blocks is not None:
            words = ["bash", "-c", f'ulimit -f {most_blocks}; exec "$@"', "bash", *words]
        name = f"worker-{len(self.workers)}"
        self.workers.append(_start(words, self.folder, name, variables or {}))
        return self.workers[-1]

    def said(self) -> str:
        """Everything in their logs."""
        return "".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))

    def wait_for_workers(self, count: int) -> None:
        """Until so many have reported."""
        log = self.folder / "scheduler.log"
        seen = "Register worker"
        assert eventually(lambda: log.read_text().count(seen) >= count, within=START_SECONDS), (
            self.said()
        )


_PROGRAM: Final = (sys.executable, "-m", "support.clusters")


@contextmanager
def cluster(folder: Path, *, workers: int = 2) -> Iterator[Cluster]:
    """A cluster that ends with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    words = [*_PROGRAM, "dask_scheduler", "--host", HOST, "--port", str(port), "--no-dashboard"]
    made = Cluster(folder, port, _start(words, folder, "scheduler", {}))
    try:
        for _ in range(workers):
            made.add_worker()
        made.wait_for_workers(workers)
        yield made
    finally:
        for process in (*made.workers, made.scheduler):
            process.kill()
            process.wait()


def free_port() -> int:
    """A port that nobody listens to now."""
    with socket.socket() as place:
        place.bind((HOST, 0))
        return int(place.getsockname()[1])


class Wire:
    """Passes bytes between one port of this machine and another until it is cut.

    Cut, it keeps its connections open and passes nothing, as a network does.
    """

    def __init__(self, to: int) -> None:
        """Listen; nothing is passed yet."""
        self._to = to
        self._listening = socket.create_server((HOST, 0))
        self.port = int(self._listening.getsockname()[1])
        self._ends: list[socket.socket] = []
        self._is_cut = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Pass nothing any more."""
        self._is_cut.set()

    def close(self) -> None:
        """Close everything."""
        self._is_cut.set()
        for end in (self._listening, *self._ends):
            with contextlib.suppress(OSError):
                end.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                self._ends.append(near)
                far = socket.create_connection((HOST, self._to))
                self._ends.append(far)
                threading.Thread(target=self._pass, args=(near, far), daemon=True).start()

    def _pass(self, near: socket.socket, far: socket.socket) -> None:
        others = {near: far, far: near}
        with contextlib.suppress(OSError, ValueError):
            while not self._is_cut.is_set():
                for ready in select.select([near, far], [], [], 0.05)[0]:
                    data = ready.recv(1 << 16)
                    if not data:
                        near.close()
                        far.close()
                        return
                    others[ready].sendall(data)


def _start(
    words: list[str], folder: Path, name: str, variables: dict[str, str]
) -> subprocess.Popen[bytes]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("OPENMED")}
    paths = os.pathsep.join((str(Path(__file__).parents[1]), str(Path(__file__).parents[2])))
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            words,
            cwd=folder,
            env={**kept, "TMPDIR": str(folder), "PYTHONPATH": paths, **variables},
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def main() -> None:
    """What `dask scheduler` and `dask worker` run, without their looking for other commands."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    from distributed.cli import dask_scheduler, dask_worker  # noqa: PLC0415 - heavy

    command = {"dask_scheduler": dask_scheduler.main, "dask_worker": dask_worker.main}[sys.argv[1]]
    command(args=sys.argv[2:], standalone_mode=False)


if __name__ == "__main__":
    main()
