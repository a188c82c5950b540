"""Admission of files to staging: copies a folder and refuses what may not be staged.

Refused: symlinks and special files, names with odd characters (a path can then not
escape, nor look like another one), pickled weights (loading them runs code), and more
bytes than the row declares. Sizes are counted while copying, not asked before.
"""

import os
import zipfile
from pathlib import Path, PurePosixPath

from pydantic import TypeAdapter, ValidationError

from openmed.domain.candidates.candidate import PATH_RULE, RelativePath
from openmed.errors import EvidenceError

PICKLE_SUFFIXES = frozenset(
    {".bin", ".ckpt", ".dill", ".joblib", ".mar", ".pickle", ".pkl", ".pt", ".pth"}
)
MOST_FILES = 10_000
_PICKLE_PROTOCOLS = frozenset(range(2, 6))
BLOCK = 1024 * 1024
_PATH: TypeAdapter[str] = TypeAdapter(RelativePath)


def copy_in(source: Path, target: Path, *, max_bytes: int, what: str) -> None:
    """Copy every file of `source` into the empty folder `target`.

    Args:
        source: folder to read; never followed out of.
        target: existing empty folder.
        max_bytes: most bytes all files may have together.
        what: whose files these are, for the error sentence.

    Raises:
        EvidenceError: something may not be staged; `target` is then worthless.
    """
    paths = _walk(source, what=what)
    if not paths:
        msg = f"{what}: the source holds no files"
        raise EvidenceError(msg)
    left = max_bytes
    for path in paths:
        relative = path.relative_to(source)
        destination = target / relative
        destination.parent.mkdir(parents=True, exist_ok=True)
        left -= _copy(path, destination, most=left, what=what, limit=max_bytes)
        _refuse_pickle(destination, name=relative.as_posix(), what=what)


def _walk(source: Path, *, what: str) -> list[Path]:
    found: list[Path] = []
    pending = [source]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                path = Path(entry.path)
                name = path.relative_to(source).as_posix()
                if entry.is_symlink():
                    msg = f"{what}: {name[:80]!r} is a symlink; wanted plain files"
                    raise EvidenceError(msg)
                if entry.is_dir(follow_symlinks=False):
                    pending.append(path)
                    continue
                if not entry.is_file(follow_symlinks=False):
                    msg = f"{what}: {name[:80]!r} is not a plain file"
                    raise EvidenceError(msg)
                check_name(name, what=what)
                found.append(path)
                if len(found) > MOST_FILES:
                    msg = f"{what}: more than {MOST_FILES} files"
                    raise EvidenceError(msg)
    return sorted(found)


def check_name(name: str, *, what: str) -> None:
    """Refuse the name of a file that may not be staged.

    Raises:
        EvidenceError: it has odd characters, or its ending says pickle.
    """
    try:
        _PATH.validate_python(name)
    except ValidationError:
        msg = f"{what}: the file name {name[:80]!r} is refused; wanted {PATH_RULE}"
        raise EvidenceError(msg) from None
    if PurePosixPath(name).suffix.lower() in PICKLE_SUFFIXES:
        msg = (
            f"{what}: {name[:80]!r} is a pickle by its ending; use ONNX, safetensors or another "
            "format that runs no code"
        )
        raise EvidenceError(msg)


def _copy(source: Path, target: Path, *, most: int, what: str, limit: int) -> int:
    copied = 0
    # O_NOFOLLOW: the entry may have been swapped for a symlink since it was listed.
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as reader, target.open("xb") as writer:
        while block := reader.read(BLOCK):
            copied += len(block)
            if copied > most:
                msg = f"{what}: the files have more than the declared {limit} bytes (max_bytes)"
                raise EvidenceError(msg)
            writer.write(block)
        writer.flush()
        os.fsync(writer.fileno())
    return copied


def _refuse_pickle(path: Path, *, name: str, what: str) -> None:
    with path.open("rb") as file:
        head = file.read(2)
    is_pickle = len(head) == 2 and head[0] == 0x80 and head[1] in _PICKLE_PROTOCOLS  # noqa: PLR2004 - the two-byte PROTO opcode
    if is_pickle or _holds_pickle(path):
        msg = (
            f"{what}: {name[:80]!r} holds pickled data, or a zip that cannot be read; "
            "use ONNX, safetensors or another format that runs no code"
        )
        raise EvidenceError(msg)


def _holds_pickle(path: Path) -> bool:
    """Whether a file is a zip with a pickle in it, as torch writes them."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return any(member.endswith(".pkl") for member in archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return True  # It ends like a zip and cannot be looked into: not known to be harmless.
