"""The only reader of whole files: never more than a stated number of bytes, plain files only.

A file that someone made huge, or a device or pipe in its place, must not take the memory or
the time of the run that meets it. A file that is too large is an `OSError` like any other
that cannot be read, so whoever reads says so in its own words.
"""

import errno
import stat
from pathlib import Path

_MIB = 1024 * 1024

CONFIGURATION = 8 * _MIB
"""Queue, policy, pins, runner profile: beyond this it is a mistake, not a configuration."""
PRODUCT = 32 * _MIB
"""A product, an evidence file, a ledger entry, the pointer. A report of 20,000 gold spans
that all leak has 3 MiB."""
PREDICTIONS = 64 * _MIB
"""One chunk of predictions."""
CATALOGUE = 64 * _MIB
"""The public project's catalogue of 2,266 rows has 3 MB."""
SUITE = 64 * _MIB
"""One data file of a suite; its digest is checked before it is parsed."""
TEMPLATE = _MIB
"""A sheet of templates, or the data of a language; the longest of ours has 30 kB."""
KEY = 64 * 1024
"""A key file, what a key may sign, a waiver."""


class TooLargeError(OSError):
    """The file has more bytes than are read."""


def read_bytes(path: Path, *, most: int) -> bytes:
    """All bytes of a plain file that has at most `most`.

    Raises:
        OSError: not there, not a plain file, or too large (`TooLargeError`).
    """
    facts = path.stat()
    if not stat.S_ISREG(facts.st_mode):
        raise OSError(errno.EINVAL, "not a plain file", str(path))
    if facts.st_size > most:
        raise _too_large(path, facts.st_size, most)
    with path.open("rb") as file:
        # One more than allowed: the file may have grown since it was looked at.
        data = file.read(most + 1)
    if len(data) > most:
        raise _too_large(path, len(data), most)
    return data


def _too_large(path: Path, size: int, most: int) -> TooLargeError:
    return TooLargeError(errno.EFBIG, f"has {size} bytes; at most {most} are read", str(path))
