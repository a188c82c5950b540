"""What installed packages register with the engine: entry points, by group and name.

A name means one thing: what is registered twice with different values is refused, so no package
takes the place of something of ours. Nothing is loaded before its name is used.
"""

import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib import metadata
from typing import Final, NamedTuple, TypeVar

from openmed.domain.text.exception_names import exception_name
from openmed.errors import OpenMedError, UsageError

GATES: Final = "openmed.gates"
LAYOUTS: Final = "openmed.suite_layouts"
REGISTRIES: Final = "openmed.registries"
RUNNERS: Final = "openmed.runners"
SINKS: Final = "openmed.sinks"
SOURCES: Final = "openmed.sources"
GROUPS: Final = (GATES, LAYOUTS, REGISTRIES, RUNNERS, SINKS, SOURCES)
"""Every group the engine loads; there are no others."""

Result = TypeVar("Result")


class Extension(NamedTuple):
    """One registered object.

    Attributes:
        what: kind, name and package for an error sentence, e.g. `the source tar of my-package`.
        package: distribution that registers it.
        value: what is registered.
    """

    what: str
    package: str
    value: object


def registered_names(group: str) -> tuple[str, ...]:
    """Names of a group, sorted; nothing is loaded."""
    return tuple(sorted({entry.name for entry in _entries(group, tuple(sys.path))}))


@lru_cache(maxsize=32)
def _entries(group: str, path: tuple[str, ...]) -> tuple[metadata.EntryPoint, ...]:
    """Entry points of a group; a process looks through the packages of a path once.

    A package that comes or goes while it runs is seen by the next process.
    """
    del path  # where packages are looked for: of another path others are found
    return tuple(metadata.entry_points(group=group))


def require_registered(group: str, name: str, *, what: str, fix: str) -> metadata.EntryPoint:
    """Find the one entry point of a name, without loading it.

    Args:
        group: one of `GROUPS`.
        name: its name.
        what: kind of thing, e.g. `source`.
        fix: what to do when nothing is registered under the name.

    Raises:
        UsageError: nothing, or two different things, are registered under the name.
    """
    entries = _entries(group, tuple(sys.path))
    found = {entry.value: entry for entry in entries if entry.name == name}
    if not found:
        known = ", ".join(registered_names(group)) or "none"
        msg = f"there is no {what} {name[:80]!r} (known: {known})"
        raise UsageError(msg, next_step=fix)
    if len(found) > 1:
        msg = f"the {what} {name!r} is registered twice: {', '.join(sorted(found))}"
        raise UsageError(msg, next_step="uninstall one of them")
    return next(iter(found.values()))


def load(group: str, name: str, *, what: str, fix: str, needs: Sequence[str] = ()) -> Extension:
    """Load what is registered under a name.

    Args:
        group: one of `GROUPS`.
        name: its name.
        what: kind of thing, e.g. `source`.
        fix: what to do when nothing is registered under the name.
        needs: attributes it must have.

    Raises:
        UsageError: nothing or two things have the name, or it cannot be loaded or lacks something.
    """
    entry = require_registered(group, name, what=what, fix=fix)
    package = entry.dist.name if entry.dist else "an unknown package"
    about = f"the {what} {name} of {package}"
    value = guarded(entry.load, what=about, package=package)
    missing = [each for each in needs if not hasattr(value, each)]
    if missing or not callable(value):
        fault = f"it has no {missing[0]}" if missing else "it cannot be called"
        msg = f"{about} ({entry.value}) is not a {what}: {fault}"
        raise UsageError(msg, next_step=f"repair or uninstall {package}")
    return Extension(about, package, value)


def guarded(call: Callable[[], Result], *, what: str, package: str) -> Result:
    """Call code of a package; its own exceptions may quote anything, so only their type is told.

    Raises:
        UsageError: it raised something that is not an error of ours.
    """
    try:
        return call()
    except OpenMedError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a package raises
        msg = f"{what} cannot be loaded: {exception_name(error)}"
        raise UsageError(msg, next_step=f"repair or uninstall {package}") from None
