"""`benchmarks/large_fleet/repository.py`: the engine takes the fleet for its own."""

from pathlib import Path

import pytest
from fleet import settle
from large_fleet.repository import Fleet, environment


@pytest.mark.timeout(900)
def test_slots_that_no_model_ran_for_are_live_and_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """One is measured; two more get its answers and are counted, judged, signed and flipped."""
    if not request.config.getoption("--large-fleet"):
        pytest.skip("takes minutes: nox -s bench")
    root = tmp_path / "fleet"
    for name, value in environment(root).items():
        monkeypatch.setenv(name, value)
    fleet = Fleet.begin(root, measured=1)
    fleet.grow(3)
    settle(fleet)
    assert len(list((root / "gates/ledger").iterdir())) == 2
