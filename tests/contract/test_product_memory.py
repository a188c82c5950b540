"""A product that was read is remembered, only while its file is the one that was read."""

import os
import time
from pathlib import Path

from support import builders

from openmed.adapters.disk import file_stats
from openmed.adapters.stores.product_store import RECENT, FileProducts
from openmed.domain.candidates.candidate import StagedCandidate

SLOT = "pii::tiny::onnx"
NAME = "staged"
CONTENTS = (b"one", b"two")
"""Of one length, so that files of both have the same size."""


def _put(products: FileProducts, content: bytes) -> StagedCandidate:
    value = builders.a_staged(content=content)
    products.write(SLOT, NAME, "0" * 64, value)
    return value


def _settle() -> None:
    time.sleep(file_stats.SETTLED_NS / 1e9 + 0.02)


def test_whatever_was_written_last_is_read(tmp_path: Path) -> None:
    """At once, so that times may be equal; and after a while, so that it was remembered."""
    products, other = FileProducts(tmp_path), FileProducts(tmp_path)
    for turn in range(40):
        value = _put(products if turn % 3 else other, CONTENTS[turn % 2])
        if turn % 8 == 0:
            _settle()
        for reader in (products, other, products):
            made = reader.read(SLOT, NAME, StagedCandidate)
            assert made is not None
            assert made.value == value


def test_an_edit_that_sets_the_times_back_is_seen(tmp_path: Path) -> None:
    """The inode keeps a time of its own, which no program can set."""
    products = FileProducts(tmp_path)
    _put(products, CONTENTS[0])
    _settle()
    assert products.read(SLOT, NAME, StagedCandidate)
    path = products.path(SLOT, NAME)
    facts = path.stat()
    with path.open("r+b") as file:
        file.seek(facts.st_size // 2)
        file.write(b"#")
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert products.read(SLOT, NAME, StagedCandidate) is None


def test_a_product_that_went_is_not_remembered(tmp_path: Path) -> None:
    """Removed, or unreadable as another kind."""
    products = FileProducts(tmp_path)
    _put(products, CONTENTS[0])
    _settle()
    first = products.read(SLOT, NAME, StagedCandidate)
    assert products.read(SLOT, NAME, StagedCandidate) is first
    products.path(SLOT, NAME).unlink()
    assert products.read(SLOT, NAME, StagedCandidate) is None


def test_few_are_remembered(tmp_path: Path) -> None:
    """A fleet's products do not fill the memory: the oldest is decoded again."""
    products = FileProducts(tmp_path)
    names = [f"staged-{number}" for number in range(RECENT + 1)]
    for name in names:
        products.write(SLOT, name, "0" * 64, builders.a_staged())
    _settle()
    seen = [products.read(SLOT, name, StagedCandidate) for name in names]
    assert products.read(SLOT, names[-1], StagedCandidate) is seen[-1]
    assert products.read(SLOT, names[0], StagedCandidate) is not seen[0]
