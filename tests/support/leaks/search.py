"""Find a secret in bytes: as it is, in pieces, encoded, or in something compressed."""

import base64
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from urllib.parse import unquote_to_bytes

PIECE = 16
"""Letters in a row that are as good as the whole: a log may cut it off."""
MOST_DEEP = 3
"""How often something compressed is opened again."""
_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}")
_ESCAPED = re.compile(rb"\\(?:u00|x)([0-9A-Fa-f]{2})")
_SPACE = bytes.maketrans(b"", b"")


@lru_cache(maxsize=1000)
def forms(secret: str) -> tuple[bytes, ...]:
    """What a secret may look like, each long enough that it is nothing else."""
    data = secret.encode()
    pieces = [data[at : at + PIECE] for at in range(max(1, len(data) - PIECE + 1))]
    found = [*pieces, secret.encode("utf-16-le"), secret.encode("utf-16-be"), data[::-1]]
    found += [data.hex().encode(), data.hex().upper().encode()]
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        # What stands before it moves its letters by 0, 1 or 2 bytes; those of its ends are mixed.
        for before in range(3):
            whole = encode(b"\0" * before + data)
            found.append(whole[4 if before else 0 : -4])
    found.append(base64.b32encode(data)[:-8])
    return tuple(dict.fromkeys(found))


def find(secret: str, data: bytes) -> bool:
    """Whether bytes hold it, in any form."""
    wanted = forms(secret)
    return any(form in layer for layer in layers(data) for form in wanted)


def layers(data: bytes, *, depth: int = 0) -> Iterator[bytes]:
    """The bytes, and what they come to when they are decoded or opened."""
    yield data
    if b"\n" in data:
        yield data.translate(_SPACE, b" \t\r\n")  # An encoder breaks lines.
    if _PERCENT.search(data):
        once = unquote_to_bytes(data)
        yield once
        yield unquote_to_bytes(once)
    if _ESCAPED.search(data):
        yield _ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), data)
    if depth < MOST_DEEP:
        for inner in _opened(data):
            yield from layers(inner, depth=depth + 1)


def _opened(data: bytes) -> Iterator[bytes]:
    if data[:2] == b"\x1f\x8b":
        with suppress(OSError, EOFError, zlib.error):
            yield gzip.decompress(data)
    if data[:1] == b"\x78":  # An object of git.
        with suppress(zlib.error):
            yield zlib.decompress(data)
    if data[:4] == b"PK\x03\x04":
        with suppress(OSError, zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield archive.read(name)
