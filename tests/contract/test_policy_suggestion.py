"""`openmed policy suggest`: from a candidate without a policy to a preview that is released."""

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest
from support.following import Desk, follow
from support.measured_places import SLOT, MeasuredPlace, measured_place
from support.repositories import ROOT

FILE = "gates/policy/pii--tiny--onnx.toml"


class Owned(NamedTuple):
    """A place whose slot has no policy of its own, and who works there."""

    place: MeasuredPlace
    desk: Desk

    def suggest(self, *words: str) -> tuple[int, str]:
        """Suggest a policy; the exit code and what was printed."""
        said = self.desk.openmed("policy", "suggest", SLOT, *words)
        return said.code, said.text


def _default(root: Path) -> None:
    """Our default policy over the two small suites; a green one that no small suite can decide."""
    text = (ROOT / "gates/policy/default.toml").read_text(encoding="utf-8")
    for old, new in (
        ('["golden", "shield-synthetic", "fresh"]', '["first", "second"]'),
        ('suites = ["fresh", "shield-synthetic"]', 'suites = ["second"]'),
        ('paired = ["fresh"]', "paired = []"),
        ('"shield-synthetic"', '"second"'),
        ('"golden"', '"first"'),
        ('"smoke"', '"first"'),
        ('strict = ["id", "patient", "phone"]', 'strict = ["patient", "phone"]'),
    ):
        assert old in text
        text = text.replace(old, new)
    (root / "gates" / "policy" / "default.toml").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MeasuredPlace:
    """One candidate that misses every third name; its slot is judged by the default policy."""
    with pytest.MonkeyPatch.context() as patch:
        place = measured_place(tmp_path_factory.mktemp("owned") / "r", patch)
    place.add_model("models/tiny", misses=3)
    (place.root / FILE).unlink()
    _default(place.root)
    desk = Desk(place.root, place.root / "home")
    assert desk.openmed("release", "plan").code == 2  # green, and there is no floor
    assert desk.openmed("upgrade").code == 0
    return place


@pytest.fixture
def owned(made: MeasuredPlace, tmp_path: Path) -> Owned:
    """The same, for one test."""
    place = made.copied(tmp_path / "r")
    return Owned(place, Desk(place.root, place.root / "home"))


def test_what_is_suggested_passes_lint_and_releases_the_preview(owned: Owned) -> None:
    """Measured once: nothing is measured again by the run."""
    code, text = owned.suggest()
    assert code == 0, text
    assert "still in the way" not in text
    assert owned.desk.openmed("policy", "lint").code == 0
    ran = owned.desk.openmed("release", "run")
    assert ran.code == 0, ran.text
    assert "released (preview)" in ran.text
