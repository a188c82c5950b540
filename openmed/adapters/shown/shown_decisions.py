"""What verdicts decided, to be shown: read again only where `stat` does not prove them the same."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from openmed.adapters.disk import limited_read
from openmed.adapters.disk.checked_table import read_table, write_table
from openmed.adapters.disk.disk import REAL, Disk
from openmed.adapters.disk.noted_files import noted, notes_in
from openmed.domain.gates.verdict import Decision
from openmed.domain.release.product import decision_in

_DECISIONS: Final = frozenset(Decision)


class ShownDecisions:
    """Decisions of verdict products, as the products say them, unchecked."""

    def __init__(self, file: Path, *, disk: Disk = REAL) -> None:
        """Remember the file; it is made when first needed.

        Args:
            file: where decisions are kept, with what `stat` said of each product.
            disk: makes it.
        """
        self._file = file
        self._disk = disk

    def of(self, products: Mapping[str, Path]) -> Mapping[str, str]:
        """The decision in each product by slot; empty where there is no product.

        Args:
            products: the file of each slot.
        """
        if not products:
            return {}
        notes = notes_in(read_table(self._file))
        found, kept = {}, {}
        for slot, path in products.items():
            note = notes.get(slot)
            known = note if note is not None and note.found in _DECISIONS else None
            seen = noted(str(path), known, _decision)
            found[slot] = seen.found if seen else _unseen(path)
            if seen is not None:
                kept[slot] = seen
        if kept != notes:
            with suppress(OSError):
                write_table(self._file, kept, disk=self._disk)
        return found


def _decision(path: Path) -> str:
    return decision_in(limited_read.read_bytes(path, most=limited_read.PRODUCT))


def _unseen(path: Path) -> str:
    """Of a product that cannot be read: none where there is none."""
    try:
        return _decision(path)
    except FileNotFoundError:
        return ""
    except OSError:
        return decision_in(b"")
