"""How long a durable flip takes, beside SQLite and git; and a whole rollback in a large fleet.

Call: `python benchmarks/flip.py [--rounds N] [--rows N] [--folder FOLDER]` (`nox -s latency`).
Everything is done on one disk in one run; only the ratios mean something elsewhere.
"""

import argparse
import json
import os
import re
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support import builders
from support.places import Place

from openmed.domain.digest import sha256_hex
from openmed.domain.release.flip import FlipPlan, plan_flip
from openmed.domain.wire import dump

PROMISE = 600.0
"""Seconds: what the fleet's users are promised for a rollback."""
PEERS = {
    "SQLite, rollback journal, EXTRA": ("DELETE", "EXTRA"),
    "SQLite, WAL, FULL": ("WAL", "FULL"),
}


class Times(NamedTuple):
    """Seconds of many rounds."""

    name: str
    seconds: list[float]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.seconds)

    def line(self, base: float) -> str:
        """For people: median, worst, and how many times the base."""
        worst = max(self.seconds)
        return (
            f"{self.name:<34}{self.median * 1000:>9.2f} ms{worst * 1000:>10.2f} ms"
            f"{self.median / base:>8.2f}"
        )


def timed(name: str, acts: Iterator[Callable[[], object]]) -> Times:
    """Time each act; making it is not counted."""
    seconds = []
    for act in acts:
        start = perf_counter()
        act()
        seconds.append(perf_counter() - start)
    return Times(name, seconds)


def _planned(
    place: Place, slots: tuple[str, ...], content: bytes
) -> tuple[FlipPlan, tuple[bytes, ...]]:
    """A flip of these slots to one content, and its evidence."""
    state = place.releases.state()
    artifact, proposals, evidence = builders.artifact_of(content), [], []
    for slot in slots:
        row = builders.a_candidate(slot=slot)
        staged = builders.a_staged(row, content=content)
        against = state.against(slot, artifact=artifact)
        verdict = builders.a_verdict(candidate=row, content=content, against=against)
        envelope = place.signed(verdict)
        signed = place.verifiers.verify(envelope)
        proposals.append(
            builders.a_proposal(
                signed.verdict, candidate=row, keyid=signed.keyid, envelope=envelope
            )
        )
        evidence += [
            envelope,
            builders.a_policy().content,
            dump(builders.a_report(staged)),
            dump(builders.a_performance(staged)),
        ]
    return plan_flip(state, tuple(proposals), now=place.now), tuple(evidence)


def _publish(place: Place, content: bytes) -> None:
    place.stage(content)
    place.registry.put(builders.artifact_of(content), builders.a_staged(content=content).files)


def flips(place: Place, rounds: int) -> Iterator[Callable[[], object]]:
    """Commits of releases: three evidence files, one entry, the pointer."""
    for number in range(rounds):
        content = f"release {number}".encode()
        _publish(place, content)
        plan, evidence = _planned(place, (builders.SLOT,), content)
        assert plan.entry is not None
        assert plan.pointer is not None
        yield partial(place.releases.commit, plan.entry, plan.pointer, evidence=evidence)


def rollbacks(work: Path, rounds: int) -> Iterator[Callable[[], object]]:
    """Whole rollback steps: find the target, verify it, hash its bytes, commit; no pages."""
    template = Place(work / "two")
    for content in (b"first", b"second"):
        template.release(content)
    for number in range(rounds):
        root = work / f"rollback-{number}"
        shutil.copytree(template.root, root)
        yield Place(root).roll_back
        shutil.rmtree(root)


def sqlite_flips(work: Path, rounds: int, name: str) -> Iterator[Callable[[], object]]:
    """The same bytes into three tables, in one transaction."""
    journal, synchronous = PEERS[name]
    database = sqlite3.connect(work / f"{journal}.db", isolation_level=None)
    database.execute(f"PRAGMA journal_mode={journal}")
    database.execute(f"PRAGMA synchronous={synchronous}")
    database.execute("CREATE TABLE evidence (name TEXT PRIMARY KEY, data BLOB)")
    database.execute("CREATE TABLE ledger (name TEXT PRIMARY KEY, data BLOB)")
    database.execute("CREATE TABLE pointer (slot TEXT PRIMARY KEY, data BLOB)")
    place = Place(work / f"plans-{journal}")
    plan, evidence = _planned(place, (builders.SLOT,), b"content")
    entry = dump(plan.entry) if plan.entry else b""
    for number in range(rounds):
        yield partial(_insert, database, str(number), (entry, *evidence))
    database.close()


