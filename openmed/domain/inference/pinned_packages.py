"""Packages that a candidate pins by hash: a file of the artifact in pip's form, nothing but pins.

    detector==1.4.0 --hash=sha256:0f1e…

Each line names one package, its version and the sha256 of each file it may be. No option, address,
path or other file: what is not a pin is refused, so that the file says all of what is installed.
"""

import re
from typing import Final

from openmed.errors import EvidenceError

_NAMED: Final = (
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,99})==(?P<version>[A-Za-z0-9][A-Za-z0-9.+!_-]{0,49})"
)
_PIN: Final = re.compile(
    rf"{_NAMED}"
    r"(?: *;[\w\s.'\"<>=!()]{1,200}?)?"
    r"(?:\s+--hash=sha256:[0-9a-f]{64})+"
)
_COMMENT: Final = re.compile(r"(?:^|\s)#.*")
_MOST: Final = 500


def is_pin(words: str) -> bool:
    """Whether these are `NAME==VERSION` and nothing else."""
    return re.fullmatch(_NAMED, words) is not None


def read_pins(text: str, *, what: str) -> tuple[str, ...]:
    """Packages that are pinned, as `name==version`.

    Args:
        text: content of the file.
        what: what the file is, for the error sentence.

    Raises:
        EvidenceError: a line is no pin by hash, a package is named twice, or there is none.
    """
    lines = [
        (number, line.strip())
        for number, line in enumerate(_whole_lines(text), start=1)
        if line.strip()
    ]
    found = [(number, _PIN.fullmatch(line)) for number, line in lines]
    bad = next((number for number, match in found if match is None), None)
    if bad is not None:
        msg = f"{what}: entry {bad} is no pin; wanted NAME==VERSION --hash=sha256:DIGEST"
        raise EvidenceError(msg, next_step="pip-compile --generate-hashes writes such a file")
    pins = [(match["name"], match["version"]) for _, match in found if match]
    names = {re.sub(r"[-_.]+", "-", name).lower() for name, _ in pins}
    if not 0 < len(pins) <= _MOST or len(names) < len(pins):
        msg = f"{what} pins {len(pins)} packages, {len(names)} different ones; wanted 1 to {_MOST}"
        raise EvidenceError(msg, next_step="name each package once")
    return tuple(f"{name}=={version}" for name, version in pins)


def _whole_lines(text: str) -> list[str]:
    """Lines without comments; a backslash at the end joins two."""
    bare = "\n".join(_COMMENT.sub("", line) for line in text.splitlines())
    return re.sub(r"\\[ \t]*\n", " ", bare).split("\n")
