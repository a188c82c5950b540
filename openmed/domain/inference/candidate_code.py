"""Whether the code of a candidate is in its artifact, as far as that shows without running it.

What is outside can be replaced after the release while every hash still fits, so a command names
`python3`, which is the engine's own interpreter, and a script or module of the artifact or of a
package that the profile pins; it names
no other program and no path that leads out. A function is of a module of the artifact or of a
package that the profile pins. What a program reads and imports when it runs is for the jail.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from openmed.domain.inference.profile import RunnerProfile, SpanSource

INTERPRETERS: Final = frozenset({"python", "python3"})
"""Names of programs that a command may begin with: the engine's own interpreter."""
RUN_CODE: Final = frozenset({"callable", "subprocess-jsonl"})
"""Runners of ours that run code of the artifact."""
NEXT: Final = "put the program into the artifact; docs/reference/runners.md says how"
"""What to do about a fault."""

_PLAIN_FLAG: Final = re.compile(r"-[bBdEIOPqsSuvx]+")
"""Flags of the interpreter that take no value and run no code."""
_VALUE_FLAGS: Final = frozenset({"-W", "-X"})
_MODULE: Final = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_SHOWN: Final = 80
_WANTED: Final = "wanted python3 and a script of the artifact"


def code_fault(profile: RunnerProfile, *, paths: Collection[str]) -> str:
    """Say which code of a candidate is not in its artifact; empty when none is known to be outside.

    Args:
        profile: how it is run.
        paths: files of the artifact.
    """
    source = profile.spans
    if source is None:
        return ""
    if source.requirements is not None and source.requirements not in paths:
        return (
            f"spans.requirements names {source.requirements[:_SHOWN]!r}, which is no file of the "
            "artifact; wanted a file of the artifact with pins by hash"
        )
    if source.function is not None:
        return _function_fault(source, source.function, paths)
    return _command_fault(source, paths)


def _function_fault(source: SpanSource, function: str, paths: Collection[str]) -> str:
    module = function.partition(":")[0]
    if source.packages or source.requirements or _has_module(module, paths):
        return ""
    return (
        f"the function {function[:_SHOWN]} is of no module of the artifact; wanted a module of the "
        "artifact or of a package that the profile pins"
    )


def _command_fault(source: SpanSource, paths: Collection[str]) -> str:
    program, *arguments = source.command
    if program not in INTERPRETERS:
        return f"the command starts {program[:_SHOWN]!r}, which is not in the artifact; {_WANTED}"
    rest = _after_flags(arguments)
    if rest is None or not rest:
        return f"the command names no script of the artifact; {_WANTED}"
    if rest[0] == "-m":
        # A module of a pinned package is known once that is installed.
        is_pinned = bool(source.requirements or source.packages)
        fault = "" if is_pinned and rest[1:2] else _module_fault(rest[1:2], paths)
        values = rest[2:]
    else:
        fault = _script_fault(rest[0], paths)
        values = rest[1:]
    return fault or next((_leads_out(value) for value in values if _leads_out(value)), "")


def _after_flags(arguments: Sequence[str]) -> Sequence[str] | None:
    """What follows the interpreter's own flags; None when one of them runs something else."""
    left = list(arguments)
    while left and left[0].startswith("-") and left[0] != "-m":
        flag = left.pop(0)
        if flag in _VALUE_FLAGS:
            del left[:1]
        elif not _PLAIN_FLAG.fullmatch(flag) and flag[:2] not in _VALUE_FLAGS:
            return None
    return left


def _script_fault(script: str, paths: Collection[str]) -> str:
    name = script.removeprefix("./")
    if name in paths or f"{name}/__main__.py" in paths:
        return ""
    return f"the command runs {script[:_SHOWN]!r}, which is no file of the artifact; {_WANTED}"


def _module_fault(modules: Sequence[str], paths: Collection[str]) -> str:
    name = modules[0] if modules else ""
    is_there = _MODULE.fullmatch(name) and (
        _has_module(name, paths) or _has_module(f"{name}.__main__", paths)
    )
    if is_there:
        return ""
    return f"the command runs the module {name[:_SHOWN]!r}, which is not in the artifact; {_WANTED}"


def _has_module(module: str, paths: Collection[str]) -> bool:
    """Whether a module is a file of the artifact: source, a package, or compiled."""
    stem = module.replace(".", "/")
    return any(
        path in (f"{stem}.py", f"{stem}/__init__.py")
        or (path.startswith(f"{stem}.") and path.endswith((".so", ".pyd")))
        for path in paths
    )


def _leads_out(argument: str) -> str:
    """Say that an argument is a path outside; empty when it is none."""
    if any(_is_outside(part) for part in _parts(argument)):
        return (
            f"the command names {argument[:_SHOWN]!r}, which leads out of the artifact; "
            "wanted paths inside it"
        )
    return ""


def _parts(argument: str) -> Iterator[str]:
    """An argument and what may be a path in it: `--model=/elsewhere`, `a:/b`, `file:///c`."""
    yield argument
    yield from re.split(r"[=:,;]", argument)
    if argument.startswith("-"):
        yield argument.lstrip("-")[1:]


def _is_outside(path: str) -> bool:
    return path.startswith(("/", "~", "\\")) or ".." in re.split(r"[/\\]", path)
