"""A new release repository."""

from pathlib import Path

from openmed.app.suites import SUITES, build_suite
from openmed.context import new_repository_files, open_context
from openmed.errors import UsageError


def begin(folder: Path, *, is_on_github: bool) -> tuple[str, ...]:
    """Write a release repository in which `make release` works at once.

    Args:
        folder: where; made if it is missing.
        is_on_github: whether to write the workflow and its sessions too.

    Returns:
        Paths of what is there now.

    Raises:
        UsageError: one of the files is there already, or no folder can be there; nothing was
            written.
    """
    world = open_context(folder, quiet=True)  # Before anything is made: its path must be UTF-8.
    files = new_repository_files(is_on_github=is_on_github)
    there = sorted(name for name in [*files, "gates"] if (folder / name).exists())
    if there:
        msg = f"{folder} has {there[0]} already; wanted a folder without a release repository"
        raise UsageError(msg, next_step="openmed init ANOTHER-FOLDER")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"{folder} cannot be made a folder: {error.strerror}"
        raise UsageError(msg, next_step="openmed init ANOTHER-FOLDER") from None
    for name, content in sorted(files.items()):
        world.write_file(name, content)
    for name in SUITES:
        build_suite(folder, name=name, is_check=False)
    return tuple(
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "artifacts" not in path.parts
    )
