"""Policies of tests, and floors that they meet."""

from openmed.domain.gates.order.floor import Floor, floor_from_table
from openmed.domain.gates.policy import Policy, policy_from_table


def a_policy(*, floor: float = 0.9, allowed: int = 0, grade: str = "green") -> Policy:
    """A policy with the three gates."""
    return policy_from_table(
        "test",
        {
            "schema": "openmed.policy/1",
            "milestone": "v2.0",
            "grade": grade,
            "reason": "a test",
            "suites": ["golden"],
            "performance_suite": "smoke",
            "max_age_hours": 24,
            "verifiers": ["release"] if grade == "green" else ["release", "local"],
            "gates": {
                "evidence": {
                    "reason": "r",
                    "suites": ["golden"],
                    "min_support": 50,
                    "min_families": 3,
                },
                "recall_floor": {"reason": "r", "suite": "golden", "floor": floor},
                "critical_leakage": {
                    "reason": "r",
                    "suite": "golden",
                    "labels": ["SSN"],
                    "allowed": allowed,
                },
            },
        },
    )


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
