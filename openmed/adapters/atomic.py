"""The only writer: a file is either its old bytes or its new ones, also after a crash.

Write to a temporary file in the same folder, fsync it, rename it over the target, fsync
the folder. A failed fsync is never retried: the kernel may have dropped the pages, so a
second fsync that succeeds would prove nothing.

A writer holds a shared lock on the folder it writes in, which ends with its process. So
whoever gets the exclusive one knows that every unfinished file in it belongs to nobody.
"""

import contextlib
import fcntl
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
    with _at_work_in(path.parent) as folder:
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
        os.fsync(folder)


def write_if_different(path: Path, content: bytes) -> bool:
    """Write only when the bytes differ, so that time stamps keep their meaning.

    Returns:
        Whether it wrote.
    """
    with contextlib.suppress(OSError):
        if path.stat().st_size == len(content) and path.read_bytes() == content:
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
    with _at_work_in(parent):
        folder.mkdir()
        try:
            yield folder
        finally:
            # What cannot be removed now must not hide what happened inside; a sweep gets it.
            with contextlib.suppress(OSError):
                remove_tree(folder)


def sweep(place: Path) -> int:
    """Remove what processes that died left unfinished anywhere under a folder.

    A folder in which somebody is at work is left alone; the next sweep gets it.

    Returns:
        How many files and folders were removed.
    """
    removed = 0
    for name, folders, files in os.walk(place):
        unfinished = [entry for entry in (*folders, *files) if entry.startswith(TEMPORARY)]
        folders[:] = [entry for entry in folders if not entry.startswith(TEMPORARY)]
        if unfinished:
            removed += _sweep_folder(Path(name))
    return removed


def _sweep_folder(folder: Path) -> int:
    removed = 0
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Listed again: only now can nobody begin a new one.
        for entry in folder.glob(f"{TEMPORARY}*"):
            remove_tree(entry)
            removed += 1
    except BlockingIOError:
        pass
    finally:
        os.close(descriptor)
    return removed


@contextlib.contextmanager
def _at_work_in(folder: Path) -> Iterator[int]:
    """Keep sweepers out of a folder; gives its descriptor."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield descriptor
    finally:
        os.close(descriptor)


def remove_tree(folder: Path) -> None:
    """Remove a folder with everything in it, also when it was made read-only.

    Anything else that stands in its place is removed too; a symlink is not followed.
    """
    if folder.is_symlink() or not folder.is_dir():
        folder.unlink(missing_ok=True)
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
