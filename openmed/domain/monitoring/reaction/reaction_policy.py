"""`gates/reaction.toml`: what follows from each kind of regression, stated where people review it.

Closed: every kind has exactly one table. What leaks, cannot be loaded or is not what was released
is acted on at once; no file can say otherwise.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from openmed.domain.digest import Json
from openmed.domain.frozen import Frozen, Line
from openmed.domain.monitoring.regression_event import RegressionKind
from openmed.domain.near_names import did_you_mean
from openmed.domain.wire import from_plain
from openmed.errors import EvidenceError, PolicyError

FILE: Final = "gates/reaction.toml"


class Reaction(StrEnum):
    """What follows from an event."""

    IGNORE = "ignore"
    """Nothing moves; the event is kept."""
    HOLD = "hold"
    """The slot is frozen: no release moves it until a person thaws it."""
    REPAIR = "repair"
    """What is served is published again from whole bytes; where there are none: rollback."""
    ROLLBACK = "rollback"
    """The slot goes back to its last good release."""


HARD: Final[Mapping[RegressionKind, frozenset[Reaction]]] = {
    RegressionKind.CRITICAL_LEAK: frozenset({Reaction.ROLLBACK}),
    RegressionKind.LOAD_FAILURE: frozenset({Reaction.ROLLBACK}),
    RegressionKind.INTEGRITY: frozenset({Reaction.REPAIR, Reaction.ROLLBACK}),
}
"""Kinds that are acted on at once, and what may be done about each."""
_SOFT: Final = frozenset({Reaction.IGNORE, Reaction.HOLD, Reaction.ROLLBACK})


class ReactionRule(Frozen):
    """What follows from one kind.

    Attributes:
        action: what is done once it is confirmed.
        nights: different days (UTC) on which it must have been found; 1 = at once.
        within_days: how far apart the first and the last of them may be.
        meanwhile: what is done until then.
        limit: spans that may be answered otherwise without any of this.
        reason: why these numbers.
    """

    action: Reaction
    nights: Annotated[int, Field(ge=1, le=14)] = 1
    within_days: Annotated[int, Field(ge=1, le=60)] = 1
    meanwhile: Reaction = Reaction.IGNORE
    limit: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    reason: Annotated[Line, Field(min_length=1, max_length=400)]

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.meanwhile not in {Reaction.IGNORE, Reaction.HOLD}:
            msg = "meanwhile is ignore or hold"
            raise ValueError(msg)
        if self.nights > self.within_days:
            msg = "nights is at most within_days, or it never acts"
            raise ValueError(msg)
        return self


class ReactionPolicy(Frozen):
    """The rule of every kind.

    Attributes:
        rules: one for each kind, in the order of the kinds.
    """

    rules: tuple[tuple[RegressionKind, ReactionRule], ...]

    def rule(self, kind: RegressionKind) -> ReactionRule:
        """The rule of a kind."""
        return dict(self.rules)[kind]


def reaction_policy(table: Mapping[str, Json], *, what: str) -> ReactionPolicy:
    """Read a policy from a table.

    Args:
        table: what the file says.
        what: the file, for the error sentence.

    Raises:
        PolicyError: a kind has no table, a key is unknown, or a rule is none that may be.
    """
    kinds = [kind.value for kind in RegressionKind]
    for name in table:
        if name not in kinds:
            msg = f"{what}: unknown kind {name[:40]!r}"
            raise PolicyError("; ".join(filter(None, (msg, did_you_mean(name, kinds)))))
    missing = [name for name in kinds if name not in table]
    if missing:
        msg = f"{what} has no table [{missing[0]}]; every kind of regression needs one"
        raise PolicyError(msg)
    return ReactionPolicy(
        rules=tuple((kind, _rule(kind, table[kind.value], what=what)) for kind in RegressionKind)
    )


def _rule(kind: RegressionKind, table: Json, *, what: str) -> ReactionRule:
    where = f"{what} [{kind.value}]"
    try:
        rule = from_plain(ReactionRule, table, what=where)
    except EvidenceError as error:
        raise PolicyError(error.message) from None
    allowed = HARD.get(kind, _SOFT)
    if rule.action not in allowed:
        wanted = " or ".join(one.value for one in Reaction if one in allowed)
        msg = f"{where}: action is {rule.action.value}; wanted {wanted}"
        raise PolicyError(msg)
    if kind in HARD and rule.nights > 1:
        msg = f"{where}: nights is {rule.nights}; {kind.value} is acted on at once: wanted 1"
        raise PolicyError(msg)
    if rule.limit and kind is not RegressionKind.BEHAVIOUR_CHANGED:
        msg = f"{where}: limit belongs to [{RegressionKind.BEHAVIOUR_CHANGED.value}] only"
        raise PolicyError(msg)
    return rule
