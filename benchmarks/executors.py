"""What a release takes with one process, with two, and on a Dask cluster of two workers.

Call: `python benchmarks/executors.py [--slots 40] [--rampart 4] [--rounds 3] [--folder FOLDER]
[--own] [--without-cluster]` (`nox -s executors`). A fleet of that many candidates, all to be
measured, is released as a whole process by each executor in copies of one repository, in
interleaved rounds; reports, predictions and evidence must be the same bytes (but for evidence that
says when, or how fast). With `--own` the two candidates of this project are released instead, as
`make release` does on a fresh machine: then what counts is the time of everything but the
measurement of speed, which runs alone.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from time import perf_counter, sleep
from typing import Final, NamedTuple

from large_fleet import files
from large_fleet.repository import environment, openmed, take_model

from openmed.context import open_context

ONE, TWO, CLUSTER = "one process", "two processes", "Dask, two workers"
SPEED: Final = ":performance"
SUITES: Final = files.SUITES
RAMPART: Final = "rampart--tiny--onnx-q4"
PORT: Final = 18786
WORKERS: Final = 2
START_SECONDS: Final = 60.0


class Measured(NamedTuple):
    """One release.

    Attributes:
        seconds: from the call to the exit.
        speed: of these, those of the steps that measure speed alone.
        digest: of every report and prediction, and of evidence that says neither time nor speed.
    """

    seconds: float
    speed: float
    digest: str

    @property
    def others(self) -> float:
        """Seconds of everything that may run at the same time, and of the start and the end."""
        return self.seconds - self.speed


def main() -> None:
    """Measure and print."""
    options = _options()
    with ExitStack() as stack:
        place = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        base = place / "base"
        _make(base, slots=options.slots, rampart=options.rampart, is_own=options.own)
        ways = {ONE: ("--processes", "1"), TWO: ("--processes", "2")}
        if not options.without_cluster:
            address = stack.enter_context(_cluster(place / "cluster"))
            ways[CLUSTER] = ("--scheduler", address)
        found: dict[str, list[Measured]] = {name: [] for name in ways}
        for number in range(options.rounds):
            for name, words in ways.items():
                root = place / f"{number}-{'-'.join(name.split())}"
                shutil.copytree(base, root, symlinks=True)
                found[name].append(_released(root, base, words))
                print(f"round {number + 1}, {name}: {found[name][-1].seconds:.1f} s", flush=True)
                shutil.rmtree(root, ignore_errors=True)
    digests = {one.digest for rows in found.values() for one in rows}
    assert len(digests) == 1, "reports, predictions or evidence differ"
    _tell(found, is_own=options.own)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--slots", type=int, default=40, help="slots of the fleet")
    parser.add_argument(
        "--rampart", type=int, default=4, help="of these, slots with a larger model"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where to work; kept")
    parser.add_argument("--own", action="store_true", help="the two candidates of this project")
    parser.add_argument("--without-cluster", action="store_true")
    return parser.parse_args()


def _tell(found: Mapping[str, Sequence[Measured]], *, is_own: bool) -> None:
    print(f"\n{'':20} {'seconds':>9} {'alone':>7} {'others':>8} {'one / this':>11} {'others':>8}")
    first = found[ONE]
    for name, rows in found.items():
        # Ratios within a round: both had the same neighbours.
        pairs = list(zip(first, rows, strict=True))
        whole = statistics.median(one.seconds / row.seconds for one, row in pairs)
        others = statistics.median(row.others / one.others for one, row in pairs)
        medians = [
            statistics.median(v)
            for v in zip(*((r.seconds, r.speed, r.others) for r in rows), strict=True)
        ]
        print(
            f"{name:20} {medians[0]:9.1f} {medians[1]:7.1f} {medians[2]:8.1f} {whole:11.2f} "
            f"{others:8.2f}"
        )
    print("\nreports, predictions and evidence: the same bytes")
    if is_own:
        print("`others` at the right: of what one process takes besides measuring speed")


def _released(root: Path, base: Path, words: Sequence[str]) -> Measured:
    start = perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "openmed", "release", "run", *words],
        cwd=root,
        env={**os.environ, **environment(base)},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = perf_counter() - start
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads((root / "artifacts/run-report.json").read_bytes())
    speed = sum(step["seconds"] for step in report["steps"] if step["task"].endswith(SPEED))
    return Measured(seconds, speed, _digest(root))


def _digest(root: Path) -> str:
    """Over every report, prediction and piece of evidence; not over what says when and where."""
    names = {f"{name}.json" for name in (*SUITES, "fresh")}
    reports = [path for path in (root / "artifacts/runs").rglob("*.json") if path.name in names]
    predictions = [path for path in (root / "artifacts/predictions").rglob("*") if path.is_file()]
    evidence = [path for path in (root / "gates/evidence").iterdir() if _is_lasting(path)]
    assert reports
    assert predictions
    assert len(evidence) >= len(reports)
    whole = sha256()
    for path in sorted((*reports, *predictions, *evidence)):
        whole.update(f"{path.relative_to(root)}\0".encode())
        whole.update(sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _is_lasting(path: Path) -> bool:
    """Whether a piece of evidence is a report or a policy: the others say when, or how fast."""
    schema = str(json.loads(path.read_bytes()).get("schema"))
    return schema.startswith(("openmed.report/", "openmed.policy/"))


def _make(root: Path, *, slots: int, rampart: int, is_own: bool) -> None:
    """A repository in which everything is to be measured."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    if is_own:
        here = Path(__file__).parents[1]
        shutil.copytree(here / "gates", root / "gates")
        shutil.copy(here / "models.jsonl", root)
    else:
        openmed(root, "init", ".")
    os.environ.update(environment(root))
    openmed(root, "keys", "init")
    if is_own:
        _fetch(root)
        return
    files.write_policy(root)
    profile = take_model(root)
    for number in range(slots - rampart):
        files.write_profile(root, number, variant=number, build=1, base=profile)
    files.write_queue(root, slots - rampart)
    if rampart:
        _add_rampart(root, rampart)
        _fetch(root)


