"""The folder that downloaded files go to: filled beside it, checked, and put in place in one step.

What is not whole lies in `.NAME.openmed-part` next to the folder: a call after one that was killed
keeps there what is whole and removes the rest. Whatever is refused is removed.
"""

import contextlib
import errno
import fcntl
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from openmed.adapters.disk import atomic, limited_read
from openmed.adapters.disk.disk import REAL
from openmed.adapters.disk.hashing import file_digest
from openmed.domain.candidates.candidate import StagedFile
from openmed.errors import ExternalError, FlipConflictError, IntegrityError, UsageError
from openmed.ports.downloads import ServedFiles

_NEW = ".openmed-new"
"""Name of the one file that is being downloaded; no release has a file of such a name."""
_CLIENT = (".cache", "huggingface")
"""Where the Hub's own client keeps notes in a folder that it downloads to."""


class FileDownloadFolder:
    """One folder of the person's own."""

    def __init__(self, folder: Path) -> None:
        """Remember it; nothing is made yet."""
        self._folder = Path(os.path.abspath(folder))  # noqa: PTH100 - a link is not followed
        self._part = self._folder.with_name(f".{self._folder.name}.openmed-part")

    def require_free(self) -> None:
        """Refuse a folder in which something else lies."""
        if self._folder.is_symlink() or (self._folder.exists() and not self._folder.is_dir()):
            msg = f"{self._folder} is no folder"
            raise UsageError(msg, next_step=_ELSEWHERE)
        if self._folder.is_dir() and any(self._folder.iterdir()):
            msg = f"{self._folder} is not empty"
            raise UsageError(msg, next_step=_ELSEWHERE)

    def file(self, name: str) -> bytes | None:
        """A small file that lies in it; None when there is none."""
        path = self._folder / name
        try:
            if path.is_symlink():
                msg = f"{name} is a link"
                raise IntegrityError(msg)
            return limited_read.read_bytes(path, most=limited_read.PRODUCT)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            msg = f"{path} cannot be read: {error.strerror}"
            raise IntegrityError(msg) from None

    def fault(self, files: tuple[StagedFile, ...], *, beside: frozenset[str]) -> str:
        """Hash every file that lies in it: what differs first; empty when nothing does."""
        wanted = {file.path: file for file in files}
        for name, path in _entries(self._folder):
            if path.is_symlink() or not path.is_file():
                return f"{name} is no plain file"
            file = wanted.pop(name, None)
            if file is None and name not in beside:
                return f"{name} does not belong to it"
            if file is not None and _differs(path, file):
                return f"{name} is not what was signed"
        return f"{next(iter(sorted(wanted)))} is missing" if wanted else ""

    def fill(
        self,
        files: tuple[StagedFile, ...],
        *,
        source: ServedFiles,
        prefix: str,
        beside: Mapping[str, bytes],
    ) -> int:
        """Download files beside the folder, hash each, and put them into place in one step."""
        try:
            with self._at_work():
                try:
                    return self._filled(files, source, prefix, beside)
                except IntegrityError:
                    atomic.remove_tree(self._part)
                    raise
        except OSError as error:
            msg = f"{self._folder} cannot be written: {error.strerror}"
            raise ExternalError(msg, next_step=_ELSEWHERE) from None

    def _filled(
        self,
        files: tuple[StagedFile, ...],
        source: ServedFiles,
        prefix: str,
        beside: Mapping[str, bytes],
    ) -> int:
        kept = self._kept(files)
        downloaded = 0
        for file in files:
            if file.path not in kept:
                self._download(file, source, prefix)
                downloaded += file.size
        for name, content in beside.items():
            # Not `atomic.write`: it would wait for the lock that is held here.
            atomic.create(self._part / name, (content,))
        for folder, _, _ in os.walk(self._part):
            REAL.fsync_folder(Path(folder))
        # Once more, all of it: what lies there is what goes into place.
        fault = _fault_in(self._part, files, frozenset(beside))
        if fault:
            raise IntegrityError(fault)
        self._put_in_place()
        return downloaded

    def _kept(self, files: tuple[StagedFile, ...]) -> set[str]:
        """What an earlier call has whole; everything else of it is removed."""
        wanted = {file.path: file for file in files}
        kept: set[str] = set()
        for name, path in _entries(self._part):
            file = wanted.get(name)
            is_plain = not path.is_symlink() and path.is_file()
            if file is not None and is_plain and not _differs(path, file):
                kept.add(name)
            else:
                atomic.remove_tree(path)
        return kept

    def _download(self, file: StagedFile, source: ServedFiles, prefix: str) -> None:
        new, place = self._part / _NEW, self._part / file.path
        new.unlink(missing_ok=True)
        source.save(f"{prefix}{file.path}", str(new), size=file.size)
        if _differs(new, file):
            msg = f"{file.path} is not what was signed"
            raise IntegrityError(msg)
        with new.open("rb") as written:
            os.fsync(written.fileno())
        place.parent.mkdir(parents=True, exist_ok=True)
        new.rename(place)

    def _put_in_place(self) -> None:
        try:
            self._part.rename(self._folder)
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                self.require_free()
            raise
        REAL.fsync_folder(self._folder.parent)

    @contextlib.contextmanager
    def _at_work(self) -> Iterator[None]:
        if self._part.is_symlink():
            self._part.unlink()
        self._part.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._part, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self._lock(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _lock(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            msg = f"another process is downloading to {self._folder}"
            raise FlipConflictError(msg, next_step="wait for it, or name another folder") from None


def _fault_in(folder: Path, files: tuple[StagedFile, ...], beside: frozenset[str]) -> str:
    return FileDownloadFolder(folder).fault(files, beside=beside)


def _entries(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every entry that is no folder, by its path; links are named, not followed."""
    for name, folders, files in os.walk(folder):
        place = Path(name)
        inside = place.relative_to(folder).parts
        if inside == _CLIENT[:1] and _CLIENT[1] in folders:
            folders.remove(_CLIENT[1])
        links = [one for one in folders if (place / one).is_symlink()]
        folders[:] = [one for one in folders if one not in links]
        for one in (*files, *links):
            yield (place / one).relative_to(folder).as_posix(), place / one


def _differs(path: Path, file: StagedFile) -> bool:
    return path.stat().st_size != file.size or file_digest(path) != file.sha256


_ELSEWHERE = "name another folder with --to"
