"""A plain model of one slot: what a fleet should come to, in forty lines and without files."""

from dataclasses import dataclass, field, replace

GATE, REVOKED = "gate", "revoked"


@dataclass
class SlotModel:
    """One slot.

    Attributes:
        history: content of each generation, oldest first.
        condemned: what may not be released, and what condemned it.
        is_rollback: whether the last generation was made by a rollback.
        is_frozen: whether no release moves the slot.
        entries: ledger entries so far.
        failing: what failed a gate while it was live, and was not judged green since.
    """

    history: tuple[str, ...] = ()
    condemned: dict[str, str] = field(default_factory=dict)
    is_rollback: bool = False
    is_frozen: bool = False
    entries: int = 0
    failing: frozenset[str] = frozenset()

    @property
    def live(self) -> str | None:
        """What is served."""
        return self.history[-1] if self.history else None

    @property
    def target(self) -> str | None:
        """What a rollback puts back."""
        may = (c for c in reversed(self.history) if c != self.live and c not in self.condemned)
        return next(may, None)

    def copy(self) -> "SlotModel":
        """Another one like this."""
        return replace(self, condemned=dict(self.condemned))

    def judged(self, content: str, *, is_green: bool) -> str:
        """A candidate was judged and flipped, if it may be; its standing."""
        if content == self.live:
            if is_green == (content in self.failing):
                self.entries += 1
                self.failing ^= {content}
            return "LIVE" if is_green else "CONDEMNED"
        if content in self.condemned:
            return "QUARANTINED"
        if is_green and self.is_frozen:
            return "FROZEN"
        self.entries += 1
        if not is_green:
            self.condemned[content] = GATE
            return "QUARANTINED"
        self.failing -= {content}
        self.history, self.is_rollback = (*self.history, content), False
        return "RELEASED"

    def rolled_back(self, *, is_revoking: bool) -> int:
        """A rollback was asked for; its exit code."""
        if self.is_rollback:
            return 0
        target, left = self.target, self.live
        if target is None or left is None:
            return 4
        self.entries += 1
        self.history, self.is_rollback = (*self.history, target), True
        if is_revoking:
            self.condemned[left] = REVOKED
        else:
            self.is_frozen = True
        return 0

    def waived(self, content: str) -> bool:
        """A waiver for a condemned content was signed; whether it lifts anything."""
        if self.condemned[content] == REVOKED:
            return False
        self.entries += 1
        del self.condemned[content]
        return True

    def thawed(self) -> None:
        """The slot was thawed."""
        self.entries += self.is_frozen
        self.is_frozen = False
