"""What consumers downloaded with earlier engines is checked by the one of today."""

from pathlib import Path

import pytest
from support.served import a_consumer

from openmed.app.fetch import check_download
from openmed.domain.digest import sha256_hex
from openmed.domain.downloads.record import SeenHead
from openmed.domain.wire import parse

FOLDER = Path(__file__).parent / "_downloads"
VERSIONS = sorted(path.name for path in FOLDER.iterdir())


@pytest.mark.parametrize("version", VERSIONS)
def test_a_download_and_its_head_verify(version: str, tmp_path: Path) -> None:
    """Record, release.json with its card, every byte; head and memory of the source."""
    place = FOLDER / version
    consumer = a_consumer(place / "publisher.pub", tmp_path)
    folder = consumer.folder(place / "files")
    found = check_download(consumer, folder, None, is_offline=True)
    assert ("pii::tiny::onnx", 2) == (found.slot, found.files)
    head = consumer.keys.head((place / "head.json").read_bytes()).head
    assert sha256_hex((place / "pointer.json").read_bytes()) == head.pointer
    seen = parse(SeenHead, (place / "seen-head.json").read_bytes(), what="what was seen")
    assert (head.size, head.head) == (seen.size, seen.head)
