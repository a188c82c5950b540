"""A new release repository."""

from openmed.app.suites import SUITES, build_suite
from openmed.context import Context, new_repository_files
from openmed.errors import UsageError


def begin(context: Context, *, folder: str, is_on_github: bool) -> tuple[str, ...]:
    """Write a release repository in which `make release` works at once.

    Args:
        context: the repository to be; its root is made if it is missing.
        folder: its root, as the person named it.
        is_on_github: whether to write the workflow and its sessions too.

    Returns:
        Paths of what is there now.

    Raises:
        UsageError: one of the files is there already, or no folder can be there; nothing was
            written.
    """
    root = context.root
    files = new_repository_files(is_on_github=is_on_github)
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
