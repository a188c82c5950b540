"""What could not finish or start says so; no report of an earlier run stands for it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.places import BACK, SLOT, Place

from openmed.app.holds import freeze
from openmed.app.pipeline_stages import run_flip
from openmed.app.release import run_release
from openmed.app.rollback import run_rollback
from openmed.cli.render.rollback_summary import rollback_summary
from openmed.context import Context, open_context
from openmed.domain.release.results.run_report import RunReport
from openmed.errors import UnfinishedError, UsageError
from openmed.exit_codes import ExitCode


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Two releases, pages, and the report of an earlier run that succeeded."""
    made = Place(tmp_path)
    made.release(b"first")
    made.release(b"second")
    made.regenerate()
    (made.root / "artifacts" / "run-report.json").write_text('{"exit_code": 0, "tag": null}')
    monkeypatch.setenv("HOME", str(made.root / "me"))
    monkeypatch.setenv("XDG_CONFIG_HOME", "")
    return made


def _roll_back(place: Place) -> RunReport:
    return run_rollback(open_context(place.root, quiet=True), BACK, is_dry_run=False)


def _written(place: Place) -> dict[str, object]:
    table: dict[str, object] = json.loads(
        (place.root / "artifacts" / "run-report.json").read_text()
    )
    return table


def _block_pages(place: Place) -> None:
    """A file stands where the status pages go."""
    folder = place.root / "artifacts" / "trust" / "status"
    shutil.rmtree(folder)
    folder.write_text("x")


def test_pages_that_cannot_be_written_are_no_refusal(place: Place) -> None:
    """It says moved, has its own exit code, and the report says the same."""
    _block_pages(place)
    report = _roll_back(place)
    assert report.exit_code == ExitCode.UNFINISHED
    assert report.tag is not None
    said = rollback_summary(report, program="openmed", width=100)
    assert "1 of 1 slot moved" in said
    assert "MOVED, but what is derived from it could not all be written" in said
    assert "next: openmed release recover" in said
    assert _written(place)["exit_code"] == ExitCode.UNFINISHED
    live = Place(place.root).releases.state().live_in(SLOT)
    assert live is not None
    assert live.kind == "rollback"


def test_a_disk_that_is_full_after_the_move(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing more can be written: moved, and the old report is gone."""
    full = OSError(28, "No space left on device")

    def no_space(*_: object, **__: object) -> None:
        raise full

    for name in ("stores.product_store.FileProducts.write", "stores.page_files.FilePages.write"):
        monkeypatch.setattr(f"openmed.adapters.{name}", no_space)
    monkeypatch.setattr("openmed.adapters.stores.run_files.RunFiles.write_report", no_space)
    report = _roll_back(place)
    assert report.exit_code == ExitCode.UNFINISHED
    assert "1 of 1 slot moved" in rollback_summary(report, program="openmed", width=100)
    assert not (place.root / "artifacts" / "run-report.json").exists()


def test_a_disk_that_fails_behind_the_pointer_has_moved(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pointer is what readers go by."""
    store = "openmed.adapters.stores.release_store.FileReleaseStore"

    def failing(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(f"{store}._remember", failing)
    assert _roll_back(place).exit_code == 0


def test_a_rollback_that_moved_nothing_leaves_no_older_report(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk was full before the pointer, and for the report too."""

    def no_space(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    store = "openmed.adapters.stores.release_store.FileReleaseStore"
    monkeypatch.setattr(f"{store}.commit", no_space)
    monkeypatch.setattr("openmed.adapters.stores.run_files.RunFiles.write_report", no_space)
    with pytest.raises(OSError, match="No space"):
        _roll_back(place)
    assert not (place.root / "artifacts" / "run-report.json").exists()


def test_a_freeze_that_was_recorded_says_so(place: Place) -> None:
    """Exit 8, and it is in the ledger."""
    _block_pages(place)
    with pytest.raises(UnfinishedError, match=r"^recorded, but"):
        freeze(open_context(place.root, quiet=True), slot=SLOT, reason="x")
    assert Place(place.root).releases.state().freeze_of(SLOT) is not None


@pytest.mark.parametrize("command", [run_release, run_flip])
def test_a_run_that_is_refused_leaves_no_older_report(
    place: Place, command: Callable[[Context], RunReport]
) -> None:
    """There is no queue: CI must not read what an earlier run came to."""
    with pytest.raises(UsageError):
        command(open_context(place.root, quiet=True))
    assert not (place.root / "artifacts" / "run-report.json").exists()


@pytest.mark.parametrize("command", [run_release, run_flip])
def test_a_state_that_went_backwards_keeps_the_report(
    place: Place, command: Callable[[Context], RunReport]
) -> None:
    """It may be what remembers the entry that was lost."""
    pointer = place.root / "gates" / "pointer.json"
    before = pointer.read_bytes()
    _roll_back(place)
    pointer.write_bytes(before)
    report = _written(place)
    with pytest.raises(UsageError):
        command(open_context(place.root, quiet=True))
    assert _written(place) == report
