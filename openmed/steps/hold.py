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

    def freeze(self, slot: str, *, reason: str) -> Entry | None:
        """Freeze a slot; None when it is frozen already.

        Raises:
            UsageError: the slot never served anything.
        """
        return self._commit(Held(slot=slot, reason=reason))

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
            if (state.freeze_of(change.slot) is not None) == isinstance(change, Held):
                return None
            entry = next_entry(state.entries, (change,), now=self.now)
            after = fold((*state.entries, entry))
            self.releases.commit(entry, pointer_of(after), evidence=())
        return entry
