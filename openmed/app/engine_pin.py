"""Pin the engine that CI installs: a wheel by its sha256, or a commit of git by all its digits.

No package index is asked: a name that somebody else could register is no source.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from openmed.domain.digest import sha256_hex
from openmed.errors import UsageError

FILE: Final = "requirements/engine.txt"
_WHEEL: Final = re.compile(r"openmed_release-[A-Za-z0-9.+!_]{1,60}-[a-z0-9_.]+-none-any\.whl")
_COMMIT: Final = re.compile(r"git\+(?:https|ssh)://[A-Za-z0-9][\w.@:/+~-]{2,300}@[0-9a-f]{40}")
_MAGIC: Final = b"PK\x03\x04"
_NEXT: Final = "name a wheel file of openmed-release, or git+https://HOST/OWNER/NAME@COMMIT"


class EnginePin(NamedTuple):
    """One engine, pinned.

    Attributes:
        requirement: the line that installs it.
        files: files that the release repository gets for it, by path.
    """

    requirement: str
    files: Mapping[str, bytes]


def pin_engine(reference: str, *, name: str, wheel: bytes | None) -> EnginePin:
    """Pin an engine. Pure.

    Args:
        reference: what the person named.
        name: its last part, where it is a file.
        wheel: the content of that file; None = it is none.

    Raises:
        UsageError: it is neither a wheel of the engine nor a commit of git.
    """
    if wheel is not None:
        if not _WHEEL.fullmatch(name) or not wheel.startswith(_MAGIC):
            msg = f"{name[:80]} is no wheel of openmed-release"
            raise UsageError(msg, next_step=_NEXT)
        line = f"./engine/{name} --hash=sha256:{sha256_hex(wheel)}"
        return EnginePin(line, {f"engine/{name}": wheel, FILE: f"{line}\n".encode()})
    if not _COMMIT.fullmatch(reference):
        msg = f"--engine {reference[:80]} is neither a file here nor a commit with all 40 digits"
        raise UsageError(msg, next_step=_NEXT)
    line = f"openmed-release @ {reference}"
    return EnginePin(line, {FILE: f"{line}\n".encode()})
