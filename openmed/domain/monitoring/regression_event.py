"""A regression event: what is live in a slot is worse than when it was released.

A monitor makes it, `openmed release react` decides what follows. It names the release that was
looked at, so that an event of a release that was replaced since is known as such.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from openmed.domain.digest import digest_of
from openmed.domain.frozen import Digest, Frozen, Line, Timestamp, is_absent
from openmed.domain.slot import SlotKey
from openmed.domain.wire import digest_value

SCHEMA: Final = "openmed.regression-event/1"
LONGEST_DETAIL: Final = 400


class RegressionKind(StrEnum):
    """What a monitor found."""

    CRITICAL_LEAK = "critical_leak"
    """More spans with a critical label are left in clear than its policy allows."""
    BEHAVIOUR_CHANGED = "behaviour_changed"
    """On a pinned suite the served bytes answer otherwise than the release's evidence says."""
    GATE_FAILED = "gate_failed"
    """Measured and judged again, a required gate fails."""
    DRIFT = "drift"
    """The sequential test over the nights says that recall fell."""
    LOAD_FAILURE = "load_failure"
    """The served bytes cannot be loaded or run in a clean process."""
    INTEGRITY = "integrity"
    """What is served is not what the pointer names."""


class RegressionEvent(Frozen):
    """One finding about one live release.

    Attributes:
        slot: release channel.
        generation: that was live when it was found.
        artifact: tree digest that was live.
        kind: what was found.
        monitor: which monitor found it.
        gates: gates that fail, where gates were asked; else empty.
        detail: one sentence of counts and offsets, without text of a document.
        evidence: digest of the file with what was measured; None where nothing was measured.
        changed: spans that are answered otherwise, where they were counted; None = they were not.
        detected_at: when it was known.
    """

    schema_: Literal["openmed.regression-event/1"] = Field(default=SCHEMA, alias="schema")
    slot: SlotKey
    generation: Annotated[int, Field(ge=1)]
    artifact: Digest
    kind: RegressionKind
    monitor: Literal["nightly", "status"]
    gates: tuple[str, ...] = ()
    detail: Annotated[Line, Field(min_length=1, max_length=LONGEST_DETAIL)]
    evidence: Digest | None = None
    changed: Annotated[int, Field(ge=0)] | None = Field(default=None, exclude_if=is_absent)
    detected_at: Timestamp

    @property
    def digest(self) -> str:
        """Its name: sha256 of its canonical bytes."""
        return digest_value(self)

    @property
    def fingerprint(self) -> str:
        """Equal for every event that says the same of the same release: no time, no value."""
        return digest_of([self.slot, self.generation, self.artifact, self.kind.value])