def _insert(database: sqlite3.Connection, key: str, files: tuple[bytes, ...]) -> None:
    entry, *evidence = files
    database.execute("BEGIN IMMEDIATE")
    for data in evidence:
        row = (sha256_hex(data + key.encode()), data)
        database.execute("INSERT INTO evidence VALUES (?, ?)", row)
    database.execute("INSERT INTO ledger VALUES (?, ?)", (key, entry))
    database.execute("INSERT OR REPLACE INTO pointer VALUES ('slot', ?)", (key,))
    database.execute("COMMIT")


def git_flips(work: Path, rounds: int) -> Iterator[Callable[[], object]]:
    """One reference moved, compare and swap, synced; the objects are there already."""
    repository = work / "refs.git"
    settings = ("-c", "core.fsync=all", "-c", "user.name=x", "-c", "user.email=x@example.org")

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *settings, *arguments],
            cwd=repository,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    repository.mkdir()
    git("init", "--quiet", "--bare")
    tree = git("mktree", "--missing")
    commits = [git("commit-tree", tree, "-m", str(number)) for number in range(2)]
    git("update-ref", "refs/heads/live", commits[1])
    for number in range(rounds):
        new, old = commits[number % 2], commits[(number + 1) % 2]
        yield partial(git, "update-ref", "refs/heads/live", new, old)


def fleet(root: Path, *, rows: int, live: int) -> Place:
    """A catalogue of so many rows, so many of their slots live, the first in its second release."""
    place = Place(root)
    slots = tuple(f"family{number}::tiny::onnx" for number in range(live))
    for content, moved in ((b"first", slots), (b"second", slots[:1])):
        _publish(place, content)
        plan, evidence = _planned(place, moved, content)
        assert plan.entry is not None
        assert plan.pointer is not None
        place.releases.commit(plan.entry, plan.pointer, evidence=evidence)
    place.regenerate()
    place.write_queue()
    row = {"family": "PII", "tier": "Tiny", "formats": ["onnx"], "license": "apache-2.0"}
    lines = [json.dumps({"repo_id": f"org/model-{number}", **row}) for number in range(rows)]
    (root / "models.jsonl").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return place


def whole_rollback(work: Path, *, rows: int, live: int) -> None:
    """Print the time of the whole process, from the call to its exit."""
    place = fleet(work / f"fleet-{live}", rows=rows, live=live)
    environment = {**os.environ, "HOME": str(place.root / "me"), "XDG_CONFIG_HOME": ""}
    before, start = _children_seconds(), perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "openmed", "release", "rollback", "family0"],
        cwd=place.root,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    seconds = perf_counter() - start
    told = dict(re.findall(r"(decided|flipped|regenerated) after ([\d.]+) s", done.stdout))
    pages = sum(1 for path in (place.root / "artifacts/trust").rglob("*") if path.is_file())
    print(
        f"{rows:,} rows, {live:,} live: decided {told['decided']} s, flipped {told['flipped']} s, "
        f"{pages:,} files regenerated {told['regenerated']} s; whole process {seconds:.2f} s "
        f"({_children_seconds() - before:.2f} s of them computing), "
        f"{PROMISE / seconds:.0f} times under the promise of {PROMISE:.0f} s"
    )


def _children_seconds() -> float:
    """Processor time of processes that ended: what a busy machine does not stretch."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--rows", type=int, default=2266)
    parser.add_argument("--folder", type=Path, default=None, help="on the disk to be measured")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        work = Path(name)
        flip = timed("flip", flips(Place(work / "flips"), given.rounds))
        print(f"{given.rounds} rounds{'median':>38}{'worst':>13}{'x flip':>8}")
        print(flip.line(flip.median))
        print(timed("rollback, verified", rollbacks(work, given.rounds)).line(flip.median))
        for peer in PEERS:
            print(timed(peer, sqlite_flips(work, given.rounds, peer)).line(flip.median))
        print(timed("git update-ref", git_flips(work, given.rounds)).line(flip.median))
        print()
        for live in (1, 20, given.rows):
            whole_rollback(work, rows=given.rows, live=live)


if __name__ == "__main__":
    main()
