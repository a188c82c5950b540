"""Bytes by content: small files as git names them, large ones by sha256; optionally in a folder."""

import hashlib
from pathlib import Path
from typing import NamedTuple

ATTRIBUTES = "".join(
    f"{pattern} filter=lfs diff=lfs merge=lfs -text\n"
    for pattern in ("*.bin", "*.h5", "*.npz", "*.onnx", "*.parquet", "*.pt", "*.safetensors")
).encode()
"""What `.gitattributes` of a new repository says."""
LARGEST_REGULAR = 10 * 1024 * 1024
"""A larger file is kept apart from git, whatever it is called."""


class File(NamedTuple):
    """A file of a tree.

    Attributes:
        blob: git's name of its bytes, or of its pointer when it is kept apart from git.
        size: of its bytes.
        sha256: of its bytes when it is kept apart from git.
    """

    blob: str
    size: int
    sha256: str | None = None


def blob_name(data: bytes) -> str:
    """What git calls these bytes."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def pointer(sha256: str, size: int) -> bytes:
    """The text that stands in git's tree for a file kept apart."""
    return b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n" % (
        sha256.encode(),
        size,
    )


def lfs_file(sha256: str, size: int) -> File:
    """The file that these name."""
    return File(blob_name(pointer(sha256, size)), size, sha256)


class Objects:
    """Every file's bytes, of all repositories."""

    def __init__(self, folder: Path | None) -> None:
        """Read what the folder has."""
        self.blobs: dict[str, bytes] = {}
        self.large: dict[str, bytes] = {}
        self._folder = folder
        if folder is not None:
            for kind, kept in (("blobs", self.blobs), ("large", self.large)):
                (folder / kind).mkdir(parents=True, exist_ok=True)
                kept.update({path.name: path.read_bytes() for path in (folder / kind).iterdir()})

    def add(self, data: bytes) -> File:
        """Keep a small file."""
        name = blob_name(data)
        self.blobs[name] = data
        self._write("blobs", name, data)
        return File(name, len(data))

    def add_large(self, data: bytes) -> File:
        """Keep one apart from git."""
        name = hashlib.sha256(data).hexdigest()
        self.large[name] = data
        self._write("large", name, data)
        return lfs_file(name, len(data))

    def read(self, file: File) -> bytes:
        """Its bytes."""
        return self.blobs[file.blob] if file.sha256 is None else self.large[file.sha256]

    def _write(self, kind: str, name: str, data: bytes) -> None:
        if self._folder is not None and not (self._folder / kind / name).exists():
            (self._folder / kind / name).write_bytes(data)
