"""Products of steps under `artifacts/runs/`, one folder a slot; the fleet's own in `_fleet`."""

import contextlib
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from openmed.adapters.disk import atomic, limited_read
from openmed.adapters.disk.disk import REAL, Disk
from openmed.adapters.disk.settled import Settled
from openmed.domain.digest import sha256_hex
from openmed.domain.frozen import Frozen
from openmed.domain.release.product import Made, decode_product, encode_product
from openmed.domain.slot import parse_slot
from openmed.errors import EvidenceError

Value = TypeVar("Value", bound=Frozen)

MARKER = "QUARANTINED"
RECENT: Final = 64
"""Products that are remembered. Each step looks at its own and at those of the steps before it."""


class FileProducts:
    """Product files of one release repository."""

    def __init__(self, folder: Path, *, disk: Disk = REAL) -> None:
        """Remember the folder; it is made when first needed."""
        self._folder = folder
        self._disk = disk
        self._recent: Settled[Made[Any]] = Settled(RECENT)

    def path(self, slot: str, name: str) -> Path:
        """File of a product."""
        return self._place(slot) / f"{name}.json"

    def read(self, slot: str, name: str, kind: type[Value]) -> Made[Value] | None:
        """The product, or None when it is missing, too large, damaged or not of this kind.

        One that was read lately is not decoded again while `stat` proves that it did not change.
        """
        path = self.path(slot, name)
        try:
            made: Made[Value] = self._recent.of(path, partial(_read, path, kind), key=kind)
        except (OSError, EvidenceError):
            return None
        return made

    def digest(self, slot: str, name: str) -> str:
        """Digest of a product's bytes; empty when there is none."""
        try:
            return sha256_hex(
                limited_read.read_bytes(self.path(slot, name), most=limited_read.PRODUCT)
            )
        except OSError:
            return ""

    def write(self, slot: str, name: str, materials: str, value: Frozen) -> None:
        """Replace the product; atomic; writes nothing when the bytes are the same."""
        path = self._writable(slot, f"{name}.json")
        atomic.write_if_different(path, encode_product(materials, value), disk=self._disk)

    def log(self, slot: str, name: str) -> str:
        """Path of a log file beside the products."""
        return str(self._writable(slot, f"{name}.log"))

    def keep_error(self, slot: str, name: str, frames: str) -> None:
        """Keep where making a product failed, beside it."""
        self._writable(slot, f"{name}.error.log").write_text(frames, encoding="utf-8")

    def is_marked(self, slot: str) -> bool:
        """Whether the quarantine marker stands."""
        return (self._place(slot) / MARKER).exists()

    def mark(self, slot: str, text: str) -> None:
        """Set the quarantine marker."""
        atomic.write_if_different(self._place(slot) / MARKER, text.encode(), disk=self._disk)

    def unmark(self, slot: str) -> None:
        """Remove the quarantine marker."""
        place = self._place(slot)
        with contextlib.suppress(FileNotFoundError):
            self._disk.unlink(place / MARKER)
            self._disk.fsync_folder(place)

    def _writable(self, slot: str, name: str) -> Path:
        """A file of the slot that can be written, whatever stands there or on the way.

        Only a mistake makes a file of the folder or a folder of the file; it must not hold
        up the fleet.
        """
        place = self._place(slot)
        try:
            place.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            place.unlink()
            place.mkdir(exist_ok=True)
        if (place / name).is_dir():
            atomic.remove_tree(place / name)
        return place / name

    def _place(self, slot: str) -> Path:
        return self._folder / (parse_slot(slot).slug if slot else "_fleet")


def _read(path: Path, kind: type[Value]) -> Made[Value]:
    data = limited_read.read_bytes(path, most=limited_read.PRODUCT)
    return decode_product(data, kind, what=path.name)
