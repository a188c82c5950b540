"""What the jobs of CI brought: a folder each under `artifacts/shards/`, as downloads leave them.

Only listed and read; what may be taken from it is decided elsewhere
(`openmed/domain/release/upload.py`). Links are never followed.
"""

import os
import shutil
from functools import cached_property
from pathlib import Path
from typing import Final

from openmed.adapters.disk import limited_read
from openmed.adapters.stores.prediction_cache import FilePredictions
from openmed.adapters.stores.product_store import FileProducts
from openmed.domain.release.upload import PREDICTIONS, PRODUCTS, TREES, UploadedFile
from openmed.errors import IntegrityError

RECHECK: Final = "recheck"
"""Folder and file stem of what the job `recheck` brought."""
_MOST_FILES = 200_000


class FileUpload:
    """One folder."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder."""
        self._folder = folder

    @cached_property
    def products(self) -> FileProducts:
        """Products of steps."""
        return FileProducts(self._folder / PRODUCTS)

    @cached_property
    def predictions(self) -> FilePredictions:
        """Predictions."""
        return FilePredictions(self._folder / PREDICTIONS)

    def files(self) -> tuple[UploadedFile, ...]:
        """Everything in it but folders; a link is no file and no folder."""
        if self._folder.is_symlink() or not self._folder.is_dir():
            return (UploadedFile(".", is_plain=False),)
        found: list[UploadedFile] = []
        pending = [self._folder]
        while pending:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(Path(entry.path))
                        continue
                    path = Path(entry.path).relative_to(self._folder).as_posix()
                    is_plain = entry.is_file(follow_symlinks=False)
                    found.append(UploadedFile(path, is_plain=is_plain))
            if len(found) > _MOST_FILES:
                raise IntegrityError(f"{self._folder.name} holds more than {_MOST_FILES} files")
        return tuple(found)

    def fetch(self, artifact: str, folder: str) -> None:
        """Copy a staged tree into an empty folder."""
        tree = self._folder / TREES / artifact
        if tree.is_symlink() or not tree.is_dir():
            raise IntegrityError(f"{self._folder.name} did not bring artifact {artifact[:16]}")
        shutil.copytree(tree, folder, dirs_exist_ok=True, symlinks=True)


class FileUploads:
    """Uploads under one folder."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder; it need not be there."""
        self._folder = folder

    def names(self) -> tuple[str, ...]:
        """Names of everything in the folder but the re-check."""
        if not self._folder.is_dir():
            return ()
        return tuple(sorted(p.name for p in self._folder.iterdir() if p.name != RECHECK))

    def named(self, name: str) -> FileUpload:
        """One upload."""
        return FileUpload(self._folder / name)

    def recheck(self) -> bytes | None:
        """What the job `recheck` brought."""
        path = self._folder / RECHECK / f"{RECHECK}.json"
        try:
            return limited_read.read_bytes(path, most=limited_read.PRODUCT)
        except OSError:
            return None
