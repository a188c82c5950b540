"""A candidate that takes all memory it can get: it is ended, and the others are released."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from support.measured_places import SLOT, measured_place

from openmed.adapters.process.isolation import Isolation, probe
from openmed.app.release import run_release
from openmed.domain.release.results.slot_result import SlotOutcome
from openmed.exit_codes import ExitCode
from openmed.ports.chosen import Chosen

pytestmark = pytest.mark.skipif(
    not probe().isolates, reason="candidates of this test bring code, which needs a jail"
)
HOG: Final = "pii::tiny::onnx::hog"
MOST: Final = 384 * 1024 * 1024
"""Bytes of one jail: several times what a worker needs, and far from all of the machine."""
_TAKES: Final = '''"""Takes memory until somebody ends it."""

import time

KEPT = []


def find(text):
    """No span of any text."""
    while True:
        KEPT.append(bytearray(16 << 20))
        time.sleep(0.005)
'''


@pytest.mark.parametrize("processes", [1, 2])
def test_the_others_are_released(
    processes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By one process after the other, and by two beside each other."""
    place = measured_place(tmp_path / "r", monkeypatch, HOG)
    (place.root / "models/hog/model.py").write_text(_TAKES, encoding="utf-8")
    world = replace(
        place.world,
        isolation=Isolation(most_memory=MOST),
        chosen=Chosen(processes=processes),
    )
    report = run_release(world)
    assert {SLOT: SlotOutcome.RELEASED, HOG: SlotOutcome.NOT_EVALUATED} == {
        row.slot: row.standing for row in report.candidates
    }
    assert ExitCode.NO_VERDICT == report.exit_code
    state = place.world.releases.state()
    assert [SLOT] == [live.release.slot for live in state.live]
    assert 1 == len(state.entries)
    faults = [_fault(place.root, name) for name in place.suites]
    sentence = f"used more memory than the {MOST} bytes it may use"
    assert [sentence in fault for fault in faults] == [True] * len(faults), faults
    assert not place.world.products.is_marked(HOG)


def _fault(root: Path, suite: str) -> str:
    """What the product of a suite of the hog says."""
    path = root / "artifacts/runs" / HOG.replace("::", "--") / f"{suite}.json"
    content: dict[str, dict[str, str]] = json.loads(path.read_bytes())["content"]
    return content["fault"]["message"]
