"""What `openmed doctor` found: one check a thing that a release needs."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from openmed.domain.frozen import Frozen


class Health(StrEnum):
    """What was found of one thing."""

    WELL = "well"
    OPTIONAL = "optional"
    BROKEN = "broken"


class HealthCheck(Frozen):
    """One thing that was looked at.

    Attributes:
        name: what.
        health: well; optional = nothing needs it now; broken = a release would fail or suffer.
        says: what was found.
        fix: what to do; empty when it is well.
    """

    name: str
    health: Health
    says: str
    fix: str = ""


class Examination(Frozen):
    """Everything that was looked at.

    Attributes:
        checks: in the order of looking.
    """

    schema_: Literal["openmed.doctor/1"] = Field(default="openmed.doctor/1", alias="schema")
    checks: tuple[HealthCheck, ...]

    @property
    def broken(self) -> int:
        """How many things need a fix."""
        return sum(1 for check in self.checks if check.health is Health.BROKEN)
