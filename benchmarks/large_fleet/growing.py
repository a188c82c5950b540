"""A release repository while it grows by thousands of slots in one process.

The engine's adapters, with what only many short processes need left out: a product that this
process wrote is not read from its file again, queue and pins are read once, and files are given to
the disk once, at the end. What is written is the same, byte for byte.
"""

import filecmp
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TypeVar, cast

from openmed.adapters.disk import atomic
from openmed.adapters.inputs.input_files import FileInputs
from openmed.adapters.stores.product_store import FileProducts
from openmed.context import Context, open_context
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.frozen import Frozen
from openmed.domain.inference.predictions import ChunkKey
from openmed.domain.release.product import Made
from openmed.domain.suites.suite import SuitePin

Value = TypeVar("Value", bound=Frozen)


class RememberedProducts(FileProducts):
    """Products that this process wrote are known; values are frozen, so they stay as written."""

    def read(self, slot: str, name: str, kind: type[Value]) -> Made[Value] | None:
        """The product, from its file only where it was written by another process."""
        known = self._memory.get((slot, name))
        if known is not None and isinstance(known.value, kind):
            return cast("Made[Value]", known)
        return super().read(slot, name, kind)

    def write(self, slot: str, name: str, materials: str, value: Frozen) -> None:
        """Replace the product, and remember it."""
        super().write(slot, name, materials, value)
        self._memory[slot, name] = Made(materials, value)

    def write_encoded(self, slot: str, name: str, value: Made[Frozen], data: bytes) -> None:
        """Write a product whose bytes are known, and remember it."""
        atomic.write(self._writable(slot, f"{name}.json"), data, disk=self._disk)
        self._memory[slot, name] = value

    def forget(self) -> None:
        """Read everything from its file from now on."""
        self._memory.clear()

    @cached_property
    def _memory(self) -> dict[tuple[str, str], Made[Frozen]]:
        return {}


class _InputsReadOnce(FileInputs):
    """Inputs of one process, which nobody edits meanwhile."""

    def pins(self) -> tuple[SuitePin, ...]:
        """Suites as pinned, read once."""
        return self._pins_read

    def queue(self) -> tuple[Candidate, ...]:
        """Candidates as they stand in the queue, read once."""
        return self._queue_read

    @cached_property
    def _pins_read(self) -> tuple[SuitePin, ...]:
        return super().pins()

    @cached_property
    def _queue_read(self) -> tuple[Candidate, ...]:
        return super().queue()


class GrowingContext(Context):
    """The engine's adapters of one growing repository."""

    def fresh_inputs(self) -> FileInputs:
        """Queue, policies and suites; the flip asks again, and gets what was read."""
        return self._inputs_read

    @cached_property
    def _inputs_read(self) -> FileInputs:
        return _InputsReadOnce(self.root, environ=os.environ, generated=self.generated_suites)

    @cached_property
    def products(self) -> RememberedProducts:
        """Products of steps."""
        return RememberedProducts(self.artifacts / "runs", disk=self.disk)

    def put_predictions(self, key: ChunkKey, data: bytes) -> None:
        """Keep a chunk whose bytes are known."""
        atomic.write(self.artifacts / "predictions" / key.name, data, disk=self.disk)


def open_growing(root: Path) -> GrowingContext:
    """Open a release repository that grows."""
    opened = open_context(root, quiet=True)
    return GrowingContext(root=opened.root, now=opened.now, quiet=True)


def share_files(trees: Iterable[Path], like: Path) -> None:
    """Make files of some trees links to those of another one that are the same, to spare the disk.

    What is staged or served is never written into: its files and folders are read-only.
    """
    for tree in trees:
        mode = tree.stat().st_mode
        tree.chmod(0o700)
        for path in tree.iterdir():
            same = like / path.name
            if not path.samefile(same) and filecmp.cmp(path, same, shallow=False):
                path.unlink()
                os.link(same, path)
        tree.chmod(mode)


@contextmanager
def synced_at_the_end() -> Iterator[None]:
    """Give the disk everything at once, not file by file: this process is the only writer."""
    each = os.fsync

    def later(fd: object) -> None:
        assert fd is not None

    os.fsync = later
    try:
        yield
    finally:
        os.fsync = each
        os.sync()
