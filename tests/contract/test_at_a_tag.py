"""`--at TAG`: the fleet as it stood."""

import json
from pathlib import Path

import pytest
from support import builders
from support.places import SLOT, Place

AT = ("--at", "2026.11.24-1", "--json")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Two releases, the second rolled back; a queue, as the command wants one."""
    made = Place(tmp_path)
    made.release(b"first")
    made.release(b"second")
    made.roll_back()
    made.write_queue()
    return made


def _said(place: Place, *arguments: str) -> object:
    done = place.run("release", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["data"]


def test_status_list_and_show_agree_on_what_was_live(place: Place) -> None:
    """The first release, as generation 1; today it is generation 3."""
    first = builders.artifact_of(b"first")
    status, listed = _said(place, "status", *AT), _said(place, "list", *AT)
    shown = _said(place, "show", SLOT, *AT)
    assert isinstance(status, dict)
    assert isinstance(listed, list)
    assert isinstance(shown, dict)
    rows = [(row["generation"], row["release"]["artifact"]) for row in status["live"]]
    rows += [(row["generation"], row["artifact"]) for row in listed]
    rows.append((shown["generation"], shown["release"]["artifact"]))
    assert rows == [(1, first)] * 3
    today = _said(place, "show", SLOT, "--json")
    assert isinstance(today, dict)
    assert today["generation"] == 3


@pytest.mark.parametrize("command", [("status",), ("list",), ("show", SLOT)])
def test_an_unknown_tag_is_usage(command: tuple[str, ...], place: Place) -> None:
    """Exit 2."""
    assert place.run("release", *command, "--at", "2026.11.24-9").returncode == 2


def test_an_entry_is_not_shown_before_it_was_made(place: Place) -> None:
    """Exit 2."""
    assert place.run("release", "show", "2026.11.24-2", "--at", "2026.11.24-1").returncode == 2
