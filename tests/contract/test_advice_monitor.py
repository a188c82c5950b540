"""Advice of the status monitor: done as printed, and the next look is calm."""

import shutil
from pathlib import Path

import pytest
from support import builders
from support.following import Desk, follow
from support.places import Place

from openmed.adapters.disk import atomic

LOOK = ("monitor", "status", "--smoke", "0")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """One release with its pages, and the person there."""
    place = Place(tmp_path / "r")
    place.release(b"first")
    place.write_queue()
    place.regenerate()
    return Desk(place.root, place.root / "me")


def test_pages_that_were_edited(desk: Desk) -> None:
    """They are written again."""
    page = desk.root / "artifacts" / "trust" / "status" / "index.html"
    page.write_text(page.read_text() + "<!-- edited -->")
    said = desk.openmed(*LOOK)
    assert said.code == 5
    follow(desk, said, "openmed release recover")
    assert desk.openmed(*LOOK).code == 0


def test_bytes_that_were_damaged(desk: Desk) -> None:
    """They are served again, from where they are staged."""
    trees = desk.root / "artifacts" / "registry" / "trees"
    (tree,) = trees.iterdir()
    atomic.remove_tree(tree)
    shutil.copytree(desk.root / "gates" / "keys", tree)
    said = desk.openmed(*LOOK)
    assert said.code == 7
    follow(desk, said, "openmed release react --all")
    assert desk.openmed(*LOOK).code == 0


def test_a_model_that_does_not_load(desk: Desk) -> None:
    """It is left for the release before it, which this machine could not try."""
    place = Place(desk.root)
    place.release(b"second")
    place.regenerate()
    atomic.remove_tree(Path(place.served(builders.artifact_of(b"first"))))
    said = desk.openmed("monitor", "status")
    assert (said.code, "1 failed" in said.text) == (3, True), said
    follow(desk, said, "openmed release react --all")
    (live,) = Place(desk.root).releases.state().live
    assert builders.artifact_of(b"first") == live.release.artifact
