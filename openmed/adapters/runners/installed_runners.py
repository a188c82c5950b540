"""Runners by name: entry points of the group `openmed.runners`; ours register the same way.

Looking a runner up imports its module, so a runner's module imports its heavy packages only
when it is constructed: the parent asks what *would* run without loading it.
"""

from abc import ABC
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import ClassVar, Protocol, cast

from openmed.adapters.code import entry_points
from openmed.adapters.code.code_digest import source_of
from openmed.adapters.disk.hashing import file_digest
from openmed.domain.digest import digest_of
from openmed.domain.inference.predictions import Runtime
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.text.span import PredictedSpan
from openmed.errors import UsageError

_BARE = (object, ABC)
_SHARED = (
    "openmed.domain.inference.decoding",
    "openmed.domain.inference.external_spans",
    "openmed.adapters.runners.worker",
)


class Runner(Protocol):
    """A candidate in memory, in the child process.

    Attributes:
        distributions: packages it computes with; their versions are the runtime.
        install: the command that installs them.
        library_name: library that loads such artifacts, as the Hub calls it; None when none does.
    """

    distributions: ClassVar[tuple[str, ...]]
    install: ClassVar[str]
    library_name: ClassVar[str | None]

    def predict(self, texts: Sequence[str]) -> Sequence[tuple[PredictedSpan, ...] | Exception]:
        """One answer per text, in order: its spans, or why there are none."""


class RunnerType(Protocol):
    """Loads a candidate; its errors may be shown, those of other packages may not."""

    __module__: str
    distributions: tuple[str, ...]
    install: str
    library_name: str | None

    def __call__(self, folder: Path, profile: RunnerProfile) -> Runner:
        """Load the artifact in a folder.

        Raises:
            OpenMedError: the artifact cannot be run; the sentence holds no document text.
        """


def runner_type(name: str) -> RunnerType:
    """Find a runner's class.

    Raises:
        UsageError: nothing, or two different things, are registered under the name, or what is
            registered cannot be loaded or is not a runner.
    """
    found = entry_points.load(
        entry_points.RUNNERS,
        name,
        what="runner",
        fix="correct `runner` in the profile or install the runner",
        needs=("distributions", "install", "library_name"),
    )
    return cast("RunnerType", found.value)


@cache
def runtime(runner: str) -> Runtime:
    """What would run with this runner now; asked once per process: a fleet asks thousands of times.

    Raises:
        UsageError: the runner is unknown or its packages are not installed.
    """
    return describe(runner, runner_type(runner))


def describe(name: str, kind: RunnerType) -> Runtime:
    """The runtime of one runner: its packages' versions and the digest of its source.

    Raises:
        UsageError: a package is not installed.
    """
    packages: list[str] = []
    for distribution in sorted(kind.distributions):
        try:
            packages.append(f"{distribution}=={version(distribution)}")
        except PackageNotFoundError:
            msg = f"the runner {name!r} needs {distribution}, which is not installed"
            raise UsageError(msg, next_step=kind.install) from None
    inherited = {each.__module__ for each in getattr(kind, "__mro__", ()) if each not in _BARE}
    modules = sorted({*_SHARED, kind.__module__, *inherited})
    code = digest_of([[module, file_digest(source_of(module))] for module in modules])
    return Runtime(runner=name, code=code, packages=tuple(packages))
