"""Cached predictions, one packed file a chunk, named by what was predicted on what by what.

Digests are of the plain bytes: the same as before files were packed, whatever packed them. Plain
files of earlier engines are read as they are.
"""

import re
from pathlib import Path
from typing import Final

from openmed.adapters.disk import atomic, limited_read, packed
from openmed.domain.digest import sha256_hex
from openmed.domain.inference.predictions import ChunkKey, PredictionsChunk, chunk_of
from openmed.domain.wire import dump, parse
from openmed.errors import EvidenceError
from openmed.ports.storage import KeptChunk

_HEAD: Final = 1000
"""Bytes in which the key of a chunk stands; it has digests and two numbers."""
_KEY: Final = re.compile(rb'\{"checksum":"[0-9a-f]{64}","key":(\{[^{}]*\}),')


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

    def artifact_of(self, name: str) -> str | None:
        """Whose predictions a file holds, by its beginning; None where its name does not fit."""
        try:
            data = limited_read.read_bytes(self._folder / name, most=limited_read.PREDICTIONS)
            found = _KEY.match(packed.unpack_start(data, size=_HEAD))
            key = parse(ChunkKey, found[1], what="key") if found else None
        except (OSError, EvidenceError):
            return None
        return key.artifact if key is not None and key.name == name else None

    def _read(self, key: ChunkKey) -> bytes | None:
        try:
            data = limited_read.read_bytes(self._folder / key.name, most=limited_read.PREDICTIONS)
            return packed.unpack(data, most=limited_read.PREDICTIONS)
        except OSError:
            return None
