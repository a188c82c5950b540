"""Files of predictions: what stands in them, packed or plain."""

from pathlib import Path

from openmed.adapters.disk.packed import unpack


def plain_bytes(path: Path) -> bytes:
    """The plain bytes of any file, for whoever searches or edits what is in it."""
    return unpack(path.read_bytes(), most=2**30)
