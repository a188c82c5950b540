"""One thing that keeps a candidate from being released whatever it measures."""

from enum import StrEnum

from openmed.domain.frozen import Frozen


class BlockerKind(StrEnum):
    """What kind of thing stands in the way."""

    VERIFIER = "verifier"
    GOLD = "gold"
    CATALOGUE = "catalogue"
    REQUIRED = "required gate"
    DROPPED = "dropped"
    BUDGET = "budget"
    FIRST_RELEASE = "first release"


class Blocker(Frozen):
    """One thing that keeps a slot's candidate from being released.

    Attributes:
        slot: its slot.
        kind: what kind of thing.
        says: what would be said of it after measuring.
        fix: what comes next.
    """

    slot: str
    kind: BlockerKind
    says: str
    fix: str


def suggest_command(slot: str) -> str:
    """The command that writes a policy for a slot from what its candidate measures."""
    return f"openmed policy suggest {slot}"
