"""Whether a command may act as it is configured to share, and what others do not have yet."""

from openmed.context import Context
from openmed.errors import UsageError


def require_alone(world: Context) -> None:
    """Refuse to act alone where the state was shared and nobody reviewed that it no longer is.

    Raises:
        UsageError: so it is.
    """
    fault = world.sharing_memory.fault()
    if fault is not None:
        raise UsageError(fault.says, next_step=fault.next_step)


def is_reviewed_sharing(world: Context, *, may_act: bool) -> bool:
    """Whether the state is shared as before, or otherwise as people reviewed.

    Args:
        world: the release repository.
        may_act: it cannot wait, so it is said and not refused.

    Raises:
        UsageError: it is not, and the command can wait.
    """
    fault = world.sharing_memory.fault()
    if fault is None:
        return True
    if not may_act:
        raise UsageError(fault.says, next_step=fault.next_step)
    world.terminal.line(f"{fault.says}; next: {fault.next_step}")
    return False


def unshared_tags(world: Context) -> tuple[str, ...]:
    """Tags of entries that the shared branch, as it was last fetched, does not have."""
    git = world.git_state
    if git is None:
        return ()
    there = git.branch.shared_entries() or frozenset()
    return tuple(e.tag for e in world.releases.reached().entries if e.digest not in there)
