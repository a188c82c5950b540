"""The sinks of a release repository: entry points of the group `openmed.sinks`.

`gates/notices.toml` names them and their settings. What is not installed or has a wrong setting is
said before anything is delivered; what a sink of another package raises costs its messages only.
"""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple, cast

from openmed.adapters.code import entry_points
from openmed.adapters.code.entry_points import Extension
from openmed.adapters.disk import limited_read
from openmed.domain.digest import Json
from openmed.domain.notices.delivery import DeliveryOutcome
from openmed.domain.notices.notice import Notice
from openmed.domain.notices.sinks_file import FILE, NO_FILE, NoticesFile, notices_file
from openmed.domain.text.exception_names import exception_name
from openmed.errors import EvidenceError, OpenMedError, UsageError
from openmed.ports.notices import Answer, NoticeSink, SinkMessage, SinkPlace

_FIX: Final = f"correct {FILE}"
_NEEDS: Final = ("deliver", "fault", "where", "repeats")

SinkType = Callable[[Mapping[str, Json], SinkPlace], NoticeSink]
"""Makes a sink from the settings of its table and its place; asks nobody yet.

Raises:
    EvidenceError: a setting is unknown or not usable.
"""


class InstalledSinks(NamedTuple):
    """What is in use.

    Attributes:
        good_runs: runs that find a trouble gone before it counts as ended.
        sinks: by name, in the order of the file.
    """

    good_runs: int
    sinks: Mapping[str, NoticeSink]


def open_sinks(root: Path, place: SinkPlace) -> InstalledSinks:
    """The sinks that the file names; task files and badges without a file.

    Args:
        root: release repository.
        place: what sinks are given.

    Raises:
        UsageError: the file cannot be used, or a sink is not installed or cannot be loaded.
    """
    file = _file(root / FILE)
    return InstalledSinks(
        file.good_runs,
        {name: _open(name, settings, place) for name, settings in file.sinks.items()},
    )


def _open(name: str, settings: Mapping[str, Json], place: SinkPlace) -> NoticeSink:
    fix = f"correct `name` in {FILE} or install the package that brings it"
    group = entry_points.SINKS
    try:
        found = entry_points.load(group, name, what="sink", fix=fix, needs=_NEEDS)
        make = cast("SinkType", found.value)
        made = entry_points.guarded(
            lambda: make(settings, place), what=found.what, package=found.package
        )
    except EvidenceError as error:
        raise UsageError(f"{FILE}: {error.message}", next_step=_FIX) from None
    except UsageError as error:
        raise UsageError(f"{FILE}: {error.message}", next_step=error.next_step) from None
    return GuardedSink(found, made)


def _file(path: Path) -> NoticesFile:
    try:
        data = limited_read.read_bytes(path, most=limited_read.CONFIGURATION)
        table = tomllib.loads(data.decode())
    except FileNotFoundError:
        return NO_FILE
    except (OSError, ValueError):
        msg = f"{FILE} cannot be read as TOML"
        raise UsageError(msg, next_step=_FIX) from None
    return notices_file(cast("dict[str, Json]", table))


class GuardedSink:
    """A sink; whatever it raises, its messages wait and other sinks go on."""

    def __init__(self, found: Extension, made: NoticeSink) -> None:
        """Keep what is guarded."""
        self._what = found.what
        self._made = made

    @property
    def where(self) -> str:
        """Where it is."""
        return self._made.where

    @property
    def repeats(self) -> bool:
        """Whether equal messages are given again."""
        return self._made.repeats

    def fault(self) -> str:
        """What this process lacks to use it."""
        return self._made.fault()

    def deliver(
        self, messages: tuple[SinkMessage, ...], standing: tuple[Notice, ...]
    ) -> list[Answer]:
        """Deliver; an exception, or the wrong number of answers, leaves all of them for later."""
        try:
            answers = self._made.deliver(messages, standing)
        except OpenMedError as error:
            says = error.message
        except OSError as error:
            says = f"{self._what} failed: {error.strerror}"
        except Exception as error:  # noqa: BLE001 - whatever a package raises
            says = f"{self._what} failed: {exception_name(error)}"
        else:
            if len(answers) == len(messages):
                return list(answers)
            says = f"{self._what} failed: {len(answers)} answers to {len(messages)} messages"
        return [Answer(DeliveryOutcome.LATER, says, message.ref) for message in messages]
