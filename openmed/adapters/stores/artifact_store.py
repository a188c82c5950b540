"""Staged trees: one read-only folder per tree digest."""

import contextlib
import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from openmed.adapters.disk import atomic, limited_read
from openmed.adapters.disk.candidate_code import require_code_inside
from openmed.adapters.disk.disk import REAL
from openmed.adapters.disk.hashing import listing
from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.digest import tree_digest
from openmed.domain.inference.profile import FILE_NAME, RunnerProfile
from openmed.domain.wire import parse
from openmed.errors import EvidenceError, IntegrityError

_TRIES: Final = 8
"""Two that stage the same bytes find each other's tree at the second try."""
_TAKEN: Final = frozenset({errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR})
"""What a rename onto a folder with files, or onto a file, ends with."""
MOST_TEXT = 1024 * 1024
"""Bytes of a profile that become evidence."""


class FileArtifactStore:
    """Trees under one folder, by content."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder; it is made when first needed."""
        self._folder = folder

    @contextlib.contextmanager
    def scratch(self) -> Iterator[Path]:
        """A temporary folder on the store's own file system."""
        with atomic.scratch_folder(self._folder) as folder:
            yield folder

    def admit(self, folder: Path) -> tuple[StagedFile, ...]:
        """Take a folder in under its tree digest, read-only; the folder is moved away."""
        files = listing(folder)
        artifact = tree_digest(files)
        place = self._folder / artifact
        for path in folder.rglob("*"):
            path.chmod(0o555 if path.is_dir() else 0o444)
        for _ in range(_TRIES):
            if place.exists() and self._is_whole(artifact, files):
                return files
            if _moved(folder, place):
                # Whoever still takes it for what stood there before puts it back.
                with contextlib.suppress(FileNotFoundError):
                    place.chmod(0o555)
                REAL.fsync_folder(self._folder)
                return files
            # Somebody else put the same tree there meanwhile, or what stands there is not what
            # its name says: that is replaced, never trusted.
            if not self._is_whole(artifact, files):
                self._put_away(place)
        msg = f"staged artifact {artifact[:16]}… is changed while it is staged"
        raise IntegrityError(msg, next_step="openmed release run")

    def _is_whole(self, artifact: str, files: tuple[StagedFile, ...]) -> bool:
        try:
            self.verify(artifact, files)
        except (IntegrityError, OSError):
            return False
        return True

    def _put_away(self, place: Path) -> None:
        """Move what stands in a place out of it; back, if somebody had just mended it."""
        with self.scratch() as scratch, contextlib.suppress(FileNotFoundError):
            if place.is_dir():
                place.chmod(0o755)
            away = place.rename(scratch / "damaged")
            with contextlib.suppress(EvidenceError, OSError):
                if tree_digest(listing(away)) == place.name and _moved(away, place):
                    place.chmod(0o555)

    def adopt(self, files: tuple[StagedFile, ...], *, fetch: Callable[[str], None]) -> None:
        """Take released bytes back in."""
        with self.scratch() as scratch:
            copy = scratch / "copy"
            copy.mkdir()
            fetch(str(copy))
            verify_tree(copy, files, what=f"released artifact {tree_digest(files)[:16]}…")
            self.admit(copy)

    def path(self, artifact: str) -> str:
        """Folder of a staged tree."""
        return str(self._folder / artifact)

    def verify(self, artifact: str, files: tuple[StagedFile, ...]) -> None:
        """Hash every byte again."""
        place = self._folder / artifact
        if not place.is_dir():
            msg = f"staged artifact {artifact[:16]}… is gone"
            raise IntegrityError(msg, next_step="openmed release run")
        verify_tree(place, files, what=f"staged artifact {artifact[:16]}…")

    def is_present(self, artifact: str, files: tuple[StagedFile, ...]) -> bool:
        """Whether every file is there with its size; a cheap look, not a proof."""
        place = self._folder / artifact
        try:
            return all((place / file.path).stat().st_size == file.size for file in files)
        except OSError:
            return False

    def profile(self, artifact: str) -> RunnerProfile:
        """The artifact's runner profile, which names no code outside the artifact."""
        folder = self._folder / artifact
        profile = read_profile(folder)
        require_code_inside(profile, folder)
        return profile

    def profile_text(self, artifact: str) -> str | None:
        """Its text as it is staged; cut when it is far too long, so that no digest fits it."""
        try:
            with (self._folder / artifact / FILE_NAME).open("rb") as file:
                return file.read(MOST_TEXT).decode()
        except (OSError, UnicodeDecodeError):
            return None


def _moved(folder: Path, place: Path) -> bool:
    """Whether a folder could be put in a place where nothing stood."""
    try:
        folder.rename(place)
    except OSError as error:
        if error.errno in _TAKEN:
            return False
        raise
    return True


def read_profile(folder: Path) -> RunnerProfile:
    """The runner profile of a tree.

    Raises:
        EvidenceError: it is missing or malformed.
    """
    what = f"{FILE_NAME} of the artifact"
    try:
        data = limited_read.read_bytes(folder / FILE_NAME, most=limited_read.CONFIGURATION)
    except OSError as error:
        msg = f"cannot read {what}: {error.strerror}"
        raise EvidenceError(msg) from None
    return parse(RunnerProfile, data, what=what)


def verify_tree(place: Path, files: tuple[StagedFile, ...], *, what: str) -> None:
    """Compare a folder with the files it must hold, byte by byte.

    Raises:
        IntegrityError: a file is missing, extra or changed, or is no plain file.
    """
    for path in place.rglob("*"):
        # A link has the right bytes only until somebody changes where it leads.
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            msg = f"{what}: {path.relative_to(place).as_posix()} is no plain file"
            raise IntegrityError(msg)
    try:
        got = {file.path: file for file in listing(place)}
    except EvidenceError as error:
        msg = f"{what}: {error.message}"
        raise IntegrityError(msg) from None
    wanted = {file.path: file for file in files}
    for name in sorted(got.keys() | wanted.keys()):
        if got.get(name) != wanted.get(name):
            state = "missing" if name not in got else "extra" if name not in wanted else "changed"
            msg = f"{what}: {name} is {state}"
            raise IntegrityError(msg)