def _add_rampart(root: Path, count: int) -> None:
    """Slots of Rampart, whose profiles differ in their batches."""
    here = Path(__file__).parents[1] / "gates"
    policy = (here / "policy" / f"{RAMPART}.toml").read_text(encoding="utf-8")
    policy = re.sub(r"(?m)^suites = .*$", f"suites = {json.dumps(SUITES)}", policy, count=1)
    tables = re.split(r"(?m)^(?=\[gates\.)", policy)
    text = "".join(one for one in tables if not one.startswith("[gates.generalization]"))
    (root / "gates/policy" / "rampart.toml").write_text(text, encoding="utf-8")
    profile = json.loads((here / "profiles/rampart.json").read_bytes())
    queue = (here / "candidates.toml").read_text(encoding="utf-8")
    (row,) = [row for row in queue.split("[[candidate]]") if "rampart::tiny::onnx-q4" in row]
    rows, listed = "", ""
    for number in range(count):
        repo_id = f"fleet/rampart-{number}"
        one = row.replace("rampart::tiny::onnx-q4", f"rampart::tiny::onnx-q4::line{number}")
        one = one.replace("OpenMed/rampart-tiny-onnx-q4", repo_id)
        rows += "\n[[candidate]]" + one.replace("rampart.json", f"rampart-{number}.json")
        changed = {**profile, "tokens": {**profile["tokens"], "max_items": 8 + number}}
        path = root / f"gates/profiles/rampart-{number}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(changed), encoding="utf-8")
        listed += json.dumps(
            {
                "repo_id": repo_id,
                "family": "rampart",
                "tier": "Tiny",
                "formats": ["onnx-q4"],
                "languages": ["en"],
                "license": "cc-by-4.0",
            }
        )
        listed += "\n"
    for name, more in (("gates/candidates.toml", rows), ("models.jsonl", listed)):
        with (root / name).open("a", encoding="utf-8") as file:
            file.write(more)


def _fetch(root: Path) -> None:
    """Have the wheel there already: the network is not measured."""
    context = open_context(root, quiet=True)
    for candidate in context.inputs.queue():
        if candidate.source.startswith("pypi:"):
            context.sources.stage(candidate)
    for name in ("staged", "runs", "homes"):
        _remove(root / "artifacts" / name)


def _remove(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _cluster(folder: Path) -> Iterator[str]:
    """A scheduler and two workers of this machine."""
    folder.mkdir(parents=True, exist_ok=True)
    address = f"tcp://127.0.0.1:{PORT}"
    words = [sys.executable, "-m", "dask"]
    scheduler = ["scheduler", "--host", "127.0.0.1", "--port", str(PORT), "--no-dashboard"]
    worker = ["worker", address, "--nthreads", "1", "--resources", "openmed=1", "--no-dashboard"]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("OPENMED")}
    with (folder / "log").open("wb") as log:
        started = [
            subprocess.Popen([*words, *more], cwd=folder, env=clean, stdout=log, stderr=log)
            for more in (scheduler, *(worker,) * WORKERS)
        ]
    try:
        deadline = perf_counter() + START_SECONDS
        while (folder / "log").read_text(errors="replace").count("Register worker") < WORKERS:
            is_over = perf_counter() > deadline or any(one.poll() is not None for one in started)
            assert not is_over, (folder / "log").read_text(errors="replace")[-2000:]
            sleep(0.2)
        yield address
    finally:
        for process in started:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
