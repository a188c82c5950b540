"""Where crash tests lay things down: in memory where that is possible, because all is synced."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Path]:
    """An empty folder in which syncing costs nothing."""
    place = Path(tempfile.mkdtemp(dir=MEMORY)) if MEMORY.is_dir() else tmp_path / "work"
    place.mkdir(exist_ok=True)
    yield place
    shutil.rmtree(place, ignore_errors=True)
