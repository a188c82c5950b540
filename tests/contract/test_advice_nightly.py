"""Advice of `openmed monitor nightly`: done as printed, it helps."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.following import Desk, follow
from support.measured_places import SLOT, MeasuredPlace, measured_place

from openmed.app.release import run_release
from openmed.exit_codes import ExitCode

OTHER = "pii::tiny::other"
LATER = "2036-01-01T00:00:00Z"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MeasuredPlace]:
    """Two live slots, one of them with a second build."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        root = tmp_path_factory.mktemp("nightly") / "r"
        place = measured_place(root, monkeypatch, OTHER)
        assert ExitCode.DONE == run_release(place.world).exit_code
        with (root / "models" / "tiny" / "model.py").open("a", encoding="utf-8") as model:
            model.write("\nANOTHER = 2\n")
        assert ExitCode.DONE == run_release(place.world).exit_code
        yield place


@pytest.fixture
def desk(made: MeasuredPlace, tmp_path: Path) -> Desk:
    """A copy of it, where nobody looked for years."""
    root = made.copied(tmp_path / "r").root
    return Desk(root, root / "home", now=LATER)


def test_a_slot_that_waited_too_long_is_measured_by_name(desk: Desk) -> None:
    """Then it is not told of any more."""
    late = desk.openmed("monitor", "nightly", "--slot", OTHER)
    assert (ExitCode.NO_VERDICT, True) == (late.code, f"{SLOT}: no_signal" in late.text)
    (again,) = follow(desk, late, "openmed monitor nightly --slot '{}'")
    assert "no_signal" not in again.text


def test_a_regression_is_undone(desk: Desk) -> None:
    """Its own bytes are served again, or the release before it."""
    tree = _newest(desk)
    tree.chmod(0o755)
    (tree / "more").write_text("x", encoding="utf-8")
    found = desk.openmed("monitor", "nightly", "--slot", SLOT)
    assert ExitCode.INTEGRITY == found.code
    follow(desk, found, "openmed release react --all")
    assert ExitCode.DONE == desk.openmed("monitor", "nightly").code


def _newest(desk: Desk) -> Path:
    """The tree of the newer build, as the local registry serves it."""
    trees = desk.root / "artifacts" / "registry" / "trees"
    (tree,) = (path for path in trees.iterdir() if "ANOTHER" in (path / "model.py").read_text())
    return tree
