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
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from openmed.adapters.disk.disk import REAL, Disk

TEMPORARY = ".tmp-"
"""How names of unfinished files begin; nothing reads them."""
_BLOCK = 1024 * 1024
MANY: Final = 64
"""Files for which several writers are worth it: the pages of a fleet, not those of a few slots."""


def write(path: Path, content: bytes, *, disk: Disk = REAL) -> None:
    """Replace `path` by `content` in one step, for good; makes the folders it needs.

    Raises:
        OSError: nothing was replaced.
    """
    make_folders(path.parent, disk=disk)
    temporary = path.parent / f"{TEMPORARY}{secrets.token_hex(8)}"
    with at_work_in(path.parent):
        try:
            create(temporary, (content,), mode=_mode_of(path), disk=disk)
            disk.rename(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        disk.fsync_folder(path.parent)


def create(
    path: Path, content: Iterable[bytes], *, mode: int | None = None, disk: Disk = REAL
) -> None:
    """Make a new file whose content lasts; its name does not until its folder is synced.

    Raises:
        OSError: it is not whole; the caller removes what there is of it.
    """
    descriptor = disk.create(path, mode=mode)
    try:
        for data in content:
            disk.write(descriptor, path, data)
        disk.fsync(descriptor, path)
    finally:
        disk.close(descriptor)


def copy_tree(source: Path, target: Path, names: Iterable[str], *, disk: Disk = REAL) -> None:
    """Copy these files of a folder into a new one, all for good but for the new one's own name."""
    disk.make_folder(target)
    folders = {target}
    for name in names:
        place = target / name
        make_folders(place.parent, disk=disk)
        folders |= set(place.parents) - set(target.parents)
        create(place, _blocks(source / name), disk=disk)
    for folder in folders:
        disk.fsync_folder(folder)


def write_if_different(path: Path, content: bytes, *, disk: Disk = REAL) -> bool:
    """Write only when the bytes differ, so that time stamps keep their meaning.

    Returns:
        Whether it wrote.
    """
    with contextlib.suppress(OSError):
        if path.stat().st_size == len(content) and path.read_bytes() == content:
            return False
    write(path, content, disk=disk)
    return True


def write_all_different(files: Sequence[tuple[Path, bytes]], *, disk: Disk = REAL) -> int:
    """Write those that differ, of many several at once; afterwards nobody writes any more.

    Returns:
        How many it wrote.

    Raises:
        OSError: some were not replaced.
    """
    if len(files) < MANY or disk.writers == 1:
        return sum([write_if_different(*file, disk=disk) for file in files])
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - a run often writes nothing

    with ThreadPoolExecutor(disk.writers) as pool:
        written = [pool.submit(write_if_different, *file, disk=disk) for file in files]
        return sum(one.result() for one in written)


def keep(path: Path, content: bytes, *, disk: Disk = REAL) -> None:
    """Write a file named by its content, for good.

    What stands there already may be from a run that was killed before it could sync the folder.
    """
    if not write_if_different(path, content, disk=disk):
        disk.fsync_folder(path.parent)


def make_folders(folder: Path, *, disk: Disk = REAL) -> None:
    """Make a folder and what it lies in, so that their names last too."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for place in reversed(missing):
        with contextlib.suppress(FileExistsError):
            disk.make_folder(place)
        disk.fsync_folder(place.parent)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while data := file.read(_BLOCK):
            yield data


def _mode_of(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return None


@contextlib.contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """A temporary folder in `parent` that is gone afterwards, read-only files or not."""
    parent.mkdir(parents=True, exist_ok=True)
    folder = parent / f"{TEMPORARY}{secrets.token_hex(8)}"
    with at_work_in(parent):
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
    waiting = [str(place)]
    while waiting:
        folder = waiting.pop()
        is_unfinished = False
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.startswith(TEMPORARY):
                        is_unfinished = True
                    elif entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError:
            continue  # What cannot be listed is the next sweep's, or nobody's.
        if is_unfinished:
            removed += _sweep_folder(Path(folder))
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
def at_work_in(folder: Path) -> Iterator[int]:
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
    folder.chmod(0o700)
    for directory, folders, _ in os.walk(folder):  # a folder is opened before it is entered
        for name in folders:
            entry = Path(directory) / name
            if not entry.is_symlink():
                entry.chmod(0o700)
    for directory, folders, files in os.walk(folder, topdown=False):
        for name in files:
            (Path(directory) / name).unlink()
        for name in folders:
            entry = Path(directory) / name
            entry.unlink() if entry.is_symlink() else entry.rmdir()
    folder.rmdir()
