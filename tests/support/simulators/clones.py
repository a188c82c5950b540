"""Clones of one release repository with a bare remote, and a process that releases in one."""

import shutil
import subprocess
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

from support.places import Place
from support.simulators.racers import SECONDS, Answer

from openmed.app.sync import share
from openmed.context import Context
from openmed.errors import OpenMedError
from openmed.exit_codes import EXIT_CODE_OF

SHARED = """\
remote = "origin"
branch = "main"
name = "openmed-bot"
email = "bot@example.org"
attempts = {attempts}
"""
_barriers: dict[str, Barrier] = {}


def git(folder: Path, *arguments: str) -> str:
    """Run git as a person would; what it says."""
    identity = ("-c", "user.name=Person", "-c", "user.email=person@example.org")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def clones_of(place: Place, work: Path, *, attempts: int, names: tuple[str, ...]) -> list[Place]:
    """Put a repository into git, push it to a bare remote, and clone it, bytes and keys too."""
    (place.root / ".gitignore").write_text("/artifacts/\n/me/\n*.pem\n.tmp-*\n")
    (place.root / ".gitattributes").write_text("gates/** -text\ngates/pointer.json -merge\n")
    (place.root / "gates" / "shared.toml").write_text(SHARED.format(attempts=attempts))
    remote = work / "remote.git"
    git(work, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    git(place.root, "init", "--quiet", "--initial-branch=main")
    git(place.root, "add", ".")
    git(place.root, "commit", "--quiet", "--message", "Start")
    git(place.root, "push", "--quiet", str(remote), "HEAD:main")
    made = []
    for name in names:
        git(work, "clone", "--quiet", str(remote), name)
        for folder in ("artifacts", "me"):
            shutil.copytree(place.root / folder, work / name / folder)
        made.append(Place(work / name))
    return made


class Releasers:
    """Two processes, each of which releases in a clone of its own."""

    def __init__(self) -> None:
        """Start them."""
        context = get_context("spawn")
        self._pool = ProcessPoolExecutor(
            2, mp_context=context, initializer=_remember, initargs=(context.Barrier(2),)
        )

    def race(self, roots: tuple[Path, Path], contents: tuple[bytes, bytes]) -> tuple[Answer, ...]:
        """Let both release at once."""
        jobs: list[Future[Answer]] = [
            self._pool.submit(_release, root, content)
            for root, content in zip(roots, contents, strict=True)
        ]
        return tuple(job.result(timeout=SECONDS) for job in jobs)

    def close(self) -> None:
        """End them."""
        self._pool.shutdown()


def _remember(barrier: Barrier) -> None:
    _barriers["all"] = barrier


def _release(root: Path, content: bytes) -> Answer:
    place = Place(root)
    waited = iter((True, False))

    def act(_: Context) -> Answer:
        verdict = place.verdict(content)
        place.offer(verdict, place.signed(verdict), content=content)
        if next(waited, False):
            _barriers["all"].wait(SECONDS)  # Both have fetched; neither has pushed.
        record = place.flip()
        (row,) = record.results
        return Answer(row.exit_code, record.tag or "", row.reason)

    try:
        return share(place.world, act)
    except OpenMedError as error:
        return Answer(EXIT_CODE_OF[error.kind], "", error.message)
