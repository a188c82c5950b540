"""Every hash the engine makes is made here, and nowhere else.

* digest: sha256 over exact bytes;
* tree digest: identity of a set of files, names included (ADR 0004);
* repro_hash: would another run give the same? Never part of the tree digest.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias

import rfc8785

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
"""Any JSON value."""


_LARGEST = 2**53 - 1
_SMALL, _LARGE = 1e-4, 1e15
"""Between these Python and RFC 8785 write a float that is not whole the same way."""
_SURROGATE = re.compile("[\ud800-\udfff]")


class HasFileFacts(Protocol):
    """What the tree digest needs to know about one file."""

    @property
    def path(self) -> str:
        """POSIX path relative to the tree's root."""

    @property
    def size(self) -> int:
        """Length in bytes."""

    @property
    def sha256(self) -> str:
        """Digest of the content."""


def sha256_hex(data: bytes) -> str:
    """Digest of exact bytes, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def canonical_json(value: Json) -> bytes:
    """Serialise by RFC 8785, the only form that is hashed or signed.

    Raises:
        ValueError: NaN, infinity, or an integer beyond 2^53.
    """
    try:
        plain = _plain(value)
    except TypeError:
        return rfc8785.dumps(value)
    # The same bytes, several times as fast; a law compares the two.
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Json) -> Json:
    """The value in a form for which Python's own serialiser writes what RFC 8785 asks for.

    Not every number has one: the smallest and the largest floats are written otherwise. Not every
    key: names beyond ASCII may be ordered otherwise. Not every text: half a surrogate pair is none.

    Raises:
        TypeError: it has none.
    """
    # By exact type first: a report has thousands of these, and asking for types costs the most.
    if type(value) is str and value.isascii():
        return value
    if type(value) is int and -_LARGEST <= value <= _LARGEST:
        return value
    return _plain_of_any(value)


def _plain_of_any(value: Json) -> Json:
    match value:
        case str():
            if value.isascii() or not _SURROGATE.search(value):
                return value
        case None | bool():
            return value
        case dict():
            if all(map(str.isascii, value)):
                return {key: _plain(part) for key, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
        case int() | float():
            return _plain_number(value)
        case _:
            pass
    msg = "no plain form"
    raise TypeError(msg)


def _plain_number(value: float) -> float:
    # A whole float is written as an integer; infinity and NaN compare with nothing.
    if -_LARGEST <= value <= _LARGEST and value == int(value):
        return int(value)
    if _SMALL <= abs(value) < _LARGE:
        return value
    msg = "no plain form"
    raise TypeError(msg)


def digest_of(value: Json) -> str:
    """Digest of a JSON value: sha256 over its canonical form."""
    return sha256_hex(canonical_json(value))


def tree_digest(files: Iterable[HasFileFacts]) -> str:
    """Identity of a tree: sha256 over the canonical list of (path, size, sha256), by path.

    Names are covered: two files that swap their names make another tree.
    """
    rows = sorted((file.path, file.size, file.sha256) for file in files)
    return digest_of([list(row) for row in rows])


def repro_hash(*, recipe: str, data_manifest: str, base_model: str, git_sha: str) -> str:
    """Digest over the four things that make a build: would another run give the same?

    A part that does not exist for a source is the word `none`.
    """
    return digest_of(
        {
            "base_model": base_model,
            "data_manifest": data_manifest,
            "git_sha": git_sha,
            "recipe": recipe,
        }
    )
