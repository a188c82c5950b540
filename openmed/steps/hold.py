"""Step `hold`: a person freezes a slot, so that no release moves it, and thaws it again."""

from dataclasses import dataclass

from openmed.domain.ledger.changes import Held, Thawed
from openmed.domain.ledger.entry import Entry, next_entry
from openmed.domain.ledger.fleet import fold
from openmed.domain.ledger.pointer import pointer_of
from openmed.errors import UsageError
from openmed.ports.releasing import ReleaseStore


@dataclass(frozen=True)
class Hold:
    """Freezes a slot, so that no release moves it, and thaws it."""

    releases: ReleaseStore
    now: str

    def freeze(self, slot: str, *, reason: str, until: str | None = None) -> Entry | None:
        """Freeze a slot, or give its freeze another end; None when it is frozen so already.

        Args:
            slot: which.
            reason: why.
            until: when the freeze ends by itself; None = only when it is thawed.

        Raises:
            UsageError: the slot never served anything, or the end is not after the start.
        """
        if until is not None and until <= self.now:
            msg = f"--until {until} is over: the clock here says {self.now}"
            raise UsageError(msg)
        return self._commit(Held(slot=slot, reason=reason, until=until))

    def thaw(self, slot: str, *, reason: str) -> Entry | None:
        """Thaw a slot; None when it is not frozen.

        Raises:
            UsageError: the slot never served anything.
        """
        return self._commit(Thawed(slot=slot, reason=reason))

    def _commit(self, change: Held | Thawed) -> Entry | None:
        with self.releases.lock():
            state = self.releases.state()
            if not state.generation_of(change.slot):
                known = ", ".join(slot for slot, _ in state.counts) or "none"
                msg = f"nothing was ever live in slot {change.slot}; slots: {known}"
                raise UsageError(msg, next_step="openmed release list")
            have = state.freeze_of(change.slot)
            if isinstance(change, Held):
                is_so = have is not None and have.until == change.until
            else:
                is_so = have is None
            if is_so:
                return None
            entry = next_entry(state.entries, (change,), now=self.now)
            after = fold((*state.entries, entry))
            self.releases.commit(entry, pointer_of(after), evidence=())
        return entry
