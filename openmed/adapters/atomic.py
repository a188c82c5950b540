"""The only writer: a file is either its old bytes or its new ones, also after a crash.

Write to a temporary file in the same folder, fsync it, rename it over the target, fsync
the folder. A failed fsync is never retried: the kernel may have dropped the pages, so a
second fsync that succeeds would prove nothing.
"""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

TEMPORARY = ".tmp-"
"""How names of unfinished files begin; nothing reads them."""


def write(path: Path, content: bytes) -> None:
    """Replace `path` by `content` in one step; makes the folder if needed.

    Raises:
        OSError: nothing was replaced.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f"{TEMPORARY}{secrets.token_hex(8)}"
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def write_if_different(path: Path, content: bytes) -> bool:
    """Write only when the bytes differ, so that time stamps keep their meaning.

    Returns:
        Whether it wrote.
    """
    with contextlib.suppress(OSError):
        if path.read_bytes() == content:
            return False
    write(path, content)
    return True


def sync_folder(folder: Path) -> None:
    """Make renames and removals in a folder last."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """A temporary folder in `parent` that is gone afterwards, read-only files or not."""
    parent.mkdir(parents=True, exist_ok=True)
    folder = parent / f"{TEMPORARY}{secrets.token_hex(8)}"
    folder.mkdir()
    try:
        yield folder
    finally:
        remove_tree(folder)


def remove_tree(folder: Path) -> None:
    """Remove a folder with everything in it, also when it was made read-only."""
    if not folder.exists():
        return
    for directory, _, _ in os.walk(folder):
        Path(directory).chmod(0o700)
    for directory, folders, files in os.walk(folder, topdown=False):
        for name in files:
            (Path(directory) / name).unlink()
        for name in folders:
            entry = Path(directory) / name
            entry.unlink() if entry.is_symlink() else entry.rmdir()
    folder.rmdir()
