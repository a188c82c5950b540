"""Runners by name: entry points of the group `openmed.runners`; ours register the same way.

Looking a runner up imports its module, so a runner's module imports its heavy packages only
when it is constructed: the parent asks what *would* run without loading it.
"""

from abc import ABC
from importlib.metadata import PackageNotFoundError, version
from typing import cast

from openmed.adapters.code import entry_points
from openmed.adapters.code.code_digest import CodeDigests, CodeRoots
from openmed.adapters.code.code_roots import WORKER
from openmed.adapters.code.source_files import SourceFiles
from openmed.adapters.runners.runner import RunnerType
from openmed.domain.inference.predictions import Runtime
from openmed.errors import UsageError

_BARE = (object, ABC)


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


def brings_code(name: str) -> bool:
    """Whether a runner runs code that a candidate brings.

    Raises:
        UsageError: the runner is unknown.
    """
    return bool(getattr(runner_type(name), "runs_candidate_code", False))


def runtime(runner: str, *, sources: SourceFiles) -> Runtime:
    """What would run with this runner now.

    Args:
        runner: its name.
        sources: reads our sources.

    Raises:
        UsageError: the runner is unknown or its packages are not installed.
    """
    return describe(runner, runner_type(runner), digests=CodeDigests(sources))


def describe(name: str, kind: RunnerType, *, digests: CodeDigests) -> Runtime:
    """The runtime of one runner: its packages' versions and the digest of its code.

    Raises:
        UsageError: a package is not installed, or a source cannot be read.
    """
    packages: list[str] = []
    for distribution in sorted(kind.distributions):
        try:
            packages.append(f"{distribution}=={version(distribution)}")
        except PackageNotFoundError:
            msg = f"the runner {name!r} needs {distribution}, which is not installed"
            raise UsageError(msg, next_step=kind.install) from None
    return Runtime(runner=name, code=digests.digest(roots_of(kind)), packages=tuple(packages))


def roots_of(kind: RunnerType) -> CodeRoots:
    """The modules that decide what a runner predicts: the worker, its class and their bases."""
    inherited = {each.__module__ for each in getattr(kind, "__mro__", ()) if each not in _BARE}
    return CodeRoots(
        modules=(WORKER, *sorted({kind.__module__, *inherited} - {WORKER})), reads_text=True
    )
