"""Acting on state that other machines share: fetch, act, push; when another was first, act again.

Without `gates/shared.toml` the state is this machine's own, and acting is all there is.
"""

from collections.abc import Callable
from typing import TypeVar

from openmed.context import Context
from openmed.errors import FlipConflictError

Answer = TypeVar("Answer")


def share(context: Context, act: Callable[[Context], Answer]) -> Answer:
    """Act on a release repository, and share what happened.

    Args:
        context: the release repository.
        act: reads the state, compares, and moves it; called again, with what was fetched and at
            its own time, when another machine was first.

    Raises:
        FlipConflictError: others were first each time; nothing of it holds.
        IntegrityError: the ledger is forked, or half merged.
        ExternalError: the remote cannot be reached.
    """
    git = context.git_state
    if git is None:
        return act(context)
    for _ in range(git.attempts):
        with context.releases.lock():
            git.bring_up_to_date(strays=_strays(context))
            before = _entries(context)
        answer = act(context.at_this_moment())
        with context.releases.lock():
            made = _entries(context) - before
            # Another process here may have lost, and so have undone what we made.
            if git.publish(strays=_strays(context)) and made <= _entries(context):
                return answer
        context.progress("another machine released first; comparing again with its release")
    msg = f"another machine released first, {git.attempts} times; nothing was released here"
    raise FlipConflictError(msg, next_step="run it again")


def _entries(context: Context) -> frozenset[str]:
    return frozenset(entry.digest for entry in context.releases.reached().entries)


def _strays(context: Context) -> tuple[str, ...]:
    return tuple(stray.name for stray in context.releases.strays(context.releases.reached()))
