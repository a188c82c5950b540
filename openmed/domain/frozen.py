"""The base of every value: frozen, strict, closed, finite.

A value holds scalars, enums, tuples, frozensets and other `Frozen` values only, so that
it is frozen all the way down (`tests/architecture` walks the annotations).
"""

from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A sha256 over exact bytes, as 64 lower-case hexadecimal digits."""

Label = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,40}$")]
"""A canonical label, e.g. `PATIENT_NAME` (`domain/labels.py`)."""

Timestamp = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
"""UTC, whole seconds, RFC 3339: `2026-11-24T12:00:00Z`."""


VerifierName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
"""Name of a verifier: the first part of its file's name in `gates/keys/`."""


def _one_line(text: str) -> str:
    if not text.isprintable():
        msg = "wanted one line of printable characters"
        raise ValueError(msg)
    return text


Line = Annotated[str, AfterValidator(_one_line)]
"""Text for tables, headings and terminals: no line end, no control or formatting character."""


def is_absent(value: object) -> bool:
    """Whether a field says nothing: one that was added later is then left out of the bytes."""
    return value is None


def is_false(value: object) -> bool:
    """The same of a field that is false unless somebody says otherwise."""
    return value is False


class Frozen(BaseModel):
    """A value: compared by content, never changed; unknown fields and NaN are refused."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        strict=True,
        defer_build=True,
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        # `schema` on the wire is `schema_` in code: pydantic owns the name `schema`.
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )

    def model_copy(self, *, update: None = None, deep: bool = False) -> Self:  # type: ignore[override]
        """Refuse `update`: pydantic does not validate it, so a wrong type would pass unseen."""
        changes: object = update
        if changes is not None:
            msg = "a Frozen value is never updated; build a new one"
            raise TypeError(msg)
        return super().model_copy(deep=deep)
