"""Acting on state that other machines share: fetch, act, push; when another was first, act again.

Without `gates/shared.toml` the state is this machine's own, and acting is all there is.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from openmed.context import Context, open_context
from openmed.domain.release.sync_config import FILE, MINIMAL
from openmed.errors import FlipConflictError, UsageError

Answer = TypeVar("Answer")


def shared(root: Path, act: Callable[[], Answer]) -> Answer:
    """Act on a release repository, and share what happened.

    Args:
        root: release repository.
        act: reads the state, compares, and moves it; called again when another machine was first.

    Raises:
        FlipConflictError: others were first each time; nothing of it holds.
        IntegrityError: the ledger is forked, or half merged.
        ExternalError: the remote cannot be reached.
    """
    return shared_in(open_context(root, quiet=True), act)


def require_shared(root: Path) -> None:
    """Refuse to go on where nobody would learn what happened: a checkout that is thrown away.

    Raises:
        UsageError: the state is not shared.
    """
    if open_context(root, quiet=True).git_state is None:
        msg = (
            "the release state is not shared: the next run on a fresh checkout would know nothing "
            "of this one, of its quarantines neither"
        )
        raise UsageError(msg, next_step=f"commit {FILE} with: {MINIMAL}")


def shared_in(world: Context, act: Callable[[], Answer]) -> Answer:
    """Act in an open repository, and share what happened."""
    git = world.git_state
    if git is None:
        return act()
    for _ in range(git.attempts):
        with world.releases.lock():
            git.bring_up_to_date(strays=_strays(world))
            before = _entries(world)
        answer = act()
        with world.releases.lock():
            made = _entries(world) - before
            # Another process here may have lost, and so have undone what we made.
            if git.publish(strays=_strays(world)) and made <= _entries(world):
                return answer
        world.progress("another machine was first; comparing again with what it released")
    msg = f"other machines were first, {git.attempts} times; nothing of this holds"
    raise FlipConflictError(msg, next_step="run it again")


def _entries(world: Context) -> frozenset[str]:
    return frozenset(entry.digest for entry in world.releases.reached().entries)


def _strays(world: Context) -> tuple[str, ...]:
    return tuple(stray.name for stray in world.releases.strays(world.releases.reached()))
