"""An alarm: something a person must look at, and no reason to undo a release."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from openmed.domain.digest import digest_of
from openmed.domain.frozen import Frozen, Line, Timestamp


class AlarmKind(StrEnum):
    """What a monitor missed or found."""

    NO_SIGNAL = "no_signal"
    """A monitor that should have looked did not, or could not."""
    STALE_EVIDENCE = "stale_evidence"
    """What is live was measured longer ago than its policy allows."""
    INCOHERENT_PAGES = "incoherent_pages"
    """Pages do not say what the ledger says."""
    FOREIGN_COMMIT = "foreign_commit"
    """A public repository has a commit that is not ours."""
    NOT_FOLLOWED = "not_followed"
    """A public repository serves an earlier state of ours than the pointer names."""
    KEY_EXPIRES = "key_expires"
    """A key or a signed head ends soon, or has ended."""
    DISK_LOW = "disk_low"
    """A disk that releases are written to is nearly full."""
    UNDELIVERED = "undelivered"
    """People were not told of something."""
    SLOW_ROLLBACK = "slow_rollback"
    """A rollback took longer than was promised."""
    NO_TARGET = "no_target"
    """What must go back has nothing to go back to, and is still live."""


class Alarm(Frozen):
    """One alarm.

    Attributes:
        kind: what is wrong.
        slot: slot it is about; empty = the fleet.
        detail: one sentence.
        next_step: command that helps; may be empty.
        raised_at: when it was known.
    """

    kind: AlarmKind
    slot: str = ""
    detail: Annotated[Line, Field(min_length=1, max_length=400)]
    next_step: str = ""
    raised_at: Timestamp

    @property
    def fingerprint(self) -> str:
        """Equal for every alarm that says the same of the same slot: no time, no value."""
        return digest_of([self.kind.value, self.slot])
