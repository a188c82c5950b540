"""A new release repository, and one that an older version made.

In an upgrade, a file that is as some version shipped it, or that only lacks lines, is written. What
a person changed is never written over: what it lacks is said instead. Queue, catalogue, suites,
recipes and the record of releases are the person's own and are not looked at; so are pins, but for
the generated suites, which policies name.
"""

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from openmed.app.engine_pin import EnginePin
from openmed.app.suites import SUITES, build_suite
from openmed.context import Context, new_repository_files, shipped_versions
from openmed.domain.digest import sha256_hex
from openmed.errors import UsageError

ALWAYS: Final = (".gitattributes", ".gitignore", "dodo.py", "gates/policy/floor.toml")
IF_THERE: Final = (
    "Makefile",
    "gates/policy/default.toml",
    "gates/policy/pii--tiny--onnx.toml",
    "gates/policy/pii.toml",
    "gates/reaction.toml",
)
_ACTIONS: Final = (
    "bring-evidence", "bring-findings", "bring-run", "keep-evidence", "keep-findings",
    "keep-outbox", "keep-recheck", "keep-run", "setup",
)  # fmt: skip
_WORKFLOWS: Final = ("drill", "monitor", "nightly", "plan", "release-gates", "rollback", "tell")
ON_GITHUB: Final = (
    *(f".github/actions/{name}/action.yml" for name in _ACTIONS),
    ".github/dependabot.yml",
    *(f".github/workflows/{name}.yml" for name in _WORKFLOWS),
    "gates/shared.toml",
    "noxfile.py",
    "requirements/release.txt",
)
_WORKFLOW: Final = ".github/workflows/release-gates.yml"
_ENGINE: Final = "requirements/engine.txt"
"""A person's own; an upgrade writes it only where there is none."""
_PINS: Final = "gates/suites.toml"
_GENERATED: Final = "[[generated]]"
_LINE_FILES: Final = frozenset({".gitattributes", ".gitignore"})
_POLICIES: Final = "gates/policy/"


class Way(StrEnum):
    """What becomes of one file."""

    NEW = "new"
    """It is missing and is written."""
    REPLACED = "replaced"
    """It is as an earlier version shipped it."""
    COMPLETED = "completed"
    """It only lacked lines."""
    KEPT = "kept"
    """A person changed it; what it lacks is said."""


class FileUpgrade(NamedTuple):
    """One file that is not what this version makes.

    Attributes:
        name: its path.
        way: what becomes of it.
        content: what is written; of a kept one, as it is.
        diff: unified diff from what there is to what is written.
        lacks: of a kept one, what to add.
    """

    name: str
    way: Way
    content: bytes
    diff: str
    lacks: tuple[str, ...] = ()


def begin(
    context: Context, *, folder: str, is_on_github: bool, engine: EnginePin | None = None
) -> tuple[str, ...]:
    """Write a release repository in which `make release` works at once.

    Args:
        context: the repository to be; its root is made if it is missing.
        folder: its root, as the person named it.
        is_on_github: whether to write the workflows and their sessions too.
        engine: what CI installs; None = a person pins it later, and until then CI ends red.

    Returns:
        Paths of what is there now.

    Raises:
        UsageError: one of the files is there already, or no folder can be there; nothing was
            written.
    """
    root = context.root
    files = {
        **new_repository_files(is_on_github=is_on_github),
        **(engine.files if engine is not None else {}),
    }
    there = sorted(name for name in [*files, "gates"] if (root / name).exists())
    if there:
        msg = f"{folder} already has {there[0]}; choose a folder without a release repository"
        raise UsageError(msg, next_step="openmed init ANOTHER-FOLDER")
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"{folder} cannot be made a folder: {error.strerror}"
        raise UsageError(msg, next_step="openmed init ANOTHER-FOLDER") from None
    for name, content in sorted(files.items()):
        context.write_file(name, content)
    for name in SUITES:
        build_suite(context, name=name, is_check=False)
    return tuple(
        path.relative_to(root).as_posix()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "artifacts" not in path.parts
    )


def upgrade(world: Context, *, is_check: bool) -> tuple[FileUpgrade, ...]:
    """Write what a repository made by an older version lacks.

    Args:
        world: release repository.
        is_check: write nothing.

    Returns:
        Files that lack something of what this version makes, by path.

    Raises:
        UsageError: it is no release repository.
    """
    if not world.is_repository:
        msg = "there is no gates/ in the release repository"
        raise UsageError(msg, next_step="openmed init, or name the repository with --root")
    found = tuple(_found(world))
    for one in found:
        if one.way is not Way.KEPT and not is_check:
            world.write_file(one.name, one.content)
    return found


