"""Advice about what consumers rely on: done as printed, it is good again."""

from pathlib import Path

import pytest
from support.following import Desk, follow
from support.places import Place


def test_a_head_that_expired_is_signed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five days after the last commit `verify` says so, and what helps."""
    root = tmp_path / "r"
    monkeypatch.setenv("HOME", str(root / "me"))
    monkeypatch.setenv("XDG_CONFIG_HOME", "")
    place = Place(root)
    place.release(b"first")
    place.regenerate()
    desk = Desk(root, root / "me", now="2026-11-29T12:00:00Z")
    said = desk.openmed("release", "verify")
    assert "expired at 2026-11-28T12:00:00Z" in said.text
    follow(desk, said, "openmed release sign-head")
    assert "gates/head.json" not in desk.openmed("release", "verify").text
