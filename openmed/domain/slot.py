"""A slot: the release channel `family::tier::format[::line]` that one candidate at a time holds."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from openmed.domain.frozen import Frozen
from openmed.errors import UsageError

_PART = r"[a-z0-9]+(?:[.-][a-z0-9]+)*"
_PART_PATTERN = re.compile(f"^{_PART}$")
_KEY_PATTERN = re.compile(rf"{_PART}::{_PART}::{_PART}(?:::{_PART})?")
_SEPARATOR = "::"
_FEWEST, _MOST, _LONGEST = 3, 4, 48
_RULE = "a slot is family::tier::format[::line] of lower-case letters, digits, '.' and '-'"


def _normal(text: str) -> str:
    if not _KEY_PATTERN.fullmatch(text):
        raise ValueError(_RULE)
    return text


SlotKey = Annotated[str, Field(max_length=200), AfterValidator(_normal)]
"""A slot as text, normalised."""


class Slot(Frozen):
    """One release channel.

    Attributes:
        family: model family, e.g. `pii`.
        tier: size class, e.g. `tiny`.
        format: file format, e.g. `onnx-q4`.
        line: model line that shares the first three, or None.
    """

    family: str
    tier: str
    format: str
    line: str | None = None

    @model_validator(mode="after")
    def _parts_are_normal(self) -> Self:
        for part in (self.family, self.tier, self.format, self.line):
            if part is not None and (len(part) > _LONGEST or not _PART_PATTERN.match(part)):
                msg = "slot parts are lower-case letters, digits, '.' and '-', at most 48 long"
                raise ValueError(msg)
        return self

    @property
    def key(self) -> str:
        """The slot as text: `family::tier::format[::line]`."""
        parts = (self.family, self.tier, self.format, *((self.line,) if self.line else ()))
        return _SEPARATOR.join(parts)

    @property
    def slug(self) -> str:
        """The slot as a file name; different slots never share one (no part holds `--`)."""
        return self.key.replace(_SEPARATOR, "--")

    @property
    def selection(self) -> str:
        """Arguments of `openmed release rollback` that name exactly this slot."""
        which = f"--tier {self.tier} --format {self.format} --line {self.line or 'none'}"
        return f"{self.family} {which}"


def parse_slot(text: str) -> Slot:
    """Read a slot the way people write it: trim, lower case, `_` to `-`, empty to `none`.

    Raises:
        UsageError: not three or four parts, or a part with a character that is not allowed.
    """
    parts = [part.strip().lower().replace("_", "-") or "none" for part in text.split(_SEPARATOR)]
    bad = next((p for p in parts if len(p) > _LONGEST or not _PART_PATTERN.match(p)), None)
    if not _FEWEST <= len(parts) <= _MOST or bad is not None:
        msg = f"{text[:80]!r} is not a slot; {_RULE}"
        raise UsageError(msg)
    line = parts[3] if len(parts) == _MOST and parts[3] != "none" else None
    return Slot(family=parts[0], tier=parts[1], format=parts[2], line=line)
