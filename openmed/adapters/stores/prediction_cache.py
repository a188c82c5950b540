"""Cached predictions, one packed file a chunk, named by what was predicted on what by what.

Digests are of the plain bytes: the same as before files were packed, whatever packed them. Plain
files of earlier engines are read as they are.
"""

from pathlib import Path

from openmed.adapters.disk import atomic, limited_read, packed
from openmed.domain.digest import sha256_hex
from openmed.domain.inference.predictions import ChunkKey, PredictionsChunk, chunk_of
from openmed.domain.wire import dump
from openmed.errors import EvidenceError
from openmed.ports.storage import KeptChunk


class FilePredictions:
    """Chunks under one folder."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder; it is made when first needed."""
        self._folder = folder

    def get(self, key: ChunkKey) -> KeptChunk | None:
        """The chunk if it is there, whole, and of this key."""
        data = self._read(key)
        if data is None:
            return None
        try:
            chunk = chunk_of(data)
        except EvidenceError:
            return None
        return KeptChunk(chunk, sha256_hex(data)) if chunk.key == key else None

    def digest(self, key: ChunkKey) -> str | None:
        """Digest of the plain bytes that are there, valid or not."""
        data = self._read(key)
        return None if data is None else sha256_hex(data)

    def put(self, chunk: PredictionsChunk) -> KeptChunk:
        """Keep a chunk; atomic."""
        data = dump(chunk)
        atomic.write(self._folder / chunk.key.name, packed.pack(data))
        return KeptChunk(chunk, sha256_hex(data))

    def _read(self, key: ChunkKey) -> bytes | None:
        try:
            data = limited_read.read_bytes(self._folder / key.name, most=limited_read.PREDICTIONS)
            return packed.unpack(data, most=limited_read.PREDICTIONS)
        except OSError:
            return None
