"""What is kept of each slot's nights: `gates/nightly/<slot>.json`."""

from pathlib import Path

from openmed.adapters.disk import atomic, limited_read
from openmed.domain.monitoring.nightly.slot_nights import SlotNights
from openmed.domain.slot import parse_slot
from openmed.domain.wire import parse, pretty
from openmed.errors import EvidenceError


class NightFiles:
    """Nights of one release repository."""

    def __init__(self, gates: Path) -> None:
        """Remember the folder; it is made when first needed."""
        self._folder = gates / "nightly"

    def read(self, slot: str) -> SlotNights | None:
        """Nights of a slot; None where there are none, or what is there cannot be read."""
        path = self._path(slot)
        try:
            data = limited_read.read_bytes(path, most=limited_read.PRODUCT)
            found = parse(SlotNights, data, what=f"nights of {slot}")
        except (OSError, EvidenceError):
            return None
        return found if found.slot == slot else None

    def write(self, nights: SlotNights) -> None:
        """Write the nights of a slot."""
        atomic.write_if_different(self._path(nights.slot), pretty(nights))

    def _path(self, slot: str) -> Path:
        return self._folder / f"{parse_slot(slot).slug}.json"
