"""Source `tar:FILE[#FOLDER]`: the model lies in a tar file of the release repository.

The row's `sha256` is required and checked on the bytes that are unpacked. What is in the archive is
only written as plain files; the engine admits them afterwards, like those of every source.
"""

import gzip
import hashlib
import lzma
import tarfile
import zlib
from io import BufferedReader
from pathlib import Path
from typing import Final

from openmed.adapters.sources.file_admission import MOST_FILES, check_name
from openmed.adapters.sources.installed_sources import SourcePlace, reference_state
from openmed.domain.candidates.candidate import Candidate
from openmed.errors import EvidenceError, IntegrityError
from openmed.ports.inputs import SourceState

_BLOCK: Final = 1024 * 1024
_UNREADABLE: Final = (
    tarfile.TarError, EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error,
    FileExistsError, NotADirectoryError,
)  # fmt: skip


class TarSource:
    """A tar file, plain or compressed."""

    def fault(self, candidate: Candidate) -> str:
        """The row needs a sha256 and a path inside the repository."""
        name = Path(candidate.source_reference.partition("#")[0])
        if candidate.sha256 is None:
            return "a tar: source needs sha256, the digest of the archive"
        if name.is_absolute() or ".." in name.parts:
            return "a tar: source is a path inside the release repository"
        return ""

    def state(self, candidate: Candidate, *, root: Path) -> SourceState:
        """The digest of the archive as the row names it; that it is so is seen when it is read."""
        _archive(candidate, root)
        return reference_state(candidate, candidate.sha256 or "")

    def fetch(self, candidate: Candidate, place: SourcePlace) -> Path:
        """Unpack the folder of the archive, counting bytes as they come."""
        folder = candidate.source_reference.partition("#")[2]
        try:
            with _archive(candidate, place.root).open("rb") as file:
                _require_named(file, candidate)
                with tarfile.open(fileobj=file) as archive:
                    _unpack(archive, f"{folder}/" if folder else "", candidate, place.target)
        except _UNREADABLE:
            msg = f"{candidate.slot}: the archive cannot be read, or two of its names collide"
            raise EvidenceError(msg) from None
        return place.target


def _require_named(file: BufferedReader, candidate: Candidate) -> None:
    if hashlib.file_digest(file, "sha256").hexdigest() != candidate.sha256:
        msg = f"{candidate.slot}: the archive is not the one the row names (sha256)"
        raise IntegrityError(msg, next_step="find out who changed it before you change sha256")
    file.seek(0)


def _archive(candidate: Candidate, root: Path) -> Path:
    name = candidate.source_reference.partition("#")[0]
    file = root / name
    if not file.resolve().is_relative_to(root.resolve()) or not file.is_file():
        msg = f"{candidate.slot}: {name[:80]!r} is not a file of the release repository"
        raise EvidenceError(msg)
    return file


def _unpack(archive: tarfile.TarFile, folder: str, candidate: Candidate, target: Path) -> None:
    left, count = candidate.max_bytes, 0
    for member in archive:
        if member.isdir() or not member.name.startswith(folder):
            continue
        name = member.name.removeprefix(folder)
        check_name(name, what=candidate.slot)
        count += 1
        reader = archive.extractfile(member) if member.isreg() else None
        if reader is None or count > MOST_FILES:
            msg = f"{candidate.slot}: {name[:80]!r} is not a plain file, or there are too many"
            raise EvidenceError(msg)
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with reader, path.open("xb") as writer:
            while block := reader.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    msg = f"{candidate.slot}: the archive holds more than max_bytes"
                    raise EvidenceError(msg)
                writer.write(block)
