"""What must hold before a run begins: a clock, folders and a registry that can take it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase

from openmed.context import Context
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.ledger.clock_rules import require_clock
from openmed.errors import OpenMedError, UsageError


def require_right_clock(world: Context) -> None:
    """Refuse to begin a release whose entry could not be recorded at its time.

    Raises:
        IntegrityError: the clock is too far behind the ledger; nothing was run.
    """
    require_clock(world.releases.last_whole().entries, now=world.now)


def require_writable(world: Context, *roles: str) -> None:
    """Refuse to begin what could not be written down.

    Args:
        world: the release repository.
        roles: of its folders, as `Context.folders` has them.

    Raises:
        UsageError: a folder cannot be written; nothing was run.
    """
    for role in roles:
        folder = world.folders[role]
        if not world.machine.is_writable(folder):
            msg = f"{world.shown(folder)} cannot be written"
            raise UsageError(msg, next_step="openmed doctor")


def require_registry(world: Context) -> None:
    """Refuse to begin what could not be published.

    Raises:
        UsageError: the registry cannot be used or written; nothing was run.
    """
    for registry in (world.registry, *world.registry.by_slot.values()):
        if not registry.is_writable():
            raise UsageError(f"{registry.where} cannot be written", next_step="openmed doctor")


@contextmanager
def no_older_report(world: Context) -> Iterator[None]:
    """Whatever keeps a run from starting, no report of an earlier run is taken for its own.

    It is kept while the state is not whole: it may be what remembers the entry that was lost.
    """
    try:
        yield
    except (OpenMedError, OSError):
        with suppress(OpenMedError):
            world.releases.state()
            world.run_files.remove_report()
        raise


def matching(queue: tuple[Candidate, ...], pattern: str) -> tuple[Candidate, ...]:
    """Candidates whose slot a person meant.

    Raises:
        UsageError: there are candidates, and none of them is meant.
    """
    found = tuple(row for row in queue if fnmatchcase(row.slot, pattern))
    if queue and not found:
        msg = f"no candidate's slot matches {pattern[:80]!r}"
        slots = ", ".join(row.slot for row in queue)
        raise UsageError(f"{msg}; the queue has {slots}")
    return found
