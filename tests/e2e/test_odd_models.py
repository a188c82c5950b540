"""Odd models, measured for real, get the right decision; the same table as a command prints."""

from pathlib import Path

import odd_models
import pytest

EXPECTED: dict[str, tuple[str, int, frozenset[str]]] = {
    "everything": ("QUARANTINED", 3, frozenset({"precision"})),
    "nothing": ("QUARANTINED", 3, frozenset({"recall_floor", "critical_leakage", "regression"})),
    "wrong-labels": ("QUARANTINED", 3, frozenset({"recall_floor", "precision"})),
    "other-bytes": ("RELEASED", 0, frozenset()),
    "unsteady": ("QUARANTINED", 3, frozenset({"span_integrity"})),
    "slow": ("QUARANTINED", 3, frozenset({"latency"})),
    "big": ("QUARANTINED", 3, frozenset({"memory"})),
    "too-many-bytes": ("NOT_EVALUATED", 5, frozenset({"evidence"})),
    "english-only": ("QUARANTINED", 3, frozenset({"per_language"})),
}
"""Decision, exit code, and gates that must be among the deciding ones."""


@pytest.mark.timeout(1200)
def test_odd_models_get_the_right_decision(tmp_path: Path, good_model: Path) -> None:
    """One real release of nine candidates."""
    rows = {row.model: row for row in odd_models.measure(tmp_path, good_model)}
    got = {
        name: (row.standing, row.exit_code, EXPECTED[name][2] & set(row.gates))
        for name, row in rows.items()
    }
    assert EXPECTED == got
    assert () == rows["other-bytes"].gates
