"""What remembers how the state of this repository is shared, besides `gates/shared.toml` itself.

The witness of this work tree and of every other one of the repository, and the history of HEAD
and of the default branch of the remote. The absence of all of them proves nothing.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from openmed.adapters.disk import atomic, limited_read
from openmed.adapters.disk.disk import Disk
from openmed.adapters.sync.git import read_blob, run_git
from openmed.adapters.sync.git_folder import find_git_folder
from openmed.adapters.sync.sync_config_file import parse_sharing, read_sharing_file
from openmed.domain.digest import sha256_hex
from openmed.domain.release.sharing_record import (
    Review,
    SharingFault,
    SharingRecord,
    sharing_fault,
)
from openmed.domain.release.sync_config import FILE, SyncConfig
from openmed.errors import EvidenceError

_KEPT: Final = "sharing.toml"
_CONFIRMED: Final = "shared"


class SharingMemory:
    """The memory of one checkout of one release repository."""

    def __init__(self, root: Path, *, artifacts: Path, disk: Disk) -> None:
        """Find git's folder; nothing else is read yet.

        Args:
            root: release repository.
            artifacts: its products; without git the witness is there.
            disk: makes the files of the witness.
        """
        self._root = root
        self._disk = disk
        place = find_git_folder(root)
        self._place = place
        slug = sha256_hex((place.prefix if place else "").encode())[:16]
        self._own = place.folder / "openmed" / slug if place else artifacts / "witness"
        others = _work_trees(place.folder) if place else ()
        self._others = tuple(folder / "openmed" / slug for folder in others)

    def keep(self) -> None:
        """Remember how the state was shared just now; a failure to do so is no fault."""
        with contextlib.suppress(OSError):
            data = limited_read.read_bytes(self._root / FILE, most=limited_read.PRODUCT)
            atomic.write_if_different(self._own / _KEPT, data, disk=self._disk)

    def fault(self) -> SharingFault | None:
        """What is wrong with how this checkout shares; None when nothing is.

        Raises:
            UsageError: the file cannot be used.
        """
        now = read_sharing_file(self._root)
        records = tuple(self._records(is_sharing=isinstance(now, SyncConfig)))
        return sharing_fault(now, records, review_of=self._review)

    def last_used(self) -> SyncConfig | None:
        """How the state was shared last, as far as a witness has it; asks nothing of git."""
        return next((one.config for one in self._witnessed() if one.config), None)

    def restore(self, fault: SharingFault) -> bool:
        """Write the file that is gone as it was; whether its bytes were known."""
        if not (fault.is_lost and fault.record.data):
            return False
        atomic.write(self._root / FILE, fault.record.data, disk=self._disk)
        return True

    def _records(self, *, is_sharing: bool) -> Iterator[SharingRecord]:
        """What a witness has counts first; history is asked only of a file that is gone or ended.

        In history a branch that moved is a reviewed change, and no fault.
        """
        found = tuple(self._witnessed())
        yield from (one for one in found if one.config)
        if not is_sharing and not any(one.config for one in found):
            yield from self._in_history()
        yield from (one for one in found if not one.config)

    def _witnessed(self) -> Iterator[SharingRecord]:
        for folder in dict.fromkeys((self._own, *self._others)):
            whose = "this work tree" if folder == self._own else "another work tree of it"
            where = f"the witness of {whose}"
            config, data = _parsed(_read(folder / _KEPT))
            if config is not None:
                yield SharingRecord(where, config, data)
            elif (folder / _CONFIRMED).is_dir() and any((folder / _CONFIRMED).iterdir()):
                yield SharingRecord(where, None)

    def _in_history(self) -> Iterator[SharingRecord]:
        """The last version of the file in the ancestry of HEAD and of the default branches."""
        if self._place is None:
            return
        tips = ["HEAD", *self._defaults()]
        asked = ("log", "--full-history", "-1", "--diff-filter=AM", "--format=%H", *tips)
        done = run_git(self._root, *asked, "--", FILE)
        commit = done.out if done.code == 0 else ""
        data = read_blob(self._root, f"{commit}:./{FILE}") if commit else None
        config, data = _parsed(data)
        if config is not None:
            yield SharingRecord(f"commit {commit[:12]}", config, data)

    def _defaults(self) -> list[str]:
        form = ("for-each-ref", "--format=%(refname)", "refs/remotes/*/HEAD", "refs/remotes/*/main")
        done = run_git(self._root, *form)
        return done.out.split() if done.code == 0 else []

    def _review(self, config: SyncConfig) -> Review:
        """The branch of the remote as it was last fetched; HEAD where the remote is not known."""
        ref = self._reviewed_ref(config)
        there = read_blob(self._root, f"{ref}:./{FILE}")
        return Review(ref, there is not None and there == _read(self._root / FILE))

    def _reviewed_ref(self, config: SyncConfig) -> str:
        for name in filter(None, (config.reviewed_branch, "HEAD", "main", config.branch)):
            ref = f"refs/remotes/{config.remote}/{name}"
            asked = ("rev-parse", "--verify", "--quiet", "--symbolic-full-name", ref)
            done = run_git(self._root, *asked)
            if done.code == 0 and done.out:
                return done.out.removeprefix("refs/remotes/")
        return "HEAD"


def _work_trees(folder: Path) -> tuple[Path, ...]:
    """Git's folders of every work tree of the repository."""
    link = _read(folder / "commondir")
    common = (folder / link.decode(errors="surrogateescape").strip()).resolve() if link else folder
    trees = common / "worktrees"
    return (common, *(sorted(trees.iterdir()) if trees.is_dir() else ()))


def _parsed(data: bytes | None) -> tuple[SyncConfig | None, bytes]:
    try:
        found = parse_sharing(data) if data is not None else None
    except (EvidenceError, ValueError):
        return None, b""
    return (found, data or b"") if isinstance(found, SyncConfig) else (None, b"")


def _read(path: Path) -> bytes | None:
    try:
        return limited_read.read_bytes(path, most=limited_read.PRODUCT)
    except OSError:
        return None
