"""Sharing run records when a command has ended, whatever it came to; nothing depends on it."""

from typing import Final

from openmed.context import Context
from openmed.errors import OpenMedError

SECONDS: Final = 10.0
"""Longest wait for each answer of the remote."""


def share_records(context: Context) -> None:
    """Push the records where the state is shared; what is left to a later commit is said."""
    try:
        git = context.git_state
        reason = git.share_records(seconds=SECONDS) if git is not None else ""
    except OpenMedError as error:
        reason = error.message
    if reason:
        context.terminal.line(f"the record of this run is not shared yet: {reason}")
