"""Bytes packed with zlib, behind a line that says how many there are.

What is hashed and signed is always the plain bytes: two builds of zlib may pack the same ones
differently. Nothing is unpacked beyond the size that the file states, or beyond what the reader
allows: a small file that stands for a huge one is refused before it takes memory.
"""

import errno
import re
import zlib
from typing import Final

from openmed.adapters.disk.limited_read import TooLargeError

_MAGIC: Final = b"openmed.packed/1 "
_HEAD = re.compile(re.escape(_MAGIC) + rb"(0|[1-9][0-9]{0,9})\n")
_LEVEL: Final = 9
_MEMORY: Final = 9


def pack(data: bytes) -> bytes:
    """The bytes of a packed file."""
    # Filtered: offsets and scores differ in their last digits only, so more Huffman, less copying.
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS, _MEMORY, zlib.Z_FILTERED)
    return b"%b%d\n" % (_MAGIC, len(data)) + packer.compress(data) + packer.flush()


def unpack(data: bytes, *, most: int) -> bytes:
    """The plain bytes of a file; one that is not packed is plain already.

    Args:
        data: content of the file.
        most: most plain bytes.

    Raises:
        OSError: cut, damaged, of another size than it states, or larger than `most`
            (`TooLargeError`).
    """
    if not data.startswith(_MAGIC):
        return _limited(data, len(data), most)
    head = _HEAD.match(data)
    if head is None:
        raise _damaged()
    size = int(head[1])
    _limited(b"", size, most)
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(data[head.end() :], size + 1)
    except zlib.error:
        raise _damaged() from None
    if len(plain) != size or not unpacker.eof or unpacker.unused_data:
        raise _damaged()
    return plain


def unpack_start(data: bytes, *, size: int) -> bytes:
    """At most so many first plain bytes of a file, as far as they can be had."""
    head = _HEAD.match(data)
    if head is None:
        return data[:size]
    try:
        return zlib.decompressobj().decompress(data[head.end() :], size)
    except zlib.error:
        return b""


def _limited(data: bytes, size: int, most: int) -> bytes:
    if size > most:
        raise TooLargeError(errno.EFBIG, f"has {size} plain bytes; at most {most} are read")
    return data


def _damaged() -> OSError:
    return OSError(errno.EINVAL, "is not what it says it is packed from")
