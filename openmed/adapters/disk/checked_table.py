"""A table in a file that begins with the digest of the rest: the form of our caches.

One that is missing, cut, edited, too large or no table is as an empty one, without a word.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from openmed.adapters.disk import atomic, limited_read
from openmed.adapters.disk.disk import REAL, Disk
from openmed.domain.digest import sha256_hex

_MOST: Final = 256 * 1024 * 1024
"""Rows of 20,000 slots have less."""


def read_table(path: Path) -> Mapping[str, object]:
    """The table; an empty one in any doubt."""
    try:
        table: object = json.loads(read_body(path))
    except (ValueError, RecursionError):
        return {}
    return table if isinstance(table, dict) else {}


def write_table(path: Path, table: Mapping[str, object], *, disk: Disk = REAL) -> None:
    """Replace the table.

    Raises:
        OSError: it was not replaced.
        TypeError: JSON has no form for what is in it.
        ValueError: the same, for a number.
    """
    body = json.dumps(table, separators=(",", ":"), allow_nan=False).encode()
    write_body(path, body, disk=disk)


def read_body(path: Path) -> bytes:
    """What the digest is of; nothing in any doubt."""
    try:
        data = limited_read.read_bytes(path, most=_MOST)
    except OSError:
        return b""
    digest, _, body = data.partition(b"\n")
    return body if digest.decode(errors="replace") == sha256_hex(body) else b""


def write_body(path: Path, body: bytes, *, disk: Disk = REAL) -> None:
    """Replace what the digest is of.

    Raises:
        OSError: it was not replaced.
    """
    atomic.write(path, f"{sha256_hex(body)}\n".encode() + body, disk=disk)
