"""Floors of the grade green for tests."""

from openmed.domain.gates.order.floor import Floor, floor_from_table
from openmed.domain.gates.policy import Policy

FLOOR = floor_from_table(
    {
        "schema": "openmed.floor/1",
        "reason": "a test",
        "suites": ["golden"],
        "max_age_hours": 24,
        "gates": {
            "evidence": {"reason": "r", "suites": ["golden"], "min_support": 1, "min_families": 1}
        },
    }
)
"""A floor that the policies of tests meet."""


def floor_of(policy: Policy) -> Floor:
    """A floor that a policy meets exactly."""
    return Floor(
        reason="a test",
        suites=policy.suites,
        max_age_hours=policy.max_age_hours,
        gates=policy.gates,
    )
