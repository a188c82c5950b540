"""Cached predictions, one file a chunk, named by what was predicted on what by what."""

from pathlib import Path

from openmed.adapters.disk import atomic, limited_read
from openmed.domain.inference.predictions import ChunkKey, PredictionsChunk
from openmed.domain.wire import dump, parse
from openmed.errors import EvidenceError


class FilePredictions:
    """Chunks under one folder."""

    def __init__(self, folder: Path) -> None:
        """Remember the folder; it is made when first needed."""
        self._folder = folder

    def get(self, key: ChunkKey) -> PredictionsChunk | None:
        """The chunk if it is there, whole, and of this key."""
        try:
            data = limited_read.read_bytes(self._folder / key.name, most=limited_read.PREDICTIONS)
            chunk = parse(PredictionsChunk, data, what="predictions chunk")
        except (OSError, EvidenceError):
            return None
        return chunk if chunk.key == key else None

    def put(self, chunk: PredictionsChunk) -> None:
        """Keep a chunk; atomic."""
        atomic.write(self._folder / chunk.key.name, dump(chunk))