def _found(world: Context) -> Iterator[FileUpgrade]:
    wanted, shipped = new_repository_files(is_on_github=True), shipped_versions()
    is_on_github = world.read_file(_WORKFLOW) is not None
    made = {*ALWAYS, *((*ON_GITHUB, _ENGINE) if is_on_github else ())}
    for name in sorted({*ALWAYS, *IF_THERE, *ON_GITHUB, _ENGINE}):
        have = world.read_file(name)
        if name == _ENGINE and have is not None:
            continue
        if have is None and (name not in made or (world.root / name).exists()):
            continue  # Also a folder or a broken link of that name: somebody's own.
        if have is not None and name in ON_GITHUB and not is_on_github:
            continue
        if have != wanted[name]:
            one = plan_file(name, have, wanted[name], shipped=shipped)
            if one.diff or one.lacks:
                yield one
    pins = world.read_file(_PINS)
    if pins is not None and _GENERATED.encode() not in pins:
        yield with_generated(pins, wanted[_PINS])


def with_generated(have: bytes, wanted: bytes) -> FileUpgrade:
    """Pins with the rows of generated suites, which come last and have a comment before them. Pure.

    Args:
        have: the pins there are.
        wanted: the pins of a new repository.
    """
    lines = _lines(wanted)
    start = lines.index(_GENERATED)
    while lines[start - 1].startswith("#"):
        start -= 1
    content = _appended(have, ["", *lines[start:]])
    return FileUpgrade(_PINS, Way.COMPLETED, content, _diff(_PINS, have, content))


def plan_file(
    name: str, have: bytes | None, wanted: bytes, *, shipped: Mapping[str, frozenset[str]]
) -> FileUpgrade:
    """What becomes of one file. Pure.

    Args:
        name: its path.
        have: what there is; None = nothing.
        wanted: what this version makes.
        shipped: digests of what earlier versions made, by path.
    """
    if have is None:
        return FileUpgrade(name, Way.NEW, wanted, _diff(name, b"", wanted))
    if sha256_hex(have) in shipped.get(name, frozenset()):
        return FileUpgrade(name, Way.REPLACED, wanted, _diff(name, have, wanted))
    old, new = _lines(have), _lines(wanted)
    if name in _LINE_FILES:
        content = _appended(have, [line for line in new if line not in old])
        return FileUpgrade(name, Way.COMPLETED, content, _diff(name, have, content))
    if not name.startswith(_POLICIES) and _is_part(old, new):
        return FileUpgrade(name, Way.COMPLETED, wanted, _diff(name, have, wanted))
    return FileUpgrade(name, Way.KEPT, have, "", lacks=tuple(_lacks(name, have, wanted)))


def _is_part(old: list[str], new: list[str]) -> bool:
    """Whether every line is in `new` too, in the same order."""
    rest = iter(new)
    return all(line in rest for line in old)


def _appended(have: bytes, lines: list[str]) -> bytes:
    end = b"" if not have or have.endswith(b"\n") else b"\n"
    return have + end + "".join(f"{line}\n" for line in lines).encode()


def _lacks(name: str, have: bytes, wanted: bytes) -> Iterator[str]:
    """What a person should look at: of a policy the keys, of other files the lines."""
    if not name.startswith(_POLICIES):
        old = {line.strip() for line in _lines(have)}
        yield from (line for line in _lines(wanted) if line.strip() and line.strip() not in old)
        return
    try:
        old_keys = set(_keys(tomllib.loads(have.decode())))
    except (ValueError, UnicodeDecodeError):
        yield "it is not TOML"
        return
    yield from (key for key in _keys(tomllib.loads(wanted.decode())) if key not in old_keys)


def _keys(table: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _keys(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def _lines(content: bytes) -> list[str]:
    return content.decode(errors="replace").splitlines()


def _diff(name: str, have: bytes, wanted: bytes) -> str:
    lines = difflib.unified_diff(
        _lines(have),
        _lines(wanted),
        fromfile=f"a/{name}" if have else "/dev/null",
        tofile=f"b/{name}",
        lineterm="",
    )
    return "".join(f"{line}\n" for line in lines)
